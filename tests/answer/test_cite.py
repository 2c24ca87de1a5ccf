"""Citations are spans, and an article's own brackets are no markers."""

import re
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from rag.answer.cite import as_markdown, attribution, cite
from rag.types import Article
from rag.ui.render import markdown

TEXT = "Le café a fermé. “Nobody came,” the owner said. 🍊 oranges."
ARTICLE = Article(
    id="a1",
    text=TEXT,
    title="Café",
    path="in/café.md",
    publisher="The Veldt Gazette",
    published=date(2023, 11, 2),
    published_from="url",
    url="https://example.org/cafe",
)


def shown(text: str) -> str:
    """How the page shows a text."""
    return f'<div class="text">{markdown(text, "source-1", {1, 2, 12})}</div>'


def test_a_citation_is_the_span_and_where_it_is_from() -> None:
    start = TEXT.index("“Nobody")
    c = cite(3, ARTICLE, start, start + 30)
    assert c.quote == "“Nobody came,” the owner said."
    assert TEXT[c.start : c.end] == c.quote
    assert (c.number, c.article_id, c.title, c.publisher) == (3, "a1", "Café", "The Veldt Gazette")
    assert (c.published, c.published_from, c.url) == (date(2023, 11, 2), "url", "https://example.org/cafe")
    assert c.path == "in/café.md"


def test_offsets_count_characters_not_bytes() -> None:
    assert cite(1, ARTICLE, TEXT.index("🍊"), len(TEXT)).quote == "🍊 oranges."


@pytest.mark.parametrize(
    ("start", "end"), [(0, 0), (5, 4), (-1, 4), (0, len(TEXT) + 1), (len(TEXT), len(TEXT) + 1), (-5, -1)]
)
def test_a_span_that_is_not_in_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"span {start}:{end} .*in/café\.md"):
        cite(1, ARTICLE, start, end)


@pytest.mark.parametrize("text", ["The court [1] agreed [2].", "[1]", "a [1, 2] b", r"so \[1] it was", r"\\[12]"])
def test_brackets_of_the_article_are_no_markers(text: str) -> None:
    assert 'class="marker"' not in shown(as_markdown(text))


@pytest.mark.parametrize("text", ["He said so [sic].", "[…] and left", "[Reuters] reports", "table [a1]"])
def test_other_brackets_stay_as_they_are(text: str) -> None:
    assert as_markdown(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "f**k off, b**ch, he said",
        "the file is called _draft_ or __final__",
        "5 * 3 * 2 makes 30",
        "# Not a headline",
        "1. not a list",
        "- not a list either",
        "> not a quotation",
        "run `rm` first",
        r"a back\slash and a \* star",
        "see [the terms](https://example.org)",
        "<b>bold</b> &amp; more",
    ],
)
def test_article_text_is_shown_as_it_stands(text: str) -> None:
    html = shown(as_markdown(text)).split('<div class="text"', 1)[1].split(">", 1)[1]
    assert unescape(re.sub(r"<[^>]+>", "", html)).strip() == text


def test_a_quote_of_several_lines_is_one_line_in_the_answer() -> None:
    assert as_markdown("one\ntwo\n\n  three") == "one two three"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "The Veldt Gazette, 2 November 2023"),
        ({"publisher": None}, "Café, 2 November 2023"),
        ({"published": None}, "The Veldt Gazette, date unknown"),
    ],
)
def test_attribution(changes: dict[str, None], line: str) -> None:
    assert attribution(cite(1, replace(ARTICLE, **changes), 0, 2)) == line
