"""A saved page as a tree: decoding, parsing, and what of it is not shown.

Knows HTML and its conventions, nothing of what an article is.
"""

import re
from importlib import import_module
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.text import decoded as text_decoded

MAX_DEPTH = 400  # deeper than any page that people write; the libraries that walk the tree recurse

# What a declaration of the encoding looks like in the first bytes of a page.
# Matches: <meta charset="iso-8859-1">, <meta http-equiv="Content-Type" content="text/html; charset=windows-1251">,
# <?xml version="1.0" encoding="utf-8"?>. Does not match: <script charset="utf-8" src=…>.
_CHARSET = re.compile(
    rb"""(?:<meta[^>]{0,200}?charset|<\?xml[^>]{0,100}?encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I
)

# Class names by which style sheets of every make hide an element from the reader.
# Matches the words: hide, hidden, is-hidden, visually-hidden, sr-only, print-only.
# Does not match: hidden-xs (hidden on small screens only), hideaway, unhidden.
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:is-)?(?:hide|hidden|visually-?hidden|sr-only|screen-reader-text|print-only|d-none)(?=\s|$)"
)
# Matches: display:none, "color: red; display: none". Does not match: display: block.
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
# The tags that pages nest. Matches: <div class="x">, </section>, <b>. Does not match: <p>, <divider>, <br>.
_WRAPPER = re.compile(
    r"<(/?)(?:div|section|article|main|center|span|font|b|i|u|em|strong|blockquote|table|tbody|tr|td|ul|ol|li|dl|dd)"
    r"(?:\s[^<>]*)?>",
    re.I,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_LETTERS = re.compile(r"[\W_]+")
UNREAD = frozenset("script style noscript template head svg iframe object select textarea canvas video audio".split())
"""Elements whose text is none that a reader of the page reads."""


def decoded(page: bytes | str) -> str:
    """The page as text: by its byte order mark, its own declaration, UTF-8, or the best guess.

    Raises:
        UnreadableError: the bytes are no text.
    """
    if isinstance(page, str):
        return page
    declared = _CHARSET.search(page[:4096])
    return text_decoded(page, declared[1].decode("ascii").lower() if declared else "")


def parsed(page: str) -> Any:
    """The page's root element; where it is nested deeper than `MAX_DEPTH`, its wrappers are read as paragraphs.

    Raises:
        UnreadableError: there is no markup in it, or it is nested too deeply all the same.
    """
    html: Any = import_module("lxml.html")
    etree: Any = import_module("lxml.etree")
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", page)  # lxml refuses a declaration in a string
    text = _CONTROL.sub(" ", text)  # and so does the extractor with characters that XML can't hold
    try:
        root, is_deep = _parse(html, text)
        if is_deep:  # a paragraph closes the one before it, so that none is in another
            root, is_deep = _parse(html, _WRAPPER.sub(r"<\1p>", text))
    except (etree.LxmlError, ValueError) as e:
        raise UnreadableError(f"is a page that cannot be parsed: {e}") from e
    if root is None:
        raise UnreadableError("is a page without content")
    if is_deep:
        raise UnreadableError("is nested too deeply to be read: save it in another format")
    return root


def _parse(html: Any, text: str) -> tuple[Any, bool]:
    """The root, and whether elements are nested too deep for the parser or for what walks the tree."""
    parser: Any = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=True, encoding="utf-8")
    root: Any = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    is_cut = any("depth" in str(entry.message).lower() for entry in parser.error_log)
    return root, is_cut or bool(root.xpath(f"boolean({'/*' * MAX_DEPTH})"))


def is_hidden(element: Any) -> bool:
    """Whether the reader of the page does not see the element."""
    get = element.get
    return (
        get("hidden") is not None
        or get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search((get("style") or "").lower()))
        or bool(_HIDDEN_CLASS.search((get("class") or "").lower()))
    )


def letters(text: str) -> str:
    """Only the letters and digits, in lower case: equal for texts that read the same."""
    return _NOT_LETTERS.sub("", text).lower()


def text_of(element: Any) -> str:
    """All the text in an element that a reader can read, white space as one space."""
    return " ".join(" ".join(element.xpath(_READ)).split())


_READ = f"descendant::text()[not({' or '.join(f'ancestor::{tag}' for tag in sorted(UNREAD))})]"
