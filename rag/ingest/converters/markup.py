"""The text of a piece of HTML that is an article's body already: a feed's content, a chapter, a database's field.

Finds no article in a page and drops no furniture: that is `html`'s.
"""

import re

from rag.errors import UnreadableError
from rag.ingest.converters.html_blocks import blocks, decoded, parsed

# '<p>' , '</div>', '<br/>', '<a href=…>'; not 'a < b', not '<Reuters>'.
_TAG = re.compile(
    r"</?(?:p|div|br|span|a|b|i|em|strong|h[1-6]|ul|ol|li|img|figure|blockquote|table)(?:\s[^<>]*)?/?>", re.I
)
_BLOCK = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|blockquote|table|tr|section|article|html|body)(?:\s[^<>]*)?/?>", re.I
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#x[\da-f]{2,6});", re.I)


def is_markup(text: str) -> bool:
    """Whether a text is HTML rather than plain: it has tags of text, or at least its entities."""
    return bool(_TAG.search(text)) or len(_ENTITY.findall(text)) > 1


def text_of(markup: str | bytes) -> str:
    """The text of HTML, a paragraph, heading or list item a line.

    Where no tag makes a paragraph, its line ends do: plain text with a link or a word in bold.
    """
    if isinstance(markup, str) and "\n" in markup.strip() and not _BLOCK.search(markup):
        return "\n".join(map(text_of, markup.splitlines()))
    try:
        return "\n".join(block.text for block in blocks(parsed(decoded(markup))) if not block.hidden)
    except UnreadableError:
        return ""


def title_of(markup: bytes) -> tuple[str, str] | None:
    """The title of a page and the element it stands in: its first heading, or else its <title>."""
    try:
        root = parsed(decoded(markup))
    except UnreadableError:
        return None
    found = ((element, name) for name in ("h1", "h2", "title") for element in root.iter(name))
    titles = ((" ".join(str(element.text_content()).split()), f"<{name}>") for element, name in found)
    return next((title for title in titles if title[0]), None)
