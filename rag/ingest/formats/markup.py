"""The text of a piece of HTML that is an article's body already: a feed's content, a chapter, a database's field.

Finds no article in a page and drops no furniture: that is `html`'s.
"""

import re
from importlib import import_module
from typing import Any

# '<p>' , '</div>', '<br/>', '<a href=…>'; not 'a < b', not '<Reuters>'.
_TAG = re.compile(
    r"</?(?:p|div|br|span|a|b|i|em|strong|h[1-6]|ul|ol|li|img|figure|blockquote|table)(?:\s[^<>]*)?/?>", re.I
)
_BLOCK = re.compile(
    r"<(?:p|div|br|h[1-6]|ul|ol|li|blockquote|table|tr|section|article|html|body)(?:\s[^<>]*)?/?>", re.I
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|nbsp|apos|[lr][sd]quo|[mn]dash|hellip|#\d{2,6}|#x[\da-f]{2,6});", re.I)
_NOT_TEXT = ("script", "style", "template", "noscript", "svg", "head", "iframe", "object", "form")
_BLOCKS = frozenset(
    "p div br h1 h2 h3 h4 h5 h6 li ul ol tr table section article header footer blockquote figure figcaption hr pre dd"
    " dt dl body aside nav main caption".split()
)


def is_markup(text: str) -> bool:
    """Whether a text is HTML rather than plain: it has tags of text, or at least its entities."""
    return bool(_TAG.search(text)) or len(_ENTITY.findall(text)) > 1


def text_of(markup: str | bytes) -> str:
    """The text of HTML, a paragraph, heading or list item a line.

    Where no tag makes a paragraph, its line ends do: plain text with a link or a word in bold.
    """
    if not markup.strip():
        return ""
    if isinstance(markup, str) and "\n" in markup.strip() and not _BLOCK.search(markup):
        return "\n".join(text_of(line) for line in markup.splitlines())
    etree, html = _lxml()
    if isinstance(markup, str):
        # An encoding declared in the markup was that of its bytes, and isn't that of the text.
        markup = re.sub(r"^\s*<\?xml[^>]*\?>", "", markup).encode("utf-8", "replace")
        parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    else:
        parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: Any = html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return ""
    etree.strip_elements(root, *_NOT_TEXT, with_tail=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        start = event == "start"
        if element.tag in _BLOCKS:
            parts.append("\n")
        elif element.tag in ("td", "th"):
            parts.append(" ")
        words: str | None = element.text if start else element.tail
        if words:
            parts.append(re.sub(r"\s+", " ", words))
    lines = (re.sub(r" {2,}", " ", line).strip() for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _lxml() -> tuple[Any, Any]:
    """lxml, which comes without types."""
    return import_module("lxml.etree"), import_module("lxml.html")


def title_of(markup: bytes) -> tuple[str, str] | None:
    """The title of a page and the element it stands in: its first heading, or else its <title>."""
    etree, html = _lxml()
    try:
        root: Any = html.document_fromstring(markup, parser=html.HTMLParser(no_network=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    for name in ("h1", "h2", "title"):
        for element in root.iter(name):
            words = " ".join(str(element.text_content()).split())
            if words:
                return words, f"<{name}>"
    return None
