"""Hits to evidence: the sentences that answer, best first, from more than one article where there are.

A sentence is weighed by what it shares with the question (in meaning, and in words that are
rare among the sentences found), by whether it holds the kind of thing asked for, and by the rank of its passage.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answer.expect import expected, holds
from rag.text import sentence_spans, stems
from rag.types import Article, Hit

Embed = Callable[[Sequence[str]], np.ndarray[tuple[int, int], np.dtype[np.float32]]]

# Weights of the parts of a sentence's score; `bench/evidence.py` prints what other weights give on the shared sets.
MEANING, WORDS, KIND, RANK = 1.0, 0.5, 0.25, 0.1
# Sentences whose meaning is compared with the question's; the others are out by words and rank alone.
COMPARED = 24
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of an article, `article.text[start:end]`, and how well it answers.

    `meaning` is its cosine with the question; `coverage` the share of the question's words that it holds, each
    weighed by its rarity among the sentences found; `fits` says whether it holds the kind of thing asked for;
    `similarity` is the cosine of its passage with the question; `stems` are those of its words.
    """

    article: Article
    start: int
    end: int
    score: float
    meaning: float
    coverage: float
    fits: bool
    similarity: float
    stems: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    hit: Hit
    start: int
    end: int
    stems: frozenset[str]
    rank: float
    coverage: float = 0.0

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]


def weigh(question: str, terms: Sequence[str], hits: Sequence[Hit], embed: Embed) -> list[Evidence]:
    """The sentences of the hits, the best first.

    Args:
        terms: the question's search terms.
        hits: the passages found, best first.
        embed: texts to vectors of length 1; called once, with the question and the likeliest sentences.
    """
    candidates = _covered(_candidates(hits), {stem for term in terms for stem in stems(term)})
    likeliest = sorted(candidates, key=lambda c: -(WORDS * c.coverage + RANK * c.rank))[:COMPARED]
    if not likeliest:
        return []
    vectors = embed([question, *(c.text for c in likeliest)])
    kind = expected(question)
    found: list[Evidence] = []
    for c, cosine in zip(likeliest, vectors[1:] @ vectors[0], strict=True):
        meaning, fits = float(cosine), holds(kind, c.text, question)
        score = MEANING * meaning + WORDS * c.coverage + KIND * fits + RANK * c.rank
        found.append(
            Evidence(article=c.hit.article, start=c.start, end=c.end, score=score, meaning=meaning,
                     coverage=c.coverage, fits=fits, similarity=c.hit.similarity or 0.0, stems=c.stems)
        )  # fmt: skip
    return sorted(found, key=lambda e: -e.score)


def _candidates(hits: Sequence[Hit]) -> list[_Candidate]:
    """The sentences of the hits that tell something, each once."""
    best = max((h.score for h in hits), default=1.0)
    found: dict[tuple[str, ...], _Candidate] = {}
    for hit in hits:
        for start, end in sentence_spans(hit.passage.text):
            text = hit.passage.text[start:end]
            own = tuple(stems(text))
            # A question in an article asks, it tells nothing; a caption that stands twice counts once.
            if len(own) >= _SHORTEST and not text.rstrip("”\"' ").endswith("?"):
                at = hit.passage.start
                found.setdefault(own, _Candidate(hit=hit, start=at + start, end=at + end, stems=frozenset(own),
                                                 rank=hit.score / best))  # fmt: skip
    return list(found.values())


def _covered(candidates: Sequence[_Candidate], asked: set[str]) -> list[_Candidate]:
    """The candidates with their coverage of the question's stems.

    A stem weighs by its rarity among the candidates, as in BM25: what every sentence found holds tells little of
    which one answers, and what none holds is missing.
    """
    n = len(candidates)
    held = {stem: sum(stem in c.stems for c in candidates) for stem in asked}
    weights = {stem: math.log(1 + (n - f + 0.5) / (f + 0.5)) for stem, f in held.items()}
    total = sum(weights.values()) or 1.0
    return [replace(c, coverage=sum(weights[s] for s in asked & c.stems) / total) for c in candidates]
