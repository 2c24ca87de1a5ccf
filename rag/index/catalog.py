"""The catalog: which articles there are, their passages, embeddings and states. The source of truth.

Every change is one transaction, so a search sees an article before or after it, never in between.
Knows nothing of models, files' formats or Chroma. Searching in it is in `lexical` and `exact`.
"""

import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from rag.errors import NotFoundError
from rag.index.database import Database, Latest, revision_of
from rag.index.rows import (
    ARTICLE,
    HEAD,
    ORDERS,
    SOURCE,
    Source,
    article_of,
    edit_sources,
    next_generation,
    next_revision,
    put_sources,
    settle,
    source_of,
    statements_of,
    where_sql,
    write_article,
)
from rag.models.arrays import Matrix
from rag.types import Article, Filter, Passage, Statement

# The files under a folder: "0" comes after "/".
_UNDER = "key >= ? || '/' AND key < ? || '0'"


class Catalog:
    """Articles, their sources and passages in one SQLite file. Safe to use from several threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open the catalog, and make it if it isn't there.

        Raises:
            HomeError: the file cannot be opened or written.
        """
        self.database = Database(path)
        self._counts = Latest[dict[str, int]]()
        self._passing = Latest[int](50)
        if not self.meta("corpus_id"):
            with self.database.writing() as db:
                db.execute("INSERT OR IGNORE INTO meta VALUES ('corpus_id', ?)", (uuid.uuid4().hex,))

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    # What is there

    def meta(self, key: str) -> str | None:
        """A stored setting of the corpus: fingerprint, corpus_id, generation, revision."""
        rows = self.database.rows("SELECT value FROM meta WHERE key = ?", key)
        return rows[0][0] if rows else None

    def set_meta(self, key: str, value: str) -> None:
        """Store a setting of the corpus."""
        with self.database.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    def counts(self) -> dict[str, int]:
        """How many articles and passages there are, and how many wait in each state; counted once a revision."""
        with self.database.reading() as db:
            return self._counts.get(revision_of(db), lambda: _counted(db))

    def count(self, where: Filter | None = None) -> int:
        """How many articles pass the filter."""
        if not where:
            return self.counts()["articles"]
        condition, values = where_sql(where)
        with self.database.reading() as db:
            sql = f"SELECT count(*) FROM articles a WHERE {condition}"
            return self._passing.get((revision_of(db), where), lambda: db.execute(sql, values).fetchone()[0])

    def undated(self) -> int:
        """How many articles have no known day of publication."""
        sql = "SELECT count(*) FROM articles WHERE published IS NULL AND state != 'removing'"
        return self.database.rows(sql)[0][0]

    def dates(self) -> tuple[str, str] | None:
        """The first and the last day of publication, None when no article has a known one."""
        ((first, last),) = self.database.rows(
            "SELECT (SELECT min(published) FROM articles WHERE state != 'removing'), "
            "(SELECT max(published) FROM articles WHERE state != 'removing')"
        )
        return (first, last) if first else None

    def articles(self, where: Filter | None = None) -> list[Article]:
        """All articles that pass the filter, the newest first, those without a date last."""
        condition, values = where_sql(where)
        sql = f"SELECT {ARTICLE} FROM articles a WHERE {condition} ORDER BY {ORDERS['newest']}"
        return self._selected(sql, *values)

    def listed(
        self, where: Filter | None = None, words: str = "", order: str = "newest", start: int = 0, most: int = 50,
        without: Sequence[str] = (),
    ) -> tuple[list[Article], int]:  # fmt: skip
        """A part of a list of the articles, their texts left out, and how many the whole list has.

        Each of the `words` stands in title, outlet, author or file name; `order` is newest, oldest, title or outlet;
        articles whose ids are in `without` are left out.
        """
        condition, values = where_sql(where)
        for word in words.casefold().split():
            condition += (
                " AND instr(casefold(a.title || ' ' || coalesce(a.publisher, '') || ' ' || coalesce(a.author, '') || "
                "' ' || coalesce((SELECT s.path FROM sources s WHERE s.article_id = a.id LIMIT 1), '')), ?)"
            )
            values.append(word)
        if without:
            condition += " AND a.id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(without)))
        with self.database.reading() as db:
            if words or without:
                (number,) = db.execute(f"SELECT count(*) FROM articles a WHERE {condition}", values).fetchone()
            else:
                number = self.count(where)
            rows = db.execute(
                f"SELECT {HEAD} FROM articles a WHERE {condition} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
                [*values, most, start],
            ).fetchall()
        return [article_of(row) for row in rows], number

    def article(self, article_id: str) -> Article:
        """The article with that id, or with the only id that begins so.

        Raises:
            NotFoundError: there is none, or several begin so.
        """
        found = self._selected(
            f"SELECT {ARTICLE} FROM articles a WHERE a.id >= ? AND a.id < ? AND a.state != 'removing' LIMIT 3",
            article_id,
            article_id + chr(0x10FFFF),
        )
        exact = [a for a in found if a.id == article_id] or (found if article_id else [])
        if len(exact) != 1:
            what = "several articles have ids that begin with" if exact else "there is no article with the id"
            raise NotFoundError(f"{what} {article_id!r}: `rag list` shows the ids")
        return exact[0]

    def tags(self) -> list[str]:
        """All tags that articles have, sorted."""
        return [tag for (tag,) in self.database.rows("SELECT name FROM tags")]

    def publishers(self) -> list[str]:
        """The names of all publishers, sorted."""
        return [name for (name,) in self.database.rows("SELECT name FROM outlets")]

    def outlets_and_days(self, letters: int = 10) -> list[tuple[str | None, str | None, int]]:
        """How many articles there are of each outlet and day of publication (2023-11-02); None where unknown.

        Of the day so many letters are read: 7 are its month.
        """
        each = "SELECT publisher, published, count(*) AS n FROM articles WHERE state != 'removing' GROUP BY 1, 2"
        return self.database.rows(
            f"SELECT publisher, substr(published, 1, ?), sum(n) FROM ({each}) GROUP BY 1, 2", letters
        )

    def numbers_of(self, field: Literal["publisher", "published"]) -> list[tuple[str | None, int]]:
        """How many articles there are of each outlet, or of each day of publication; None where unknown."""
        return self.database.rows(f"SELECT {field}, count(*) FROM articles WHERE state != 'removing' GROUP BY 1")

    def sources_at(self, key: str) -> list[Source]:
        """What was read from a file, in the order of its parts; nothing when it is new."""
        rows = self.database.rows(f"SELECT {SOURCE} FROM sources WHERE key = ? ORDER BY rowid", key)
        return [source_of(row) for row in rows]

    def sources_of(self, article_id: str) -> list[Source]:
        """The places that an article was read from, the first first."""
        rows = self.database.rows(f"SELECT {SOURCE} FROM sources WHERE article_id = ? ORDER BY rowid", article_id)
        return [source_of(row) for row in rows]

    def keys_under(self, folder: str) -> list[str]:
        """The keys of the files under a folder that articles were read from."""
        rows = self.database.rows(f"SELECT DISTINCT key FROM sources WHERE {_UNDER}", folder, folder)
        return [key for (key,) in rows]

    def removed(self, article_id: str) -> list[tuple[str, str]]:
        """What was left out of an article's page, as (text, reason), in its order."""
        rows = self.database.rows("SELECT removed FROM articles WHERE id = ?", article_id)
        return [(text, reason) for (removed,) in rows for text, reason in json.loads(removed)]

    def statements_of(self, article_ids: Sequence[str]) -> dict[str, list[Statement]]:
        """The statements of each of these articles, in the order of their text; an unknown id has none."""
        rows = self.database.rows(
            "SELECT article_id, told FROM statements WHERE article_id IN (SELECT value FROM json_each(?))",
            json.dumps(list(article_ids)),
        )
        found = {article_id: statements_of(article_id, statements) for article_id, statements in rows}
        return {article_id: found.get(article_id, []) for article_id in article_ids}

    def near(self, bands: Sequence[int], limit: int = 50) -> list[Article]:
        """The articles that share most of these MinHash bands: perhaps copies."""
        return self._selected(
            f"SELECT {ARTICLE} FROM articles a JOIN (SELECT article_id, count(*) AS shared FROM bands "
            "WHERE band IN (SELECT value FROM json_each(?)) GROUP BY article_id ORDER BY shared DESC LIMIT ?) b "
            "ON b.article_id = a.id WHERE a.state != 'removing' ORDER BY b.shared DESC",
            json.dumps(list(bands)),
            limit,
        )

    def story(self, story: str) -> list[Article]:
        """The articles of one story, as `articles` gives them."""
        return self._selected(
            f"SELECT {ARTICLE} FROM articles a WHERE a.story = ? AND a.state != 'removing' "
            "ORDER BY a.published IS NULL, a.published, a.rowid",
            story,
        )

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Article]]:
        """The passages with those ids, each with its article; ids that are gone are left out."""
        found: dict[str, tuple[Passage, Article]] = {}
        for pid, aid, start, end, *row in self.database.rows(
            f"SELECT p.id, p.article_id, p.start, p.end, {ARTICLE} "
            "FROM passages p JOIN articles a ON a.id = p.article_id "
            "WHERE p.id IN (SELECT value FROM json_each(?)) AND a.state != 'removing'",
            json.dumps(list(ids)),
        ):
            article = article_of(row)
            text = article.text[start:end]
            found[pid] = Passage(id=pid, article_id=aid, start=start, end=end, text=text), article
        return found

    def is_waiting(self) -> bool:
        """Whether the vector index has to be told anything."""
        return bool(self.database.rows("SELECT 1 FROM articles WHERE state IN ('pending', 'removing') LIMIT 1"))

    def unembedded(self) -> list[str]:
        """Ids of the articles that wait to be split and embedded again."""
        rows = self.database.rows(
            "SELECT DISTINCT a.id FROM articles a JOIN passages p ON p.article_id = a.id "
            "WHERE p.embedding IS NULL AND a.state != 'removing'"
        )
        return [i for (i,) in rows]

    def _selected(self, sql: str, *values: object) -> list[Article]:
        """The articles of a statement that selects `ARTICLE`."""
        return [article_of(row) for row in self.database.rows(sql, *values)]

    # Changes, each one transaction

    def put(
        self, article: Article, passages: Sequence[Passage], embeddings: Matrix | None, source: Source, *,
        sentences: Sequence[Matrix] | None = None, statements: Sequence[Statement] = (),
        removed: Sequence[tuple[str, str]] = (), bands: Sequence[int] = (),
        merged: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Write an article with its passages; what its source held before leaves in the same step.

        Args:
            article: an article with the same id is replaced, its sources kept.
            passages: its passages.
            embeddings: shape (len(passages), dimensions); None keeps the passages for the full text only.
            source: where it was read.
            sentences: for each passage the vectors of its sentences, shape (sentences, dimensions).
            removed: what was left out of its page, as (text, reason).
            bands: its MinHash bands.
            merged: other stories that turn out to be this article's.
            statements: what it reports that others say.
        """
        if embeddings is not None and len(embeddings) != len(passages):
            raise ValueError(f"{len(embeddings)} embeddings for {len(passages)} passages of {article.path}")
        with self.database.writing() as db:
            removed_json = json.dumps(list(removed), ensure_ascii=False)
            write_article(db, article, passages, embeddings, removed_json, bands, sentences, statements)
            stories = [(article.story or article.id, story) for story in merged]
            db.executemany("UPDATE articles SET story = ? WHERE story = ?", stories)
            put_sources(db, [source])

    def revise(
        self, article: Article, passages: Sequence[Passage], embeddings: Matrix, edits: dict[str, str], *,
        sentences: Sequence[Matrix] | None = None, statements: Sequence[Statement] = (),
    ) -> None:  # fmt: skip
        """Write an article's fields and passages anew; the rest of what is kept of it stays.

        Args:
            article: the article with its new fields.
            passages: its passages.
            embeddings: shape (len(passages), dimensions).
            edits: the fields that the user set, kept with each of its sources, so that they outlive a new ingest.
            sentences: for each passage the vectors of its sentences, shape (sentences, dimensions).
            statements: what it reports that others say.
        """
        with self.database.writing() as db:
            (removed,) = db.execute("SELECT removed FROM articles WHERE id = ?", (article.id,)).fetchone()
            bands = [band for (band,) in db.execute("SELECT band FROM bands WHERE article_id = ?", (article.id,))]
            write_article(db, article, passages, embeddings, removed, bands, sentences, statements)
            edit_sources(db, article, edits)

    def link(self, *sources: Source) -> None:
        """Note places where articles that are there already were found, all in one step."""
        with self.database.writing() as db:
            put_sources(db, sources)

    def finish(self, digests: Mapping[str, str]) -> None:
        """Note of files that all their articles are written, as they are under these digests."""
        with self.database.writing() as db:
            db.executemany("UPDATE sources SET digest = ? WHERE key = ?", [(d, key) for key, d in digests.items()])

    def remove(self, article_id: str) -> None:
        """Take an article out of every search at once; the outbox deletes it when the vector index has let go of it."""
        self._forget("article_id = ?", article_id)

    def forget_sources(self, key: str, keep: Sequence[str] = ()) -> list[str]:
        """Forget what was read from a file, except for some parts; ids of the articles that left with it."""
        return self._forget("key = ? AND part NOT IN (SELECT value FROM json_each(?))", key, json.dumps(list(keep)))

    def _forget(self, condition: str, *values: str) -> list[str]:
        """Forget some sources; the ids of their articles, which leave where nothing else holds them."""
        with self.database.writing() as db:
            rows = db.execute(f"DELETE FROM sources WHERE {condition} RETURNING article_id", values).fetchall()
            article_ids = [article_id for (article_id,) in rows]
            settle(db, dict.fromkeys(article_ids))
        return article_ids

    def forget_embeddings(self, fingerprint: str) -> None:
        """Begin anew with another model or splitter: no embedding is kept, every article waits to be embedded."""
        with self.database.writing() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES ('fingerprint', ?)", (fingerprint,))
            next_generation(db)
            revision = next_revision(db)
            db.execute("UPDATE passages SET embedding = NULL")
            db.execute("DELETE FROM sentences")
            db.execute("DELETE FROM signs")
            db.execute("UPDATE articles SET state = 'pending', revision = ? WHERE state = 'indexed'", (revision,))


def _counted(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT state, count(*), sum(passages) FROM articles GROUP BY state").fetchall()
    (unembedded,) = db.execute("SELECT count(*) FROM passages WHERE embedding IS NULL").fetchone()
    states = {"pending": 0, "indexed": 0, "removing": 0} | {state: articles for state, articles, _ in rows}
    passages = sum(passages for state, _, passages in rows if state != "removing")
    articles = states["pending"] + states["indexed"]
    return {"articles": articles, "passages": passages, "unembedded": unembedded, **states}
