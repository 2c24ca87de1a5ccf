"""The best passages of a search read more closely: weighed by the question's phrases, then by their closest sentence.

A phrase is a run of the question's words that a passage has together and in order. To look every one up in an index
costs more than all else of a search, so only the passages that the other scores put first are read for them.

A passage's own score mixes all its sentences. Here each is also scored by the one sentence that has most of
the question's words, rare ones for more, and by the one that is nearest in meaning to one of the question's clauses:
so a passage that has in one sentence what is asked for comes first, and a question that asks for several things finds
a passage for each. Knows nothing of indexes, nor of how passages are found.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.models.arrays import Matrix
from rag.retrieve.query import Query
from rag.text import stems
from rag.types import Hit

# Weights of a sentence's words and of its meaning, beside the score of the passage, each divided by its best among
# the hits. `bench/retrieval.py` prints what they do.
WORDS, MEANING = 0.15, 0.25
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


@dataclass(frozen=True, slots=True)
class Sentences:
    """Vectors of sentences: `clauses` embeds a question's clauses, `of` looks up those of passages, by passage id.

    Each has shape (sentences, dimensions), rows of length 1. A passage may be missing.
    """

    clauses: Callable[[str], Matrix]
    of: Callable[[Sequence[str]], Mapping[str, Matrix]]


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


def closest(
    query: Query,
    hits: Sequence[Hit],
    boosts: Sequence[float],
    fields: Mapping[str, PassageFields],
    sentences: Sentences,
) -> list[Hit]:
    """The hits with their closest sentences added to their scores, best first.

    Args:
        query: the question, with its names and outlets.
        hits: best first, with scores of any scale.
        boosts: for each hit what its score was multiplied by; what is added is multiplied likewise.
        fields: the text of each passage by field, by the passage's id.
        sentences: where sentences' vectors come from.
    """
    if not hits:
        return []
    parts = (
        (1.0, [hit.score for hit in hits]),
        (WORDS, _times(_by_words(query, hits, fields), boosts)),
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
    clauses = sentences.clauses(question)
    kept = sentences.of([hit.passage.id for hit in hits])
    return [
        float((kept[hit.passage.id] @ clauses.T).max()) if hit.passage.id in kept else hit.similarity or 0.0
        for hit in hits
    ]


# Words


def _by_words(query: Query, hits: Sequence[Hit], fields: Mapping[str, PassageFields]) -> list[float]:
    """For each hit the share of the question's words that its best sentence has, each weighed by its rarity.

    A name counts where the sentence has another name or spelling of it. An outlet that is named does not count: its
    articles need not name themselves.
    """
    outlets = {stem for c in query.constraints if c.articles and c.outlet for stem in stems(c.outlet)}
    query_stems = {stem for term in query.terms for stem in stems(term)} - outlets
    aliases = [
        (query_stems.intersection(stems(name)), [set(stems(other)) for other in others])
        for name, others in query.aliases
    ]
    looked_for = query_stems.union(*(other for _, others in aliases for other in others))
    found = [_held(fields[hit.passage.id].stems, looked_for) for hit in hits]
    for held in (held for sentences in found for held in sentences):
        for own, others in aliases:
            if any(other <= held for other in others):
                held |= own
    having = {stem: sum(any(stem in held for held in sentences) for sentences in found) for stem in query_stems}
    weights = {stem: math.log(1 + (len(hits) - n + 0.5) / (n + 0.5)) for stem, n in having.items()}
    return [
        max((sum(weights[stem] for stem in held & query_stems) for held in sentences), default=0.0)
        for sentences in found
    ]


def _held(stemmed: str, looked_for: set[str]) -> list[set[str]]:
    """Which of the stems each of a text's sentences has; the sentences that have none may be left out."""
    here = [(stem, f" {stem} ") for stem in looked_for if stem in stemmed]
    lines = [f" {line} " for line in stemmed.split("\n")] if here else []
    return [{stem for stem, spaced in here if spaced in line} for line in lines]


# Phrases


def _spaced(words: Sequence[str]) -> str:
    return f" {' '.join(words)} "


# Many passages have the same.
@lru_cache(2_000)
def _head(text: str) -> str:
    return _spaced(stems(text))
