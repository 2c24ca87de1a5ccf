"""Passages scored by the question's phrases: runs of its words that they have together and in order.

To look every phrase up in an index costs more than all else of a search, so only the passages that the other scores
put first are read for them. Knows nothing of indexes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.text import stems

# BM25's k1 and b, and how much more a phrase of the title counts: as in the full text index (`rag.index.lexical`).
_K1, _B, _TITLE = 1.2, 0.75, 2


@dataclass(frozen=True, slots=True)
class PassageFields:
    """A passage by field: its article's title and publisher; its own stems, a sentence a line (`rag.text.stemmed`)."""

    title: str
    publisher: str
    stems: str

    @property
    def all(self) -> str:
        """The stems of all fields between spaces, those of the title twice; two spaces where a sentence ends."""
        return f"{_head(self.title) * _TITLE}{_head(self.publisher)} {self.stems.replace(chr(10), '  ')} "


def phrase_scores(phrases: Sequence[str], fields: Mapping[str, PassageFields], passages: int) -> dict[str, float]:
    """BM25 of the phrases, for each of these passages that has one.

    As in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, section 3.4. How many
    passages have a phrase is counted among those given, which have most of the question's words: those of the corpus
    that have its phrases are mostly among them.

    Args:
        phrases: of two words or more.
        fields: the text of each passage by field, by the passage's id.
        passages: how many there are in all.
    """
    runs = [_spaced(stems(phrase)) for phrase in phrases]
    texts = {i: t.all for i, t in fields.items()}
    everything = "\n".join(texts.values())
    lengths = {i: text.count(" ") for i, text in texts.items()}
    usual = sum(lengths.values()) / max(len(lengths), 1)
    scores: dict[str, float] = {}
    for run in (run for run in runs if run in everything):
        counts = {i: count for i, text in texts.items() if (count := text.count(run))}
        rarity = math.log((passages - len(counts) + 0.5) / (len(counts) + 0.5))
        for i, count in counts.items():
            if rarity > 0:
                length = 1 - _B + _B * lengths[i] / usual
                scores[i] = scores.get(i, 0.0) + rarity * count * (_K1 + 1) / (count + _K1 * length)
    return scores


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


# Many passages have the same.
@lru_cache(2_000)
def _head(text: str) -> str:
    return _spaced(stems(text))
