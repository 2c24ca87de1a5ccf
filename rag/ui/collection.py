"""The collection's part of the page in Gradio: its components and events.

Knows nothing of conversations, nor how HTML is made or articles are read.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from rag.errors import RagError
from rag.ingest.converters import SUFFIXES
from rag.ingest.fetch import is_url
from rag.types import FileResult, Filter, IngestReport
from rag.ui import corpus_view as view
from rag.ui.api import uploaded
from rag.ui.corpus_view import Shown
from rag.ui.events import NOTHING, QUIET, Drawing, anew, data_of, html, shelf_of
from rag.ui.questions import tried_questions
from rag.ui.running import Cancelled, Progress, Running
from rag.ui.shelf import MEGABYTES, Library, Shelf, safe_name
from rag.ui.source_view import article_html


@dataclass(frozen=True, slots=True)
class Parts:
    """The components."""

    overview: gr.HTML
    add: gr.HTML
    outcome: gr.HTML
    find: gr.HTML
    scope: gr.HTML
    rows: gr.HTML
    shown: gr.State

    @property
    def all(self) -> list[Component]:
        """Those that events draw."""
        return [self.overview, self.outcome, self.scope, self.rows, self.shown]


def parts(overview: str, rows: str) -> Parts:
    """The components, with their first values."""
    with gr.Column(elem_id="shelf", min_width=0):
        return Parts(
            overview=html("overview", overview),
            add=html("add", view.add_html(sorted(SUFFIXES), MEGABYTES)),
            outcome=html("outcome"),
            find=html("find-box", view.find_html()),
            scope=html("shelf-scope"),
            rows=html("rows", rows),
            shown=gr.State(Shown()),
        )


def draw(parts: Parts, shelf: Shelf, where: Filter) -> Drawing:
    """The collection as it stands."""
    overview = view.overview_html(shelf.held, sample=shelf.corpus.is_sample)
    return {parts.overview: overview} | draw_rows(parts, shelf, Shown(where=where))


def draw_rows(parts: Parts, shelf: Shelf, shown: Shown) -> Drawing:
    """The list, as far as it is shown."""
    return {parts.rows: rows_html(shelf, shown), parts.shown: shown}


def rows_html(shelf: Shelf, shown: Shown) -> str:
    """The list as HTML."""
    articles, number = shelf.listed(shown)
    changeable = [a.id for a in articles if shelf.may_change(a)]
    return view.list_html(articles, number, shown, changeable)


def add_events(
    library: Library, on: Parts, reader: gr.HTML, where: gr.State, outputs: Sequence[Component],
    refresh: Callable[[Shelf, Filter], Drawing],
) -> Callable[[Filter, gr.Request], Iterator[Drawing]]:  # fmt: skip
    """What can be done with the collection.

    Args:
        reader: shows an article.
        where: the filter that is set.
        outputs: what drawings may change.
        refresh: draws anew whatever shows the collection.

    Returns:
        What shows, on a page that opens, the files that are being read in, if there are any.
    """
    does = _Handlers(library, on, reader, refresh)
    quick: dict[str, Any] = {"outputs": outputs, "queue": False, **QUIET}
    on.find.input(does.find, [where], **quick)
    on.rows.apply(does.more, [on.shown, where], **quick)
    on.rows.delete(does.remove, [where], **quick)
    on.outcome.stop(does.cancel, None, queue=False, **QUIET)
    reader.edit(does.edit, [where], **quick)
    reader.delete(does.remove, [where], **quick)
    slow: dict[str, Any] = {"outputs": outputs, "trigger_mode": "once", "concurrency_limit": 20, **QUIET}
    on.add.upload(does.upload, [where], **slow)
    on.add.submit(does.fetch, [where], **slow)
    return does.resume


class _Handlers:
    """What each event of the collection does: what it is given to what is drawn."""

    def __init__(
        self, library: Library, parts: Parts, reader: gr.HTML, refresh: Callable[[Shelf, Filter], Drawing]
    ) -> None:
        self._library = library
        self._parts = parts
        self._reader = reader
        self._refresh = refresh

    def find(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        return draw_rows(self._parts, shelf_of(self._library, request), view.shown_of(data_of(event), filtered))

    def more(self, shown: Shown, filtered: Filter, request: gr.Request) -> Drawing:
        return draw_rows(self._parts, shelf_of(self._library, request), view.more(replace(shown, where=filtered)))

    def edit(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(self._library, request), data_of(event)
        fields = {k: str(v)[:2000] for k, v in dict(data.get("changed") or {}).items()}
        try:
            changed = shelf.edit(str(data.get("article", "")), fields)
        except RagError as e:
            return {self._reader: anew(view.error_html(str(e)))}
        return {self._reader: anew(article_html(changed, may_change=True))} | self._refresh(shelf, filtered)

    def remove(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(self._library, request), data_of(event)
        chosen: list[Any] = data["articles"] if isinstance(data.get("articles"), list) else [data.get("article", "")]
        results = list[FileResult]()
        for id in map(str, chosen[: view.PAGE * 20]):
            try:
                results.append(FileResult(path=shelf.remove(id).title, status="removed"))
            except RagError as e:
                results.append(FileResult(path=id, status="failed", reason=str(e)))
        return {self._parts.outcome: view.results_html(results, shelf.held), self._reader: ""} | self._refresh(
            shelf, filtered
        )

    def upload(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        shelf, data = shelf_of(self._library, request), data_of(event)
        refused = tuple(
            FileResult(path=safe_name(str(f.get("name"))), status="failed", reason=str(f.get("reason"))[:200])
            for f in data.get("refused") or ()
        )
        files = [(uploaded(str(f["path"])), str(f["name"])) for f in data.get("files") or ()]

        def work(progress: Progress) -> IngestReport:
            report = shelf.add_uploads(files, progress)
            return replace(report, results=(*refused, *report.results))

        yield from self.begin(shelf, filtered, work)

    def fetch(self, filtered: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        shelf, address = shelf_of(self._library, request), str(data_of(event).get("address", "")).strip()[:2000]
        if not is_url(address):
            yield {self._parts.outcome: view.error_html("An address begins with https:// or http://.")}
            return
        yield from self.begin(shelf, filtered, lambda progress: shelf.ingest([address], progress))

    def begin(self, shelf: Shelf, filtered: Filter, work: Callable[[Progress], IngestReport]) -> Iterator[Drawing]:
        try:
            running = shelf.start(work)
        except RagError as e:
            yield {self._parts.outcome: view.error_html(str(e))}
            return
        yield from self.follow(shelf, filtered, running)

    def follow(self, shelf: Shelf, filtered: Filter, running: Running[IngestReport]) -> Iterator[Drawing]:
        for now in running.follow():
            yield {self._parts.outcome: view.reading_html(replace(now, what=Path(now.what).name))}
        try:
            report = running.outcome
        except (Cancelled, RagError) as e:
            said = view.error_html(str(e) or "Cancelled. What was read before is in the collection.")
            yield {self._parts.outcome: said} | self._refresh(shelf, filtered)
            return
        ids = dict.fromkeys(r.article_id for r in report.results if r.status in ("added", "changed") and r.article_id)
        came = [a for id in islice(ids, view.PAGE) if (a := shelf.article(id))]

        def told(questions: Sequence[str] = ()) -> Drawing:
            results = view.results_html(report.results, shelf.held, came, questions)
            return {self._parts.outcome: results} | self._refresh(shelf, filtered)

        yield told()
        if came:
            questions = tried_questions(shelf.corpus, came)
            shelf.library.questions(shelf.user)
            yield told(questions)

    def resume(self, filtered: Filter, request: gr.Request) -> Iterator[Drawing]:
        shelf = shelf_of(self._library, request)
        yield NOTHING  # Gradio takes a generator that gives nothing for one that empties its outputs
        if running := shelf.running:
            yield from self.follow(shelf, filtered, running)

    def cancel(self, request: gr.Request) -> None:
        if running := shelf_of(self._library, request).running:
            running.cancel()
