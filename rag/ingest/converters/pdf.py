"""PDF, through PDFium: the lines of its pages, with where they stand, and what the file says of itself.

PDFium rather than pypdf: it knows hyphens at line ends, gives positions, and is fuzzed all day as Chrome's reader.
`pdf_lines` makes paragraphs of the lines.
"""

import math
import os
import re
import shutil
import signal
import subprocess
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice, pairwise
from statistics import median
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter
from rag.ingest.converters.pdf_lines import (
    RTL,
    WIDE,
    Box,
    Line,
    bare_part,
    in_reading_order,
    paragraphs,
    touches,
    without_running_heads,
)
from rag.ingest.draft import Draft, Stated
from rag.text.characters import plain_text

_MOST_PAGES = 1000
_FEW = 20  # characters: a page with less holds no text but its number
_MOST_CHARACTERS = 5_000_000
_MOST_OBJECTS = 10_000  # of a page, among which pictures are looked for
_OCR = "install Tesseract (tesseract-ocr), or run ocrmypdf in.pdf out.pdf and read what that gives"
# A word with signs before and behind it: '(25%),' and not '-'.
_WORD = re.compile(r"(?<!\S)([^\w\s]*)(\w\S*?)([^\w\s]*)(?!\S)")
_BEFORE, _BEHIND = str.maketrans(")]}»›", "([{«‹"), str.maketrans("([{«‹", ")]}»›")
_SHAPES = re.compile("[\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew and Arabic letters as their places in a word shape them
# Titles that programs set: 'Microsoft Word - draft.docx', 'untitled', 'scan0001.pdf', '(anonymous)'.
_NO_TITLE = re.compile(
    r"(?i)^(?:microsoft \w+ - .*|untitled.*|\(?(?:anonymous|unspecified|none)\)?|[^ ]*\.\w{3,4}|about:blank)$"
)


def read_pdf(data: bytes) -> Draft:
    """A document, one article. Its dates are those of the file, and aren't read.

    Raises:
        UnreadableError: it is encrypted, damaged, too long, holds only pictures, or fonts that hide their letters.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as e:
        if "password" in str(e).lower() or "security" in str(e).lower():
            raise UnreadableError("is encrypted: save it without a password") from e
        raise UnreadableError(f"is a damaged PDF ({e}): save or download it again") from e
    try:
        if len(document) > _MOST_PAGES:
            raise UnreadableError(f"has {len(document):,} pages, more than {_MOST_PAGES:,}: split it")
        drawn, pictures = _pages(document)
        pages, removed = without_running_heads(drawn)
        unread: dict[int, Box | None] = {
            n: part for n, page in enumerate(pages, 1) if (part := bare_part(pictures[n - 1], page))
        }
        unread |= {n: None for n, page in enumerate(pages, 1) if sum(len(line.text) for line in page) < _FEW}
        recognised, notes = _recognised(document, unread)
        for number, lines in recognised.items():
            page, part = pages[number - 1], unread[number]
            above = sum(line.bottom > part[1] for line in page) if part else 0
            pages[number - 1] = page[:above] + lines + page[above:] if part else lines
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    lines, starts = paragraphs(pages)
    text = "\n".join(lines)
    _check_letters(text, notes)
    fields: dict[str, Stated] = {}
    for name in ("Title", "Author"):
        value = " ".join(str(metadata.get(name, "")).split())
        if value and not _NO_TITLE.match(value):
            fields[name.lower()] = Stated(value, "PDF metadata")
    if notes:
        fields["note"] = Stated((f"of {len(pages)} pages, " if len(pages) > 1 else "") + "; ".join(notes), "PDF")
    begins = [starts.get(number, -1) for number in range(1, len(pages) + 1)]
    for i in reversed(range(len(begins))):  # a page without text begins where the next one does
        begins[i] = begins[i] if begins[i] >= 0 else (begins[i + 1] if i + 1 < len(begins) else len(text))
    return Draft(text=text, fields=fields, removed=tuple(removed), pages=(0, *begins[1:]))


def _listed(pages: list[int]) -> str:
    return f"page{'s' if len(pages) > 1 else ''} " + ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")


def _recognised(document: Any, unread: Mapping[int, Box | None]) -> tuple[dict[int, list[Line]], list[str]]:
    """What Tesseract reads on pages or parts of them, each paragraph as a line of its own, and what became of each."""
    found, became = dict[int, list[Line]](), dict[str, list[int]]()
    program, ends = tesseract(), time.monotonic() + OCR_SECONDS
    listed = subprocess.run([program, "--list-langs"], capture_output=True).stdout.decode() if program else ""
    installed = [name.strip() for name in listed.split("\n")[1:] if name.strip()]
    languages = [name for name in installed if name not in ("osd", "equ")]
    by = f"by Tesseract, in {', '.join(languages)}"
    for number, part in sorted(unread.items()):
        what = "with a picture over most of it" if part else "without text, pictures perhaps"
        if not program or not languages:
            became.setdefault(f"{what}: {_OCR}", []).append(number)
            continue
        # With the data for it, it turns a page that lies on its side.
        command = [program, "stdin", "stdout", "-l", "+".join(languages), "--psm", "1" if "osd" in installed else "3"]
        table = _table(command, document[number - 1], part, ends - time.monotonic())
        if table is None:
            outcome = f"{what}, not read: the time for it ran out ({OCR_SECONDS:g} s)"
        elif texts := _paragraphs(table):
            outcome = f"read from the picture {by}, which may have erred"
            found[number] = [
                Line(text=text, left=0, right=1, bottom=-5.0 * i, top=1 - 5.0 * i, page=number)  # alike no line of type
                for i, text in enumerate(texts)
            ]
        else:
            outcome = f"{what}, on which no words could be made out {by}"
        became.setdefault(outcome, []).append(number)
    return found, [f"{_listed(pages)} {outcome}" for outcome, pages in became.items()]


def _table(command: Sequence[str], page: Any, part: Box | None, seconds: float) -> str | None:
    """Tesseract's table of the words on a page, or a part of it; nothing where its time ran out."""
    if seconds <= 0:
        return None
    scale = min(_DPI / 72, (_MOST_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    picture = bitmap.to_numpy()
    if part:
        left, bottom, right, top = (side * page.get_height() for side in part)
        place, corners = bitmap.get_posconv(page), ((left, bottom), (right, top))
        columns, rows = (
            sorted(max(0, at) for at in ends) for ends in zip(*(place.to_bitmap(*c) for c in corners), strict=True)
        )
        picture = picture[slice(*rows), slice(*columns)]
    page.close()
    height, width = picture.shape[:2]
    done = subprocess.run(
        [*command, "tsv"],
        input=b"P5 %d %d 255\n" % (width, height) + picture.tobytes(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads wait for one another where others compute
        # It ends by itself, since a reader may end no process. Windows has no alarm, only the sandbox's own limit.
        preexec_fn=partial(signal.alarm, math.ceil(seconds)) if hasattr(signal, "alarm") else None,
    )
    # By the alarm, or by the limit of processor time that it has from the reader.
    return None if done.returncode in (-14, -24) else done.stdout.decode("utf-8", "replace")


def _paragraphs(table: str) -> list[str]:
    """The paragraphs of Tesseract's table of words; none where it takes half of the words for misread itself."""
    rows = [row.split("\t") for row in table.split("\n")[1:]]
    words = [float(row[10]) for row in rows if row[0] == "5" and row[11].strip()]
    if not words or median(words) < 50:  # of 100
        return []
    told = "".join({"3": "\n\n", "4": "\n", "5": f" {row[-1]}"}.get(row[0], "") for row in rows)
    texts: list[str] = []
    for text in (plain_text(" ".join(part.replace("-\n ", "").split())) for part in re.split(r"\n\s*\n", told)):
        if texts and text[:1].islower():  # Tesseract parts ragged lines
            texts[-1] += f" {text}"
        elif any(c.isalnum() for c in text):
            texts.append(text)
    return texts


def tesseract() -> str | None:
    """The program Tesseract, where it is installed."""
    return shutil.which("tesseract")


OCR_SECONDS = 240.0
_DPI, _MOST_PIXELS = 300, 30_000_000


def _pages(document: Any) -> tuple[list[list[Line]], list[list[Box]]]:
    """The lines and the pictures of the pages, their places as shares of the page's height."""
    pages: list[list[Line]] = []
    pictures: list[list[Box]] = []
    left = _MOST_CHARACTERS
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        left -= text.count_chars()
        if left < 0:
            raise UnreadableError(f"holds more than {_MOST_CHARACTERS:,} characters: split it")
        height = float(page.get_height())
        pages.append(in_reading_order(_lines(text, height, index + 1)))
        pictures.append(_pictures(page, height))
        text.close()
        page.close()
    return pages, pictures


def _pictures(page: Any, height: float) -> list[Box]:
    """Where the wide pictures of a page stand."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    found: list[Box] = []
    with suppress(pdfium.PdfiumError):  # a picture that can't be placed
        for one in islice(page.get_objects(), _MOST_OBJECTS):
            if one.type != raw.FPDF_PAGEOBJ_IMAGE:
                continue
            box, form = one.get_bounds(), one.container
            while form:
                box, form = form.get_matrix().on_rect(*box), form.container
            if box[2] - box[0] > 0.5 * page.get_width():
                left, bottom, right, top = (side / height for side in box)
                found.append((left, bottom, right, top))
    return found


def _lines(page: Any, height: float, number: int) -> list[list[Line]]:
    """The lines of a page in the order of its content, each as its pieces between wide gaps."""
    import pypdfium2.raw as raw

    lines: list[list[Line]] = [[]]
    letters: list[str] = []
    boxes: list[Box] = []

    def is_wide(i: int) -> bool:
        """Whether the gap around a space is wide for the height of a letter's box."""
        (_, _, right, _), (left, _, _, _) = page.get_charbox(i - 1, loose=True), page.get_charbox(i + 1, loose=True)
        return left - right > WIDE * (boxes[-1][3] - boxes[-1][1])

    def end_piece() -> None:
        lines[-1].extend(_piece("".join(letters), boxes, height, number))
        letters.clear()
        boxes.clear()

    def end_line() -> None:
        end_piece()
        if lines[-1]:
            lines.append([])

    handle = page.raw
    codes = [raw.FPDFText_GetUnicode(handle, i) for i in range(page.count_chars())]
    if RTL.search("".join(map(_letter, codes))):
        return _turned(page, codes, height, number)
    for i, code in enumerate(codes):
        if code in (10, 13):
            end_line()
            continue
        if code in (0x02, 0xFFFE):  # what PDFium makes of a hyphen behind which the line ends
            letters.append("-")
            end_line()
            continue
        letters.append(_letter(code))
        if i % 8 and not letters[-1].isspace() and letters[-2:-1] and codes[i + 1 : i + 2] not in ([10], [13]):
            continue  # the boxes of a line's first and last letters and of a few between them say as much
        if letters[-1].isspace():
            if boxes and 0 < i < len(codes) - 1 and is_wide(i):
                end_piece()
            continue
        boxes.append(page.get_charbox(i, loose=True))
    end_line()
    return lines[:-1]


def _letter(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xE000 <= code < 0xFFFE or 0xFFFF < code < 0x110000 else "\ufffd"


def _turned(page: Any, codes: Sequence[int], height: float, number: int) -> list[list[Line]]:
    """The lines of a page that has letters from right to left, by where its characters stand.

    PDFium's own order is right only for some of the programs that make PDFs, and only within words.
    """
    drawn: list[list[tuple[str, Box]]] = [[]]
    for i, code in enumerate(codes):
        if code in (10, 13):
            drawn.append([])
        else:
            drawn[-1].append(("-" if code in (0x02, 0xFFFE) else _letter(code), page.get_charbox(i, loose=True)))
    rows: list[list[tuple[str, Box]]] = []
    for row in drawn:
        if all(c.isspace() for c, _ in row):
            continue
        if rows and touches(_around(rows[-1]), _around(row)):  # PDFium takes one line for two
            rows[-1] += [(" ", row[0][1]), *row]
        else:
            rows.append(row)
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
    lines: list[list[Line]] = []
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
        ordered = pieces[::-1] if direction == "R" else pieces
        lines.append(
            [line for text, boxes in ordered for line in _piece(_logical(text, direction), boxes, height, number)]
        )
    return [line for line in lines if line]


def _around(row: Sequence[tuple[str, Box]]) -> Box:
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


def _piece(letters: str, boxes: Sequence[Box], height: float, number: int) -> Iterator[Line]:
    """The piece of a line that the letters make, as shares of the page's height; nothing where they are blank."""
    text = plain_text(letters)
    if text and boxes:
        yield Line(
            text=text,
            page=number,
            left=min(b[0] for b in boxes) / height,
            right=max(b[2] for b in boxes) / height,
            bottom=min(b[1] for b in boxes) / height,
            top=max(b[3] for b in boxes) / height,
        )


def _check_letters(text: str, notes: Sequence[str]) -> None:
    """Refuse a PDF of pictures, or one with fonts that don't tell which letters their shapes are."""
    letters = [c for c in text if not c.isspace()]
    if len(letters) < 20:
        raise UnreadableError(f"is a PDF without text: {'; '.join(notes) or _OCR}")
    unknown = sum(c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff" for c in letters)
    if unknown > 0.3 * len(letters):
        raise UnreadableError(
            "is a PDF with fonts that don't say which letters they show: run ocrmypdf --force-ocr in.pdf out.pdf"
        )


PDF = Converter("pdf", (".pdf",), lambda data, suffix: b"%PDF-" in data[:1024], lambda file: read_pdf(file.data))
