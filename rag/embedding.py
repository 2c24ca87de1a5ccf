"""The embedding model that a corpus is made with: loaded once, held against what the catalog notes of it.

A question is embedded once, for its passages and for its clauses, on a thread of its own while it is searched for by
its words. Knows nothing of indexes, articles or answers.
"""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from rag.errors import HomeError, IndexMismatchError
from rag.index.catalog import Catalog
from rag.models.arrays import Matrix, Vector
from rag.models.embed import Embedder, embed_question, load_embedder
from rag.retrieve.query import clauses
from rag.settings import Settings

# Special tokens that a model puts around a text; a passage leaves room for them and for its header.
_SPECIAL_TOKENS = 2
_HEADER_TOKENS = 30
SPLITTER_VERSION = 1


class Embedding:
    """The model of one corpus. Safe to use from several threads."""

    def __init__(
        self, settings: Settings, catalog: Catalog, embedder: Embedder | None, shared: "Embedding | None"
    ) -> None:
        """Use `embedder`, else the shared corpus's, else the one that the settings name, loaded when first needed."""
        self._settings = settings
        self._catalog = catalog
        self._model = embedder
        self._shared = shared
        self._guard = threading.Lock()
        self._beside = ThreadPoolExecutor(thread_name_prefix="embed")
        self._of_question = lru_cache(64)(self._begin)

    def close(self) -> None:
        """End the thread that embeds questions."""
        self._beside.shutdown(cancel_futures=True)

    @property
    def model(self) -> Embedder:
        """The model, loaded when first needed."""
        with self._guard:
            if self._model is None:
                shared, settings = self._shared, self._settings
                self._model = shared.model if shared else load_embedder(settings.embedder, settings.cache)
            return self._model

    def begin(self, question: str) -> None:
        """Have a question embedded meanwhile."""
        self._of_question(question)

    def question(self, text: str) -> Vector:
        """The vector of a question, of length 1."""
        return self._vectors(text)[0]

    def clauses(self, text: str) -> Matrix:
        """The vectors of a question's clauses, shape (clauses, dimensions), each of length 1."""
        return self._vectors(text)[1]

    def texts(self, texts: Sequence[str]) -> Matrix:
        """The vectors of other texts, shape (len(texts), dimensions), each of length 1."""
        return self.model.embed(texts)

    def _begin(self, text: str) -> Future[tuple[Vector, Matrix]]:
        try:
            return self._beside.submit(lambda: embed_question(self.model, text, clauses(text)))
        except RuntimeError as e:  # the pool is shut down
            raise HomeError(f"the corpus in {self._settings.home} is closed: open it again") from e

    def _vectors(self, text: str) -> tuple[Vector, Matrix]:
        try:
            return self._of_question(text).result()
        except Exception:
            self._of_question.cache_clear()  # it may go better the next time
            raise

    # What the catalog was made with

    @property
    def passage_tokens(self) -> int:
        """How many of the model's tokens a passage has at most."""
        most = self.model.max_tokens - _SPECIAL_TOKENS - _HEADER_TOKENS
        return min(self._settings.passage_tokens or most, most)

    @property
    def fingerprint(self) -> str:
        """Model and passage lengths, as the catalog notes them."""
        parts = {
            "embedder": self.model.name,
            "dimensions": self.model.dimensions,
            "passage_tokens": self.passage_tokens,
            "splitter": SPLITTER_VERSION,
        }
        return json.dumps(parts)

    def check_name(self) -> None:
        """As `check`, by the model's name alone, without loading it: for when nothing is new."""
        stored = json.loads(self._catalog.meta("fingerprint") or "{}").get("embedder")
        if stored not in (None, self._model.name if self._model else self._settings.embedder):
            self.check()

    def check(self) -> None:
        """See that the catalog was made with this model and these passage lengths.

        Raises:
            IndexMismatchError: it was made with others.
        """
        stored, configured = self._catalog.meta("fingerprint"), self.fingerprint
        if stored is not None and stored != configured:
            raise IndexMismatchError(
                f"the corpus in {self._settings.home} was indexed with {stored}, the settings say {configured}: "
                "run `rag ingest --rebuild`, or set them as they were"
            )

    def note(self) -> None:
        """Note in the catalog what it is made with, unless it was made with something else.

        Raises:
            IndexMismatchError: it was.
        """
        self.check()
        self._catalog.set_meta("fingerprint", self.fingerprint)
