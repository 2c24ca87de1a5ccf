"""Articles, hits and answers as JSON for programs, in the form that docs/answer.md gives.

The one place that knows this form; the command line, the page's API and the evaluation all use it.
"""

from dataclasses import asdict
from typing import Any

from rag.types import Answer, Article, Entry, Hit


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """An answer as plain values, dates in ISO form; `notices` and a citation's `page` only where there are any."""
    found = asdict(answer)
    if not answer.notices:
        del found["notices"]
    for citation in found["citations"]:
        _without_page(citation)
    for dated in (*found["citations"], *found["positions"]):
        dated["published"] = _iso(dated["published"])
    return found


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """An entry of a timeline as plain values, dates in ISO form."""
    found = asdict(entry)
    _without_page(found["citation"])
    found["day"], found["citation"]["published"] = _iso(entry.day), _iso(entry.citation.published)
    return found


def _without_page(citation: dict[str, Any]) -> None:
    if citation["page"] is None:
        del citation["page"]


def article_to_dict(article: Article, *, text: bool = False) -> dict[str, Any]:
    """An article's fields as plain values, with its text or without."""
    found = asdict(article) | {"published": _iso(article.published), "provenance": dict(article.provenance)}
    return found if text else {k: v for k, v in found.items() if k != "text"}


def hit_to_dict(hit: Hit) -> dict[str, Any]:
    """A hit: the passage with its offsets, the sentences around it, and where it comes from."""
    a, p = hit.article, hit.passage
    start, end = hit.context or (p.start, p.end)
    return {
        "id": p.id, "article_id": a.id, "title": a.title, "publisher": a.publisher, "published": _iso(a.published),
        "published_from": a.published_from, "url": a.url, "path": a.path, "text": p.text, "start": p.start,
        "end": p.end, "score": hit.score, "similarity": hit.similarity, "before": a.text[start : p.start].strip(),
        "after": a.text[p.end : end].strip(),
        "page": a.page(p.start),
    }  # fmt: skip


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
