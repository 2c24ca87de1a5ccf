"""Quantities with a unit that a question asks for, or a time as exact, and whether a sentence gives one.

A distance, an age, money; a year, a day. Finer than `expect`, whose 'number' is any number and whose 'time' any time.
Knows nothing of passages or models.
"""

import re
from functools import lru_cache

from rag.types import Span

_N = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty|hundreds?|thousands?"
    r"|(?:m|b|tr)illion|dozens?|half|several|few)"
)
_LENGTH = r"(?:km|kilomet|miles?\b|met(?:re|er)s?\b|m\b|feet|foot|ft\b|yards?|inch|cm\b|nautical)"
_TIME = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|century|centuries)"
_MEASURES: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    # how far is it: 290 km, a mile; not: 290 crates
    (
        re.compile(r"\bhow (?:far|tall|high|deep|wide)\b|\bwhat distance\b", re.I),
        re.compile(rf"\b{_N}[ -]?(?:of )?{_LENGTH}", re.I),
    ),
    # how old is she: 41 years old, aged 41, Lund, 41, said; not: 41 ships
    (
        re.compile(r"\bhow old\b|\bwhat age\b", re.I),
        re.compile(
            rf"\b{_N}[ -](?:years?|months?)[ -]old\b|\baged? (?:of )?\d|, \d\d,|\b{_N} (?:years|decades|centuries)\b"
            r"|\bdecades\b", re.I,
        ),
    ),
    # how much did it cost, what was he paid: $3, two million dollars; not: two million shells
    (
        re.compile(
            r"\b(?:how much|what)\b.*\b(?:costs?|pays?|paid|price|worth|spen[dt]|earn\w*|money|salary|fined?|budget)\b",
            re.I,
        ),
        re.compile(
            r"[$€£¥₩]|\b(?:dollars?|euros?|pounds?|rubles?|roubles?|won|yuan|yen|cents?|francs?|rupees?|free|nothing)\b",
            re.I,
        ),
    ),
    # what percentage, what share: 9 per cent, half; not: 9 ships
    (
        re.compile(r"\b(?:what|which) (?:percentage|percent|share|proportion|fraction)\b", re.I),
        re.compile(r"%|\bper ?cent|\b(?:half|third|quarter|fifth|tenth|majority|most|all)s?\b", re.I),
    ),
    # how often did it fail: twice, three times, every week; not: two weeks
    (
        re.compile(r"\bhow (?:often|many times|frequently)\b", re.I),
        re.compile(
            rf"\b(?:once|twice|thrice|{_N}(?: more| other)? times|(?:every|each|once a|twice a) \w+|daily|weekly"
            r"|monthly|yearly|annually|never|always|rarely|seldom|repeatedly|countless times)\b", re.I,
        ),
    ),
    # how long did it last: two months, 45 minutes, since 2011, 300 m; not: 45 ships
    (
        re.compile(r"\bhow long\b", re.I),
        re.compile(
            rf"\b{_N}[ -](?:(?:or|to) {_N} )?(?:and a half )?(?:{_TIME}|{_LENGTH})\b"
            r"|\b(?:since|until|till|from) \S+|\b(?:decades|centuries|forever|overnight)\b", re.I,
        ),
    ),
)  # fmt: skip


# How exact a time has to be. In what year: 2019, last year; on what day: Sept. 13, the 13th, Tuesday; in which month:
# in May; at what time: 5 p.m. Not: May for a day
_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|march|april|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?"
    r"|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_EXACT: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\b(?:what|which) (?:\w+ )?year\b", re.I),
        re.compile(
            r"\b(?:1\d|20)\d\d\b|\b(?:this|last|next|same|that|previous|following) year\b"
            r"|\byears? (?:ago|earlier|later|before)\b", re.I,
        ),
    ),
    (
        re.compile(r"\b(?:what|which) (?:\w+ )?(?:day|date)\b|\bdates?\W*$", re.I),
        re.compile(
            rf"\b{_MONTH} \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|\b\d{{1,2}}(?:st|nd|rd|th)\b"
            r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yesterday|today|tomorrow|tonight|same day)\b"
            r"|\b\d{4}-\d\d-\d\d\b|\b(?:new year|christmas)", re.I,
        ),
    ),
    (
        re.compile(r"\b(?:what|which) month\b", re.I),
        re.compile(rf"\b{_MONTH}\b|\b(?:this|last|next) month\b", re.I),
    ),
    (
        re.compile(r"\b(?:at what|at which|what) time\b", re.I),
        re.compile(
            r"\b\d{1,2}(?:[:.]\d\d)? ?(?:a|p)\.?m\b|\b\d{1,2}[:.]\d\d\b|o['’]clock"
            r"|\b(?:noon|midnight|dawn|dusk|morning|afternoon|evening|night)\b", re.I,
        ),
    ),
)  # fmt: skip


# 'two years and eight months', 'five or six hours': one quantity
_GOES_ON = re.compile(r",? (?:and|or|to) ")


@lru_cache(64)
def exactly(question: str) -> re.Pattern[str] | None:
    """What finds a time that is exact enough, where the question asks for a year, a month, a day or an hour."""
    return next((finds for asks, finds in _EXACT if asks.search(question)), None)


def measured(question: str, sentence: str) -> bool | None:
    """Whether the sentence gives a quantity with the unit that the question asks for; None if it asks for none."""
    found = quantities(question, sentence)
    return None if found is None else bool(found)


@lru_cache(64)
def _wanted(question: str) -> re.Pattern[str] | None:
    """What finds the quantities that the question asks for; None if it asks for none."""
    return next((gives for asks, gives in _MEASURES if asks.search(question)), None)


def quantities(question: str, sentence: str) -> list[Span] | None:
    """Where the sentence gives quantities with the unit that the question asks for; None if it asks for none."""
    gives = _wanted(question)
    if gives is None:
        return None
    found: list[Span] = []
    for m in gives.finditer(sentence):
        if found and _GOES_ON.fullmatch(sentence, found[-1][1], m.start()):
            found[-1] = found[-1][0], m.end()
        else:
            found.append(m.span())
    return found
