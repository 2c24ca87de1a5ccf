"""Fields that people write in YAML: front matter and sidecars. Knows nothing of which fields there are."""

from typing import Any, cast

import yaml


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
