"""Dates inside a text, and the days they mean: 'last Wednesday', 'Oct. 31', 'early August', 'by the 30th'.

An English grammar, one pattern in one pass. (dateparser's `search_dates` takes 'may', 'second' and 'on' for dates and
a hundred times as long.) What depends on the day of publication is resolved by it, leaning to the past as news does,
and is left without a date where it isn't known. Knows nothing of articles or files.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from rag.text.characters import same_width
from rag.types import DateMention, Precision

_MONTHS: tuple[str, ...] = tuple(
    "january february march april may june july august september october november december".split()
)
_DAYS: tuple[str, ...] = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
_NUMBERS: tuple[str, ...] = tuple("zero one two three four five six seven eight nine ten eleven twelve".split())
_MONTH = (
    r"(?:Jan(?:uary|\.)|Feb(?:ruary|\.)|Mar(?:ch|\.)|Apr(?:il|\.)|May|Jun[e.]|Jul[y.]|Aug(?:ust|\.)|Sept(?:ember|\.)"
    r"|Sep\.|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.)|(?:Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec)(?= \d))"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_YEAR = r"(?:19|20)\d\d"
_ORDINAL = r"(?:st|nd|rd|th)"
_PART = r"(?:(?:early|mid|late|the (?:beginning|start|middle|end) of)[ -](?:in )?)"

# Each kind with what it must match; after the bar what it must not.
_KINDS = {
    # 2023-11-02, 2023/11/2 | 2023-24, 1-2-3
    "iso": rf"(?<![\d/-])(?P<iso_y>{_YEAR})[-/.](?P<iso_m>\d\d?)[-/.](?P<iso_d>\d\d?)(?![\d/-])",
    # 31/10/2023, 10/31/2023 | 24/7, 1/2
    "slash": rf"(?<![\d/])(?P<s_a>\d\d?)[/.](?P<s_b>\d\d?)[/.](?P<s_y>{_YEAR})(?![\d/])",
    # Oct. 31, November 1, 2023, Sept. 7 to 8, Sept. 30-Oct. 2 | May 500 people, March 2020
    "month_day": rf"\b(?:{_DAY},? )?(?P<md_m>{_MONTH}) (?P<md_d>[12]\d|3[01]|0?[1-9]){_ORDINAL}?(?![\d%])(?!,\d|\.\d"
    rf"| ?(?:percent|people))"
    rf"(?: ?(?:to|through|and|-|–) ?(?:[12]\d|3[01]|0?[1-9]){_ORDINAL}?\b(?![\d%]|,\d))?(?:,? (?P<md_y>{_YEAR})\b)?",
    # 2 November 2023, 31 October, 7th of May | 31 Oct.ober
    "day_month": rf"(?<![\d.,$€£-])\b(?P<dm_d>[12]\d|3[01]|0?[1-9]){_ORDINAL}? (?:of )?(?P<dm_m>{_MONTH})(?!\w)"
    rf"(?:,? (?P<dm_y>{_YEAR})\b)?",
    # February 2020, early August 2021, Oct. of 2019, June of this year
    "month_year": rf"\b{_PART}?(?P<my_m>{_MONTH})(?:,? (?:of )?(?P<my_y>{_YEAR})\b| (?:of )?(?P<my_rel>(?:this|last"
    rf"|next) year)\b)",
    # last September, early August, in October, since May, the middle of October | he may go, to march on
    "month": rf"\b(?:(?P<m_rel>last|this|next|this past) |{_PART}|(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Dd]uring"
    rf"|[Bb]efore|[Aa]fter|[Ff]rom|[Oo]f"
    rf"|[Tt]hrough|[Bb]etween|[Tt]his past) (?={_MONTH}(?!\w)(?! \d))|(?<=[a-z] and ))(?P<m_m>{_MONTH})(?!\w)"
    rf"(?!,? \d| [A-Z]|,? (?:of )?(?:(?:this|last|next) year|(?:19|20)\d\d)\b)",
    # last Wednesday, on Tuesday, Monday | Black Friday, Super Tuesday, Ruby Tuesdays, the last Sunday of March
    "weekday": rf"(?<!Black )(?<!Good )(?<!Super )(?<!Bloody )(?<!Ash )\b(?:(?P<w_rel>[Ll]ast|[Tt]his|[Nn]ext"
    rf"|[Tt]his past) )?(?P<w_d>{_DAY})(?!\w|’s? (?:Child|World)| of\b)",
    # yesterday, today, tomorrow
    "near": r"\b(?P<near>[Yy]esterday|today|(?<![\w,] )Today|[Tt]omorrow|[Tt]onight|[Ll]ast night)\b(?!['’]s)",
    # last week, this month, next year, the past year is none
    "period": r"\b(?P<p_rel>[Ll]ast|[Tt]his|[Nn]ext) (?P<p_unit>week|month|year)\b(?!['’]s)",
    # three days ago, a month earlier is none, 2 years ago
    "ago": rf"\b(?P<a_n>an?|{'|'.join(_NUMBERS[1:])}|\d{{1,3}}) (?P<a_unit>day|week|month|year)s? ago\b",
    # by the 30th, on the 1st | the 38th parallel, the 21st century
    "ordinal": rf"\b(?:[Oo]n|[Bb]y|[Uu]ntil|[Ss]ince|[Bb]efore|[Aa]fter) the (?P<o_d>[12]\d|3[01]|[1-9]){_ORDINAL}"
    rf"(?=[.,;:)”’\"?!]|$| (?:and|but|when|as|after|before|at|that|,))",
    # in 2013, since 1998, the 2021 Congress, by mid-2022 | 2013 shells, 2021 kilometres
    "year": rf"\b(?:(?:[Ii]n|[Ss]ince|[Dd]uring|[Bb]y|[Ff]rom|[Uu]ntil|[Bb]efore|[Aa]fter|[Oo]f|[Tt]he|[Ee]arly"
    rf"|[Ll]ate|[Ee]nd of|[Tt]hrough)[ -](?:(?:early|mid|late)[ -])?)"
    rf"(?P<y_y>{_YEAR})\b(?![-.,]\d| (?:people|tons|tonnes|troops|soldiers|km|miles|kilometers|shells|containers"
    rf"|rounds|votes))",
}
# Tried only where a word begins that can begin one of them: the whole grammar at each letter takes five times as long.
_ANY = re.compile(
    r"(?<!\w)(?=\d|(?i:jan|feb|ma|apr|ju|aug|sep|oct|nov|dec|mon|tu|we|th|fr|sa|su|yest|to|la|ne|in|si|un|by|du|be"
    r"|af|of|ea"
    r"|mid|on|end|an? |two|fo|fi|se|ei|ni|te|el))(?:"
    + "|".join(f"(?P<kind_{kind}>{pattern})" for kind, pattern in _KINDS.items())
    + ")"
)
_LEAD = re.compile(
    r"(?!the (?:beginning|start|middle|end) of)(?:in|since|until|by|during|before|after|from|of|through|between|on"
    r"|the|and) (?=\w)",
    re.IGNORECASE,
)
# Verbs before a day that tell whether it was or will be: 'will meet on Tuesday', 'is to begin on', 'a hearing for May
# 20'; 'said on Tuesday'
_COMING = re.compile(
    r"\bfor\s*$|\b(?:(?:is|are) to [a-z]+|will|shall|scheduled|due|upcoming|going to|plans? to|set to|to be held"
    r"|expected|slated|’ll|'ll)\b",
    re.I,
)
_GONE = re.compile(
    r"\b(?:said|says|told|was|were|had|did|has|have|added|called|reported|announced|stated|\w{3,}ed)\b", re.I
)
_SOON = timedelta(days=31)
_RECENT = timedelta(days=61)


def resolve(text: str, published: date | None) -> list[DateMention]:
    """The date expressions of a text in order, resolved against the day of publication where it is known.

    Without a year, a day or month is the last one on or before publication; the next one where the sentence speaks
    of the future, or where it is within a month ahead and the last one is nearly a year ago. Where it doesn't and the
    last one is two months ago or more, it has no date: of such days news says the year. 'last Wednesday' is the
    Wednesday before the day of publication.
    """
    return list(_mentions(text, published))


def _mentions(text: str, published: date | None) -> Iterator[DateMention]:
    for match in _ANY.finditer(same_width(text)):
        kind = next(k for k in _KINDS if match[f"kind_{k}"] is not None)
        start = match.start()
        if kind in ("month", "ordinal", "year"):
            lead = _LEAD.match(match[0])
            start += lead.end() if lead else 0
        meaning = _MEANINGS[kind](match, published, _is_coming(text, match.start()))
        if meaning is not None:
            day, precision = meaning
            yield DateMention(start, match.end(), text[start : match.end()], day, precision)


Meaning = tuple[date | None, Precision] | None


def _is_coming(text: str, at: int) -> bool | None:
    """Whether the words before, in the same sentence, speak of the future last; None where they don't tell."""
    before = re.split(r"[.;!?\n](?:\s|$)", text[max(0, at - 70) : at])[-1]
    coming = max((m.end() for m in _COMING.finditer(before)), default=-1)
    gone = max((m.end() for m in _GONE.finditer(before) if not _COMING.fullmatch(m[0])), default=-1)
    return coming > gone if max(coming, gone) >= 0 else None


def _iso(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    day = _valid(int(match["iso_y"]), int(match["iso_m"]), int(match["iso_d"]))
    return (day, "day") if day else None


def _slash(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    a, b, year = int(match["s_a"]), int(match["s_b"]), int(match["s_y"])
    if a > 12 or a == b:
        day = _valid(year, b, a)
    elif b > 12:
        day = _valid(year, a, b)
    else:
        day = None  # either may be the month
    return (day, "day") if day or (a <= 12 and b <= 12) else None


def _month_day(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    return _day_of(month_number(match["md_m"]), int(match["md_d"]), match["md_y"], published, coming)


def _day_month(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    return _day_of(month_number(match["dm_m"]), int(match["dm_d"]), match["dm_y"], published, coming)


def _day_of(month: int, number: int, year: str | None, published: date | None, coming: bool | None) -> Meaning:
    if _valid(2024, month, number) is None:  # 2024 is a leap year: February 30 is no day in any
        return None
    if year:
        day = _valid(int(year), month, number)
        return (day, "day") if day else None
    if published is None:
        return None, "day"
    around = [d for y in range(-4, 5) if (d := _valid(published.year + y, month, number))]
    past, ahead = max(d for d in around if d <= published), min(d for d in around if d > published)
    soon = ahead - published <= _SOON and published - past > timedelta(days=300)
    if not coming and not soon and published - past > _RECENT:
        return None, "day"
    return (ahead if coming or soon else past), "day"


def _month_year(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    month = month_number(match["my_m"])
    if match["my_y"]:
        return date(int(match["my_y"]), month, 1), "month"
    return (date(published.year + _step(match["my_rel"].split()[0]), month, 1) if published else None), "month"


def _month(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    month, relation = month_number(match["m_m"]), (match["m_rel"] or "").lower()
    if published is None:
        return None, "month"
    year = published.year
    if relation == "this":
        pass
    elif relation == "next" or (coming and relation not in ("last", "this past")):
        year += month < published.month or (relation == "next" and month == published.month)
    else:
        year -= month > published.month or (relation == "last" and month == published.month)
    return date(year, month, 1), "month"


def _weekday(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    if published is None:
        return None, "day"
    relation = (match["w_rel"] or "").lower()
    back = (published.weekday() - _DAYS.index(match["w_d"].lower())) % 7
    if relation in ("last", "this past"):
        return published - timedelta(days=back or 7), "day"
    if relation == "this":
        return published - timedelta(days=published.weekday() - _DAYS.index(match["w_d"].lower())), "day"
    if relation == "next" or (coming and back):
        return published + timedelta(days=7 - back), "day"
    return published - timedelta(days=back), "day"


def _near(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    if published is None:
        return None, "day"
    days = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(match["near"].lower(), 0)
    return published + timedelta(days=days), "day"


def _period(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    unit, step = match["p_unit"], _step(match["p_rel"])
    precision: Precision = "day" if unit == "week" else "month" if unit == "month" else "year"
    if published is None:
        return None, precision
    if unit == "week":
        return published - timedelta(days=published.weekday()) + timedelta(weeks=step), "day"
    return (_months_on(published, step) if unit == "month" else date(published.year + step, 1, 1)), precision


def _ago(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    said, unit = match["a_n"].lower(), match["a_unit"]
    number = int(said) if said.isdigit() else 1 if said in ("a", "an") else _NUMBERS.index(said)
    precision: Precision = "day" if unit in ("day", "week") else "month" if unit == "month" else "year"
    if published is None:
        return None, precision
    if unit in ("day", "week"):
        return published - timedelta(days=number * (7 if unit == "week" else 1)), "day"
    if unit == "month":
        return _months_on(published, -number), "month"
    return date(published.year - number, 1, 1), "year"


def _ordinal(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    number = int(match["o_d"])
    if published is None:
        return None, "day"
    step = -1 if not coming and number > published.day else 1 if coming and number < published.day else 0
    month = _months_on(published, step)
    return _valid(month.year, month.month, number), "day"


def _year(match: re.Match[str], published: date | None, coming: bool | None) -> Meaning:
    return date(int(match["y_y"]), 1, 1), "year"


_MEANINGS: dict[str, Callable[[re.Match[str], date | None, bool | None], Meaning]] = {
    "iso": _iso, "slash": _slash, "month_day": _month_day, "day_month": _day_month, "month_year": _month_year,
    "month": _month, "weekday": _weekday, "near": _near, "period": _period, "ago": _ago, "ordinal": _ordinal,
    "year": _year,
}  # fmt: skip


def month_number(name: str) -> int:
    """1 to 12, of a month's English name or its beginning: 'Sept.' is 9."""
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _step(relation: str) -> int:
    return {"last": -1, "this": 0, "next": 1}[relation.lower()]


def _months_on(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
