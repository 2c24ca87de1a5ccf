"""Constraints in a question: the outlets and days it names, held against those that the corpus has.

'according to The Verge', 'in October 2023'. What meets them is preferred, never the only thing shown: whether a day is
that of an event or of its report, and whether an outlet is meant alone, is for a filter (`Filter`) to say. What the
corpus has is `Facets`, plain values that are made once for a state of it. Knows nothing of databases.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rag.text.dates import resolve
from rag.types import Article, DateMention, Filter

# How much nearer an outlet or a day brings its articles: set by hand, looking at MultiHop-RAG's `dev` half and the
# other; no kept script chose them. `bench/retrieval.py` prints what is found with and without.
OUTLET_BOOST, DAY_BOOST = 1.5, 1.3
# News of a day stands in the articles of that day and of those that follow.
_AFTERMATH = timedelta(days=7)
# 'TechCrunch' is also 'Tech Crunch', 'CBSSports' 'CBS Sports': the humps of a name written in one.
_HUMPS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z’']+|[A-Z]+|\d+|\w+")
_DOMAIN = re.compile(r"\.(?:com|org|net|co\.uk|co|news|info)$", re.I)
# What follows is a section or a slogan: 'The Herald - Life', 'Abc | World News Leader', 'ABC News (Australia)'
_SECTION = re.compile(r"\s+[-–—|:]\s+.*$|\s*\(.*\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletName:
    """One name of an outlet: `parts` are the words of it without a leading 'The'."""

    outlet: str
    parts: tuple[str, ...]
    article: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What is there.

    `outlets` and `days` count articles; `undated` is how many have no date. `names` are the ways to name each outlet.
    """

    outlets: Mapping[str, int] = field(default_factory=dict[str, int])
    days: Mapping[date, int] = field(default_factory=dict[date, int])
    undated: int = 0
    names: tuple[OutletName, ...] = ()


def make_facets(
    of_outlets: Iterable[tuple[str | None, int]],
    of_days: Iterable[tuple[date | None, int]],
    aliases: Sequence[Sequence[str]] = (),
) -> Facets:
    """The facets of a corpus.

    Args:
        of_outlets: (outlet, how many articles); one may come several times, None is unknown.
        of_days: (day of publication, how many articles), likewise.
        aliases: groups of names for the same thing; an outlet goes by those of its group too.
    """
    outlets: dict[str, int] = {}
    days: dict[date, int] = {}
    undated = 0
    for outlet, count in of_outlets:
        if outlet:
            outlets[outlet] = outlets.get(outlet, 0) + count
    for day, count in of_days:
        if day:
            days[day] = days.get(day, 0) + count
        else:
            undated += count
    names = [name for outlet in outlets for name in outlet_names(outlet, aliases)]
    names.sort(key=lambda n: -sum(map(len, n.parts)))  # 'The Washington Post' is tried before 'The Post'
    return Facets(outlets=outlets, days=days, undated=undated, names=tuple(names))


def outlet_names(outlet: str, aliases: Sequence[Sequence[str]] = ()) -> list[OutletName]:
    """The names that an outlet goes by: its own, without section or domain, and those of its alias group."""
    own = {outlet, _SECTION.sub("", outlet), _DOMAIN.sub("", outlet)}
    folded = {name.casefold() for name in own}
    own |= {name for group in aliases if folded & {n.casefold() for n in group} for name in group}
    found: list[OutletName] = []
    for name in sorted(own):
        article = name.casefold().startswith("the ")
        parts = tuple(_HUMPS.findall(name[4:] if article else name))
        if parts:
            joined = r"[\W_]{0,3}".join(map(re.escape, parts))
            pattern = re.compile(rf"(?<!\w)(?P<the>the\s+)?(?P<name>{joined})(?!\w)", re.I)
            found.append(OutletName(outlet=outlet, parts=parts, article=article, pattern=pattern))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """An outlet or a time that a question names.

    `outlet` is the corpus's own name for it. `after` and `before` bound the day of publication, inclusively. `articles`
    is how many articles meet it; at 0 it is not used. `undated` is how many have no date and may meet it or not.
    `words` are the question's own.
    """

    words: str
    outlet: str | None = None
    after: date | None = None
    before: date | None = None
    articles: int = 0
    undated: int = 0

    @property
    def boost(self) -> float:
        """What the score of an article that meets it is multiplied by."""
        return OUTLET_BOOST if self.outlet is not None else DAY_BOOST

    @property
    def filter(self) -> Filter:
        """The articles that meet it, for a search."""
        return Filter(publisher=self.outlet, after=self.after, before=self.before)

    def met_by(self, article: Article) -> bool:
        """Whether an article is known to meet it."""
        if self.outlet is not None:
            return article.publisher == self.outlet
        day = article.published
        return day is not None and (self.after or date.min) <= day <= (self.before or date.max)

    def __str__(self) -> str:
        """For people: what was recognised, how it is used, and what it leaves."""
        what = f"outlet {self.outlet}" if self.outlet else f"published from {_day(self.after)} to {_day(self.before)}"
        if not self.articles:
            return f"{what} (“{self.words}”): no article, not used"
        undated = f", {self.undated:,} of unknown date" if self.undated else ""
        return f"{what} (“{self.words}”): {self.articles:,} article{'s'[: self.articles != 1]}, preferred{undated}"


def find_constraints(question: str, facets: Facets) -> tuple[Constraint, ...]:
    """The constraints in a question, outlets first, each once.

    Args:
        facets: what the corpus has.
    """
    outlets = {c.outlet: c for c in _outlets(question, facets)}
    times = {(c.after, c.before): c for c in _times(question, facets)}
    return (*outlets.values(), *times.values())


def _outlets(question: str, facets: Facets) -> list[Constraint]:
    found: list[tuple[int, int, Constraint]] = []
    for name in facets.names:
        for match in name.pattern.finditer(question):
            start, end = match.span()
            if not any(a < end and start < b for a, b, _ in found) and _is_name(name, match):
                articles = facets.outlets[name.outlet]
                found.append((start, end, Constraint(words=match[0], outlet=name.outlet, articles=articles)))
    return [constraint for _, _, constraint in sorted(found, key=lambda f: f[0])]


def _is_name(name: OutletName, match: re.Match[str]) -> bool:
    """Whether the words are written as a name: 'The Age', 'a Fortune article'; not 'the age', 'a fortune'.

    A name of one word needs its article, or to stand where no sentence begins.
    """
    if not all(part[:1].isupper() or part[:1].isdigit() for part in match["name"].split()):
        return False
    if len(name.parts) == 1 and name.article:
        return match["the"] is not None
    before = match.string[: match.start()].rstrip(" '\"‘“")
    return len(name.parts) > 1 or (bool(before) and before[-1] not in ".?!")


def _times(question: str, facets: Facets) -> list[Constraint]:
    """The days, months and years that the question gives with their year: others count from an unknown day."""
    found: list[Constraint] = []
    for mention in resolve(question, None) if facets.days else ():
        if mention.date is not None:
            after, before = mention.date, _last_day(mention) + _AFTERMATH
            articles = sum(count for day, count in facets.days.items() if after <= day <= before)
            found.append(
                Constraint(words=mention.text, after=after, before=before, articles=articles, undated=facets.undated)
            )
    return found


def _last_day(mention: DateMention) -> date:
    assert mention.date is not None
    day = mention.date
    if mention.precision == "year":
        return date(day.year, 12, 31)
    if mention.precision == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return day


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else ""
