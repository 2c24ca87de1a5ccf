"""Nothing is lost in silence: the text that a page shows is kept, or listed as removed with its reason."""

import gzip
import unicodedata
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters.html import read_html
from rag.ingest.metadata import make_article

DATA = Path(__file__).parents[3] / "shared/data"
TEXT = "".join(
    f"<p>{sentence}</p>"
    for sentence in (
        "The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.",
        "“We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.",
        "Shopkeepers on the far bank of the river fear that they will lose their customers in the winter.",
    )
)
MENU = "<nav><a href='/'>Home</a><a href='/n'>News</a></nav>"
FOOT = "<footer>© 2024 Elm Ledger. <a href='/a'>About</a></footer>"
PAGES = {
    "plain": f"<body>{MENU}<article><h1>Bridge to close</h1>{TEXT}</article>{FOOT}</body>",
    "bare text behind a list": f"<body><div>{TEXT}<ul><li>A ferry runs.</li></ul>It is free until May.</div></body>",
    "bare text behind a quotation": f"<body><td>{TEXT}<blockquote>It will flood.</blockquote>He left.</td></body>",
    "lines that breaks part": f"<body><div>The bridge is old.<br>It was built in 1911.<br><br>{TEXT}</div></body>",
    "preformatted": f"<body>{TEXT}<pre>The last flood was in May.\nIt took the ferry.</pre></body>",
    "table": f"<body>{TEXT}<table><tr><td>State</td><td>20.5</td><tr><td>Town</td><td>12</td></table></body>",
    "table as a layout": f"<body><table><tr><td>{MENU}</td><td>{TEXT}</td></tr></table></body>",
    "names of columns": f"<body>{TEXT}<table><tr><th>Bank</th><th>Shops</th></tr><tr><td>Far</td><td>31</td></tr>"
    "</table></body>",
    "names of columns that no row fills": f"<body>{TEXT}<table><tr><th>Bank</th><th>Shops</th></tr><tr><td>Far</td>"
    "<td></td></tr><tr><td colspan=2>Counted in May</td></tr></table></body>",
    "captions": f"<body>{TEXT}<figure><img><figcaption>The bridge at dawn in May.</figcaption></figure>{TEXT}</body>",
    "twice": f"<body><main><div class='phone'>{TEXT}</div><div class='desk'>{TEXT}</div></main></body>",
    "buttons, forms and scripts": f"<body>{TEXT}<button>Share</button><form>Your name <input></form>"
    f"<script>var a = 'b';</script>{TEXT}<aside>Read <b>more</b>: the flood</aside></body>",
}


def shown(page: bytes | str) -> Counter[str]:
    """The letters of all text in the page's body but scripts and styles, counted apart from the reader."""
    from rag.ingest.converters.html_blocks import decoded, is_hidden, parsed

    root = parsed(decoded(page))
    etree: Any = import_module("lxml.etree")
    body = root.find(".//body")
    for element in [e for e in body.iterdescendants("*") if is_hidden(e)]:
        element.getparent().replace(element, _only_tail(element))
    names = ("script", "style", "noscript", "template", "head", "svg", "iframe", "object", "select", "textarea",
             "canvas", "video", "audio")  # fmt: skip
    etree.strip_elements(body, *names, with_tail=False)
    return letters("".join(body.itertext()))


def _only_tail(element: Any) -> Any:
    span = element.makeelement("span")
    span.tail = element.tail
    return span


def told(page: bytes | str) -> Counter[str]:
    """The letters of what is kept and of what is removed."""
    draft = read_html(page)
    made = make_article(draft, "a.html")
    assert all(piece.reason for piece in made.cleaned.removed)
    text = made.article.text + " ".join(piece.text for piece in made.cleaned.removed)
    return letters(text)


def letters(text: str) -> Counter[str]:
    """How often each letter and digit stands in a text, however accents are written."""
    return Counter(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


@pytest.mark.parametrize("name", PAGES)
def test_all_that_is_shown_is_kept_or_listed(name: str) -> None:
    page = f"<html><title>Bridge to close</title>{PAGES[name]}</html>"
    assert told(page) == shown(page)


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_on_pages_of_every_kind() -> None:
    """Every page of both sets; the names of columns are said again in each row of a table."""
    files = sorted(DATA.glob("*/html/*.gz"))
    missing: list[str] = []
    for file in files:
        page = gzip.decompress(file.read_bytes())
        try:
            lost = shown(page) - told(page)
        except UnreadableError:
            continue
        if lost.total() > 20:  # a word or two of a page's thousands
            missing.append(f"{file.name}: {lost.total()} letters")
    assert not missing
