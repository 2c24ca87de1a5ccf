"""Small plots as SVG text, for the report. Knows nothing of cases or answers; colours follow the page's own."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

_WIDTH = 460
_ROW = 26
_LABEL = 118


def meter(value: float, low: float, high: float, least: float | None, target: float | None, title: str) -> str:
    """A bar for a value between 0 and 1 with its interval; a mark for the least that is wanted, one for the target."""
    span, tall = 200, 18
    out = [
        f'<rect class="track" width="{span}" height="10" y="4"/>',
        f'<rect class="bar" width="{span * value:.1f}" height="10" y="4"/>',
    ]
    a, b = span * low, span * high
    out.append(f'<path class="line" d="M{a:.1f} 9H{b:.1f}M{a:.1f} 5.5v7M{b:.1f} 5.5v7"/>')
    for mark, kind in ((target, "target"), (least, "least")):
        if mark is not None:
            out.append(f'<path class="{kind}" d="M{min(span * mark, span - 1):.1f} 0v{tall}"/>')
    return _svg(tall, out, title, span)


def bars(values: Mapping[str, tuple[float, str]], title: str) -> str:
    """Horizontal bars of values between 0 and 1, each labelled, with a word of its own behind it."""
    span = _WIDTH - _LABEL - 96
    out: list[str] = []
    for n, (label, (value, told)) in enumerate(values.items()):
        y = n * _ROW + 4
        out.append(f'<text x="{_LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>')
        out.append(f'<rect class="track" x="{_LABEL}" y="{y + 2}" width="{span}" height="15"/>')
        out.append(f'<rect class="bar" x="{_LABEL}" y="{y + 2}" width="{span * value:.1f}" height="15"/>')
        out.append(f'<text x="{_LABEL + span + 6}" y="{y + 14}">{value:.2f} <tspan class="dim">{told}</tspan></text>')
    return _svg(_ROW * len(values) + 8, out, title)


def histogram(values: Sequence[float], title: str, unit: str, marks: Mapping[str, float], bins: int = 24) -> str:
    """How many values lie where, from nought; marks are values that are shown as lines with their names."""
    if not values:
        return ""
    step = _round_step(max(values) / 4)
    high = step * max(1, ceil(max(values) / step))
    counts = [0] * bins
    for v in values:
        counts[min(bins - 1, int(v / high * bins))] += 1
    top, tall, left, wide = 44, 150, 34, _WIDTH - 34 - 36
    out: list[str] = []
    for n, c in enumerate(counts):
        h = (tall - top) * c / max(counts)
        out.append(
            f'<rect class="bar" x="{left + n * wide / bins:.1f}" y="{tall - h:.1f}" '
            f'width="{wide / bins - 1.5:.1f}" height="{h:.1f}"><title>{c}</title></rect>'
        )
    out.append(f'<text x="{left - 6}" y="{top + 4}" text-anchor="end">{max(counts)}</text>')
    out.append(f'<text x="{left - 6}" y="{tall}" text-anchor="end">0</text>')
    out.append(f'<path class="grid" d="M{left} {tall}H{left + wide}"/>')
    for tick in range(round(high / step) + 1):
        told = f"{tick * step:g}" + (f" {escape(unit)}" if tick * step == high else "")
        out.append(
            f'<text x="{left + wide * tick * step / high:.1f}" y="{tall + 17}" text-anchor="middle">{told}</text>'
        )
    for n, (name, value) in enumerate(marks.items()):
        x = left + wide * min(value, high) / high
        out.append(f'<path class="mark" d="M{x:.1f} {18 * n + 4}V{tall}"/>')
        out.append(f'<text x="{x + 4:.1f}" y="{16 + 18 * n}">{escape(name)} {value:.0f} {escape(unit)}</text>')
    return _svg(tall + 24, out, title)


def curves(lines: Mapping[str, Sequence[float]], title: str) -> str:
    """Values between 0 and 1 at 1, 2, 3, …, a line for each name, the first one drawn full."""
    tall, left, most = 170, 46, max(map(len, lines.values()))
    step = (_WIDTH - left - 20) / max(1, most - 1)
    out: list[str] = []
    for g in (0, 0.25, 0.5, 0.75, 1):
        y = 10 + (tall - 20) * (1 - g)
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{g:g}</text>')
        out.append(f'<path class="grid" d="M{left} {y:.1f}H{_WIDTH - 20}"/>')
    for n, (name, values) in enumerate(lines.items()):
        points = [(left + i * step, 10 + (tall - 20) * (1 - v)) for i, v in enumerate(values)]
        out.append(f'<path class="line l{n}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + '"/>')
        for i, ((x, y), v) in enumerate(zip(points, values, strict=True), 1):
            told = f"<title>{escape(name)}: {v:.3f} at {i}</title>"
            out.append(f'<circle class="l{n}" cx="{x:.1f}" cy="{y:.1f}" r="3.5">{told}</circle>')
        y = tall - 24 - 18 * n
        out.append(f'<path class="line l{n}" d="M{left + 16} {y - 4}h26"/>')
        out.append(f'<text x="{left + 50}" y="{y}">{escape(name)}</text>')
    out += [f'<text x="{left + i * step:.1f}" y="{tall + 8}" text-anchor="middle">{i + 1}</text>' for i in range(most)]
    return _svg(tall + 16, out, title)


def confusion(counts: Sequence[Sequence[int]], rows: Sequence[str], columns: Sequence[str], title: str) -> str:
    """A matrix of counts, each cell as dark as its share of the row; right is the diagonal."""
    left, top, wide, tall = 150, 24, 130, 52
    out = [
        f'<text x="{left + wide * (n + 0.5)}" y="16" text-anchor="middle">{escape(c)}</text>'
        for n, c in enumerate(columns)
    ]
    for r, (name, row) in enumerate(zip(rows, counts, strict=True)):
        y = top + r * tall
        out.append(f'<text x="{left - 10}" y="{y + tall / 2 + 4}" text-anchor="end">{escape(name)}</text>')
        for c, count in enumerate(row):
            share = count / sum(row) if sum(row) else 0.0
            box = f'x="{left + c * wide}" y="{y}" width="{wide - 3}" height="{tall - 3}"'
            kind = "right" if r == c else "wrong"
            out.append(
                f'<rect class="track" {box}/><rect class="{kind}" {box} fill-opacity="{0.15 + 0.7 * share:.2f}"/>'
            )
            at = f'x="{left + (c + 0.5) * wide - 1.5}" text-anchor="middle"'
            out.append(f'<text class="big" {at} y="{y + 25}">{count}</text><text {at} y="{y + 41}">{share:.0%}</text>')
    return _svg(top + tall * len(rows) + 4, out, title)


def _round_step(rough: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is not less."""
    if rough <= 0:
        return 1.0
    power = 10.0 ** floor(log10(rough))
    return next(f * power for f in (1, 2, 5, 10) if f * power >= rough - 1e-9)


def _svg(height: float, parts: Sequence[str], title: str, width: float = _WIDTH) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(parts)}</svg>"
    )
