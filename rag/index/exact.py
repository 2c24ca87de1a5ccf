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

from rag.index.database import Database
from rag.index.passing import passing
from rag.index.rows import PASSAGES_OF
from rag.models.arrays import Matrix, Numbers, Signs, Vector, signs_of
from rag.types import Filter

# Up to so many passages the embeddings themselves are kept in memory (31 MB at 384 dimensions), beyond their signs.
KEPT_EMBEDDINGS = 20_000
# For each passage that is wanted so many are compared by their embeddings, and never fewer than so many. What share of
# the nearest they hold: `bench/scale.py`.
_OVER, _LEAST = 20, 1_000
_BATCH = 100_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """What is kept of the catalog's passages as of a revision: their numbers, in order, and vectors or signs.

    `signs` has a column a passage: a question's are compared with all passages' a word at a time.
    """

    revision: str
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
            far = np.zeros(len(numbers), np.uint16)
            for column, word in zip(self.signs, signs_of(vector[None])[0], strict=True) if k < len(numbers) else ():
                far += np.bitwise_count((column if rows is None else column[rows]) ^ word)
        return numbers[np.argpartition(far, k - 1)[:k]] if k < len(numbers) else numbers


class ExactSearch:
    """Cosine search over the catalog's file. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use the catalog's file."""
        self._database = database
        self._guard = threading.Lock()
        self._kept: _Kept | None = None

    def search(
        self, vector: Vector, k: int, where: Filter | None = None, *, pending_only: bool = False
    ) -> list[tuple[str, float]]:
        """The k nearest passages as (passage id, cosine), best first. `vector` has length 1."""
        with self._database.reading() as db:
            with self._guard:
                kept = self._now(db)
                rows = self._rows(db, kept, where, pending_only) if where or pending_only else None
            found = db.execute(
                "SELECT id, embedding FROM passages WHERE number IN (SELECT value FROM json_each(?)) "
                "AND embedding IS NOT NULL",
                (json.dumps(kept.nearest(vector, k, rows).tolist()),),
            ).fetchall()
        if not found:
            return []
        matrix = np.frombuffer(b"".join(blob for _, blob in found), "<f4").reshape(len(found), -1)
        scores = np.einsum("ij,j->i", matrix, vector)
        return sorted(((i, float(s)) for (i, _), s in zip(found, scores, strict=True)), key=lambda f: (-f[1], f[0]))[:k]

    def _now(self, db: sqlite3.Connection) -> _Kept:
        """What is kept of the catalog as it is, read anew when it has changed."""
        (revision,) = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
        if self._kept is None or self._kept.revision != revision:
            self._kept = _read(db, revision)
        return self._kept

    def _rows(self, db: sqlite3.Connection, kept: _Kept, where: Filter | None, pending_only: bool) -> Numbers:
        """Which of what is kept pass the filter."""
        rows = np.arange(len(kept.numbers))
        if where:
            rows = _places(kept.numbers, passing(self._database, db, where))
        if pending_only:
            waiting = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE a.state = 'pending'").fetchall()
            rows = rows[np.isin(kept.numbers[rows], np.array(waiting, np.int64).ravel())]
        return rows


def _places(numbers: Numbers, wanted: Numbers) -> Numbers:
    """Where the wanted numbers stand among others, both in order; those that aren't there are left out."""
    at = np.searchsorted(numbers, wanted)
    at = at[at < len(numbers)]  # those behind the last are the last of the wanted too
    return at[numbers[at] == wanted[: len(at)]]


def _read(db: sqlite3.Connection, revision: str) -> _Kept:
    parts = [(np.zeros(0, np.int64), b"")]
    (last,) = db.execute("SELECT coalesce(max(passage), 0) FROM signs").fetchone()
    for start in range(0, last + 1, _BATCH):  # joined to one text by SQLite: a row each would take three times as long
        numbers, bits = db.execute(
            "SELECT group_concat(passage), group_concat(hex(bits), '') FROM signs WHERE passage BETWEEN ? AND ?",
            (start, start + _BATCH - 1),
        ).fetchone()
        parts += [(np.fromstring(numbers, np.int64, sep=","), bytes.fromhex(bits))] if numbers else []
    numbers = np.concatenate([n for n, _ in parts])
    signs = np.frombuffer(b"".join(b for _, b in parts), np.uint64).reshape(max(len(numbers), 1), -1)
    gone = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE a.state = 'removing'").fetchall()
    there = np.isin(numbers, np.array(gone, np.int64).ravel(), invert=True)
    numbers, signs = numbers[there], np.ascontiguousarray(signs[: len(there)][there].T)
    vectors = None
    if 0 < len(numbers) <= KEPT_EMBEDDINGS:
        rows = db.execute("SELECT p.embedding FROM signs s JOIN passages p ON p.number = s.passage ORDER BY s.passage")
        vectors = np.frombuffer(b"".join(blob for (blob,) in rows), "<f4").reshape(len(there), -1)[there]
    return _Kept(revision, numbers, vectors, signs)
