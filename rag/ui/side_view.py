"""The side of the page as HTML: the two views, the kept conversations, what is asked and what answers.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Sequence
from html import escape

from rag.types import Article
from rag.ui.plot import size_text, span_text
from rag.ui.render import button, text
from rag.ui.saved import Kept


def side_html(
    kept: Sequence[Kept], articles: Sequence[Article], *, engine: str, embedder: str,
    leaves: str, notices: Sequence[str] = (), user: str = "", out: str = "logout",
) -> str:  # fmt: skip
    """The side.

    Args:
        kept: the user's conversations.
        engine: what writes the answers.
        embedder: the model that finds passages.
        leaves: where text goes; empty when none leaves the machine.
        user: the name of who is logged in; `out` is the address that ends it.
    """
    items = "".join(_kept_html(k) for k in kept)
    talks = f'<h2>Conversations</h2><ul class="kept">{items}</ul>' if items else ""
    warned = "".join(f'<p class="notice">{text(n)}</p>' for n in notices)
    where = f"Text goes to {text(leaves)}" if leaves else "Nothing leaves this machine"
    who = f'<p class="user">{text(user)} <a href="{escape(out)}">Log out</a></p>' if user else ""
    return (
        '<div class="side-top"><h1>Rashomon</h1><p class="tag">Who said what, when, and who disputes it</p>'
        '<button type="button" class="btn icon menu-button" data-act="menu" aria-label="Conversations and settings">☰'
        "</button></div>"
        '<nav aria-label="Views"><button type="button" class="tab" data-act="view" data-view="ask">Ask</button>'
        '<button type="button" class="tab" data-act="view" data-view="articles">Articles</button></nav>'
        f'<div class="side-body">{button("clear", "New conversation", kind="new")}{talks}</div>'
        f'<div class="side-foot">{warned}<p><strong>{size_text(articles)}</strong><br>{span_text(articles)}</p>'
        f'<details class="engine"><summary><span class="lamp {"out" if leaves else ""}" aria-hidden="true"></span>'
        f"{where}</summary><dl><dt>Answers</dt><dd>{text(engine)}</dd>"
        f"<dt>Finds passages</dt><dd>{text(embedder)}</dd></dl>"
        '<p class="hint">Set by RAG_LLM and RAG_EMBEDDER, or in rag.toml.</p></details>'
        f'<div class="row">{button("theme", "Light or dark", kind="link")}{who}</div></div>'
    )


def _kept_html(kept: Kept) -> str:
    delete = (
        f'<button type="button" class="btn icon" data-act="delete" data-id="{kept.id}" '
        f'aria-label="Delete this conversation" title="Delete">✕</button>'
    )
    return (
        f'<li data-id="{kept.id}"><button type="button" class="open" data-act="select" data-id="{kept.id}" dir="auto" '
        f'title="{text(kept.title)}">{text(kept.title)}</button>{delete}</li>'
    )
