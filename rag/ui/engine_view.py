"""The engines as HTML: what writes answers, what else could, and where text goes.

Pure functions from values to HTML. Knows nothing of Gradio or of models.
"""

from collections.abc import Callable, Sequence

from rag.ui.engines import Engine
from rag.ui.render import busy_html, button, error_html, icon, more_html, progress_html, text
from rag.ui.running import Stand


def chip_html(now: Engine) -> str:
    """What writes the answers, beside the question; opens the choice."""
    name = f'{lamp_html(now)}<span class="chip-name" dir="auto">{text(now.who_answers)}</span>'
    return button("engine", name, kind="btn chip", more='title="What writes the answers"')


def lamp_html(now: Engine) -> str:
    """A dot: green where nothing leaves."""
    return f'<span class="lamp{" out" if now.leaves else ""}" aria-hidden="true"></span>'


def engines_html(
    all: Sequence[Engine], now: Engine, found_by: Sequence[tuple[str, str]], *, alone: bool,
    is_tried: Callable[[Engine], bool], error: str = "", proposed: Sequence[Engine] = (),
) -> str:  # fmt: skip
    """The choice.

    Args:
        all: what there is.
        now: what is chosen.
        found_by: what finds and reads passages, as (what for, name).
        alone: the user may name any model.
        is_tried: whether an engine has answered here.
        error: why the last choice was not taken.
        proposed: models that can be fetched for this machine.
    """
    listed = [*all] if any(e.setting == now.setting for e in all) else [*all, now]
    state = "In use" if is_tried(now) else "Chosen, not tried yet"
    rows = "".join(_row(e, state if e.setting == now.setting else "") for e in listed if e.usable)
    rows += "".join(_row(e) for e in proposed)
    lacking = "".join(
        f'<li dir="auto"><strong>{text(e.name)}</strong> <span>{text(e.detail)}</span></li>'
        for e in listed
        if not e.usable
    )
    parts = "".join(f'<dt>{text(what)}</dt><dd dir="auto">{text(name)}</dd>' for what, name in found_by)
    return _choice_html(
        '<p class="lead">Passages are always found on this machine, and what a model writes is checked against them, '
        f"sentence by sentence.</p>{error_html(error) if error else ''}"
        f'<ul class="engines">{rows}</ul>{_OWN if alone else ""}'
        f"{more_html('Not ready on this machine', lacking and f'<ul>{lacking}</ul>', kind='lacking', keep='lacking')}"
        f'<h3>What finds the passages</h3><dl class="found-by">{parts}</dl>'
        '<p class="hint">The articles were indexed with these. Another embedder (RAG_EMBEDDER) needs '
        "<code>rag ingest --rebuild</code>.</p>"
    )


_OWN = (
    '<form class="own" data-act="submit"><label for="engine-name">Another model, as provider:model</label><div>'
    '<input id="engine-name" name="llm" required autocomplete="off" spellcheck="false" '
    'placeholder="openai:MODEL or openai-like:MODEL@URL"><button class="btn" type="submit">Use it</button></div></form>'
)


def _row(e: Engine, state: str = "") -> str:
    """An engine to choose; one whose model the user names leads to where it is written."""
    sign, name, detail = '<span class="radio" aria-hidden="true"></span>', e.name, e.detail
    where, out = "Stays on this machine", ""
    if e.begin:
        sign, name, detail, where = icon("plus"), e.detail, e.name, ""
    if e.leaves:
        where, out = f"Sends text to {text(e.leaves)}", " out"
    if e.fetched:
        sign, where = icon("export"), "Fetched once from the web; answers are then written on this machine"
    label = (
        f'{sign}<span class="what"><strong dir="auto">{text(name)}</strong><span class="in-use">{state}</span>'
        f'<span class="detail" dir="auto">{text(detail)}</span><span class="goes{out}">{where}</span></span>'
    )
    pressed = f'aria-pressed="{"true" if state else "false"}"'
    if e.begin:
        return f"<li>{button('type', label, kind='engine-row', more=pressed, begin=e.begin)}</li>"
    more = f"{pressed} data-fetch=1" if e.fetched else pressed
    return f"<li>{button('select', label, kind='engine-row', more=more, llm=e.setting)}</li>"


def _choice_html(content: str, title: str = "What writes the answers") -> str:
    return f'<div class="choice"><h2>{title}</h2>{content}</div>'


def confirm_html(chosen: Engine) -> str:
    """Asks before text leaves the machine."""
    host = text(chosen.leaves)
    what = (
        f'With <strong dir="auto">{text(chosen.name)}</strong>, your questions and the passages found for them are '
        f"sent to <strong>{host}</strong>. The articles themselves and the index stay here."
    )
    yes = button("select", "Send text there", kind="btn primary", llm=chosen.setting, agreed=1)
    return _confirm_html(f"Send text to {host}?", what, yes)


def confirm_fetch_html(chosen: Engine) -> str:
    """Asks before a model is fetched."""
    what = "It comes from the web once; nothing of yours is sent, and answers are then written on this machine."
    yes = button("select", "Fetch and use it", kind="btn primary", llm=chosen.setting, fetch=1, agreed=1)
    return _confirm_html(f"Fetch {text(chosen.name)}?", f"{text(chosen.detail)}. {what}", yes)


def _confirm_html(question: str, what: str, yes: str) -> str:
    return _choice_html(
        f'<p class="lead">{what}</p><div class="row">{yes}{button("expand", "Go back")}</div>', question
    )


def looking_html() -> str:
    """While what can answer is looked for."""
    return _choice_html(busy_html("Looking for what can answer here"))


def loading_html(chosen: Engine) -> str:
    """While a model is made ready."""
    return _choice_html(busy_html(f"Making {chosen.name} ready"))


def fetching_html(chosen: Engine, now: Stand) -> str:
    """While a model is fetched."""
    return _choice_html(progress_html(f"Fetching {chosen.name}: {now.done:,} of {now.of:,} MB", now))
