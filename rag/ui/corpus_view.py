"""The collection as HTML: its articles in a list, filters, what can be added and what became of it.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from typing import Any, Final

from rag.types import Article, FileResult, Filter
from rag.ui import render
from rag.ui.export import filter_words
from rag.ui.plot import Inventory, plot_html, size_text, span_text
from rag.ui.render import button, count, examples_html, icon, more_html, notices_html, progress_html, text
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


def filter_html(inventory: Inventory, where: Filter, matching: int) -> str:
    """The filter over the questions and the list: what is chosen, and a form to choose by."""
    outlets = _boxes("publisher", inventory.outlets.most_common(), where.publishers or ())
    tags = _boxes("tag", [(tag, None) for tag in inventory.tags], where.tags)
    tags_html = f'<fieldset><legend>Tags</legend><div class="boxes">{tags}</div></fieldset>' if tags else ""
    days = "".join(
        f'<label>{label}<input type="date" name="{name}" value="{day or ""}"></label>'
        for label, name, day in (("From", "after", where.after), ("To", "before", where.before))
    )
    clear = button("apply", "Clear", kind="btn link") if where else ""
    number = count(matching, "article")
    label = f"{number}: {text(filter_words(where, 2))}" if where else f"All {number}" if matching > 1 else number
    return (
        f'<details class="filter menu"><summary class="btn chip" title="Filter the articles">{icon("filter", 15)}'
        f'<span class="chip-name" dir="auto">{label}</span></summary>'
        f'<form class="pop" data-act="apply"><fieldset><legend>Outlets</legend>'
        f'<div class="boxes">{outlets or "No outlet is known"}</div></fieldset>{tags_html}'
        f'<div class="dates">{days}</div><div class="row"><button class="btn primary" type="submit">Apply</button>'
        f"{clear}</div></form></details>{clear}"
    )


def _boxes(field: str, values: Sequence[tuple[str, int | None]], chosen: Collection[str]) -> str:
    """Boxes to tick, one tab stop together: the arrow keys go from one to the next (page.js)."""
    return "".join(
        f'<label class="check"><input type="checkbox" name="{field}" value="{escape(value)}"'
        f"{' checked' if value.casefold() in chosen else ''}{' tabindex=-1' if at else ''}>"
        f'<span dir="auto">{text(value)}</span>{f" <small>{n:,}</small>" if n else ""}</label>'
        for at, (value, n) in enumerate(values)
    )


def overview_html(inventory: Inventory, *, sample: bool) -> str:
    """The head of the collection: how much there is, from when, and the plot over time."""
    note = "This is the sample that comes with the program. Add a file, and a collection of your own takes its place."
    return (
        f'<div class="overview{"" if inventory.articles else " none"}"><h2>Articles</h2><p class="facts">'
        f"<span>{size_text(inventory)}</span><span>{span_text(inventory)}</span></p>"
        f"{notices_html([note] * sample)}{plot_html(inventory)}</div>"
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


def list_html(articles: Sequence[Article], number: int, shown: Shown, changeable: Collection[str] = ()) -> str:
    """The articles that the search and the filter let through.

    Args:
        articles: the first of them.
        number: how many there are in all.
        changeable: ids of those that the user may remove.
    """
    if not articles:
        sign, said = "file", "Nothing here yet. Add the first files."
        if shown.words or shown.where:
            sign, said = "search", "No article passes the search and the filter."
        return f'<p class="empty" role="status">{icon(sign, 22)}{said}</p>'
    rows = "".join(_row(a, a.id in changeable) for a in articles)
    left = number - len(articles)
    more = button("more", f"Show more ({left:,} left)", kind="btn more") if left > 0 else ""
    found = f'<p class="hint" role="status">{count(number, "article")} found</p>' if shown.words else ""
    bulk = (
        f'<div class="bulk" hidden><span class="picked" role="status"></span>'
        f"{button('pickall', f'Choose all {len(changeable):,} shown')}"
        f"{button('removeall', 'Remove them', kind='btn danger')}</div>"
        if changeable
        else ""
    )
    return f'{found}{bulk}<ul class="rows">{rows}</ul>{more}'


def _row(a: Article, changeable: bool) -> str:
    pick = f'<input type="checkbox" class="pick" value="{escape(a.id)}" aria-label="Choose {text(a.title)}">'
    row = (
        f'<span class="when">{render.short_dated(a.published, a.published_from)}</span>'
        f'<span class="what"><span class="title" dir="auto">{text(a.title)}</span>'
        f'<span class="facts">{render.outlet(a.publisher)}{render.author(a.author)}</span></span>'
    )
    return f"<li>{pick if changeable else ''}{button('select', row, kind='row-open', article=a.id)}</li>"


def add_html(suffixes: Sequence[str], megabytes: int) -> str:
    """Where files are dropped and addresses given."""
    accepted = ",".join(suffixes)
    return (
        f'<div class="add"><div class="drop">{icon("file", 24)}<div>'
        '<label class="btn primary" for="files">Choose files</label>'
        f'<input id="files" type="file" multiple accept="{accepted}">'
        '<span class="or droppable">or drop them here</span>'
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
    results: Sequence[FileResult], inventory: Inventory, came_in: Sequence[Article] = (), questions: Sequence[str] = ()
) -> str:
    """What became of each file, what came in with them, and questions about that."""
    titles = {a.id: a.title for a in came_in}
    ordered = sorted(results, key=lambda r: r.status not in ("failed", "skipped"))
    items = [_result_html(r, titles.get(r.article_id or "", "")) for r in ordered]
    rest = "".join(items[_LISTED:])
    new, failed = (sum(r.status in those for r in results) for those in (("added", "changed"), ("failed",)))
    outlets = len({a.publisher for a in came_in if a.publisher})
    of_outlets = f", of {count(outlets, 'outlet')}" if outlets else ""
    summary = f"{count(new, 'article')} came in{of_outlets}. " if new else ""
    summary += f"{count(failed, 'file')} could not be read. " if failed else ""
    return (
        f'<div class="results"><p class="came" role="status">{summary}{size_text(inventory)} in the collection now.</p>'
        f"<ul>{''.join(items[:_LISTED])}</ul>{more_html(f'{len(items) - _LISTED} more', rest and f'<ul>{rest}</ul>')}"
        f"{examples_html('Questions about what came in', questions)}</div>"
    )


def _result_html(r: FileResult, title: str) -> str:
    name = r.path if "://" in r.path else r.path.rsplit("/", 1)[-1]
    parts = [
        f'<span class="name" dir="auto">{text(name)}</span>',
        f'<span class="became">{_STATUS.get(r.status, r.status)}</span>',
        f'<span class="title" dir="auto">{text(title)}</span>' if title else "",
        f'<span class="reason" dir="auto">{text(r.reason)}</span>' if r.reason else "",
    ]
    if r.article_id:
        name = f"Read {text(title or name)}"
        parts.append(button("select", "Read", kind="btn link", name=name, article=r.article_id))
    return f'<li class="{r.status}">{" ".join(filter(None, parts))}</li>'
