"""Lines of a PDF page that has letters from right to left: their characters put into the order of reading.

By where they stand, and by the Unicode bidirectional algorithm. Knows characters and boxes, nothing of articles.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.ingest.converters.pdf_lines import RTL, WIDE, Box, touches

Character = tuple[str, Box]
# A word with signs before and behind it: '(25%),' and not '-'.
_WORD = re.compile(r"(?<!\S)([^\w\s]*)(\w\S*?)([^\w\s]*)(?!\S)")
_BEFORE, _BEHIND = str.maketrans(")]}»›", "([{«‹"), str.maketrans("([{«‹", ")]}»›")
_SHAPES = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew and Arabic letters as their places in a word shape them


def ordered(drawn: Sequence[Sequence[Character]]) -> list[list[tuple[str, list[Box]]]]:
    """The lines of a page that has letters from right to left, by where its characters stand.

    PDFium's own order is right only for some of the programs that make PDFs, and only within words.

    Args:
        drawn: its lines as PDFium gives them, each as characters with their boxes.

    Returns:
        Its lines, each as its pieces between wide gaps: their text in the order of reading, and its boxes.
    """
    rows: list[list[Character]] = []
    for row in drawn:
        if all(c.isspace() for c, _ in row):
            continue
        if rows and touches(_around(rows[-1]), _around(row)):  # PDFium takes one line for two
            rows[-1] += [(" ", row[0][1]), *row]
        else:
            rows.append(list(row))
    if not rows:
        return []
    # PDFium's spaces say how many gaps are spaces, not where they stand.
    spaces = [len("".join(c for c, _ in row).split()) - 1 for row in rows]
    # The one shape 'ﻼ' is two letters in one box, of which the one on the left is read last.
    rows = [
        sorted((one for one in row if not one[0].isspace()), key=lambda one: (one[1][2], one[0] == "ل")) for row in rows
    ]
    # Lines are flush where they begin: on a page of ragged lines that tells the direction, which its letters don't.
    lefts, rights = (max(Counter(round(row[end][1][side]) for row in rows).values()) for end, side in ((0, 0), (-1, 2)))
    flush = "R" if rights > 2 * lefts else "L" if lefts > 2 * rights else ""
    direction = flush or "R"
    lines: list[list[tuple[str, list[Box]]]] = []
    for row, count in zip(rows, spaces, strict=True):
        letters = [c for c, _ in row if c.isalpha()]
        turned = sum(bool(RTL.match(c)) for c in letters)
        if letters:  # a line of a number alone is of the paragraph of the line before
            direction = "L" if not turned else flush or ("R" if 2 * turned > len(letters) else "L")
        gaps = [after[0] - before[2] for (_, before), (_, after) in pairwise(row)]
        spaced = set(sorted(range(len(gaps)), key=lambda i: -gaps[i])[: max(count, 0)])
        pieces: list[tuple[str, list[Box]]] = []
        for i, (letter, box) in enumerate(row):
            if not i or gaps[i - 1] > WIDE * (box[3] - box[1]):
                pieces.append(("", []))
            text, boxes = pieces[-1]
            pieces[-1] = (text + " " * (bool(text) and i - 1 in spaced) + letter, [*boxes, box])
        reading = pieces[::-1] if direction == "R" else pieces
        lines.append([(_logical(text, direction), boxes) for text, boxes in reading])
    return lines


def _around(row: Sequence[Character]) -> Box:
    left, bottom, right, top = zip(*(box for c, box in row if not c.isspace()), strict=True)
    return min(left), min(bottom), max(right), max(top)


def _logical(seen: str, direction: str) -> str:
    """The characters of a line in the order of reading, of those in the order of their places from left to right.

    The bidirectional algorithm (Unicode Standard Annex 9) is its own inverse but for rare lines.
    """
    from bidi import get_display

    # A number takes after the letters that are read before it, which here stand behind it.
    before = "\u0627" if direction == "R" and any("\u0600" <= c <= "\u08ff" for c in seen) else ""
    text = str(get_display(before + seen, base_dir=direction)).removesuffix(before)
    text = _SHAPES.sub(lambda shape: unicodedata.normalize("NFKC", shape[0]), text)
    # Whether a bracket was mirrored can't be told: by programs it is, isn't, and is again by PDFium.
    return _WORD.sub(lambda m: m[1].translate(_BEFORE) + m[2] + m[3].translate(_BEHIND), text)
