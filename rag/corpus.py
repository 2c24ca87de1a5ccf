"""Class Corpus: articles in, cited answers out. The one place where the stages meet.

Reads settings, builds everything, hands each stage what it needs. Knows nothing of command lines or pages.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag.asking import Asking
from rag.embedding import Embedding
from rag.errors import HomeError, IndexMismatchError, RagError
from rag.index.catalog import Catalog
from rag.index.database import RESTORE
from rag.index.filters import resolve
from rag.index.joined import JoinedCatalog
from rag.index.sync import SyncedIndex
from rag.models.embed import Embedder
from rag.retrieve.query import Query, make_query
from rag.retrieve.search import Rerank
from rag.searching import Searcher
from rag.settings import Settings, load_settings
from rag.types import Answer, Article, Entry, Event, Filter, Hit, IngestReport, Statement, Turn

if TYPE_CHECKING:
    from rag.indexing import Pool, Preparer
    from rag.ingest.sandbox import Sandbox
    from rag.llm.model import Model

CATALOG_FILE = "catalog.sqlite3"
_A_PAGE, _FIRST = 2_000, 100
_TURNS = 50
_TURN_CHARACTERS = 20_000


class Corpus:
    """A collection of articles in one home folder. Safe to use from several threads."""

    def __init__(
        self, settings: Settings, catalog: Catalog, embedder: Embedder | None = None, shared: "Corpus | None" = None
    ) -> None:
        """Use what `open` built. Without an embedder, the settings' model is loaded when one is first needed."""
        self.settings = settings
        self._catalog = catalog
        self._shared = shared
        # What questions are answered from: changes go to the catalog of one's own.
        self._read = JoinedCatalog(catalog, shared._read) if shared else catalog
        self._embedding = Embedding(settings, catalog, embedder, shared._embedding if shared else None)
        self._index: SyncedIndex | None = None
        self._guard = threading.RLock()
        self._ingesting = threading.Lock()
        self._searcher = Searcher(self._read, self._embedding, self._dense, settings.home, self._load_reranker)
        self._answerer = self._make_answerer(settings)
        self._answerers = {settings.llm: self._answerer}
        self.is_sample = False
        self.on_close: Callable[[], None] | None = None

    @classmethod
    def open(
        cls, settings: Settings | None = None, *, embedder: Embedder | None = None, shared: "Corpus | None" = None
    ) -> Self:
        """Open the corpus in `settings.home`, and make it if there is none.

        Args:
            embedder: stands in for the model that the settings name.
            shared: another corpus that questions are answered from too, with its models. What is added, changed or
                removed here is not seen there, and changes no answer given there.

        Raises:
            HomeError: the home can't be made, opened or written.
        """
        settings = settings or load_settings()
        catalog = Catalog(settings.home / CATALOG_FILE)
        return cls(settings, catalog, embedder, shared)

    def close(self) -> None:
        """Let go of files, locks and connections."""
        if self._index is not None:
            self._index.close()
        self._embedding.close()
        for answerer in self._answerers.values():
            answerer.close()
        self._catalog.close()
        if self.on_close is not None:
            self.on_close()

    def __repr__(self) -> str:
        """Its home, and how much it holds."""
        try:
            held = self._read.counts()
        except HomeError:  # closed, or its file is gone
            return f"Corpus({str(self.settings.home)!r}, closed)"
        return f"Corpus({str(self.settings.home)!r}, {held['articles']:,} articles, {held['passages']:,} passages)"

    def __enter__(self) -> Self:
        """For `with Corpus.open() as corpus:`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, e: BaseException | None, at: TracebackType | None) -> None:
        """Close."""
        self.close()

    # Articles

    def ingest(
        self, paths: Sequence[str | Path] | str | Path = (), *, rebuild: bool = False, prune: bool = False,
        field_map: Mapping[str, str] | None = None, tags: Sequence[str] = (),
        workers: str | int | None = None, progress: Callable[[int, int, str], None] | None = None,
    ) -> IngestReport:  # fmt: skip
        """Read files and folders into the corpus; what is there already and unchanged stays as it is.

        Args:
            paths: files, folders, addresses of pages and feeds on the web, `-` for standard input.
            rebuild: split and embed every article again from its kept text, and fill the vector index anew.
            prune: also remove the articles of files that are no longer in these folders.
            field_map: the names that fields have in JSON and CSV files, where they are unusual: {"title": "Kopf"}.
            tags: tags for the articles of these files: "project=harbour". They stay when the files are read again.
            workers: where files are read and embedded: the address of a Dask scheduler, or how many processes of this
                machine; None is this process. The files' bytes go there.
            progress: called with (done, in all, path).

        Returns:
            What became of each file. A file that can't be read is `failed` there and stops nothing.

        Raises:
            IndexMismatchError: the corpus was made with another model or splitter, and `rebuild` isn't set.
            RagError: there are no workers at that address, or they have ended.
        """
        from rag.indexing import Indexer
        from rag.ingest.sandbox import Sandbox
        from rag.ingesting import Ingester

        with self._ingesting, Sandbox() as reader, self._pool(reader, workers) as pool:
            indexer = Indexer(self._catalog, pool, self._read.near)
            if not rebuild:
                self._embedding.check_name()
            else:
                self._catalog.forget_embeddings(self._embedding.fingerprint)
                self.index.reopen()
            ingester = Ingester(self._catalog, pool, reader, indexer, field_map, tags)
            several = [paths] if isinstance(paths, str | Path) else paths
            report = ingester.ingest(several, prune=prune, progress=progress)
            indexer.revise(self._unembedded(progress))
        return replace(report, notices=self._synced(progress))

    def edit(self, article_id: str, **given: str) -> Article:
        """Set fields of an article: title, publisher, author, published (2022-11-08), url, language, note, tags.

        What is set outlives a new ingest of its file. An empty text takes the field's value away.

        Raises:
            NotFoundError: there is no article with that id.
            FieldError: there is no such field, or the value isn't one for it.
        """
        from rag.indexing import Indexer
        from rag.ingest.fields import edited
        from rag.ingest.sandbox import Sandbox

        with self._ingesting, self._pool(Sandbox()) as pool:
            article = edited(self._catalog.article(article_id), given)
            Indexer(self._catalog, pool, self._read.near).revise([article], given)
            self._synced()
        return article

    def removed(self, article_id: str) -> list[tuple[str, str]]:
        """What was left out of an article's page as furniture, as (text, reason), in the page's order."""
        return self._read.removed(self._read.article(article_id).id)

    def statements(self, article_id: str) -> list[Statement]:
        """What an article reports that others say, in the order of its text."""
        found = self._read.article(article_id).id
        return self._read.statements_of([found])[found]

    def copies(self, article_id: str) -> list[Article]:
        """The other articles of the same story: copies and near-copies, syndicated or republished."""
        article = self._read.article(article_id)
        return [a for a in self._read.story(article.story) if a.id != article.id]

    def places(self, article_id: str) -> list[str]:
        """The paths of the files that an article was read from, the one that citations name first.

        Empty for an article of the shared corpus.
        """
        return [source.path for source in self._catalog.sources_of(article_id)]

    def check(self) -> None:
        """See that the settings name the model that the corpus was made with.

        Raises:
            IndexMismatchError: they name another model or splitter.
        """
        self._embedding.check()

    @contextmanager
    def _pool(self, reader: "Sandbox", workers: str | int | None = None) -> "Generator[Pool]":
        """What reads files and prepares articles, ended at the end."""
        from rag.indexing import Here

        here = Here(reader, self._preparer)
        try:
            if workers is None:
                yield here
            else:
                from rag.workers import Workers

                if self.embedder.name != self.settings.embedder:
                    raise RagError(f"workers load the model {self.settings.embedder}, not {self.embedder.name}")
                with Workers(str(workers), here, self.settings.embedder, self._embedding.passage_tokens) as pool:
                    yield pool
        finally:
            here.close()

    def _unembedded(self, progress: Callable[[int, int, str], None] | None) -> Iterator[Article]:
        """The articles that wait to be split and embedded again."""
        waiting = self._catalog.unembedded()
        for done, article_id in enumerate(waiting):
            article = self._catalog.article(article_id)
            if progress:
                progress(done, len(waiting), article.path)
            yield article

    def _preparer(self) -> "Preparer":
        """The splitter and the model, for new articles; LlamaIndex takes a second to import, so not for a question."""
        from rag.indexing import Preparer
        from rag.ingest.chunking import PassageSplitter

        self._embedding.note()
        splitter = PassageSplitter(self.embedder.tokens, self._embedding.passage_tokens)
        return Preparer(splitter=splitter, embedder=self.embedder)

    def _synced(self, progress: Callable[[int, int, str], None] | None = None) -> tuple[str, ...]:
        """Bring the vector index up to date; what stands in the way of that."""
        waiting = self._catalog.is_waiting()
        if waiting or not self.index.is_in_step():

            def filled(done: int, total: int) -> None:
                if progress:
                    progress(done, total, "vector index")

            self.index.sync(filled, wait=2.0 if waiting else 0.0)
        return self.notices

    def articles(self, where: Filter | None = None) -> list[Article]:
        """The articles, the newest first, those without a date last."""
        return self._read.articles(resolve(where, self._read))

    def heads(self, where: Filter | None = None) -> Iterator[Article]:
        """The articles as `articles` gives them, their texts left out, read a page at a time.

        Raises:
            FilterError: no article passes the filter.
        """
        where, start = resolve(where, self._read), 0
        while found := self._read.listed(where, start=start, most=min(_A_PAGE, start + _FIRST))[0]:
            yield from found
            start += len(found)

    def listed(
        self, where: Filter | None = None, words: str = "", order: str = "newest", start: int = 0, most: int = 50
    ) -> tuple[list[Article], int]:
        """A part of a list of the articles, their texts left out so that it is there at once, and the list's length.

        Args:
            where: they pass this filter.
            words: they have each of these in title, outlet, author or file name.
            order: newest, oldest, title or outlet.
            start: how many of the list come before.
            most: how many are wanted.
        """
        return self._read.listed(where, words, order, start, most)

    @property
    def revision(self) -> str:
        """Another text after each change of the articles."""
        return self._read.meta("revision") or ""

    def has_read(self, file: Path) -> bool:
        """Whether any article was read from a file."""
        return bool(self._catalog.sources_at(str(file.resolve())))

    def tags(self) -> list[str]:
        """All tags that articles have, sorted."""
        return self._read.tags()

    def outlets_and_days(self, letters: int = 10) -> list[tuple[str | None, str | None, int]]:
        """How many articles there are of each outlet and day of publication (2023-11-02); None where unknown.

        Of the day so many letters are read: 7 are its month.
        """
        return self._read.outlets_and_days(letters)

    def dates(self) -> tuple[str, str] | None:
        """The first and the last day of publication, None when no article has a known one."""
        return self._read.dates()

    def article(self, article_id: str) -> Article:
        """The article with that id, or with the only id that begins so.

        Raises:
            NotFoundError: there is none, or several begin so.
        """
        return self._read.article(article_id)

    def remove(self, article_id: str) -> Article:
        """Take an article out of the corpus; its files stay where they are.

        Raises:
            NotFoundError: there is none with that id.
        """
        article = self._catalog.article(article_id)
        self._catalog.remove(article.id)
        self._synced()
        return article

    def counts(self) -> dict[str, int]:
        """How many articles and passages there are, and how many wait to be indexed."""
        return self._read.counts()

    def problems(self) -> list[str]:
        """What is not in order with the catalog and its indexes, each with what mends it; none when all is well."""
        counts, found = self.counts(), list[str]()
        if damage := self._catalog.database.damage():
            found.append(f"the catalog is damaged ({damage}): {RESTORE}")
        if altered := self._altered():
            found.append(
                f"the catalog is damaged (the texts of {altered:,} articles are not those ingested): {RESTORE}"
            )
        try:
            self._embedding.check()
        except IndexMismatchError as e:
            found.append(str(e))
        if counts["unembedded"]:
            found.append(_unfinished(counts["unembedded"], counts["passages"]))
        state = self.index.state()
        if self.index.notice:
            found.append(f"questions are answered by {state}")
        elif counts["pending"] or counts["removing"]:
            found.append(
                f"the vector index lags {counts['pending'] + counts['removing']} articles behind: "
                "`rag ingest` of anything brings it up to date"
            )
        return found

    def _altered(self) -> int:
        """How many articles have another text than the one that their id was made of."""
        from rag.ingest.dedupe import identity

        return sum(
            identity(self._catalog.article(head.id).text) != head.id
            for head in self.heads()
            if any(source.fields for source in self._catalog.sources_of(head.id))  # made since ids are of the text
        )

    # Questions

    def understood(self, question: str) -> Query:
        """What is searched for: the question with the outlets, days and other names that the corpus has for it.

        Raises:
            QuestionError: the question is empty or too long.
            EmptyCorpusError: there are no articles.
        """
        return self._searcher.understand(make_query(question))

    def search(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """The k passages nearest to a question, best first.

        Raises:
            QuestionError: the question is empty or too long.
            FilterError: no article passes the filter.
            EmptyCorpusError: there are no articles.
            IndexMismatchError: the corpus was made with another model or splitter.
        """
        return self._searcher.search(self.understood(question), k, where)

    def ask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None, *, llm: str | None = None
    ) -> Answer:
        """The answer to a question, with its citations. Takes and raises what `stream` does."""
        for event in self.stream(question, history, where, llm=llm):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None, *, llm: str | None = None
    ) -> Generator[Event]:
        """The answer as it is made: what is being done, the text piece by piece, then the whole answer.

        Args:
            history: the conversation so far; its last 50 turns are looked at, of each the first 20,000 characters.
            llm: what writes this answer, in the form of the setting; None is what the settings name.

        Raises what `search` raises, at the first event; LlmError where `llm` is not of one of its forms.
        """
        recent = [replace(turn, content=turn.content[:_TURN_CHARACTERS]) for turn in history[-_TURNS:]]
        for event in self._answering(llm).stream(question, recent, where):
            if event.answer is not None and (waiting := self.counts()["unembedded"]):
                notices = (*event.answer.notices, _unfinished(waiting, self.counts()["passages"]))
                event = replace(event, answer=replace(event.answer, notices=notices))
            yield event

    def timeline(self, topic: str, where: Filter | None = None) -> list[Entry]:
        """Who said what on a topic on which day, the earliest first; what has no day last.

        Raises what `search` raises.
        """
        return self._answerer.timeline(topic, where)

    def undated(self) -> int:
        """How many articles have no known date: a date filter leaves them out."""
        return self._read.undated()

    async def aask(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None, *, llm: str | None = None
    ) -> Answer:
        """As `ask`, without blocking the event loop."""
        return await asyncio.to_thread(self.ask, question, history, where, llm=llm)

    async def astream(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None, *, llm: str | None = None
    ) -> AsyncGenerator[Event]:
        """As `stream`, without blocking the event loop. Whoever leaves early ends it: nothing is made any more."""
        events, one_at_a_time = self.stream(question, history, where, llm=llm), threading.Lock()

        def following() -> Event | None:
            with one_at_a_time:
                return next(events, None)

        def end() -> None:
            with one_at_a_time:  # a step under way can't be broken off, and is the last
                events.close()

        try:
            while (event := await asyncio.to_thread(following)) is not None:
                yield event
        finally:
            asyncio.get_running_loop().run_in_executor(None, end)

    @property
    def model(self) -> "Model | None":
        """The language model that writes, None where answers are the articles' own sentences. Nothing is loaded yet.

        Raises:
            LlmError: the setting `llm` is not of one of its forms.
        """
        return self._answerer.model

    def model_of(self, llm: str | None) -> "Model | None":
        """As `model`, for an engine that the settings do not name."""
        return self._answering(llm).model

    @property
    def notices(self) -> tuple[str, ...]:
        """What a user should know of how questions are answered now."""
        own = (self._index.notice,) if self._index and self._index.notice else ()
        return (*own, *(self._shared.notices if self._shared else ()))

    @property
    def embedder(self) -> Embedder:
        """The embedding model, loaded when first needed."""
        return self._embedding.model

    @property
    def index(self) -> SyncedIndex:
        """The vector index and what stands in for it."""
        with self._guard:
            if self._index is None:
                home, server = self.settings.home, self.settings.chroma
                self._index = SyncedIndex(self._catalog, home, server)
            return self._index

    def _answering(self, llm: str | None) -> Asking:
        """What answers with that engine; a model once loaded stays until the corpus is closed."""
        with self._guard:
            name = llm or self.settings.llm
            if name not in self._answerers:
                settings = self.settings.model_copy(update={"llm": name})
                self._answerers[name] = self._make_answerer(settings)
            return self._answerers[name]

    def _make_answerer(self, settings: Settings) -> Asking:
        model = partial(self._shared.model_of, settings.llm) if self._shared else None
        return Asking(settings, self._read, self._searcher, model)

    def _dense(self, text: str, k: int, where: Filter | None) -> list[tuple[str, float]]:
        vector = self._embedding.question(text)
        own = self.index.search(vector, k, where)
        if self._shared is None:
            return own
        found = dict(self._shared.index.search(vector, k, where)) | dict(own)
        return sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:k]

    def _load_reranker(self) -> Rerank | None:
        if self._shared is not None:
            return self._shared._load_reranker()
        if self.settings.reranker is None:
            return None
        from rag.models.rerank import load_reranker

        return load_reranker(self.settings.reranker)


def _unfinished(waiting: int, passages: int) -> str:
    return (
        f"a rebuild is not finished: {waiting:,} of {passages:,} passages are found by their words only, until "
        "`rag ingest --rebuild` has gone on with them"
    )
