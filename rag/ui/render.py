"""Words of others as HTML: an allow-list renderer for Markdown, and the small pieces that the views share.

Articles, questions, file names and model output are hostile here. Plain text passes `html.escape`; Markdown passes a
renderer with no HTML, image or link of its own, and then nh3 with a list of what may be there: a few elements without
attributes, and our own anchors. Knows nothing of Gradio, of corpora or of answers.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from html import escape
from typing import Final
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.types import PublishedFrom
from rag.ui.running import Stand

# [1], and [1, 2] as some models write it. Not: [a], [12345], [1; 2].
_MARKER: Final = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")
_ANCHOR: Final = re.compile(r"#source-\d+-\d+")
_ELEMENTS: Final = {
    "p", "br", "hr", "strong", "em", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES: Final = {"a": {"href", "class", "title"}, "span": {"class"}, "ol": {"start"}}
# Lines of our own in SVG; each stands beside words or in a labelled button.
_PATHS: Final = {
    "answered": "m5 12.5 4.5 4.5L19 7.5",
    "asserts": "m5 12.5 4.5 4.5L19 7.5",
    "denies": "M6.5 6.5l11 11m0-11-11 11",
    "doubts": "M8.8 8.6a3.3 3.3 0 1 1 4.9 3c-1.1.7-1.7 1.2-1.7 2.6m0 3.3v.3",
    "estimates": "M5 10.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0M5 15.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0",
    "contested": "M4 8h13m0 0-3.5-3.5M17 8l-3.5 3.5M20 16H7m0 0 3.5-3.5M7 16l3.5 3.5",
    "declined": "M6 12h12",
    "near": "M6 12h12",
    "unsupported": "M12 8v5m0 3.2v.3M12 3.5 2.8 19.5h18.4z",
    "up": "M7 11v9H4v-9zm0 0 4-8c1.5 0 2.5 1 2.5 2.5V9h5.3c1.3 0 2.2 1.2 1.9 2.4l-1.7 7c-.2 1-1 1.6-2 1.6H7",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "export": "M12 4v11m0 0 4-4m-4 4-4-4M5 19h14",
    "retry": "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9m0-5v5h-5",
    "edit": "m4 20 1-4L16.5 4.5l3 3L8 19z",
    "plus": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6 6 18",
    "left": "m14.5 6-6 6 6 6",
    "right": "m9.5 6 6 6-6 6",
    "arrow": "M5 12h14m-6-6 6 6-6 6",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "theme": "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "book": "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zm0 0V19",
    "search": "M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14zm5-2 4.5 4.5",
    "file": "M6 3h8l4 4v14H6zm8 0v4h4",
}
# Characters that turn the direction of what follows them, which a text may use to look like another.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
_DATED: Final[dict[PublishedFrom, str]] = {
    "page": "as dated on the page",
    "url": "from its web address",
    "given": "given with the article",
    "unknown": "",
}


def text(words: str) -> str:
    """Plain words as HTML. Signs that turn the writing direction are left out: they could turn what stands around."""
    return escape(_TURNS.sub("", words))


def markdown(source: str, anchor: str = "", cited: Collection[int] | None = None) -> str:
    """Markdown as HTML of paragraphs, lists, headings, tables, quotations, emphasis and code; nothing else.

    Args:
        source: Markdown by anybody. An escaped bracket is an article's own words, and makes no marker.
        anchor: what a marker's target begins with: `source-3` makes `[1]` a link to `#source-3-1`.
        cited: the numbers that have a target; other markers are marked as leading nowhere. None while it is not known.
    """
    renderer = _renderer()
    tokens = renderer.parse(_TURNS.sub("", source))
    for token in tokens:
        token.info = ""  # a code block's language would become a class that scripts look for
        if token.type == "inline":
            token.children = list(_with_markers(token.children or [], anchor, cited))
    return clean(renderer.renderer.render(tokens, renderer.options, {}))


def clean(html: str) -> str:
    """The HTML with only what the allow-list names; anchors lead to our own sources and nowhere else."""
    return nh3.clean(
        html, tags=_ELEMENTS, attributes=_ATTRIBUTES, attribute_filter=_attribute, url_schemes=set(), link_rel=None
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _ANCHOR.fullmatch(value) else None
    if name == "class":
        return value if value in ("marker", "marker dead", "marker pending") else None
    return value


def _renderer() -> MarkdownIt:
    off = ["image", "link", "autolink", "html_inline", "html_block", "entity", "reference", "text_join"]
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable(off)


def _with_markers(tokens: Sequence[Token], anchor: str, cited: Collection[int] | None) -> Iterator[Token]:
    plain = ""
    for token in tokens:
        if token.type == "text":
            plain += token.content
            continue
        yield Token("html_inline", "", 0, content=_markers(plain, anchor, cited))
        plain = ""
        yield Token("text", "", 0, content=token.content) if token.type == "text_special" else token
    yield Token("html_inline", "", 0, content=_markers(plain, anchor, cited))


def _markers(plain: str, anchor: str, cited: Collection[int] | None) -> str:
    # The escaped text holds no new brackets or digits in brackets, so the markers are the same before and after.
    return _MARKER.sub(
        lambda m: "".join(marker(int(n), anchor, None if cited is None else int(n) in cited) for n in m[1].split(",")),
        escape(plain),
    )


def marker(number: int, anchor: str, known: bool | None = True) -> str:
    """A citation's number, leading to its source if there is one; None while that is not known."""
    if known is None:
        return f'<span class="marker pending">{number}</span>'
    if not known:
        return f'<span class="marker dead">[{number}]</span>'
    return f'<a class="marker" href="#{anchor}-{number}">{number}</a>'


def web_address(address: str | None) -> bool:
    """Whether an address may become a link: http or https with a host, and no space or control character.

    Yes: https://example.org/a?b=1. No: javascript:alert(1), data:text/html,x, //example.org, https://, /a.
    """
    if not address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address.isprintable() and " " not in address
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def origin(url: str | None, path: str) -> str:
    """Where an article is from: a link to its own address, which asks before it leaves the page, or its file's name."""
    if url and web_address(url):
        host = text(urlsplit(url).netloc)
        return (
            f'<a class="away" href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow" '
            f'data-act="leave" title="{escape(url)}">{host}<span class="ext" aria-hidden="true"> ↗</span></a>'
        )
    name = re.split(r"[/\\]", path)[-1]
    return f'<span class="path" title="{text(path)}">{text(name)}</span>'


def dated(published: date | None, source: PublishedFrom) -> str:
    """An article's date, and where it was found."""
    if published is None:
        return short_dated(None)
    found = f' <span class="origin">{_DATED[source]}</span>' if _DATED[source] else ""
    return f'<time datetime="{published.isoformat()}">{long_date(published)}</time>{found}'


def short_dated(published: date | None, source: PublishedFrom = "unknown") -> str:
    """As `dated`, for a narrow column: where it was found comes when the date is pointed at."""
    if published is None:
        return '<span class="nodate">date unknown</span>'
    return f'<time datetime="{published.isoformat()}" title="{_DATED[source]}">{short_date(published)}</time>'


def author(name: str | None) -> str:
    """An author's name, if it is known."""
    return f'<span class="author" dir="auto">{text(name)}</span>' if name else ""


def outlet(publisher: str | None) -> str:
    """An outlet's name."""
    return f'<span class="outlet" dir="auto">{text(publisher or "Outlet unknown")}</span>'


def long_date(day: date) -> str:
    """A date for people, the same in every locale: 2 November 2023."""
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    """A date where there is little room: 2 Nov 2023."""
    return f"{day.day} {day:%b %Y}"


def count(number: int, noun: str) -> str:
    """`1 article`, `1,200 articles`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def button(
    act: str, label: str, *, kind: str = "btn", sign: str = "", name: str = "", more: str = "", **data: object
) -> str:
    """A button that the page's script turns into an event named `act` with the data given.

    Args:
        kind: its classes.
        sign: an icon before the label.
        name: what a screen reader calls it, where the label is no word.
        more: further attributes.
    """
    values = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
    called = f' aria-label="{name}" title="{name}"' if name else ""
    return (
        f'<button type="button" class="{kind}" data-act="{act}"{values}{called} {more}>'
        f"{icon(sign) if sign else ''}{label}</button>"
    )


def error_html(message: str) -> str:
    """Something that did not work."""
    return f'<p class="error" role="alert" dir="auto">{text(message)}</p>'


def notices_html(notices: Iterable[str]) -> str:
    """What a reader should know."""
    return "".join(f'<p class="notice" dir="auto">{text(notice)}</p>' for notice in notices)


def more_html(label: str, content: str, *, kind: str = "more", keep: str = "") -> str:
    """What is folded away under a label; if it is folded out, it stays so where `keep` names it. Nothing of nothing."""
    kept = f' data-keep="{keep}"' if keep else ""
    return f'<details class="{kind}"{kept}><summary>{label}</summary>{content}</details>' if content else ""


def examples_html(title: str, questions: Iterable[str]) -> str:
    """Questions that can be asked with a click, under a title; nothing where there are none."""
    items = "".join(
        f"<li>{button('select', text(q) + icon('arrow'), kind='example', more='dir=auto', question=q)}</li>"
        for q in questions
    )
    return f'<h3 class="hint">{title}</h3><ul class="examples">{items}</ul>' if items else ""


def busy_html(label: str) -> str:
    """That something is under way, of which nobody knows how long it takes."""
    return (
        f'<div class="progress" role="status"><p dir="auto">{text(label)}…</p><div class="track busy"><i></i></div>'
        "</div>"
    )


def progress_html(label: str, now: Stand, hint: str = "") -> str:
    """How far something is, about how long it takes still, and how to end it."""
    seconds = now.left or 0
    left = (
        f"about {seconds / 60:.0f} min left" if seconds > 90 else f"about {seconds:.0f} s left" if seconds >= 1 else ""
    )
    return (
        f'<div class="progress"><p dir="auto" role="status">{text(label)}</p><span class="left">{left}</span>'
        f'<div class="track"><i style="width:{max(100 * now.done // max(now.of, 1), 4)}%"></i></div>'
        f'<p class="hint">{hint}{button("stop", "Cancel", kind="btn link")}</p></div>'
    )


def icon(name: str, size: int = 17) -> str:
    """An icon, hidden from screen readers: its button or the words beside it say what it means."""
    return (
        f'<svg class="icon" viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )
