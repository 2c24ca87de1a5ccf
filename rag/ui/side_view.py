"""The side of the page as HTML: the two views, the kept conversations, what is asked and what answers.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Sequence
from html import escape
from typing import Final

from rag.types import Article
from rag.ui.engine_view import lamp_html
from rag.ui.engines import Engine
from rag.ui.icons import icon
from rag.ui.plot import size_text, span_text
from rag.ui.render import button, text
from rag.ui.saved import Kept

_NO_TALKS: Final = '<p class="hint">Conversations are kept here, on this machine.</p>'


def side_html(
    kept: Sequence[Kept], articles: Sequence[Article], *, engine: Engine, notices: Sequence[str] = (), user: str = "",
    out: str = "logout",
) -> str:  # fmt: skip
    """The side.

    Args:
        kept: the user's conversations.
        engine: what writes the answers.
        user: the name of who is logged in; `out` is the address that ends it.
    """
    items = "".join(_kept_html(k) for k in kept)
    talks = f'<h2>Conversations</h2><ul class="kept">{items}</ul>' if items else _NO_TALKS
    warned = "".join(f'<p class="notice">{text(n)}</p>' for n in notices)
    where = f"Text goes to {text(engine.leaves)}" if engine.leaves else "Nothing leaves this machine"
    who = f'<p class="user" dir="auto">{text(user)} <a href="{escape(out)}">Log out</a></p>' if user else ""
    return (
        '<div class="side-top"><h1>Rashomon</h1><p class="tag">Who said what, when, and who disputes it</p>'
        '<button type="button" class="btn icon menu-button" data-act="menu" aria-label="Conversations and settings">'
        f"{icon('menu', 19)}</button></div>"
        '<nav aria-label="Views"><button type="button" class="tab" data-act="view" data-view="ask">Ask</button>'
        '<button type="button" class="tab" data-act="view" data-view="articles">Articles</button></nav>'
        f'<div class="side-body">{button("clear", "New conversation", kind="new", sign="plus")}{talks}</div>'
        f'<div class="side-foot">{warned}<p class="size"><strong>{size_text(articles)}</strong>'
        f"<span>{span_text(articles)}</span></p>"
        f'<button type="button" class="engine-now" data-act="engine">{lamp_html(engine)}<span><strong>{where}</strong>'
        f'<span class="by" dir="auto">Answers: {text(engine.name)}</span></span>{icon("right", 15)}</button>'
        f'<div class="row">{button("theme", "Light or dark", kind="quiet", sign="theme")}{who}</div></div>'
    )


def _kept_html(kept: Kept) -> str:
    delete = (
        f'<button type="button" class="btn icon" data-act="delete" data-id="{kept.id}" '
        f'aria-label="Delete this conversation" title="Delete">{icon("close", 14)}</button>'
    )
    return (
        f'<li data-id="{kept.id}"><button type="button" class="open" data-act="select" data-id="{kept.id}" dir="auto" '
        f'title="{text(kept.title)}">{text(kept.title)}</button>{delete}</li>'
    )
