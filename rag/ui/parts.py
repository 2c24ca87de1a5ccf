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
from rag.ui.answer_view import conversation_html, hints_html, start_html
from rag.ui.conversation import Conversation
from rag.ui.corpus_view import Shown, filter_html, overview_html
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
    hints: gr.HTML
    talk: gr.State
    where: gr.State
    editing: gr.State

    @property
    def all(self) -> list[Component]:
        """All of them, since any drawing may change any."""
        named = (self.side, self.thread, self.scope, self.box, self.panel, self.reader, self.engine, self.outbox)
        return [*named, self.hints, self.talk, self.where, self.editing, *self.shelf.all]


def make_parts(shelf: Shelf) -> Parts:
    """The components with their first values, which are the same for everybody."""
    with gr.Row(elem_id="desk", equal_height=False):
        side = html("side", draw_side(shelf, everybody=True))
        with gr.Column(elem_id="talk", min_width=0):
            thread = html("thread", draw_thread(shelf, Conversation()))
            with gr.Column(elem_id="asking", min_width=0):
                box = gr.Textbox(
                    elem_id="ask", label="Question", show_label=False, container=False, max_lines=6, autofocus=True,
                    placeholder="Ask a question", **READY,
                )  # fmt: skip
                scope = html("scope", filter_html(shelf.held, Filter(), shelf.held.articles) + chip_html(shelf.engine))
        panel = html("panel", sources_html(Conversation(), shelf.article))
        overview = overview_html(shelf.held, sample=shelf.corpus.is_sample)
        on_shelf = collection.parts(overview, collection.rows_html(shelf, Shown()))
    reader, engine, outbox, hints = (html(id, html_template="") for id in ("reader", "engine", "outbox", "hints"))
    talk, where, editing = gr.State(Conversation()), gr.State(Filter()), gr.State(0)
    return Parts(side, thread, scope, box, panel, on_shelf, reader, engine, outbox, hints, talk, where, editing)


def draw_thread(shelf: Shelf, talk: Conversation) -> str:
    """The conversation as HTML; with none, what is here, and questions to start with where they are known by now."""
    return conversation_html(talk) if talk.exchanges else start_html(draw_hints(shelf, wait=False))


def draw_hints(shelf: Shelf, *, wait: bool) -> str:
    """What one asks, and questions to start with; to know them may take a second."""
    questions = shelf.library.questions(shelf.user, wait=wait)
    return hints_html(shelf.held, questions, sample=shelf.corpus.is_sample)


def draw_side(shelf: Shelf, *, everybody: bool = False) -> str:
    """The side as HTML; for everybody, without anyone's conversations."""
    kept = [] if everybody else shelf.conversations.list()
    return side_html(kept, shelf.held, engine=shelf.engine, notices=shelf.corpus.notices, user=shelf.user,
                     sample=shelf.corpus.is_sample)  # fmt: skip


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
    shown = filter_html(shelf.held, where, shelf.number(where))
    return {parts.where: where, parts.scope: shown + chip_html(shelf.engine), parts.shelf.scope: shown}
