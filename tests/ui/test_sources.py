"""The page's HTML without a browser: what is escaped, marked, linked and said."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from rag.types import Answer, Article, Citation
from rag.ui.sources import (
    Exchange,
    header_html,
    question_html,
    quote_html,
    reply_html,
    sources_html,
    web_address,
)

TEXT = 'Night fell.\nA ship left Rajin. "We saw <it>," a worker said. Nobody else did.\nThe end.'
QUOTE = '"We saw <it>," a worker said.'
ARTICLE = Article(
    id="a1",
    text=TEXT,
    title="Ships & shells",
    path="folder/ships.txt",
    publisher="The Daily <b>",
    author="A. Writer",
    published=date(2023, 11, 2),
    published_from="url",
    url="https://example.org/a?b=1&c=2",
)
CITATION = Citation(
    number=1,
    article_id="a1",
    title=ARTICLE.title,
    publisher=ARTICLE.publisher,
    published=ARTICLE.published,
    published_from=ARTICLE.published_from,
    url=ARTICLE.url,
    path=ARTICLE.path,
    quote=QUOTE,
    start=TEXT.index(QUOTE),
    end=TEXT.index(QUOTE) + len(QUOTE),
)
ANSWER = Answer(question="Who saw it?", verdict="answered", text="A worker did. [1]", citations=(CITATION,))


def find(id: str) -> Article | None:
    return ARTICLE if id == "a1" else None


def reply(text: str, **changes: object) -> str:
    return reply_html(Exchange(3, "q", answer=replace(ANSWER, text=text, **changes)))


def test_a_marker_leads_to_its_card() -> None:
    assert 'href="#source-3-1"' in reply("So it is. [1]")
    assert 'id="source-3-1"' in sources_html([Exchange(3, "q", answer=ANSWER)], find)


@pytest.mark.parametrize("text", ["No such source. [2]", r"The article itself says \[1\].", "Code: `[1]`."])
def test_what_is_no_marker_is_no_link(text: str) -> None:
    assert "<a" not in reply(text)


def test_two_numbers_in_one_marker() -> None:
    both = (CITATION, replace(CITATION, number=2))
    html = reply("So it is. [1, 2]", citations=both)
    assert 'href="#source-3-1"' in html and 'href="#source-3-2"' in html


@pytest.mark.parametrize(
    "text",
    [
        "<img src=http://evil.example/x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "![x](http://evil.example/x.png)",
        "![x][r]\n\n[r]: http://evil.example/x.png",
        "[x](javascript:alert(1))",
        "[x](http://evil.example)",
        "<http://evil.example>",
        "<svg/onload=alert(1)>",
        "text\n\n<iframe src=//evil.example>\n\ntext",
        "| a |\n|---|\n| <img src=x> |",
        "```html\n<img src=x>\n```",
        "`<img src=x>`",
        "&lt;img src=x&gt;",
    ],
)
def test_hostile_markdown_makes_no_element_of_its_own(text: str) -> None:
    html = reply(text)
    for tag in ("<img", "<script", "<svg", "<iframe", "<a ", "<a>"):
        assert tag not in html


def test_code_blocks_carry_no_language_class() -> None:
    assert "mermaid" not in reply("```mermaid\ngraph TD\n```")


def test_markdown_still_reads_as_markdown() -> None:
    html = reply("**Yes**, says *one*:\n\n- a\n- b")
    assert "<strong>Yes</strong>" in html and "<em>one</em>" in html and html.count("<li>") == 2


def test_the_quote_is_marked_inside_its_paragraph() -> None:
    html = quote_html(CITATION, ARTICLE)
    before, marked = html.split("<mark>")
    assert before == "A ship left Rajin. "
    assert unescape(marked.split("</mark>")[0]) == QUOTE
    assert html.endswith("</mark> Nobody else did.")


def test_a_long_paragraph_is_cut_at_words() -> None:
    article = replace(ARTICLE, text="word " * 500 + QUOTE + " word" * 500)
    start = article.text.index(QUOTE)
    html = quote_html(replace(CITATION, start=start, end=start + len(QUOTE)), article)
    assert html.startswith("…word ") and html.endswith(" word…") and len(html) < 1500


@pytest.mark.parametrize("article", [None, replace(ARTICLE, text="It was all rewritten.")])
def test_a_quote_whose_article_is_gone_or_changed_stands_alone(article: Article | None) -> None:
    html = quote_html(CITATION, article)
    assert html.startswith("<mark>") and unescape(html) == f"<mark>{QUOTE}</mark>"


def test_a_card_says_where_the_words_are_from() -> None:
    html = sources_html([Exchange(1, "q", answer=ANSWER)], find)
    for said in ("The Daily &lt;b&gt;", "2 November 2023", "from its web address", "Ships &amp; shells", "A. Writer"):
        assert said in html
    assert 'href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in html


def test_an_unknown_date_is_said() -> None:
    undated = replace(CITATION, published=None, published_from="unknown")
    assert "date unknown" in sources_html([Exchange(1, "q", answer=replace(ANSWER, citations=(undated,)))], find)


@pytest.mark.parametrize("url", [None, "javascript:alert(1)"])
def test_without_a_web_address_the_file_is_named(url: str | None) -> None:
    html = sources_html([Exchange(1, "q", answer=replace(ANSWER, citations=(replace(CITATION, url=url),)))], find)
    assert "ships.txt" in html and "javascript" not in html


@pytest.mark.parametrize("address", ["https://example.org/a?b=1", "http://example.org:8080", "https://пример.рф/а"])
def test_web_addresses(address: str) -> None:
    assert web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "/a",
        "https://a b",
        "java\nscript:x",
        "https://bank.example@evil.example",
        "http://[",
    ],
)
def test_no_web_addresses(address: str) -> None:
    assert not web_address(address)


def test_verdicts() -> None:
    assert "Answered" in reply("x") and "Contested" in reply("x", verdict="contested")
    assert "Not answered" in reply("x", verdict="declined")


def test_a_declined_answer_does_not_call_its_passages_sources() -> None:
    declined = replace(ANSWER, verdict="declined")
    assert "Nearest passages, which do not answer it" in sources_html([Exchange(1, "q", answer=declined)], find)


def test_earlier_sources_are_folded_and_keep_their_ids() -> None:
    html = sources_html([Exchange(1, "First <q>", answer=ANSWER), Exchange(2, "q", answer=ANSWER)], find)
    assert html.index('id="source-2-1"') < html.index("<details") < html.index('id="source-1-1"')
    assert "First &lt;q&gt;" in html


def test_unsupported_sentences_are_shown_as_such() -> None:
    html = reply("x", unsupported=("It was <i>ten</i>.",))
    assert "no article holds it" in html and "It was &lt;i&gt;ten&lt;/i&gt;." in html


def test_progress_error_and_stop() -> None:
    assert "Searching" in reply_html(Exchange(1, "q", status="Searching…"))
    assert "&lt;b&gt;" in reply_html(Exchange(1, "q", error="no <b> here"))
    stopped = reply_html(Exchange(1, "q", text="Half an ans", stopped=True))
    assert "Half an ans" in stopped and "Stopped." in stopped


def test_the_question_is_escaped() -> None:
    assert question_html("<b>?") == "&lt;b&gt;?"


def test_the_header_counts_names_and_dates() -> None:
    undated = replace(ARTICLE, id="a2", published=None, publisher="Another")
    html = header_html([ARTICLE, undated], sample=True, notices=("One <notice>",))
    assert "2 articles, 2 November 2023 (1 undated)" in html
    assert "Another, The Daily &lt;b&gt;" in html and "sample corpus" in html and "One &lt;notice&gt;" in html
    assert "sample corpus" not in header_html([ARTICLE], sample=False)
    assert "0 articles" in header_html([], sample=False)
