"""Questions to hits over one corpus: the index stage and the retrieve stage brought together.

Keeps what the corpus has that a question can name, and makes it anew when the corpus has changed. Knows nothing of
answers.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from rag.embedding import Embedding
from rag.errors import EmptyCorpusError
from rag.index import lexical
from rag.index.catalog import Catalog
from rag.index.database import Latest
from rag.index.filters import resolve as resolve_filter
from rag.index.sentences import kept_vectors
from rag.retrieve.constraints import make_facets
from rag.retrieve.names import Group, Spellings, make_aliases, read_aliases
from rag.retrieve.query import Holdings, Query, understand
from rag.retrieve.rescoring import PassageFields, Sentences
from rag.retrieve.search import Dense, Index, Rerank, search
from rag.types import Filter, Hit

ALIASES_FILE = "aliases.yaml"


class Searcher:
    """Finds passages in one corpus. Safe to use from several threads."""

    def __init__(
        self, catalog: Catalog, embedding: Embedding, dense: Dense, home: Path,
        load_reranker: Callable[[], Rerank | None],
    ) -> None:  # fmt: skip
        """Search a catalog by words, and by meaning with `dense`.

        Args:
            dense: (text, k, filter) to (passage id, cosine), best first.
            embedding: what questions are embedded with.
            home: may hold `aliases.yaml`, the user's own names for things.
            load_reranker: loads what reranks, when it is first needed; None where nothing does.
        """
        self._catalog = catalog
        self.embedding = embedding
        self._dense = dense
        self._sentences = Sentences(clauses=embedding.clauses, of=partial(kept_vectors, catalog.database))
        self._home = home
        self._load_reranker = load_reranker
        self._reranker: Rerank | None = None
        self._guard = threading.Lock()
        self._loading = threading.Lock()
        self._known = Latest[Holdings]()

    def understand(self, query: Query) -> Query:
        """The query with what the corpus says to it: its constraints, its names' other spellings.

        Raises:
            EmptyCorpusError: there are no articles.
            RagError: the user's file of aliases is not of its form.
        """
        if not self._catalog.count():
            raise EmptyCorpusError(f"the corpus in {self._home} is empty: `rag ingest PATH` fills it")
        self.embedding.begin(query.text)
        return understand(query, self.known())

    def search(self, query: Query, k: int, where: Filter | None) -> list[Hit]:
        """The k best passages that pass a filter, best first.

        Raises:
            FilterError: no article passes it.
            IndexMismatchError: the corpus was made with another model or splitter.
        """
        self.embedding.check()
        where = resolve_filter(where, self._catalog)
        with self._loading:
            self._reranker = self._reranker or self._load_reranker()
        index = Index(
            dense=self._dense,
            lexical=self._by_words,
            fields=self._fields,
            lookup=self._catalog.passages,
            passages=self.known().passages,
        )
        return search(query, k, where, index, self._reranker, self._sentences)

    def holds(self, word: str) -> bool:
        """Whether any passage has the word."""
        return bool(self._by_words([word], 1, None))

    def known(self) -> Holdings:
        """What the corpus has that a question can name, as of now."""
        with self._guard:
            return self._known.get(self._catalog.meta("revision"), self._look)

    def _look(self) -> Holdings:
        groups = self._groups()
        days = [(date.fromisoformat(d) if d else None, count) for d, count in self._catalog.numbers_of("published")]
        facets = make_facets(self._catalog.numbers_of("publisher"), days, groups)
        database = self._catalog.database
        passages = self._catalog.counts()["passages"]
        names = Spellings(
            partial(lexical.words, database),
            partial(lexical.count, database),
            passages,
            lambda stem: self._texts(lexical.holding(database, stem, 3)),
        )
        return Holdings(facets=facets, names=names, aliases=make_aliases(groups), passages=passages)

    def _groups(self) -> list[Group]:
        """The names for the same thing, as the user's file has them."""
        file = self._home / ALIASES_FILE
        return read_aliases(file.read_text(encoding="utf-8"), str(file)) if file.is_file() else []

    def _texts(self, passage_ids: Sequence[str]) -> list[str]:
        return [passage.text for passage, _ in self._catalog.passages(passage_ids).values()]

    def _fields(self, passage_ids: Sequence[str]) -> dict[str, PassageFields]:
        return {i: PassageFields(*of) for i, of in lexical.stems(self._catalog.database, passage_ids).items()}

    def _by_words(self, terms: Sequence[str], k: int, where: Filter | None) -> list[tuple[str, float]]:
        return lexical.search(self._catalog.database, terms, k, where)
