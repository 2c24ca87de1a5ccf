"""Word documents (DOCX): every paragraph in the order of the document, tables and text boxes among them."""

from io import BytesIO
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated
from rag.ingest.formats.archive import check_unpacked_size
from rag.ingest.formats.model import ReadOptions

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# Word writes a drawing twice, anew and for old programs; the second telling is left out.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SPACING = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_docx(data: bytes, options: ReadOptions) -> Draft:
    """A document, one article. Its dates are those of the file, and aren't read.

    python-docx opens it; its own `paragraph.text` leaves out what was inserted while changes were tracked.

    Raises:
        UnreadableError: it unpacks to too much, or holds no text.
    """
    import docx

    check_unpacked_size(data, options.max_container_bytes)
    document = docx.Document(BytesIO(data))
    lines = _lines(document.element.body)
    if not any(lines):
        raise UnreadableError("is a document without text (it may hold pictures of text): save the text itself")
    fields: dict[str, Stated] = {}
    properties = document.core_properties
    # 'python-docx' and 'Microsoft Office User' are programs; a title like 'Document1' is none.
    for name, value in (("title", properties.title), ("author", properties.author), ("language", properties.language)):
        value = (value or "").strip()
        if value and value not in ("python-docx", "Microsoft Office User", "Word Document", "Document1"):
            fields[name] = Stated(value, "document properties")
    return Draft(text="\n".join(line for line in lines if line), fields=fields)


def _lines(body: Any) -> list[str]:
    texts: dict[Any, list[str]] = {}
    for node in body.iter():
        if node.tag == f"{_W}p":
            texts.setdefault(node, [])
        elif node.tag == f"{_W}t" or node.tag in _SPACING:
            above = list(node.iterancestors())
            if any(parent.tag == _FALLBACK for parent in above):
                continue
            if node.tag != f"{_W}t" and any(parent.tag == f"{_W}pPr" for parent in above):
                continue  # a tab stop of the paragraph's style, not a tab in it
            paragraph = next((parent for parent in above if parent.tag == f"{_W}p"), None)
            if paragraph is not None:
                texts[paragraph].append(node.text or "" if node.tag == f"{_W}t" else _SPACING[node.tag])
    return ["".join(parts).strip() for parts in texts.values()]
