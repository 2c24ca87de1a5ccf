"""The passages whose articles pass a filter, looked up once for a state of the catalog.

One question asks for them several times, and several questions are mostly narrowed alike.
"""

import sqlite3

import numpy as np

from rag.index.database import Database, revision_of
from rag.index.rows import PASSAGES_OF, where_sql
from rag.models.arrays import Numbers
from rag.types import Filter


def passing(database: Database, db: sqlite3.Connection, where: Filter) -> Numbers:
    """The numbers of the passages that pass, in order."""

    def look() -> Numbers:
        condition, values = where_sql(where)
        rows = db.execute(f"SELECT p.number FROM {PASSAGES_OF} WHERE {condition}", values).fetchall()
        return np.sort(np.array(rows, np.int64).ravel())

    return database.passing.get((revision_of(db), where), look)
