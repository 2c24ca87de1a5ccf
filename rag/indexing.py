"""Articles into the catalog: split, embedded, written. The index stage as ingesting uses it.

Embedding runs in a thread of its own: while a batch is embedded, the next one is read and the one before is written.
Knows nothing of files. Each article is written in one step, in the order in which they came.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, Self

import numpy as np

from rag.index.catalog import Catalog
from rag.index.rows import Source
from rag.ingest.attribution import find_statements
from rag.ingest.dedupe import same_story
from rag.ingest.metadata import Made
from rag.models.arrays import Matrix
from rag.text import sentence_spans
from rag.text.characters import same_width
from rag.types import Article, Passage, Span, Statement

# Articles are embedded together until they have so many passages: bounds the memory, and what a kill undoes.
_PASSAGES_AT_ONCE = 128
# Seconds between two looks at whether what is embedded is done.
_LOOK = 0.25


def _nobody(path: str) -> None:
    """Is told, and does nothing."""


class Splitter(Protocol):
    """Articles to passages."""

    def split(self, article: Article, meanwhile: Callable[[], None] = ...) -> list[Passage]:
        """The article's passages in order. `meanwhile` is called now and then; what it raises ends the work."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What turns articles into embedded passages; made when the first new article comes.

    `embed` gives vectors of texts and of parts of each, as `rag.models.embed.embed_parts`. `embedded_text` is what is
    embedded of a passage: whatever goes before, it ends with the passage's text.
    """

    splitter: Splitter
    embed: Callable[[Sequence[str], Sequence[Sequence[Span]]], tuple[Matrix, list[Matrix]]]
    embedded_text: Callable[[Article, Passage], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An article on its way into the catalog."""

    article: Article
    passages: list[Passage]
    source: Source
    made: Made
    bands: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """Articles that are being embedded."""

    articles: list[Waiting]
    vectors: "Future[list[_Vectors]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vectors:
    """An article's vectors: of its passages, and for each passage of its sentences."""

    passages: Matrix
    sentences: list[Matrix]


class Indexer:
    """Writes the articles of one ingest. For one thread; a context manager, which ends the thread that embeds."""

    def __init__(
        self, catalog: Catalog, tools: Callable[[], Tools], near: Callable[[Sequence[int]], list[Article]]
    ) -> None:
        """Write into a catalog; the tools are made when they are first needed.

        Args:
            near: MinHash bands to the articles that may be copies of one that has them.
        """
        self._catalog = catalog
        self._near = near
        self._make_tools = tools
        self._tools: Tools | None = None
        self._waiting: list[Waiting] = []
        self._batch: _Batch | None = None
        self._writing: list[Waiting] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embed")
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        """For `with Indexer(…) as indexer:`."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.shutdown(cancel_futures=True)

    @property
    def tools(self) -> Tools:
        """The splitter and the model."""
        self._tools = self._tools or self._make_tools()
        return self._tools

    @property
    def unwritten(self) -> list[Waiting]:
        """The articles that were added and are not in the catalog yet."""
        return [*self._writing, *(self._batch.articles if self._batch else ()), *self._waiting]

    def add(
        self, article: Article, source: Source, made: Made, bands: list[int], tell: Callable[[str], None] = _nobody
    ) -> None:
        """Take an article; it is embedded and written when there are enough of them.

        Args:
            tell: told, however long it takes, every now and then the path of what is under way; may raise to end it.
        """
        passages = self.tools.splitter.split(article, lambda: tell(source.path))
        if self._waiting and len(passages) >= _PASSAGES_AT_ONCE:
            self._embed_waiting(tell)  # short articles are not written only when a long one is
        self._waiting.append(Waiting(article=article, passages=passages, source=source, made=made, bands=bands))
        if sum(len(w.passages) for w in self._waiting) >= _PASSAGES_AT_ONCE:
            self._embed_waiting(tell)

    def flush(self, tell: Callable[[str], None] = _nobody) -> None:
        """Embed and write what is waiting; `tell` is as of `add`."""
        while unwritten := self.unwritten:
            tell(unwritten[0].source.path)
            self._embed_waiting(tell)

    def _embed_waiting(self, tell: Callable[[str], None]) -> None:
        """Have what is waiting embedded in the other thread, and write what it was given before."""
        batch, self._batch = self._batch, None
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            vectors = self._thread.submit(self._embed, [(w.article, w.passages) for w in waiting])
            self._batch = _Batch(articles=waiting, vectors=vectors)
        if batch:
            self._write(batch, tell)

    def _write(self, batch: _Batch, tell: Callable[[str], None]) -> None:
        self._writing = list(batch.articles)
        while not wait([batch.vectors], _LOOK).done:
            tell(batch.articles[0].source.path)
        for w, vectors in zip(batch.articles, batch.vectors.result(), strict=True):
            near = [a for a in self._near(w.bands) if a.id != w.article.id]
            copies = [a for a in near if same_story(a.text, w.article.text)]
            stories = list(dict.fromkeys(a.story for a in copies)) or [w.article.id]
            self._catalog.put(
                replace(w.article, story=stories[0]), w.passages, vectors.passages, w.source,
                sentences=vectors.sentences,
                statements=_statements(w.article, partial(tell, w.source.path)), removed=removed_of(w.made),
                bands=w.bands, merged=stories[1:],
            )  # fmt: skip
            del self._writing[0]

    def _embed(self, articles: Sequence[tuple[Article, Sequence[Passage]]]) -> list[_Vectors]:
        """Each article's vectors, computed together."""
        texts = [self.tools.embedded_text(article, p) for article, passages in articles for p in passages]
        parts: list[list[Span]] = []
        for text, passage in zip(texts, (p for _, passages in articles for p in passages), strict=True):
            at = len(text) - len(passage.text)
            parts.append([(at + start, at + end) for start, end in sentence_spans(passage.text)])
        # Some at a time: so a question's own is not behind all of a long text's, and an ingest can be stopped.
        vectors, sentences = list[Matrix](), list[Matrix]()
        for at in range(0, len(texts), _PASSAGES_AT_ONCE):
            if self._ended.is_set():
                raise CancelledError
            some = slice(at, at + _PASSAGES_AT_ONCE)
            of_passages, of_sentences = self.tools.embed(texts[some], parts[some])
            vectors.append(of_passages)
            sentences += of_sentences
        every = np.concatenate(vectors) if vectors else np.zeros((0, 1), np.float32)
        found: list[_Vectors] = []
        at = 0
        for _, passages in articles:
            end = at + len(passages)
            found.append(_Vectors(passages=every[at:end], sentences=sentences[at:end]))
            at = end
        return found

    def revise(self, article: Article, edits: Mapping[str, str] | None = None) -> None:
        """Write an article anew, with other fields, or for another model or splitter."""
        passages = self.tools.splitter.split(article)
        (vectors,) = self._embed([(article, passages)])
        self._catalog.revise(
            article, passages, vectors.passages, dict(edits or {}),
            sentences=vectors.sentences, statements=_statements(article),
        )  # fmt: skip


def _statements(article: Article, meanwhile: Callable[[], None] = lambda: None) -> list[Statement]:
    """What the article reports of others; wide letters and digits are read as plain ones, at the same offsets."""
    return find_statements(replace(article, text=same_width(article.text)), meanwhile)


def removed_of(made: Made) -> list[tuple[str, str]]:
    """What was left out of an article's page, as (text, reason)."""
    return [(r.text, r.reason) for r in made.cleaned.removed]
