"""The conversation as HTML: questions, progress, answers with their markers, what can be done with each.

Pure functions from values to HTML. Knows nothing of Gradio or of how an answer was found.
"""

import re
from collections.abc import Collection, Sequence
from html import escape
from itertools import takewhile

from rag.answer.cite import from_markdown
from rag.answer.findings import DISAGREE, ENGINE, ONLY_NEAR
from rag.types import Answer
from rag.ui import render
from rag.ui.conversation import Conversation, Exchange
from rag.ui.export import asked_of, called
from rag.ui.plot import Inventory, size_text, span_text
from rag.ui.positions_view import difference, positions_html
from rag.ui.render import button, count, error_html, examples_html, icon, more_html, notices_html, text

# **Denied** | - a line of a side
_OF_A_SIDE = re.compile(r"\*\*[^*]+\*\*$|- ")
# <a class="marker" …>1</a> — Hankyoreh, 2 November 2023</p>
_SOURCE = re.compile(r"(?<=</a>) — (.*?)(?=</(?:p|li)>)")


def conversation_html(conversation: Conversation) -> str:
    """The whole conversation."""
    last = conversation.exchanges[-1].number
    items = "".join(exchange_html(e, last=e.number == last) for e in conversation.exchanges)
    return f'<div class="thread" data-id="{escape(conversation.id)}">{items}</div>'


def start_html(hints: str) -> str:
    """Before the first question: what this page is for, and what one asks here."""
    return (
        '<div class="thread start" data-id=""><h2>Who said what, and who disputes it?</h2>'
        '<p class="lead">Ask the articles. Every sentence of an answer leads to the words it rests on. Where the '
        "articles disagree you see each side; where nothing near is found, you are told so.</p>"
        f'<div class="hints">{hints}</div></div>'
    )


def hints_html(inventory: Inventory, questions: Sequence[str], *, sample: bool) -> str:
    """Which articles are asked, how to bring one's own, and questions to start with."""
    add = (
        '<label class="btn" for="files">Choose files</label> <span class="droppable">or drop them anywhere on this '
        "page.</span> <span>Saved web pages, PDF, Word, e-mail, text, tables of articles.</span>"
    )
    if not inventory.articles:
        return f'<div class="bring"><h3>There are no articles yet</h3><p>{add}</p></div>'
    here = "<strong>You are asking the sample</strong>: digests of five reports that contradict one another."
    if not sample:
        here = f"<strong>You are asking your collection</strong>: {size_text(inventory)}, {span_text(inventory)}."
    more = "To ask your own articles: " if sample else "To add to it: "
    return (
        f'<p class="here">{here}</p>{examples_html("Questions that it answers", questions)}'
        f'<div class="bring"><p>{more}{add}</p></div>'
    )


def exchange_html(exchange: Exchange, *, last: bool) -> str:
    """A question and what stands below it."""
    edit = "" if exchange.working else button("edit", "Edit", sign="edit", kind="btn quiet edit", n=exchange.number)
    return (
        f'<section class="exchange" id="exchange-{exchange.number}" data-n="{exchange.number}">'
        f'<div class="question"><h2 dir="auto">{text(exchange.question)}</h2>{edit}</div>'
        f"{_reply_html(exchange, last=last)}</section>"
    )


def _reply_html(exchange: Exchange, *, last: bool) -> str:
    if exchange.answer is not None:
        return _answer_html(exchange, exchange.answer, last=last)
    again = f'<div class="actions">{button("retry", "Try again", sign="retry", n=exchange.number)}</div>'
    if exchange.error:
        return f'<div class="reply">{error_html(exchange.error)}{again}</div>'
    words = f'<div class="text" dir="auto">{render.markdown(exchange.text)}</div>' if exchange.text else ""
    if exchange.stopped:
        return f'<div class="reply">{words}<p class="status">Stopped.</p>{again}</div>'
    *done, now = exchange.steps
    items = "".join(f'<li class="done">{text(s)}</li>' for s in done) + f'<li class="now">{text(now)}…</li>'
    return f'<div class="reply" aria-busy="true"><div role="status"><ol class="steps">{items}</ol></div>{words}</div>'


def _answer_html(exchange: Exchange, answer: Answer, *, last: bool) -> str:
    kind, label, meaning = called(answer)
    said = answer.text.removesuffix(ONLY_NEAR)  # the line above says it
    anchor = f"source-{exchange.number}"
    cited = {c.number for c in answer.citations}
    body = _said_html(answer, said, anchor, cited)
    if answer.verdict == "contested" and len(answer.positions) > 1:
        # An answer of sides is its sides; the same in prose below them would be read twice.
        body = (
            f"{_before_sides_html(answer, said, anchor, cited)}{positions_html(answer, anchor)}"
            f"{more_html('In prose', body, kind='prose', keep=f'{anchor}-prose')}"
        )
        meaning = f"{text(difference(answer))}."
    elif answer.verdict == "declined":
        meaning = text(from_markdown(answer.text.partition("\n\n")[0]))
        body = _nearest_html(answer, anchor) if answer.citations else body
    notices = [asked_of(exchange.where)] if exchange.where else []
    notices += [f"From the question: {c}" for c in answer.constraints]
    notices += [n for n in answer.notices if n not in answer.text]
    return (
        f'<div class="reply" id="answer-{exchange.number}" data-verdict="{answer.verdict}"'
        f"{' aria-live=polite' if last else ''}>"
        f'<p class="verdict {kind}"><strong>{icon(kind, 14)}{label}</strong> <span>{meaning}</span></p>'
        f"{notices_html(notices)}{body}{_unsupported_html(answer.unsupported)}{_actions_html(exchange, answer)}</div>"
    )


def _said_html(answer: Answer, said: str, anchor: str, cited: Collection[int]) -> str:
    """What an answer says; a quote's outlet and day stand apart from it."""
    html = render.markdown(said, anchor, cited).replace(' <a class="marker"', '&nbsp;<a class="marker"')
    if answer.engine == ENGINE:
        html = _SOURCE.sub(r" <cite>\1</cite>", html)
    return f'<div class="text" dir="auto">{html}</div>'


def _before_sides_html(answer: Answer, said: str, anchor: str, cited: Collection[int]) -> str:
    """What a contested answer says before its sides."""
    before = takewhile(lambda paragraph: not _OF_A_SIDE.match(paragraph), said.split("\n\n"))
    first = "\n\n".join(paragraph for paragraph in before if paragraph != DISAGREE)
    return _said_html(answer, first, anchor, cited) if first else ""


def _nearest_html(answer: Answer, anchor: str) -> str:
    items = "".join(
        f'<li><blockquote dir="auto">{text(_short(c.quote))}&nbsp;{render.marker(c.number, anchor)}</blockquote>'
        f'<cite dir="auto">{render.outlet(c.publisher)} {render.short_dated(c.published)}'
        f"{f' <span>page {c.page}</span>' if c.page else ''}</cite></li>"
        for c in answer.citations[:3]
    )
    return f'<p class="lead">The nearest lines, for you to judge:</p><ul class="nearest">{items}</ul>'


def _short(quote: str, most: int = 320) -> str:
    return quote if len(quote) <= most else quote[:most].rpartition(" ")[0] + "…"


def _unsupported_html(sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f'<li dir="auto">{text(s)}</li>' for s in sentences)
    label = f"{count(len(sentences), 'sentence')} not supported by any article"
    return (
        f'<div class="unsupported"><p>{icon("unsupported", 18)}<span><strong>{label}</strong> Do not rely on this.'
        f"</span></p><ul>{items}</ul></div>"
    )


def _actions_html(exchange: Exchange, answer: Answer) -> str:
    n = exchange.number
    took = f"{answer.seconds:.2f} s" if answer.seconds >= 0.1 else f"{answer.seconds * 1000:.0f} ms"
    made_by = "quotes only" if answer.engine == ENGINE else answer.engine
    sources = count(len(answer.citations), "source")
    return (
        '<div class="actions">'
        + (button("sources", sources, kind="btn tosources", n=n) if answer.citations else "")
        + button("copy", "Copy", sign="copy", n=n)
        + f'<details class="menu"><summary class="btn">{icon("export", 15)}Export</summary><div class="pop">'
        + button("download", "Markdown with footnotes", n=n, form="md")
        + button("download", "JSON", n=n, form="json")
        + "</div></details>"
        + button("retry", "Try again", sign="retry", n=n)
        + f'<span class="made">{text(f"{made_by} · {took}")}</span>'
        + '<span class="thumbs" role="group" aria-label="Was this answer right?">'
        + _thumb(exchange, "up", "A good answer")
        + _thumb(exchange, "down", "Something is wrong with it")
        + f"</span></div>{_note_html(n, exchange.rated)}"
    )


def _thumb(exchange: Exchange, rating: str, label: str) -> str:
    pressed = f'aria-pressed="{"true" if exchange.rated == rating else "false"}"'
    return button(
        "like", icon("up"), kind=f"btn icon {rating}", name=label, more=pressed, n=exchange.number, rating=rating
    )


def _note_html(n: int, rated: str) -> str:
    if not rated:
        return ""
    if rated.endswith("+"):
        return '<p class="thanks" role="status">Noted. It is kept on this machine.</p>'
    return (
        f'<form class="note" data-act="apply" data-n="{n}"><label for="note-{n}">What should we know? '
        f'<span>Kept on this machine only.</span></label><div><input id="note-{n}" name="note" maxlength="2000" '
        'autocomplete="off"><button class="btn" type="submit">Send</button></div></form>'
    )
