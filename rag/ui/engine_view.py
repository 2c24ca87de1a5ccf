"""The engines as HTML: what writes answers, what else could, and where text goes.

Pure functions from values to HTML. Knows nothing of Gradio or of models.
"""

from collections.abc import Sequence
from html import escape

from rag.ui.engines import Engine
from rag.ui.render import button, icon, progress_html, text
from rag.ui.running import Stand

HERE = "Stays on this machine"


def chip_html(now: Engine) -> str:
    """What writes the answers, beside the question; opens the choice."""
    return (
        f'<button type="button" class="btn chip" data-act="engine" title="What writes the answers">'
        f'{lamp_html(now)}<span class="chip-name" dir="auto">{text(now.told)}</span></button>'
    )


def lamp_html(now: Engine) -> str:
    """A dot: green where nothing leaves."""
    return f'<span class="lamp{" out" if now.leaves else ""}" aria-hidden="true"></span>'


def engines_html(
    all: Sequence[Engine],
    now: Engine,
    found_by: Sequence[tuple[str, str]],
    *,
    alone: bool,
    error: str = "",
    proposed: Sequence[Engine] = (),
) -> str:
    """The choice.

    Args:
        all: what there is.
        now: what is in use.
        found_by: what finds and reads passages, as (what for, name).
        alone: the user may name any model.
        error: why the last choice was not taken.
        proposed: models that can be fetched for this machine.
    """
    listed = [*all] if any(e.setting == now.setting for e in all) else [*all, now]
    ready = "".join(_row(e, e.setting == now.setting) for e in listed if e.usable)
    lacking = "".join(
        f'<li dir="auto"><strong>{text(e.name)}</strong> <span>{text(e.detail)}</span></li>'
        for e in listed
        if not e.usable
    )
    if lacking:
        lacking = (
            '<details class="lacking" data-keep="lacking"><summary>Not ready on this machine</summary>'
            f"<ul>{lacking}</ul></details>"
        )
    fetch = "".join(_row(e, now=False) for e in proposed)
    said = f'<p class="error" role="alert" dir="auto">{text(error)}</p>' if error else ""
    parts = "".join(f'<dt>{text(what)}</dt><dd dir="auto">{text(name)}</dd>' for what, name in found_by)
    return (
        '<div class="choice"><h2>What writes the answers</h2><p class="lead">Passages are always found on this '
        "machine, and what a model writes is checked against them, sentence by sentence.</p>"
        f'{said}<ul class="engines">{ready}{fetch}</ul>{_own_html() if alone else ""}{lacking}'
        f'<h3>What finds the passages</h3><dl class="found-by">{parts}</dl>'
        '<p class="hint">The articles were indexed with these. Another embedder (RAG_EMBEDDER) needs '
        "<code>rag ingest --rebuild</code>.</p></div>"
    )


def _row(e: Engine, now: bool) -> str:
    where = f'<span class="goes out">Sends text to {text(e.leaves)}</span>' if e.leaves else ""
    if e.fetched:
        where = '<span class="goes">Fetched once from the web; answers are then written on this machine</span>'
    if not where and not e.begin:
        where = f'<span class="goes">{HERE}</span>'
    act = (
        f'data-act="type" data-begin="{escape(e.begin)}"'
        if e.begin
        else f'data-act="select" data-llm="{escape(e.setting)}"{" data-fetch=1" if e.fetched else ""}'
    )
    sign = (
        icon("plus") if e.begin else icon("export") if e.fetched else '<span class="radio" aria-hidden="true"></span>'
    )
    mark = '<span class="in-use">In use</span>' if now else ""
    name, detail = (e.detail, e.name) if e.begin else (e.name, e.detail)
    return (
        f'<li><button type="button" class="engine-row" {act} aria-pressed="{"true" if now else "false"}">'
        f'{sign}<span class="what"><strong dir="auto">{text(name)}</strong>'
        f'{mark}<span class="detail" dir="auto">{text(detail)}</span>{where}</span></button></li>'
    )


def _own_html() -> str:
    return (
        '<form class="own" data-act="submit"><label for="engine-name">Another model, as provider:model</label><div>'
        '<input id="engine-name" name="llm" required autocomplete="off" spellcheck="false" '
        'placeholder="openai:MODEL or openai-like:MODEL@URL"><button class="btn" type="submit">Use it</button></div>'
        "</form>"
    )


def confirm_html(wanted: Engine) -> str:
    """Asks before text leaves the machine."""
    host = text(wanted.leaves)
    what = (
        f'With <strong dir="auto">{text(wanted.name)}</strong>, your questions and the passages found for them are '
        f"sent to <strong>{host}</strong>. The articles themselves and the index stay here."
    )
    yes = button("select", "Send text there", kind="primary", llm=wanted.setting, agreed=1)
    return _asked_html(f"Send text to {host}?", what, yes)


def confirm_fetch_html(wanted: Engine) -> str:
    """Asks before a model is fetched."""
    what = "It comes from the web once; nothing of yours is sent, and answers are then written on this machine."
    yes = button("select", "Fetch and use it", kind="primary", llm=wanted.setting, fetch=1, agreed=1)
    return _asked_html(f"Fetch {text(wanted.name)}?", f"{text(wanted.detail)}. {what}", yes)


def _asked_html(question: str, lead: str, yes: str) -> str:
    return (
        f'<div class="choice"><h2>{question}</h2><p class="lead">{lead}</p>'
        f'<div class="row">{yes}{button("expand", "Go back")}</div></div>'
    )


def loading_html(wanted: Engine) -> str:
    """While a model is made ready."""
    return _busy_html(
        f'<div class="progress" role="status"><p dir="auto">Making {text(wanted.name)} ready…</p>'
        '<div class="track busy"><i></i></div></div>'
    )


def fetching_html(wanted: Engine, now: Stand) -> str:
    """While a model is fetched."""
    return _busy_html(progress_html(f"Fetching {wanted.name}: {now.done:,} of {now.of:,} MB", now))


def _busy_html(progress: str) -> str:
    return f'<div class="choice"><h2>What writes the answers</h2>{progress}</div>'
