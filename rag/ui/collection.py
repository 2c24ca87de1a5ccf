"""The collection in Gradio: its events, from a file that is dropped to an article that is removed.

Knows nothing of conversations, nor how HTML is made or articles are read.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from rag.errors import RagError
from rag.ingest.fetch import is_url
from rag.types import FileResult, IngestReport
from rag.ui.api import uploaded
from rag.ui.corpus_view import PAGE, Shown, reading_html, results_html, shown_of
from rag.ui.events import NOTHING, Click, Events, anew
from rag.ui.parts import Drawing, PageParts
from rag.ui.questions import tried_questions
from rag.ui.render import error_html
from rag.ui.running import Cancelled, Progress, Running, Stand
from rag.ui.shelf import Library, UserShelf, safe_name
from rag.ui.source_view import article_html


class CollectionEvents(Events):
    """What can be done with the collection."""

    def __init__(self, library: Library, parts: PageParts) -> None:
        """Have the page's buttons do it."""
        super().__init__(library, parts)
        on, shown = self.on, parts.shown
        on(parts.find.input, self.find, shown)
        on(parts.rows.apply, self.more, shown)
        on(parts.rows.delete, self.remove, shown)
        on(parts.outcome.stop, self.cancel)
        on(parts.reader.edit, self.edit, shown)
        on(parts.reader.delete, self.remove, shown)
        slow: dict[str, Any] = {"queue": True, "trigger_mode": "once", "concurrency_limit": 20}
        on(parts.add.upload, self.upload, shown, **slow)
        on(parts.add.submit, self.fetch, shown, **slow)

    def find(self, click: Click, shown: Shown) -> Drawing:
        """List what has certain words, in the order that is said."""
        return self.parts.draw_list(click.shelf, shown_of(click.data, shown.where))

    def more(self, click: Click, shown: Shown) -> Drawing:
        """List another page."""
        return self.parts.draw_list(click.shelf, replace(shown, most=shown.most + PAGE))

    def edit(self, click: Click, shown: Shown) -> Drawing:
        """Correct an article's details."""
        fields = {k: str(v)[:2000] for k, v in dict(click.data.get("changed") or {}).items()}
        try:
            article = article_html(click.shelf.edit(click.text("article"), fields))
        except RagError as e:
            return {self.parts.reader: anew(error_html(str(e)))}
        return {self.parts.reader: anew(article)} | self.parts.draw_collection(click.shelf, shown)

    def remove(self, click: Click, shown: Shown) -> Drawing:
        """Take articles out: the one that is open, or those that are ticked."""
        ticked = click.data.get("articles")
        results = list[FileResult]()
        for id in map(str, ticked[: PAGE * 20] if isinstance(ticked, list) else [click.text("article")]):  # pyright: ignore[reportUnknownArgumentType]
            try:
                results.append(FileResult(path=click.shelf.remove(id).title, status="removed"))
            except RagError as e:
                results.append(FileResult(path=id, status="failed", reason=str(e)))
        drawn = {self.parts.outcome: results_html(results, click.shelf.inventory), self.parts.reader: ""}
        return drawn | self.parts.draw_collection(click.shelf, shown)

    def upload(self, click: Click, shown: Shown) -> Iterator[Drawing]:
        """Read in files that were sent."""
        shelf, data = click.shelf, click.data
        refused = tuple(
            FileResult(path=safe_name(str(f.get("name"))), status="failed", reason=str(f.get("reason"))[:200])
            for f in data.get("refused") or ()
        )
        files = [(uploaded(str(f["path"])), str(f["name"])) for f in data.get("files") or ()]

        def work(progress: Progress) -> IngestReport:
            report = shelf.add_uploads(files, progress)
            return replace(report, results=(*refused, *report.results))

        yield from self._begin(shelf, shown, work)

    def fetch(self, click: Click, shown: Shown) -> Iterator[Drawing]:
        """Read in an address."""
        address = click.text("address")
        if is_url(address):
            yield from self._begin(click.shelf, shown, lambda progress: click.shelf.ingest([address], progress))
        else:
            yield {self.parts.outcome: error_html("An address begins with https:// or http://.")}

    def _begin(self, shelf: UserShelf, shown: Shown, work: Callable[[Progress], IngestReport]) -> Iterator[Drawing]:
        try:
            running = shelf.start(work)
        except RagError as e:
            yield {self.parts.outcome: error_html(str(e))}
        else:
            yield from self._follow(shelf, shown, running)

    def _follow(self, shelf: UserShelf, shown: Shown, running: Running[Stand, IngestReport]) -> Iterator[Drawing]:
        for now in running.follow():
            yield {self.parts.outcome: reading_html(replace(now, what=Path(now.what).name))}
        try:
            report = running.outcome
        except (Cancelled, RagError) as e:
            said = error_html(str(e) or "Cancelled. What was read before is in the collection.")
            yield {self.parts.outcome: said} | self.parts.draw_collection(shelf, shown)
            return
        ids = dict.fromkeys(r.article_id for r in report.results if r.status in ("added", "changed") and r.article_id)
        came_in = [a for id in islice(ids, PAGE) if (a := shelf.find_article(id))]
        drawn = {self.parts.outcome: results_html(report.results, shelf.inventory, came_in)}
        yield drawn | self.parts.draw_collection(shelf, shown)
        if came_in:
            questions = tried_questions(shelf.corpus, came_in)
            shelf.library.questions(shelf.user)
            drawn = {self.parts.outcome: results_html(report.results, shelf.inventory, came_in, questions)}
            yield drawn | self.parts.draw_hints(shelf, wait=False)

    def resume(self, click: Click, shown: Shown) -> Iterator[Drawing]:
        """On a page that opens, show the files that are being read in, if there are any."""
        yield NOTHING  # Gradio takes a generator that gives nothing for one that empties its outputs
        if running := click.shelf.running:
            yield from self._follow(click.shelf, shown, running)

    def cancel(self, click: Click) -> Drawing:
        """End the reading of files."""
        if running := click.shelf.running:
            running.cancel()
        return NOTHING
