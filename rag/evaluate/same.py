"""Whether a text holds a fact: numbers, dates and names compared as what they mean, other words by their stems.

'1,000' stands in 'a thousand', '13 October' in 'Oct. 13', 'April 2019' in 'April 25, 2019', 'Kim Jong Un' in
'Kim Jong-un'; '10' not in '10.5' or '1,100', 'ore' not in 'more'. Knows nothing of cases or answers.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rag.evaluate.values import Value, dates, names, numbers
from rag.text import stems

_DASHES = re.compile(r"[‐‑−–—]")
_SPACES = re.compile(r"\s+")
# 7.62mm is 7.62 mm; Jong-un is Jong un; not: 7.62
_UNIT, _HYPHEN = re.compile(r"(?<=\d)(?=[A-Za-z])"), re.compile(r"(?<=\w)[-/](?=\w)")
# No.10 is No. 10; not: 3.10
_GLUED = re.compile(r"(?<=[A-Za-z]\.)(?=\d)")
# August 3 to 5, 3-5 August; not: 3 ships to 5 August
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
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
_RANGE = re.compile(r" (?:or|to) |(?<=\w)\s?-\s?(?=\d)")
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
    """Whether the text holds the form. A date may be told more exactly than the form tells it, never less so."""
    form, text = _plain(form), _plain(text)
    asked = dates(form)
    if len(asked) == 1 and asked[0].text == form.strip():
        return any(_within(found, asked[0]) for found in dates(_DAYS.sub(_apart_days, text)))
    wanted, found = _words(form), _words(text)
    n = len(wanted)
    return n > 0 and any(found[i : i + n] == wanted for i in range(len(found) - n + 1))


def holds_value(text: str, value: Value) -> bool:
    """Whether the text holds a number, date or name that was found in another text."""
    if value.kind == "date":
        return any(_within(found, value) or _within(value, found) for found in dates(_plain(text)))
    if value.kind == "number":
        wanted = set(_worths(value.text))
        alike = [found for found in numbers(_plain(text)) if wanted <= set(_worths(found.text))]
        return any(not (a := _measure(value)) or not (b := _measure(found)) or a == b for found in alike)
    wanted = set(stems(_apart(value.text)))  # Russia-North Korea is held by North Korea-Russia
    return value.text in text or (bool(wanted) and wanted <= set(stems(_apart(text))) | set(stems(text)))


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


def _within(found: Value, asked: Value) -> bool:
    if math.isnan(found.low) or math.isnan(asked.low):  # a day of an unknown year
        return found.day_of_year is not None and found.day_of_year == asked.day_of_year
    return asked.low <= found.low and found.high <= asked.high


@lru_cache(maxsize=4_096)
def _words(text: str) -> tuple[str, ...]:
    """The stems of a text, each number in digits: 'more than a thousand' is more, than, 1000."""
    out, at = list[str](), 0
    text = _COUNTED.sub(lambda m: _TIMES[m[0].lower()], text)
    for value in numbers(text):
        unit = next((name for sign, name in _CURRENCY.items() if sign in value.text), "")
        unit = "percent" if re.search(r"%|per ?cent", value.text) else unit
        out += [text[at : value.start], f" {' '.join(_worths(value.text))} {unit} "]
        at = value.end
    whole = _MEASURED.sub(lambda m: f" {m.lastgroup} ", _SPACES.sub(" ", "".join([*out, text[at:]])))
    return tuple(stems(_apart(whole)))


def _measure(value: Value) -> str | None:
    """The measure that a number is of, None where it counts things."""
    return next((_KINDS[stem] for stem in sorted(value.unit) if stem in _KINDS), None)


def _worths(text: str) -> list[str]:
    """A number in digits; of a range both ends."""
    return [_worth(end) for end in _RANGE.split(text)]


def _worth(text: str) -> str:
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
