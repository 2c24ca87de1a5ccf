"""Verbs by their form: the words that belong to a cue, and what marks a clause.

Knows kinds of words and endings; no grammar beyond a few neighbours.
"""

from dataclasses import dataclass

from rag.ingest.attribution.lexicon import Cue, Form, kinds_of
from rag.ingest.attribution.tokens import TaggedToken, span
from rag.types import Span

_BE = frozenset("is are was were be been being am".split())
_BELONGS = frozenset(("auxiliaries", "adverbs", "ly"))
_BEHIND_PARTICIPLES = frozenset("by in at of for with on to from".split())


@dataclass(frozen=True, slots=True)
class Group:
    """The words before a cue that belong to it: tokens from `start` on, 'has not yet' of 'has not yet said'."""

    start: int
    negated: bool
    passive: bool
    infinitive: bool
    progressive: bool


@dataclass(frozen=True, slots=True)
class CueVerb:
    """A verb of saying in its sentence: it stands at token `at`, and up to token `after`.

    `hearer` is the token behind the person told, `after` where there is none.
    """

    tokens: list[TaggedToken]
    at: int
    form: Form
    group: Group
    after: int
    hearer: int

    @property
    def cue(self) -> Cue:
        """The verb of which it is a form."""
        return self.form.cue

    @property
    def span(self) -> Span:
        """Its offsets in the text."""
        return span(self.tokens, self.at, self.after)


def verb_group(tokens: list[TaggedToken], cue: int) -> Group:
    """The auxiliaries and adverbs before the cue at `cue`."""
    j = cue
    negated = passive = False
    while j > 0:
        low, kinds = tokens[j - 1].lower, tokens[j - 1].kinds
        negated = negated or "negations" in kinds
        is_short = low.endswith(("'s", "’s", "'re", "’re", "'m", "’m"))
        if low in _BE or (is_short and "pronouns" in kinds_of(low[:-2].rstrip("'’") or low)):
            passive = True
        elif not kinds & _BELONGS and not (low == "since" and j > 1 and tokens[j - 2].lower in ("has", "have", "had")):
            break
        j -= 1
    infinitive = j > 0 and tokens[j - 1].lower == "to"
    gerund = tokens[cue].lower.endswith("ing")
    return Group(j, negated, passive and not gerund, infinitive, passive and gerund)


def main_verb(tokens: list[TaggedToken], k: int, end: int) -> bool:
    """Whether token `k` is the verb of its clause: not 'retired' in 'a retired judge', 'held' in 'those held in'."""
    token = tokens[k]
    if "finite" not in token.kinds:
        return False
    if not token.lower.endswith("ed") or "pasts" in token.kinds:
        return True
    before = tokens[k - 1] if k else None
    if before is None or "determiners" in before.kinds or before.text.endswith(("'s", "’s")):
        return False
    return k + 1 < end and tokens[k + 1].lower not in _BEHIND_PARTICIPLES
