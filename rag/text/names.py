"""Names under which a text may have what another text names: 'Pyongyang' for 'North Korea'.

Knows no names itself: which are the same is passed in.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.text.function_words import STOP
from rag.text.sentences import stems

AliasPatterns = Sequence[tuple[str, re.Pattern[str]]]
"""Names, each with the pattern that finds its other names in a text."""


def stems_under_other_names(text: str, aliases: AliasPatterns) -> frozenset[str]:
    """The stems of those names that the text holds under another name."""
    return frozenset(stem for name, others in aliases if others.search(text) for stem in stems(name.replace("-", " ")))


@lru_cache(10_000)
def same_name(one: str, other: str) -> bool:
    """Whether two names may be of one bearer: one has all words of the other, or is its initials.

    'Kim Jong-un' and 'Kim', 'the National Intelligence Service' and 'NIS'; not: 'Kim Jong-un' and 'Kim Il-sung'.
    """
    x, y = (set(stems(name)) - STOP for name in (one, other))
    initials = {"".join(w[0] for w in name.split() if w[0].isupper()).casefold() for name in (one, other)}
    return (bool(x and y) and (x <= y or y <= x)) or any(len(i) > 2 and {i} in (x, y) for i in initials)
