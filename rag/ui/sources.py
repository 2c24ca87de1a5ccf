"""The page's HTML: answers with their markers, and the sources behind them as cards.

Pure functions from values to HTML strings. Articles, questions and model output are hostile here: all text
passes `html.escape`, the answer's Markdown passes an allow-list renderer (no HTML, image or link of its own),
and the only links made are to our own cards and to an article's http(s) address.
Knows nothing of Gradio, of corpora or of how an answer was found.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.types import Answer, Article, Citation, PublishedFrom, Verdict

Lookup = Callable[[str], Article | None]

# [1], and [1, 2] as some models write it.
_MARKER: Final = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
_AROUND: Final = 600  # characters of a paragraph shown on either side of a quote, at most

_VERDICT: Final[dict[Verdict, tuple[str, str]]] = {
    "answered": ("Answered", "The articles answer this."),
    "contested": ("Contested", "The articles disagree."),
    "declined": ("Not answered", ""),  # the answer itself says that they do not say
}
_DATED: Final[dict[PublishedFrom, str]] = {
    "page": "as dated on the page",
    "url": "from its web address",
    "given": "given when it was added",
    "unknown": "",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with what has come back so far. `answer` is None while it streams, and if it was stopped."""

    number: int
    question: str
    text: str = ""
    status: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False


def chat_html(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    """The conversation as the chat's messages, each with its HTML as content."""
    return [
        message
        for e in exchanges
        for message in (
            {"role": "user", "content": question_html(e.question)},
            {"role": "assistant", "content": reply_html(e)},
        )
    ]


def question_html(question: str) -> str:
    """The reader's own words, without an element around them: the chat reads them out as the message's name."""
    return escape(question, quote=False)


def reply_html(exchange: Exchange) -> str:
    """What stands in the chat below a question: progress, the text so far, the whole answer, or an error."""
    if exchange.error:
        return f'<div class="reply"><p class="error" dir="auto">{escape(exchange.error)}</p></div>'
    if exchange.answer is not None:
        return _answer_html(exchange.number, exchange.answer)
    parts = [_text_html(exchange.text, exchange.number, {})] if exchange.text else []
    if exchange.stopped:
        parts.append('<p class="status">Stopped.</p>')
    elif exchange.status:
        parts.append(f'<p class="status working">{escape(exchange.status)}</p>')
    return f'<div class="reply">{"".join(parts)}</div>'


def _answer_html(number: int, answer: Answer) -> str:
    label, meaning = _VERDICT[answer.verdict]
    cited = {c.number: c for c in answer.citations}
    parts = [
        f'<p class="verdict {answer.verdict}"><strong>{label}</strong> <span>{meaning}</span></p>',
        _text_html(answer.text, number, cited),
    ]
    if answer.unsupported:
        items = "".join(f'<li dir="auto">{escape(s)}</li>' for s in answer.unsupported)
        parts.append(f'<div class="unsupported"><p>Left out, because no article holds it:</p><ul>{items}</ul></div>')
    return f'<div class="reply" id="answer-{number}">{"".join(parts)}</div>'


def sources_html(exchanges: Sequence[Exchange], article: Lookup) -> str:
    """The panel: the cards of the last answer, and folded below them those of the answers before it.

    The earlier ones stay so that every marker in the chat has a card to lead to; the browser unfolds them when
    a marker is followed.
    """
    answers = [(e.number, e.question, e.answer) for e in exchanges if e.answer is not None]
    if not answers:
        return (
            '<div class="sources empty"><h2>Sources</h2>'
            "<p>Every statement in an answer is numbered. The words it rests on appear here, "
            "inside the paragraph they were taken from.</p></div>"
        )
    *earlier, (number, _, last) = answers
    folded = "".join(
        f'<details class="earlier"><summary dir="auto">{escape(q)}</summary>{_cards(n, a, article)}</details>'
        for n, q, a in reversed(earlier)
        if a.citations
    )
    if folded:
        folded = f"<h3>Earlier answers</h3>{folded}"
    return f'<div class="sources"><h2>{_heading(last)}</h2>{_cards(number, last, article)}{folded}</div>'


def _heading(answer: Answer) -> str:
    if answer.verdict == "declined":
        return "Nearest passages, which do not answer it" if answer.citations else "No passage comes near it"
    return "Sources"


def _cards(number: int, answer: Answer, article: Lookup) -> str:
    return "".join(_card(number, c, article(c.article_id)) for c in answer.citations)


def _card(number: int, citation: Citation, article: Article | None) -> str:
    author = f'<span class="author" dir="auto">{escape(article.author)}</span>' if article and article.author else ""
    back = f'<a class="number" href="#answer-{number}" title="Back to the answer">{citation.number}</a>'
    return (
        f'<article class="card" id="{_card_id(number, citation.number)}" tabindex="-1">'
        f'<header>{back}<span class="outlet" dir="auto">{escape(citation.publisher or "Outlet unknown")}</span>'
        f'<span class="date">{_date_html(citation.published, citation.published_from)}</span></header>'
        f'<h3 dir="auto">{escape(citation.title)}</h3>{author}'
        f'<blockquote dir="auto">{quote_html(citation, article)}</blockquote>'
        f"<footer>{_origin_html(citation)}</footer></article>"
    )


def _card_id(number: int, citation: int) -> str:
    return f"source-{number}-{citation}"


def _date_html(published: date | None, source: PublishedFrom) -> str:
    if published is None:
        return "date unknown"
    origin = f' <span class="origin">{_DATED[source]}</span>' if _DATED[source] else ""
    return f'<time datetime="{published.isoformat()}">{long_date(published)}</time>{origin}'


def _origin_html(citation: Citation) -> str:
    address = citation.url
    if address and web_address(address):
        host = urlsplit(address).netloc
        return (
            f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer" title="{escape(address)}">'
            f"Read at {escape(host)}</a>"
        )
    name = re.split(r"[/\\]", citation.path)[-1]
    return f'<span class="path" title="{escape(citation.path)}">{escape(name)}</span>'


def web_address(address: str) -> bool:
    """Whether an address may become a link: http or https with a host, and no space or control character.

    Yes: https://example.org/a?b=1. No: javascript:alert(1), data:text/html,x, //example.org, https://, /a.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address.isprintable() and " " not in address
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def quote_html(citation: Citation, article: Article | None) -> str:
    """The quote, marked, inside its paragraph. Alone if the article is gone or no longer holds it there."""
    start, end = citation.start, citation.end
    marked = f"<mark>{_lines(citation.quote)}</mark>"
    if article is None or article.text[start:end] != citation.quote:
        return marked
    text = article.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    before, after = text[first:start], text[end : last if last >= 0 else len(text)]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + "…"
    return f"{escape(before)}{marked}{escape(after)}"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def header_html(articles: Sequence[Article], *, sample: bool, notices: Sequence[str] = ()) -> str:
    """The page's head: the name, and what is being asked: how many articles, of which outlets, from when."""
    outlets = sorted({a.publisher for a in articles if a.publisher}, key=str.casefold)
    named = ", ".join(escape(o) for o in outlets[:6]) + (f" and {len(outlets) - 6} more" if len(outlets) > 6 else "")
    count = f"{len(articles):,} article{'' if len(articles) == 1 else 's'}"
    facts = [", ".join(f for f in (count, _span_html(articles)) if f), named]
    notes = [escape(n) for n in notices]
    if sample:
        notes.insert(0, "This is the sample corpus. <code>rag ingest FOLDER</code> adds articles of your own.")
    lines = "".join(f"<p>{f}</p>" for f in facts if f) + "".join(f'<p class="note">{n}</p>' for n in notes)
    return (
        '<div class="masthead"><div class="title"><h1>Rashomon</h1>'
        "<p>Who said what, when, in which article, and who disputes it</p></div>"
        f'<div class="corpus">{lines}</div></div>'
    )


def _span_html(articles: Sequence[Article]) -> str:
    dates = sorted(a.published for a in articles if a.published)
    undated = len(articles) - len(dates)
    if not dates:
        return "dates unknown" if articles else ""
    span = long_date(dates[0]) if dates[0] == dates[-1] else f"{long_date(dates[0])} to {long_date(dates[-1])}"
    return f"{span} ({undated:,} undated)" if undated else span


def long_date(day: date) -> str:
    """A date for people, the same in every locale: 2 November 2023."""
    return f"{day.day} {day:%B %Y}"


def _renderer() -> MarkdownIt:
    # Everything that could make a link, load something or pass HTML through is off; what is left can only
    # make paragraphs, lists, headings, tables, quotations, emphasis and code. Entities stay as they are written.
    off = ["image", "link", "autolink", "html_inline", "html_block", "entity", "reference", "text_join"]
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable(off)


def _text_html(markdown: str, number: int, cited: dict[int, Citation]) -> str:
    renderer = _renderer()
    tokens = renderer.parse(markdown)
    for token in tokens:
        token.info = ""  # a code block's language would become a class that scripts look for (mermaid)
        if token.type == "inline":
            token.children = list(_with_markers(token.children or [], number, cited))
    html = renderer.renderer.render(tokens, renderer.options, {})
    return f'<div class="text" dir="auto">{html}</div>'


def _with_markers(tokens: Sequence[Token], number: int, cited: dict[int, Citation]) -> Iterator[Token]:
    """The tokens with markers made into links. One with an escaped bracket is an article's own words, and no marker."""
    plain = ""
    for token in tokens:
        if token.type == "text":
            plain += token.content
            continue
        yield Token("html_inline", "", 0, content=_markers_html(plain, number, cited))
        plain = ""
        if token.type == "text_special":
            yield Token("text", "", 0, content=token.content)
        else:
            yield token
    yield Token("html_inline", "", 0, content=_markers_html(plain, number, cited))


def _markers_html(text: str, number: int, cited: dict[int, Citation]) -> str:
    # The escaped text holds no new brackets or digits-in-brackets, so the markers are the same before and after.
    return _MARKER.sub(lambda m: "".join(_marker(int(n), number, cited) for n in m[1].split(",")), escape(text))


def _marker(n: int, number: int, cited: dict[int, Citation]) -> str:
    citation = cited.get(n)
    if citation is None:
        return f'<span class="marker">[{n}]</span>'
    name = escape(f"Source {n}: {citation.publisher or 'outlet unknown'}, {citation.title}")
    return f'<a class="marker" href="#{_card_id(number, n)}" title="{name}">[{n}]</a>'
