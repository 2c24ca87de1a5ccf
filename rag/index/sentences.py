"""The vectors of passages' sentences: those kept in the catalog, and made anew where none are kept.

Knows nothing of questions. A passage's sentences are those of `rag.text.sentence_spans`, in order.
"""

import json
from collections.abc import Callable, Sequence

import numpy as np

from rag.index.database import Databases
from rag.models.arrays import Matrix
from rag.text import sentence_spans
from rag.types import Passage


class SentenceVectors:
    """Looks up sentences' vectors by passage. Safe to use from several threads."""

    def __init__(self, database: Databases, embed: Callable[[Sequence[str]], Matrix]) -> None:
        """Use the catalog's file, and a model for sentences whose vectors are not kept."""
        self._database = database
        self._embed = embed

    def of(self, passages: Sequence[Passage]) -> list[Matrix]:
        """For each passage its sentences' vectors, shape (sentences, dimensions), float32, each row of length 1.

        Made on the spot, slowly, of passages that have none in the catalog or have them of other sentences.
        """
        found = kept_vectors(self._database, [p.id for p in passages])
        spans = {p.id: sentence_spans(p.text) for p in passages}
        lacking = [p for p in passages if len(found.get(p.id, ())) != len(spans[p.id])]
        if lacking:
            vectors = self._embed([p.text[start:end] for p in lacking for start, end in spans[p.id]])
            ends = np.cumsum([len(spans[p.id]) for p in lacking])
            found |= zip([p.id for p in lacking], np.split(vectors, ends[:-1]), strict=True)
        return [found[p.id] for p in passages]


def kept_vectors(database: Databases, passage_ids: Sequence[str]) -> dict[str, Matrix]:
    """The kept vectors of passages' sentences by passage id; passages that have none are left out."""
    found: dict[str, Matrix] = {}
    for part in database.parts:
        rows = part.rows(
            "SELECT p.id, s.vectors, length(p.embedding) FROM passages p JOIN sentences s ON s.passage = p.number "
            "WHERE p.id IN (SELECT value FROM json_each(?)) AND p.embedding IS NOT NULL",
            json.dumps(list(passage_ids)),
        )
        # An embedding has 4 bytes a dimension.
        found |= {i: np.frombuffer(b, "<f2").reshape(-1, size // 4).astype(np.float32) for i, b, size in rows}
    return found
