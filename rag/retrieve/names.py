"""Other names of what a question names: those of a user's file, and those that a corpus spells otherwise.

DPRK and North Korea, Kyiv and Kiev stand in the file, whose text is passed in; where it lies is not known here. Najin
for Rajin, Gaddafi for Qaddafi are found by edit distance to the corpus's own words, checked to be names there; the
corpus is known as what is passed in.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.errors import RagError
from rag.text import stems

Group = tuple[str, ...]

# A capital inside a sentence, or a word of a name: what may be a name in a question.
_NAME = re.compile(r"\b[A-Z][a-zà-ÿ’'-]{3,}\b")
# 'Yun Kun-yun', 'Kim Jong Un': names of two to four words
_FULL_NAME = re.compile(r"\b[A-Z][a-zà-ÿ]+(?:(?: [A-Z]|-[A-Za-z])[a-zà-ÿ]+){1,3}\b")
# How many letters may differ in a name of so many letters: Rajin, Najin; Zelensky, Zelenskiy. Shorter names must be
# the same, or every other one is near: Iran, Iraq.
_SHORTEST, _LONG = 5, 8
# A name that so many passages have is spelled as the corpus spells it.
_RARE, _RARE_SHARE = 5, 0.01
_MOST = 3


# Names for the same thing, from files


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
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_name_pattern, names))})(?!\w)")


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


def _name_pattern(name: str) -> str:
    """The name with any hyphen or white space between its words; abbreviations and 'the North' only in their own case.

    'US' is not 'us', and 'the North' is not 'the north of the city' or 'the North Sea'; 'kiev' is 'Kiev'.
    """
    pattern = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", name)))
    if name.startswith("the "):
        return rf"{pattern}(?! [A-Z])"
    return pattern if len(name) <= 4 and name.isupper() else f"(?i:{pattern})"


# Names as the corpus spells them


class Spellings:
    """The words of a corpus, to look names up in. What was looked up once is kept. Safe in several threads."""

    def __init__(
        self, words: Callable[[], Sequence[str]], count: Callable[[str, int], int], passages: int,
        holding: Callable[[str], Sequence[str]],
    ) -> None:  # fmt: skip
        """Use a corpus's words.

        Args:
            words: the words' stems; read when a name that few passages have is first looked up.
            count: a word, and how far to count, to how many passages have it.
            passages: how many there are.
            holding: a stem to the texts of a few passages that have it.
        """
        self._read, self._counted = words, count
        self._most = max(_RARE, int(_RARE_SHARE * passages))
        self._holding = holding
        self._kept: dict[str, tuple[str, ...]] = {}
        self._words: list[str] = []

    def spellings(self, question: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The names in a question that the corpus has rarely or never as they stand, each with its spellings there."""
        names = dict.fromkeys((*_NAME.findall(question), *_FULL_NAME.findall(question)))
        return tuple((name, others) for name in names if (others := self._spellings(name)))

    def _spellings(self, name: str) -> tuple[str, ...]:
        if name not in self._kept:
            self._kept[name] = self._full_names(name) if _FULL_NAME.fullmatch(name) else self._looked_up(name)
        return self._kept[name]

    def _count(self, word: str) -> int:
        """How many passages have a word; counted no further than it takes to call it frequent."""
        return max(self._counted(w, self._most + 1) for w in dict.fromkeys((word, *stems(word))))

    def _full_names(self, name: str) -> tuple[str, ...]:
        """Names of several words that share a word with this one and are otherwise near: Yun Kun-yun, Youn Kun-youn."""
        parts = [part.casefold() for part in re.split(r"[\s-]+", name)]
        shared = [part for part in parts if 0 < self._count(part) <= self._most]
        there = {n for part in shared for text in self._holding(part) for n in _FULL_NAME.findall(text)}
        own = "".join(parts)
        near = {
            " ".join(re.split(r"[\s-]+", other)).casefold()
            for other in there
            if len(own) >= _LONG and 0 < OSA.distance(re.sub(r"[\s-]+", "", other).casefold(), own) <= 2
        }
        return tuple(sorted(near))[:_MOST]

    def _looked_up(self, name: str) -> tuple[str, ...]:
        stem = next(iter(stems(name)), "")
        word = name.casefold().removesuffix("'s").removesuffix("’s")
        if len(word) < _SHORTEST or self._count(word) > self._most:
            return ()
        far = 2 if len(word) >= _LONG else 1
        # The corpus's words are stems, a letter or two off: so many more may differ here, and are counted below.
        if not self._words:
            self._words = [w for w in self._read() if len(w) >= _SHORTEST - 1 and w.isalpha()]
        near = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=far + 1, limit=20)
        found: dict[str, None] = {}
        for near_stem, _, _ in near:
            if near_stem not in (stem, word):
                found |= dict.fromkeys(self._as_names(near_stem, word, far))
        return tuple(found)[:_MOST]

    def _as_names(self, stem: str, word: str, far: int) -> list[str]:
        """The words near enough to `word` that stand as names in passages with that stem, and never as plain words."""
        texts = self._holding(stem)
        there = {w for text in texts for w in re.findall(r"[^\W\d_]+", text)}
        return [
            w.casefold()
            for w in sorted(there)
            if w[0].isupper()
            and w.casefold() not in there
            and w.casefold() != word
            and OSA.distance(w.casefold(), word, score_cutoff=far) <= far
            and stems(w) != stems(word)
            and self._count(w.casefold()) >= self._count(word)
        ]
