"""Small plots as SVG text, for the report. Knows nothing of cases or answers; colours follow the page's own."""

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH = 460
_ROW = 24
_LABEL = 150


def bars(values: Mapping[str, float], title: str, intervals: Mapping[str, tuple[float, float]] | None = None) -> str:
    """Horizontal bars of values between 0 and 1, each labelled, with its interval as a line."""
    height = _ROW * len(values) + 8
    span = _WIDTH - _LABEL - 50
    out: list[str] = []
    for n, (label, value) in enumerate(values.items()):
        y = n * _ROW + 4
        out.append(f'<text x="{_LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(label)}</text>')
        out.append(f'<rect class="track" x="{_LABEL}" y="{y + 2}" width="{span}" height="14"/>')
        out.append(f'<rect class="bar" x="{_LABEL}" y="{y + 2}" width="{span * value:.1f}" height="14"/>')
        if intervals and label in intervals:
            a, b = (_LABEL + span * end for end in intervals[label])
            out.append(f'<path class="line" d="M{a:.1f} {y + 9}H{b:.1f}M{a:.1f} {y + 5}v8M{b:.1f} {y + 5}v8"/>')
        out.append(f'<text x="{_LABEL + span + 6}" y="{y + 13}">{value:.3f}</text>')
    return _svg(height, out, title)


def histogram(values: Sequence[float], title: str, unit: str, bins: int = 24) -> str:
    """How many values lie where, from the least to the greatest."""
    if not values:
        return ""
    low, high = min(values), max(values)
    width = (high - low) / bins or 1.0
    counts = [0] * bins
    for v in values:
        counts[min(bins - 1, int((v - low) / width))] += 1
    tall, step = 120, (_WIDTH - 20) / bins
    out = [
        f'<rect class="bar" x="{10 + n * step:.1f}" y="{tall - 110 * c / max(counts):.1f}" width="{step - 2:.1f}" '
        f'height="{110 * c / max(counts):.1f}"><title>{c}</title></rect>'
        for n, c in enumerate(counts)
    ]
    out.append(f'<text x="10" y="{tall + 16}">{low:.0f} {escape(unit)}</text>')
    out.append(f'<text x="{_WIDTH - 10}" y="{tall + 16}" text-anchor="end">{high:.0f} {escape(unit)}</text>')
    return _svg(tall + 22, out, title)


def curve(values: Sequence[float], title: str) -> str:
    """Values between 0 and 1 at 1, 2, 3, …, joined by a line."""
    tall, left = 150, 40
    step = (_WIDTH - left - 20) / max(1, len(values) - 1)
    points = [(left + n * step, 10 + (tall - 20) * (1 - v)) for n, v in enumerate(values)]
    out: list[str] = []
    for g in (0, 0.5, 1):
        y = 10 + (tall - 20) * (1 - g)
        out.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{g:g}</text>')
        out.append(f'<path class="grid" d="M{left} {y:.1f}H{_WIDTH - 20}"/>')
    out.append('<path class="line" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + '"/>')
    for n, ((x, y), v) in enumerate(zip(points, values, strict=True), 1):
        out.append(f'<circle class="bar" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{v:.3f} at {n}</title></circle>')
        out.append(f'<text x="{x:.1f}" y="{tall + 8}" text-anchor="middle">{n}</text>')
    return _svg(tall + 16, out, title)


def _svg(height: float, parts: Sequence[str], title: str) -> str:
    return (f'<svg viewBox="0 0 {_WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
            f"<title>{escape(title)}</title>{''.join(parts)}</svg>")  # fmt: skip
