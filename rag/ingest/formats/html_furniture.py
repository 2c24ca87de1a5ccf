"""Which of a page's extracted lines are the article, by where they stand and what shape they have.

Judges lines and the places they stand in. Knows no site, no language but the few forms of English contact lines, and
removes a sentence only when it stands outside the article or consists of links and addresses.
"""

import re
from collections import Counter
from typing import Any

from rag.ingest.formats.html_lines import Line
from rag.ingest.formats.html_tree import Places, is_inside, letters

HOLDS = 0.9  # of the prose's letters: the element that holds so much of it is the article's
LINKED = 0.9  # of a line's letters in links: the line is a link
AGREED = 0.6  # of the running text is in both extractors' answers: what they agree on is the article
LISTED = 0.75  # of the letters of several lines in one element in links: the element is a list of links
LABELLED = 0.5  # of a line's letters in links, behind a label
TAIL = 4  # lines at the end, in which contact lines and credits are looked for

# A sentence's end. Matches: 'He left.', 'He said: “Go!”', '说。'. Does not match: 'Read more', 'Weather:'.
_ENDS = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*$")
# A statement's end, which headlines do without. Matches: 'No evidence was found.', '“Why are we here?”'.
# Does not match: 'What now?', 'Troops enter city'.
_STATES = re.compile(r"(?:\.[\"'”’»)\]]*|[.!?…][\"”»])$")
# A label before a link. Matches: 'SEE MORE: Troops …', 'Related – Troops …', 'Also on rt.com Troops …' has none.
# Does not match: 'He told the BBC: this is …' (a verb phrase is longer than three words).
_LABEL = re.compile(r"^[^\W\d_][\w'’]*(?:\s[\w'’.]+){0,2}\s*[:–—|]\s+\S")
# An address, a page of one's own or a handle to write to. Matches: tips@paper.org, @reporter,
# https://twitter.com/desk. Does not match: 'at 5 p.m.', 'a @ b'.
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w{2,}|(?<![\w@])@\w{3,}|https?://\S+|\bwww\.\S+\.\w{2,}")
# A byline or a posting date alone. Matches: 'by Jeff Foust', 'Monday, November 18, 2019', '2019-11-18 10:40',
# '5:45 AM PST 11/19/2019', 'Updated 18 Nov 2019'. Does not match: 'By the river', 'What happened in 2019', '10 tips'.
_TOP = re.compile(
    r"^\W*[Bb][Yy]\s+[A-Z][\w.'’-]+\s+[A-Z]|\b\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)?\.?\s+(?:de\s+)?[^\W\d_]{3,12}\.?\s+(?:de\s+)?(?:19|20)\d\d\b"
    r"|\b[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,\s+(?:19|20)\d\d\b"
)
# A shortcode that a page maker left unexpanded. Matches: '[button link="…"] Send us …[/button]', '[gallery ids="3,4"]'.
# Does not match: '[Editor’s note] He left.', '[1] See above.'.
_SHORTCODE = re.compile(r"^\[(\w+)(?:\s+\w+=[^\]]*)?\].*\[/\1\]$|^\[\w+\s+\w+=[^\]]*\]$")
# An invitation to get or share more, with its link or exclamation. Matches: 'Sign up for our newsletter',
# 'Subscribe to us on YouTube', 'Like this story? Share it with a friend!', 'Click here for more information.'.
# Does not match: 'Customers who sign up pay $5.', 'He subscribed to the theory.'.
_INVITES = re.compile(
    r"^\W*(?:(?:please )?(?:sign up|subscribe|follow (?:us|me|the|him|her|@)|share (?:this|it)|like (?:this|us)|join us"
    r"|click here|get the \w+|download (?:our|the)|read more|tell us|check out|visit|email|e-mail|write to|contact"
    r"|reach|send)\b)|\bnewsletters?\b|\bclick here\b",
    re.I,
)


def is_prose(line: Line) -> bool:
    """Whether a line is a sentence or more of running text."""
    return (
        line.kind != "heading" and line.link_share < LABELLED and len(line.text) >= 60 and bool(_ENDS.search(line.text))
    )


def is_marked_article(lines: list[Line], places: Places) -> bool:
    """Whether a sentence of a short page stands with a headline in an element that says that it is an article."""
    for line in lines:
        element = places.of(line.text) if is_prose(line) else None
        around = [e for e in element.iterancestors("article")] if element is not None else []
        if any(next(e.iter("h1"), None) is not None for e in around):
            return True
    return False


def article_element(lines: list[Line], places: Places) -> Any:
    """The smallest element that holds nearly all the running text; None when too little of it is found."""
    sizes: Counter[Any] = Counter()
    found: list[tuple[Any, int]] = []
    for line in lines:
        if is_prose(line) and (element := places.of(line.text)) is not None:
            found.append((element, len(line.text)))
    total = sum(size for _, size in found)
    if total < 200:
        return None
    for element, size in found:
        for holder in element.iterancestors():
            sizes[holder] += size
    holders = [element for element, size in sizes.items() if size >= HOLDS * total]
    return max(holders, key=lambda e: len(list(e.iterancestors())), default=None)


def article_lines(lines: list[Line], places: Places, titles: set[str], opinion: str = "") -> list[Line]:
    """The lines that are the article's, in order.

    Args:
        lines: what was extracted.
        places: where lines stand.
        titles: the page's own titles, as `letters`.
        opinion: what another extractor takes for the article, as `letters`. Where it holds most of the running text,
            that part decides which element is the article's; a line in that element stays even if it isn't in here.
    """
    prose = [line for line in lines if is_prose(line)]
    agreed = _in_both(prose, opinion)
    if sum(len(line.text) for line in agreed) < AGREED * sum(len(line.text) for line in prose):
        agreed = prose
    holder = article_element(agreed, places)
    kept = _inside(lines, places, holder) if holder is not None else list(lines)
    kept = _without_top(_without_title(kept, titles))
    kept = _without_links(kept, places, holder)
    kept = [line for line in kept if not _SHORTCODE.match(line.text)]
    kept = _without_tail(kept, places, holder)
    kept = _once(kept)
    # A page whose text is nothing but such lines is not judged by them.
    size = sum(len(line.text) for line in kept)
    return kept if size * 2 >= sum(len(line.text) for line in lines) or holder is not None and size > 200 else lines


def _in_both(lines: list[Line], opinion: str) -> list[Line]:
    """The lines that stand in the other extractor's answer too, searched on from the last one found."""
    found: list[Line] = []
    at = 0
    for line in lines:
        key = letters(line.text)
        place = opinion.find(key, at)
        if place < 0 and len(opinion) < 300_000:  # a page of a book's length isn't searched again for each line
            place = opinion.find(key, 0, at)
        if place >= 0:
            found.append(line)
            at = place + len(key)
    return found


def _inside(lines: list[Line], places: Places, holder: Any) -> list[Line]:
    """Without what stands outside the article's element: promotions before it, footers after it.

    A sentence before it is kept where both stand in one article or main element: the lead often has its own.
    """
    around = [e for e in holder.iterancestors() if e.tag in ("article", "main")]
    kept: list[Line] = []
    outside = False
    for line in lines:
        element = places.of(line.text, holder)
        if element is None or is_inside(element, holder):
            # A line that no one element holds goes the way of the line before it.
            if element is not None or not outside:
                kept.append(line)
            outside = outside and element is None
            continue
        before = places.order(element) < places.order(holder)
        if before and _ENDS.search(line.text) and len(line.text) >= 60 and any(is_inside(element, a) for a in around):
            kept.append(line)
        outside = not before
    return kept


def _without_title(lines: list[Line], titles: set[str]) -> list[Line]:
    """Without the headline before the text, and what stands above it (it is a field of its own)."""
    first = next((i for i, line in enumerate(lines) if is_prose(line)), 0)
    for i in range(min(first + 1, len(lines)) - 1, -1, -1):
        if letters(lines[i].text) in titles:
            return lines[i + 1 :]
    return lines


def _without_top(lines: list[Line]) -> list[Line]:
    """Without the byline and the posting date between headline and text (they are fields of their own)."""
    first = next((i for i, line in enumerate(lines) if is_prose(line)), 0)
    return [line for line in lines[:first] if len(line.text) > 80 or not _TOP.search(line.text)] + lines[first:]


def _share(line: Line, places: Places, holder: Any) -> float:
    element = places.of(line.text, holder)
    return max(line.link_share, places.link_share(element, line.text) if element is not None else 0.0)


def _without_links(lines: list[Line], places: Places, holder: Any) -> list[Line]:
    """Without lines that are links to other pages, and the label that stood over them.

    A linked heading over running text is a heading of the article: the name of the thing that it reviews.
    """
    kept: list[Line] = []
    shares = [_share(line, places, holder) for line in lines]
    blocks: dict[int, list[int]] = {}
    for i, line in enumerate(lines):
        blocks.setdefault(line.block, []).append(i)
    for i, line in enumerate(lines):
        share, words = shares[i], len(line.text.split())
        block = blocks[line.block]
        size = sum(len(lines[n].text) for n in block)
        is_list = len(block) > 1 and sum(len(lines[n].text) * shares[n] for n in block) >= LISTED * size
        is_heading = line.kind == "heading" and i + 1 < len(lines) and is_prose(lines[i + 1])
        is_link = words >= 4 and (
            (share >= LINKED and not is_heading and not (line.kind == "paragraph" and _STATES.search(line.text)))
            or (share >= LABELLED and (is_list or bool(_LABEL.match(line.text))))
        )
        if is_link:
            while kept and _is_label(kept[-1]):
                kept.pop()
        else:
            kept.append(line)
    return kept


def _is_label(line: Line) -> bool:
    return (
        len(line.text.split()) <= 4
        and not _ENDS.search(line.text)
        and (line.text.endswith(":") or line.text.upper() == line.text)
    )


def _without_tail(lines: list[Line], places: Places, holder: Any) -> list[Line]:
    """Without the linked contact lines, invitations and empty headings that stand after the last sentence.

    What such lines say without a link is judged in every format alike, where text is cleaned.
    """
    end = len(lines)
    kept_after: list[Line] = []
    for line in reversed(lines[max(1, len(lines) - TAIL) :]):
        share = _share(line, places, holder)
        is_tail = len(line.text) <= 400 and (
            (bool(_INVITES.search(line.text)) and share > 0)
            or (bool(_CONTACT.search(line.text)) and share >= 0.2)
            or (line.kind == "heading" and not kept_after)
            or (
                not kept_after
                and line.kind == "paragraph"
                and len(line.text.split()) < 3
                and not _ENDS.search(line.text)
            )
        )
        if not is_tail:
            kept_after.insert(0, line)
        end -= 1
    return lines[:end] + kept_after


def _once(lines: list[Line]) -> list[Line]:
    """Without a long line's second copy right after it: a caption for the small and the large picture.

    Copies further apart stay: people repeat their questions, and claims are quoted again where they are judged.
    """
    kept: list[Line] = []
    for line in lines:
        key = letters(line.text)
        if len(key) < 40 or all(letters(other.text) != key for other in kept[-2:]):
            kept.append(line)
    return kept
