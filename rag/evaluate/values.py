"""Values in sentences: numbers, dates and names, compared as what they mean, not as they are spelled.

'1,000' is 'a thousand', 'more than 1 million' excludes '800,000', '1886' lies in 'the 1880s', 'Najin' may be 'Rajin'.
The evaluation's own: it shares no code with the check of written sentences that it judges.
"""

import calendar
import math
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.text import stems, words
from rag.text.stopwords import NAMELESS, STOP

ValueKind = Literal["number", "date", "name", "term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """`sentence[start:end] == text`, and what it means.

    A number and a date mean everything from `low` to `high` (a date in days, as `date.toordinal` counts them). A day
    without its year has neither, but a `day_of_year`: month and day, 0 where the whole month is meant. `unit` are the
    stems of what a number counts; `stems` those of a name or term.
    """

    kind: ValueKind
    start: int
    end: int
    text: str
    low: float = 0.0
    high: float = 0.0
    day_of_year: tuple[int, int] | None = None
    unit: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()


# Numbers

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH: dict[str, float] = (
    {w: float(n) for n, w in enumerate(_SMALL)}
    | {w: 10.0 * n for n, w in enumerate(_TENS, 2)}
    | {"a": 1.0, "an": 1.0, "half a": 0.5, "several": math.nan, "dozens of": math.nan}
)
_MAGNITUDE = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
              "m": 1e6, "bn": 1e9, "k": 1e3}  # fmt: skip
_WORDED = rf"(?:(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_SMALL[1:10])})|{'|'.join([*_TENS, *_SMALL])})"
# 1,000 | 3.45 million | ten | twenty-five thousand | a million | a dozen; not: a, one of the, 2023-11-02
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:(?P<currency>US\$|[$€£¥₩])\s?)?"
    rf"(?:(?P<digits>\d{{1,3}}(?:[, ]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>{_WORDED})"
    rf"|(?P<article>an?|half a)(?= (?:hundred|thousand|million|billion|trillion|dozen)\b))"
    rf"(?:[ -]?(?P<magnitude>hundred|thousand|million|billion|trillion|dozen|m|bn|k)(?![\w]))?"
    rf"(?P<percent>\s?%| per ?cent\b)?(?!st\b|nd\b|rd\b|th\b|[\d/]|[.,]\d|\w)",
    re.IGNORECASE,
)
# What stands before a number and makes it a bound: more than 1 million, up to 800, about ten; not: more shells
_AT_LEAST = re.compile(r"\b(?:more than|over|at least|no fewer than|no less than|above|exceed(?:s|ed|ing)?)\s*$", re.I)
_AT_MOST = re.compile(r"\b(?:less than|fewer than|under|up to|at most|no more than|below|as many as)\s*$", re.I)
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|some|nearly|almost|close to|an estimated|estimated at|circa)\s*$", re.I
)
_ROUND = 0.1
# five or six hours, 10 to 12 ships, 10-12 ships; not: five and six
_RANGE = re.compile(r" (?:or|to) |\s?[-–]\s?", re.I)
# Characters before a number that are read for them.
_LEAD = 24
_UNIT_WORDS = 3


def numbers(sentence: str) -> list[Value]:
    """The numbers that count or measure something, without the years and days of dates."""
    taken = [(d.start, d.end) for d in dates(sentence)]
    found: list[Value] = []
    for m in _NUMBER.finditer(sentence):
        if any(a < m.end() and m.start() < b for a, b in taken):
            continue
        worth = _worth(m)
        at = max(0, m.start() - _LEAD)
        before = sentence[at : m.start()]
        low = high = worth
        if hedge := _AT_LEAST.search(before):
            high = math.inf
        elif hedge := _AT_MOST.search(before):
            low = 0.0
        elif hedge := _ABOUT.search(before):
            low, high = worth * (1 - _ROUND), worth * (1 + _ROUND)
        start, end = at + hedge.start() if hedge else m.start(), m.start() + len(m[0].rstrip())
        value = Value(
            kind="number", start=start, end=end, text=sentence[start:end], low=low, high=high, unit=_unit(m, sentence)
        )
        if found and not found[-1].unit and _RANGE.fullmatch(sentence, found[-1].end, start):
            first = found.pop()
            value = replace(value, start=first.start, text=sentence[first.start : end], low=first.low)
        found.append(value)
    return found


def _worth(m: re.Match[str]) -> float:
    if m["digits"]:
        worth = float(re.sub(r"[, ]", "", m["digits"]))
    elif m["word"]:
        worth = sum(_WORTH[w] for w in re.split(r"[- ]", m["word"].lower()))
    else:
        worth = _WORTH[m["article"].lower()]
    return worth * _MAGNITUDE.get((m["magnitude"] or "").lower(), 1.0)


def _unit(m: re.Match[str], sentence: str) -> frozenset[str]:
    """The stems of what is counted: '1 million artillery shells' → artillery, shell; '$3 million' → $."""
    if m["currency"]:
        return frozenset({m["currency"][-1]})
    if m["percent"]:
        return frozenset({"%"})
    counted: list[str] = []
    for word in re.findall(r"[\w’'-]+|[^\w\s]", sentence[m.end() :])[:_UNIT_WORDS]:
        if not word[0].isalpha() or word.casefold() in STOP:
            break
        counted.append(word)
    return frozenset(stems(" ".join(counted)))


# Dates

_MONTHS = {name[:3].casefold(): n for n, name in enumerate(calendar.month_name) if n}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:1[0-9]|20)\d\d"
# October 13, 1988 | 13 October 1988 | October 1988 | Oct. 13 | 1901-1902 | the 1880s | 1914 | in October; not: 1,914,
# 1914 people, May I
_DATE = re.compile(
    rf"(?<![\d,.])(?:\b(?P<m1>{_MONTH}) (?P<d1>\d\d?)(?:st|nd|rd|th)?\b(?!,\d)(?:,? (?P<y1>{_YEAR})\b)?"
    rf"|\b(?P<d2>\d\d?)(?:st|nd|rd|th)? (?:of )?(?P<m2>{_MONTH})(?!\w)(?:,? (?P<y2>{_YEAR})\b)?"
    rf"|\b(?P<m3>{_MONTH}),? (?:of )?(?P<y3>{_YEAR})\b"
    rf"|\b(?P<y4>{_YEAR})\s?[-–]\s?(?P<y5>{_YEAR}|\d\d)\b"
    rf"|\b(?P<decade>(?:1[0-9]|20)\d0)s\b|\b(?P<y6>{_YEAR})\b(?![,.]\d)"
    rf"|\b(?P<m7>{_MONTH})(?<!May\.))"
)
_ABBREVIATED = 6
# What leads to a month that stands alone; 'May' and 'March' are words too.
_TO_MONTH = re.compile(r"\b(?:in|of|by|to|or|and|for|from|since|until|through|early|late|last|mid)[ -]$", re.I)


def dates(sentence: str) -> list[Value]:
    """The days, months, years, decades and runs of years."""
    found: list[Value] = []
    for m in _DATE.finditer(sentence):
        if m["m7"] and not _TO_MONTH.search(sentence[max(0, m.start() - _LEAD) : m.start()]):
            continue
        month = _MONTHS.get((m["m1"] or m["m2"] or m["m3"] or m["m7"] or "")[:3].casefold())
        day, year = int(m["d1"] or m["d2"] or 0), int(m["y1"] or m["y2"] or m["y3"] or m["y4"] or m["y6"] or 0)
        if day > 31 or (not month and not year and not m["decade"]):
            continue
        low, high, of_year = _reach(m, year, month, day)
        text = m[0] if len(m[0]) < _ABBREVIATED else m[0].rstrip(".")  # 'Oct.', but no point after 'October'
        found.append(Value(kind="date", start=m.start(), end=m.start() + len(text), text=text, low=low, high=high,
                           day_of_year=of_year))  # fmt: skip
    return found


def _reach(m: re.Match[str], year: int, month: int | None, day: int) -> tuple[float, float, tuple[int, int] | None]:
    """The first and last day that the expression can mean, or the day of an unknown year."""
    if m["decade"]:
        first = int(m["decade"])
        return _first(first), _first(first + 10) - 1, None
    if m["y4"]:
        last = int(m["y5"]) if len(m["y5"]) == 4 else year // 100 * 100 + int(m["y5"])
        return _first(year), _first(max(last, year) + 1) - 1, None
    if not year:
        return math.nan, math.nan, (month or 1, day)
    if not month:
        return _first(year), _first(year + 1) - 1, None
    last = calendar.monthrange(year, month)[1]
    if day:
        exact = float(date(year, month, min(day, last)).toordinal())
        return exact, exact, (month, day)
    return float(date(year, month, 1).toordinal()), float(date(year, month, last).toordinal()), (month, 0)


def _first(year: int) -> float:
    return float(date(year, 1, 1).toordinal())


# Names

# Kim Jong Un | St. Paul, Texas | National Intelligence Service | Philadelphia Atoms; not: the source, he
_NAME = re.compile(
    r"(?:(?:St|Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Lt|Col|Prof)\. )?[A-Z][\w’'.&-]*\w"
    r"(?: (?:of the |of |de |da |von |van |al-|bin )?"
    r"(?:[A-Z][\w’'&-]*\.?|[IVX]+\b))*"
)


def names(sentence: str) -> list[Value]:
    """The capitalised runs, without the words that open a sentence and name nobody, months and days."""
    found: list[Value] = []
    for m in _NAME.finditer(sentence):
        start, text = m.start(), m[0]
        first = text.split(" ", 1)[0]
        if first.casefold() in NAMELESS:
            start, text = start + len(first) + 1, text[len(first) + 1 :]
        text = text.rstrip(" .'’")
        own = frozenset(s for s in stems(text) if s not in STOP)
        if own and not all(w in NAMELESS for w in words(text)) and not text[0].islower():
            found.append(Value(kind="name", start=start, end=start + len(text), text=text, stems=own))
    return found
