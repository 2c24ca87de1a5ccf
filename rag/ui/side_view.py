"""The side of the page as HTML: the two views, the kept conversations, what is asked and what answers.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from rag.ui.engine_view import lamp_html
from rag.ui.engines import Engine
from rag.ui.plot import Held, size_text, span_text
from rag.ui.render import button, icon, short_date, text
from rag.ui.saved import Kept

_FEW: Final = 5  # conversations that need no search
_NO_TALKS: Final = '<p class="hint">Conversations are kept here, on this machine.</p>'


def side_html(
    kept: Sequence[Kept], held: Held, *, engine: Engine, notices: Sequence[str] = (), user: str = "",
    sample: bool = False,
) -> str:  # fmt: skip
    """The side.

    Args:
        kept: the user's conversations, the last first.
        held: how many articles there are.
        sample: they are the sample's.
        engine: what writes the answers.
        user: the name of who is logged in.
    """
    talks = _talks_html(kept) if kept else _NO_TALKS
    warned = "".join(f'<p class="notice">{text(n)}</p>' for n in notices)
    where = f"Text goes to {text(engine.leaves)}" if engine.leaves else "Nothing leaves this machine"
    what = "The sample" if sample else "Your collection"
    who = f'<p class="user" dir="auto">{text(user)} <a href="logout">Log out</a></p>' if user else ""
    return (
        f"{button('question', 'Go to the question ( / )', kind='skip')}"
        '<div class="side-top"><h1>Rashomon</h1><p class="tag">Who said what, when, and who disputes it</p>'
        '<button type="button" class="btn icon menu-button" data-act="menu" aria-label="Conversations and settings">'
        f"{icon('menu', 19)}</button></div>"
        '<nav aria-label="Views"><button type="button" class="tab" data-act="view" data-view="ask">Ask</button>'
        '<button type="button" class="tab" data-act="view" data-view="articles">Articles</button></nav>'
        f'<div class="side-body">{button("clear", "New conversation", kind="new", sign="plus")}{talks}</div>'
        f'<div class="side-foot">{warned}<p class="size"><strong>{what}</strong>'
        f"<span>{size_text(held)}</span><span>{span_text(held)}</span></p>"
        f'<button type="button" class="engine-now" data-act="engine">{lamp_html(engine)}<span><strong>{where}</strong>'
        f'<span class="by" dir="auto">{text(engine.told)}</span></span>{icon("right", 15)}</button>'
        f'<div class="row">{button("theme", "Light or dark", kind="quiet", sign="theme")}{who}</div></div>'
    )


def _talks_html(kept: Sequence[Kept]) -> str:
    """The conversations by day, under a field that searches their titles."""
    days = "".join(
        f'<h3>{_day(day)}</h3><ul class="kept">{"".join(_kept_html(k) for k in of_day)}</ul>'
        for day, of_day in groupby(kept, key=lambda k: k.updated.date())
    )
    search = (
        '<input id="find-talk" type="search" placeholder="Search conversations" aria-label="Search conversations" '
        'autocomplete="off">'
    )
    return f'<h2>Conversations</h2>{search if len(kept) > _FEW else ""}<div class="days">{days}</div>'


def _day(day: date) -> str:
    ago = (date.today() - day).days
    return {0: "Today", 1: "Yesterday"}.get(ago, short_date(day))


def _kept_html(kept: Kept) -> str:
    """One conversation: a tab stop; F2 renames it, Delete removes it, as the buttons do that the pointer brings up."""
    tools = "".join(
        f'<button type="button" class="btn icon" data-act="{act}" data-id="{kept.id}" tabindex="-1" '
        f'aria-label="{label}" title="{label} ({key})">{icon(sign, 14)}</button>'
        for act, label, key, sign in (("rename", "Rename", "F2", "edit"), ("delete", "Delete", "Del", "close"))
    )
    return (
        f'<li data-id="{kept.id}"><button type="button" class="open" data-act="select" data-id="{kept.id}" dir="auto" '
        f'aria-keyshortcuts="F2 Delete" title="{text(kept.title)}">{text(kept.title)}</button>{tools}</li>'
    )
