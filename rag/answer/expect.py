"""What kind of thing a question asks for, and whether a sentence holds one that the question doesn't.

By the question's own words; knows nothing of passages or models. Each rule stands beside what it must match.
"""

import re
from functools import lru_cache
from typing import Literal

from rag.answer.measure import exactly
from rag.text import words

Kind = Literal["number", "time", "person", "place", "name", "reason", "any"]

# A question word that opens the question, or comes after a word or two: 'who', 'Since when', 'To whom'.
_OPENS = r"^(?:\W*\w+){0,2}?\W*\b"
# 'what year', 'which North Korean port': a thing asked for by its name, with at most two words before it; not: what did
# the port
_WHICH = (
    r"\b(?:what|which)(?: (?!(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|the|an?)\b)[\w-]+){0,2}? "
)

_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    # how many shells, what percentage of, what was the number of; not: how did he react
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|large|big|far|old|tall|high|deep|heavy|fast)\b"
            r"|\bwh(?:at|ich) (?:is |was |were |are )?(?:the |its )?(?:\w+ )?"
            r"(?:number|percentage|percent|amount|total|sum|quantity|share|rate|price|cost)\b",
            re.I,
        ),
    ),
    # when did, since when, in what year, how long, launch date?; not: the day when he left, how
    (
        "time",
        re.compile(
            rf"{_OPENS}when\b|{_WHICH}(?:year|date|day|month|week|decade|century|time)\b"
            r"|\bhow (?:long|soon|recently)\b|\b(?:dates?|when)\W*$",
            re.I,
        ),
    ),
    # who denied, to whom did, whose ship, which lawmaker; not: what did the man who left say, which party
    (
        "person",
        re.compile(
            rf"{_OPENS}(?:who|whom|whose)\b|{_WHICH}(?:person|man|woman|\w+(?:person|woman|sman|rman|ist|ician|maker)"
            r"|official|minister|president|leader|senator|governor|mayor|officer|director|general|judge|player|actor"
            r"|actress|author|writer|singer|lawyer|member)\b",
            re.I,
        ),
    ),
    # where did, from which port, what country; not: how many left the place where
    (
        "place",
        re.compile(
            rf"{_OPENS}where\b|{_WHICH}(?:countr(?:y|ies)|cit(?:y|ies)|states?|towns?|places?|ports?|regions?"
            r"|provinces?|continents?|nations?|locations?|areas?|harbou?rs?|airports?|villages?|districts?|capitals?"
            r"|islands?|rivers?|seas?|bases?|sites?|streets?|stations?)\b",
            re.I,
        ),
    ),
    # why did it sink, for what purpose, what were the crates meant for, what is the reason; not: he asked why, what for
    (
        "reason",
        re.compile(
            rf"{_OPENS}why\b|{_WHICH}(?:reason|purpose|motive|cause)s?\b"
            r"|\bwhat (?:is|are|was|were) (?:the |its |their |his |her )?(?:\w+ )?"
            r"(?:reason|purpose|motive|aim|cause)s?\b"
            r"|^\W*what\b.*\b(?:meant|intended|used|needed|wanted) for\W*$|^\W*what\b.* for\W*$",
            re.I,
        ),
    ),
    # what is the name of the ship, what is the ship called; not: what did he call it
    ("name", re.compile(r"\bname of\b|^\W*wh(?:at|ich)\b.* (?:called|named)\W*$", re.I)),
)

NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands "
    "million millions billion billions trillion dozen dozens half third quarter twice once several no none".split()
)
_TIMES = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul aug sep "
    "sept oct nov dec monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow morning "
    "afternoon evening night week month year years months weeks days hours minutes decade decades century spring "
    "summer autumn winter early late recently last next".split()
)
# Why something is so, or what it is for: because it rained, in order to, aimed at; not: since May 2
_REASON = re.compile(
    r"\b(?:because|since(?! \w+ \d| \d)|due to|owing to|thanks to|as a result|in order|so that|so as|reasons?|purpose"
    r"|in (?:response|return|retaliation|revenge|exchange)|aim(?:s|ed|ing)?|goal|motive|intend\w*|meant"
    r"|caus(?:e[sd]?|ing)|prompt\w*|driven|amid|therefore|thus|hence|for fear|blam\w+|lack of|led to"
    r"|result\w* (?:in|from))\b",
    re.I,
)
# Words that open a sentence with a capital and name nobody.
_NO_NAME = frozenset(
    "the a an he she it they we you i this that these those his her its their our there here in on at by for from to "
    "of with as after before when while if but and or so not no many some most several both all other another one two "
    "what who how why where however also more although according".split()
)
_CAPITALISED = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w’'-]+")
_PLACED = re.compile(
    r"\b(?:in|at|from|to|near|into|via|through|across|toward|towards|of)\s+(?:the\s+)?(?:\w+ )?[A-Z]\w+"
)


# Asked of each sentence that is found.
@lru_cache(64)
def expected(question: str) -> Kind:
    """The kind of thing that the question asks for; `any` when it doesn't say."""
    for kind, pattern in _KINDS:
        if pattern.search(question):
            return kind
    return "any"


@lru_cache(64)
def _asked(question: str) -> frozenset[str]:
    return frozenset(words(question))


def holds(kind: Kind, sentence: str, question: str) -> bool:
    """Whether the sentence has a thing of that kind that isn't in the question already."""
    asked = _asked(question)
    new = [w for w in words(sentence) if w not in asked]
    match kind:
        case "number":
            return any(w in NUMBER_WORDS or any(c.isdigit() for c in w) for w in new)
        case "time":
            exact = exactly(question)
            if exact is not None:
                return bool(exact.search(sentence))
            return any(w in _TIMES or (w.isdigit() and len(w) == 4) for w in new)
        case "reason":
            return bool(_REASON.search(sentence))
        case "person":
            opening = new[:1] if new[:1] == words(sentence)[:1] and sentence[:1].isupper() else []
            names = [*_CAPITALISED.findall(sentence), *(w for w in opening if w not in _NO_NAME)]
            return any(w.casefold() not in asked for w in names) or "source" in new
        case "name":
            return any(w.casefold() not in asked for w in _CAPITALISED.findall(sentence))
        case "place":
            return any(set(words(w)) - asked for w in _PLACED.findall(sentence))
        case "any":
            return True
