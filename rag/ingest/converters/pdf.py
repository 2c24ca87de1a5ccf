"""PDF, through PDFium: the lines of its pages, with where they stand, and what the file says of itself.

PDFium rather than pypdf: it knows hyphens at line ends, gives positions, and is fuzzed all day as Chrome's reader.
`pdf_lines` makes paragraphs of the lines.
"""

import ctypes
import re
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter
from rag.ingest.converters.pdf_lines import HYPHEN, Line, paragraphs
from rag.ingest.draft import Draft, Stated

_MOST_PAGES = 1000
_FEW = 20  # characters: a page with less holds no text but its number
_MOST_CHARACTERS = 5_000_000
_OCR = "run a text recogniser over it (ocrmypdf in.pdf out.pdf) and read what that gives"
# PDFium gives the two letters of the one shape 'ﻼ' from left to right, which turns them round: both have its box.
_LAM, _ALEFS = 0x644, frozenset("اأإآ")
# And the hyphen between a Hebrew prefix and a number behind the number. Matches: 'כ2,400- ' for 'כ-2,400 '.
_NUMBER_BEHIND_PREFIX = re.compile(r"([\u05d0-\u05ea])(\d[\d.,]*)-(?= |$)")
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
        pages = _pages(document)
        metadata = document.get_metadata_dict()
    finally:
        document.close()
    lines, removed = paragraphs(pages)
    text = "\n".join(lines)
    _check_letters(text)
    fields: dict[str, Stated] = {}
    for name in ("Title", "Author"):
        value = " ".join(str(metadata.get(name, "")).split())
        if value and not _NO_TITLE.match(value):
            fields[name.lower()] = Stated(value, "PDF metadata")
    if empty := [number for number, page in enumerate(pages, 1) if sum(len(line.text) for line in page) < _FEW]:
        listed = ", ".join(str(number) for number in empty[:20]) + (" …" if len(empty) > 20 else "")
        many = "s" if len(empty) > 1 else ""
        fields["note"] = Stated(
            f"of {len(pages)} pages, page{many} {listed} without text, pictures perhaps: {_OCR}", "PDF"
        )
    return Draft(text=text, fields=fields, removed=tuple(removed))


def _pages(document: Any) -> list[list[Line]]:
    pages: list[list[Line]] = []
    left = _MOST_CHARACTERS
    for index in range(len(document)):
        page = document[index]
        text = page.get_textpage()
        left -= text.count_chars()
        if left < 0:
            raise UnreadableError(f"holds more than {_MOST_CHARACTERS:,} characters: split it")
        pages.append(_lines(text, float(page.get_height())))
        text.close()
        page.close()
    return pages


def _lines(page: Any, height: float) -> list[Line]:
    """The lines of a page in the order of its content, which is that of reading in most PDFs of articles."""
    import pypdfium2.raw as raw

    lines: list[Line] = []
    letters: list[str] = []
    boxes: list[tuple[float, float, float, float]] = []
    box = raw.FS_RECTF()

    def end_line() -> None:
        text = _NUMBER_BEHIND_PREFIX.sub(r"\1-\2", " ".join("".join(letters).split()))
        if text and boxes:
            lines.append(
                Line(
                    text=text,
                    left=min(b[0] for b in boxes) / height,
                    right=max(b[2] for b in boxes) / height,
                    bottom=min(b[1] for b in boxes) / height,
                    top=max(b[3] for b in boxes) / height,
                )
            )
        letters.clear()
        boxes.clear()

    codes = [int(raw.FPDFText_GetUnicode(page, i)) for i in range(page.count_chars())]
    for i, code in enumerate(codes):
        if code in (10, 13):
            end_line()
            continue
        if code in (0x02, 0xFFFE):  # what PDFium makes of a hyphen behind which the line ends
            letters.append(HYPHEN)
            end_line()
            continue
        if code == 0 or 0xD800 <= code <= 0xDFFF:
            code = 0xFFFD
        letters.append(chr(code) if code < 0x110000 else "\ufffd")
        if code == _LAM and letters[-2:-1] and letters[-2] in _ALEFS and _box(page, i) == _box(page, i - 1):
            letters[-2:] = letters[-1], letters[-2]
        if i % 8 and letters[-2:-1] and codes[i + 1 : i + 2] not in ([10], [13]):
            continue  # the boxes of a line's first and last letters and of a few between them say as much
        if not letters[-1].isspace() and raw.FPDFText_GetLooseCharBox(page, i, ctypes.byref(box)):
            boxes.append((box.left, box.bottom, box.right, box.top))
    end_line()
    return lines


def _box(page: Any, i: int) -> tuple[float, float]:
    """Where a letter begins and ends on its line."""
    import pypdfium2.raw as raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(page, i, ctypes.byref(box))
    return box.left, box.right


def _check_letters(text: str) -> None:
    """Refuse a PDF of pictures, or one with fonts that don't tell which letters their shapes are."""
    letters = [c for c in text if not c.isspace()]
    if len(letters) < 20:
        raise UnreadableError(f"is a PDF without text, of pictures only: {_OCR}")
    unknown = sum(c == "\ufffd" or c < " " or "\ue000" <= c <= "\uf8ff" for c in letters)
    if unknown > 0.3 * len(letters):
        raise UnreadableError(f"is a PDF with fonts that don't say which letters they show: {_OCR}")


PDF = Converter("pdf", (".pdf",), lambda data, suffix: b"%PDF-" in data[:1024], lambda file: read_pdf(file.data))
