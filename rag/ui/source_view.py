"""The sources of an answer as cards beside it, and a whole article to read, its cited words marked.

Pure functions from values to HTML. Knows nothing of Gradio, of corpora or of how an answer was found.
"""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from rag.answer.fence import instructions
from rag.types import Answer, Article, Citation
from rag.ui.conversation import Conversation
from rag.ui.render import author, button, count, dated, icon, notices_html, origin, outlet, text

Lookup = Callable[[str], Article | None]

_AROUND: Final = 240  # characters of a paragraph shown on either side of a quote, at most
_FIELDS: Final = ("title", "publisher", "author", "published", "url", "note", "tags")
_NOTHING: Final = "They are data here: no answer follows them."
_ADDRESSED: Final = f"These words address a language model. {_NOTHING}"
_LABELS: Final = {"publisher": "Outlet", "published": "Published (like 2023-11-02)", "url": "Address"}


def sources_html(conversation: Conversation, article: Lookup) -> str:
    """The panel: for each answer its articles, each a card with its quotes; the answer in view has its shown."""
    answers = [(e.number, e.answer) for e in conversation.exchanges if e.answer is not None]
    if not answers:
        return (
            f'<div class="sources empty">{icon("book", 26)}<h2>Sources</h2><p>The words that an answer rests on appear '
            "here, inside the paragraph they were taken from.</p></div>"
        )
    step = (
        '<span class="step">'
        + button("previous", icon("left"), kind="btn icon", name="Previous quote")
        + '<span class="at" aria-live="polite"></span>'
        + button("next", icon("right"), kind="btn icon", name="Next quote")
        + button("closepanel", icon("close"), kind="btn icon closepanel", name="Close the sources")
        + "</span>"
    )
    of_answers = "".join(
        f'<div class="cards" data-n="{number}"{"" if number == answers[-1][0] else " hidden"}>'
        f"<h2>{_heading(answer)}</h2>{_cards(number, answer, article)}</div>"
        for number, answer in answers
    )
    return f'<div class="sources"><header class="bar">{step}</header>{of_answers}</div>'


def _heading(answer: Answer) -> str:
    if answer.verdict == "declined":
        return "Nearest passages" if answer.citations else "No passage comes near it"
    return f"{count(len(answer.citations_by_article), 'article')}, {count(len(answer.citations), 'quote')}"


def _cards(number: int, answer: Answer, article: Lookup) -> str:
    return "".join(_card(number, cited, article(cited[0].article_id)) for cited in answer.citations_by_article)


def _card(number: int, cited: Sequence[Citation], article: Article | None) -> str:
    first = cited[0]
    read = button("read", "Read the article", sign="book", article=first.article_id, n=number, c=first.number)
    gone = "" if article else '<span class="gone">no longer in the collection</span>'
    quotes = "".join(_quote(number, c, article) for c in cited)
    return (
        f'<article class="card"><header><p class="from">{outlet(first.publisher)}'
        f'<span class="date">{dated(first.published, first.published_from)}</span></p></header>'
        f'<h3 dir="auto">{text(first.title)}</h3>{author(article.author) if article else ""}{quotes}'
        f"<footer>{read if article else gone}{origin(first.url, first.path)}</footer></article>"
    )


def _quote(number: int, c: Citation, article: Article | None) -> str:
    back = (
        f'<a class="number" href="#answer-{number}" title="Back to the answer" '
        f'aria-label="Quote {c.number}, back to the answer">{c.number}</a>'
    )
    forms = "".join(
        button("cite", label, n=number, c=c.number, form=form)
        for form, label in (("text", "as text"), ("md", "as Markdown"), ("bib", "as BibTeX"))
    )
    copy = (
        f'<details class="menu cite"><summary class="btn icon" aria-label="Copy citation {c.number}" '
        f'title="Copy the citation">{icon("copy", 15)}</summary><div class="pop">{forms}</div></details>'
    )
    page = f' <small class="page">page {c.page}</small>' if c.page else ""
    return (
        f'<div class="quote" id="source-{number}-{c.number}" tabindex="-1" role="group" aria-label="Quote {c.number}">'
        f'{back}<blockquote dir="auto">{quote_html(c, article)}{page}</blockquote>{copy}</div>'
    )


def quote_html(citation: Citation, article: Article | None) -> str:
    """The quote, marked, inside its paragraph. Alone if the article is gone or no longer holds it there."""
    start, end = citation.start, citation.end
    marked = f"<mark>{_words(citation.quote)}</mark>".replace("\n", "<br>")
    if article is None or article.text[start:end] != citation.quote:
        return marked
    whole = article.text
    first = whole.rfind("\n", 0, start) + 1
    last = whole.find("\n", end)
    before, after = whole[first:start], whole[end : last if last >= 0 else len(whole)]
    if len(before) > _AROUND:
        before = "…" + before[-_AROUND:].partition(" ")[2]
    if len(after) > _AROUND:
        after = after[:_AROUND].rpartition(" ")[0] + "…"
    return f"{_words(before)}{marked}{_words(after)}"


def _words(words: str) -> str:
    """An article's words as HTML; what plainly addresses a language model is marked as such."""
    out, at = list[str](), 0
    for start, end in instructions(words):
        out.append(text(words[at:start]))
        out.append(f'<span class="instruction" title="{_ADDRESSED}">{text(words[start:end])}</span>')
        at = end
    return "".join(out) + text(words[at:])


def article_html(article: Article, cited: Sequence[Citation] = (), current: int = 0, *, may_change: bool = True) -> str:
    """A whole article as kept, with the cited words marked; the citation numbered `current` is the one scrolled to."""
    notes = [article.note] if article.note else []
    if instructions(article.text):
        notes.append(f"Some words of this article, marked below, address language models. {_NOTHING}")
    body = "".join(
        f'<p dir="auto">{marked(article.text, *line.span(), cited, current)}</p>'
        for line in re.finditer(r".*\S.*", article.text)
    )
    tools = _tools_html(article) if may_change else ""
    return (
        f'<div class="reader" data-article="{escape(article.id)}"><h2 dir="auto">{text(article.title)}</h2>'
        f'<p class="facts">{outlet(article.publisher)}<span>{dated(article.published, article.published_from)}</span>'
        f"{author(article.author)}<span>{origin(article.url, article.path)}</span></p>"
        f'{notices_html(notes)}{tools}<div class="body">{body}</div></div>'
    )


def marked(whole: str, start: int, end: int, cited: Sequence[Citation], current: int) -> str:
    """`whole[start:end]` as HTML with the parts that are cited marked; overlapping citations make one mark."""
    spans = sorted(
        (max(c.start, start), min(c.end, end), c.number)
        for c in cited
        if c.start < end and c.end > start and whole[c.start : c.end] == c.quote
    )
    out, at = list[str](), start
    for first, last, number in spans:
        first = max(first, at)
        if first >= last:
            continue
        kind = ' class="current"' if number == current else ""
        out.append(f"{_words(whole[at:first])}<mark{kind} data-c={number}>{_words(whole[first:last])}</mark>")
        at = last
    return "".join(out) + _words(whole[at:end])


def _tools_html(article: Article) -> str:
    fields = "".join(_field_html(article, name) for name in _FIELDS)
    found = "; ".join(f"{name}: {where}" for name, where in article.provenance.items())
    return (
        '<details class="metadata" data-keep="metadata"><summary>Details and corrections</summary>'
        f'<form data-act="edit" data-article="{escape(article.id)}">{fields}'
        f'<p class="found" dir="auto">{text(found)}</p><div class="row"><button class="btn primary" type="submit">Save'
        f"</button>{button('remove', 'Remove from the collection', kind='btn danger', article=article.id)}</div>"
        "</form></details>"
    )


def _field_html(article: Article, name: str) -> str:
    value = ", ".join(article.tags) if name == "tags" else getattr(article, name)
    shown = "" if value is None else str(value)
    label = _LABELS.get(name, name.capitalize())
    return (
        f'<label>{label}<input name="{name}" value="{text(shown)}" autocomplete="off" dir="auto" '
        f'data-before="{text(shown)}"></label>'
    )
