"""A saved web page to a draft: the article's text without the page around it, and what the page says of it.

trafilatura finds the text; `html_furniture` and `html_recover` correct it by the page's own structure, and
`html_captions` adds the captions. Knows no site, follows no link, runs no script. Figures: docs/extraction.md.
"""

from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Removed, Stated
from rag.ingest.formats.html_lines import Line

SHOWN = 0.7  # of the text must be left when what is hidden goes: else the page hides its article until a script runs
SHORTEST = 140  # letters of running text: less is a notice, a menu or a picture's page, unless marked as an article


def read_html(page: bytes | str, url: str | None = None) -> Draft:
    """The article on a page.

    Args:
        page: the page's bytes, or its text where the encoding is known.
        url: the address it was fetched from, if known; else the page's own is taken.

    Returns:
        A draft with `is_clean` set: a paragraph, heading, list item or table row a line. `published` is a date that
        the page or its address states as that of publication; where only another date is seen, `note` says which.

    Raises:
        UnreadableError: it is no page, or no article was found on it.
    """
    from rag.ingest.formats import html_captions, html_date, html_fields, html_furniture, html_tree

    root = html_tree.parsed(html_tree.decoded(page))
    records = html_fields.json_ld(root)
    stated = html_fields.fields(root, records, url)
    places = html_tree.Places(root)
    lines, removed, holder = _article(root, places, html_fields.titles(root))
    if _size(lines) < SHORTEST and not (lines and html_furniture.is_marked_article(lines, places)):
        raise UnreadableError("is a page in which no article was found")
    lines, captions = html_captions.with_captions(lines, places, root, holder)
    address = stated.get("url")
    day, origin, seen = html_date.published(root, records, holder, str(address.value) if address else None)
    if day is not None:
        stated["published"] = Stated(day, origin)
        stated["published_from"] = Stated("url" if origin == "URL path" else "page", origin)
    elif seen:
        note = f"the page shows {seen!r}, which may be the day it was saved"
        stated["note"] = Stated(note, "a date apart from the article")
    text = "\n\n".join(line.text for line in lines)
    return Draft(text=text, fields=stated, is_clean=True, captions=captions, removed=removed)


def _article(root: Any, places: Any, titles: set[str]) -> tuple[list[Line], tuple[Removed, ...], Any]:
    """The article's lines, those that were extracted and aren't its, and the element that holds it."""
    from rag.ingest.formats import html_furniture, html_lines, html_recover, html_tree

    whole = html_lines.extracted(root)
    lines = html_lines.extracted(html_tree.without_hidden(root))
    if _size(lines) < SHOWN * _size(whole):
        lines = whole
    found = lines
    opinion = html_tree.letters(html_lines.second_opinion(root))
    lines = html_furniture.article_lines(lines, places, titles, opinion)
    holder = html_furniture.article_element(lines, places)
    if holder is not None:
        lines = html_recover.with_missed(lines, places, holder)
        lines = html_recover.with_lead(lines, places, root, holder)
    kept = {line.text for line in lines}
    removed = [Removed(line.text, "not of the article, by its place on the page") for line in found]
    return lines, tuple(piece for piece in removed if piece.text not in kept), holder


def _size(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)
