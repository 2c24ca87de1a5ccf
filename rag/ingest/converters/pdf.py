"""PDF, through PDFium: the lines of its pages, with where they stand, and what the file says of itself.

PDFium rather than pypdf: it knows hyphens at line ends, gives positions, and is fuzzed all day as Chrome's reader.
`pdf_lines` makes paragraphs of the lines.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter
from rag.ingest.converters.ocr import INSTALL, recognised
from rag.ingest.converters.pdf_lines import (
    RTL,
    WIDE,
    Box,
    Line,
    bare_part,
    in_reading_order,
    paragraphs,
    without_running_heads,
)
from rag.ingest.converters.right_to_left import ordered
from rag.ingest.draft import Draft, Stated
from rag.text.characters import plain_text

_MOST_PAGES = 1000
_FEW = 20  # characters: a page with less holds no text but its number
_MOST_CHARACTERS = 5_000_000
_MOST_OBJECTS = 10_000  # of a page, among which pictures are looked for
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
        read, notes = recognised(document, unread)
        for number, lines in read.items():
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
    shown = [_letter(code) for code in codes]
    if RTL.search("".join(shown)):
        return _from_right_to_left(page, codes, shown, height, number)
    for i, code in enumerate(codes):
        if code in (10, 13):
            end_line()
            continue
        if code in (0x02, 0xFFFE):  # what PDFium makes of a hyphen behind which the line ends
            letters.append("-")
            end_line()
            continue
        letters.append(shown[i])
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


def _from_right_to_left(
    page: Any, codes: Sequence[int], shown: Sequence[str], height: float, number: int
) -> list[list[Line]]:
    """The lines of a page that has letters from right to left; `shown` is what its codes stand for."""
    drawn: list[list[tuple[str, Box]]] = [[]]
    for i, code in enumerate(codes):
        if code in (10, 13):
            drawn.append([])
        else:
            drawn[-1].append(("-" if code in (0x02, 0xFFFE) else shown[i], page.get_charbox(i, loose=True)))
    lines = [
        [line for text, boxes in pieces for line in _piece(text, boxes, height, number)] for pieces in ordered(drawn)
    ]
    return [line for line in lines if line]


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
        raise UnreadableError(f"is a PDF without text: {'; '.join(notes) or INSTALL}")
    unknown = sum(c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff" for c in letters)
    if unknown > 0.3 * len(letters):
        raise UnreadableError(
            "is a PDF with fonts that don't say which letters they show: run ocrmypdf --force-ocr in.pdf out.pdf"
        )


PDF = Converter("pdf", (".pdf",), lambda data, suffix: b"%PDF-" in data[:1024], lambda file: read_pdf(file.data))
