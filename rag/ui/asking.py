"""The conversation in Gradio: its events, from a question to what is done with its answer.

Knows nothing of retrieval or models, nor how HTML is made.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.types import Answer, Filter
from rag.ui.collection import draw_rows
from rag.ui.conversation import Conversation, follow
from rag.ui.corpus_view import Shown, error_html, filter_of
from rag.ui.events import NOTHING, QUIET, Drawing, anew, data_of, number_of, shelf_of
from rag.ui.export import as_json, as_markdown, citation, file_name
from rag.ui.parts import BUSY, READY, Parts, draw, draw_scope, draw_side, draw_thread
from rag.ui.saved import keep_feedback
from rag.ui.shelf import Library
from rag.ui.source_view import article_html


def add_events(library: Library, parts: Parts) -> None:
    """What can be done in the conversation and with the filter."""
    on = _Handlers(library, parts)
    box, thread, side = parts.box, parts.thread, parts.side
    # What an answer changes, and no more: each piece of it carries a line for each of these.
    answering = [box, parts.editing, parts.talk, thread, parts.panel, side]
    streamed: dict[str, Any] = {"outputs": answering, "trigger_mode": "once", **QUIET}
    quick: dict[str, Any] = {"outputs": parts.all, "queue": False, **QUIET}
    talk, where = parts.talk, parts.where
    # `once`: a second question waits until the first is answered or stopped.
    asking = box.submit(on.ask, [box, talk, where, parts.editing], **streamed)
    trying = thread.select(on.try_example, [talk, where], **streamed)
    again = thread.retry(on.retry, [talk, where], **streamed)
    # Only when Gradio is done with the question may the next be asked: what comes before that, `once` drops.
    for done in (asking, trying, again):
        done.then(on.ready, None, [box], queue=False, **QUIET)
    # In two steps: otherwise a piece still under way is drawn over what `stop` draws.
    box.stop(None, cancels=[asking, trying, again]).then(on.stop, [talk], **quick)
    thread.edit(on.edit, [talk], **quick)
    thread.like(on.rate, [talk], **quick)
    thread.apply(on.rate, [talk], **quick)
    thread.download(on.send, [talk], **quick)
    thread.copy(on.send, [talk], **quick)
    for opening in (parts.panel.expand, parts.shelf.rows.select, parts.shelf.outcome.select):
        opening(on.read, [talk], **quick)
    parts.panel.copy(on.cite, [talk], **quick)
    side.edit(on.rename, [talk], **quick)
    side.clear(on.clear, None, **quick)
    side.select(on.open_kept, None, **quick)
    side.delete(on.delete, [talk], **quick)
    for filtering in (parts.scope, parts.shelf.scope):
        filtering.apply(on.filter_by, None, **quick)
        filtering.clear(on.unfilter, None, **quick)


class _Handlers:
    """What each event of the conversation and of the filter does: what it is given to what is drawn."""

    def __init__(self, library: Library, parts: Parts) -> None:
        self._library = library
        self._parts = parts

    def ask(
        self, question: str, before: Conversation, where: Filter, editing: int, request: gr.Request
    ) -> Iterator[Drawing]:
        if not question.strip():
            yield NOTHING  # Gradio takes a generator that gives nothing for one that empties its outputs
            return
        shelf, talk = shelf_of(self._library, request), before.until(editing) if editing else before
        first: Drawing = {self._parts.box: gr.update(value="", **BUSY), self._parts.editing: 0}
        for now in follow(shelf, question.strip(), talk, where or None):
            talk = talk.with_last(now)
            yield first | {self._parts.talk: talk, self._parts.thread: draw_thread(shelf, talk)}
            first = {}
        yield draw(self._parts, shelf, shelf.conversations.keep(talk))

    def ready(self) -> Drawing:
        return {self._parts.box: gr.update(**READY)}

    def try_example(
        self, before: Conversation, where: Filter, request: gr.Request, event: gr.EventData
    ) -> Iterator[Drawing]:
        yield from self.ask(str(data_of(event).get("question", ""))[:4000], before, where, 0, request)

    def retry(self, before: Conversation, where: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        if exchange := before.exchange(number_of(event)):
            yield from self.ask(exchange.question, before, where, exchange.number, request)

    def edit(self, talk: Conversation, event: gr.EventData) -> Drawing:
        exchange = talk.exchange(number_of(event))
        return {self._parts.box: exchange.question, self._parts.editing: exchange.number} if exchange else NOTHING

    def stop(self, talk: Conversation, request: gr.Request) -> Drawing:
        shelf, ended = shelf_of(self._library, request), talk.stopped()
        if ended is not talk:
            ended = shelf.conversations.keep(ended)
        return draw(self._parts, shelf, ended) | self.ready()

    def clear(self, request: gr.Request) -> Drawing:
        return draw(self._parts, shelf_of(self._library, request), Conversation()) | {self._parts.editing: 0}

    def open_kept(self, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf = shelf_of(self._library, request)
        kept = shelf.conversations.load(str(data_of(event).get("id", "")))
        return draw(self._parts, shelf, kept) if kept else NOTHING

    def delete(self, talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, id = shelf_of(self._library, request), str(data_of(event).get("id", ""))
        shelf.conversations.delete(id)
        return draw(self._parts, shelf, Conversation() if talk.id == id else talk)

    def rename(self, talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(self._library, request), data_of(event)
        renamed = shelf.conversations.rename(str(data.get("id", "")), str(data.get("title", "")))
        now = replace(talk, title=renamed.title) if renamed and renamed.id == talk.id else talk
        return {self._parts.talk: now, self._parts.side: draw_side(shelf)}

    def rate(self, talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        """A thumb, or a note to the one that was given."""
        data, exchange, shelf = data_of(event), talk.exchange(number_of(event)), shelf_of(self._library, request)
        if exchange is None or exchange.answer is None:
            return NOTHING
        rating = "up" if str(data.get("rating") or exchange.rated).startswith("up") else "down"
        note = str(data.get("note", ""))
        keep_feedback(shelf.feedback_file, exchange.answer, rating, note, shelf.user)
        rated = replace(exchange, rated=f"{rating}+" if note else rating)
        changed = replace(talk, exchanges=tuple(rated if e is exchange else e for e in talk.exchanges))
        shelf.conversations.keep(changed)
        return {self._parts.talk: changed, self._parts.thread: draw_thread(shelf, changed)}

    def send(self, talk: Conversation, event: gr.EventData) -> Drawing:
        answer, form = _answer(talk, number_of(event)), data_of(event).get("form")
        if answer is None:
            return NOTHING
        as_text = as_json(answer) if form == "json" else as_markdown(answer)
        name = file_name(answer.question, "json" if form == "json" else "md") if form else ""
        return self.sent(as_text, name)

    def sent(self, text: str, name: str = "") -> Drawing:
        return {self._parts.outbox: json.dumps({"text": text, "name": name, "at": time.time_ns()})}

    def cite(self, talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        data, answer = data_of(event), _answer(talk, number_of(event))
        cited = next((c for c in answer.citations if str(c.number) == str(data.get("c"))), None) if answer else None
        if cited is None:
            return NOTHING
        return self.sent(
            citation(cited, shelf_of(self._library, request).article(cited.article_id), str(data.get("form", "")))
        )

    def read(self, talk: Conversation, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(self._library, request), data_of(event)
        article, answer = shelf.article(str(data.get("article", ""))), _answer(talk, number_of(event))
        if article is None:
            return {self._parts.shelf.outcome: error_html("This article is no longer in the collection.")}
        cited = [c for c in answer.citations if c.article_id == article.id] if answer else []
        shown = article_html(article, cited, int(data.get("c") or 0), may_change=shelf.may_change(article))
        return {self._parts.reader: anew(shown)}

    def filter_by(self, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, where = shelf_of(self._library, request), filter_of(data_of(event))
        return draw_scope(self._parts, shelf, where) | draw_rows(self._parts.shelf, shelf, Shown(where=where))

    def unfilter(self, request: gr.Request) -> Drawing:
        shelf = shelf_of(self._library, request)
        return draw_scope(self._parts, shelf, Filter()) | draw_rows(self._parts.shelf, shelf, Shown())


def _answer(talk: Conversation, number: int) -> Answer | None:
    exchange = talk.exchange(number)
    return exchange.answer if exchange else None
