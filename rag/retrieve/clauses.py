"""A question's clauses: what it asks for beside one another, each to be looked for by itself.

Knows nothing of models or searches.
"""

import re
from itertools import pairwise

from rag.types import Span

# Between two clauses: 'the port was closed, while the mayor denied it', 'who sold the ships and why'
_BETWEEN = re.compile(
    r"(?:,\s*|;\s*|\s+)(?:while|whereas|compared (?:to|with)|and|or|but|as|that|which|who|with|between|after|before"
    r"|despite)\s+|[,;?]\s+",
    re.I,
)
# A shorter piece is a part of a clause: 'Wheat, rye and oats', 'who said that …'.
_LEAST_WORDS = 3


def clauses(question: str) -> list[Span]:
    """Offsets of the question's clauses, in order; of the whole question where it has none."""
    cuts = [(0, 0), *(m.span() for m in _BETWEEN.finditer(question)), (len(question), len(question))]
    found = [(end, start) for (_, end), (start, _) in pairwise(cuts)]
    return [(a, b) for a, b in found if len(question[a:b].split()) >= _LEAST_WORDS] or [(0, len(question))]
