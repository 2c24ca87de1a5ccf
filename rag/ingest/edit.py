"""What the user says of an article over what was found: fields set by hand.

Knows nothing of where articles are kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from rag.errors import FieldError
from rag.ingest.fields import tags_of
from rag.types import Article

FIELDS = ("title", "publisher", "author", "published", "url", "language", "note", "tags")
ORIGIN = "rag edit"


def edited(article: Article, given: Mapping[str, str]) -> Article:
    """The article with the fields given; an empty text takes a value away.

    Raises:
        FieldError: there is no such field, or the value isn't one for it.
    """
    changes: dict[str, Any] = {}
    for name, value in given.items():
        if name not in FIELDS:
            raise FieldError(f"an article has no field {name!r} to set; there are: {', '.join(FIELDS)}")
        changes[name] = value.strip() or None
    if "title" in changes and changes["title"] is None:
        raise FieldError("a title can't be empty: every article has one")
    if "published" in changes:
        changes["published"] = _day(changes["published"])
        changes["published_from"] = "given" if changes["published"] else "unknown"
    if "tags" in changes:
        changes["tags"] = tags_of(changes["tags"] or "")
    provenance = {**article.provenance, **dict.fromkeys(given, ORIGIN)}
    return replace(article, **changes, provenance=provenance)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise FieldError(f"published: {value!r} is not a day like 2022-11-08") from None
