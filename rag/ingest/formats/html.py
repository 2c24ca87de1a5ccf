"""A saved web page to a draft: the article's text without the page around it, and what the page says of it.

trafilatura finds the text; `html_furniture` and `html_recover` correct it by the page's own structure. Knows no site,
follows no link, runs no script. The figures are in docs/extraction.md.
"""

from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated
from rag.ingest.formats.html_lines import Line

SHOWN = 0.7  # of the text must be left when what is hidden goes: else the page hides its article until a script runs
SHORTEST = 140  # letters of running text: less is a notice, a menu or a picture's page


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
    from rag.ingest.formats import html_date, html_fields, html_tree

    root = html_tree.parsed(html_tree.decoded(page))
    records = html_fields.json_ld(root)
    stated = html_fields.fields(root, records, url)
    places = html_tree.Places(root)
    lines, holder = _article(root, places, html_fields.titles(root))
    if not lines:
        raise UnreadableError("is a page in which no article was found")
    address = stated.get("url")
    day, origin, seen = html_date.published(root, records, holder, str(address.value) if address else None)
    if day is not None:
        stated["published"] = Stated(day, origin)
        stated["published_from"] = Stated("url" if origin == "URL path" else "page", origin)
    elif seen:
        note = f"the page shows {seen!r}, which may be the day it was saved"
        stated["note"] = Stated(note, "a date apart from the article")
    return Draft(text="\n\n".join(line.text for line in lines), fields=stated, is_clean=True)


def _article(root: Any, places: Any, titles: set[str]) -> tuple[list[Line], Any]:
    from rag.ingest.formats import html_furniture, html_lines, html_recover, html_tree

    whole = html_lines.extracted(root)
    lines = html_lines.extracted(html_tree.without_hidden(root))
    if _size(lines) < SHOWN * _size(whole):
        lines = whole
    opinion = html_tree.letters(html_lines.second_opinion(root))
    lines = html_furniture.article_lines(lines, places, titles, opinion)
    holder = html_furniture.article_element(lines, places)
    if holder is not None:
        lines = html_recover.with_missed(lines, places, holder)
        lines = html_recover.with_lead(lines, places, root, holder)
    return (lines, holder) if _size(lines) >= SHORTEST else ([], holder)


def _size(lines: list[Line]) -> int:
    return sum(len(line.text) for line in lines)
