"""The stance of a statement, from its cue and its content.

A denial is a cue that denies, or a content whose first clause is negated by 'never', 'not true', 'no plan', 'did not';
a cue that denies with such a content asserts ('denied that it never paid'). Doubt and estimate are told by words.
Knows nothing of what is asked.
"""

import re

from rag.types import Stance

# could not be confirmed, was not able to verify, anywhere; not certain, alleged, in the first clause. Not: confirmed.
_UNCONFIRMED = re.compile(
    r"\b(?:not|cannot|n['’]t)\s+(?:yet\s+)?(?:be|been)\s+(?:\w+ly\s+)?(?:confirmed|verified)"
    r"|\b(?:un|not\s+(?:been\s+)?)able to (?:\w+ly\s+)?(?:verify|confirm)",
    re.I,
)
_DOUBT = re.compile(
    r"\b(?:unverified|unconfirmed|not (?:exactly |entirely )?(?:sure|certain|clear)|unclear whether"
    r"|alleged(?:ly)?|no (?:firm |hard )?evidence)\b",
    re.I,
)
_ESTIMATE = re.compile(
    r"\b(?:estimated?|estimates|approximately|roughly|probably|likely"
    r"|appears? to|seems? to|may|might|around \d|about \d|some \d|up to \d)\b",
    re.I,
)
# we have never had; did not supply; is not true; has no plan. Looked for before the first comma.
_DENIAL = re.compile(
    r"\b(?:never|(?:did|do|does|has|have|had|is|are|was|were)\s+not\b(?! to\b)"
    r"|(?:did|do|does|has|have|had|is|are|was|were)n['’]t"
    r"|(?:has|have|had) no|not true|no (?:plan|plans|intention|truth|basis)|"
    r"untrue|false|baseless|groundless|unfounded|fabricated)\b",
    re.I,
)
_CLAUSE = re.compile(r"(?<=[a-z])[,;]|\b(?:because|although|if|unless|when|which|who|but|whether)\b")


def stance_of(of_cue: Stance, negated: bool, content: str) -> Stance:
    """The stance of a statement with this content, by a cue of this stance that is `negated` or not."""
    clause = re.sub(r"^[\s“\"'‘(\[]*(?:that|how|whether)?\s*", "", content)
    cut = _CLAUSE.search(clause, 12)
    clause = clause[: cut.start() if cut else 200]
    if _UNCONFIRMED.search(content) or _DOUBT.search(clause) or of_cue == "doubts":
        return "doubts"
    if negated:
        return "doubts" if of_cue in ("asserts", "estimates") else "asserts"
    denied = bool(_DENIAL.search(clause))
    if of_cue == "denies":
        return "asserts" if denied else "denies"
    if denied:
        return "denies"
    return "estimates" if of_cue == "estimates" or _ESTIMATE.search(clause) else "asserts"
