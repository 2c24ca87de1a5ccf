"""What a name in a sentence is of: a person, a body, a place, or only a description of what comes after it.

By its words and those around it; knows nothing of questions.
"""

import re
from collections.abc import Set
from dataclasses import replace

from rag.answer.terms import STOP
from rag.answer.values import Value
from rag.related import is_kind, narrower
from rag.text import stems

# 'American guitarist', 'British spy fiction': a name of one word that describes; not: 'Washington said'
_DESCRIBES = re.compile(r"\w*(?:an|ish|ese|ch|i|man|ek|ss|lic|utch)s?$")
# What bodies are called, in a capitalised name: the Ministry of Defence, Daily News; not: Max Power
_BODY = re.compile(
    r"\b(?:Ministry|Department|Agency|Service|Council|Assembly|Committee|Congress|Parliament|Party|Government|Embassy"
    r"|University|College|School|Company|Corporation|Corp|Inc|Ltd|Bank|Bureau|Office|Army|Navy|Force|Forces|Union"
    r"|Nations|Association|Organi[sz]ation|Institute|Commission|Court|Police|News|Times|Post|Daily|Radio|Voice|Port"
    r"|House|Street|Station|Airport|Sea|River|Island|City|County|North|South|East|West)\b"
)
# Works Agency Director Maren Holt, Prime Minister Holt; not: the Director
_OFFICE = (
    r"(?:Director|President|Minister|Secretary|Chair(?:man|woman|person)?|General|Governor|Senator|Mayor|Judge"
    r"|Justice|Speaker|Leader|Ambassador|Chancellor|Premier|King|Queen|Prince|Princess|Professor|Captain|Colonel"
    r"|Commissioner|Spokes(?:man|woman|person)|Chief|Officer|Coach)"
)
_TITLE = re.compile(rf".*\b{_OFFICE} (?=[A-Z])")
# ship Linde | ships, the Linde | a port called Rysk; not: spotted at Rysk
_NAMED_BEFORE = re.compile(
    r"([\w’'-]+)[,:]? (?:(?:was |is |were |are )?(?:named|called|known as|dubbed|identified as) |\()?(?:the )?[“\"‘']?$"
)
# Linde, an old Norland ship | Linde (a ship) | Linde is the ship; not: Linde sailed
_NAMED_AFTER = re.compile(r"[”\"’']?(?:, | \(|,? (?:is|was) )(?:the |an? |its |their )?((?:[\w’'-]+ ?){1,5})")
# Characters before a value that are read for what leads to it.
_LEAD = 40
# in Dover | at the port of Rysk | , Texas; not: of May
_PLACED = re.compile(
    r"(?:\b(?:in|at|from|to|near|into|via|through|across|towards?|of)\s+(?:the\s+)?"
    r"(?:port of |city of |town of )?|, )$",
    re.I,
)


def is_description(v: Value, sentence: str) -> bool:
    """Whether a name describes what comes after it: 'North Korean ports', 'British spies'."""
    after = re.match(r"['’]s\b", sentence[v.end :]) is None and sentence[v.end : v.end + 2].lstrip()[:1]
    return bool(after) and after.islower() and bool(_DESCRIBES.search(v.text.rsplit(" ", 1)[-1]))


def is_placed(v: Value, sentence: str) -> bool:
    """Whether a name is of a place by what leads to it: 'in Rysk', 'at the port of Rysk'."""
    return _PLACED.search(sentence[max(0, v.start - _LEAD) : v.start]) is not None


def names_it(v: Value, sentence: str, thing: Set[str]) -> bool:
    """Whether a name is given to a thing, known by its stems: 'the ship Linde', 'Holt, the mayor'.

    Not: 'the mayor told the Herald'.
    """
    before = _NAMED_BEFORE.search(sentence[max(0, v.start - _LEAD) : v.start])
    after = _NAMED_AFTER.match(sentence, v.end)
    near = stems(f"{before[1] if before else ''} {after[1] if after else ''}")
    return any(is_kind(stem, thing) or narrower(stem, thing) for stem in near)


def untitled(v: Value) -> Value:
    """A name without the office before it: 'Works Agency Director Maren Holt' is Maren Holt."""
    title = _TITLE.match(v.text)
    if title is None:
        return v
    text = v.text[title.end() :]
    return replace(v, start=v.start + title.end(), text=text, stems=frozenset(stems(text)) - STOP)


def is_title(word: str) -> bool:
    """Whether a word is an office that stands before a name: 'President', 'Captain'."""
    return re.fullmatch(_OFFICE, word) is not None


def is_body(v: Value, sentence: str) -> bool:
    """Whether a name is surely no person's: NIS, Seoul's, the National Assembly, in Rysk."""
    own = sentence[v.end :].startswith(("'s", "’s")) or v.text.endswith(("'s", "’s"))
    placed = " " not in v.text and is_placed(v, sentence)
    return own or placed or v.text.isupper() or bool(_BODY.search(v.text))
