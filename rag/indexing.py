"""Articles into the catalog: split, embedded, who says what in them found, written. The index stage for ingesting.

Embedding runs in a thread of its own: while a batch is embedded, the next one is read and the one before is written.
Knows nothing of files, nor of where else than here the work may be done (`workers`). Each article is written in one
step, in the order in which they came.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from rag.index.catalog import Catalog
from rag.index.rows import Source
from rag.ingest.attribution import find_statements
from rag.ingest.converters import ReadOptions, ReadResult
from rag.ingest.dedupe import same_story
from rag.ingest.metadata import Made
from rag.ingest.sandbox import Sandbox
from rag.models.arrays import Matrix
from rag.models.embed import Embedder, embed_parts
from rag.text import sentence_spans
from rag.text.characters import same_width
from rag.types import Article, Passage, Span, Statement

if TYPE_CHECKING:
    from rag.ingest.chunking import PassageSplitter

# Articles are prepared together until their texts have so many characters: bounds the memory, and what a kill undoes.
_TEXT_AT_ONCE = 100_000
# Passages are embedded so many at a time: a question's own is not behind all of a long text's, and it can be stopped.
_PASSAGES_AT_ONCE = 128
# Seconds between two looks at whether what is under way is done.
_LOOK = 0.25

T = TypeVar("T")
Meanwhile = Callable[[], None]
"""Called every now and then, however long something takes; may raise to end it."""
UnderWay = Callable[[str], None]
"""As `Meanwhile`, with the path of what is under way."""
Outcome = Callable[[Meanwhile], T]
"""Waits for something that was begun, and gives what came of it, or raises it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparer:
    """What turns articles into embedded passages; made when the first new article comes."""

    splitter: "PassageSplitter"
    embedder: Embedder


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is computed of an article: its passages, their vectors, those of their sentences, and who says what."""

    passages: list[Passage]
    vectors: Matrix
    sentences: list[Matrix]
    statements: list[Statement]


class Pool(Protocol):
    """What reads files and prepares articles, here or elsewhere: several at a time, begun in order and so taken.

    `files` and `batches` are how many may be under way while another one is begun.
    """

    files: int
    batches: int

    def read(self, data: bytes, name: str, options: ReadOptions) -> Outcome[ReadResult]:
        """Begin to read a file, as `Sandbox.read`."""
        ...

    def prepare(self, articles: Sequence[Article], under_way: UnderWay) -> Outcome[list[Prepared]]:
        """Begin to prepare articles."""
        ...


class Here:
    """The pool that is this process. For one thread."""

    files, batches = 0, 1

    def __init__(self, reader: Sandbox, make_preparer: Callable[[], Preparer]) -> None:
        """Read in the sandbox; what prepares is made when it is first needed."""
        self._reader = reader
        self._make_preparer = make_preparer
        self._preparer: Preparer | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._ended = threading.Event()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.shutdown(cancel_futures=True)

    def read(self, data: bytes, name: str, options: ReadOptions) -> Outcome[ReadResult]:
        """Read a file when its outcome is asked for."""
        return lambda _: self._reader.read(data, name, options)

    def prepare(self, articles: Sequence[Article], under_way: UnderWay) -> Outcome[list[Prepared]]:
        """Split articles, and find who says what in them while they are embedded in the other thread."""
        self._preparer = preparer = self._preparer or self._make_preparer()
        split = [(a, preparer.splitter.split(a, lambda a=a: under_way(a.path))) for a in articles]
        vectors = self._thread.submit(embedded, preparer, split, self._stop_if_ended)
        statements = [_statements(a, lambda a=a: under_way(a.path)) for a in articles]
        return lambda meanwhile: _joined(split, awaited(vectors, meanwhile), statements)

    def _stop_if_ended(self) -> None:
        if self._ended.is_set():
            raise CancelledError


def prepared(preparer: Preparer, articles: Sequence[Article]) -> list[Prepared]:
    """Articles split, embedded, and who says what in them, one after another in this thread."""
    split = [(a, preparer.splitter.split(a)) for a in articles]
    return _joined(split, embedded(preparer, split), [_statements(a) for a in articles])


def awaited(future: "Future[T]", meanwhile: Meanwhile) -> T:
    """What comes of a future."""
    while not wait([future], _LOOK).done:
        meanwhile()
    return future.result()


Split = tuple[Article, list[Passage]]
Vectors = tuple[Matrix, list[Matrix]]


def embedded(preparer: Preparer, split: Sequence[Split], meanwhile: Meanwhile = lambda: None) -> list[Vectors]:
    """Each article's vectors, of its passages and for each passage of its sentences, computed together."""
    texts = [embedded_text(article, p) for article, passages in split for p in passages]
    parts: list[list[Span]] = []
    for text, passage in zip(texts, (p for _, passages in split for p in passages), strict=True):
        at = len(text) - len(passage.text)
        parts.append([(at + start, at + end) for start, end in sentence_spans(passage.text)])
    vectors, sentences = list[Matrix](), list[Matrix]()
    for at in range(0, len(texts), _PASSAGES_AT_ONCE):
        meanwhile()
        some = slice(at, at + _PASSAGES_AT_ONCE)
        of_passages, of_sentences = embed_parts(preparer.embedder, texts[some], parts[some])
        vectors.append(of_passages)
        sentences += of_sentences
    every = np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32)
    found: list[Vectors] = []
    at = 0
    for _, passages in split:
        end = at + len(passages)
        found.append((every[at:end], sentences[at:end]))
        at = end
    return found


def _joined(
    split: Iterable[Split], vectors: Iterable[Vectors], statements: Iterable[list[Statement]]
) -> list[Prepared]:
    return [
        Prepared(passages=passages, vectors=of_passages, sentences=of_sentences, statements=said)
        for (_, passages), (of_passages, of_sentences), said in zip(split, vectors, statements, strict=True)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article on its way into the catalog."""

    article: Article
    source: Source
    made: Made
    bands: list[int]


class Indexer:
    """Writes the articles of one ingest. For one thread."""

    def __init__(self, catalog: Catalog, pool: Pool, near: Callable[[Sequence[int]], list[Article]]) -> None:
        """Write into a catalog what a pool prepares.

        Args:
            near: MinHash bands to the articles that may be copies of one that has them.
        """
        self._catalog = catalog
        self._near = near
        self._pool = pool
        self._waiting: list[Waiting] = []
        self._batches: deque[tuple[list[Waiting], Outcome[list[Prepared]]]] = deque()
        self._writing: list[Waiting] = []

    @property
    def unwritten(self) -> list[Waiting]:
        """The articles that were added and are not in the catalog yet."""
        return [*self._writing, *(w for batch, _ in self._batches for w in batch), *self._waiting]

    def add(
        self, article: Article, source: Source, made: Made, bands: list[int], under_way: UnderWay = lambda _: None
    ) -> None:
        """Take an article; it is prepared and written when there are enough of them."""
        if self._waiting and len(article.text) >= _TEXT_AT_ONCE:
            self._prepare_waiting(under_way)  # short articles are not written only when a long one is
        self._waiting.append(Waiting(article=article, source=source, made=made, bands=bands))
        if sum(len(w.article.text) for w in self._waiting) >= _TEXT_AT_ONCE:
            self._prepare_waiting(under_way)

    def flush(self, under_way: UnderWay = lambda _: None) -> None:
        """Prepare and write what is waiting."""
        self._prepare_waiting(under_way)
        while self._batches:
            self._write(*self._batches.popleft(), under_way)

    def _prepare_waiting(self, under_way: UnderWay) -> None:
        """Have what is waiting prepared, and write the first of what was given before, where that is enough."""
        if self._waiting:
            outcome = self._pool.prepare([w.article for w in self._waiting], under_way)
            self._batches.append((self._waiting, outcome))
            self._waiting = []
        while len(self._batches) > self._pool.batches:
            self._write(*self._batches.popleft(), under_way)

    def _write(self, batch: list[Waiting], outcome: Outcome[list[Prepared]], under_way: UnderWay) -> None:
        self._writing = list(batch)
        under_way(batch[0].source.path)  # also where all is prepared already: so it can be ended
        found = outcome(lambda: under_way(batch[0].source.path))
        for w, prepared in zip(batch, found, strict=True):
            near = [a for a in self._near(w.bands) if a.id != w.article.id]
            copies = [a for a in near if same_story(a.text, w.article.text)]
            stories = list(dict.fromkeys(a.story for a in copies)) or [w.article.id]
            self._catalog.put(
                replace(w.article, story=stories[0]), prepared.passages, prepared.vectors, w.source,
                sentences=prepared.sentences, statements=prepared.statements, removed=removed_of(w.made),
                bands=w.bands, merged=stories[1:],
            )  # fmt: skip
            del self._writing[0]

    def revise(self, articles: Iterable[Article], edits: Mapping[str, str] | None = None) -> None:
        """Write articles anew, with other fields, or for another model or splitter."""
        begun: deque[tuple[Article, Outcome[list[Prepared]]]] = deque()
        for article in articles:
            begun.append((article, self._pool.prepare([article], lambda _: None)))
            if len(begun) > self._pool.batches:
                self._revise(*begun.popleft(), edits)
        for one in begun:
            self._revise(*one, edits)

    def _revise(self, article: Article, outcome: Outcome[list[Prepared]], edits: Mapping[str, str] | None) -> None:
        (prepared,) = outcome(lambda: None)
        self._catalog.revise(
            article, prepared.passages, prepared.vectors, dict(edits or {}),
            sentences=prepared.sentences, statements=prepared.statements,
        )  # fmt: skip


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded of a passage: behind its article's title, which gives the context that its own words lack."""
    return f"{article.title[:100]}\n{passage.text}"


def _statements(article: Article, meanwhile: Callable[[], None] = lambda: None) -> list[Statement]:
    """What the article reports of others; wide letters and digits are read as plain ones, at the same offsets."""
    return find_statements(replace(article, text=same_width(article.text)), meanwhile)


def removed_of(made: Made) -> list[tuple[str, str]]:
    """What was left out of an article's page, as (text, reason)."""
    return [(r.text, r.reason) for r in made.cleaned.removed]
