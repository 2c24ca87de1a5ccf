"""The stance of a sentence towards what a question asks: whether it asserts, denies, estimates or doubts it.

By marks of negation, falsehood, doubt and estimate, each beside examples, counted within the clause that speaks of what
is asked: a denial of a denial asserts. Knows nothing of articles or sources; who speaks is found elsewhere.
"""

import re
from collections.abc import Set
from dataclasses import dataclass

from rag.answer.terms import STOP
from rag.text import stems
from rag.types import Stance


@dataclass(frozen=True, slots=True)
class Mark:
    """A pattern, what it must match and what it must not."""

    pattern: re.Pattern[str]
    matches: tuple[str, ...]
    misses: tuple[str, ...] = ()


def _mark(pattern: str, matches: str, misses: str = "") -> Mark:
    return Mark(
        re.compile(pattern, re.IGNORECASE), tuple(matches.split(" | ")), tuple(filter(None, misses.split(" | ")))
    )


# Turns what its clause says about the thing asked.
NEGATION = _mark(
    r"\b(?:not|never|no|nor|neither|none|nobody|cannot|without|rather than|instead of|refus(?:e|es|ed|ing) to"
    r"|fail(?:s|ed|ing)? to)\b(?!\s+(?:only|just|merely|doubt|longer|later|matter|one doubts))(?<!why not)|n['’]t\b",
    "it did not sail | they haven’t paid | no ship left | by rail rather than by sea | she refused to sell",
    "not only rifles | no doubt it sailed | a knot of rope",
)
# Says that what is asked is denied, by a verb or noun.
DENIAL = _mark(
    r"\b(?:den(?:y|ies|ied|ying|ials?)|reject(?:s|ed|ing)?|rebut(?:s|ted|ting)?|refut(?:e|es|ed|ing)|disput(?:e|es|ed"
    r"|ing)|dismiss(?:es|ed|ing)|contradict(?:s|ed|ing)?|disavow(?:s|ed|ing)?|repudiat(?:es|ed|ing))\b",
    "the ministry denied it | a denial of the deal | she rejected the claim",
    "a deniable asset | a disputable point",
)
# Says that what is asked is false.
FALSEHOOD = _mark(
    r"\b(?:untrue|false|falsely|groundless|baseless|unfounded|fabricat\w+|bogus|hoax|wrong information"
    r"|misinformation|disinformation|no truth)\b|\bnot true\b|\blies?\b(?= (?:about|that|by))",
    "the claim is groundless | it is “not true” at all | a fabricated report",
    "a true account | the town lies north",
)
# Takes a denial back: the denial is mere show, or stands against what is known.
PRETENCE = _mark(
    r"\b(?:feign\w*|pretend\w*|pretence|pretense)\b|\b(?:despite|in spite of|notwithstanding|contrary to|for all)"
    r"(?: [\w'’“\"]+){0,3} [\"“]?denials?\b|\bdenials? (?:on purpose|(?:was|were|is|are) (?:false|a lie|lies|untrue))",
    "they feign ignorance | despite its public denials | the denials were false",
    "the denial came late",
)
# Leaves open whether it is so.
DOUBT = _mark(
    r"(?:\b(?:not|never|cannot|unable to|nobody)|n['’]t)\b(?: [\w’']+){0,4}? [‘“\"]?(?:confirm|verif|substantiat"
    r"|corroborat)\w*|\b(?:unconfirmed|unverified|unclear|unproven|uncertain|inconclusive|alleged|allegedly|supposedly"
    r"|purportedly|(?<!no )doubt(?:s|ed|ful)?|sceptical|skeptical|question(?:s|ed) whether|not (?:exactly |at all )?"
    r"(?:certain|sure|clear)|no (?:firm |hard |clear )?(?:evidence|proof|basis))\b",
    "it could not be confirmed | was not able to verify the claims | an alleged sale | she doubted it | no evidence",
    "it was confirmed | the visit has been verified | no doubt it sailed",
)
# Gives a reckoning, not a fact.
ESTIMATE = _mark(
    r"\b(?:estimat\w+|predict\w*|project(?:s|ed|ions?)|forecast\w*|suspect(?:s|ed)?|believe[sd]?|assess(?:es|ed)|reckon\w*"
    r"|speculat\w+|presum\w+|supposition|likely|probably|possibly|perhaps|possibility)\b",
    "it estimates ten | a forecast of rain | it is believed to be so | the ship probably left",
    "an estimable man | a project",
)
# Narrows what is negated: 'no new rifles' leaves old ones. Nothing is denied of what the question asks without it.
RESTRICTING = _mark(
    r"\b(?:new|newly|recent|recently|modern|latest|further|more|additional|enough)\b", "no new rifles", "no newt"
)
# What a negation aims at stands close behind it. Matches: did not (quickly agree to) sell; not: did not turn a blind
# eye to Russian sales
_CLOSE = 2
# A negated degree denies nothing: not so careless as to sell, not always sold
_DEGREE = re.compile(r"\s*(?:so|as|too|very|always|entirely|all|every)\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[;:—]|,? \b(?:but|although|though|while|whereas|however|because|since|which|who)\b|,(?=\s)", re.I
)
# An addition that a negation aims at when the question doesn't speak of it: 'did not go *through Dover*' denies the
# way, not the going.
_ADJUNCT = re.compile(
    r"\b(?:through|via|by way of|by|from|in|at|on|for|with|under|as|because of|before|after)\b\s+([^,;.]+)"
)


def stance(text: str, held: Set[str], cue: Stance | None = None, own: Stance = "asserts") -> Stance:
    """The stance of what is said towards what is asked.

    Args:
        text: what is said, with the words that report it where they aren't given as `cue`.
        held: the stems of what the question speaks of.
        cue: the stance of the verb that reports it: 'denied' turns what follows.
        own: the stance of the statement whatever the question; it counts where no negation in the text aims at the
            question's own words nor at anything beside them: 'we never did' denies whatever was asked.
    """
    if cue == "doubts" or DOUBT.pattern.search(text):
        return "doubts"
    turned = cue == "denies"
    false = FALSEHOOD.pattern.search(text)
    # The 'not' of 'not true' is no second negation.
    aims = [
        _in_scope(m, text, held) for m in NEGATION.pattern.finditer(text) if not (false and m.start() in _of(false))
    ]
    turned ^= any(aims) or (own == "denies" and cue == "asserts" and bool(aims) and all(a is None for a in aims))
    turned ^= bool(false) or (cue is None and bool(DENIAL.pattern.search(text)))
    if turned and PRETENCE.pattern.search(text):
        turned = False
    elif cue is not None and _denies_within(text):
        turned = not turned
    if turned:
        return "denies"
    return "estimates" if cue == "estimates" or ESTIMATE.pattern.search(text) else "asserts"


def _of(m: re.Match[str]) -> range:
    return range(m.start(), m.end())


def cue_stance(cue: str) -> Stance:
    """The stance of the words that report something: 'denied' → denies, 'estimated' → estimates, 'said' → asserts."""
    if DENIAL.pattern.search(cue):
        return "denies"
    if DOUBT.pattern.search(cue):
        return "doubts"
    return "estimates" if ESTIMATE.pattern.search(cue) else "asserts"


def _denies_within(text: str) -> bool:
    """Whether what is said is itself that somebody denies it, without pretence."""
    return bool(DENIAL.pattern.search(text)) and not PRETENCE.pattern.search(text)


def _between(after: str, held: Set[str]) -> int:
    """How many words of content stand before the first that the question holds."""
    content = [s for s in stems(after) if s not in STOP]
    return next((n for n, s in enumerate(content) if s in held), len(content))


def _in_scope(m: re.Match[str], text: str, held: Set[str]) -> bool | None:
    """Whether a negation turns what is asked: it stands close to it, and aims at no addition of its own.

    None if its clause doesn't speak of it: 'we have never had any such dealings'.
    """
    before, after = _CLAUSE.split(text[: m.start()])[-1], _CLAUSE.split(text[m.end() :], maxsplit=1)[0]
    told = set(stems(after)) & held
    if not told or len(told | (set(stems(before)) & held)) < min(2, len(held)):
        return None
    if _between(after, held) > _CLOSE or _DEGREE.match(after):
        return False
    if any(set(stems(r[0])) - held for r in RESTRICTING.pattern.finditer(after)):
        return False
    for adjunct in _ADJUNCT.finditer(after):
        added = set(stems(adjunct[1].split(" in ")[0])) - STOP
        if added and not added & held and set(stems(after[: adjunct.start()])) & held:
            return False
    return True
