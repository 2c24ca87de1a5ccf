"""The passages whose articles pass a filter, looked up once for a state of the catalog.

One question asks for them several times, and several questions are mostly narrowed alike.
"""

import sqlite3

import numpy as np

from rag.index.database import Database
from rag.index.rows import PASSAGES_OF, where_sql
from rag.models.arrays import Numbers
from rag.types import Filter

_KEPT = 8  # filters


def passing(database: Database, db: sqlite3.Connection, where: Filter) -> Numbers:
    """The numbers of the passages that pass, in order."""
    (revision,) = db.execute("SELECT value FROM meta WHERE key = 'revision'").fetchone()
    kept = database.passing if database.passing[0] == revision else (revision, dict[Filter, Numbers]())
    found = kept[1].get(where)
    if found is None:
        condition, values = where_sql(where)
        rows = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE {condition}", values).fetchall()
        found = np.sort(np.array(rows, np.int64).ravel())
        last = list(kept[1].items())[1 - _KEPT :]
        database.passing = revision, dict(last) | {where: found}
    return found
