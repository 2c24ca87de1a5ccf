"""Full text search in the catalog's file (SQLite FTS5, BM25).

Takes ready-made search terms; choosing them is the business of `retrieve`.
"""

import json
from collections import Counter
from collections.abc import Sequence

from rag.index.database import Database, Databases
from rag.index.rows import where_sql
from rag.text import is_unspaced
from rag.types import Filter

# BM25 weights of title, publisher and text.
_WEIGHTS = "2.0, 1.0, 1.0"


def _quoted(term: str) -> str:
    """A term as an FTS5 string, so that no character in it is read as an operator: `u.s` or `"` or `NEAR`."""
    return '"' + term.replace('"', '""') + '"'


def search(database: Databases, terms: Sequence[str], k: int, where: Filter | None = None) -> list[tuple[str, float]]:
    """The best passages that hold any of the terms, as (passage id, BM25 score; higher is better)."""
    found = [hit for part in database.parts for hit in _search(part, terms, k, where)]
    return sorted(dict(found).items(), key=lambda hit: -hit[1])[:k] if len(database.parts) > 1 else found


def _search(database: Database, terms: Sequence[str], k: int, where: Filter | None) -> list[tuple[str, float]]:
    if not terms:
        return []
    if parts := [term for term in terms if is_unspaced(term)]:
        scores = dict(_by_parts(database, parts, k, where))
        for i, score in _search(database, [term for term in terms if term not in parts], k, where):
            scores[i] = scores.get(i, 0.0) + score
        return sorted(scores.items(), key=lambda found: (-found[1], found[0]))[:k]
    matched = " OR ".join(map(_quoted, terms))
    with database.reading() as db:
        if where:
            condition, values = where_sql(where)
            ranked = (
                f"SELECT rowid AS number, -bm25(passage_index, {_WEIGHTS}) AS score FROM passage_index "
                "WHERE passage_index MATCH ? AND +rowid IN "
                f"(SELECT p.number FROM passages p JOIN articles a ON a.id = p.article_id WHERE {condition}) "
                "ORDER BY score DESC, rowid LIMIT ?"
            )
        else:
            # The index ranks by itself, in a third of the time; it holds no article that is on its way out.
            values = []
            ranked = (
                "SELECT rowid AS number, -rank AS score FROM passage_index WHERE passage_index MATCH ? "
                f"AND rank MATCH 'bm25({_WEIGHTS})' ORDER BY rank LIMIT ?"
            )
        rows = db.execute(
            f"SELECT p.id, r.score FROM ({ranked}) r JOIN passages p ON p.number = r.number "
            "ORDER BY r.score DESC, r.number",
            (matched, *values, k),
        ).fetchall()
    return [(pid, score) for pid, score in rows]


def _by_parts(database: Database, parts: Sequence[str], k: int, where: Filter | None) -> list[tuple[str, float]]:
    """The passages that hold most of these pairs of characters, as (passage id, how many of them).

    FTS5 takes a whole run of Chinese for one word, so the kept stems are read instead, which takes longer.
    """
    condition, values = where_sql(where) if where else ("a.state != 'removing'", [])
    score = " + ".join(["(instr(s.stems, ?) > 0)"] * len(parts))
    with database.reading() as db:
        return db.execute(
            f"SELECT id, score FROM (SELECT p.id AS id, {score} AS score FROM passages p JOIN articles a "
            f"ON a.id = p.article_id JOIN stems s ON s.passage = p.number WHERE {condition}) "
            "WHERE score > 0 ORDER BY score DESC, id LIMIT ?",
            (*parts, *values, k),
        ).fetchall()


def stems(database: Databases, passage_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """The title, publisher and kept stems (`rag.text.stemmed`) of passages, by id; ids that are gone are left out."""
    found: dict[str, tuple[str, str, str]] = {}
    for part in database.parts:
        with part.reading() as db:
            rows = db.execute(
                "SELECT p.id, a.title, coalesce(a.publisher, ''), s.stems FROM passages p "
                "JOIN articles a ON a.id = p.article_id JOIN stems s ON s.passage = p.number "
                "WHERE p.id IN (SELECT value FROM json_each(?)) AND a.state != 'removing'",
                (json.dumps(list(passage_ids)),),
            )
            for i, title, publisher, told in rows:
                found.setdefault(i, (title, publisher, told))
    return found


def vocabulary(database: Databases) -> dict[str, int]:
    """The words of the full text index, stemmed, each with how many passages have it."""
    found: Counter[str] = Counter()
    for part in database.parts:
        with part.reading() as db:
            db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab (main, passage_index, row)")
            found.update(dict(db.execute("SELECT term, doc FROM vocabulary").fetchall()))
    return dict(found)
