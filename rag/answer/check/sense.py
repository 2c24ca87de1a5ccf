"""Whether a claim turns the sense of a stretch of an article: a negation more or less, a word for its opposite.

Knows nothing of numbers, dates and names.
"""

import re

from rag.answer.check.lexicon import DENYING, FUNCTION, NEGATIONS, OPPOSITES
from rag.answer.check.reading import Reading, Token, normal

_NEGATED_WITHIN = 2
# A clause begins: what stands behind is no longer negated.
_CLAUSE = frozenset("when that whether if who what how why because where which while but".split())
# Quotation marks are none: 'not a “pilot”' negates the pilot.
_ENDS = re.compile(r"[^\s\"'“”‘’«»„]")


def turned(claim: Reading, stretch: Reading) -> str | None:
    """A negation that the stretch lacks, or that the claim leaves out; a word for its opposite. None for neither."""
    said, held = _negated(claim), _negated(stretch)
    if _negations(claim) > _negations(stretch) + len(stretch.stems & DENYING):
        return "negation"
    plainly_held, plainly_said = _plain(stretch, held), _plain(claim, said)
    for stem in said - held:
        if stem in plainly_held:
            return f"negation of {stem!r}"
    for stem in held - said:
        if stem in plainly_said and stem not in plainly_held:
            return f"negation of {stem!r}"
    for stem in claim.stems - stretch.stems:
        opposite = OPPOSITES.get(stem, frozenset()) & stretch.stems - claim.stems
        if opposite:
            return f"{stem!r} for {min(opposite)!r}"
    return None


def _negated(reading: Reading) -> frozenset[str]:
    """The stems of the two words behind a negation, function words aside."""
    found: set[str] = set()
    left = end = 0
    for token in reading.tokens:
        if _ENDS.search(reading.text[end : token.start]):  # a comma ends what is negated
            left = 0
        end = token.end
        if _surface(reading, token) in _CLAUSE:
            left = 0
        elif _is_negation(reading, token):
            left = _NEGATED_WITHIN
        elif left and token.kind == "word" and token.key not in FUNCTION:
            found.add(token.key)
            left -= 1
    return frozenset(found)


def _negations(reading: Reading) -> int:
    return sum(_is_negation(reading, token) for token in reading.tokens)


def _is_negation(reading: Reading, token: Token) -> bool:
    surface = _surface(reading, token)
    return bool(token.key) and (surface in NEGATIONS or surface.endswith("n't"))


def _surface(reading: Reading, token: Token) -> str:
    return normal(reading.text[token.start : token.end])


def _plain(reading: Reading, negated: frozenset[str]) -> frozenset[str]:
    return frozenset(t.key for t in reading.tokens if t.kind == "word") - negated - FUNCTION
