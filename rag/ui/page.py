"""The page in Gradio: what stands where, and the conversation's events.

Knows nothing of retrieval or models, nor how HTML is made (the views make it) or served (`rag.ui.server`).
The components are our own HTML; its buttons become events through page.js.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from rag.types import Answer, Filter
from rag.ui import collection
from rag.ui.answer_view import conversation_html
from rag.ui.api import add_endpoints
from rag.ui.conversation import Conversation, examples, follow
from rag.ui.corpus_view import Shown, filter_html, filter_of, list_html, overview_html
from rag.ui.events import QUIET, Drawing, data_of, html, number_of, shelf_of
from rag.ui.export import as_json, as_markdown
from rag.ui.saved import keep_feedback
from rag.ui.shelf import Library, Shelf
from rag.ui.side_view import side_html
from rag.ui.source_view import article_html, sources_html

_AT_ONCE: Final = 20  # questions worked on at the same time
_WAITING: Final = 200  # questions waiting behind them, before the next is refused
_READY: Final[dict[str, Any]] = {"submit_btn": "Ask", "stop_btn": False}


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that several events draw."""

    side: gr.HTML
    thread: gr.HTML
    scope: gr.HTML
    box: gr.Textbox
    panel: gr.HTML
    shelf: collection.Parts
    reader: gr.HTML
    outbox: gr.HTML
    talk: gr.State
    where: gr.State
    editing: gr.State

    @property
    def all(self) -> list[Component]:
        """All of them, since any drawing may change any."""
        named = (self.side, self.thread, self.scope, self.box, self.panel, self.reader, self.outbox)
        return [*named, self.talk, self.where, self.editing, *self.shelf.all]


def build(library: Library) -> gr.Blocks:
    """The page over an open collection, not yet served."""
    with gr.Blocks(title="Rashomon", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        add_endpoints(library)  # first: Gradio names events after their functions, and a name taken becomes ask_1
        parts = _parts(Shelf(library))
        wanted = gr.Textbox(visible=False)
        _conversation_events(library, parts)

        def refresh(shelf: Shelf, where: Filter) -> Drawing:
            return (
                collection.draw(parts.shelf, shelf, where)
                | draw_scope(parts, shelf, where)
                | {parts.side: _side(shelf)}
            )

        collection.add_events(library, parts.shelf, parts.reader, parts.where, parts.all, refresh)

        def load(id: str, request: gr.Request) -> Drawing:
            shelf = shelf_of(library, request)
            kept = shelf.conversations.load(id or "") or Conversation()
            return draw(parts, shelf, kept) | refresh(shelf, Filter())

        opened = "() => [sessionStorage.getItem('rashomon-conversation') || '']"
        page.load(load, [wanted], parts.all, js=opened, queue=False, **QUIET)
    return page.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING)


def _parts(shelf: Shelf) -> Parts:
    articles = shelf.articles()
    with gr.Row(elem_id="desk", equal_height=False):
        side = html("side", _side(shelf, everybody=True))
        with gr.Column(elem_id="talk", min_width=0):
            thread = html("thread", _thread(shelf, Conversation()))
            with gr.Column(elem_id="asking", min_width=0):
                scope = html("scope", filter_html(articles, Filter(), len(articles)))
                box = gr.Textbox(
                    elem_id="ask", label="Question", show_label=False, container=False, max_lines=6, autofocus=True,
                    placeholder="Ask a question", **_READY,
                )  # fmt: skip
        panel = html("panel", sources_html(Conversation(), shelf.article))
        on_shelf = collection.parts(overview_html(articles, sample=shelf.library.corpus.is_sample),
                                    list_html(articles, Shown()))  # fmt: skip
    reader = html("reader", html_template="")
    outbox = html("outbox", html_template="")
    talk, where, editing = gr.State(Conversation()), gr.State(Filter()), gr.State(0)
    return Parts(side, thread, scope, box, panel, on_shelf, reader, outbox, talk, where, editing)


def _thread(shelf: Shelf, talk: Conversation) -> str:
    if talk.exchanges:
        return conversation_html(talk)
    articles = shelf.articles()
    note = "" if articles else "There are no articles yet. Open Articles and add the first files."
    return conversation_html(talk, examples(articles, sample=shelf.library.corpus.is_sample), note)


def _side(shelf: Shelf, *, everybody: bool = False) -> str:
    corpus = shelf.library.corpus
    model = corpus.model
    away = "" if model is None or model.destination.local else model.destination.host or ""
    return side_html(
        [] if everybody else shelf.conversations.list(), shelf.articles(),
        engine=model.name if model else "Extractive: sentences of the articles, word for word",
        embedder=corpus.settings.embedder, leaves=away, notices=corpus.notices, user=shelf.user,
    )  # fmt: skip


def draw(parts: Parts, shelf: Shelf, talk: Conversation) -> Drawing:
    """The conversation, its sources and the side, as they stand."""
    return {
        parts.talk: talk,
        parts.thread: _thread(shelf, talk),
        parts.panel: sources_html(talk, shelf.article),
        parts.side: _side(shelf),
    }


def draw_scope(parts: Parts, shelf: Shelf, where: Filter) -> Drawing:
    """The filter, above the questions and above the list."""
    shown = filter_html(shelf.articles(), where, len(shelf.articles(where)))
    return {parts.where: where, parts.scope: shown, parts.shelf.scope: shown}


def _conversation_events(library: Library, parts: Parts) -> None:
    box, thread, side = parts.box, parts.thread, parts.side

    def ask(question: str, before: Conversation, where: Filter, editing: int, request: gr.Request) -> Iterator[Drawing]:
        if not question.strip():
            return
        shelf, talk = shelf_of(library, request), before.until(editing) if editing else before
        first: Drawing = {box: gr.update(value="", submit_btn=False, stop_btn="Stop"), parts.editing: 0}
        for now in follow(shelf, question.strip(), talk, where or None):
            talk = talk.with_last(now)
            yield first | {parts.talk: talk, thread: _thread(shelf, talk)}
            first = {}
        yield draw(parts, shelf, shelf.conversations.keep(talk)) | {box: gr.update(**_READY)}

    def try_example(before: Conversation, where: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        yield from ask(str(data_of(event).get("question", ""))[:4000], before, where, 0, request)

    def retry(before: Conversation, where: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        if exchange := before.exchange(number_of(event)):
            yield from ask(exchange.question, before, where, exchange.number, request)

    def edit(talk: Conversation, event: gr.EventData) -> Drawing:
        exchange = talk.exchange(number_of(event))
        return {box: exchange.question, parts.editing: exchange.number} if exchange else {}

    def stop(talk: Conversation, request: gr.Request) -> Drawing:
        shelf, ended = shelf_of(library, request), talk.stopped()
        if ended is not talk:
            ended = shelf.conversations.keep(ended)
        return draw(parts, shelf, ended) | {box: gr.update(**_READY)}

    def clear(request: gr.Request) -> Drawing:
        return draw(parts, shelf_of(library, request), Conversation()) | {parts.editing: 0}

    def open_kept(request: gr.Request, event: gr.EventData) -> Drawing:
        shelf = shelf_of(library, request)
        kept = shelf.conversations.load(str(data_of(event).get("id", "")))
        return draw(parts, shelf, kept) if kept else {}

    def delete(talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, id = shelf_of(library, request), str(data_of(event).get("id", ""))
        shelf.conversations.delete(id)
        return draw(parts, shelf, Conversation() if talk.id == id else talk)

    def like(talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        rating = "up" if data_of(event).get("rating") == "up" else "down"
        return rate(talk, number_of(event), rating, "", request)

    def note(talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        exchange = talk.exchange(number_of(event))
        rating = "down" if exchange is None or exchange.rated.startswith("down") else "up"
        return rate(talk, number_of(event), rating, str(data_of(event).get("note", "")), request)

    def rate(talk: Conversation, number: int, rating: str, note: str, request: gr.Request) -> Drawing:
        exchange, shelf = talk.exchange(number), shelf_of(library, request)
        if exchange is None or exchange.answer is None:
            return {}
        keep_feedback(shelf.feedback_file, exchange.answer, rating, note, shelf.user)
        rated = replace(exchange, rated=f"{rating}+" if note else rating)
        changed = replace(talk, exchanges=tuple(rated if e.number == number else e for e in talk.exchanges))
        shelf.conversations.keep(changed)
        return {parts.talk: changed, thread: _thread(shelf, changed)}

    def send(talk: Conversation, event: gr.EventData) -> Drawing:
        answer, form = _answer(talk, number_of(event)), data_of(event).get("form")
        if answer is None:
            return {}
        as_text = as_json(answer) if form == "json" else as_markdown(answer)
        name = f"answer-{number_of(event)}.{'json' if form == 'json' else 'md'}" if form else ""
        return {parts.outbox: json.dumps({"text": as_text, "name": name, "at": time.time_ns()})}

    def read(talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(library, request), data_of(event)
        article, answer = shelf.article(str(data.get("article", ""))), _answer(talk, number_of(event))
        if article is None:
            return {}
        cited = [c for c in answer.citations if c.article_id == article.id] if answer else []
        shown = article_html(article, cited, int(data.get("c") or 0), may_change=shelf.may_change(article))
        return {parts.reader: f"<div data-at={time.time_ns()}>{shown}</div>"}

    def filter_by(request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, where = shelf_of(library, request), filter_of(data_of(event))
        return draw_scope(parts, shelf, where) | {parts.shelf.rows: list_html(shelf.articles(where), Shown())}

    def unfilter(request: gr.Request) -> Drawing:
        shelf = shelf_of(library, request)
        return draw_scope(parts, shelf, Filter()) | {parts.shelf.rows: list_html(shelf.articles(), Shown())}

    # What an answer changes, and no more: each piece of it carries a line for each of these.
    answering = [box, parts.editing, parts.talk, thread, parts.panel, side]
    streamed: dict[str, Any] = {"outputs": answering, "trigger_mode": "once", **QUIET}
    quick: dict[str, Any] = {"outputs": parts.all, "queue": False, **QUIET}
    talk, where = parts.talk, parts.where
    # `once`: a second question waits until the first is answered or stopped.
    asking = box.submit(ask, [box, talk, where, parts.editing], **streamed)
    trying = thread.select(try_example, [talk, where], **streamed)
    again = thread.retry(retry, [talk, where], **streamed)
    # In two steps: otherwise a piece still under way is drawn over what `stop` draws.
    box.stop(None, cancels=[asking, trying, again]).then(stop, [talk], **quick)
    thread.edit(edit, [talk], **quick)
    thread.like(like, [talk], **quick)
    thread.apply(note, [talk], **quick)
    thread.download(send, [talk], **quick)
    thread.copy(send, [talk], **quick)
    parts.panel.expand(read, [talk], **quick)
    side.clear(clear, None, **quick)
    side.select(open_kept, None, **quick)
    side.delete(delete, [talk], **quick)
    for filtering in (parts.scope, parts.shelf.scope):
        filtering.apply(filter_by, None, **quick)
        filtering.clear(unfilter, None, **quick)


def _answer(talk: Conversation, number: int) -> Answer | None:
    exchange = talk.exchange(number)
    return exchange.answer if exchange else None
