"""The page in Gradio: its components and all that happens on it brought together.

Knows nothing of retrieval or models, nor how HTML is made (the views make it) or served (`rag.ui.server`).
"""

from typing import Final

import gradio as gr

from rag.ui.api import add_endpoints
from rag.ui.asking import ConversationEvents
from rag.ui.choosing import EngineEvents
from rag.ui.collection import CollectionEvents
from rag.ui.conversation import Conversation
from rag.ui.corpus_view import Shown
from rag.ui.events import Click, Events
from rag.ui.parts import Drawing, PageParts
from rag.ui.shelf import NOBODY, Library, UserShelf

_AT_ONCE: Final = 20  # questions worked on at the same time
UPLOADS_KEPT: Final = 6 * 3600  # seconds until uploads that nobody asked to have read go
_WAITING: Final = 200  # questions waiting behind them, before the next is refused
_OPENED: Final = "(_, talk) => [sessionStorage.getItem('rashomon-conversation') || '', talk]"


def build(library: Library, *, login: bool = False) -> gr.Blocks:
    """The page over an open collection, not yet served. With a login, it begins with what everybody may see."""
    with gr.Blocks(
        title="Rashomon", analytics_enabled=False, fill_height=True, fill_width=True, delete_cache=(600, UPLOADS_KEPT)
    ) as page:
        add_endpoints(library)  # first: Gradio names events after their functions, and a name taken becomes ask_1
        parts = PageParts(UserShelf(library, NOBODY if login else ""))
        ConversationEvents(library, parts)
        EngineEvents(library, parts)
        collection = CollectionEvents(library, parts)

        def load(click: Click, id: str, talk: Conversation) -> Drawing:
            # A question may have been asked already, before this was: it is left alone.
            kept = None if talk.exchanges else click.shelf.conversations.load(id or "")
            drawn = parts.draw_talk(click.shelf, kept) if kept else {}
            return drawn | parts.draw_collection(click.shelf, Shown())

        def hint(click: Click) -> Drawing:
            return parts.draw_hints(click.shelf, wait=True)

        events = Events(library, parts)
        events.on(page.load, load, gr.Textbox(visible=False), parts.talk, js=_OPENED)
        events.on(page.load, hint)
        events.on(page.load, collection.resume, parts.shown, queue=True)
    return page.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING)
