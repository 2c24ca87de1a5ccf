"""Plain text and Markdown: the encoding found, lines that were only wrapped joined again, front matter read.

No third-party parser but YAML's runs here, so small text may be read in the process itself.
"""

import codecs
from contextlib import suppress
from itertools import pairwise
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Input, NotAnArticle, ReadResult
from rag.ingest.draft import Draft, Stated
from rag.ingest.fields import yaml_fields

_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # that of UTF-32 begins as the first does
_SAMPLE = 2**16


def _text(file: Input) -> Draft | ReadResult:
    """A text file: one article, or an export of several."""
    from rag.ingest.converters.databases import split_export

    return split_export(Draft(text=unwrapped(decoded(file.data))))


def _markdown(file: Input) -> Draft:
    """A Markdown file, one article. The marks stay in the text: cleaning knows them."""
    text, fields = _front_matter(decoded(file.data))
    if fields.get("ingest") is False:
        raise NotAnArticle("says ingest: false in its front matter")
    return Draft(text=text, fields={k: Stated(v, "front matter") for k, v in fields.items() if v is not None})


def _front_matter(text: str) -> tuple[str, dict[str, Any]]:
    """`---`, fields, `---` at the very start, taken off the text."""
    lines = text.lstrip().splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return text, {}
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return text, {}
    try:
        fields = yaml_fields("".join(lines[1:end]))
    except ValueError as e:
        raise UnreadableError(f"has front matter that {e}") from e
    return "".join(lines[end + 1 :]), fields


def _is_text(data: bytes, suffix: str) -> bool:
    """What is named as text, has no suffix that means a format ('notes', 'Nov. 2'), or is a page without a tag."""
    means_format = 1 < len(suffix) <= 6 and suffix[1:].isalnum() and not suffix[1:].isdigit()
    return suffix in _TEXT or not means_format or (suffix in (".html", ".htm", ".xhtml") and b"<" not in data)


_TEXT = (".txt", ".text")
CONVERTERS = (
    Converter("markdown", (".md", ".markdown"), lambda data, suffix: suffix in (".md", ".markdown"), _markdown),
    Converter("text", _TEXT, _is_text, _text),
)


def decoded(data: bytes, declared: str = "") -> str:
    """The text of bytes: as UTF-8, as they are declared, or in the likeliest encoding, by their mark or letters.

    Text that is valid UTF-8 is hardly ever anything else, whatever it says; a declaration that more than a byte or two
    contradict is wrong.

    Raises:
        UnreadableError: it is no text, or in no encoding that is known.
    """
    if not data.startswith(_WIDE_MARKS) and data.count(0) <= len(data) / 100:
        data = data.replace(b"\0", b"")  # a slip of a few; in UTF-16 many bytes are zero
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as e:
            if e.start >= len(data) - 3:  # cut off in the middle of the last character
                return data.decode("utf-8-sig", "replace")
        text = data.decode("utf-8-sig", "cp1252 among others")
        lost = data.decode("utf-8", "replace").count("\ufffd")
        if lost < sum(c > "\x7f" for c in text) / 2:  # UTF-8 with a piece of another file in it
            return text
        # Browsers read Latin-1 as its superset, and pages count on it for their quotation marks.
        declared = "cp1252" if declared in ("iso-8859-1", "latin-1", "latin1", "us-ascii") else declared
        with suppress(LookupError):
            text = data.decode(declared, "replace") if declared else "\ufffd" * len(data)
            if text.count("\ufffd") <= len(data) / 2000:
                return text
    import chardet

    # A sample around the first letters that aren't ASCII: guessing over megabytes takes minutes.
    first = next((i for i, byte in enumerate(data) if byte > 127), 0)
    encoding = chardet.detect(data[max(0, first - _SAMPLE // 8) :][:_SAMPLE])["encoding"]
    text = data.decode(encoding, "replace") if encoding else "\ufffd"
    if text.count("\ufffd") > len(text) / 100:
        raise UnreadableError("is not text in any encoding that is known: save it as UTF-8")
    return text.removeprefix("\ufeff")


def _as_cp1252(fault: UnicodeError) -> tuple[str, int]:
    assert isinstance(fault, UnicodeDecodeError)
    return fault.object[fault.start : fault.end].decode("cp1252", "replace"), fault.end


codecs.register_error("cp1252 among others", _as_cp1252)  # pyright: ignore


def unwrapped(text: str) -> str:
    """The text with a paragraph a line, where its lines were broken at a fixed width.

    Only white space changes. That they were is taken from the text: lines of much the same length, and paragraphs set
    apart by blank lines. A headline, a byline and paragraphs a line each stay as they are.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    full = [len(line) for line, after in pairwise(lines) if line.strip() and after.strip()]
    widest = max(map(len, lines), default=0)
    if len(full) < 6 or not 50 <= widest <= 100 or sum(n >= 0.75 * widest for n in full) < 0.7 * len(full):
        return text
    blocks: list[str] = []
    last = ""
    for line in lines:
        words = line.strip()
        # Where the line's first word would have fitted on the one before, that was ended and not wrapped.
        was_wrapped = len(last) >= 0.7 * widest and len(last) + len(words.split(" ", 1)[0]) >= widest
        if words and last and was_wrapped and words[0] not in "-*•>#":
            blocks[-1] = f"{blocks[-1]} {words}"
        else:
            blocks.append(line.rstrip())
        last = words
    return "\n".join(blocks)
