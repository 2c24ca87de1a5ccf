"""A saved page decoded and parsed, and its text as blocks: paragraphs, headings, list items, table rows, captions.

A block is what a browser sets apart: no sentence is glued to its neighbour, and each piece of text is in one block.
Knows HTML and its conventions, nothing of what an article is.
"""

import re
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count, repeat, zip_longest
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.text import decoded as text_decoded
from rag.ingest.converters.text import unwrapped
from rag.text.lines import letters

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
UNREAD = frozenset("script style noscript template head svg iframe object select textarea canvas video audio".split())
"""Elements whose text is none that a reader of the page reads."""
_NEVER_READ = frozenset({"script", "style", "template", "head", "noscript"})
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form header hr html legend li main menu nav ol option p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
) | _HEADINGS  # fmt: skip
_LONGEST_CELL = 200  # characters: a table with longer cells, or with blocks in them, lays out the page
_WIDEST = 100  # columns
_LONGEST_CAPTION = 600
# What an element is by its ARIA role, whatever its tag.
_ROLES = {
    "table": "table", "grid": "table", "row": "tr", "cell": "td", "gridcell": "td", "columnheader": "th",
    "rowheader": "th",
}  # fmt: skip
# Class names of captions. Matches the words: caption, wp-caption-text, image__caption. Not: captioned, nocaption.
_CAPTION = re.compile(r"(?:^|[\s_-])caption(?=$|[\s_-])", re.I)


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
    for element in root.xpath("//*[@role]"):
        element.tag = _ROLES.get(element.get("role"), element.tag)
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


def text_of(element: Any) -> str:
    """All the text in an element that a reader can read, white space as one space."""
    return " ".join(" ".join(element.xpath(_READ)).split())


_READ = f"descendant::text()[not({' or '.join(f'ancestor::{tag}' for tag in sorted(UNREAD))})]"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A piece of a page's text: `kind` is paragraph, heading, item, row, caption or quote.

    `element` is the innermost block element around it, `linked` how much of its letters is in links, 0 to 1.
    """

    text: str
    kind: str
    element: Any
    linked: float
    hidden: bool
    key: str = field(repr=False)

    @property
    def around(self) -> tuple[Any, ...]:
        """The elements that it stands in, the innermost first."""
        return (self.element, *self.element.iterancestors())


def blocks(root: Any) -> list[Block]:
    """All text of the page's body, in its order, what is hidden among it."""
    body = root.find(".//body")
    walk: Any = import_module("lxml.etree").iterwalk(body if body is not None else root, events=("start", "end"))
    found: list[Block] = []
    pieces: list[tuple[str, bool]] = []
    around = _Around(None, "paragraph", False, False, False)
    stack: list[_Around] = []
    for event, element in walk:
        tag = str(element.tag)
        if event == "start":
            stack.append(around)
            if tag == "br":
                pieces.append(("\n", False))
            # An unclosed <svg> may hold the page.
            if tag in UNREAD and (tag in _NEVER_READ or next(element.iter("p"), None) is None):
                walk.skip_subtree()
                continue
            inner = around.within(element, tag)
            rows = _rows(element, inner.hidden) if tag == "table" else None
            if tag in _BLOCKS or inner.hidden != around.hidden:
                _end(found, pieces, around)
            if rows is not None:
                found += rows
                walk.skip_subtree()
                continue
            around = inner
            _read(pieces, element.text, around)
        else:
            outer = stack.pop()
            if around is not outer and (tag in _BLOCKS or around.hidden != outer.hidden):
                _end(found, pieces, around)
            around = outer
            if tag == "a" and pieces and not element.tail:  # links of a menu, set apart by the style sheet
                pieces.append(("\v", False))
            if stack:
                _read(pieces, element.tail, around)
    _end(found, pieces, around)
    return found


@dataclass(frozen=True, slots=True)
class _Around:
    """Where in the page the walk is."""

    element: Any
    kind: str
    linked: bool
    hidden: bool
    is_pre: bool

    def within(self, element: Any, tag: str) -> "_Around":
        return _Around(
            element if tag in _BLOCKS or self.element is None else self.element,
            _kind(element, tag, self.kind),
            self.linked or tag == "a",
            self.hidden or is_hidden(element),
            self.is_pre or tag == "pre",
        )


def _read(pieces: list[tuple[str, bool]], text: str | None, around: _Around) -> None:
    if text:
        pieces.append((text if around.is_pre else re.sub(r"\s+", " ", text), around.linked))


def _end(found: list[Block], pieces: list[tuple[str, bool]], around: _Around) -> None:
    """End the block that is under way; lines that breaks part become blocks, but for lines of a fixed width."""
    size = sum(len(text.strip()) for text, _ in pieces)
    if size:
        share = sum(len(text.strip()) for text, linked in pieces if linked) / size
        apart = "".join(text for text, _ in pieces).replace("\v", "\n" if share == 1 else " ")
        lines = [line.strip() for line in apart.split("\n")]
        whole = "\n".join(lines).strip()
        found.extend(
            Block(text, around.kind, around.element, share, around.hidden, letters(text))
            for line in (unwrapped(whole) if "\n" in whole else whole).split("\n")
            if (text := " ".join(line.split()))
        )
    pieces.clear()


def _kind(element: Any, tag: str, around: str) -> str:
    if tag in _HEADINGS:
        return "heading"
    if tag == "figcaption" or (
        tag in ("div", "p", "span", "dd")
        and _CAPTION.search(str(element.get("class") or ""))
        and len(text_of(element)) <= _LONGEST_CAPTION
    ):
        return "caption"
    if tag in ("li", "dd", "dt"):
        return "item"
    return around


def _rows(table: Any, hidden: bool) -> list[Block] | None:
    """The rows of a table of data, each cell under its column's name; None for a table that lays out a page.

    The key of each is the letters of its own cells alone.
    """
    rows = [(row, [cell for cell in row if cell.tag in ("td", "th")]) for row in table.iter("tr")]
    if len(rows) < 2 or max(len(cells) for _, cells in rows) < 2:
        return None
    texts: dict[Any, str] = {cell: text_of(cell) for _, cells in rows for cell in cells}
    inner = (e.tag for cell in texts for e in cell.iterdescendants("*"))
    grid = _grid([cells for _, cells in rows])
    if any(tag in _BLOCKS and tag != "p" for tag in inner) or max(map(len, texts.values())) > _LONGEST_CELL or not grid:
        return None
    texts[None] = ""
    depth = next((y for y, (_, cells) in enumerate(rows) if any(cell.tag != "th" for cell in cells)), 0)
    heads = [line for line in grid[:depth] if len(set(line)) > 1]  # a cell alone is a title
    names = [" ".join(filter(None, dict.fromkeys(texts[cell] for cell in x))) for x in zip_longest(*heads)]
    whole = [line for line in grid[depth:] if len(line) == len(names) and len(set(line)) > 1]
    # Every name must be told by some row, else the first rows are like the others.
    is_head = len(names) > 1 and all(names[1:]) and all(any(texts[y[x]] for y in whole) for x in range(len(names)))
    caption = table.find("caption")
    title = text_of(caption) if caption is not None else ""
    found = [Block(title, "row", caption, 0.0, hidden, letters(title))] if title else []
    for y, (row, _) in enumerate(rows):
        own, over = text_of(row), dict[Any, list[str]]()
        for name, cell in zip(names if len(grid[y]) == len(names) else repeat(""), grid[y], strict=False):
            over.setdefault(cell, []).extend([name] if is_head and name else [])
        if own and not (is_head and y < depth and len(over) > 1):
            said = {cell: f"{', '.join(over[cell])}: " if over[cell] and len(over) > 1 else "" for cell in over}
            links = sum(len(text_of(a)) for a in row.iter("a")) / len(own)
            line = " | ".join(said[cell] + texts[cell] for cell in over if texts[cell])
            found.append(Block(line, "row", row, min(1.0, links), hidden, letters(own)))
    return found


def _grid(rows: list[list[Any]]) -> list[list[Any]]:
    """A table's cells by row and column, one that spans several in each of them; nothing where it is too wide."""
    grid = [dict[int, Any]() for _ in rows]
    for y, cells in enumerate(rows):
        x = 0
        for cell in cells:
            x = next(at for at in count(x) if at not in grid[y])
            down, right = (int(re.sub(r"\D.*", "", cell.get(f"{n}span", "1"))[:5] or 1) for n in ("row", "col"))
            if x + right > _WIDEST:
                return []
            for line in grid[y : y + (down or len(rows))]:
                line.update(dict.fromkeys(range(x, x + (right or 1)), cell))
    return [[line.get(x) for x in range(max(line, default=-1) + 1)] for line in grid]
