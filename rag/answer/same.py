"""The question's names under which an article has them: 'Pyongyang' in the question, 'North Korea' in the sentence.

Knows no names itself: which are the same is passed in.
"""

import re
from collections.abc import Callable, Sequence

from rag.text import stems

Same = Sequence[tuple[str, re.Pattern[str]]]
"""What the question calls a thing, and what finds its other names in a text."""


OtherNames = Callable[[str], Sequence[str]]
"""A name to the other names and spellings of what it names."""


def no_other_names(name: str) -> tuple[str, ...]:
    """The other names of a thing where none are known."""
    return ()


def also_held(text: str, same: Same) -> frozenset[str]:
    """The stems of the question's names that a text holds under another name."""
    return frozenset(stem for name, others in same if others.search(text) for stem in stems(name.replace("-", " ")))
