"""Articles over time by outlet, as an SVG of our own: a bar a stretch of time, a colour an outlet.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from rag.ui.render import count, text

_OUTLETS: Final = 6  # with a colour of their own; the others share one
_WIDTH, _HEIGHT, _GAP = 720, 120, 2
_OTHERS: Final = "Others"
_UNKNOWN: Final = "Outlet unknown"
_WORTH: Final = 8  # dated articles: of fewer the list itself shows when they are from
_LEAST: Final = 9  # stretches: a single day stands among its neighbours, not as wide as the plot


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time by its first day, and its name."""

    first: date
    name: str


@dataclass(frozen=True, slots=True)
class Held:
    """How many articles a collection has of each outlet and day of publication (None: unknown), and all tags.

    Where its days lie far apart (`is_long`), the first of a month may stand for all of it in the rows; `between` are
    the first and the last day.
    """

    rows: tuple[tuple[str | None, date | None, int], ...] = ()
    tags: tuple[str, ...] = ()
    between: tuple[date, ...] = ()

    @property
    def articles(self) -> int:
        """How many there are."""
        return sum(n for _, _, n in self.rows)

    @property
    def undated(self) -> int:
        """How many have no known day."""
        return sum(n for _, day, n in self.rows if day is None)

    @property
    def outlets(self) -> Counter[str]:
        """How many each known outlet has."""
        found = Counter[str]()
        for outlet, _, n in self.rows:
            if outlet:
                found[outlet] += n
        return found


@lru_cache(4)  # thousands of outlets and days are counted
def plot_html(held: Held) -> str:
    """The plot, beside the outlets; nothing where a plot would show less than the list below it does."""
    if held.articles - held.undated < _WORTH or len({day for _, day, _ in held.rows if day}) < 2:
        return ""
    counted = held.outlets
    if unknown := held.articles - counted.total():
        counted[_UNKNOWN] = unknown
    top = [name for name, _ in counted.most_common(_OUTLETS)]
    names = [*top, _OTHERS] if len(counted) > len(top) else top
    return f'<div class="plots">{_time_html(held, names)}{_outlets_html(counted, names)}</div>'


def _time_html(held: Held, names: Sequence[str]) -> str:
    dated = [(day, outlet or _UNKNOWN, n) for outlet, day, n in held.rows if day]
    stretches, of, unit = _stretches(*held.between)
    counts, totals, shown = Counter[tuple[date, str]](), Counter[date](), set(names)
    for day, name, n in dated:
        stretch = of(day)
        counts[stretch, name if name in shown else _OTHERS] += n
        totals[stretch] += n
    highest = max(totals.values())
    bars = "".join(_bar(n, s, names, counts, len(stretches), highest) for n, s in enumerate(stretches))
    missing = f"<span>{held.undated:,} undated, not shown</span>" if held.undated else ""
    named = dict.fromkeys(stretches[n].name for n in (0, len(stretches) // 2, -1))
    return (
        f'<figure class="plot"><div class="top"><h3>Over time</h3><span>up to {highest:,} a {unit}</span>'
        f"{missing}</div>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Articles over time by outlet">{bars}</svg><figcaption>'
        f"{''.join(f'<span>{name}</span>' for name in named)}</figcaption></figure>"
    )


def _outlets_html(counted: Counter[str], names: Sequence[str]) -> str:
    """The outlets with their colours in the plot, and a bar each."""
    highest = counted.most_common(1)[0][1]
    held = {name: counted[name] for name in names} | (
        {_OTHERS: counted.total() - sum(counted[n] for n in names if n != _OTHERS)} if _OTHERS in names else {}
    )
    items = "".join(
        f'<li class="o{n}"><span class="name" dir="auto">{text(name)}</span><span class="bar" aria-hidden="true">'
        f'<i style="width:{min(100.0, 100 * number / highest):.0f}%"></i></span><span class="n">{number:,}</span></li>'
        for n, (name, number) in enumerate(held.items())
    )
    return f'<div class="plot by-outlet"><h3>By outlet</h3><ul class="legend">{items}</ul></div>'


def _bar(n: int, s: Stretch, names: Sequence[str], counts: Counter[tuple[date, str]], of: int, highest: int) -> str:
    step = _WIDTH / of
    width = min(max(step - _GAP, 1), 46)
    x = n * step + (step - width) / 2
    parts, y = list[str](), float(_HEIGHT)
    said = [f"{name}: {counts[s.first, name]:,}" for name in names if counts[s.first, name]]
    for k, name in enumerate(names):
        if held := counts[s.first, name]:
            height = (_HEIGHT - 4) * held / highest
            y -= height
            parts.append(f'<rect class="o{k}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>')
    return f"<g><title>{text(s.name + '. ' + ', '.join(said))}</title>{''.join(parts)}</g>" if parts else ""


def _stretches(first: date, last: date) -> tuple[list[Stretch], Callable[[date], date], str]:
    """The stretches between two days, what gives a day's, and what one is called: day, week, month or year."""
    days = (last - first).days
    if days < _LEAST:
        around = timedelta((_LEAST - days) // 2)
        first, last = first - around, last + around
    if days <= 31:
        return [Stretch(d, f"{d.day} {d:%b %Y}") for d in _steps(first, last, 1)], lambda d: d, "day"
    if not is_long(first, last):
        start = first - timedelta(first.weekday())
        weeks = [Stretch(d, f"week of {d.day} {d:%b %Y}") for d in _steps(start, last, 7)]
        return weeks, lambda d: d - timedelta(d.weekday()), "week"
    if days <= 366 * 5:
        months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13)]
        kept = [m for m in months if first.replace(day=1) <= m <= last]
        return [Stretch(m, f"{m:%b %Y}") for m in kept], lambda d: d.replace(day=1), "month"
    years = [Stretch(date(y, 1, 1), str(y)) for y in range(first.year, last.year + 1)]
    return years, lambda d: date(d.year, 1, 1), "year"


def is_long(*between: date) -> bool:
    """Whether a plot from one day to another tells no two days of a month apart."""
    return bool(between) and (between[-1] - between[0]).days > 26 * 7


def _steps(first: date, last: date, days: int) -> list[date]:
    return [first + timedelta(n) for n in range(0, (last - first).days + 1, days)]


def span_text(held: Held) -> str:
    """From when to when, and how many have no date."""
    if not held.between:
        return "dates unknown" if held.articles else ""
    # A line is broken between the two, not within one.
    ends = dict.fromkeys(f"{d.day}\u00a0{d:%b}\u00a0{d.year}" for d in held.between)
    return "\u00a0– ".join(ends) + (f", {held.undated:,}\u00a0undated" if held.undated else "")


def size_text(held: Held) -> str:
    """How many articles of how many outlets."""
    outlets = len({name.casefold() for name in held.outlets})
    return count(held.articles, "article") + (f", {count(outlets, 'outlet')}" if outlets else "")
