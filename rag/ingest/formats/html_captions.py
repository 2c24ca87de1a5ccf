"""The captions of an article's pictures: in the order of the page, each once, known as captions.

Reads `figcaption` and what a page's makers call a caption. Looks where the article stands and at the picture between
headline and text; captions of other stories' pictures stand elsewhere, or are links. Knows nothing of the text's own
lines but which there are.
"""

import re
from typing import Any

from rag.ingest.formats.html_lines import Line
from rag.ingest.formats.html_tree import Places, is_hidden, is_inside, letters, text_of

# Class names of captions. Matches the words: caption, wp-caption-text, image__caption. Not: captioned, nocaption.
_NAMED = re.compile(r"(?:^|[\s_-])caption(?=$|[\s_-])", re.I)
_APART = frozenset({"nav", "aside", "footer", "form", "a", "button"})
_SHORTEST, _LONGEST = 20, 600  # letters: less is a credit or a label, more is no caption
_LINKED = 0.5  # of its letters in links: the caption of another story


def with_captions(lines: list[Line], places: Places, root: Any, holder: Any) -> tuple[list[Line], tuple[str, ...]]:
    """The lines with the captions among them, and the captions.

    Args:
        lines: the article's.
        places: where lines stand.
        root: the page.
        holder: the article's element, None where it isn't known: then only what stands among the lines is marked.
    """
    own = {letters(line.text) for line in lines}
    at = [(places.order(e), i) for i, line in enumerate(lines) if (e := places.of(line.text, holder)) is not None]
    around = _with_headline(root, holder, places)
    captions: dict[str, str] = {}
    added: dict[int, list[Line]] = {}
    for element in _captions(root):
        text = text_of(element)
        key = letters(text)
        if not _SHORTEST <= len(key) <= _LONGEST or key in captions or is_hidden(element):
            continue
        if key in own:
            captions[key] = text
            continue
        if around is None or not is_inside(element, around) or _is_apart(element, around):
            continue
        order = places.order(element)
        if at and order < max(at)[0] and places.link_share(element, text) < _LINKED:
            captions[key] = text
            before = max((i for place, i in at if place < order), default=-1)
            added.setdefault(before, []).append(Line(text, "caption", -1, 0.0))
    merged = [*added.get(-1, []), *(new for i, line in enumerate(lines) for new in (line, *added.get(i, [])))]
    return merged, tuple(captions.values())


def _captions(root: Any) -> list[Any]:
    """The innermost elements that are captions, in the order of the page."""
    named = [
        e for e in root.iter("figcaption", "p", "div", "span", "dd")
        if e.tag == "figcaption" or _NAMED.search(str(e.get("class") or ""))
    ]  # fmt: skip
    outer = {id(holder) for e in named for holder in e.iterancestors() if holder.tag != "figcaption"}
    inner = [e for e in named if id(e) not in outer]
    return [e for e in inner if not any(holder.tag == "figcaption" for holder in e.iterancestors())]


def _with_headline(root: Any, holder: Any, places: Places) -> Any:
    """The element that holds the article and its headline, or the article's own."""
    if holder is None:
        return None
    headline = next((e for e in root.iter("h1") if places.order(e) < places.order(holder)), None)
    if headline is None:
        return holder
    around = next((e for e in holder.iterancestors() if is_inside(headline, e)), None)
    return holder if around is None or around.tag in ("body", "html") else around


def _is_apart(element: Any, around: Any) -> bool:
    for outer in element.iterancestors():
        if outer is around:
            return False
        if outer.tag in _APART or is_hidden(outer):
            return True
    return False
