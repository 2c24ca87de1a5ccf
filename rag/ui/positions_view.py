"""The sides of a contested answer: a card for each position in a column for each stance, and a line of time.

Pure functions from values to HTML. Knows nothing of Gradio or of how positions are found.
"""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Final

from rag.types import UNNAMED, Answer, Citation, Position, Stance
from rag.ui import render
from rag.ui.render import icon, more_html, text

# In this order from the left: what a column is called, and how many hold it ("3 say so").
_STANCE: Final[dict[Stance, tuple[str, str, str]]] = {
    "asserts": ("Says so", "says so", "say so"),
    "estimates": ("Estimates", "estimates", "estimate"),
    "doubts": ("Doubts it", "doubts it", "doubt it"),
    "denies": ("Denies it", "denies it", "deny it"),
}
# A side: the value that it gives or '', its stance, and who holds it.
_Side = tuple[str, Stance, list[Position]]
_AT_FIRST: Final = 5  # cards of a column shown before "more"
_DOT: Final = 27  # pixels that a dot of the line of time takes


def difference(answer: Answer) -> str:
    """On what the sources differ, in a line: who says so and who denies it, or who gives which value."""
    parts = [
        f"{value}: {_names(held)}" if value else f"{_names(held)} {_STANCE[stance][1 if len(held) == 1 else 2]}"
        for value, stance, held in _sides(answer)
    ]
    line = "; ".join(parts)
    return line[:1].upper() + line[1:]


def _names(held: Sequence[Position]) -> str:
    """The first two who hold it, and how many more: `Ines Tarn, the union and 2 others`."""
    names = dict.fromkeys(p.speaker if p.speaker != UNNAMED else p.publisher or "somebody" for p in held)
    first = [re.sub("^The ", "the ", name) for name in islice(names, 2)]
    if rest := len(held) - len(first):
        return f"{', '.join(first)} and {rest} other{'s' if rest > 1 else ''}"
    return ", and ".join(first)


def _sides(answer: Answer) -> list[_Side]:
    """The sides: by the values where each position gives one and they differ, else by stance."""
    values = dict.fromkeys(p.value or "" for p in answer.positions)
    if len(values) > 1 and "" not in values:
        by_value = [(value, [p for p in answer.positions if p.value == value]) for value in values]
        return [(value, held[0].stance, held) for value, held in by_value]
    by_stance: dict[Stance, list[Position]] = {
        stance: [p for p in answer.positions if p.stance == stance] for stance in _STANCE
    }
    return [("", stance, held) for stance, held in by_stance.items() if held]


def positions_html(answer: Answer, anchor: str) -> str:
    """The positions as columns, under a bar of how many hold what, and a line of time if their dates differ."""
    cited = {c.number: c for c in answer.citations}
    sides = _sides(answer)
    # A bar, as long for each side as it has voices; the words above it say the same.
    balance = "".join(f'<i class="{stance}" style="flex:{len(held)}"></i>' for _, stance, held in sides)
    columns = "".join(
        _column_html(value or _STANCE[stance][0], stance, held, cited, anchor) for value, stance, held in sides
    )
    return (
        f'<div class="balance" aria-hidden="true">{balance}</div>{_timeline_html(sides, cited, anchor)}'
        f'<div class="sides" data-columns="{len(sides)}">{columns}</div>'
    )


def _column_html(label: str, stance: Stance, held: Sequence[Position], cited: dict[int, Citation], anchor: str) -> str:
    cards = [_position_html(p, cited, anchor, label, n) for n, p in enumerate(held, 1)]
    more = cards[_AT_FIRST:]
    return (
        f'<section class="side {stance}"><h3><span class="sign">{icon(stance, 14)}</span> {text(label)} '
        f'<span class="many">{len(held)}</span></h3>{"".join(cards[:_AT_FIRST])}'
        f"{more_html(f'{len(more)} more', ''.join(more), keep=f'{anchor}-{stance}')}</section>"
    )


def _position_html(position: Position, cited: dict[int, Citation], anchor: str, label: str, turn: int) -> str:
    """A card. On a phone the sides come in turns, and each card says whose it is."""
    sources = [cited[n] for n in position.citations if n in cited]
    markers = "".join(render.marker(n, anchor, n in cited) for n in position.citations)
    value = f'<p class="value" dir="auto">{text(position.value)}</p>' if position.value else ""
    via = f' <span class="via">via {text(position.via)}</span>' if position.via else ""
    carried = len({c.article_id for c in sources})
    held = f'<span class="held">in {carried} articles</span>' if carried > 1 else ""
    publisher = position.publisher or (sources[0].publisher if sources else None)
    return (
        f'<article class="position" style="order:{turn}"><p class="whose" aria-hidden="true">{text(label)}</p>'
        f'<p class="speaker" dir="auto">{text(position.speaker)}{via}</p>{value}'
        f'<blockquote dir="auto">{text(position.text)} {markers}</blockquote>'
        f"<footer>{render.outlet(publisher)}{render.short_dated(day_of(position, cited))}{held}</footer></article>"
    )


def day_of(position: Position, cited: dict[int, Citation]) -> date | None:
    """When it was published: the position's own date, else the newest of its citations'."""
    days = [cited[n].published for n in position.citations if n in cited]
    return position.published or max((d for d in days if d), default=None)


def _timeline_html(sides: Sequence[_Side], cited: dict[int, Citation], anchor: str) -> str:
    days = sorted({d for _, _, held in sides for p in held if (d := day_of(p, cited))})
    if len(days) < 2:
        return ""
    first, last = days[0], days[-1]
    lanes = "".join(
        f'<div class="lane {stance}"><span class="name">{_STANCE[stance][0]}</span>'
        f"<ol>{_dots_html(held, cited, anchor, first, (last - first).days)}</ol></div>"
        for _, stance, held in sides
    )
    undated = sum(day_of(p, cited) is None for _, _, held in sides for p in held)
    missing = f'<span class="undated">{undated} without a date</span>' if undated else ""
    return (
        f'<figure class="timeline" aria-label="Who said what when">{lanes}<figcaption><span>'
        f"{render.short_date(first)}</span>{missing}<span>{render.short_date(last)}</span></figcaption></figure>"
    )


def _dots_html(held: Sequence[Position], cited: dict[int, Citation], anchor: str, first: date, days: int) -> str:
    dated = sorted(((d, p) for p in held if (d := day_of(p, cited))), key=lambda dp: dp[0])
    dots = list[str]()
    for n, (day, p) in enumerate(dated):
        name = text(f"{render.long_date(day)}: {p.speaker}, {p.publisher or 'outlet unknown'}")
        target = next((n for n in p.citations if n in cited), "")
        where = f'href="#{anchor}-{target}" ' if target else ""
        # Beside its neighbours of the same day, not over them: so many dots are before it, and so many after.
        place = f"clamp({_DOT * n}px,{100 * (day - first).days / days:.1f}%,100% - {_DOT * (len(dated) - 1 - n)}px)"
        dots.append(
            f'<li style="left:{place}"><a class="dot" {where}title="{name}" aria-label="{name}">'
            f'<span aria-hidden="true">{target}</span></a></li>'
        )
    return "".join(dots)
