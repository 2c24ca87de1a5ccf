"""The collection as HTML: its articles in a list, filters, what can be added and what became of it.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import escape
from typing import Any, Final

from rag.types import Article, FileResult, Filter
from rag.ui import render
from rag.ui.plot import Held, plot_html, size_text, span_text
from rag.ui.render import button, count, icon, progress_html, text
from rag.ui.running import Stand

PAGE: Final = 50
_LISTED: Final = 12  # results of an upload that are shown unfolded
_STATUS: Final = {
    "added": "added", "changed": "changed", "unchanged": "already here", "duplicate": "already here under another name",
    "skipped": "skipped", "failed": "could not be read", "removed": "removed",
}  # fmt: skip
_ORDERS: Final = {"newest": "Newest first", "oldest": "Oldest first", "title": "By title", "outlet": "By outlet"}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows: articles with these words in title, outlet, author or file name, that pass the filter."""

    words: str = ""
    where: Filter = field(default_factory=Filter)
    order: str = "newest"
    most: int = PAGE


def shown_of(data: dict[str, Any], where: Filter) -> Shown:
    """What the form above the list asks for."""
    order = str(data.get("order", ""))
    return Shown(str(data.get("words", ""))[:200], where, order if order in _ORDERS else "newest")


def filter_of(data: dict[str, Any]) -> Filter:
    """A filter from the fields of the filter form; what is no date is none."""
    return Filter(
        publisher=_several(data.get("publisher")), tag=_several(data.get("tag")),
        after=_day(data.get("after")), before=_day(data.get("before")),
    )  # fmt: skip


def _several(chosen: list[Any] | str | None) -> tuple[str, ...] | None:
    return tuple(str(c) for c in ([chosen] if isinstance(chosen, str) else chosen or ()) if str(c)) or None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def filter_html(held: Held, where: Filter, matching: int) -> str:
    """The filter over the questions and the list: what is chosen, and a form to choose by."""
    chosen = set(where.publishers or ())
    boxes = "".join(
        _box("publisher", name, name.casefold() in chosen, f" <small>{n:,}</small>", first=at == 0)
        for at, (name, n) in enumerate(held.outlets.most_common())
    )
    tags = "".join(_box("tag", tag, tag.casefold() in where.tags, first=at == 0) for at, tag in enumerate(held.tags))
    tagged = f'<fieldset><legend>Tags</legend><div class="boxes">{tags}</div></fieldset>' if tags else ""
    after, before = where.after or "", where.before or ""
    clear = button("clear", "Clear", kind="link") if where else ""
    return (
        f'<details class="filter menu"><summary class="btn chip" title="Filter the articles">{icon("filter", 15)}'
        f'<span class="chip-name" dir="auto">{_filter_label(where, matching)}</span></summary>'
        f'<form class="pop" data-act="apply"><fieldset><legend>Outlets</legend>'
        f'<div class="boxes">{boxes or "No outlet is known"}</div></fieldset>{tagged}<div class="dates">'
        f'<label>From<input type="date" '
        f'name="after" value="{after}"></label><label>To<input type="date" '
        f'name="before" value="{before}"></label></div>'
        f'<div class="row"><button class="btn primary" type="submit">Apply</button>{clear}</div></form></details>'
        f"{clear}"
    )


def _box(field: str, value: str, checked: bool, more: str = "", *, first: bool) -> str:
    """A box of several, which are one tab stop together: the arrow keys go from one to the next (page.js)."""
    return (
        f'<label class="check"><input type="checkbox" name="{field}" value="{escape(value)}"'
        f"{' checked' if checked else ''}{'' if first else ' tabindex=-1'}>"
        f'<span dir="auto">{text(value)}</span>{more}</label>'
    )


def _filter_label(where: Filter, matching: int) -> str:
    number = count(matching, "article")
    if not where:
        return f"All {number}" if matching > 1 else number
    names = [where.publisher] if isinstance(where.publisher, str) else list(where.publisher or ())
    parts = [", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")] if names else []
    parts += list(where.tags)
    parts += [f"from {render.short_date(where.after)}"] if where.after else []
    parts += [f"to {render.short_date(where.before)}"] if where.before else []
    return f"{number}: {text(' '.join(parts))}"


def overview_html(held: Held, *, sample: bool) -> str:
    """The head of the collection: how much there is, from when, and the plot over time."""
    note = (
        '<p class="notice">This is the sample that comes with the program. Add a file, and a collection of your own '
        "takes its place.</p>"
        if sample
        else ""
    )
    return (
        f'<div class="overview{"" if held.articles else " none"}"><h2>Articles</h2><p class="facts">'
        f"<span>{size_text(held)}</span><span>{span_text(held)}</span></p>"
        f"{note}{plot_html(held)}</div>"
    )


def find_html() -> str:
    """The form above the list: words to search for, and the order."""
    orders = "".join(f'<option value="{name}">{label}</option>' for name, label in _ORDERS.items())
    return (
        f'<form class="find" data-act="input" role="search"><label for="find">Search titles, outlets, authors</label>'
        f'{icon("search")}<input id="find" name="words" type="search" autocomplete="off" '
        'placeholder="Search titles, outlets, authors"><select name="order" aria-label="Order">'
        f"{orders}</select></form>"
    )


def list_html(articles: Sequence[Article], number: int, shown: Shown, changeable: Sequence[str] = ()) -> str:
    """The articles that the search and the filter let through.

    Args:
        articles: the first of them.
        number: how many there are in all.
        changeable: ids of those that the user may remove.
    """
    if not articles:
        restricted = shown.words or shown.where
        said = (
            "No article passes the search and the filter." if restricted else "Nothing here yet. Add the first files."
        )
        return f'<p class="empty" role="status">{icon("search" if restricted else "file", 22)}{said}</p>'
    rows = "".join(_row(a, a.id in changeable) for a in articles)
    more = button("more", f"Show more ({number - len(articles):,} left)", kind="more") if number > len(articles) else ""
    told = f'<p class="hint" role="status">{count(number, "article")} found</p>' if shown.words else ""
    bulk = (
        f'<div class="bulk" hidden><span class="picked" role="status"></span>'
        f"{button('pickall', f'Choose all {len(changeable):,} shown')}"
        f"{button('removeall', 'Remove them', kind='danger')}</div>"
        if changeable
        else ""
    )
    return f'{told}{bulk}<ul class="rows">{rows}</ul>{more}'


def _row(a: Article, changeable: bool) -> str:
    author = f'<span class="author" dir="auto">{text(a.author)}</span>' if a.author else ""
    when = render.short_dated(a.published, a.published_from)
    pick = (
        f'<input type="checkbox" class="pick" value="{escape(a.id)}" aria-label="Choose {text(a.title)}">'
        if changeable
        else ""
    )
    return (
        f'<li>{pick}<button type="button" class="row-open" data-act="select" data-article="{escape(a.id)}">'
        f'<span class="when">{when}</span><span class="what"><span class="title" dir="auto">{text(a.title)}</span>'
        f'<span class="facts">{render.outlet(a.publisher)}{author}</span></span></button></li>'
    )


def add_html(suffixes: Sequence[str], megabytes: int) -> str:
    """Where files are dropped and addresses given."""
    accepted = ",".join(suffixes)
    return (
        f'<div class="add"><div class="drop">{icon("file", 24)}<div><label class="btn primary" for="files">Choose files'
        f'</label><input id="files" type="file" multiple accept="{accepted}"><span class="or">or drop them here</span>'
        f"<p>Saved web pages, text, PDF, Word, e-mail, JSON, CSV and more, up to {megabytes} MB each.</p></div></div>"
        '<form class="url" data-act="submit"><label for="address">Address of a page or feed</label><div>'
        '<input id="address" name="address" type="url" placeholder="https://" autocomplete="off" required>'
        '<button class="btn" type="submit">Add</button></div><p class="hint">Fetched once, from this machine, only '
        "when you press Add.</p></form></div>"
    )


def reading_html(now: Stand) -> str:
    """How far an ingest is."""
    part = f"{now.done:,} of {now.of:,}: " if now.of > 1 else ""
    return progress_html(f"Reading {part}{now.what}", now, "You can go on asking, or close the page. ")


def results_html(
    results: Sequence[FileResult], held: Held, came_in: Sequence[Article] = (), questions: Sequence[str] = ()
) -> str:
    """What became of each file, what came in with them, and questions about that."""
    titles = {a.id: a.title for a in came_in}
    ordered = sorted(results, key=lambda r: r.status not in ("failed", "skipped"))
    items = [_result_html(r, titles) for r in ordered]
    shown, rest = "".join(items[:_LISTED]), "".join(items[_LISTED:])
    more = (
        f'<details class="more"><summary>{len(items) - _LISTED} more</summary><ul>{rest}</ul></details>' if rest else ""
    )
    outlets = len({a.publisher for a in came_in if a.publisher})
    new = sum(r.status in ("added", "changed") for r in results)
    whose = f", of {count(outlets, 'outlet')}" if outlets else ""
    told = f"{count(new, 'article')} came in{whose}. " if new else ""
    failed = sum(r.status == "failed" for r in results)
    told += f"{count(failed, 'file')} could not be read. " if failed else ""
    asked = "".join(example_html(q) for q in questions)
    about = f'<h3 class="hint">Questions about what came in</h3><ul class="examples">{asked}</ul>' if asked else ""
    return (
        f'<div class="results"><p class="came" role="status">{told}{size_text(held)} in the collection now.</p>'
        f"<ul>{shown}</ul>{more}{about}</div>"
    )


def _result_html(r: FileResult, titles: dict[str, str]) -> str:
    title = titles.get(r.article_id or "", "")
    name = r.path if "://" in r.path else r.path.rsplit("/", 1)[-1]
    named = f' <span class="title" dir="auto">{text(title)}</span>' if title else ""
    return (
        f'<li class="{r.status}"><span class="name" dir="auto">{text(name)}</span> '
        f'<span class="became">{_STATUS.get(r.status, r.status)}</span>{named}'
        + (f' <span class="reason" dir="auto">{text(r.reason)}</span>' if r.reason else "")
        + (
            button("select", "Read", kind="link", name=f"Read {text(title or name)}", article=r.article_id)
            if r.article_id
            else ""
        )
        + "</li>"
    )


def example_html(question: str) -> str:
    """A question that can be asked with a click."""
    return (
        f'<li><button type="button" class="example" data-act="select" data-question="{escape(question)}" dir="auto">'
        f"{text(question)}{icon('arrow')}</button></li>"
    )


def error_html(message: str) -> str:
    """Something that did not work."""
    return f'<p class="error" role="alert" dir="auto">{text(message)}</p>'


def more(shown: Shown) -> Shown:
    """With another page of the list."""
    return replace(shown, most=shown.most + PAGE)
