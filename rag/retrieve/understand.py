"""A query held against a corpus: which outlets and days it names, what its names are called there.

Knows the corpus as a `Shelf`, its `Names` and the aliases.
"""

from dataclasses import dataclass, replace

from rag.retrieve.aliases import Aliases
from rag.retrieve.constraints import Resolve, find_constraints
from rag.retrieve.names import Names
from rag.retrieve.query import Query
from rag.retrieve.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a corpus has, for a query to be held against, and how many passages it has."""

    shelf: Shelf
    names: Names
    aliases: Aliases
    passages: int = 0


def understand(query: Query, known: Known, resolve: Resolve) -> Query:
    """The query with its constraints and its names' other spellings."""
    constraints = find_constraints(query.text, known.shelf, resolve)
    aliases = (*known.aliases.others(query.text), *known.names.spellings(query.text))
    return replace(query, constraints=constraints, aliases=aliases)
