"""Hits weighed by their closest sentence: a passage that has in one sentence what is asked for comes first.

A passage's own score mixes what its sentences tell. Here each is also scored by the one sentence that has most of
the question's words, rare ones for more, and by the one that is nearest in meaning to one of the question's clauses:
so a question that asks for several things finds a passage for each. Knows nothing of how hits are found.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from rag.retrieve.query import Query
from rag.text import stems
from rag.types import Hit

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]

# Weights of a sentence's words and of its meaning, beside the score of the passage, each divided by its best among
# the hits. `bench/retrieval.py` prints what they do.
WORDS, MEANING = 0.15, 0.25

# What stands between words, and would hide the end of a sentence: 'sank.”', '(he said)', 'ships—two of them'
_APART = '—–/()[]“”„«»"‘:;,'
# What may end a sentence: 'It sank. Nobody', 'Won? Yes'. It does not behind an abbreviation: 'Gen. Holt', 'U.S. port'.
_MARK = re.compile(r"[.!?]\s|\n")
_ABBREVIATION = re.compile(r"(?:^|\s)[A-Z]\S{0,3}$")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Vectors of sentences: `asked` gives those of a question's clauses, `of` those kept of passages, by id.

    Each has shape (sentences, dimensions), rows of length 1. A passage may be missing.
    """

    asked: Callable[[str], Matrix]
    of: Callable[[Sequence[str]], Mapping[str, Matrix]]


def closest(query: Query, hits: Sequence[Hit], boosts: Sequence[float], sentences: Sentences) -> list[Hit]:
    """The hits with their closest sentences added to their scores, best first.

    Args:
        query: what is asked for.
        hits: best first, with scores of any scale.
        boosts: for each hit what its score was multiplied by; what is added is multiplied likewise.
        sentences: where sentences' vectors come from.
    """
    if not hits:
        return []
    parts = (
        (1.0, [hit.score for hit in hits]),
        (WORDS, _times(_by_words(query, hits), boosts)),
        (MEANING, _times(_by_meaning(query.text, hits, sentences), boosts)),
    )
    scores = [0.0] * len(hits)
    for weight, values in parts:
        best = max(values)
        if best > 0:
            scores = [score + weight * value / best for score, value in zip(scores, values, strict=True)]
    order = sorted(range(len(hits)), key=lambda n: -scores[n])
    return [replace(hits[n], score=scores[n]) for n in order]


def _times(values: Sequence[float], boosts: Sequence[float]) -> list[float]:
    return [value * boost for value, boost in zip(values, boosts, strict=True)]


# Meaning


def _by_meaning(question: str, hits: Sequence[Hit], sentences: Sentences) -> list[float]:
    """For each hit the best cosine of one of its sentences with one of the question's clauses."""
    asked = sentences.asked(question)
    kept = sentences.of([hit.passage.id for hit in hits])
    return [
        float((kept[hit.passage.id] @ asked.T).max()) if hit.passage.id in kept else hit.similarity or 0.0
        for hit in hits
    ]


# Words


def _by_words(query: Query, hits: Sequence[Hit]) -> list[float]:
    """For each hit the share of the question's words that its best sentence has, each weighed by its rarity.

    A name counts where the sentence has another name or spelling of it. An outlet that is named does not count: its
    articles need not name themselves.
    """
    outlets = {stem for c in query.constraints if c.articles and c.outlet for stem in stems(c.outlet)}
    asked = {stem for term in query.terms for stem in stems(term)} - outlets
    same = [(asked.intersection(stems(name)), [set(stems(other)) for other in others]) for name, others in query.same]
    looked_for = asked.union(*(other for _, others in same for other in others))
    told = _told([hit.passage.text for hit in hits], looked_for)
    for held in (held for sentences in told for held in sentences):
        for own, others in same:
            if any(other <= held for other in others):
                held |= own
    having = {stem: sum(any(stem in held for held in sentences) for sentences in told) for stem in asked}
    weights = {stem: math.log(1 + (len(hits) - n + 0.5) / (n + 0.5)) for stem, n in having.items()}
    return [max((sum(weights[stem] for stem in held & asked) for held in sentences), default=0.0) for sentences in told]


def _told(texts: Sequence[str], looked_for: set[str]) -> list[list[set[str]]]:
    """For each text those of the stems that each of its sentences has; sentences that have none are left out.

    Sentences are told by the marks that end them, in a tenth of the time of `rag.text.sentence_spans`: forty passages
    are read for each question, and a wrong cut costs one of them little.
    """
    split = [[sentence.split() for sentence in _sentences(text)] for text in texts]
    begins = tuple({stem[:3] for stem in looked_for})  # no word's stem begins otherwise than the word
    told: dict[str, set[str]] = {}
    for word in {word for sentences in split for words in sentences for word in words}:
        if word.casefold().startswith(begins) and (held := looked_for.intersection(stems(word))):
            told[word] = held
    having = [[told.keys() & words for words in sentences] for sentences in split]
    return [[set[str]().union(*(told[word] for word in held)) for held in found if held] for found in having]


def _sentences(text: str) -> list[str]:
    for mark in _APART:  # far quicker than `str.translate`
        text = text.replace(mark, " ")
    cuts = [
        mark.end()
        for mark in _MARK.finditer(text)
        if mark[0][0] != "." or not _ABBREVIATION.search(text, max(0, mark.start() - 5), mark.start())
    ]
    return [text[a:b] for a, b in pairwise([0, *cuts, len(text)])]
