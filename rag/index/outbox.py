"""What the vector index has yet to be told: articles to put in, articles to take out.

Reads and moves the states in the catalog's file; knows nothing of Chroma. The catalog is written first, so a
process killed at any moment leaves here all that is still to do.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rag.index.database import Database
from rag.index.rows import next_generation, next_revision
from rag.models.arrays import Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """What the vector index is told of one passage."""

    passage_id: str
    article_id: str
    publisher: str
    published: int
    tags: tuple[str, ...] = ()
    embedding: Vector


class Outbox:
    """The waiting lines between the catalog and the vector index."""

    def __init__(self, database: Database) -> None:
        """Use the catalog's file."""
        self.database = database

    def pending_rows(self, limit: int) -> tuple[list[IndexRow], list[tuple[str, int]]]:
        """Passages of articles that wait for the vector index, whole articles, about `limit` passages at most.

        Also those articles' (id, revision), for `mark_indexed`.
        """
        rows: list[IndexRow] = []
        marks: list[tuple[str, int]] = []
        with self.database.reading() as db:
            waiting = db.execute(
                "SELECT id, revision, coalesce(publisher, ''), published, tags FROM articles a WHERE state = 'pending' "
                "AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.article_id = a.id AND p.embedding IS NULL) LIMIT ?",
                (limit,),
            ).fetchall()
            for aid, revision, publisher, published, tags in waiting:
                if len(rows) >= limit:
                    break
                marks.append((aid, revision))
                day = int(published.replace("-", "")) if published else 0
                rows += [
                    IndexRow(passage_id=pid, article_id=aid, publisher=publisher, published=day,
                             tags=tuple(json.loads(tags)),
                             embedding=np.frombuffer(blob, "<f4"))
                    for pid, blob in db.execute("SELECT id, embedding FROM passages WHERE article_id = ?", (aid,))
                ]  # fmt: skip
        return rows, marks

    def mark_indexed(self, marks: Iterable[tuple[str, int]]) -> None:
        """The vector index holds these articles now, unless they changed after they were read."""
        with self.database.writing() as db:
            next_revision(db)
            db.executemany(
                "UPDATE articles SET state = 'indexed' WHERE id = ? AND revision = ? AND state = 'pending'", marks
            )

    def removing(self) -> dict[str, list[str]]:
        """Articles on their way out, each with its passage ids."""
        found: dict[str, list[str]] = {}
        for aid, pid in self.database.rows(
            "SELECT a.id, p.id FROM articles a LEFT JOIN passages p ON p.article_id = a.id WHERE a.state = 'removing'"
        ):
            found.setdefault(aid, []).extend([pid] if pid else [])
        return found

    def purge(self, article_ids: Iterable[str]) -> None:
        """Delete articles for good, those that still wait for it."""
        with self.database.writing() as db:
            next_revision(db)
            db.executemany("DELETE FROM articles WHERE id = ? AND state = 'removing'", ((i,) for i in article_ids))

    def start_anew(self) -> None:
        """The vector index's next generation is empty: everything has to go into it."""
        with self.database.writing() as db:
            next_generation(db)
            next_revision(db)
            db.execute("UPDATE articles SET state = 'pending' WHERE state = 'indexed'")

    def compare(self, held: set[str]) -> set[str]:
        """Hold what the vector index holds against the catalog: articles that lack a passage there have to go again.

        Returns:
            The ids of all passages. Of what waits, another process may have told a server already, and is to note it;
            what the index holds of others is left over.
        """
        with self.database.writing() as db:
            passages = db.execute(
                "SELECT p.id, a.id, a.state FROM passages p JOIN articles a ON a.id = p.article_id"
            ).fetchall()
            lacking = {article for passage, article, state in passages if state == "indexed" and passage not in held}
            next_revision(db)
            db.executemany("UPDATE articles SET state = 'pending' WHERE id = ?", ((i,) for i in lacking))
        return {passage for passage, _, _ in passages}

    def bounds(self) -> tuple[int, int]:
        """How many passages the vector index should hold: at least, and at most, with those that wait."""
        return self.database.rows(
            "SELECT coalesce(sum(passages) FILTER (WHERE state = 'indexed'), 0), coalesce(sum(passages), 0) "
            "FROM articles"
        )[0]

    def sample(self, number: int = 32) -> dict[str, Vector]:
        """Some of the passages that the vector index should hold, spread evenly over them, with their vectors."""
        with self.database.reading() as db:
            (last,) = db.execute("SELECT coalesce(max(number), 0) FROM passages").fetchone()
            rows = [
                db.execute(
                    "SELECT p.id, a.state, p.embedding FROM passages p JOIN articles a ON a.id = p.article_id "
                    "WHERE p.number = (SELECT max(number) FROM passages WHERE number <= ?)",
                    (last - n * last // number,),
                ).fetchone()
                for n in range(number)
            ]
        return {row[0]: np.frombuffer(row[2], "<f4") for row in rows if row and row[1] == "indexed"}

    def dimensions(self) -> int:
        """How many numbers a vector has; 1 where there is none."""
        rows = self.database.rows("SELECT length(embedding) FROM passages WHERE embedding IS NOT NULL LIMIT 1")
        return rows[0][0] // 4 if rows else 1
