"""Markdown with YAML front matter. The marks stay in the text: cleaning knows them."""

from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated
from rag.ingest.fields import yaml_fields
from rag.ingest.formats.text import decoded

_ORIGIN = "front matter"


def read_markdown(data: bytes) -> Draft | None:
    """A Markdown file, one article; None when its front matter says `ingest: false`.

    Raises:
        UnreadableError: its front matter isn't YAML, or it holds no text.
    """
    text, fields = _front_matter(decoded(data))
    if fields.get("ingest") is False:
        return None
    if not text.strip():
        raise UnreadableError("holds no text")
    return Draft(text=text, fields={k: Stated(v, _ORIGIN) for k, v in fields.items() if v is not None})


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
