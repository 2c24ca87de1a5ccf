"""The page in Gradio: its components and all that happens on it brought together.

Knows nothing of retrieval or models, nor how HTML is made (the views make it) or served (`rag.ui.server`).
"""

from typing import Final

import gradio as gr

from rag.types import Filter
from rag.ui import asking, choosing, collection
from rag.ui.api import add_endpoints
from rag.ui.conversation import Conversation
from rag.ui.events import QUIET, Drawing, shelf_of
from rag.ui.parts import draw, draw_hints, draw_scope, draw_side, draw_thread, make_parts
from rag.ui.shelf import NOBODY, Library, Shelf

_AT_ONCE: Final = 20  # questions worked on at the same time
_WAITING: Final = 200  # questions waiting behind them, before the next is refused


def build(library: Library, *, login: bool = False) -> gr.Blocks:
    """The page over an open collection, not yet served. With a login, it begins with what everybody may see."""
    with gr.Blocks(title="Rashomon", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        add_endpoints(library)  # first: Gradio names events after their functions, and a name taken becomes ask_1
        parts = make_parts(Shelf(library, NOBODY if login else ""))
        wanted = gr.Textbox(visible=False)
        asking.add_events(library, parts)

        def engine_drawn(shelf: Shelf, where: Filter) -> Drawing:
            return draw_scope(parts, shelf, where) | {parts.side: draw_side(shelf)}

        def refresh(shelf: Shelf, where: Filter) -> Drawing:
            hints = {parts.hints: draw_hints(shelf, wait=False)}
            return collection.draw(parts.shelf, shelf, where) | engine_drawn(shelf, where) | hints

        resume = collection.add_events(library, parts.shelf, parts.reader, parts.where, parts.all, refresh)
        choosing.add_events(library, parts.engine, [parts.side, parts.scope], parts.where, parts.all, engine_drawn)

        def load(id: str, talk: Conversation, request: gr.Request) -> Drawing:
            shelf = shelf_of(library, request)
            # A question may have been asked already, before this was: it is left alone.
            kept = None if talk.exchanges else shelf.conversations.load(id or "")
            begun = draw(parts, shelf, kept) if kept else {}
            if shelf.user and not kept and not talk.exchanges:
                begun = {parts.thread: draw_thread(shelf, talk)}
            return begun | refresh(shelf, Filter())

        opened = "(_, talk) => [sessionStorage.getItem('rashomon-conversation') || '', talk]"

        def hint(request: gr.Request) -> Drawing:
            return {parts.hints: draw_hints(shelf_of(library, request), wait=True)}

        page.load(load, [wanted, parts.talk], parts.all, js=opened, queue=False, **QUIET)
        page.load(hint, None, [parts.hints], queue=False, **QUIET)
        page.load(resume, [parts.where], parts.all, **QUIET)
    return page.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING)
