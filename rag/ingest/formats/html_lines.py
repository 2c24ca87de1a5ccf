"""The lines that an extractor finds on a page, with what kind each is and how much of it is links.

Asks trafilatura. Does not judge its answer: `html_furniture` does.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, heading, list item or table row of what was extracted.

    `block` numbers the element that it came from: lines that a line break parts share it.
    """

    text: str
    kind: str
    block: int
    link_share: float


def extracted(tree: Any, url: str | None = None, *, recall: bool = False) -> list[Line]:
    """What trafilatura takes for the article; an empty list when it finds none.

    Its fast mode: measured, its comparison with readability and jusText takes in other articles of the page more
    often than it saves one (bench/extraction.py).
    """
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MAX_TREE_SIZE", "0")
    document: Any = bare_extraction(
        tree,
        url=url,
        fast=True,
        favor_recall=recall,
        include_comments=False,
        include_tables=True,
        include_links=True,
        config=config,
    )
    if document is None or document.body is None:
        return []
    lines: list[Line] = []
    for number, element in enumerate(document.body):
        for kind, part in _parts(element):
            lines.extend(_lines(kind, part, number))
    return lines


def _parts(element: Any) -> list[tuple[str, Any]]:
    if element.tag == "list":
        return [("item", item) for item in element.iter("item")]
    if element.tag == "table":
        return [("row", row) for row in element.iter("row")]
    return [("heading" if element.tag == "head" else "paragraph", element)]


def _lines(kind: str, element: Any, block: int) -> list[Line]:
    """An element's text, a line for each line break in it."""
    runs: list[list[tuple[str, bool]]] = [[]]

    def walk(node: Any, linked: bool) -> None:
        if node.tag == "lb" or (node.tag in ("p", "quote", "head", "list") and node is not element):
            runs.append([])
        if node.tag == "cell" and runs[-1]:
            runs[-1].append((" | ", False))
        inside = linked or node.tag == "ref"
        runs[-1].append((node.text or "", inside))
        for child in node:
            if child.tag != "item" or kind != "item":  # nested items come by themselves
                walk(child, inside)
            runs[-1].append((child.tail or "", inside))

    walk(element, False)
    lines: list[Line] = []
    for run in runs:
        text = " ".join("".join(part for part, _ in run).split()).strip("| ")
        size = sum(len(part.strip()) for part, _ in run)
        share = sum(len(part.strip()) for part, is_link in run if is_link) / size if size else 0.0
        if text:
            lines.append(Line(text, kind, block, share))
    return lines


def second_opinion(tree: Any) -> str:
    """The article by the readability algorithm (the copy in trafilatura), as text; empty when it finds none."""
    from trafilatura.readability_lxml import Document

    html: Any = import_module("lxml.html")
    etree: Any = import_module("lxml.etree")
    try:
        copy: Any = html.fromstring(html.tostring(tree))  # it takes the tree that it is given apart
        summary = Document(copy).summary()
        shown: Any = html.fromstring(summary) if summary.strip() else None
        return "" if shown is None else str(shown.text_content())
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return ""
