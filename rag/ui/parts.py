"""The page's components in Gradio: what stands where, and how each is drawn.

The components are our own HTML; its buttons become events through page.js. Knows nothing of what the events do, nor how
HTML is made (the views make it).
"""

from dataclasses import replace
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from rag.ingest.converters import SUFFIXES
from rag.types import Filter
from rag.ui import corpus_view as view
from rag.ui.answer_view import conversation_html, hints_html, start_html
from rag.ui.conversation import Conversation
from rag.ui.corpus_view import Shown
from rag.ui.engine_view import chip_html, looking_html
from rag.ui.shelf import MEGABYTES, UserShelf
from rag.ui.side_view import side_html
from rag.ui.source_view import sources_html

READY: Final[dict[str, Any]] = {"submit_btn": "Ask", "stop_btn": False}
BUSY: Final[dict[str, Any]] = {"submit_btn": False, "stop_btn": "Stop"}

# What one drawing of the page changes: a component's new value, by component.
Drawing = dict[Component, Any]


class PageParts:
    """The components of the page, those included that keep something for each who has it open."""

    def __init__(self, shelf: UserShelf) -> None:
        """Make them with their first values, which are the same for everybody."""
        with gr.Row(elem_id="desk", equal_height=False):
            self.side = _html("side", _side_html(shelf, everybody=True))
            with gr.Column(elem_id="talk", min_width=0):
                self.thread = _html("thread", _thread_html(shelf, Conversation()))
                with gr.Column(elem_id="asking", min_width=0):
                    self.box = gr.Textbox(
                        elem_id="ask", label="Question", show_label=False, container=False, max_lines=6, autofocus=True,
                        placeholder="Ask a question", **READY,
                    )  # fmt: skip
                    self.scope = _html("scope", _filter_html(shelf, Filter()) + chip_html(shelf.engines.now))
            self.panel = _html("panel", sources_html(Conversation(), shelf.find_article))
            with gr.Column(elem_id="shelf", min_width=0):
                self.overview = _html("overview", _overview_html(shelf))
                self.add = _html("add", view.add_html(sorted(SUFFIXES), MEGABYTES))
                self.outcome = _html("outcome")
                self.find = _html("find-box", view.find_html())
                self.shelf_scope = _html("shelf-scope")
                self.rows = _html("rows", rows_html(shelf, Shown()))
        self.reader = _html("reader", html_template="")
        self.engine = _html("engine", looking_html(), html_template="")  # until it is known what there is
        self.outbox = _html("outbox", html_template="")
        self.hints = _html("hints", html_template="")
        self.talk, self.shown, self.editing = gr.State(Conversation()), gr.State(Shown()), gr.State(0)

    @property
    def all(self) -> list[Component]:
        """All of them, since any event may draw any."""
        return list(vars(self).values())

    def draw_thread(self, shelf: UserShelf, talk: Conversation) -> Drawing:
        """The conversation; with none, what is here, and questions to start with where they are known by now."""
        return {self.talk: talk, self.thread: _thread_html(shelf, talk)}

    def draw_talk(self, shelf: UserShelf, talk: Conversation) -> Drawing:
        """The conversation, its sources and the side."""
        sources = {self.panel: sources_html(talk, shelf.find_article)}
        return self.draw_thread(shelf, talk) | sources | self.draw_side(shelf)

    def draw_side(self, shelf: UserShelf) -> Drawing:
        """The side."""
        return {self.side: _side_html(shelf)}

    def draw_hints(self, shelf: UserShelf, *, wait: bool) -> Drawing:
        """What one asks, and questions to start with; to know them may take a second."""
        return {self.hints: _hints_html(shelf, wait=wait)}

    def draw_engine(self, shelf: UserShelf, where: Filter) -> Drawing:
        """Whatever names the engine: the side, and the line below the question, in which the filter stands too."""
        filter_html = _filter_html(shelf, where)
        return {self.scope: filter_html + chip_html(shelf.engines.now), self.shelf_scope: filter_html} | self.draw_side(
            shelf
        )

    def draw_list(self, shelf: UserShelf, shown: Shown) -> Drawing:
        """The list of articles, as far as it is shown."""
        return {self.rows: rows_html(shelf, shown), self.shown: shown}

    def draw_filtered(self, shelf: UserShelf, shown: Shown, where: Filter) -> Drawing:
        """The list under another filter, which applies to questions too."""
        return self.draw_list(shelf, replace(shown, where=where)) | self.draw_engine(shelf, where)

    def draw_collection(self, shelf: UserShelf, shown: Shown) -> Drawing:
        """Whatever shows the collection."""
        overview = {self.overview: _overview_html(shelf)}
        return overview | self.draw_filtered(shelf, shown, shown.where) | self.draw_hints(shelf, wait=False)


def _html(elem_id: str, value: str = "", **given: Any) -> gr.HTML:
    """A piece of our own HTML: no styles and no script but ours."""
    script = f"rashomon.attach('{elem_id}', element, trigger, props, watch, upload)"
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False, **given)


def rows_html(shelf: UserShelf, shown: Shown) -> str:
    """The list of articles as HTML."""
    articles, number = shelf.listed(shown)
    return view.list_html(articles, number, shown, [a.id for a in articles if shelf.may_change(a)])


def _overview_html(shelf: UserShelf) -> str:
    return view.overview_html(shelf.inventory, sample=shelf.corpus.is_sample)


def _filter_html(shelf: UserShelf, where: Filter) -> str:
    return view.filter_html(shelf.inventory, where, shelf.number(where))


def _thread_html(shelf: UserShelf, talk: Conversation) -> str:
    return conversation_html(talk) if talk.exchanges else start_html(_hints_html(shelf, wait=False))


def _hints_html(shelf: UserShelf, *, wait: bool) -> str:
    questions = shelf.library.questions(shelf.user, wait=wait)
    return hints_html(shelf.inventory, questions, sample=shelf.corpus.is_sample)


def _side_html(shelf: UserShelf, *, everybody: bool = False) -> str:
    """The side; for everybody, without anyone's conversations."""
    kept = [] if everybody else shelf.conversations.list()
    return side_html(kept, shelf.inventory, engine=shelf.engines.now, notices=shelf.corpus.notices, user=shelf.user,
                     sample=shelf.corpus.is_sample)  # fmt: skip
