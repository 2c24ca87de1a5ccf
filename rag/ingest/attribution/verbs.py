"""Verbs by their form: the words that belong to a cue, and what marks a clause.

Knows closed classes of words and endings; no grammar beyond a few neighbours.
"""

from dataclasses import dataclass

from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.tokens import Token

_ADJECTIVES = frozenset(
    "family weekly daily monthly yearly friendly elderly lonely deadly likely unlikely costly".split()
)
_BE = frozenset("is are was were be been being am".split())


@dataclass(frozen=True, slots=True)
class Group:
    """The words before a cue that belong to it: tokens from `start` on, 'has not yet' of 'has not yet said'."""

    start: int
    negated: bool
    passive: bool
    infinitive: bool
    progressive: bool


def verb_group(tokens: list[Token], cue: int, lexicon: Lexicon) -> Group:
    """The auxiliaries and adverbs before the cue at `cue`."""
    words = lexicon.words
    j = cue
    negated = passive = False
    while j > 0:
        low = tokens[j - 1].lower
        if low in words.negations:
            negated = True
        if low in _BE or (
            low.endswith(("'s", "’s", "'re", "’re", "'m", "’m")) and low[:-2].rstrip("'’") in words.pronouns
        ):
            passive = True
        elif low == "since" and j > 1 and tokens[j - 2].lower in ("has", "have", "had"):
            pass
        elif not (low in words.auxiliaries or low in words.adverbs or is_adverb(tokens[j - 1])):
            break
        j -= 1
    infinitive = j > 0 and tokens[j - 1].lower == "to"
    gerund = tokens[cue].lower.endswith("ing")
    return Group(j, negated, passive and not gerund, infinitive, passive and gerund)


def is_adverb(token: Token) -> bool:
    """'repeatedly', by its ending; not 'family', 'Emily'."""
    low = token.lower
    return low.endswith("ly") and len(low) > 5 and token.text[0].islower() and low not in _ADJECTIVES


def is_name(token: Token) -> bool:
    """Whether a token is written with a capital."""
    return token.text[0].isupper()


def finite(token: Token, lexicon: Lexicon) -> bool:
    """Whether a token marks a clause: an auxiliary, a past tense."""
    low = token.lower
    words = lexicon.words
    if not token.text[0].islower():
        return False
    if low in words.auxiliaries:
        return low not in ("be", "been", "being")
    if low in words.pasts or low.endswith("n't"):
        return True
    if low.endswith("ed") and len(low) > 4:
        return True
    return low in ("said", "says", "told", "wrote", "thinks", "thought", "believes", "spoke")


def main_verb(tokens: list[Token], k: int, end: int, lexicon: Lexicon) -> bool:
    """Whether token `k` is the verb of its clause: not 'retired' in 'a retired judge', 'held' in 'those held in'."""
    token = tokens[k]
    if not finite(token, lexicon):
        return False
    low = token.lower
    if not low.endswith("ed") or low in lexicon.words.pasts:
        return True
    before = tokens[k - 1] if k else None
    if (
        before is None
        or before.lower in lexicon.words.determiners
        or before.text.endswith(("'s", "’s"))
        or is_adverb(before)
        or "-" in low
    ):
        return False
    return k + 1 < end and tokens[k + 1].lower not in ("by", "in", "at", "of", "for", "with", "on", "to", "from")
