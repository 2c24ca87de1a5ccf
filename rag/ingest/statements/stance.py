"""The stance of a statement, from its cue and its content.

A denial is a cue that denies, or a content whose clause is negated by 'never', 'not true', 'no plan', 'did not'; the one
of the other asserts again. Doubt and estimate are told by words. Knows nothing of what is asked.
"""

import re

from rag.types import Stance

# could not be confirmed; was not able to verify; cannot be certain. Not: confirmed.
_DOUBT = re.compile(
    r"\b(?:(?:could|can|cannot|can['’]t|couldn['’]t|has|have|had|was|were|is|are|been)\s*(?:not|n['’]t)?\s+(?:yet\s+)?(?:be\s+|been\s+)?"
    r"(?:\w+ly\s+)?(?:un)?able to (?:\w+ly\s+)?(?:verify|confirm)|(?:could|can|cannot|can['’]t|couldn['’]t)\s*(?:not\s+)?be\s+(?:\w+ly\s+)?(?:confirmed|verified|ruled out|certain)"
    r"|unverified|unconfirmed|not (?:exactly |entirely )?(?:sure|certain|clear)|unclear whether|alleged(?:ly)?\b|no (?:firm |hard )?evidence)", re.I
)
_ESTIMATE = re.compile(r"\b(?:estimated?|estimates|approximately|roughly|probably|likely|appears? to|seems? to|may|might|around \d|about \d|some \d|up to \d)\b", re.I)
# we have never had; did not supply; is not true; has no plan. Looked for before the first comma or 'that'.
_DENIAL = re.compile(
    r"\b(?:never|(?:did|do|does|has|have|had|is|are|was|were|will|would)\s*(?:not|n['’]t)|(?:did|do|does|has|have|had|is|are|was|were|wo|would)n['’]t|won['’]t|has no|have no|had no|no (?:plan|plans|intention|truth|basis)|"
    r"untrue|false|baseless|groundless|unfounded|fabricated)\b", re.I
)
_CLAUSE = re.compile(r"(?<=[a-z])[,;]|\b(?:because|although|if|unless|when|which|who|but|whether)\b")


def stance_of(cue: Stance, negated: bool, content: str) -> Stance:
    """The stance of a statement with this content, by a cue of this stance that is `negated` or not."""
    clause = re.sub(r"^[\s“\"'‘(\[]*(?:that|how|whether)?\s*", "", content)
    cut = _CLAUSE.search(clause, 12)
    clause = clause[: cut.start() if cut else 200]
    if _DOUBT.search(clause) or cue == "doubts":
        return "doubts"
    if negated:
        return "doubts" if cue in ("asserts", "estimates") else "asserts"
    denied = bool(_DENIAL.search(clause))
    if cue == "denies":
        return "asserts" if denied else "denies"
    if denied:
        return "denies"
    return "estimates" if cue == "estimates" or _ESTIMATE.search(clause) else "asserts"
