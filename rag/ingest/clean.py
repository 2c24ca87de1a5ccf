"""Takes the furniture out of text that was saved from a page: menus, dates, bylines, captions that stand twice.

Decides by where a line stands (before the first paragraph, behind the last sentence), by its shape, and by
repetition; a sentence stays, but for a note on rights or a line with an address behind the article. Knows nothing of
files, of markup, or of other articles. The signs are explained in docs/cleaning.md.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from rag.ingest.bylines import EMAIL, byline, dated_line
from rag.ingest.draft import Cleaned, Draft, Removed, Stated
from rag.ingest.outlets import first_appeared, outlet
from rag.text.lines import LABEL, ends_sentence, is_body, is_sentence, letters, topic, weight
from rag.text.printed_dates import printed_dates

_PARAGRAPH = 25.0  # words: a line that says so much is a paragraph, though its full stop is missing
_LONGEST = 600  # characters: furniture comes in short lines, and no pattern is tried on longer ones
# '© 2023 X', 'Copyright © X', 'All rights reserved', '무단전재 및 재배포 금지'; not 'The copyright law passed.'
_RIGHTS = re.compile(
    r"[©ⓒ]|\(c\) ?\d{4}|^\W*copyright \W*(?:\d{4}|[A-Z])|\ball rights reserved|\balle rechte vorbehalten"
    r"|\btous droits réservés|\btodos los derechos|무단\s?전재|無断転載|版权所有",
    re.I,
)
# Who worked on it: '(Reporting by Jane Doe; Editing by John Roe)'; not 'Reporting by the paper showed it. He left.'
_CREDITS = re.compile(r"^\W*(?:with |additional )?(?:reporting|writing|editing) by (?-i:[A-Z])[^.!?]*\W*$", re.I)
# A picture's credit, in brackets behind a sentence: '… in 2019. [YONHAP]', '… 2019. (A. Name/Kremlin via Reuters)'.
# Not: 'a member (R-Texas)', 'He left. (He came back.)', '(see the table)'
_CREDIT = re.compile(r"(?<=[.!?”\"'’]) ?[\[(](?=[^\])]*[A-Z])(?:[^\s\])]+ ?){1,8}(?<![.!?])[\])]$")
_DATE = "a date alone"
_QUOTED = re.compile(r"[“”„«»]|(?<!\w)\"|\"(?!\w)")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"”)\]]+")
# 'SEOUL, Nov. 2, 2023 (Yonhap) --', 'Paris, 2 novembre 2023 –'
_DATELINE = re.compile(
    r"^[A-ZÀ-Þ][^.!?]{1,40}[,(] ?(?P<date>[^()–—]{8,30}?)(?: ?[(/][^)]{2,30}\)?)? ?(?:--|[–—]|-\s|\))"
)


@dataclass(slots=True)
class _Page:
    """A page under way: its lines that aren't blank, why each goes, and which are captions."""

    lines: list[str]
    why: dict[int, str] = field(default_factory=dict[int, str])
    captions: set[int] = field(default_factory=set[int])

    def left(self) -> list[int]:
        """The places of the lines that stay."""
        return [i for i in range(len(self.lines)) if i not in self.why]


def clean_draft(draft: Draft) -> Cleaned:
    """The article of a draft: furniture out, by what its reader found and by the signs of `clean`."""
    cleaned = clean(draft.text, is_bounded=draft.is_bounded, captions=draft.captions, pages=draft.pages)
    return replace(cleaned, removed=draft.removed + cleaned.removed)


def clean(
    text: str,
    *,
    is_bounded: bool = False,
    captions: Collection[str] = (),
    pages: Sequence[int] = (),
) -> Cleaned:
    """The article without the furniture of its page.

    Args:
        text: Plain text with a paragraph, heading, caption or list item a line.
        is_bounded: The reader has found where the article begins and ends. Then only what a line says itself, that
            it is a byline, a date, a note on rights, makes it go, never where it stands.
        captions: Lines that the reader knows as captions.
        pages: Offsets in the text at which pages begin.
    """
    page = _Page([line for line in text.split("\n") if line.strip()])
    _mark_captions(page, {letters(caption) for caption in captions})
    headline = None
    first = next((i for i in page.left() if is_body(page.lines[i]) and _ends_body(page, i, True)), None)
    if first is not None:
        last = next(i for i in reversed(page.left()) if i == first or _ends_body(page, i, is_bounded))
        about = topic("\n".join(page.lines[first:])) if first else set[str]()
        headline = _headline(page, first, about)
        announced = False
        # The hours of a live report stand all over it.
        is_live = sum(bool(dated_line(page.lines[i])) for i in range(first, last)) > 1
        for i in page.left():
            announced = announced or (
                i >= last and page.lines[i].rstrip().endswith(":") and weight(page.lines[i]) > LABEL
            )
            if i in page.captions or i == headline:
                continue
            line = page.lines[i]
            # A byline and a date stand above an article, under its first paragraphs, or behind it.
            why = _sign(line) if i <= first + 2 or i > last else None
            why = None if is_live and why == _DATE else why
            if why is None and i > last and _is_contact(line):
                why = "address to write to"
            if why is None and not is_bounded and not first <= i <= last:
                why = _by_place(line, about) if i < first else _behind(line, announced)
            if why:
                page.why[i] = why
    return _cleaned(text, page, headline, pages)


def _ends_body(page: _Page, i: int, is_bounded: bool) -> bool:
    line = page.lines[i]
    return i not in page.captions and is_sentence(line) and not _sign(line) and (is_bounded or not _is_contact(line))


def _by_place(line: str, about: set[str]) -> str | None:
    """Why a line above the first paragraph goes; None where it may be a headline or a lead."""
    if ends_sentence(line) or (weight(line) >= LABEL and topic(line) & about):
        return None
    return "no sentence and not of the article's subject, above its first paragraph"


def _behind(line: str, announced: bool) -> str | None:
    """Why a line behind the last sentence goes; None for a list that the article announces, an item, a figure."""
    if ends_sentence(line) or announced or weight(line) >= _PARAGRAPH or line[0] in '-–•*(“"':
        return None
    if line[0].isdigit() and weight(line) > 1:
        return None
    return "no sentence, behind the last sentence of the article"


def _sign(line: str) -> str | None:
    """What a line is for its own sake, where it is furniture."""
    if len(line) > _LONGEST:
        return None
    if byline(line):
        return "byline"
    if _CREDITS.match(line):
        return "credits"
    if _RIGHTS.search(line) and not _QUOTED.search(line) and weight(line) <= 40:
        return "note on rights"
    if dated := dated_line(line):
        return "posting line" if dated.is_labelled else _DATE
    return None


def _is_contact(line: str) -> bool:
    """'Please direct questions to news@paper.example.', '@jdoe'; nothing in quotation marks."""
    return (
        len(line) <= _LONGEST
        and weight(line) <= 30
        and bool(EMAIL.search(line) or _URL.search(line))
        and not _QUOTED.search(line)
    )


def _mark_captions(page: _Page, known: set[str]) -> None:
    """Known captions, captions with a credit behind them, and lines that stand twice in a row, which go once."""
    for i, line in enumerate(page.lines):
        key = letters(line)
        credited = _CREDIT.search(line[-160:]) and LABEL <= weight(line) <= 80
        if key in known or (credited and i < len(page.lines) - 1):
            page.captions.add(i)
        if i and i - 1 not in page.why and weight(line) >= LABEL and key == letters(page.lines[i - 1]):
            is_caption = ends_sentence(line) or bool(credited)
            page.why[i] = "caption standing twice" if is_caption else "headline standing twice"
            page.captions.discard(i)
            if is_caption:
                page.captions.add(i - 1)


def _headline(page: _Page, first: int, about: set[str]) -> int | None:
    """The place of the headline: of the lines above the first paragraph, the first that speaks of its subject."""
    for i in (i for i in page.left() if i < first and i not in page.captions):
        own = topic(page.lines[i])
        if 3 <= weight(page.lines[i]) <= 40 and not _sign(page.lines[i]) and len(own & about) >= max(1, len(own) / 3):
            return i
    return None


def _cleaned(text: str, page: _Page, headline: int | None, pages: Sequence[int]) -> Cleaned:
    kept: list[str] = []
    spans: list[tuple[int, int]] = []
    starts: list[int] = []  # where each page begins in what is kept
    at, length, offset = -1, 0, 0
    for line in text.split("\n"):
        at += bool(line.strip())
        # The blank lines around what was removed become one.
        is_kept = at not in page.why if line.strip() else bool(kept and kept[-1])
        begins = [start - offset for start in pages[len(starts) :] if start <= offset + len(line)]
        starts += [length + max(0, begin) if is_kept else length for begin in begins]
        offset += len(line) + 1
        if is_kept:
            if line.strip() and at in page.captions:
                spans.append((length, length + len(line)))
            kept.append(line)
            length += len(line) + 1
    return Cleaned(
        text="\n".join(kept).rstrip("\n"),
        captions=tuple(spans),
        pages=tuple(starts),
        removed=tuple(Removed(page.lines[i], page.why[i]) for i in sorted(page.why)),
        fields=_fields(page, headline),
    )


def _fields(page: _Page, headline: int | None) -> dict[str, Stated]:
    """What the furniture says of the article.

    A date counts where a label, a byline, the headline above it or a dateline vouches for it. One that stands alone
    may be the day on which the page was saved: it is told in `note`, and used for nothing.
    """
    found: dict[str, Stated] = {}
    body = [page.lines[i] for i in page.left() if i != headline]
    edges = [page.lines[i] for i in sorted(page.why)]
    if headline is not None:
        found["title"] = Stated(page.lines[headline].lstrip("# "), "headline")
        edges.append(page.lines[headline])
    bylines = {i: said for i in sorted(page.why) if (said := byline(page.lines[i]))}
    if said := next(iter(bylines.values()), None):
        found["author"] = Stated(said.author, "byline")
    dates = {i: said for i in sorted(page.why) if i not in bylines and (said := dated_line(page.lines[i]))}
    days = [
        *(Stated(d.published, "posting line") for d in dates.values() if d.is_labelled),
        *(Stated(b.published, "byline") for b in bylines.values()),
        *(Stated(d.published, "date beside the byline") for i, d in dates.items() if {i - 1, i + 1} & set(bylines)),
        *(Stated(d.published, "date under the headline") for i, d in dates.items()
          if d.is_bare and headline is not None and i == headline + 1),
        *(Stated(printed[0].date, "dateline") for line in body[:3]
          if (match := _DATELINE.match(line)) and (printed := printed_dates(match["date"]))),
    ]  # fmt: skip
    notes: list[str] = []
    if day := next((day for day in days if day.value), None):
        found["published"] = day
    elif dates:
        seen = page.lines[next(iter(dates))]
        notes.append(f"“{seen}” stands on the page, but may not be the day of publication")
    if publisher := outlet(body, edges):
        found["publisher"] = publisher
    if (elsewhere := first_appeared(body)) is not None:
        notes.append(f"says that it first appeared in {elsewhere}")
    if notes:
        found["note"] = Stated("; ".join(notes), "page")
    addresses = (m[0] for line in edges for m in _URL.finditer(line))
    if url := next((a for a in addresses if len(a.split("//")[-1].partition("/")[2]) >= 12), None):
        found["url"] = Stated(url, "address on the page")
    return found
