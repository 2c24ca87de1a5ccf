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
from rag.ui.conversation import Conversation, follow
from rag.ui.corpus_view import Shown, filter_of, list_html
from rag.ui.events import QUIET, Drawing, data_of, number_of, shelf_of
from rag.ui.export import as_json, as_markdown
from rag.ui.parts import BUSY, READY, Parts, draw, draw_scope, draw_thread
from rag.ui.saved import keep_feedback
from rag.ui.shelf import Library
from rag.ui.source_view import article_html


def add_events(library: Library, parts: Parts) -> None:
    """What can be done in the conversation and with the filter."""
    box, thread, side = parts.box, parts.thread, parts.side

    def ask(question: str, before: Conversation, where: Filter, editing: int, request: gr.Request) -> Iterator[Drawing]:
        if not question.strip():
            return
        shelf, talk = shelf_of(library, request), before.until(editing) if editing else before
        first: Drawing = {box: gr.update(value="", **BUSY), parts.editing: 0}
        for now in follow(shelf, question.strip(), talk, where or None):
            talk = talk.with_last(now)
            yield first | {parts.talk: talk, thread: draw_thread(shelf, talk)}
            first = {}
        yield draw(parts, shelf, shelf.conversations.keep(talk))

    def ready() -> Drawing:
        return {box: gr.update(**READY)}

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
        return draw(parts, shelf, ended) | ready()

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
        return {parts.talk: changed, thread: draw_thread(shelf, changed)}

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
    # Only when Gradio is done with the question may the next be asked: what comes before that, `once` drops.
    for done in (asking, trying, again):
        done.then(ready, None, [box], queue=False, **QUIET)
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
