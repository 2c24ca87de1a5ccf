"""Lines on pages to paragraphs: running heads dropped, wrapped lines joined, hyphens of line ends resolved.

Knows of positions and text only, not of PDF. Lengths are fractions of the page's height.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from rag.ingest.draft import Removed

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_MARGIN_LINES = 3
# '7', 'Page 3', '3 / 12', '- 4 -', 'Page 3 of 12'; not '1984 was', not '12 March'.
PAGE_NUMBER = re.compile(r"(?i)^[-–— ]*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–— ]*$")
# What a sentence ends with, behind which a short line ends its paragraph.
_END = tuple('.!?:…"”’)»。！？')
WIDE = 1.4  # of a line's height: a wider gap in a line may be that between two columns
_COLUMN = 20  # characters of most lines of a column of text; cells of a table have fewer
RTL = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc]")
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

    @property
    def box(self) -> Box:
        """Where it stands."""
        return self.left, self.bottom, self.right, self.top


def in_reading_order(drawn: Sequence[Sequence[Line]]) -> list[Line]:
    """The lines of a page, each given as its pieces between wide gaps, in the order of reading.

    That of drawing in most PDFs of articles; where two columns were drawn row by row, column by column between the
    lines that go over both. A table's cells stay in their rows.
    """
    drawn = _whole_lines(drawn)
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
    if sum(bool(RTL.search(piece.text)) for piece in members) * 2 > len(members):
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


def _whole_lines(drawn: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The lines, each with its large first letter or raised number, which PDFium takes for lines of their own."""
    lines: list[list[Line]] = []
    for line in drawn:
        begin = line[0]
        letters = [other for other in lines if len(other[0].text) == 1]  # drawn before other lines, some of them
        for other in (*lines[-1:], *letters):
            before = other[-1]
            if touches(before.box, begin.box) and before.right < begin.right:
                apart = " " if begin.left - before.right > 0.15 * min(before.height, begin.height) else ""
                most = max(before, begin, key=lambda piece: len(piece.text))
                text = before.text + apart + begin.text
                line = [*other[:-1], replace(most, text=text, left=before.left, right=begin.right), *line[1:]]
                lines = [one for one in lines if one is not other]
                break
        lines.append(list(line))
    return lines


def _are_beside(one: Line, other: Line) -> bool:
    apart = max(other.left - one.right, one.left - other.right)
    return abs(one.bottom - other.bottom) < 0.5 * one.height and apart > 0


def touches(one: Box, other: Box) -> bool:
    """Whether boxes stand beside one another like words of a line, or like its first letter, or a raised number."""
    height = min(one[3] - one[1], other[3] - other[1])
    apart = max(other[0] - one[2], one[0] - other[2])
    return min(one[3], other[3]) - max(one[1], other[1]) > 0.5 * height and -0.2 * height < apart < 0.5 * height


def _whole(pieces: Sequence[Line]) -> Line:
    return replace(
        pieces[0], text=" ".join(p.text for p in pieces), left=min(p.left for p in pieces),
        right=max(p.right for p in pieces), bottom=min(p.bottom for p in pieces), top=max(p.top for p in pieces),
    )  # fmt: skip


def bare_part(pictures: Sequence[Box], lines: Sequence[Line]) -> Box | None:
    """The longest stretch of a page's pictures on which no text stands; nothing where it's less than half the page."""
    bare: set[int] = set()  # hundredths of the page's height
    for left, bottom, right, top in pictures:
        over = [line for line in lines if line.left < right and line.right > left]
        written = {at for line in over for at in range(int(100 * line.bottom), int(100 * line.top) + 1)}
        bare |= {at for at in range(max(0, int(100 * bottom)), min(100, int(100 * top))) if at not in written}
    stretches = [[at for _, at in run] for _, run in groupby(enumerate(sorted(bare)), lambda pair: pair[1] - pair[0])]
    longest = max(stretches, key=len, default=list[int]())
    if len(longest) < 50:
        return None
    lefts, _, rights, _ = zip(*pictures, strict=True)
    return min(lefts), longest[0] / 100, max(rights), (longest[-1] + 1) / 100


def paragraphs(pages: Sequence[Sequence[Line]]) -> tuple[list[str], dict[int, int]]:
    """The paragraphs and headings of a document.

    Also where each page that has any begins: its number, and the offset in the paragraphs joined by line ends.
    """
    signs = [[_sign(a, b, page, pitch) for a, b in pairwise(page)] for page in pages for pitch in [_pitch(page)]]
    counts = Counter(sign for page in signs for sign in page)
    # Where gaps part the paragraphs, an indent or a short line is a quotation's or a ragged edge's, and so on.
    parting = {"size", "column", "gap", *(("indent",) if counts["indent"] > counts["gap"] else ())}
    parting |= {"short"} if counts["short"] >= counts["gap"] + counts["indent"] else set()
    blocks: list[list[Line]] = []
    for page, found in zip(pages, signs, strict=True):
        for line, sign in zip(page, ["page", *found], strict=False):
            if blocks and (_runs_on(blocks[-1][-1], line) if sign == "page" else sign not in parting):
                blocks[-1].append(line)
            else:
                blocks.append([line])
    words = Counter(re.findall(r"\w+(?:-\w+)*", " ".join(line.text for page in pages for line in page).lower()))
    pairs = [_halves(a.text, b.text) for page in pages for a, b in pairwise(page)]
    divides = sum((words["".join(p)] > 0) - (words["-".join(p)] > 0) for p in pairs if p) >= 0
    texts: list[str] = []
    starts: dict[int, int] = {}
    length = 0
    for block in blocks:
        text, places = _joined([line.text for line in block], words, divides)
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
            numbered = (line.top < 0.09 or line.bottom > 0.93) and PAGE_NUMBER.match(line.text)
            if repeated or numbered:
                removed.append(Removed(line.text, "running head" if repeated else "page number"))
            else:
                lines.append(line)
        kept.append(lines)
    return kept, list(dict.fromkeys(removed))


def _column(line: Line, page: Sequence[Line]) -> tuple[float, float]:
    """From where to where the lines of a line's column go."""
    near = [other for other in page if _is_alike(other, line) and abs(other.left - line.left) < 3 * line.height]
    return min(other.left for other in near), max(other.right for other in near)


def _pitch(page: Sequence[Line]) -> float:
    """From one line to the next in most of a page, in heights of a line."""
    steps = [(a.bottom - b.bottom) / b.height for a, b in pairwise(page) if _is_alike(a, b)]
    return median([step for step in steps if 0.5 < step < 2.5] or [1.2])


def _sign(before: Line, line: Line, page: Sequence[Line], pitch: float) -> str:
    """By what a line of a page begins a paragraph: another size, a gap, an indent …; empty where it runs on."""
    if not _is_alike(before, line):
        return "size"
    step = (before.bottom - line.bottom) / line.height
    is_over = before.text.endswith(_END)
    if step < -0.5:  # up again: the next column
        return "column" if is_over else ""
    if step > 1.25 * max(pitch, 1.15) or (is_over and step > 1.45):
        return "gap"
    if not is_over:
        return ""
    column = _column(line, page)
    if line.left > column[0] + 0.7 * line.height:
        return "indent"
    # The next line's first word would have fitted: the line was ended, not wrapped.
    first_word = len(line.text.split(" ", 1)[0]) + 1
    letter = (line.right - line.left) / max(len(line.text), 1)
    return "short" if before.right + first_word * letter < column[1] else ""


def _is_alike(before: Line, line: Line) -> bool:
    return abs(before.height - line.height) <= 0.15 * max(before.height, line.height)


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a paragraph goes on over the end of a column or page: its sentence does."""
    return _is_alike(before, line) and not before.text.endswith(_END)


def _joined(lines: Sequence[str], words: Counter[str], divides: bool) -> tuple[str, list[int]]:
    """The lines as one paragraph, and where each begins in it.

    A hyphen at a line's end is the word's own ('long-term') or the line's ('govern-ment'): by the document's own words,
    and where they don't tell, by whether those that do are mostly divided ones. Halves are counted once here.
    """
    text, places = lines[0], [0]
    for line in lines[1:]:
        if halves := _halves(text, line):
            head, tail = halves
            is_own = words[f"{head}-{tail}"] or (words[head] > 1 and words[tail] > 1) or not divides
            text = (text if is_own and not words[head + tail] else text[:-1]) + line
        elif text and line and _NO_SPACES.match(text[-1]) and _NO_SPACES.match(line[0]):
            text += line
        else:
            text += f" {line}"
        places.append(len(text) - len(line))
    return text, places


def _halves(before: str, line: str) -> tuple[str, str] | None:
    """'govern' and 'ment' of lines that end in 'govern-' and begin with 'ment'."""
    head, tail = re.search(r"([\w-]*\w)-$", before), re.match(r"\w+", line)
    return (head[1].lower(), tail[0]) if head and tail and line[0].islower() else None
