"""Names for the same thing, from files that the user can extend: DPRK and North Korea, Kyiv and Kiev.

Reads the text of such a file, which is passed in; knows nothing of where it lies.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import yaml

from rag.errors import RagError

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aliases:
    """Groups of names; `pattern` finds any of them in a text, `of` are the groups of a folded name."""

    groups: tuple[Group, ...] = ()
    pattern: re.Pattern[str] | None = None
    of: Mapping[str, Sequence[Group]] = field(default_factory=dict[str, Sequence[Group]])

    def others(self, question: str) -> tuple[tuple[str, Group], ...]:
        """The names in the question, as they stand there, each with its other names."""
        if self.pattern is None:
            return ()
        mentions = dict.fromkeys(match[0] for match in self.pattern.finditer(question))
        folded = {_folded(name) for name in mentions}
        found: list[tuple[str, Group]] = []
        for name in mentions:
            groups = self.of.get(_folded(name), ())
            others = dict.fromkeys(n for group in groups for n in group if _folded(n) not in folded)
            if others:
                found.append((name, tuple(others)))
        return tuple(found)


def make_aliases(groups: Sequence[Group]) -> Aliases:
    """Aliases of groups of names."""
    names = sorted({name for group in groups for name in group}, key=len, reverse=True)
    if not names:
        return Aliases()
    of: dict[str, list[Group]] = {}
    for group in groups:
        for folded in {_folded(name) for name in group}:
            of.setdefault(folded, []).append(group)
    return Aliases(tuple(groups), as_pattern(names), of)


def as_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """What finds any of these names in a text, the first that fits."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_as_pattern, names))})(?!\w)")


def read_aliases(text: str, path: str) -> list[Group]:
    """The groups of a YAML file: a list of lists of names.

    Raises:
        RagError: the file is not of that form; the message names the path.
    """
    try:
        found = cast(object, yaml.safe_load(text) or [])
    except yaml.YAMLError as e:
        raise RagError(f"{path} is not YAML ({str(e).splitlines()[0]}): a line a thing, as in - [Kyiv, Kiev]") from e
    groups: list[Group] = []
    for group in cast(list[object], found) if isinstance(found, list) else [None]:
        names = cast(list[object], group) if isinstance(group, list) else [None]
        if not all(isinstance(name, str) and name.strip() for name in names):
            raise RagError(f"{path} is not a list of lists of names: a line a thing, as in - [Kyiv, Kiev]")
        groups.append(tuple(str(name).strip() for name in names))
    return groups


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()


def _as_pattern(name: str) -> str:
    """The name with any hyphen or white space between its words; abbreviations and 'the North' only in their own case.

    'US' is not 'us', and 'the North' is not 'the north of the city' or 'the North Sea'; 'kiev' is 'Kiev'.
    """
    pattern = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name)))
    if name.startswith("the "):
        return rf"{pattern}(?! [A-Z])"
    return pattern if len(name) <= 4 and name.isupper() else f"(?i:{pattern})"
