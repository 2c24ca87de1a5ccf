"""Whether a claim turns the sense of a stretch of an article by a negation more or less.

Knows nothing of numbers, dates and names.
"""

import re

from rag.answer.verification.lexicon import DENYING, FUNCTION
from rag.answer.verification.reading import Reading, Token, normal
from rag.text.negation import NEGATIONS

_NEGATED_WITHIN = 2
# A clause begins: what stands behind is no longer negated.
_CLAUSE = frozenset("when that whether if who what how why because where which while but".split())
# What ends it between two words: a mark, or the end of a quotation; not its beginning: 'not a “pilot”'.
_ENDS = re.compile(r"[^\s\"'“”‘’«»„]|^[\"'”’»]")


def turned(claim: Reading, stretch: Reading) -> str | None:
    """A negation that the stretch lacks, or that the claim leaves out; None for neither."""
    (said, plainly_said), (held, plainly_held) = _negated(claim), _negated(stretch)
    if _negations(claim) > _negations(stretch) + len((stretch.stems & DENYING) - claim.stems):
        return "negation"
    # A word that the stretch has both ways says nothing: 'asked whether it was confirmed, … could not be confirmed'.
    for stem in (said - held) & plainly_held | (held - said) & plainly_said - plainly_held:
        return f"negation of {stem!r}"
    return None


def _negated(reading: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the two words behind a negation, and of all others, function words aside."""
    found: tuple[set[str], set[str]] = (set(), set())
    left = end = 0
    for token in reading.tokens:
        if _ENDS.search(reading.text[end : token.start]):  # a comma ends what is negated
            left = 0
        end = token.end
        if _surface(reading, token) in _CLAUSE:
            left = 0
        elif _is_negation(reading, token):
            left = _NEGATED_WITHIN
        elif token.kind == "word" and token.key and token.key not in FUNCTION:
            found[0 if left else 1].add(token.key)
            left = max(0, left - 1)
    return frozenset(found[0]), frozenset(found[1])


def _negations(reading: Reading) -> int:
    return sum(_is_negation(reading, token) for token in reading.tokens)


def _is_negation(reading: Reading, token: Token) -> bool:
    surface = _surface(reading, token)
    return bool(token.key) and (surface in NEGATIONS or surface.endswith("n't"))


def _surface(reading: Reading, token: Token) -> str:
    return normal(reading.text[token.start : token.end])
