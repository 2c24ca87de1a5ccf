"""Exact vector search over the embeddings in the catalog, which is never wrong about what it returns.

A small corpus is compared whole. In a larger one the passages are first told apart by the signs of their dimensions,
48 bytes each of the default model's, and the nearest by those are compared by their embeddings: binary quantization
with rescoring. It answers up to a size, when the vector index can't, and for what that doesn't hold yet.
"""

import json
import sqlite3
import threading
from dataclasses import dataclass

import numpy as np

from rag.index.database import Database, Latest, revision_of
from rag.index.passing import passing
from rag.index.rows import PASSAGES_OF
from rag.models.arrays import Matrix, Numbers, Signs, Vector, signs_of
from rag.types import Filter

# Up to so many passages the embeddings themselves are kept in memory (31 MB at 384 dimensions), beyond their signs.
KEPT_EMBEDDINGS = 20_000
# For each passage that is wanted so many are compared by their embeddings, and never fewer than so many. What share of
# the nearest they hold: `bench/scale.py`.
_OVER, _LEAST = 20, 1_000
_BLOCK = 1 << 15  # passages


@dataclass(frozen=True, slots=True)
class _Read:
    """What is read of the catalog's passages: their numbers, in order, and vectors or signs.

    `signs` has a column a passage: a question's are compared with all passages' a word at a time.
    """

    numbers: Numbers
    vectors: Matrix | None
    signs: Signs

    def nearest(self, vector: Vector, k: int, rows: Numbers | None) -> Numbers:
        """The numbers of the passages to compare for the k nearest, of all or of some rows."""
        numbers = self.numbers if rows is None else self.numbers[rows]
        if self.vectors is not None:
            # Not `@`: BLAS would share this millisecond's work among threads, and wait for the slowest of them.
            far = -np.einsum("ij,j->i", self.vectors if rows is None else self.vectors[rows], vector)
        else:
            k = max(_OVER * k, _LEAST)
            if k >= len(numbers):
                return numbers
            signs, own = self.signs if rows is None else self.signs[:, rows], signs_of(vector[None])[0]
            far = np.zeros(len(numbers), np.uint16)
            for start in range(0, len(numbers), _BLOCK):  # what is compared at a time stays in the processor's cache
                block = slice(start, start + _BLOCK)
                for column, word in zip(signs, own, strict=True):
                    far[block] += np.bitwise_count(column[block] ^ word)
            # As many as differ in so many signs at most, those that differ in as many as the last of them too.
            return numbers[far <= np.searchsorted(np.cumsum(np.bincount(far)), k)]
        return numbers[np.argpartition(far, k - 1)[:k]] if k < len(numbers) else numbers


class ExactSearch:
    """Cosine search over the catalog's file. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use the catalog's file."""
        self._database = database
        self._guard = threading.Lock()
        self._kept = Latest[_Read]()

    def search(
        self, vector: Vector, k: int, where: Filter | None = None, *, pending_only: bool = False
    ) -> list[tuple[str, float]]:
        """The k nearest passages as (passage id, cosine), best first. `vector` has length 1."""
        with self._database.reading() as db:
            with self._guard:
                kept = self._kept.get(revision_of(db), lambda: _read(db))
                rows = self._rows(db, kept, where, pending_only) if where or pending_only else None
            found = db.execute(
                "SELECT p.id, p.embedding FROM json_each(?) CROSS JOIN passages p ON p.number = value "
                "WHERE p.embedding IS NOT NULL",
                (json.dumps(kept.nearest(vector, k, rows).tolist()),),
            ).fetchall()
        if not found:
            return []
        matrix = np.frombuffer(b"".join(blob for _, blob in found), "<f4").reshape(len(found), -1)
        scores = np.einsum("ij,j->i", matrix, vector)
        least = np.partition(scores, -k)[-k] if k < len(scores) else -np.inf
        best = [(found[row][0], float(scores[row])) for row in np.flatnonzero(scores >= least)]
        return sorted(best, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _rows(self, db: sqlite3.Connection, kept: _Read, where: Filter | None, pending_only: bool) -> Numbers:
        """Which of what is kept pass the filter."""
        rows = np.arange(len(kept.numbers))
        if where:
            rows = _places(kept.numbers, passing(self._database, db, where))
        if pending_only:
            waiting = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE a.state = 'pending'").fetchall()
            rows = rows[np.isin(kept.numbers[rows], np.array(waiting, np.int64).ravel())]
        return rows


def _places(numbers: Numbers, some: Numbers) -> Numbers:
    """Where some numbers stand among others, both in order; those that aren't there are left out."""
    at = np.searchsorted(numbers, some)
    at = at[at < len(numbers)]  # those behind the last are the last of `some` too
    return at[numbers[at] == some[: len(at)]]


def _read(db: sqlite3.Connection) -> _Read:
    rows = db.execute("SELECT passage, bits FROM signs ORDER BY passage").fetchall()
    if not rows:
        return _Read(np.zeros(0, np.int64), None, np.zeros((0, 0), np.uint64))
    (dimensions,) = db.execute("SELECT length(embedding) / 4 FROM passages WHERE number = ?", (rows[0][0],)).fetchone()
    signs = np.frombuffer(b"".join(bits for _, bits in rows), np.uint64).reshape(-1, -(-dimensions // 64))
    first, size = np.fromiter((number for number, _ in rows), np.int64), 8 * signs.shape[1]
    passages = np.fromiter((len(bits) // size for _, bits in rows), np.int64)
    numbers = np.arange(len(signs)) + np.repeat(first - np.cumsum(passages) + passages, passages)
    vectors = None
    if len(numbers) <= KEPT_EMBEDDINGS:
        blobs = db.execute("SELECT embedding FROM passages WHERE embedding IS NOT NULL ORDER BY number")
        vectors = np.frombuffer(b"".join(blob for (blob,) in blobs), "<f4").reshape(len(numbers), -1)
    gone = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE a.state = 'removing'").fetchall()
    if gone:
        there = np.isin(numbers, np.array(gone).ravel(), invert=True)
        numbers, signs, vectors = numbers[there], signs[there], vectors[there] if vectors is not None else None
    return _Read(numbers, vectors, np.ascontiguousarray(signs.T))
