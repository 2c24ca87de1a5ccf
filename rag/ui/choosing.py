"""The choice of an engine in Gradio: its events.

Knows nothing of how HTML is made or answers are written.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from rag.errors import LlmError
from rag.types import Filter
from rag.ui.engine_view import confirm_fetch_html, confirm_html, engines_html, fetching_html, loading_html
from rag.ui.engines import engine
from rag.ui.events import QUIET, Drawing, anew, data_of, shelf_of
from rag.ui.running import Cancelled
from rag.ui.shelf import Library, Shelf


def add_events(
    library: Library, sheet: gr.HTML, buttons: Sequence[gr.HTML], where: gr.State, outputs: Sequence[Component],
    refresh: Callable[[Shelf, Filter], Drawing],
) -> None:  # fmt: skip
    """What can be done with engines.

    Args:
        sheet: shows the choice.
        buttons: what opens it.
        where: the filter that is set.
        outputs: what drawings may change.
        refresh: draws anew whatever names the engine.
    """
    on = _Handlers(library, sheet, refresh)
    quick: dict[str, Any] = {"outputs": [sheet], "queue": False, **QUIET}
    for button in buttons:
        button.expand(on.show, None, **quick)
    sheet.expand(on.show, None, **quick)
    sheet.stop(on.cancel, None, queue=False, **QUIET)
    slow: dict[str, Any] = {"outputs": outputs, "trigger_mode": "once", "concurrency_limit": 2, **QUIET}
    sheet.select(on.choose, [where], **slow)
    sheet.submit(on.choose, [where], **slow)


class _Handlers:
    """What each event of the choice of an engine does: what it is given to what is drawn."""

    def __init__(self, library: Library, sheet: gr.HTML, refresh: Callable[[Shelf, Filter], Drawing]) -> None:
        self._library = library
        self._sheet = sheet
        self._refresh = refresh

    def shown(self, html: str) -> Drawing:
        return {self._sheet: anew(html)}

    def listed(self, shelf: Shelf, error: str = "") -> Drawing:
        could = [e for e, _ in shelf.proposed()]
        return self.shown(
            engines_html(
                shelf.engines(), shelf.engine, shelf.found_by, alone=not shelf.user, error=error, proposed=could
            )
        )

    def show(self, request: gr.Request) -> Drawing:
        return self.listed(shelf_of(self._library, request))

    def choose(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        shelf, data = shelf_of(self._library, request), data_of(event)
        try:
            setting = str(data.get("llm", "")).strip()[:1000]
            if data.get("fetch"):
                yield from self.fetched(shelf, setting, agreed=bool(data.get("agreed")))
                if not data.get("agreed"):
                    return
            wanted = engine(setting)
            if wanted.leaves and not data.get("agreed") and wanted.setting != shelf.engine.setting:
                yield self.shown(confirm_html(wanted))
                return
            yield self.shown(loading_html(wanted))
            shelf.choose_engine(wanted.setting)
        except (LlmError, Cancelled) as e:
            yield self.listed(shelf, str(e) or "Cancelled. Begun again, it goes on where it stopped.")
            return
        yield self.listed(shelf) | self._refresh(shelf, filtered)

    def fetched(self, shelf: Shelf, setting: str, *, agreed: bool) -> Iterator[Drawing]:
        for wanted, proposal in shelf.proposed():
            if wanted.setting == setting and not agreed:
                yield self.shown(confirm_fetch_html(wanted))
            elif wanted.setting == setting:
                running = self._library.fetch(proposal)
                yield from (self.shown(fetching_html(wanted, now)) for now in running.follow())
                _ = running.outcome

    def cancel(self, request: gr.Request) -> None:
        if self._library.fetching and not shelf_of(self._library, request).user:
            self._library.fetching.cancel()
