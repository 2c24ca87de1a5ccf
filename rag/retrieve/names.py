"""The question's names as the corpus spells them: Najin for Rajin, Gaddafi for Qaddafi.

By edit distance to the corpus's own words, checked to be names there. Knows the corpus as what is passed in.
"""

import re
from collections.abc import Callable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.text import stems

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


class Names:
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
