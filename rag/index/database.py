"""The SQLite file under the catalog: schema, connections, transactions.

Knows tables and locking; not what articles mean. One file holds articles, passages, their embeddings and the
full text index, so that none of them can drift from the others.
"""

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from rag.errors import HomeError
from rag.models.arrays import Numbers, signs_of
from rag.text import pairs

SCHEMA_VERSION = 7
# The one that is brought up to this one when it is opened.
_BEFORE = 6
_BUSY_SECONDS = 60.0
# Of a disk with fewer bytes free than this it is said that it is full, where reading or writing fails.
_LEAST_FREE = 1_000_000
# Lies beside the catalog once anything has been ingested.
INDEX_FOLDER = "chroma"
RESTORE = "restore it from a copy of the folder, or move it away and `rag ingest` the articles again"

# `state`: pending, in the catalog but not yet in the vector index; indexed, in both; removing, to be taken out of
# the vector index, then deleted. `revision` is the catalog's revision when the row was written.
# `embedding` is float32, little endian; NULL while an article waits to be embedded again (`rag ingest --rebuild`).
# `sentences` holds the vectors of a passage's sentences, in order, float16, little endian; apart from the passages,
# so that exact search reads past none of it. `stems` likewise holds a passage's words, cut to their stems, a sentence
# a line: what is read of many passages for each question need not be stemmed for each.
# `captions`, `tags`, `pages`, `provenance`, `removed`, `edits` (fields that the user set) and `fields` (what one file
# states of an article; the article has what its first source states) are JSON. `bands` are the MinHash bands
# by which near-duplicates are found.
# `told` are an article's statements, a JSON list: they are read and written whole. `passages` is how many it has.
# The full text index keeps no copy of the text ("external content"): its rows are written with the passages. To it a
# run of Chinese, Japanese or Korean is one word: `unspaced` holds the pairs of characters among a passage's stems.
# `signs` has a bit for each dimension of a passage's embedding (`arrays.signs_of`): all of them are read for a search,
# so a row has those of all passages of an article, which are numbered one after another, beside the first one's number.
# `words` are those of the passages, stemmed, also of passages that are gone. `tagged` has the articles by tag, none
# that is on its way out. The views `outlets` and `tags` go from each name to the next in an index.
# An article's text stands last, so that what is looked up of others reads past none of it. The lists, the counts and
# the filters go by the indexes on outlet and day, which hold all that they need.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS articles (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    publisher TEXT,
    author TEXT,
    published TEXT,
    published_from TEXT NOT NULL CHECK (published_from IN ('page', 'url', 'given', 'unknown')),
    url TEXT,
    language TEXT,
    original_title TEXT,
    note TEXT,
    story TEXT NOT NULL,
    captions TEXT NOT NULL,
    tags TEXT NOT NULL DEFAULT '[]',
    pages TEXT NOT NULL DEFAULT '[]',
    provenance TEXT NOT NULL,
    removed TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'indexed', 'removing')),
    revision INTEGER NOT NULL,
    passages INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS articles_by_state ON articles (state, passages);
CREATE INDEX IF NOT EXISTS articles_by_story ON articles (story);
CREATE INDEX IF NOT EXISTS articles_by_day ON articles (published DESC) WHERE state != 'removing';
CREATE INDEX IF NOT EXISTS articles_by_outlet ON articles (publisher, published, id, state) WHERE state != 'removing';
CREATE TABLE IF NOT EXISTS tagged (
    tag TEXT NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, article_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tagged_by_article ON tagged (article_id);
CREATE VIEW IF NOT EXISTS outlets AS
    WITH RECURSIVE found (name) AS (
        SELECT min(publisher) FROM articles WHERE state != 'removing'
        UNION ALL
        SELECT (SELECT min(publisher) FROM articles WHERE publisher > name AND state != 'removing')
        FROM found WHERE name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL;
CREATE VIEW IF NOT EXISTS tags AS
    WITH RECURSIVE found (name) AS (
        SELECT min(tag) FROM tagged
        UNION ALL
        SELECT (SELECT min(tag) FROM tagged WHERE tag > name) FROM found WHERE name IS NOT NULL
    )
    SELECT name FROM found WHERE name IS NOT NULL;
CREATE TABLE IF NOT EXISTS sources (
    key TEXT NOT NULL,
    part TEXT NOT NULL,
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    edits TEXT NOT NULL DEFAULT '{}',
    fields TEXT NOT NULL DEFAULT '',
    article_id TEXT NOT NULL REFERENCES articles (id),
    UNIQUE (key, part)
);
CREATE INDEX IF NOT EXISTS sources_by_article ON sources (article_id);
CREATE TABLE IF NOT EXISTS passages (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    embedding BLOB
);
CREATE INDEX IF NOT EXISTS passages_by_article ON passages (article_id);
CREATE INDEX IF NOT EXISTS passages_unembedded ON passages (article_id) WHERE embedding IS NULL;
CREATE TABLE IF NOT EXISTS sentences (
    passage INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    vectors BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS signs (
    passage INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    bits BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS words (word TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stems (
    passage INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    stems TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS statements (
    article_id TEXT PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
    told TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bands (
    band INTEGER NOT NULL,
    article_id TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS bands_by_article ON bands (article_id);
CREATE VIEW IF NOT EXISTS passage_texts AS
    SELECT p.number, a.title, a.publisher, substr(a.text, p.start + 1, p.end - p.start) AS text
    FROM passages p JOIN articles a ON a.id = p.article_id WHERE a.state != 'removing';
CREATE VIRTUAL TABLE IF NOT EXISTS passage_index USING fts5 (
    title, publisher, text, content = 'passage_texts', content_rowid = 'number',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE IF NOT EXISTS unspaced USING fts5 (
    pairs, content = '', detail = none, columnsize = 0, tokenize = 'unicode61 remove_diacritics 0'
);
INSERT OR IGNORE INTO meta VALUES ('revision', '0');
"""


T = TypeVar("T")


class Latest(Generic[T]):
    """What was looked up last, each by what it depends on. Safe to use from several threads."""

    def __init__(self, most: int = 1) -> None:
        """Keep so many."""
        self._most = most
        self._kept: dict[Hashable, T] = {}

    def get(self, key: Hashable, look: Callable[[], T]) -> T:
        """What belongs to a key, which names the catalog's revision; `look` looks it up where it is not kept."""
        kept = self._kept
        if key not in kept:
            self._kept = kept = dict([*kept.items(), (key, look())][-self._most :])
        return kept[key]


class Databases(Protocol):
    """One file, or several that are searched together."""

    @property
    def parts(self) -> "tuple[Database, ...]":
        """The files."""
        ...


class Database:
    """A pool of connections to one SQLite file; readers run beside one writer."""

    def __init__(self, path: Path) -> None:
        """Open the file, and make it if it isn't there.

        Raises:
            HomeError: the file cannot be opened, written or understood.
        """
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._write = threading.RLock()
        self._closed = False
        self.passing = Latest[Numbers](8)  # by `passing`
        self.is_read_only = False
        is_new = not path.exists()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._explained(), self._borrowed() as db:
                version = _version(db)
        except OSError as e:
            raise HomeError(f"cannot make {path.parent} ({e}): choose another folder with --home or RAG_HOME") from e
        if version != SCHEMA_VERSION:
            with self.writing() as db:
                self._prepare(db, is_new)

    @property
    def parts(self) -> "tuple[Database, ...]":
        """Itself."""
        return (self,)

    def _prepare(self, db: sqlite3.Connection, is_new: bool) -> None:
        version = _version(db)
        if version == 0:
            if db.execute("SELECT 1 FROM sqlite_schema").fetchone():
                raise HomeError(f"{self._path} is no catalog of rag's but another database: {RESTORE}")
            if not is_new and (self._path.parent / INDEX_FOLDER).exists():
                raise HomeError(f"the catalog {self._path} has been emptied: {RESTORE}")
            _make(db)
        elif version == _BEFORE:
            _upgrade(db)
        elif version != SCHEMA_VERSION:
            raise HomeError(
                f"{self._path} has schema {version}, this version of rag reads {_BEFORE} and {SCHEMA_VERSION}; it is "
                "left as it is: ingest the articles into a new home (--home or RAG_HOME), or use the version it is of"
            )

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._opened(str(self._path))
        except sqlite3.OperationalError as e:
            # On a medium that cannot be written SQLite opens a file only where it is told that nobody changes it.
            if not self._path.is_file() or os.access(self._path.parent, os.W_OK):
                raise
            log = self._path.with_name(f"{self._path.name}-wal")
            if log.exists() and log.stat().st_size:
                raise HomeError(
                    f"{self._path} was not closed cleanly, and {self._path.parent} cannot be written: copy the folder "
                    "to where it can be, and ask there"
                ) from e
            self.is_read_only = True
            return self._opened(f"{self._path.absolute().as_uri()}?mode=ro&immutable=1")

    def _opened(self, name: str) -> sqlite3.Connection:
        # Autocommit: transactions are begun and ended in `writing`, nowhere else.
        db = sqlite3.connect(
            name, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
        )
        try:
            db.create_function("casefold", 1, _casefold, deterministic=True)  # SQLite's own knows ASCII only
            if not self.is_read_only:
                db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            _version(db)  # the first that reads the file
        except sqlite3.Error:
            db.close()
            raise
        return db

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """A connection with one consistent view of the file, whatever is written meanwhile."""
        with self._explained(), self._borrowed() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.rollback()

    def rows(self, sql: str, *values: object) -> list[Any]:
        """What a statement selects."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    @contextmanager
    def writing(self) -> Generator[sqlite3.Connection]:
        """A write transaction: committed at the end, or rolled back whole when anything raises."""
        with self._explained(), self._write, self._borrowed() as db:
            db.execute("BEGIN IMMEDIATE")
            with db:
                yield db

    @contextmanager
    def _explained(self) -> Generator[None]:
        """What SQLite raises of the file, in a line: what happened, and what to do.

        Raises:
            HomeError: in its place.
        """
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
            raise
        except sqlite3.DatabaseError as e:
            raise HomeError(self._what_is_wrong(e)) from e
        except UnicodeDecodeError as e:  # what SQLite says of a damaged file quotes bytes of it, and so may a text
            raise HomeError(f"the catalog {self._path} is damaged (a text cannot be decoded): {RESTORE}") from e

    def _what_is_wrong(self, e: sqlite3.Error) -> str:
        name = getattr(e, "sqlite_errorname", "") or ""
        folder = self._path.parent
        if name == "SQLITE_FULL" or (name.startswith("SQLITE_IOERR") and shutil.disk_usage(folder).free < _LEAST_FREE):
            return f"the disk of {folder} is full: make room and do the same again, what was written is kept"
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return (
                f"another process has been writing to {self._path} for {_BUSY_SECONDS:.0f} seconds: let it end, "
                "then do the same again"
            )
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
            return (
                f"cannot write to {folder} ({e}): questions are answered where it can be read; to add or change "
                "articles let it be written, or choose another folder with --home or RAG_HOME"
            )
        if name.startswith("SQLITE_IOERR"):
            return f"the disk of {folder} failed ({e}): see to it, then do the same again"
        return f"the catalog {self._path} is damaged ({e}): {RESTORE}"

    @contextmanager
    def _borrowed(self) -> Generator[sqlite3.Connection]:
        with self._guard:
            if self._closed:
                raise HomeError(f"{self._path} is closed: open the corpus again")
            db = self._idle.pop() if self._idle else None
        db = db or self._connect()
        try:
            yield db
        finally:
            with self._guard:
                if self._closed:
                    db.close()
                else:
                    self._idle.append(db)

    def damage(self) -> str | None:
        """What SQLite finds wrong with the file or its full text index; None when both are sound."""
        with self._explained(), self._write, self._borrowed() as db:
            try:
                (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
                if not self.is_read_only:  # with rank 1 it also compares the full text index with the passages
                    db.execute("INSERT INTO passage_index (passage_index, rank) VALUES ('integrity-check', 1)")
            except sqlite3.OperationalError:  # no damage: locked, full, not to be read
                raise
            except sqlite3.DatabaseError as e:
                return str(e)
        return None if found == "ok" else str(found)

    def close(self) -> None:
        """Close every connection. A connection in use is closed when it is given back."""
        with self._guard:
            self._closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()


def revision_of(db: sqlite3.Connection) -> str:
    """The catalog's revision: another one after each change."""
    return db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()[0]


def _version(db: sqlite3.Connection) -> int:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return version


def _make(db: sqlite3.Connection) -> None:
    """What a file of this schema has and this one lacks."""
    for statement in _SCHEMA.split(";\n"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _upgrade(db: sqlite3.Connection) -> None:
    """Bring a file of the schema before to this one."""
    db.execute("ALTER TABLE articles ADD COLUMN passages INTEGER NOT NULL DEFAULT 0")
    db.execute("DROP INDEX IF EXISTS articles_by_state")
    db.execute("DROP TABLE IF EXISTS signs")
    _make(db)
    db.execute("UPDATE articles SET passages = (SELECT count(*) FROM passages p WHERE p.article_id = articles.id)")
    stems = db.execute("SELECT s.passage, s.stems FROM stems s JOIN passage_texts t ON t.number = s.passage")
    db.executemany("INSERT INTO unspaced (rowid, pairs) VALUES (?, ?)", ((n, p) for n, s in stems if (p := pairs(s))))
    embedded = db.execute("SELECT article_id, number, embedding FROM passages WHERE embedding IS NOT NULL")
    for _, rows in groupby(embedded, key=itemgetter(0)):
        _, numbers, blobs = zip(*rows, strict=True)
        vectors = np.frombuffer(b"".join(blobs), "<f4").reshape(len(blobs), -1)
        db.execute("INSERT INTO signs VALUES (?, ?)", (numbers[0], signs_of(vectors).tobytes()))


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()
