"""Lines on pages to paragraphs: running heads dropped, wrapped lines joined, hyphens of line ends resolved.

Knows of positions and text only, not of PDF. Lengths are fractions of the page's height.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from rag.ingest.draft import Removed

HYPHEN = "\ufdd0"
"""Stands at the end of a line that ended in a hyphen before a small letter."""

_MARGIN_LINES = 3
# '7', 'Page 3', '3 / 12', '- 4 -', 'Page 3 of 12'; not '1984 was', not '12 March'.
_PAGE_NUMBER = re.compile(r"(?i)^[-–— ]*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–— ]*$")
# What a sentence ends with, behind which a short line ends its paragraph.
_END = tuple('.!?:…"”’)»。！？')
WIDE = 1.4  # of a line's height: a wider gap in a line may be that between two columns
_COLUMN = 20  # characters of most lines of a column of text; cells of a table have fewer
_RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")
# Scripts that are written without spaces between words.
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u3000-\u303f\uff00-\uffef\u0e00-\u0e7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text and its box; `bottom` and `top` count from the bottom of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    page: int = 1

    @property
    def height(self) -> float:
        """Of its letters, ascenders and descenders among them."""
        return self.top - self.bottom


def in_reading_order(drawn: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of a page, each given as its pieces between wide gaps, in the order of reading.

    That of drawing in most PDFs of articles; where two columns were drawn row by row, column by column between the
    lines that go over both. A table's cells stay in their rows.
    """
    pieces = [piece for line in drawn for piece in line]
    beside = [pair for pair in pairwise(pieces) if _are_beside(*pair)]
    members = [piece for pair in beside for piece in pair]
    if len(beside) < 3 or median(len(piece.text) for piece in members) < _COLUMN:
        return [_whole(line) for line in drawn]
    columns: list[list[float]] = []
    for piece in sorted(members, key=lambda piece: piece.left):
        if columns and piece.left <= columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], piece.right)
        else:
            columns.append([piece.left, piece.right])
    if len(columns) < 2:
        return [_whole(line) for line in drawn]
    if sum(bool(_RTL.search(piece.text)) for piece in members) * 2 > len(members):
        columns.reverse()
    ordered: list[Line] = []
    waiting: list[list[Line]] = [[] for _ in columns]
    for piece in pieces:
        own = [i for i, (left, right) in enumerate(columns) if piece.left <= right and piece.right >= left]
        if len(own) == 1:
            waiting[own[0]].append(piece)
            continue
        ordered += [line for column in waiting for line in column] + [piece]
        waiting = [[] for _ in columns]
    return ordered + [line for column in waiting for line in column]


def _are_beside(one: Line, other: Line) -> bool:
    apart = max(other.left - one.right, one.left - other.right)
    return abs(one.bottom - other.bottom) < 0.5 * one.height and apart > 0


def _whole(pieces: Sequence[Line]) -> Line:
    return replace(
        pieces[0], text=" ".join(p.text for p in pieces), left=min(p.left for p in pieces),
        right=max(p.right for p in pieces), bottom=min(p.bottom for p in pieces), top=max(p.top for p in pieces),
    )  # fmt: skip


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[list[str], dict[int, int]]:
    """The paragraphs and headings of a document.

    Also where each page that has any begins: its number, and the offset in the paragraphs joined by line ends.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return [], {}
    body = _body_height(lines)
    blocks: list[list[Line]] = []
    for page in pages:
        pitch, first = _pitch(page, body), True
        rights = sorted(line.right for line in page)
        for line in page:
            same_page = blocks[-1][-1] if blocks and not first else None
            if same_page is not None:
                ends = _ends(same_page, line, body, pitch, _edge(same_page, page, rights))
            else:
                ends = not blocks or not _runs_on(blocks[-1][-1], line)
            first = False
            if ends:
                blocks.append([line])
            else:
                blocks[-1].append(line)
    words = Counter(re.findall(r"\w+(?:-\w+)*", " ".join(line.text for line in lines).lower()))
    keeps_hyphens = _is_ragged(lines)
    texts: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for block in blocks:
        text, places = _joined([line.text for line in block], words, keeps_hyphens)
        for line, place in zip(block, places, strict=True):
            starts.setdefault(line.page, length + place)
        texts.append(text)
        length += len(text) + 1
    return texts, starts


def without_running_heads(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], list[Removed]]:
    """The pages without page numbers, and without lines at top or bottom that stand at the same height on most.

    Numbers in them may differ: 'The Reporter, page 3' and 'The Reporter, page 4' are the same.
    """
    margins: list[dict[int, tuple[str, int]]] = []
    for page in pages:
        order = sorted(range(len(page)), key=lambda i, page=page: -page[i].top)
        ends = set(order[:_MARGIN_LINES] + order[-_MARGIN_LINES:])
        margins.append({i: (re.sub(r"\d+", "#", page[i].text).lower(), round(page[i].bottom * 100)) for i in ends})
    seen = Counter(key for margin in margins for key in set(margin.values()))
    least = max(2, 0.5 * len(pages) - 0.5)
    kept: list[list[Line]] = []
    removed: list[Removed] = []
    for page, margin in zip(pages, margins, strict=True):
        lines: list[Line] = []
        for i, line in enumerate(page):
            key = margin.get(i)
            # A page may round to the height beside another's.
            repeated = key and sum(seen[key[0], key[1] + near] for near in (-1, 0, 1)) >= least
            numbered = (line.top < 0.09 or line.bottom > 0.93) and _PAGE_NUMBER.match(line.text)
            if repeated or numbered:
                removed.append(Removed(line.text.replace(HYPHEN, "-"), "running head" if repeated else "page number"))
            else:
                lines.append(line)
        kept.append(lines)
    return kept, list(dict.fromkeys(removed))


def _body_height(lines: Sequence[Line]) -> float:
    """The height of most letters."""
    heights: Counter[float] = Counter()
    for line in lines:
        heights[round(line.height, 4)] += len(line.text)
    return heights.most_common(1)[0][0]


def _pitch(page: Sequence[Line], body: float) -> float:
    """From one line of a paragraph to the next."""
    steps = [a.bottom - b.bottom for a, b in pairwise(page)]
    near = [step for step in steps if 0.5 * body < step < 2.5 * body]
    return median(near) if near else 1.2 * body


def _edge(line: Line, page: Sequence[Line], rights: Sequence[float]) -> float:
    """How far to the right the lines of a line's column go."""
    column = [other.right for other in page if abs(other.left - line.left) < 3 * line.height]
    return max(column, default=rights[-1])


def _ends(before: Line, line: Line, body: float, pitch: float, edge: float) -> bool:
    """Whether a paragraph ends between two lines of a page."""
    if abs(before.height - line.height) > 0.15 * max(before.height, line.height):
        return True
    step = before.bottom - line.bottom
    if step < -0.5 * body:  # up again: the next column
        return not _runs_on(before, line)
    is_body = abs(line.height - body) < 0.15 * body
    if step > (1.25 * max(pitch, body) if is_body else 1.45 * line.height):
        return True
    if is_body and line.left > before.left + 0.7 * line.height and before.text.endswith(_END):
        return True
    # The next line's first word would have fitted: the line was ended, not wrapped.
    first_word = len(line.text.split(" ", 1)[0]) + 1
    letter = (line.right - line.left) / max(len(line.text), 1)
    return before.text.endswith(_END) and before.right + first_word * letter < edge


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a paragraph goes on over the end of a column or page: its sentence does."""
    same = abs(before.height - line.height) <= 0.15 * max(before.height, line.height)
    return same and not before.text.endswith(_END)


def _is_ragged(lines: Sequence[Line]) -> bool:
    """Whether a document divides no words: so few of its lines end in a hyphen that they are those of compounds."""
    return sum(line.text.endswith(HYPHEN) for line in lines) < max(2, 0.025 * len(lines))


def _joined(lines: Sequence[str], words: Counter[str], keeps_hyphens: bool) -> tuple[str, list[int]]:
    """The lines as one paragraph, and where each begins in it."""
    text, places = lines[0], [0]
    for line in lines[1:]:
        if text.endswith(HYPHEN):
            text = text[:-1] + ("-" if _has_hyphen(text[:-1], line, words, keeps_hyphens) else "") + line
        elif text and line and _NO_SPACES.match(text[-1]) and _NO_SPACES.match(line[0]):
            text += line
        else:
            text += f" {line}"
        places.append(len(text) - len(line))
    return text.replace(HYPHEN, "-"), places


def _has_hyphen(before: str, line: str, words: Counter[str], keeps_hyphens: bool) -> bool:
    """Whether a hyphen at a line's end is the word's own ('long-term') or the line's ('govern-ment').

    By the document's own words, and where they don't tell, by whether it divides words at all.
    """
    first = re.search(r"[\w-]+$", before)
    second = re.match(r"\w+", line)
    if not first or not second:
        return True
    head, tail = first[0].lower(), second[0].lower()
    if words[head + tail]:
        return False
    if words[f"{head}-{tail}"]:
        return True
    # The halves themselves are counted once at this place.
    if words[head] > 1 and words[tail] > 1:
        return True
    return keeps_hyphens
