"""The choice of an engine in Gradio: its events.

Knows nothing of how HTML is made or answers are written.
"""

from collections.abc import Iterator
from typing import Any

from rag.errors import LlmError
from rag.ui.corpus_view import Shown
from rag.ui.engine_view import confirm_fetch_html, confirm_html, engines_html, fetching_html, loading_html
from rag.ui.engines import engine
from rag.ui.events import NOTHING, Click, Events, anew
from rag.ui.parts import Drawing, PageParts
from rag.ui.running import Cancelled
from rag.ui.shelf import Library, UserShelf


class EngineEvents(Events):
    """What can be done with engines."""

    def __init__(self, library: Library, parts: PageParts) -> None:
        """Have the page's buttons do it."""
        super().__init__(library, parts)
        for opened in (parts.side, parts.scope, parts.engine):
            self.on(opened.expand, self.show, outputs=[parts.engine])
        self.on(parts.engine.stop, self.cancel)
        slow: dict[str, Any] = {"queue": True, "trigger_mode": "once", "concurrency_limit": 2}
        self.on(parts.engine.select, self.choose, parts.shown, **slow)
        self.on(parts.engine.submit, self.choose, parts.shown, **slow)

    def _shown(self, html: str) -> Drawing:
        return {self.parts.engine: anew(html)}

    def _listed(self, shelf: UserShelf, error: str = "") -> Drawing:
        of = self.library.corpus.settings
        models = (("Embedder", of.embedder), ("Reads hits again", of.reranker), ("Reads for the answer", of.reader))
        found_by = [(what_for, name) for what_for, name in models if name]
        proposed = [e for e, _ in shelf.engines.proposed()]
        return self._shown(
            engines_html(shelf.engines.all(), shelf.engines.now, found_by, alone=not shelf.user, error=error,
                         proposed=proposed, is_tried=shelf.is_engine_tried)
        )  # fmt: skip

    def show(self, click: Click) -> Drawing:
        """Show what there is to choose from."""
        return self._listed(click.shelf)

    def choose(self, click: Click, shown: Shown) -> Iterator[Drawing]:
        """Take an engine: fetched first where it has to be, and after a yes where text leaves the machine."""
        shelf, setting, agreed = click.shelf, click.text("llm"), bool(click.data.get("agreed"))
        try:
            if click.data.get("fetch"):
                yield from self._fetched(shelf, setting, agreed=agreed)
                if not agreed:
                    return
            chosen = engine(setting)
            if chosen.leaves and not agreed and chosen.setting != shelf.engines.now.setting:
                yield self._shown(confirm_html(chosen))
                return
            yield self._shown(loading_html(chosen))
            shelf.engines.choose(chosen.setting)
        except (LlmError, Cancelled) as e:
            yield self._listed(shelf, str(e) or "Cancelled. Begun again, it goes on where it stopped.")
            return
        yield self._listed(shelf) | self.parts.draw_engine(shelf, shown.where)

    def _fetched(self, shelf: UserShelf, setting: str, *, agreed: bool) -> Iterator[Drawing]:
        for offered, proposal in shelf.engines.proposed():
            if offered.setting == setting and not agreed:
                yield self._shown(confirm_fetch_html(offered))
            elif offered.setting == setting:
                running = self.library.fetch(proposal)
                yield from (self._shown(fetching_html(offered, now)) for now in running.follow())
                _ = running.outcome

    def cancel(self, click: Click) -> Drawing:
        """End the fetching of a model."""
        if self.library.fetching and not click.shelf.user:
            self.library.fetching.cancel()
        return NOTHING
