"""Rich text (RTF), through striprtf; title and author from its information group."""

import re
from importlib import import_module
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated

# '{\title North denies}' and '{\author Jane Doe}'; not '{\*\company X}', not a title with groups in it.
_INFO = re.compile(r"\{\\(title|author) ([^{}]{1,500})\}")


def read_rtf(data: bytes) -> Draft:
    """A document, one article. Its dates are those of the file, and aren't read.

    Raises:
        UnreadableError: it holds no text.
    """
    rtf_to_text: Any = import_module("striprtf.striprtf").rtf_to_text
    # RTF is ASCII; what isn't, against the rules, is kept byte for byte until striprtf knows the code page.
    source = data.decode("latin-1")
    text = str(rtf_to_text(source, encoding="cp1252", errors="replace"))
    if not text.strip():
        raise UnreadableError("is an RTF document without text: save the text itself")
    fields: dict[str, Stated] = {}
    for name, value in _INFO.findall(source[:20_000]):
        plain = str(rtf_to_text("{\\rtf1\\ansi " + value + "}", encoding="cp1252", errors="replace")).strip()
        if plain:
            fields.setdefault(name, Stated(plain, "document properties"))
    return Draft(text=text, fields=fields)
