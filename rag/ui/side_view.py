"""The side of the page as HTML: the two views, the kept conversations, what is asked and what answers.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

from rag.ui.engine_view import lamp_html
from rag.ui.engines import Engine
from rag.ui.plot import Inventory, size_text, span_text
from rag.ui.render import button, icon, notices_html, short_date, text
from rag.ui.saved import KeptConversation

_FEW: Final = 5  # conversations that need no search


def side_html(
    kept: Sequence[KeptConversation],
    inventory: Inventory,
    *,
    engine: Engine,
    notices: Sequence[str],
    user: str,
    sample: bool,
) -> str:
    """The side.

    Args:
        kept: the user's conversations, the last first.
        inventory: how many articles there are.
        sample: they are the sample's.
        engine: what writes the answers.
        user: the name of who is logged in.
    """
    talks = _talks_html(kept) if kept else '<p class="hint">Conversations are kept here, on this machine.</p>'
    where = f"Text goes to {text(engine.leaves)}" if engine.leaves else "Nothing leaves this machine"
    what = "The sample" if sample else "Your collection"
    who = f'<p class="user" dir="auto">{text(user)} <a href="logout">Log out</a></p>' if user else ""
    menu = 'aria-label="Conversations and settings"'
    now = (
        f"{lamp_html(engine)}<span><strong>{where}</strong>"
        f'<span class="by" dir="auto">{text(engine.who_answers)}</span></span>{icon("right", 15)}'
    )
    return (
        f"{button('question', 'Go to the question ( / )', kind='btn skip')}"
        '<div class="side-top"><h1>Rashomon</h1><p class="tag">Who said what, when, and who disputes it</p>'
        f"{button('menu', icon('menu', 19), kind='btn icon menu-button', more=menu)}</div>"
        f'<nav aria-label="Views">{button("view", "Ask", kind="tab", view="ask")}'
        f"{button('view', 'Articles', kind='tab', view='articles')}</nav>"
        f'<div class="side-body">{button("clear", "New conversation", kind="btn new", sign="plus")}{talks}</div>'
        f'<div class="side-foot">{notices_html(notices)}<p class="size"><strong>{what}</strong>'
        f"<span>{size_text(inventory)}</span><span>{span_text(inventory)}</span></p>"
        f"{button('engine', now, kind='engine-now')}"
        f'<div class="row">{button("theme", "Light or dark", kind="btn quiet", sign="theme")}{who}</div></div>'
    )


def _talks_html(kept: Sequence[KeptConversation]) -> str:
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


def _kept_html(kept: KeptConversation) -> str:
    """One conversation: a tab stop; F2 renames it, Delete removes it, as the buttons do that the pointer brings up."""
    tools = "".join(
        button(act, icon(sign, 14), kind="btn icon", name=f"{label} ({key})", more="tabindex=-1", id=kept.id)
        for act, label, key, sign in (("rename", "Rename", "F2", "edit"), ("delete", "Delete", "Del", "close"))
    )
    title = text(kept.title)
    about = f'dir="auto" aria-keyshortcuts="F2 Delete" title="{title}"'
    return f'<li data-id="{kept.id}">{button("select", title, kind="open", more=about, id=kept.id)}{tools}</li>'
