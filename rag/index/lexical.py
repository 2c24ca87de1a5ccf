"""Full text search in the catalog's file (SQLite FTS5, BM25).

Takes ready-made search terms; choosing them is the business of `retrieve`.
"""

from collections.abc import Sequence

from rag.index.database import Database
from rag.index.rows import where_sql
from rag.types import Filter

# BM25 weights of title, publisher and text.
_WEIGHTS = "2.0, 1.0, 1.0"


def _quoted(term: str) -> str:
    """A term as an FTS5 string, so that no character in it is read as an operator: `u.s` or `"` or `NEAR`."""
    return '"' + term.replace('"', '""') + '"'


def search(database: Database, terms: Sequence[str], k: int, where: Filter | None = None) -> list[tuple[str, float]]:
    """The best passages that hold any of the terms, as (passage id, BM25 score; higher is better)."""
    if not terms:
        return []
    match = " OR ".join(map(_quoted, terms))
    condition, values = where_sql(where)
    with database.reading() as db:
        if where is None:
            # The index ranks by itself, in a third of the time; it holds no article that is on its way out.
            rows = db.execute(
                "SELECT p.id, -best.rank FROM (SELECT rowid, rank FROM passage_index WHERE passage_index MATCH ? "
                f"AND rank MATCH 'bm25({_WEIGHTS})' ORDER BY rank LIMIT ?) best "
                "JOIN passages p ON p.number = best.rowid ORDER BY best.rank, p.number",
                (match, k),
            ).fetchall()
        else:
            rows = db.execute(
                f"SELECT p.id, -bm25(passage_index, {_WEIGHTS}) AS score FROM passage_index "
                "JOIN passages p ON p.number = passage_index.rowid JOIN articles a ON a.id = p.article_id "
                f"WHERE passage_index MATCH ? AND {condition} ORDER BY score DESC, p.number LIMIT ?",
                (match, *values, k),
            ).fetchall()
    return [(pid, score) for pid, score in rows]
