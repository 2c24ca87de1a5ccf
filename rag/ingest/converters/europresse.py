"""The HTML export of the news database Europresse: every `<article>` of the page is one, under the database's header.

Known by the class names that the export writes. Knows nothing of other pages, which are `html`'s.
"""

from typing import Any

from rag.errors import UnreadableError
from rag.ingest.bylines import authors
from rag.ingest.converters.base import Converter, Gathered, Input, ReadResult
from rag.ingest.converters.html_blocks import blocks, decoded, parsed, text_of
from rag.ingest.converters.html_metadata import of_text
from rag.ingest.draft import Draft, Removed, Stated

_ORIGIN = "the export's header"


def _europresse(file: Input) -> ReadResult:
    """The articles of an export, each with its number as its part."""
    parts = Gathered()
    for number, article in enumerate(parsed(decoded(file.data)).iter("article"), 1):
        parts.read(f"#{number}", lambda article=article: _article(article))
    return parts.result()


def _article(article: Any) -> Draft:
    body = _first(article, "docOcurrContainer") or _first(article, "DocText")
    if not body:
        raise UnreadableError("has no text: export it again, with the full text")
    own = set(body[0].iter())
    found = [block for block in blocks(article) if not block.hidden]
    outlet = _said(article, "DocPublicationName").split(",")[0].split(" (")[0]  # 'La Gazette (site web), no. 43018'
    names = authors(_said(article, "docAuthors") or _said(article, "sm-margin-bottomNews"))
    number = _said(article, "publiC-lblNodoc").split("·")  # 'news·20240312·GZ·0012'
    fields = {
        "title": _said(article, "titreArticle") or _said(article, "titreArticleVisu"),
        "publisher": outlet,
        "author": names[0] if len(names) == 1 else names,
        "published": of_text(number[1] if len(number) > 2 else _said(article, "DocHeader")),
    }
    return Draft(
        text="\n".join(block.text for block in found if block.element in own),
        fields={name: Stated(value, _ORIGIN) for name, value in fields.items() if value},
        is_bounded=True,
        captions=tuple(block.text for block in found if block.element in own and block.kind == "caption"),
        removed=tuple(Removed(block.text, _ORIGIN) for block in found if block.element not in own),
    )


def _first(article: Any, name: str) -> list[Any]:
    """The first element of a class, in a list; an empty one where there is none."""
    return article.xpath(f'.//*[contains(concat(" ", normalize-space(@class), " "), " {name} ")]')[:1]


def _said(article: Any, name: str) -> str:
    return next((text_of(element) for element in _first(article, name)), "")


EUROPRESSE = Converter(
    "europresse", (), lambda data, suffix: b"DocPublicationName" in data and b"<article" in data, _europresse,
    holds_many=True,
)  # fmt: skip
