"""The numbers of a text, as numbers: '1,000', 'one thousand', 'half a million', '2.5 bn', '7%', '21st', 'dozens'.

Knows nothing of dates (take those out first) nor of what is counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rag.text.characters import same_width

_SMALL = {
    word: n
    for n, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {
    "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
    "k": 1_000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12,
}  # fmt: skip
_ORDINALS = {
    word: n
    for n, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
}
_PARTS = {"half": Fraction(1, 2), "third": Fraction(1, 3), "quarter": Fraction(1, 4), "fifth": Fraction(1, 5)}
_UNITS = {"%": "percent", "percent": "percent", "per cent": "percent", "percentage points": "points"}
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₩": "won", "dollar": "dollar", "euro": "euro",
               "pound": "pound", "yen": "yen", "won": "won"}  # fmt: skip

_SCALE_WORD = r"(?:hundred|thousand|million|billion|trillion|dozen)"
_WORD = rf"(?:{'|'.join([*_SMALL, *_TENS])})"
# '1,000' and '2.5' with 'million', 'bn'; '21st'. Not the digits inside F-16 or 7.62mm, which are names of things.
_DIGITS = (
    r"(?<![\w.,-])(?P<sign>[-−](?=\d))?(?P<money>[$€£¥₩])? ?(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:(?P<nth>st|nd|rd|th)\b|(?P<letters>k|m|mn|bn|tn)\b(?!-)|[ -](?P<scale>(?:hundred|thousand|million|billion"
    r"|trillion|dozen|bn|mn)(?: (?:thousand|million|billion))?)\b)?(?!\w|[.,]\d|-[A-Za-z]*\d)"
)
# 'one thousand two hundred and five', 'twenty-five', 'a million', 'half a million', 'two and a half million'
_SPELT = (
    rf"\b(?P<half>half (?:an? )|an? (?:half|quarter) )?(?P<spelt>(?:an? {_SCALE_WORD}|{_WORD}|{_SCALE_WORD}(?!s))"
    rf"(?:(?:[ -]|(?<=hundred) and |(?<=thousand) and )(?:{_WORD}|{_SCALE_WORD})(?!s))*)"
    rf"(?P<and_half> and an? half(?: {_SCALE_WORD})?)?\b"
)
_NTH = rf"\b(?P<ordinal>(?:(?:{'|'.join(_TENS)})-)?(?:{'|'.join(_ORDINALS)}))s?\b"
# 'dozens of', 'hundreds', 'tens of thousands'
_VAGUE = r"\b(?P<vague>(?:(?:tens|hundreds|dozens) of )?(?:tens|dozens|scores|hundreds|thousands|millions|billions))\b"
_AFTER = re.compile(r"(?:-| )?(%|percentage points|per ?cent|(?:dollar|euro|pound|yen|won)(?=s?\b))", re.I)
_ANY = re.compile(f"(?:{_DIGITS})|(?:{_VAGUE})|(?:{_NTH})|(?:{_SPELT})", re.I)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at `text[start:end]`: `key` is its value ('1000', '1/2', '~thousands'), `unit` '' where none stands."""

    start: int
    end: int
    key: str
    unit: str = ""

    @property
    def weak(self) -> bool:
        """One: also an article or pronoun, so that its absence proves nothing."""
        return self.key == "1" and not self.unit


def figures(text: str) -> list[Figure]:
    """The numbers of a text, in order."""
    return list(_figures(same_width(text)))


def _figures(text: str) -> Iterator[Figure]:
    for m in _ANY.finditer(text):
        if m["digits"]:
            key = str(_of_digits(m))
        elif m["vague"]:
            key = "~" + m["vague"].casefold().split()[-1]
        elif m["spelt"]:
            key = str(_of_words(m))
        else:
            tens, _, last = m["ordinal"].casefold().rpartition("-")
            key = str(_TENS.get(tens, 0) + _ORDINALS[last])
        after = _AFTER.match(text, m.end())
        unit, end = _CURRENCIES.get(m["money"] or "", ""), m.end()
        if after and not unit:
            said = after[1].casefold().replace("per cent", "percent")
            unit, end = _UNITS.get(said) or _CURRENCIES.get(said, ""), after.end()
        yield Figure(m.start(), end, key, unit)


def _of_digits(m: re.Match[str]) -> Fraction:
    value = Fraction(m["digits"].replace(",", ""))
    for scale in (m["letters"] or m["scale"] or "").casefold().split():
        value *= _SCALES[scale]
    return -value if m["sign"] else value


def _of_words(m: re.Match[str]) -> Fraction:
    total, group, last = Fraction(0), Fraction(0), 1
    for word in re.findall(r"[a-z]+", m["spelt"].casefold()):
        if word in ("a", "an", "and"):
            continue
        if word in _SCALES:
            last = _SCALES[word]
            if last <= 100:  # 'two hundred', 'a dozen' stay in their group: two hundred thousand
                group = (group or Fraction(1)) * last
            else:
                total, group = total + (group or Fraction(1)) * last, Fraction(0)
        else:
            group += _SMALL.get(word, 0) or _TENS.get(word, 0)
    value = total + group
    if m["and_half"]:  # 'two and a half million', 'a million and a half'
        scale = next((_SCALES[w] for w in m["and_half"].casefold().split() if w in _SCALES), None)
        value = (value + Fraction(1, 2)) * scale if scale else value + Fraction(last, 2)
    if m["half"]:
        value *= _PARTS["quarter" if "quarter" in m["half"].casefold() else "half"]
    return value
