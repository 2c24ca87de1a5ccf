"""Whether a text holds a fact: numbers, dates and names compared as what they mean, other words by their stems.

'1,000' stands in 'a thousand', '13 October' in 'Oct. 13', 'April 2019' in 'April 25, 2019', 'Kim Jong Un' in
'Kim Jong-un'; '10' not in '10.5' or '1,100', 'ore' not in 'more'; '1886' lies in 'the 1880s'. Knows nothing of cases or
answers, and shares no parser with the check of written sentences that it judges.
"""

import calendar
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from rag.text import stems, words
from rag.text.dates import month_number
from rag.text.function_words import NAMELESS, STOP


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """`sentence[start:end] == text`, and what it means.

    A number and a date mean everything from `low` to `high` (a date in days, as `date.toordinal` counts them). A day
    without its year has neither, but a `day_of_year`: month and day, 0 where the whole month is meant. `unit` are the
    stems of what a number counts.
    """

    kind: Literal["number", "date", "name"]
    start: int
    end: int
    text: str
    low: float = 0.0
    high: float = 0.0
    day_of_year: tuple[int, int] | None = None
    unit: frozenset[str] = frozenset()


# Numbers

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORTH: dict[str, float] = (
    {w: float(n) for n, w in enumerate(_SMALL)}
    | {w: 10.0 * n for n, w in enumerate(_TENS, 2)}
    | {"a": 1.0, "an": 1.0, "half a": 0.5}
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
        month_name = m["m1"] or m["m2"] or m["m3"] or m["m7"]
        month = month_number(month_name) if month_name else None
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
        own = set(stems(text)) - STOP
        if own and not all(w in NAMELESS for w in words(text)) and not text[0].islower():
            found.append(Value(kind="name", start=start, end=start + len(text), text=text))
    return found


# Held

_DASHES = re.compile(r"[‐‑−–—]")
_SPACES = re.compile(r"\s+")
# 7.62mm is 7.62 mm; Jong-un is Jong un; not: 7.62
_UNIT, _HYPHEN = re.compile(r"(?<=\d)(?=[A-Za-z])"), re.compile(r"(?<=\w)[-/](?=\w)")
# No.10 is No. 10; not: 3.10
_GLUED = re.compile(r"(?<=[A-Za-z]\.)(?=\d)")
# August 3 to 5, 3-5 August; not: 3 ships to 5 August
_DAYS = re.compile(
    rf"\b(?:(?P<m>{_MONTH}) )?(?P<a>\d\d?)(?P<to> ?(?:-|to|and|through|until) ?)(?P<b>\d\d?)\b(?(m)| (?P<n>{_MONTH}))"
)
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen", "₩": "won"}
# 290 kilometres, 290 kilometers and 290 km are one distance; only after a figure: not the m of 'I'm'.
_MEASURES = {
    "km": r"km|kilomet(?:re|er)s?", "m": r"m|met(?:re|er)s?", "cm": r"cm|centimet(?:re|er)s?",
    "mm": r"mm|millimet(?:re|er)s?", "kg": r"kg|kilos?|kilograms?", "tonne": r"t|tons?|tonnes?",
}  # fmt: skip
_MEASURED = re.compile(
    rf"(?<=\d)[ -]{{0,2}}(?:{'|'.join(f'(?P<{n}>{p})' for n, p in _MEASURES.items())})\b", re.IGNORECASE
)
# five or six, 10 to 12, 10-12
_RANGE_OF = re.compile(r" (?:or|to) |(?<=\w)\s?-\s?(?=\d)")
# Of '10 kilometres' no '10 miles' are held; of '12 ships' are '12', for what is counted has many names.
_KINDS = {
    stem: name
    for name, several in (
        ("km", "km kilometre kilometer"), ("mile", "mile"), ("m", "metre meter"), ("second", "second"),
        ("minute", "minute"), ("hour", "hour"), ("day", "day"), ("week", "week"), ("month", "month"), ("year", "year"),
        ("kg", "kg kilo kilogram"), ("tonne", "tonne ton"), ("dollar", "dollar"), ("ruble", "ruble"),
    )
    for stem in stems(several)
}  # fmt: skip
# 'twice' is two times
_TIMES = {"twice": "2 times", "thrice": "3 times"}
_COUNTED = re.compile(rf"\b(?:{'|'.join(_TIMES)})\b", re.IGNORECASE)


def holds(text: str, form: str) -> bool:
    """Whether the text holds the form. A date may be more exact in the text than in the form, never less."""
    form, text = _plain(form), _plain(text)
    expected_dates = dates(form)
    if len(expected_dates) == 1 and expected_dates[0].text == form.strip():
        return any(_within(found, expected_dates[0]) for found in dates(_DAYS.sub(_apart_days, text)))
    expected_words, found = _words(form), _words(text)
    n = len(expected_words)
    return n > 0 and any(found[i : i + n] == expected_words for i in range(len(found) - n + 1))


def holds_value(text: str, value: Value) -> bool:
    """Whether the text holds a number, date or name that was found in another text."""
    if value.kind == "date":
        return any(_within(found, value) or _within(value, found) for found in dates(_plain(text)))
    if value.kind == "number":
        expected = set(_ends_of(value.text))
        alike = [found for found in numbers(_plain(text)) if expected <= set(_ends_of(found.text))]
        return any(not (a := _measure(value)) or not (b := _measure(found)) or a == b for found in alike)
    expected = set(stems(_apart(value.text)))  # Russia-North Korea is held by North Korea-Russia
    return value.text in text or (bool(expected) and expected <= set(stems(_apart(text))) | set(stems(text)))


def values_in(text: str) -> list[Value]:
    """The numbers, dates and names of a text, a number that opens a sentence not as a name too."""
    plain = _plain(text)
    found = [*dates(plain), *numbers(plain)]
    return [*found, *(n for n in names(text) if n.text not in {v.text for v in found})]


def unsupported_values(text: str, quotes: Sequence[str]) -> list[str]:
    """The numbers, dates and names of a text that no quote holds, as they stand there."""
    return [v.text for v in values_in(text) if not any(holds_value(q, v) for q in quotes)]


def _apart_days(m: re.Match[str]) -> str:
    """'August 3 to 5' with the month beside each day."""
    month = m["m"] or m["n"]
    return f"{month} {m['a']}{m['to']}{month} {m['b']}"


def _within(inner: Value, outer: Value) -> bool:
    """Whether all that one date can mean lies within what another can mean; of days without a year, the same day."""
    if math.isnan(inner.low) or math.isnan(outer.low):  # a day of an unknown year
        return inner.day_of_year is not None and inner.day_of_year == outer.day_of_year
    return outer.low <= inner.low and inner.high <= outer.high


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[str, ...]:
    """The stems of a text, each number in digits: 'more than a thousand' is more, than, 1000."""
    out, at = list[str](), 0
    text = _COUNTED.sub(lambda m: _TIMES[m[0].lower()], text)
    for value in numbers(text):
        unit = next((name for sign, name in _CURRENCY.items() if sign in value.text), "")
        unit = "percent" if re.search(r"%|per ?cent", value.text) else unit
        out += [text[at : value.start], f" {' '.join(_ends_of(value.text))} {unit} "]
        at = value.end
    whole = _MEASURED.sub(lambda m: f" {m.lastgroup} ", _SPACES.sub(" ", "".join([*out, text[at:]])))
    return tuple(stems(_apart(whole)))


def _measure(value: Value) -> str | None:
    """The measure that a number is of, None where it counts things."""
    return next((_KINDS[stem] for stem in sorted(value.unit) if stem in _KINDS), None)


def _ends_of(text: str) -> list[str]:
    """A number in digits; of a range both ends."""
    return [_digits_of(end) for end in _RANGE_OF.split(text)]


def _digits_of(text: str) -> str:
    """A number in digits, without what stands before it: 'more than' and 'about' change no figure."""
    found = numbers(text)
    if not found:
        return text
    # 'about 12' is a range around it, 'over 12' one without an end, 'up to 12' one from nothing.
    low, high = found[0].low, found[0].high
    return f"{low if math.isinf(high) else high if low <= 0 else (low + high) / 2:.15g}"


def _apart(text: str) -> str:
    return _HYPHEN.sub(" ", _UNIT.sub(" ", text))


@lru_cache(maxsize=4_096)
def _plain(text: str) -> str:
    """Compatibility forms and accents folded, dashes plain."""
    folded = unicodedata.normalize("NFKD", _DASHES.sub("-", _GLUED.sub(" ", text)))
    return "".join(c for c in folded if not unicodedata.combining(c))
