"""The sides of a contested answer: a card for each position in a column for each stance, and a line of time.

Pure functions from values to HTML. Knows nothing of Gradio or of how positions are found.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from rag.types import UNNAMED, Answer, Citation, Position, Stance
from rag.ui import render
from rag.ui.render import icon, text

# In this order from the left: what a column is called, and how many hold it ("3 say so").
_STANCE: Final[dict[Stance, tuple[str, str, str]]] = {
    "asserts": ("Says so", "says so", "say so"),
    "estimates": ("Estimates", "estimates", "estimate"),
    "doubts": ("Doubts it", "doubts it", "doubt it"),
    "denies": ("Denies it", "denies it", "deny it"),
}
_AT_FIRST: Final = 5  # cards of a column shown before "more"
_DOT: Final = 27  # pixels that a dot of the line of time takes


def told(answer: Answer) -> str:
    """On what the sources differ, in a line: who says so and who denies it, or who gives which value."""
    parts = [
        f"{value}: {_names(held)}" if value else f"{_names(held)} {_verb(stance, held)}"
        for value, stance, held in _sides(answer)
    ]
    line = "; ".join(parts)
    return line[:1].upper() + line[1:]


def _verb(stance: Stance, held: Sequence[Position]) -> str:
    """'says so', or 'say so' of several."""
    return _STANCE[stance][1 if len(held) == 1 else 2]


def _names(held: Sequence[Position]) -> str:
    """The first two who hold it, and how many more: `Ines Tarn, the union and 2 others`."""
    named = list(dict.fromkeys(p.speaker if p.speaker != UNNAMED else p.publisher or "somebody" for p in held))
    first = [re.sub("^The ", "the ", name) for name in named[:2]]
    if rest := len(held) - len(first):
        return f"{', '.join(first)} and {rest} other{'s' if rest > 1 else ''}"
    return ", and ".join(first)


def _sides(answer: Answer) -> list[tuple[str, Stance, list[Position]]]:
    """The sides, each with the value that it gives or '', its stance, and who holds it."""
    if values := _values(answer):
        by_value = [[p for p in answer.positions if p.value == value] for value in values]
        return [(value, held[0].stance, held) for value, held in zip(values, by_value, strict=True)]
    sides = list[tuple[str, Stance, list[Position]]]()
    for stance in _STANCE:
        if held := [p for p in answer.positions if p.stance == stance]:
            sides.append(("", stance, held))
    return sides


def _values(answer: Answer) -> list[str]:
    """The values that the positions give, each once; none where a position gives none, or all the same."""
    values = list(dict.fromkeys(p.value for p in answer.positions if p.value))
    return values if len(values) > 1 and all(p.value for p in answer.positions) else []


def positions_html(answer: Answer, anchor: str) -> str:
    """The positions as columns, under a bar of how many hold what, and a line of time if their dates differ."""
    cited = {c.number: c for c in answer.citations}
    sides = _sides(answer)
    body = "".join(
        _column_html(value or _STANCE[stance][0], stance, held, cited, anchor) for value, stance, held in sides
    )
    present: list[tuple[Stance, list[Position]]] = [(stance, held) for _, stance, held in sides]
    return (
        f"{_balance_html(present)}{_timeline_html(present, cited, anchor)}"
        f'<div class="sides" data-columns="{len(sides)}">{body}</div>'
    )


def _balance_html(sides: Sequence[tuple[Stance, list[Position]]]) -> str:
    """A bar, as long for each side as it has voices; the words above it say the same."""
    parts = "".join(f'<i class="{stance}" style="flex:{len(held)}"></i>' for stance, held in sides)
    return f'<div class="balance" aria-hidden="true">{parts}</div>'


def _column_html(label: str, stance: Stance, held: Sequence[Position], cited: dict[int, Citation], anchor: str) -> str:
    cards = [_position_html(p, cited, anchor, label, n) for n, p in enumerate(held, 1)]
    shown, more = cards[:_AT_FIRST], cards[_AT_FIRST:]
    rest = (
        f'<details class="more" data-keep="{anchor}-{stance}"><summary>{len(more)} more</summary>'
        f"{''.join(more)}</details>"
        if more
        else ""
    )
    return (
        f'<section class="side {stance}"><h3><span class="sign">{icon(stance, 14)}</span> {text(label)} '
        f'<span class="many">{len(held)}</span></h3>{"".join(shown)}{rest}</section>'
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
    published = day_of(position, cited)
    when = render.short_date(published) if published else '<span class="nodate">date unknown</span>'
    return (
        f'<article class="position" style="order:{turn}"><p class="whose" aria-hidden="true">{text(label)}</p>'
        f'<p class="speaker" dir="auto">{text(position.speaker)}{via}</p>{value}'
        f'<blockquote dir="auto">{text(position.text)} {markers}</blockquote>'
        f"<footer>{render.outlet(publisher)}<span>{when}</span>{held}</footer></article>"
    )


def day_of(position: Position, cited: dict[int, Citation]) -> date | None:
    """When it was published: the position's own date, else the newest of its citations'."""
    days = [cited[n].published for n in position.citations if n in cited]
    return position.published or max((d for d in days if d), default=None)


def _timeline_html(sides: Sequence[tuple[Stance, list[Position]]], cited: dict[int, Citation], anchor: str) -> str:
    days = sorted({d for _, held in sides for p in held if (d := day_of(p, cited))})
    if len(days) < 2:
        return ""
    first, last = days[0], days[-1]
    lanes = "".join(
        f'<div class="lane {stance}"><span class="name">{_STANCE[stance][0]}</span>'
        f"<ol>{_dots_html(held, cited, anchor, first, (last - first).days)}</ol></div>"
        for stance, held in sides
    )
    undated = sum(day_of(p, cited) is None for _, held in sides for p in held)
    missing = f'<span class="undated">{undated} without a date</span>' if undated else ""
    return (
        f'<figure class="timeline" aria-label="Who said what when">{lanes}<figcaption><span>'
        f"{render.short_date(first)}</span>{missing}<span>{render.short_date(last)}</span></figcaption></figure>"
    )


def _dots_html(held: Sequence[Position], cited: dict[int, Citation], anchor: str, first: date, days: int) -> str:
    dated = sorted(((d, p) for p in held if (d := day_of(p, cited))), key=lambda dp: dp[0])
    last = len(dated) - 1
    return "".join(
        # Beside its neighbours of the same day, not over them: so many dots are before it, and so many after.
        f'<li style="left:clamp({_DOT * n}px,{100 * (day - first).days / days:.1f}%,100% - {_DOT * (last - n)}px)">'
        f"{_dot_html(p, day, cited, anchor)}</li>"
        for n, (day, p) in enumerate(dated)
    )


def _dot_html(p: Position, day: date, cited: dict[int, Citation], anchor: str) -> str:
    name = text(f"{render.long_date(day)}: {p.speaker}, {p.publisher or 'outlet unknown'}")
    target = next((n for n in p.citations if n in cited), None)
    where = f' href="#{anchor}-{target}"' if target is not None else ""
    shown = f'<span aria-hidden="true">{target or ""}</span>'
    return f'<a class="dot"{where} title="{name}" aria-label="{name}">{shown}</a>'
