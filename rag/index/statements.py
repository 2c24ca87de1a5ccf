"""Statements kept beside their articles, so that a question needs not read for who says what.

Reads and writes one table of the catalog's file; knows nothing of how statements are found.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from rag.index.database import Database
from rag.types import Statement

_FIELDS = tuple(f.name for f in fields(Statement) if f.name != "article_id")
_SPANS = ("cue", "source")


def put(database: Database, article_id: str, found: Sequence[Statement]) -> None:
    """Keep an article's statements in place of those it had."""
    rows = [[getattr(s, name) for name in _FIELDS] for s in found]
    with database.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO statements VALUES (?, ?)", (article_id, json.dumps(rows, ensure_ascii=False))
        )


def of(database: Database, article_ids: Iterable[str]) -> dict[str, tuple[Statement, ...]]:
    """The statements of those articles, in the order of their text, by the article's id."""
    with database.reading() as db:
        rows = db.execute(
            "SELECT article_id, found FROM statements WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(article_ids))),),
        ).fetchall()
    return {article_id: tuple(_statement(article_id, row) for row in json.loads(found)) for article_id, found in rows}


def missing(database: Database) -> list[str]:
    """The articles that have not been read for statements yet."""
    with database.reading() as db:
        rows = db.execute(
            "SELECT id FROM articles WHERE state != 'removing' AND id NOT IN (SELECT article_id FROM statements)"
        ).fetchall()
    return [article_id for (article_id,) in rows]


def _statement(article_id: str, row: Sequence[Any]) -> Statement:
    values = dict(zip(_FIELDS, row, strict=True))
    values["content"] = tuple((start, end) for start, end in values["content"])
    for name in _SPANS:
        values[name] = tuple(values[name]) if values[name] else None
    return Statement(article_id=article_id, **values)
