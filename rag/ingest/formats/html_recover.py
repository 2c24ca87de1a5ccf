"""Paragraphs of the article that the extractor left out: the lead above its element, sentences within it.

Looks at the page's tree around the lines that were found. Removes nothing.
"""

from typing import Any

from rag.ingest.formats.html_furniture import is_prose
from rag.ingest.formats.html_lines import Line
from rag.ingest.formats.html_tree import Places, is_hidden, is_inside, letters, text_of

_APART = frozenset({"nav", "aside", "footer", "figure", "figcaption", "form", "ul", "ol", "table", "blockquote", "a",
                    "button", "label", "dl", "iframe", "noscript"})  # fmt: skip
_BLOCKS = frozenset({"p", "div", "section", "article", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "li",
                     "figure", "blockquote", "header", "footer", "aside", "form", "nav", "img", "input"})  # fmt: skip


def with_lead(lines: list[Line], places: Places, root: Any, holder: Any) -> list[Line]:
    """The lines, and before them the running text that stands between the headline and the first of them."""
    headline = next((e for e in root.iter("h1") if places.order(e) < places.order(holder)), None)
    if headline is None or not lines:
        return lines
    first = next((e for line in lines if (e := places.of(line.text, holder)) is not None), None)
    around = next((e for e in holder.iterancestors() if is_inside(headline, e)), None)
    if first is None or around is None or around.tag in ("body", "html"):
        return lines
    known = "".join(letters(line.text) for line in lines)
    lead: list[Line] = []
    for element in around.iter("p", "div"):
        if not places.order(headline) < places.order(element) < places.order(first):
            continue
        line = _running_text(element, around, places)
        if line is not None and letters(line.text) not in known:
            lead.append(line)
            known += letters(line.text)
    return lead + lines


def with_missed(lines: list[Line], places: Places, holder: Any) -> list[Line]:
    """The lines, and between them the paragraphs of the article's element that are not among them."""
    single = {letters(line.text) for line in lines}
    known = "".join(letters(line.text) for line in lines)
    at = [(places.order(e), i) for i, line in enumerate(lines) if (e := places.of(line.text, holder)) is not None]
    if not at:
        return lines
    first, last = min(at)[0], max(at)[0]
    missed: dict[int, list[Line]] = {}
    for element in holder.iter("p"):
        if not first < places.order(element) < last:
            continue
        line = _running_text(element, holder, places)
        if line is not None and (key := letters(line.text)) not in single and key not in known:
            before = max(i for order, i in at if order < places.order(element))
            missed.setdefault(before, []).append(line)
    return [line for i, known_line in enumerate(lines) for line in (known_line, *missed.get(i, []))]


def _running_text(element: Any, around: Any, places: Places) -> Line | None:
    """The element's text, when it is a paragraph of sentences by itself and is shown; None otherwise."""
    if any(child.tag in _BLOCKS for child in element.iterdescendants("*")):
        return None
    for holder in (element, *element.iterancestors()):
        if holder is around:
            break
        if holder.tag in _APART or is_hidden(holder):
            return None
    text = text_of(element)
    line = Line(text, "paragraph", -1, places.link_share(element, text))
    return line if is_prose(line) else None
