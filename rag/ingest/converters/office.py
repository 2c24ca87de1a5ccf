"""Documents of office programs: Word (DOCX), presentations (PPTX), tables (XLSX), rich text (RTF).

Each through its library. Their dates are those of the file, and are never read.
"""

import re
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Input, ReadResult, check_unpacked_size, holds
from rag.ingest.converters.databases import split_export
from rag.ingest.converters.records import read_rows
from rag.ingest.draft import Draft, Stated

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word writes a drawing twice, anew and for old programs; the second telling is left out.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SPACING = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# Programs that sign as authors, and titles that nobody gave.
_NOBODY = ("python-docx", "Microsoft Office User", "Word Document", "Document1", "PowerPoint Presentation", "openpyxl")
# '{\title North denies}' and '{\author Jane Doe}'; not '{\*\company X}', not a title with groups in it.
_INFO = re.compile(r"\{\\(title|author) ([^{}]{1,500})\}")


def _docx(file: Input) -> Draft:
    """A document: every paragraph in its order, tables and text boxes among them.

    python-docx opens it; its own `paragraph.text` leaves out what was inserted while changes were tracked.
    """
    import docx

    check_unpacked_size(file)
    document = docx.Document(BytesIO(file.data))
    return _document([line for line in _lines(document.element.body) if line], document.core_properties)


def _lines(body: Any) -> list[str]:
    """Its paragraphs; the cells of a table's row are one line."""
    texts: dict[Any, list[str]] = {}
    for node in body.iter():
        if node.tag == f"{_W}p":
            texts.setdefault(node, [])
        elif node.tag == f"{_W}t" or node.tag in _SPACING:
            # In a paragraph's style a tab is a tab stop.
            inside = {parent.tag for parent in node.iterancestors()} & {_FALLBACK, f"{_W}pPr"}
            paragraph = next(node.iterancestors(f"{_W}p"), None)
            if paragraph is not None and not inside:
                texts[paragraph].append(node.text or "" if node.tag == f"{_W}t" else _SPACING[node.tag])
    lines: dict[Any, list[str]] = {}
    for paragraph, parts in texts.items():
        row = next((above for above in paragraph.iterancestors(f"{_W}tr")), paragraph)
        lines.setdefault(row, []).append("".join(parts).strip())
    return [" | ".join(filter(None, parts)) for parts in lines.values()]


def _pptx(file: Input) -> Draft:
    """A presentation: the text of its slides in their order, tables and speaker's notes among it."""
    pptx: Any = import_module("pptx")
    check_unpacked_size(file)
    presentation = pptx.Presentation(BytesIO(file.data))
    lines: list[str] = []
    for slide in presentation.slides:
        lines += _shapes(slide.shapes)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            lines += slide.notes_slide.notes_text_frame.text.splitlines()
    return _document([line.strip() for line in lines if line.strip()], presentation.core_properties)


def _shapes(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif shape.has_text_frame:
            yield from (paragraph.text.replace("\v", "\n") for paragraph in shape.text_frame.paragraphs)
        elif getattr(shape, "has_table", False):
            yield from (" | ".join(cell.text for cell in row.cells) for row in shape.table.rows)


def _xlsx(file: Input) -> ReadResult:
    """A table of records, an article a row, as a CSV file: the first sheet that has a row of names that are known."""
    openpyxl: Any = import_module("openpyxl")
    check_unpacked_size(file)
    book = openpyxl.load_workbook(BytesIO(file.data), read_only=True, data_only=True)
    fault = UnreadableError("is a table without rows")
    for sheet in book.worksheets:
        rows = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        try:
            return read_rows(rows, file.options)
        except UnreadableError as e:
            fault = e
    raise fault


def _cell(value: Any) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _document(lines: list[str], properties: Any) -> Draft:
    if not lines:
        raise UnreadableError("is a document without text (it may hold pictures of text): save the text itself")
    fields: dict[str, Stated] = {}
    for name in ("title", "author", "language"):
        value = (getattr(properties, name) or "").strip()
        if value and value not in _NOBODY:
            fields[name] = Stated(value, "document properties")
    return Draft(text="\n".join(lines), fields=fields, is_bounded=True)


def _rtf(file: Input) -> Draft:
    rtf_to_text: Any = import_module("striprtf.striprtf").rtf_to_text
    # RTF is ASCII; what isn't, against the rules, is kept byte for byte until striprtf knows the code page.
    source = file.data.decode("latin-1")
    text = str(rtf_to_text(source, encoding="cp1252", errors="replace"))
    fields: dict[str, Stated] = {}
    for name, value in _INFO.findall(source[:20_000]):
        plain = str(rtf_to_text("{\\rtf1\\ansi " + value + "}", encoding="cp1252", errors="replace")).strip()
        if plain:
            fields.setdefault(name, Stated(plain, "document properties"))
    return Draft(text=text, fields=fields)


CONVERTERS = (
    Converter(
        "docx", (".docx", ".docm"), lambda data, suffix: holds(data, "word/"), lambda file: split_export(_docx(file))
    ),
    Converter("pptx", (".pptx", ".pptm"), lambda data, suffix: holds(data, "ppt/"), _pptx),
    Converter("xlsx", (".xlsx", ".xlsm"), lambda data, suffix: holds(data, "xl/"), _xlsx, holds_many=True),
    Converter("rtf", (".rtf",), lambda data, suffix: data.startswith(b"{\\rtf"), lambda file: split_export(_rtf(file))),
)
