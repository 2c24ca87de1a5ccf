"""The conversation in Gradio: its events, from a question to what is done with its answer.

Knows nothing of retrieval or models, nor how HTML is made.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from rag.types import Answer
from rag.ui.conversation import Conversation, follow
from rag.ui.corpus_view import Shown, filter_of
from rag.ui.events import NOTHING, Click, Events, anew
from rag.ui.export import as_json, as_markdown, citation, file_name
from rag.ui.parts import BUSY, READY, Drawing, PageParts
from rag.ui.render import error_html
from rag.ui.saved import keep_feedback
from rag.ui.shelf import Library
from rag.ui.source_view import article_html


class ConversationEvents(Events):
    """What can be done in the conversation and with the filter."""

    def __init__(self, library: Library, parts: PageParts) -> None:
        """Have the page's buttons do it."""
        super().__init__(library, parts)
        on, box, thread, side, talk = self.on, parts.box, parts.thread, parts.side, parts.talk
        # What an answer changes, and no more: each piece of it carries a line for each of these. `once`: a second
        # question waits until the first is answered or stopped.
        answering = [box, parts.editing, talk, thread, parts.panel, side]
        streamed: dict[str, Any] = {"outputs": answering, "trigger_mode": "once", "queue": True}
        begun = [
            on(box.submit, self.ask, talk, parts.shown, box, parts.editing, **streamed),
            on(thread.select, self.try_example, talk, parts.shown, **streamed),
            on(thread.retry, self.retry, talk, parts.shown, **streamed),
        ]
        # Only when Gradio is done with the question may the next be asked: what comes before that, `once` drops.
        for question in begun:
            on(question.then, self.ready, outputs=[box])
        # In two steps: otherwise a piece still under way is drawn over what `stop` draws.
        on(box.stop(None, cancels=begun).then, self.stop, talk)
        on(thread.edit, self.edit, talk)
        on(thread.like, self.rate, talk)
        on(thread.apply, self.rate, talk)
        on(thread.download, self.send, talk)
        on(thread.copy, self.send, talk)
        for opened in (parts.panel.expand, parts.rows.select, parts.outcome.select):
            on(opened, self.read, talk)
        on(parts.panel.copy, self.cite, talk)
        on(side.edit, self.rename, talk)
        on(side.clear, self.clear)
        on(side.select, self.open_kept)
        on(side.delete, self.delete, talk)
        for scope in (parts.scope, parts.shelf_scope):
            on(scope.apply, self.filter_by, parts.shown)

    def ask(self, click: Click, before: Conversation, shown: Shown, question: str, editing: int) -> Iterator[Drawing]:
        """Ask a question, the one that is edited in place of what it was."""
        if not question.strip():
            yield NOTHING  # Gradio takes a generator that gives nothing for one that empties its outputs
            return
        shelf, talk = click.shelf, before.until(editing) if editing else before
        first: Drawing = {self.parts.box: gr.update(value="", **BUSY), self.parts.editing: 0}
        for now in follow(shelf, question.strip(), talk, shown.where):
            talk = talk.with_last(now)
            yield first | self.parts.draw_thread(shelf, talk)
            first = {}
        yield self.parts.draw_talk(shelf, shelf.conversations.keep(talk))

    def ready(self, click: Click) -> Drawing:
        """Let the next question be asked."""
        return {self.parts.box: gr.update(**READY)}

    def try_example(self, click: Click, before: Conversation, shown: Shown) -> Iterator[Drawing]:
        """Ask a question that was offered."""
        yield from self.ask(click, before, shown, click.text("question"), 0)

    def retry(self, click: Click, before: Conversation, shown: Shown) -> Iterator[Drawing]:
        """Ask a question anew."""
        if exchange := before.exchange(click.number()):
            yield from self.ask(click, before, shown, exchange.question, exchange.number)
        else:
            yield NOTHING

    def edit(self, click: Click, talk: Conversation) -> Drawing:
        """Put a question back where it was written."""
        exchange = talk.exchange(click.number())
        return {self.parts.box: exchange.question, self.parts.editing: exchange.number} if exchange else NOTHING

    def stop(self, click: Click, talk: Conversation) -> Drawing:
        """End the answer that is under way."""
        ended = talk.stopped()
        if ended is not talk:
            ended = click.shelf.conversations.keep(ended)
        return self.parts.draw_talk(click.shelf, ended) | self.ready(click)

    def clear(self, click: Click) -> Drawing:
        """Begin another conversation."""
        return self.parts.draw_talk(click.shelf, Conversation()) | {self.parts.editing: 0}

    def open_kept(self, click: Click) -> Drawing:
        """Go on with a kept conversation."""
        kept = click.shelf.conversations.load(click.text("id"))
        return self.parts.draw_talk(click.shelf, kept) if kept else NOTHING

    def delete(self, click: Click, talk: Conversation) -> Drawing:
        """Take a kept conversation away."""
        click.shelf.conversations.delete(click.text("id"))
        return self.parts.draw_talk(click.shelf, Conversation() if talk.id == click.text("id") else talk)

    def rename(self, click: Click, talk: Conversation) -> Drawing:
        """Give a kept conversation another title."""
        renamed = click.shelf.conversations.rename(click.text("id"), click.text("title"))
        now = replace(talk, title=renamed.title) if renamed and renamed.id == talk.id else talk
        return {self.parts.talk: now} | self.parts.draw_side(click.shelf)

    def rate(self, click: Click, talk: Conversation) -> Drawing:
        """Keep a thumb, or a note to the one that was given."""
        exchange, shelf, note = talk.exchange(click.number()), click.shelf, click.text("note")
        if exchange is None or exchange.answer is None:
            return NOTHING
        rating = "up" if (click.text("rating") or exchange.rated).startswith("up") else "down"
        keep_feedback(shelf.feedback_file, exchange.answer, rating, note, shelf.user)
        rated = replace(exchange, rated=f"{rating}+" if note else rating)
        changed = replace(talk, exchanges=tuple(rated if e is exchange else e for e in talk.exchanges))
        return self.parts.draw_thread(shelf, shelf.conversations.keep(changed))

    def send(self, click: Click, talk: Conversation) -> Drawing:
        """Have an answer copied, or saved as a file of the form that is said."""
        exchange, form = talk.exchange(click.number()), click.text("form")
        if exchange is None or exchange.answer is None:
            return NOTHING
        as_text = as_json(exchange.answer) if form == "json" else as_markdown(exchange.answer, exchange.where)
        return self._sent(as_text, file_name(exchange.question, form) if form in ("md", "json") else "")

    def _sent(self, text: str, name: str = "") -> Drawing:
        return {self.parts.outbox: json.dumps({"text": text, "name": name, "at": time.time_ns()})}

    def cite(self, click: Click, talk: Conversation) -> Drawing:
        """Have a citation copied."""
        answer = _answer(click, talk)
        cited = next((c for c in answer.citations if c.number == click.number("c")), None) if answer else None
        if cited is None:
            return NOTHING
        return self._sent(citation(cited, click.shelf.find_article(cited.article_id), click.text("form")))

    def read(self, click: Click, talk: Conversation) -> Drawing:
        """Open an article, what is cited of it marked."""
        article, answer = click.shelf.find_article(click.text("article")), _answer(click, talk)
        if article is None:
            return {self.parts.outcome: error_html("This article is no longer in the collection.")}
        cited = [c for c in answer.citations if c.article_id == article.id] if answer else []
        may_change = click.shelf.may_change(article)
        return {self.parts.reader: anew(article_html(article, cited, click.number("c"), may_change=may_change))}

    def filter_by(self, click: Click, shown: Shown) -> Drawing:
        """Ask and list only what passes a filter, or all."""
        return self.parts.draw_filtered(click.shelf, shown, filter_of(click.data))


def _answer(click: Click, talk: Conversation) -> Answer | None:
    exchange = talk.exchange(click.number())
    return exchange.answer if exchange else None
