"""Articles over time by outlet, as an SVG of our own: a bar a stretch of time, a colour an outlet.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from rag.ui.render import count, short_date, text

_OUTLETS: Final = 6  # with a colour of their own; the others share one
_WIDTH, _HEIGHT, _GAP = 720, 120, 2
_OTHERS: Final = "Others"
_UNKNOWN: Final = "Outlet unknown"
_WORTH: Final = 8  # dated articles: of fewer the list itself shows when they are from
_LEAST: Final = 9  # days: a single one stands among its neighbours, not as wide as the plot


@dataclass(frozen=True, slots=True)
class Inventory:
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
def plot_html(inventory: Inventory) -> str:
    """The plot, beside the outlets; nothing where a plot would show less than the list below it does."""
    if inventory.articles - inventory.undated < _WORTH or len({day for _, day, _ in inventory.rows if day}) < 2:
        return ""
    counted = inventory.outlets
    if unknown := inventory.articles - counted.total():
        counted[_UNKNOWN] = unknown
    top = [name for name, _ in counted.most_common(_OUTLETS)]
    names = [*top, _OTHERS] if len(counted) > len(top) else top
    return f'<div class="plots">{_time_html(inventory, names)}{_outlets_html(counted, names)}</div>'


def _time_html(inventory: Inventory, names: Sequence[str]) -> str:
    unit, first_of, name_of = _unit(*inventory.between)
    counts = Counter[tuple[date, str]]()
    for outlet, day, n in inventory.rows:
        if day:
            name = outlet or _UNKNOWN
            counts[first_of(day), name if name in names else _OTHERS] += n
    first, last = inventory.between
    around = max(0, (_LEAST - (last - first).days) // 2)
    days = (first + timedelta(n) for n in range(-around, (last - first).days + around + 1))
    starts = list(dict.fromkeys(map(first_of, days)))
    highest = max(sum(counts[start, name] for name in names) for start in starts)
    bars = "".join(
        _bar(n, name_of(start), {name: counts[start, name] for name in names}, len(starts), highest)
        for n, start in enumerate(starts)
    )
    missing = f"<span>{inventory.undated:,} undated, not shown</span>" if inventory.undated else ""
    labels = dict.fromkeys(name_of(starts[n]) for n in (0, len(starts) // 2, -1))
    return (
        f'<figure class="plot"><div class="top"><h3>Over time</h3><span>up to {highest:,} a {unit}</span>'
        f"{missing}</div>"
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="Articles over time by outlet">{bars}</svg><figcaption>'
        f"{''.join(f'<span>{label}</span>' for label in labels)}</figcaption></figure>"
    )


def _outlets_html(counted: Counter[str], names: Sequence[str]) -> str:
    """The outlets with their colours in the plot, and a bar each."""
    highest = max(counted.values())
    numbers = {name: counted[name] for name in names if name != _OTHERS}
    if _OTHERS in names:
        numbers[_OTHERS] = counted.total() - sum(numbers.values())
    items = "".join(
        f'<li class="o{n}"><span class="name" dir="auto">{text(name)}</span><span class="bar" aria-hidden="true">'
        f'<i style="width:{min(100.0, 100 * number / highest):.0f}%"></i></span><span class="n">{number:,}</span></li>'
        for n, (name, number) in enumerate(numbers.items())
    )
    return f'<div class="plot by-outlet"><h3>By outlet</h3><ul class="legend">{items}</ul></div>'


def _bar(at: int, label: str, numbers: dict[str, int], of: int, highest: int) -> str:
    """One bar of so many: what each outlet has, on one another."""
    step = _WIDTH / of
    width = min(max(step - _GAP, 1), 46)
    x = at * step + (step - width) / 2
    parts, y = list[str](), float(_HEIGHT)
    for k, number in enumerate(numbers.values()):
        height = (_HEIGHT - 4) * number / highest
        y -= height
        if number:
            parts.append(f'<rect class="o{k}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>')
    each = ", ".join(f"{name}: {number:,}" for name, number in numbers.items() if number)
    return f"<g><title>{text(f'{label}. {each}')}</title>{''.join(parts)}</g>" if parts else ""


def _unit(first: date, last: date) -> tuple[str, Callable[[date], date], Callable[[date], str]]:
    """What the time between two days is divided into, what gives the first day of a day's, and its name."""
    days = (last - first).days
    if days <= 31:
        return "day", lambda d: d, short_date
    if not is_long(first, last):
        return "week", lambda d: d - timedelta(d.weekday()), lambda d: f"week of {short_date(d)}"
    if days <= 366 * 5:
        return "month", lambda d: d.replace(day=1), lambda d: f"{d:%b %Y}"
    return "year", lambda d: date(d.year, 1, 1), lambda d: f"{d.year}"


def is_long(*between: date) -> bool:
    """Whether a plot from one day to another tells no two days of a month apart."""
    return bool(between) and (between[-1] - between[0]).days > 26 * 7


def span_text(inventory: Inventory) -> str:
    """From when to when, and how many have no date."""
    if not inventory.between:
        return "dates unknown" if inventory.articles else ""
    # A line is broken between the two, not within one.
    ends = dict.fromkeys(f"{d.day}\u00a0{d:%b}\u00a0{d.year}" for d in inventory.between)
    return "\u00a0– ".join(ends) + (f", {inventory.undated:,}\u00a0undated" if inventory.undated else "")


def size_text(inventory: Inventory) -> str:
    """How many articles of how many outlets."""
    outlets = len({name.casefold() for name in inventory.outlets})
    return count(inventory.articles, "article") + (f", {count(outlets, 'outlet')}" if outlets else "")
