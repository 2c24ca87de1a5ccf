"""Which blocks of a page are its article: those that an extractor's answer holds, and what is theirs by its place.

Each rule here gains on pages that it was not made from (docs/extraction.md). Knows blocks and the extractor's answer,
no site, no language and no words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from rag.ingest.converters.html_blocks import Block, text_of
from rag.text.characters import searched
from rag.text.lines import LABEL, ends_sentence, is_sentence, weight

_LONG = 24  # letters: a shorter block may stand twice in a text
_TAIL = 8  # blocks behind the last sentence among which the article may go on
_SHORTEST_LEAD = 60  # characters
_SHORTEST_CAPTION = 20  # letters: less is a credit or a label
_NOT_FOUND = "not of the article, as trafilatura finds it"
_LINKED = 0.9  # of a block's letters in links: it is a link
Rule = Callable[[Sequence[Block], dict[int, None], dict[int, str], set[str]], None]


def article(
    found: Sequence[Block], answer: Sequence[str], titles: set[str], rules: Iterable[Rule] | None = None
) -> tuple[list[int], dict[int, str]]:
    """The places of the article's blocks, in order, and why each other block that is shown is left out.

    Args:
        found: all blocks of the page.
        answer: the paragraphs of the extractor's answer.
        titles: the page's own titles, as `letters`.
        rules: what corrects the answer; `RULES` by default, fewer where their gain is measured.
    """
    kept = dict.fromkeys(sorted(held(found, answer)))
    why: dict[int, str] = {}
    for rule in RULES if rules is None else rules:
        rule(found, kept, why, titles)
        kept = dict.fromkeys(sorted(kept))
    rest = (i for i, block in enumerate(found) if i not in kept and not block.hidden)
    return list(kept), {i: why.get(i) or _apart(found[i]) or _NOT_FOUND for i in rest}


def without_links(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """Headlines of other stories go: links without a sentence's end, but for a list that a colon announces."""
    announced: object = None
    label: int | None = None
    for i, block in enumerate(found):
        listed = announced in block.around[:2]
        is_entry = listed and (block.kind == "item" or block.element is announced)
        if is_entry and block.linked >= _LINKED and not block.hidden and not _apart(block):
            kept[i] = None
        elif block.linked < 0.5 and block.kind != "item":
            announced = None
        if i not in kept:
            continue
        is_link = block.linked >= _LINKED and weight(block.text) >= 3 and not ends_sentence(block.text)
        if is_link and not listed and block.kind != "heading":
            for gone in (i, label) if label is not None else (i,):
                del kept[gone]
                why[gone] = "a link to another page"
            label = None
            continue
        announces = block.text.endswith(":")
        if announces and weight(block.text) >= LABEL:
            behind = found[min(i + 1, len(found) - 1)].element
            announced = behind if len(behind.findall("a")) > 1 else behind.getparent()
        label = i if announces and weight(block.text) < LABEL else None


def with_lead(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """The sentences between the headline and the first of the article's."""
    first = _first_sentence(found, kept)
    headline = next((i for i in range(first or 0) if found[i].element.tag == "h1" and not found[i].hidden), None)
    if first is not None and headline is not None:
        between = [i for i in range(headline + 1, first) if len(found[i].text) >= _SHORTEST_LEAD]
        kept.update((i, None) for i in between if _is_running(found[i]) and found[i].kind != "item")


def with_missed(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """Bare text beside the article's paragraphs, in the element that holds them.

    With bare text behind a heading, a list or a quotation comes what stands between it and the text before.
    """
    sentences = [i for i in kept if is_sentence(found[i].text)]
    if not sentences:
        return
    around = {e for i in sentences for e in (found[i].element, found[i].element.getparent())}
    for i in range(max(0, sentences[0] - _TAIL), min(sentences[-1] + _TAIL, len(found))):
        if found[i].element not in around or not (i in kept or _is_running(found[i])):
            continue
        kept[i] = None
        before = i - 1
        is_behind = i > sentences[0] and any(e is found[i].element for e in found[before].element.iterancestors())
        while is_behind and before not in kept and _is_within(found[before], around):
            kept[before] = None
            before -= 1


def with_quotes(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """The quotations within the text, each with who says it, but for those that repeat what the text says."""
    sentences = [i for i in kept if is_sentence(found[i].text)]
    own = "".join(found[i].key for i in kept)
    new: set[object] = set()
    for i in range(sentences[0], sentences[-1]) if sentences else ():
        quote = [e for e in found[i].around if e.tag == "blockquote"][:1]
        if i in kept or (_is_running(found[i]) and found[i].key not in own):
            new.update(quote)
        if not new.isdisjoint(quote) and not found[i].hidden and not _apart(found[i]):
            kept[i] = None


def _is_within(block: Block, around: set[object]) -> bool:
    """Whether a block that isn't shown as a link stands in one of the elements, a list's item two levels down."""
    parent = block.element.getparent()
    holders = (parent, parent.getparent()) if block.kind == "item" else (parent,)
    return ((block.kind == "heading" and block.linked < 0.5) or _is_running(block)) and bool(around & set(holders))


def with_entries(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """The entries of a live report, whole: hours with the article's sentences under them, and what stands with each."""
    hours = {i: block.element for i, block in enumerate(found) if _is_hour(block)}
    entry = entries(hours.values())
    beside = Counter(entry[e].getparent() for e in hours.values())
    running = Counter(entry[hours[i]].getparent() for i, end in pairwise([*hours, len(found)])
                   if any(at in kept and is_sentence(found[at].text) for at in range(i, end)))  # fmt: skip
    whole = {e for e in entry.values() if 2 < running[e.getparent()] > beside[e.getparent()] / 2}
    for i, block in enumerate(found):
        if not whole.isdisjoint(block.around) and (i in hours or _is_shown(block)):
            kept[i] = None


def entries(marks: Iterable[Any]) -> dict[Any, Any]:
    """For each of some elements the largest one around it that holds no other of them."""
    held = Counter(e for mark in dict.fromkeys(marks) for e in (mark, *mark.iterancestors()))
    return {mark: [mark, *(a for a in mark.iterancestors() if held[a] == 1)][-1] for mark in marks}


# A time of day and nothing else, but for its day: '10:45', '10.45 Uhr', '14h05', '2:05 p.m. GMT', '18:02 12 February'.
# Not: '2.50', '10:45 in Brest'.
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])(?:[:h][0-5]\d|\.[0-5]\d(?= Uhr))(?: ?[ap]\.?m\b\.?)?(?: [a-z]{2,4})?"
    r"(?:,? \d{1,2}\.? [^\W\d]{3,12}\.?(?: \d{4})?)?",
    re.I,
)


def _is_hour(block: Block) -> bool:
    """Whether a block is a time of day, or a date that is marked as such and little else."""
    element = block.element
    is_time = element.tag == "time" or element.find(".//time") is not None
    is_marked = is_time and len(block.text) <= 40 and any(c.isdigit() for c in block.text)
    return not block.hidden and (is_marked or bool(_CLOCK.fullmatch(block.text)))


def without_title(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """The headline above the text goes: it is a field of its own."""
    first = _first_sentence(found, kept)
    for i in list(kept):
        if first is not None and i <= first and found[i].key in titles and not ends_sentence(found[i].text):
            del kept[i]
            why[i] = "the title, a field of its own"


def without_copies(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """A second copy of the body goes, one for the phone and one for the desk; a repeated question stays.

    So do labels that stand all over the text with no sentence under them: 'Share', 'Copy link'.
    """
    seen: set[str] = set()
    copies: dict[int, bool] = {}  # with each whether it stands right behind the first
    before = ""
    for i in kept:
        key = found[i].key
        if len(key) >= _LONG and key in seen:
            copies[i] = key == before
        seen.add(key)
        before = key
    size = sum(len(found[i].key) for i in copies)
    several = len(copies) > 2 and size * 3 >= sum(len(found[i].key) for i in kept)
    for i, is_next in copies.items():
        if several or is_next:
            del kept[i]
            why[i] = "a second copy"
    order = list(kept)
    heads = {a for a, b in pairwise(order) if is_sentence(found[b].text)}
    labels = Counter(found[i].key for i in order if i not in heads and weight(found[i].text) < LABEL)
    for i in order:
        if labels[found[i].key] > 2 and i not in heads and found[i].kind in ("paragraph", "item"):
            del kept[i]
            why[i] = "a label that stands again and again"


def without_apart(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """What is hidden or stands in the page's navigation, foot, margins or forms goes, unless most of the text does."""
    out = [i for i in kept if found[i].hidden or _apart(found[i])]
    if sum(len(found[i].key) for i in out) * 2 < sum(len(found[i].key) for i in kept):
        for i in out:
            del kept[i]


def with_captions(found: Sequence[Block], kept: dict[int, None], why: dict[int, str], titles: set[str]) -> None:
    """The captions of the article's pictures, each once: between the headline and the last of the text."""
    first = _first_sentence(found, kept)
    if first is None:
        return
    headline = next((i for i in range(first) if found[i].element.tag == "h1" and not found[i].hidden), first)
    own = {found[i].key for i in kept}
    for i in range(headline, max(kept)):
        block = found[i]
        if block.kind != "caption" or block.hidden or block.linked >= 0.5 or i in kept or _apart(block):
            continue
        if len(block.key) >= _SHORTEST_CAPTION and block.key not in own:
            kept[i] = None
            own.add(block.key)
        elif block.key in own:
            why[i] = "a second copy"


RULES: tuple[Rule, ...] = (
    without_links, with_lead, with_entries, with_missed, with_quotes, without_title, without_copies, without_apart,
    with_captions,
)  # fmt: skip


def _first_sentence(found: Sequence[Block], kept: Iterable[int]) -> int | None:
    return next((i for i in kept if is_sentence(found[i].text) and found[i].linked < 0.5), None)


def _is_running(block: Block) -> bool:
    """Whether a block is running text that is shown, and in no part of the page that stands apart."""
    return is_sentence(block.text) and _is_shown(block)


def _is_shown(block: Block) -> bool:
    return not block.hidden and block.kind != "caption" and block.linked < 0.5 and not _apart(block)


_APART = {
    "nav": "the page's navigation",
    "footer": "the page's foot",
    "aside": "beside the article",
    "form": "a form",
    "button": "a button",
}


def _apart(block: Block) -> str | None:
    """The part of the page in which a block stands apart; the foot of a quotation is the quotation's."""
    tags = [e.tag for e in block.around]
    own = tags.index("blockquote") if "blockquote" in tags else -1
    return next((_APART[tag] for i, tag in enumerate(tags) if tag in _APART and (i > own or tag != "footer")), None)


def held(blocks: Sequence[Block], answer: Sequence[str]) -> set[int]:
    """The places of the blocks of which an extractor's answer holds half or more, word for word and in their order.

    Args:
        blocks: all of the page.
        answer: the paragraphs of the extractor's answer.
    """
    own = [text_of(b.element) if b.kind == "row" else b.text for b in blocks]  # of a row, without its columns' names
    shown = [(word, i) for i, text in enumerate(own) for word in _words(text)]
    answered = [word for piece in answer for word in _words(piece)]
    aligned = SequenceMatcher(None, [word for word, _ in shown], answered, autojunk=False).get_matching_blocks()
    found = Counter(i for run in aligned for _, i in shown[run.a : run.a + run.size])
    size = Counter(i for _, i in shown)
    return {i for i, count in found.items() if count * 2 >= size[i]}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", searched(text).lower())
