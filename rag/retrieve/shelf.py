"""What a corpus has that a question can name: its outlets and its days of publication.

Plain values, made once for a state of the corpus. Knows nothing of questions or databases.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

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
class Shelf:
    """What is there.

    `outlets` and `days` count articles; `undated` is how many have no date. `names` are the ways to name each outlet.
    """

    outlets: Mapping[str, int] = field(default_factory=dict[str, int])
    days: Mapping[date, int] = field(default_factory=dict[date, int])
    undated: int = 0
    names: tuple[OutletName, ...] = ()


def make_shelf(
    of_outlets: Iterable[tuple[str | None, int]],
    of_days: Iterable[tuple[date | None, int]],
    aliases: Sequence[Sequence[str]] = (),
) -> Shelf:
    """The shelf of a corpus.

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
    return Shelf(outlets=outlets, days=days, undated=undated, names=tuple(names))


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
