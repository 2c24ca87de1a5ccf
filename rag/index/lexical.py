"""Full text search in the catalog's file (SQLite FTS5, BM25).

Takes ready-made search terms; choosing them is the business of `retrieve`.
"""

import json
import sqlite3
from collections.abc import Sequence

import numpy as np

from rag.index.database import Database, Databases
from rag.index.passing import passing
from rag.models.arrays import Numbers
from rag.text import is_unspaced
from rag.text import words as words_of
from rag.types import Filter

# BM25 weights of title, publisher and text.
_WEIGHTS = "2.0, 1.0, 1.0"
# So many times that a passage has a term are ranked for a search; of those that pass a filter as many, if that is not
# so few of all that more than twice as many would have to be looked through.
RANKED, _LOOKED_THROUGH = 20_000, 2


_IN_PAIRS = "SELECT rowid FROM unspaced WHERE unspaced MATCH ?"


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
    unspaced = [term for term in terms if is_unspaced(term)]
    spaced = [term for term in terms if term not in unspaced]
    with database.reading() as db:
        among = passing(database, db, where) if where else None
        scores = dict(_by_pairs(db, unspaced, k, among) if unspaced else ())
        for number, score in _ranked(db, spaced, k, among) if spaced else ():
            scores[number] = scores.get(number, 0.0) + score
        ids = dict(
            db.execute(
                "SELECT number, id FROM passages WHERE number IN (SELECT value FROM json_each(?))",
                (json.dumps(list(scores)),),
            ).fetchall()
        )
    ranked = sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))[:k]
    return [(ids[number], score) for number, score in ranked]


def _ranked(db: sqlite3.Connection, terms: Sequence[str], k: int, among: Numbers | None) -> list[tuple[int, float]]:
    """The k best passages as (number, score), of all or of some."""
    (last,) = db.execute("SELECT coalesce(max(number), 0) FROM passages").fetchone()
    if among is None:
        # The index ranks by itself, in a third of the time; it holds no article that is on its way out.
        return db.execute(
            "SELECT rowid, -rank FROM passage_index WHERE passage_index MATCH ? "
            f"AND rank MATCH 'bm25({_WEIGHTS})' ORDER BY rank LIMIT ?",
            (_matched(db, terms, RANKED, last), k),
        ).fetchall()
    # To match takes an eighth of the time that ranking takes: so all are matched, and those that pass are ranked.
    most = int(min(RANKED * last / max(len(among), 1), _LOOKED_THROUGH * RANKED))
    matched = _matched(db, terms, most, last)
    numbers = db.execute("SELECT rowid FROM passage_index WHERE passage_index MATCH ?", (matched,)).fetchall()
    there = np.intersect1d(np.array(numbers, np.int64).ravel(), among)
    return db.execute(
        f"SELECT rowid, -bm25(passage_index, {_WEIGHTS}) AS score FROM passage_index WHERE passage_index MATCH ? "
        "AND +rowid IN (SELECT value FROM json_each(?)) ORDER BY score DESC, rowid LIMIT ?",
        (matched, json.dumps(there.tolist()), k),
    ).fetchall()


def _by_pairs(db: sqlite3.Connection, terms: Sequence[str], k: int, among: Numbers | None) -> list[tuple[int, float]]:
    """The passages with most of these terms of a script without spaces, as (number, how many), of all or of some."""
    found = np.concatenate([
        np.fromiter((n for (n,) in db.execute(_IN_PAIRS, (_pairs_of(db, term),))), np.int64) for term in terms
    ])  # fmt: skip
    numbers, scores = np.unique(found if among is None else found[np.isin(found, among)], return_counts=True)
    best = np.lexsort((numbers, -scores))[:k]
    return list(zip(numbers[best].tolist(), scores[best].tolist(), strict=True))


def _pairs_of(db: sqlite3.Connection, term: str) -> str:
    """What to match for a term: all its pairs of characters; for a character that stands alone, any that has it."""
    with_it = "SELECT word FROM words WHERE length(?1) = 1 AND instr(word, ?1)"
    pairs = filter(is_unspaced, words_of(term))
    each = ([pair, *(word for (word,) in db.execute(with_it, (pair,)))] for pair in pairs)
    return " AND ".join(f"({' OR '.join(map(_quoted, some))})" for some in each) or '""'


def stems(database: Databases, passage_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """The title, publisher and kept stems (`rag.text.stemmed`) of passages, by id; ids that are gone are left out."""
    found: dict[str, tuple[str, str, str]] = {}
    for part in database.parts:
        rows = part.rows(
            "SELECT p.id, a.title, coalesce(a.publisher, ''), s.stems FROM passages p "
            "JOIN articles a ON a.id = p.article_id JOIN stems s ON s.passage = p.number "
            "WHERE p.id IN (SELECT value FROM json_each(?)) AND a.state != 'removing'",
            json.dumps(list(passage_ids)),
        )
        found = {i: (title, publisher, kept) for i, title, publisher, kept in rows} | found
    return found


def holding(database: Databases, word: str, k: int) -> list[str]:
    """The ids of a few passages with a word: the best, or the first ones where it would take long to rank them all."""
    first = "SELECT id FROM passage_index i JOIN passages p ON p.number = i.rowid WHERE passage_index MATCH ? LIMIT ?"
    for part in database.parts:
        with part.reading() as db:
            if _count(db, _quoted(word), RANKED + 1) > RANKED:
                return [i for (i,) in db.execute(first, (_quoted(word), k))]
    return [i for i, _ in search(database, [word], k)]


def words(database: Databases) -> list[str]:
    """The words of the passages, stemmed; perhaps also some of passages that are gone."""
    found: list[str] = []
    for part in database.parts:
        found += [word for (word,) in part.rows("SELECT word FROM words")]  # in order: it is their key
    return sorted(set(found)) if len(database.parts) > 1 else found


def count(database: Databases, word: str, most: int) -> int:
    """How many passages have a word, counted up to about that many."""
    found = 0
    for part in database.parts:
        with part.reading() as db:
            found += _count(db, _quoted(word), most)
    return found


def _count(db: sqlite3.Connection, matched: str, most: int) -> int:
    sql = "SELECT count(*) FROM (SELECT 1 FROM passage_index WHERE passage_index MATCH ? LIMIT ?)"
    return db.execute(sql, (matched, most)).fetchone()[0]


def _matched(db: sqlite3.Connection, terms: Sequence[str], most: int, last: int) -> str:
    """What to match: any of the terms; where they stand too often for all to be ranked, the rarest of them.

    To rank takes microseconds for each time that a passage has a term. What the words tell that are left out is
    little beside the others (their BM25 weight falls with the logarithm of their number), and what is found is
    weighed by all words afterwards. Nothing is matched where every term is too frequent.
    """
    chosen, found = list(terms), 0
    if last * len(terms) > most:
        counts = {term: _count(db, _quoted(term), most + 1) for term in terms}
        chosen = []
        for term in sorted(terms, key=counts.__getitem__):
            found += counts[term]
            if found > most:
                break
            chosen.append(term)
    return " OR ".join(map(_quoted, chosen)) or '""'
