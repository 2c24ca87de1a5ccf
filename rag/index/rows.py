"""Rows of the catalog: articles and sources to and from SQLite, inside somebody else's transaction.

Knows the tables; which changes belong together is the business of `catalog`.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from rag.errors import HomeError
from rag.index.database import RESTORE
from rag.models.arrays import Matrix, signs_of
from rag.text import pairs, stemmed, stems
from rag.types import Article, Filter, Passage, Statement

_FIELDS = tuple(f.name for f in fields(Article) if f.name != "path")
# An article may lie in several files; its path is that of the file ingested first.
ARTICLE = (
    ", ".join(f"a.{f}" for f in _FIELDS)
    + ", (SELECT s.path FROM sources s WHERE s.article_id = a.id ORDER BY s.rowid LIMIT 1) AS path"
)
# As ARTICLE, without the text: for lists.
HEAD = ARTICLE.replace("a.text", "'' AS text")
# What a list can be ordered by; a date that is unknown comes last, an outlet too.
ORDERS = {
    "newest": "a.published DESC, a.rowid",
    "oldest": "a.published NULLS LAST, a.rowid DESC",
    "title": "casefold(a.title), a.rowid",
    "outlet": "a.publisher IS NULL, casefold(a.publisher), a.published DESC, a.rowid",
}
# From the articles to their passages: SQLite, left to itself, may read all passages to find a few articles'.
PASSAGES_OF = "articles a CROSS JOIN passages p ON p.article_id = a.id"
SOURCE = "key, part, path, digest, article_id, edits, fields"
# What a file states of an article, beside its text.
_STATED = tuple(f for f in _FIELDS if f not in ("id", "text", "story"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place an article was read from.

    `key` tells files apart and `part` the articles of one file; `path` is what the user called it. `edits` are the
    fields that the user set for it. `fields` are what this file states of the article (`fields_json`), with the edits;
    the article has those of its first source. Empty leaves the article's as they are.
    """

    key: str
    path: str
    digest: str
    article_id: str
    part: str = ""
    edits: dict[str, str] | None = None
    fields: str = ""


def where_sql(where: Filter | None) -> tuple[str, list[str]]:
    """SQL on `articles a` for a filter, and its values. Articles on their way out never pass."""
    parts, values = ["a.state != 'removing'"], list[str]()
    if where is not None:
        if where.publishers is not None:
            parts.append(
                "a.publisher IN (SELECT name FROM outlets WHERE casefold(name) IN (SELECT value FROM json_each(?)))"
            )
            values.append(json.dumps(where.publishers))
        if where.articles is not None:
            parts.append("a.id IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(where.articles))
        for tag in where.tags:
            parts.append(
                "a.id IN (SELECT article_id FROM tagged WHERE tag IN (SELECT name FROM tags WHERE casefold(name) = ?))"
            )
            values.append(tag)
        for operator, day in ((">=", where.after), ("<=", where.before)):
            if day is not None:
                parts.append(f"a.published {operator} ?")
                values.append(day.isoformat())
    return " AND ".join(parts), values


T = TypeVar("T")


def _sound(read: Callable[..., T]) -> Callable[..., T]:
    """What reads a row; one whose values are none that were written is damage."""

    @wraps(read)
    def checked(*row: Any) -> T:
        try:
            return read(*row)
        except (ValueError, TypeError, KeyError) as e:
            raise HomeError(f"the catalog is damaged (a row cannot be understood: {e}): {RESTORE}") from e

    return checked


@_sound
def article_of(row: Sequence[Any]) -> Article:
    """The article of a row selected as `ARTICLE`."""
    values = dict(zip((*_FIELDS, "path"), row, strict=True))
    values["published"] = date.fromisoformat(values["published"]) if values["published"] else None
    values["captions"] = tuple((start, end) for start, end in json.loads(values["captions"]))
    values["tags"], values["pages"] = tuple(json.loads(values["tags"])), tuple(json.loads(values["pages"]))
    values["provenance"] = json.loads(values["provenance"])
    values["path"] = values["path"] or ""
    return Article(**values)


@_sound
def source_of(row: Sequence[Any]) -> Source:
    """The source of a row selected as `SOURCE`."""
    key, part, path, digest, article_id, edits, fields = row
    return Source(
        key=key, part=part, path=path, digest=digest, article_id=article_id, edits=json.loads(edits), fields=fields
    )


def _columns(article: Article) -> dict[str, Any]:
    """An article's fields, but for its path, as its row has them."""
    return {f: getattr(article, f) for f in _FIELDS} | {
        "published": article.published.isoformat() if article.published else None,
        "story": article.story or article.id,
        "captions": json.dumps(article.captions),
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "pages": json.dumps(article.pages),
        "provenance": json.dumps(dict(article.provenance), ensure_ascii=False, sort_keys=True),
    }


def fields_json(article: Article, removed: Sequence[tuple[str, str]]) -> str:
    """What a file states of an article, and what was left out of it as (text, reason), as a source keeps it."""
    columns = _columns(article)
    stated = {f: columns[f] for f in _STATED} | {"removed": json.dumps(list(removed), ensure_ascii=False)}
    return json.dumps(stated, ensure_ascii=False, sort_keys=True)


def edit_sources(db: sqlite3.Connection, article: Article, edits: dict[str, str]) -> None:
    """Keep the fields that the user set with every place of an article, each of which states fields of its own."""
    columns = _columns(article)
    names = [*edits, *(["published_from"] if "published" in edits else [])]
    rows = db.execute(f"SELECT {SOURCE} FROM sources WHERE article_id = ?", (article.id,)).fetchall()
    for source in map(source_of, rows):
        fields = source.fields
        if fields:
            stated: dict[str, Any] = json.loads(fields)
            provenance = json.loads(stated["provenance"]) | {name: article.provenance[name] for name in edits}
            stated |= {name: columns[name] for name in names}
            stated["provenance"] = json.dumps(provenance, ensure_ascii=False, sort_keys=True)
            fields = json.dumps(stated, ensure_ascii=False, sort_keys=True)
        kept = json.dumps((source.edits or {}) | edits, ensure_ascii=False)
        db.execute(
            "UPDATE sources SET edits = ?, fields = ? WHERE key = ? AND part = ?",
            (kept, fields, source.key, source.part),
        )


@_sound
def statements_of(article_id: str, statements: str) -> list[Statement]:
    """The statements of a row of the table."""
    return [_statement(article_id, **values) for values in json.loads(statements)]


def _statement(article_id: str, *, content: Any, cue: Any, source: Any, **others: Any) -> Statement:
    # JSON has no tuples: each span comes back as a list.
    return Statement(
        article_id=article_id,
        content=tuple((start, end) for start, end in content),
        cue=cue and tuple(cue),
        source=source and tuple(source),
        **others,
    )


def next_revision(db: sqlite3.Connection) -> int:
    """The catalog's revision, counted up."""
    (value,) = db.execute(
        "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'revision' RETURNING value"
    ).fetchone()
    return int(value)


def next_generation(db: sqlite3.Connection) -> None:
    """The vector index's generation, counted up: the next one to be opened is a new one."""
    db.execute(
        "INSERT INTO meta VALUES ('generation', '2') ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
    )


def write_article(
    db: sqlite3.Connection, article: Article, passages: Sequence[Passage], embeddings: Matrix | None, removed: str,
    bands: Iterable[int], sentences: Sequence[Matrix] | None, statements: Iterable[Statement],
) -> None:  # fmt: skip
    """Write an article, `pending`, with all that is kept of it, over the one with its id, whose sources stay."""
    db.execute("PRAGMA defer_foreign_keys = ON")
    unindex(db, article.id)
    db.execute("DELETE FROM articles WHERE id = ?", (article.id,))
    row = _columns(article) | {"removed": removed, "state": "pending", "passages": len(passages)}
    row["revision"] = next_revision(db)
    columns, marks = ", ".join(row), ", ".join(f":{f}" for f in row)
    db.execute(f"INSERT INTO articles ({columns}) VALUES ({marks})", row)
    _put_tags(db, article.id, str(row["tags"]))
    seen = {*stems(article.title), *stems(article.publisher or "")}
    for i, p in enumerate(passages):
        blob = None if embeddings is None else embeddings[i].astype("<f4").tobytes()
        number = db.execute(
            "INSERT INTO passages (id, article_id, start, end, embedding) VALUES (?, ?, ?, ?, ?)",
            (p.id, article.id, p.start, p.end, blob),
        ).lastrowid
        stemmed_text = stemmed(p.text)
        db.execute("INSERT INTO stems VALUES (?, ?)", (number, stemmed_text))
        seen.update(stemmed_text.split())
        if i == 0 and embeddings is not None:  # those behind are numbered on from here
            db.execute("INSERT INTO signs VALUES (?, ?)", (number, signs_of(embeddings).tobytes()))
        if sentences is not None:
            db.execute("INSERT INTO sentences VALUES (?, ?)", (number, sentences[i].astype("<f2").tobytes()))
        db.execute(
            "INSERT INTO passage_index (rowid, title, publisher, text) VALUES (?, ?, ?, ?)",
            (number, article.title, article.publisher, p.text),
        )
    _put_words(db, seen)
    _put_pairs(db, article.id)
    db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, article.id) for band in bands])
    kept = [{name: value for name, value in asdict(s).items() if name != "article_id"} for s in statements]
    db.execute("INSERT INTO statements VALUES (?, ?)", (article.id, json.dumps(kept, ensure_ascii=False)))


def _put_tags(db: sqlite3.Connection, article_id: str, tags: str) -> None:
    db.execute("DELETE FROM tagged WHERE article_id = ?", (article_id,))
    db.execute("INSERT OR IGNORE INTO tagged SELECT value, ? FROM json_each(?)", (article_id, tags))


def _put_words(db: sqlite3.Connection, words: Iterable[str]) -> None:
    db.executemany("INSERT OR IGNORE INTO words VALUES (?)", [(word,) for word in words if word.isalpha()])


def _put_pairs(db: sqlite3.Connection, article_id: str, *, delete: bool = False) -> None:
    """Write an article's pairs of characters into their index, or take out of it those that were written."""
    sql = "INSERT INTO unspaced (rowid, pairs) VALUES (?, ?)"
    if delete:
        sql = "INSERT INTO unspaced (unspaced, rowid, pairs) VALUES ('delete', ?, ?)"
    kept = db.execute(
        "SELECT s.passage, s.stems FROM passages p JOIN stems s ON s.passage = p.number WHERE p.article_id = ?",
        (article_id,),
    ).fetchall()
    db.executemany(sql, [(number, found) for number, stemmed_text in kept if (found := pairs(stemmed_text))])


def unindex(db: sqlite3.Connection, article_id: str) -> None:
    """Take an article's passages out of the full text index, which has to be told the text that it indexed."""
    row = db.execute("SELECT title, publisher, text, state FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None or row[3] == "removing":
        return
    title, publisher, text, _ = row
    _put_pairs(db, article_id, delete=True)
    db.executemany(
        "INSERT INTO passage_index (passage_index, rowid, title, publisher, text) VALUES ('delete', ?, ?, ?, ?)",
        [
            (number, title, publisher, text[start:end])
            for number, start, end in db.execute(
                "SELECT number, start, end FROM passages WHERE article_id = ?", (article_id,)
            ).fetchall()
        ],
    )


def put_sources(db: sqlite3.Connection, sources: Iterable[Source]) -> None:
    """Write sources, and settle the articles that they hold now and held before."""
    touched: dict[str, None] = {}
    for source in sources:
        place = (source.key, source.part)
        before = db.execute("SELECT article_id FROM sources WHERE key = ? AND part = ?", place).fetchone()
        # Not INSERT OR REPLACE: that would make a new row, and the order of rows says which source was first.
        edits = json.dumps(source.edits or {}, ensure_ascii=False)
        db.execute(
            f"INSERT INTO sources ({SOURCE}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key, part) DO UPDATE SET "
            "path = excluded.path, digest = excluded.digest, article_id = excluded.article_id, edits = excluded.edits, "
            "fields = excluded.fields",
            (*place, source.path, source.digest, source.article_id, edits, source.fields),
        )
        touched |= dict.fromkeys([*(before or ()), source.article_id])
    settle(db, touched)


def settle(db: sqlite3.Connection, article_ids: Iterable[str]) -> None:
    """Make articles what their first source says; one that none holds any more is on its way out: no search finds it.

    So all that is kept of an article comes from the one file that its path names.
    """
    for article_id in article_ids:
        source = db.execute(
            "SELECT fields FROM sources WHERE article_id = ? ORDER BY rowid LIMIT 1", (article_id,)
        ).fetchone()
        row = db.execute(f"SELECT state, removed, {ARTICLE} FROM articles a WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            continue
        state, removed, *values = row
        article = article_of(values)
        if source is None:
            if state != "removing":
                unindex(db, article_id)
                _put_tags(db, article_id, "[]")
                _set(db, article_id, {"state": "removing"})
            continue
        fields = source[0]
        stated: dict[str, Any] = {}
        if fields and fields != fields_json(article, json.loads(removed)):
            stated = json.loads(fields)
        if not stated and state != "removing":
            continue
        unindex(db, article_id)
        if stated and stated["title"] != article.title:  # which is embedded with each passage
            db.execute("UPDATE passages SET embedding = NULL WHERE article_id = ?", (article_id,))
            db.execute(
                "DELETE FROM signs WHERE passage IN (SELECT number FROM passages WHERE article_id = ?)", (article_id,)
            )
            _put_words(db, stems(stated["title"]))
        _put_tags(db, article_id, stated["tags"] if stated else _columns(article)["tags"])
        _set(db, article_id, {**stated, "state": "pending"})
        db.execute(
            "INSERT INTO passage_index (rowid, title, publisher, text) SELECT t.number, t.title, t.publisher, t.text "
            "FROM passage_texts t JOIN passages p ON p.number = t.number WHERE p.article_id = ?",
            (article_id,),
        )
        _put_pairs(db, article_id)


def _set(db: sqlite3.Connection, article_id: str, columns: dict[str, Any]) -> None:
    """Write some of an article's columns, under a new revision."""
    columns = columns | {"revision": next_revision(db)}
    assigned = ", ".join(f"{name} = :{name}" for name in columns)
    db.execute(f"UPDATE articles SET {assigned} WHERE id = :id", columns | {"id": article_id})
