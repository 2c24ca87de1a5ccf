"""The page's components in Gradio: what stands where, and how it is drawn.

The components are our own HTML; its buttons become events through page.js. Knows nothing of what the events do, nor how
HTML is made (the views make it).
"""

from dataclasses import dataclass
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from rag.types import Filter
from rag.ui import collection
from rag.ui.answer_view import conversation_html
from rag.ui.conversation import Conversation, examples
from rag.ui.corpus_view import Shown, filter_html, list_html, overview_html
from rag.ui.engine_view import chip_html
from rag.ui.events import Drawing, html
from rag.ui.shelf import Shelf
from rag.ui.side_view import side_html
from rag.ui.source_view import sources_html

READY: Final[dict[str, Any]] = {"submit_btn": "Ask", "stop_btn": False}
BUSY: Final[dict[str, Any]] = {"submit_btn": False, "stop_btn": "Stop"}


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
    engine: gr.HTML
    outbox: gr.HTML
    talk: gr.State
    where: gr.State
    editing: gr.State

    @property
    def all(self) -> list[Component]:
        """All of them, since any drawing may change any."""
        named = (self.side, self.thread, self.scope, self.box, self.panel, self.reader, self.engine, self.outbox)
        return [*named, self.talk, self.where, self.editing, *self.shelf.all]


def make_parts(shelf: Shelf) -> Parts:
    """The components with their first values, which are the same for everybody."""
    articles = shelf.articles()
    with gr.Row(elem_id="desk", equal_height=False):
        side = html("side", draw_side(shelf, everybody=True))
        with gr.Column(elem_id="talk", min_width=0):
            thread = html("thread", draw_thread(shelf, Conversation()))
            with gr.Column(elem_id="asking", min_width=0):
                box = gr.Textbox(
                    elem_id="ask", label="Question", show_label=False, container=False, max_lines=6, autofocus=True,
                    placeholder="Ask a question", **READY,
                )  # fmt: skip
                scope = html("scope", filter_html(articles, Filter(), len(articles)) + chip_html(shelf.engine))
        panel = html("panel", sources_html(Conversation(), shelf.article))
        on_shelf = collection.parts(overview_html(articles, sample=shelf.corpus.is_sample),
                                    list_html(articles, Shown()))  # fmt: skip
    reader, engine, outbox = (html(id, html_template="") for id in ("reader", "engine", "outbox"))
    talk, where, editing = gr.State(Conversation()), gr.State(Filter()), gr.State(0)
    return Parts(side, thread, scope, box, panel, on_shelf, reader, engine, outbox, talk, where, editing)


def draw_thread(shelf: Shelf, talk: Conversation) -> str:
    """The conversation as HTML; with none, questions to start with."""
    if talk.exchanges:
        return conversation_html(talk)
    articles = shelf.articles()
    return conversation_html(talk, examples(articles, sample=shelf.corpus.is_sample), articles)


def draw_side(shelf: Shelf, *, everybody: bool = False) -> str:
    """The side as HTML; for everybody, without anyone's conversations."""
    kept = [] if everybody else shelf.conversations.list()
    notices = shelf.corpus.notices
    return side_html(kept, shelf.articles(), engine=shelf.engine, notices=notices, user=shelf.user)


def draw(parts: Parts, shelf: Shelf, talk: Conversation) -> Drawing:
    """The conversation, its sources and the side, as they stand."""
    return {
        parts.talk: talk,
        parts.thread: draw_thread(shelf, talk),
        parts.panel: sources_html(talk, shelf.article),
        parts.side: draw_side(shelf),
    }


def draw_scope(parts: Parts, shelf: Shelf, where: Filter) -> Drawing:
    """The filter, beside the question and above the list, and the engine."""
    shown = filter_html(shelf.articles(), where, len(shelf.articles(where)))
    return {parts.where: where, parts.scope: shown + chip_html(shelf.engine), parts.shelf.scope: shown}
