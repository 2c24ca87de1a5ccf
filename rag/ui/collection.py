"""The collection's part of the page in Gradio: its components and events.

Knows nothing of conversations, nor how HTML is made or articles are read.
"""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr
from gradio.components import Component

from rag.errors import RagError
from rag.ingest.converters import SUFFIXES
from rag.ingest.fetch import is_url
from rag.types import FileResult, Filter, IngestReport
from rag.ui import corpus_view as view
from rag.ui.api import uploaded
from rag.ui.corpus_view import Shown
from rag.ui.events import QUIET, Drawing, data_of, html, shelf_of
from rag.ui.icons import icon
from rag.ui.shelf import MEGABYTES, Library, Progress, Shelf, safe_name
from rag.ui.source_view import article_html

_FIND: Final = (
    f'<form class="find" data-act="input" role="search"><label for="find">Search titles, outlets, authors</label>'
    f'{icon("search")}<input id="find" name="words" type="search" autocomplete="off" '
    'placeholder="Search titles, outlets, authors"></form>'
)


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
            find=html("find-box", _FIND),
            scope=html("shelf-scope"),
            rows=html("rows", rows),
            shown=gr.State(Shown()),
        )


def draw(parts: Parts, shelf: Shelf, where: Filter) -> Drawing:
    """The collection as it stands."""
    articles = shelf.articles()
    return {
        parts.overview: view.overview_html(articles, sample=shelf.corpus.is_sample),
        parts.rows: view.list_html(articles, Shown(where=where)),
        parts.shown: Shown(where=where),
    }


def add_events(
    library: Library, on: Parts, reader: gr.HTML, where: gr.State, outputs: Sequence[Component],
    refresh: Callable[[Shelf, Filter], Drawing],
) -> None:  # fmt: skip
    """What can be done with the collection.

    Args:
        reader: shows an article.
        where: the filter that is set.
        outputs: what drawings may change.
        refresh: draws anew whatever shows the collection.
    """

    def find(filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        now = Shown(str(data_of(event).get("words", ""))[:200], filtered)
        return {on.rows: view.list_html(shelf_of(library, request).articles(), now), on.shown: now}

    def more(shown: Shown, filtered: Filter, request: gr.Request) -> Drawing:
        now = view.more(Shown(shown.words, filtered, shown.most))
        return {on.rows: view.list_html(shelf_of(library, request).articles(), now), on.shown: now}

    def read(request: gr.Request, event: gr.EventData) -> Drawing:
        shelf = shelf_of(library, request)
        article = shelf.article(str(data_of(event).get("article", "")))
        if article is None:
            return {on.outcome: view.error_html("This article is no longer in the collection.")}
        shown = article_html(article, may_change=shelf.may_change(article))
        return {reader: f"<div data-at={time.time_ns()}>{shown}</div>"}

    def edit(filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf, data = shelf_of(library, request), data_of(event)
        fields = {k: str(v)[:2000] for k, v in dict(data.get("changed") or {}).items()}
        try:
            changed = shelf.edit(str(data.get("article", "")), fields)
        except RagError as e:
            return {reader: f"<div data-at={time.time_ns()}>{view.error_html(str(e))}</div>"}
        shown = article_html(changed, may_change=True)
        return {reader: f"<div data-at={time.time_ns()}>{shown}</div>"} | refresh(shelf, filtered)

    def remove(filtered: Filter, request: gr.Request, event: gr.EventData) -> Drawing:
        shelf = shelf_of(library, request)
        try:
            gone = shelf.remove(str(data_of(event).get("article", "")))
        except RagError as e:
            return {on.outcome: view.error_html(str(e)), reader: ""}
        result = FileResult(path=gone.title, status="removed")
        said = view.results_html([result], len(shelf.articles()))
        return {on.outcome: said, reader: ""} | refresh(shelf, filtered)

    def upload(filtered: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        shelf, data = shelf_of(library, request), data_of(event)
        refused = [
            FileResult(path=safe_name(str(f.get("name"))), status="failed", reason=str(f.get("reason"))[:200])
            for f in data.get("refused") or ()
        ]
        files = [(uploaded(str(f["path"])), str(f["name"])) for f in data.get("files") or ()]
        yield from work(shelf, filtered, lambda progress: shelf.add_uploads(files, progress), refused)

    def fetch(filtered: Filter, request: gr.Request, event: gr.EventData) -> Iterator[Drawing]:
        shelf, address = shelf_of(library, request), str(data_of(event).get("address", "")).strip()[:2000]
        if not is_url(address):
            yield {on.outcome: view.error_html("An address begins with https:// or http://.")}
            return
        yield from work(shelf, filtered, lambda progress: shelf.ingest([address], progress), ())

    def work(
        shelf: Shelf, filtered: Filter, ingest: Callable[[Progress], IngestReport], refused: Sequence[FileResult]
    ) -> Iterator[Drawing]:
        yield {on.outcome: view.progress_html(0, 1, "…")}
        try:
            report = yield from _watched(ingest, on.outcome)
        except RagError as e:
            yield {on.outcome: view.error_html(str(e))}
            return
        said = view.results_html((*refused, *report.results), len(shelf.articles()))
        yield {on.outcome: said} | refresh(shelf, filtered)

    quick: dict[str, Any] = {"outputs": outputs, "queue": False, **QUIET}
    on.find.input(find, [where], **quick)
    on.rows.apply(more, [on.shown, where], **quick)
    on.rows.select(read, None, **quick)
    on.outcome.select(read, None, **quick)
    reader.edit(edit, [where], **quick)
    reader.delete(remove, [where], **quick)
    slow: dict[str, Any] = {"outputs": outputs, "trigger_mode": "once", "concurrency_limit": 2, **QUIET}
    on.add.upload(upload, [where], **slow)
    on.add.submit(fetch, [where], **slow)


def _watched(ingest: Callable[[Progress], IngestReport], outcome: gr.HTML) -> Generator[Drawing, None, IngestReport]:
    """Ingest in a thread of its own; a generator of drawings of how far it is, which returns its report."""
    news = queue.SimpleQueue[tuple[int, int, str] | None]()
    ended = list[IngestReport | BaseException]()

    def run() -> None:
        try:
            ended.append(ingest(lambda done, of, name: news.put((done, of, name))))
        except BaseException as e:
            ended.append(e)
        finally:
            news.put(None)

    threading.Thread(target=run, daemon=True).start()
    while (now := news.get()) is not None:
        done, of, name = now
        yield {outcome: view.progress_html(done, of, Path(name).name)}
    if isinstance(ended[0], BaseException):
        raise ended[0]
    return ended[0]
