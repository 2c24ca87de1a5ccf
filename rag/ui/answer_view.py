"""The conversation as HTML: questions, progress, answers with their markers, what can be done with each.

Pure functions from values to HTML. Knows nothing of Gradio or of how an answer was found.
"""

import re
from collections.abc import Collection, Sequence
from html import escape
from itertools import takewhile

from rag.answer.cite import from_markdown
from rag.answer.findings import DISAGREE, ENGINE, ONLY_NEAR
from rag.types import Answer, Citation
from rag.ui import render
from rag.ui.conversation import Conversation, Exchange
from rag.ui.corpus_view import example_html
from rag.ui.export import called
from rag.ui.plot import Held, size_text, span_text
from rag.ui.positions_view import positions_html, told
from rag.ui.render import button, count, icon, text

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


def hints_html(held: Held, questions: Sequence[str], *, sample: bool) -> str:
    """Which articles are asked, how to bring one's own, and questions to start with."""
    add = (
        '<label class="btn" for="files">Choose files</label> <span>or drop them anywhere on this page: saved web '
        "pages, PDF, Word, e-mail, text, tables of articles.</span>"
    )
    if not held.articles:
        return f'<div class="bring"><h3>There are no articles yet</h3><p>{add}</p></div>'
    if sample:
        here = "<strong>You are asking the sample</strong>: digests of five reports that contradict one another."
    else:
        here = f"<strong>You are asking your collection</strong>: {size_text(held)}, {span_text(held)}."
    items = "".join(example_html(q) for q in questions)
    asked = f'<h3 class="hint">Questions that it answers</h3><ul class="examples">{items}</ul>' if items else ""
    more = "To ask your own articles: " if sample else "To add to it: "
    return f'<p class="here">{here}</p>{asked}<div class="bring"><p>{more}{add}</p></div>'


def exchange_html(exchange: Exchange, *, last: bool) -> str:
    """A question and what stands below it."""
    edit = "" if exchange.working else button("edit", "Edit", sign="edit", kind="quiet edit", n=exchange.number)
    return (
        f'<section class="exchange" id="exchange-{exchange.number}" data-n="{exchange.number}">'
        f'<div class="question"><h2 dir="auto">{text(exchange.question)}</h2>{edit}</div>'
        f"{_reply_html(exchange, last=last)}</section>"
    )


def _reply_html(exchange: Exchange, *, last: bool) -> str:
    if exchange.error:
        said = f'<p class="error" role="alert" dir="auto">{text(exchange.error)}</p>'
        return f'<div class="reply">{said}{_again(exchange)}</div>'
    if exchange.answer is not None:
        return _answer_html(exchange, exchange.answer, last=last)
    words = f'<div class="text" dir="auto">{render.markdown(exchange.text)}</div>' if exchange.text else ""
    if exchange.stopped:
        return f'<div class="reply">{words}<p class="status">Stopped.</p>{_again(exchange)}</div>'
    return f'<div class="reply" aria-busy="true">{_steps_html(exchange.steps)}{words}</div>'


def _steps_html(steps: Sequence[str]) -> str:
    *done, now = steps
    items = "".join(f'<li class="done">{text(s)}</li>' for s in done)
    return f'<div role="status"><ol class="steps">{items}<li class="now">{text(now)}…</li></ol></div>'


def _again(exchange: Exchange) -> str:
    return f'<div class="actions">{button("retry", "Try again", sign="retry", n=exchange.number)}</div>'


def _answer_html(exchange: Exchange, answer: Answer, *, last: bool) -> str:
    kind, label, meaning = called(answer)
    said = answer.text.removesuffix(ONLY_NEAR)  # the line above says it
    number, anchor = exchange.number, f"source-{exchange.number}"
    cited = {c.number: c for c in answer.citations}
    # An answer of sides is its sides; the same in prose below them would be read twice.
    has_sides = answer.verdict == "contested" and len(answer.positions) > 1
    sides = positions_html(answer, anchor) if has_sides else ""
    prose = _said_html(answer, said, anchor, cited)
    if sides:
        prose = (
            f"{_before_sides_html(answer, said, anchor, cited)}{sides}"
            f'<details class="prose" data-keep="{anchor}-prose"><summary>In prose</summary>{prose}</details>'
        )
        meaning = f"{text(told(answer))}."
    elif answer.verdict == "declined":
        meaning = text(from_markdown(answer.text.partition("\n\n")[0]))
    parts = [
        f'<p class="verdict {kind}"><strong>{icon(kind, 14)}{label}</strong> <span>{meaning}</span></p>',
        "".join(f'<p class="notice">From the question: {text(c)}</p>' for c in answer.constraints),
        "".join(f'<p class="notice">{text(n)}</p>' for n in answer.notices),
        _nearest_html(answer, anchor) if answer.verdict == "declined" else "",
        prose if answer.verdict != "declined" or not answer.citations else "",
        _unsupported_html(answer.unsupported),
        _actions_html(exchange, answer),
    ]
    live = ' aria-live="polite"' if last else ""
    return f'<div class="reply" id="answer-{number}" data-verdict="{answer.verdict}"{live}>{"".join(parts)}</div>'


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
    if not answer.citations:
        return ""
    items = "".join(
        f'<li><blockquote dir="auto">{text(_short(c.quote))}&nbsp;{render.marker(c.number, anchor)}</blockquote>'
        f'<cite dir="auto">{_where(c)}</cite></li>'
        for c in answer.citations[:3]
    )
    lead = '<p class="lead">The nearest lines, for you to judge:</p>'
    return f'{lead}<ul class="nearest">{items}</ul>'


def _where(c: Citation) -> str:
    day = render.short_date(c.published) if c.published else '<span class="nodate">date unknown</span>'
    page = f" <span>page {c.page}</span>" if c.page else ""
    return f"{render.outlet(c.publisher)} <span>{day}</span>{page}"


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
    made = [took, "quotes only" if answer.engine == ENGINE else answer.engine]
    sources = count(len(answer.citations), "source")
    rated = exchange.rated
    return (
        '<div class="actions">'
        + (button("sources", sources, kind="tosources", n=n) if answer.citations else "")
        + button("copy", "Copy", sign="copy", n=n)
        + f'<details class="menu"><summary class="btn">{icon("export", 15)}Export</summary><div class="pop">'
        + button("download", "Markdown with footnotes", n=n, form="md")
        + button("download", "JSON", n=n, form="json")
        + "</div></details>"
        + button("retry", "Try again", sign="retry", n=n)
        + f'<span class="made">{text(" · ".join(reversed(made)))}</span>'
        + f'<span class="thumbs" role="group" aria-label="Was this answer right?">{_thumb("up", rated, n)}'
        + f"{_thumb('down', rated, n)}</span></div>"
        + (_note_html(n, rated) if rated else "")
    )


def _thumb(rating: str, rated: str, n: int) -> str:
    label = "A good answer" if rating == "up" else "Something is wrong with it"
    return (
        f'<button type="button" class="btn icon {rating}" data-act="like" data-n="{n}" data-rating="{rating}" '
        f'aria-pressed="{"true" if rated == rating else "false"}" aria-label="{label}" '
        f'title="{label}">{icon("up")}</button>'
    )


def _note_html(n: int, rated: str) -> str:
    if rated.endswith("+"):
        return '<p class="thanks" role="status">Noted. It is kept on this machine.</p>'
    return (
        f'<form class="note" data-act="apply" data-n="{n}"><label for="note-{n}">What should we know? '
        f'<span>Kept on this machine only.</span></label><div><input id="note-{n}" name="note" maxlength="2000" '
        'autocomplete="off"><button class="btn" type="submit">Send</button></div></form>'
    )
