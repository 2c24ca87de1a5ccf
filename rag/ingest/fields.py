"""What the user says of an article, over what was found: YAML in front matter and sidecars, and fields set by hand.

Knows nothing of where articles are kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

import yaml

from rag.errors import FieldError
from rag.types import Article

FIELDS = ("title", "publisher", "author", "published", "url", "language", "note", "tags")
ORIGIN = "rag edit"


class _NoAliases(yaml.SafeLoader):
    """YAML's safe subset without anchors and aliases.

    A few lines of fields need none; refusing them stops the ones that unfold into gigabytes.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it has aliases (*name), which are not read")
        return super().compose_node(parent, index)


def tags_of(value: Any) -> tuple[str, ...]:
    """Tags as people write them, without repeats: 'a, project=b', ['a', 'project=b'], {'project': 'b'}."""
    if isinstance(value, dict):
        value = [f"{name}={held}" for name, held in cast(dict[Any, Any], value).items()]
    several = str(value).split(",") if not isinstance(value, list | tuple) else cast(list[Any], value)
    tags: dict[str, str] = {}
    for tag in (" ".join(str(tag).split()) for tag in several):
        if tag:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def yaml_fields(text: str) -> dict[str, Any]:
    """The fields in a YAML text.

    Raises:
        ValueError: it isn't YAML, or not a list of fields; the message completes the sentence 'it …'.
    """
    try:
        fields: Any = yaml.load(text, _NoAliases) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as e:
        raise ValueError(f"is not YAML: {(str(e).splitlines() or ['?'])[0]}") from e
    if not isinstance(fields, dict):
        raise ValueError("is not a list of fields, like `title: …`")
    return {str(name): value for name, value in cast(dict[Any, Any], fields).items()}


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
