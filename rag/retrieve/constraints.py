"""Constraints in a question: the outlets and days it names, held against those that the corpus has.

'according to The Verge', 'the October 30 report', 'only in Fortune', 'published between 6 and 10 October 2023'.
Knows what the corpus has as a `Shelf`; how dates are read is passed in.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.retrieve.shelf import OutletName, Shelf
from rag.types import Article, DateMention, Filter

Resolve = Callable[[str, date | None], Sequence[DateMention]]

# Words that show that the name beside them is an outlet's, whatever its case: 'an article in the age', 'fortune says'
_CUE_BEFORE = re.compile(
    r"(?:according to|(?:reported|covered|published|written|told|said|carried) (?:by|in|to)"
    r"|(?:articles?|reports?|stor(?:y|ies)|pieces?|coverage|interviews?|only) (?:by|in|from|of|for))"
    r"(?: both| either)?[\s'\"‘“]*$",
    re.I,
)
_CUE_AFTER = re.compile(
    r"^['\"’”]*(?:['’]s)?['\"’”]*\s+(?:\w+\s+)?(?:articles?|reports?|reported|reporting|stor(?:y|ies)|pieces?|coverage"
    r"|interviews?|says?|said|writes?|wrote|claims?|claimed|suggests?|alleges?)\b",
    re.I,
)
# 'only in X', 'in X only', 'X alone': not 'the only article in X'
_ONLY_BEFORE = re.compile(
    r"(?<!the )\b(?:only|solely|exclusively) (?:by|in|from|of|use|using|consider)?[\s'\"‘“]*$", re.I
)
_ONLY_AFTER = re.compile(r"^['\"’”]*\s+(?:only|alone|exclusively)\b", re.I)

# A day is that of publication when a report is beside it: 'the October 30 report', 'published on October 30',
# 'the story of October 30'; not: 'what happened on October 30', 'reports that it left on October 30'
_REPORT = r"(?:articles?|reports?|stor(?:y|ies)|pieces?|coverage|dispatch(?:es)?|issue|edition)"
_PUBLISHED_BEFORE = re.compile(
    rf"(?:\b(?:published|posted|printed|dated|appeared|reported)\b|\b{_REPORT}\b)(?:\s+(?:on|in|at|from|of|dated|between"
    r"|before|after|since|until|till|during|the|and|to|later than|earlier than))*[\s,(]*$",
    re.I,
)
_PUBLISHED_AFTER = re.compile(rf"^(?:['’]s)?\s+(?:\w+\s+)?{_REPORT}\b", re.I)
_WINDOW = re.compile(r"\b(before|until|till|earlier than|after|since|later than)(?:\s+the)?\s*$", re.I)
# A day or month that stands by itself; 'Monday' and 'last week' count from a day that the articles don't know.
_DATED = re.compile(r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.I)
_AND = re.compile(r",?\s+(?:and|or)\s+(?:on\s+)?|,\s+")
# 'between 6 and 10 October', 'from May 1 to May 6': what stands before, and between, the two
_RANGE_OPENS = re.compile(r"\b(?:between|from)\s+(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:and|to|until)\s+)?$", re.I)
_RANGE_GOES_ON = re.compile(r"^,?\s+(?:and|to|until|till|through|[-–])\s+$", re.I)

# How much nearer an outlet or a day brings its articles: set by hand, looking at MultiHop-RAG's `dev` half and the
# other; no kept script chose them. `bench/retrieval.py` prints what is found with and without.
OUTLET_BOOST, PUBLISHED_BOOST, EVENT_BOOST = 1.5, 1.3, 1.1
# News of a day stands in the articles of that day and of those that follow.
_AFTERMATH = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """An outlet or a time that a question names.

    `outlet` is the corpus's own name for it. `after` and `before` bound the day of publication, inclusively. `hard`
    constraints filter, others prefer. `articles` is how many articles meet it; at 0 it is not used. `undated` is how
    many have no date and may meet it or not: they stay in. `words` are the question's own.
    """

    words: str
    outlet: str | None = None
    after: date | None = None
    before: date | None = None
    hard: bool = False
    articles: int = 0
    undated: int = 0
    boost: float = 1.0

    @property
    def filter(self) -> Filter:
        """The articles that meet it, for a search."""
        return Filter(publisher=self.outlet, after=self.after, before=self.before)

    def met_by(self, article: Article) -> bool | None:
        """Whether an article meets it; None when it can't be known, for want of a date."""
        if self.outlet is not None:
            return article.publisher == self.outlet
        if article.published is None:
            return None
        return (self.after or date.min) <= article.published <= (self.before or date.max)

    def __str__(self) -> str:
        """For people: what was recognised, how it is used, and what it leaves."""
        what = f"outlet {self.outlet}" if self.outlet else f"published {_period(self.after, self.before)}"
        if not self.articles:
            return f"{what} (“{self.words}”): no article, not used"
        how = "only these" if self.hard else "preferred"
        undated = f", {self.undated:,} of unknown date kept" if self.undated else ""
        return f"{what} (“{self.words}”): {self.articles:,} article{'s'[: self.articles != 1]}, {how}{undated}"


def find_constraints(question: str, shelf: Shelf, resolve: Resolve) -> tuple[Constraint, ...]:
    """The constraints in a question, outlets first, each once.

    Args:
        shelf: what the corpus has.
        resolve: (text, day that it is read on) to the dates that it mentions.
    """
    outlets = {c.outlet: c for c in _outlets(question, shelf)}
    times = {(c.after, c.before): c for c in _times(question, shelf, resolve)}
    return (*outlets.values(), *times.values())


# Outlets


def _outlets(question: str, shelf: Shelf) -> list[Constraint]:
    found: list[tuple[int, int, Constraint]] = []
    for name in shelf.names:
        for match in name.pattern.finditer(question):
            start, end = match.span()
            elsewhere = name.outlet not in shelf.outlets
            taken = any(a < end and start < b and c.outlet != name.outlet for a, b, c in found)
            before, after = question[:start], question[end:]
            if taken or not _is_outlet(name, match, before, after, cued=elsewhere):
                continue
            hard = bool(_ONLY_BEFORE.search(before) or _ONLY_AFTER.match(after))
            articles = shelf.outlets.get(name.outlet, 0)
            constraint = Constraint(
                words=match[0] if name.article else match["name"],
                outlet=name.outlet,
                hard=hard,
                articles=articles,
                boost=OUTLET_BOOST,
            )
            found.append((start, end, constraint))
    return [constraint for _, _, constraint in sorted(found, key=lambda f: f[0])]


def _is_outlet(name: OutletName, match: re.Match[str], before: str, after: str, *, cued: bool) -> bool:
    """Whether a name in a question is the outlet's: 'The Age', 'a Fortune article'; not 'the age', 'a fortune'.

    With `cued`, only where a word such as 'article' or 'according to' stands beside it.
    """
    if _CUE_BEFORE.search(before) or _CUE_AFTER.match(after):
        return True
    if cued:
        return False
    said = match["name"]
    if not all(part[:1].isupper() or part[:1].isdigit() for part in said.split()):
        return False
    if len(name.parts) > 1:
        return True
    # One word that may be any noun: it needs its article ('the Age'), or to stand where no sentence begins.
    if name.article:
        return match["the"] is not None
    return bool(before.strip()) and not before.rstrip().endswith((".", "?", "!"))


# Times


def _times(question: str, shelf: Shelf, resolve: Resolve) -> list[Constraint]:
    if not shelf.days:
        return []
    mentions = [m for m in resolve(question, max(shelf.days)) if m.date is not None and _DATED.search(m.text)]
    found: list[Constraint] = []
    at, goes_on = 0, False
    while at < len(mentions):
        first = mentions[at]
        before = question[: first.start]
        opens = _RANGE_OPENS.search(before)
        last, at = first, at + 1
        if opens and at < len(mentions) and _RANGE_GOES_ON.match(question[first.end : mentions[at].start]):
            last, at = mentions[at], at + 1
        start = opens.start() if opens else first.start
        published = goes_on or _is_published(question, start, last.end)
        found.append(_time(question, first, last, opens, published, shelf))
        # 'published on May 6, 2023, and May 9, 2023': what holds of the first holds of the second
        goes_on = (
            published and at < len(mentions) and _AND.fullmatch(question[last.end : mentions[at].start]) is not None
        )
    return found


def _is_published(question: str, start: int, end: int) -> bool:
    """Whether what stands around a date makes it one of publication."""
    return bool(_PUBLISHED_BEFORE.search(question[:start]) or _PUBLISHED_AFTER.match(question[end:]))


def _time(
    question: str, first: DateMention, last: DateMention, opens: re.Match[str] | None, published: bool, shelf: Shelf
) -> Constraint:
    start = opens.start() if opens else first.start
    after, before = _first_day(first), _last_day(last)
    window = _WINDOW.search(question[: first.start])
    if opens and opens["day"]:
        after = _first_day(first).replace(day=min(int(opens["day"]), _first_day(first).day))
    elif opens and last is first:
        start = first.start  # 'from October 30' alone opens no range
    elif window and not opens:
        start = window.start()
        after, before = _open_ended(window[1].lower(), after, before)
    is_range = start != first.start or first.precision != "day"
    if not published and before is not None and (after is not None):
        before += _AFTERMATH
    days = [day for day in shelf.days if (after or date.min) <= day <= (before or date.max)]
    return Constraint(
        words=question[start : last.end], after=after, before=before, hard=published and is_range,
        articles=sum(shelf.days[day] for day in days), undated=shelf.undated,
        boost=PUBLISHED_BOOST if published else EVENT_BOOST,
    )  # fmt: skip


def _open_ended(word: str, first: date, last: date) -> tuple[date | None, date | None]:
    """'before May 6' ends on May 5, 'until May 6' on that day; 'after May 6' begins on May 7, 'since' on that day."""
    match word:
        case "before" | "earlier than":
            return None, first - timedelta(days=1)
        case "until" | "till":
            return None, last
        case "since":
            return first, None
        case _:
            return last + timedelta(days=1), None


def _first_day(mention: DateMention) -> date:
    assert mention.date is not None
    return mention.date


def _last_day(mention: DateMention) -> date:
    day = _first_day(mention)
    if mention.precision == "year":
        return date(day.year, 12, 31)
    if mention.precision == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day


def _period(after: date | None, before: date | None) -> str:
    if after == before and after is not None:
        return f"on {_day(after)}"
    if after is None or before is None:
        return f"until {_day(before)}" if before else f"since {_day(after)}" if after else "at any time"
    return f"from {_day(after)} to {_day(before)}"


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
