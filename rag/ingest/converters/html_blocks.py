"""The text of a page as blocks in the order of the page: paragraphs, headings, list items, table rows, captions.

A block is what a browser sets apart: no sentence is glued to its neighbour, and each piece of text is in one block.
Knows HTML, nothing of what an article is.
"""

import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from rag.ingest.converters.html_tree import UNREAD, is_hidden, letters, text_of
from rag.ingest.converters.text import unwrapped

_NEVER_READ = frozenset({"script", "style", "template", "head", "noscript"})
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = frozenset(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form header hr html legend li main menu nav ol option p pre section summary table tbody td tfoot th "
    "thead tr ul".split()
) | _HEADINGS  # fmt: skip
_LONGEST_CELL = 200  # characters: a table with longer cells, or with blocks in them, lays out the page
_LONGEST_CAPTION = 600
# Class names of captions. Matches the words: caption, wp-caption-text, image__caption. Not: captioned, nocaption.
_CAPTION = re.compile(r"(?:^|[\s_-])caption(?=$|[\s_-])", re.I)


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
            rows = _rows(element) if tag == "table" else None
            inner = around.within(element, tag)
            if tag in _BLOCKS or inner.hidden != around.hidden:
                _end(found, pieces, around)
            if rows is not None:
                found.extend(Block(text, "row", row, share, inner.hidden, key) for row, text, share, key in rows)
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
                pieces.append((" ", False))
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
        lines = [line.strip() for line in "".join(text for text, _ in pieces).split("\n")]
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


def _rows(table: Any) -> list[tuple[Any, str, float, str]] | None:
    """The rows of a table of data, each cell under its column's name; None for a table that lays out a page.

    With each its share of letters in links, and the letters of its cells alone.
    """
    rows: list[tuple[Any, list[Any]]] = []
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        for cell in cells:
            if any((e.tag in _BLOCKS and e.tag != "p") or e.tag == "br" for e in cell.iterdescendants("*")):
                return None
            if len(text_of(cell)) > _LONGEST_CELL:
                return None
        rows.append((row, cells))
    if len(rows) < 2 or max(len(cells) for _, cells in rows) < 2 or table.find(".//table") is not None:
        return None
    table_texts = [[text_of(cell) for cell in cells] for _, cells in rows]
    names, rest = table_texts[0], table_texts[1:]
    # Every name must be told by some row, else the first row is one like the others.
    is_head = all(cell.tag == "th" for cell in rows[0][1]) and len(names) > 1 and all(names[1:])
    is_head = is_head and all(any(len(row) == len(names) and row[i] for row in rest) for i in range(len(names)))
    found: list[tuple[Any, str, float, str]] = []
    caption = table.find("caption")
    if caption is not None and text_of(caption):
        found.append((caption, text_of(caption), 0.0, letters(text_of(caption))))
    for (row, _), texts in list(zip(rows, table_texts, strict=True))[is_head:]:
        named = is_head and len(names) == len(texts)
        parts = [f"{names[i]}: {text}" if named and names[i] else text for i, text in enumerate(texts) if text]
        size = sum(map(len, texts)) or 1
        links = sum(len(text_of(a)) for a in row.iter("a"))
        if parts:
            found.append((row, " | ".join(parts), min(1.0, links / size), letters("".join(texts))))
    return found
