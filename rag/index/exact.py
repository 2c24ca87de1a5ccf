"""Exact vector search over the embeddings in the catalog: slower than an index at size, and never wrong.

It answers for a small corpus, when the vector index can't, and for articles that the vector index doesn't hold yet.
"""

import threading
from collections.abc import Iterator

import numpy as np

from rag.index.arrays import Matrix, Vector
from rag.index.database import Database
from rag.index.rows import where_sql
from rag.types import Filter

# Kept in memory between questions up to this many embeddings (150 MB at 384 dimensions), read in blocks beyond.
KEPT_EMBEDDINGS = 100_000
_BLOCK = 20_000

Block = tuple[list[str], Matrix]


class ExactSearch:
    """Cosine search by brute force. Safe to use from several threads."""

    def __init__(self, database: Database) -> None:
        """Use the catalog's file."""
        self._database = database
        self._guard = threading.Lock()
        self._kept: dict[tuple[Filter | None, bool], tuple[str, list[Block]]] = {}

    def is_small(self, most: int) -> bool:
        """Whether there are at most so many passages."""
        with self._database.reading() as db:
            return db.execute("SELECT 1 FROM passages LIMIT 1 OFFSET ?", (most,)).fetchone() is None

    def search(
        self, vector: Vector, k: int, where: Filter | None = None, *, pending_only: bool = False
    ) -> list[tuple[str, float]]:
        """The k nearest passages as (passage id, cosine), best first. `vector` has length 1."""
        best: list[tuple[str, float]] = []
        for ids, matrix in self._blocks(where, pending_only):
            # Not `@`: BLAS would share this millisecond's work among threads, and wait for the slowest of them.
            scores = np.einsum("ij,j->i", matrix, vector)
            top = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
            best += [(ids[i], float(scores[i])) for i in top]
            best = sorted(best, key=lambda hit: (-hit[1], hit[0]))[:k]
        return best

    def _blocks(self, where: Filter | None, pending_only: bool) -> Iterator[Block]:
        """The embeddings in blocks, from memory when the catalog has not changed since they were read."""
        key = (where, pending_only)
        with self._database.reading() as db:
            (revision,) = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
            # The states of articles change without a new revision, and only `pending_only` looks at them.
            if pending_only:
                (waiting,) = db.execute("SELECT count(*) FROM articles WHERE state = 'pending'").fetchone()
                revision = f"{revision}/{waiting}"
            with self._guard:
                kept_revision, blocks = self._kept.get(key, ("", []))
                whole_revision, whole = self._kept.get((None, False), ("", []))
            if kept_revision == revision:
                yield from blocks
                return
            condition, values = where_sql(where)
            if where is not None and not pending_only and whole_revision == revision:
                rows = db.execute(
                    f"SELECT p.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE {condition}", values
                )
                yield from _narrowed(whole, {pid for (pid,) in rows})
                return
            rows = db.execute(
                "SELECT p.id, p.embedding FROM passages p JOIN articles a ON a.id = p.article_id "
                f"WHERE p.embedding IS NOT NULL AND {condition}" + (" AND a.state = 'pending'" if pending_only else ""),
                values,
            )
            keep: list[Block] = []
            size = 0
            while batch := rows.fetchmany(_BLOCK):
                matrix = np.frombuffer(b"".join(blob for _, blob in batch), "<f4").reshape(len(batch), -1)
                block = [pid for pid, _ in batch], matrix
                size += len(batch)
                keep = [*keep, block] if size <= KEPT_EMBEDDINGS else []
                yield block
        if size <= KEPT_EMBEDDINGS:
            with self._guard:
                # One filter's embeddings are kept beside the unfiltered ones: the last one that was asked for.
                self._kept = {k: v for k, v in self._kept.items() if k[0] is None} | {key: (revision, keep)}


def _narrowed(blocks: list[Block], passage_ids: set[str]) -> Iterator[Block]:
    """Those of the blocks' embeddings that are of these passages."""
    for ids, matrix in blocks:
        rows = [n for n, i in enumerate(ids) if i in passage_ids]
        yield [ids[n] for n in rows], matrix[rows]
