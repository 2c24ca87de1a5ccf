"""The collection as HTML: its articles in a list, filters, what can be added and what became of it.

Pure functions from values to HTML. Knows nothing of Gradio or of corpora.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any, Final

from rag.types import Article, FileResult, Filter
from rag.ui import render
from rag.ui.icons import icon
from rag.ui.plot import plot_html, size_text, span_text
from rag.ui.render import button, count, text

PAGE: Final = 50
_STATUS: Final = {
    "added": "added", "changed": "changed", "unchanged": "already here", "duplicate": "already here under another name",
    "skipped": "skipped", "failed": "could not be read", "removed": "removed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What the list shows: articles with these words in title, outlet, author or file name, that pass the filter."""

    words: str = ""
    where: Filter = Filter()
    most: int = PAGE

    def of(self, articles: Sequence[Article]) -> list[Article]:
        """Those of them."""
        wanted = self.words.casefold().split()
        return [a for a in articles if passes(a, self.where) and all(w in _searched(a) for w in wanted)]


def _searched(a: Article) -> str:
    return f"{a.title} {a.publisher or ''} {a.author or ''} {a.path}".casefold()


def passes(article: Article, where: Filter) -> bool:
    """Whether an article passes a filter, as `rag.types.Filter` says it."""
    if where.publishers is not None and (article.publisher or "").casefold() not in where.publishers:
        return False
    if not set(where.tags) <= {tag.casefold() for tag in article.tags}:
        return False
    day = article.published
    if where.after is not None and (day is None or day < where.after):
        return False
    return not (where.before is not None and (day is None or day > where.before))


def filter_of(data: dict[str, Any]) -> Filter:
    """A filter from the fields of the filter form; what is no date is none."""
    chosen: list[Any] | str = data.get("publisher") or list[Any]()
    names = tuple(str(n) for n in ([chosen] if isinstance(chosen, str) else chosen) if str(n))
    tagged: list[Any] | str = data.get("tag") or list[Any]()
    tags = tuple(str(t) for t in ([tagged] if isinstance(tagged, str) else tagged) if str(t))
    return Filter(
        publisher=names or None, tag=tags or None, after=_day(data.get("after")), before=_day(data.get("before"))
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def filter_html(articles: Sequence[Article], where: Filter, matching: int) -> str:
    """The filter over the questions and the list: what is chosen, and a form to choose by."""
    chosen = set(where.publishers or ())
    outlets = Counter(a.publisher for a in articles if a.publisher).most_common()
    boxes = "".join(
        f'<label class="check"><input type="checkbox" name="publisher" value="{escape(name)}"'
        f"{' checked' if name.casefold() in chosen else ''}>"
        f'<span dir="auto">{text(name)}</span> <small>{n:,}</small></label>'
        for name, n in outlets
    )
    tags = "".join(
        f'<label class="check"><input type="checkbox" name="tag" value="{escape(tag)}"'
        f"{' checked' if tag.casefold() in where.tags else ''}>"
        f'<span dir="auto">{text(tag)}</span> <small>{n:,}</small></label>'
        for tag, n in Counter(tag for a in articles for tag in a.tags).most_common()
    )
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


def overview_html(articles: Sequence[Article], *, sample: bool) -> str:
    """The head of the collection: how much there is, from when, and the plot over time."""
    note = (
        '<p class="notice">This is the sample that comes with the program. Add a file, and a collection of your own '
        "takes its place.</p>"
        if sample
        else ""
    )
    return (
        f'<div class="overview{"" if articles else " none"}"><h2>Articles</h2><p class="facts">'
        f"<span>{size_text(articles)}</span><span>{span_text(articles)}</span></p>"
        f"{note}{plot_html(articles) if articles else ''}</div>"
    )


def list_html(articles: Sequence[Article], shown: Shown) -> str:
    """The articles that the search and the filter let through."""
    found = shown.of(articles)
    if not found:
        said = "No article passes the search and the filter." if articles else "Nothing here yet. Add the first files."
        return f'<p class="empty" role="status">{icon("search" if articles else "file", 22)}{said}</p>'
    rows = "".join(_row(a) for a in found[: shown.most])
    more = ""
    if len(found) > shown.most:
        more = button("more", f"Show more ({len(found) - shown.most:,} left)", kind="more")
    told = f'<p class="hint" role="status">{count(len(found), "article")} found</p>' if shown.words else ""
    return f'{told}<ul class="rows">{rows}</ul>{more}'


def _row(a: Article) -> str:
    author = f'<span class="author" dir="auto">{text(a.author)}</span>' if a.author else ""
    when = render.short_dated(a.published, a.published_from)
    return (
        f'<li><button type="button" class="row-open" data-act="select" data-article="{escape(a.id)}">'
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


def progress_html(done: int, of: int, name: str) -> str:
    """How far an ingest is."""
    part = f"{done} of {of}: " if of > 1 else ""
    share = 100 * done // max(of, 1)
    return (
        f'<div class="progress" role="status"><p dir="auto">Reading {part}{text(name)}</p>'
        f'<div class="track"><i style="width:{max(share, 4)}%"></i></div></div>'
    )


def results_html(results: Sequence[FileResult], articles: int) -> str:
    """What became of each file."""
    items = "".join(
        f'<li class="{r.status}"><span class="name" dir="auto">{text(r.path.rsplit("/", 1)[-1])}</span> '
        f'<span class="became">{_STATUS.get(r.status, r.status)}</span>'
        + (f' <span class="reason" dir="auto">{text(r.reason)}</span>' if r.reason else "")
        + (button("select", "Read", kind="link", article=r.article_id) if r.article_id else "")
        + "</li>"
        for r in results
    )
    told = f"{count(articles, 'article')} in the collection now."
    return f'<div class="results" role="status"><ul>{items}</ul><p class="hint">{told}</p></div>'


def error_html(message: str) -> str:
    """Something that did not work."""
    return f'<p class="error" role="alert" dir="auto">{text(message)}</p>'


def more(shown: Shown) -> Shown:
    """With another page of the list."""
    return replace(shown, most=shown.most + PAGE)
