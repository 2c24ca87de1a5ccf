"""Hits to evidence: the sentences that answer, best first, from more than one article where there are.

A sentence is weighed by what it shares with the question (in meaning, and in words that are rare among the sentences
found), by the question's words that only the sentence before it has ('Two freezes …' before 'They took place in …'), by
whether it holds the kind of thing asked for, and by the rank of its passage.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from rag.answer.check.quotations import quotations, quotes
from rag.answer.expect import expected, holds
from rag.answer.same import Same, also_held
from rag.related import stands
from rag.text import sentence_spans, stems
from rag.types import Article, Hit

Vector = np.ndarray[tuple[int], np.dtype[np.float32]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float32]]

# Weights of the parts of a sentence's score; `bench/evidence.py` prints what other weights give on the shared sets.
MEANING, WORDS, BEFORE, KIND, RANK = 1.0, 0.5, 0.2, 0.25, 0.1
# ... and that of words which the question quotes, where the sentence has them in this order.
QUOTED = 0.5
# Characters that may lie between a sentence and the one before it, which leads to it.
_APART = 200
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of an article, `article.text[start:end]`, and how well it answers.

    `meaning` is its cosine with the question; `coverage` the share of the question's words that it holds, each
    weighed by its rarity among the sentences found; `fits` says whether it holds the kind of thing asked for;
    `similarity` is the cosine of its passage with the question; `stems` are those of its words. `probability` that it
    answers is what `answerable` makes of all this, 1 until it is asked.
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
    probability: float = 1.0

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]

    @property
    def is_caption(self) -> bool:
        """Whether it stands under a picture, and says what that shows."""
        return any(start <= self.start < end for start, end in self.article.captions)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A sentence of a hit; `coverage` is its share of the question's words.

    `led` is what the sentence before adds to it, `hinted` what words add that may stand for the question's.
    """

    hit: Hit
    start: int
    end: int
    stems: frozenset[str]
    rank: float
    meaning: float
    coverage: float = 0.0
    led: float = 0.0
    hinted: float = 0.0

    @property
    def text(self) -> str:
        return self.hit.article.text[self.start : self.end]


def weigh(
    question: str, terms: Sequence[str], hits: Sequence[Hit], asked: Vector, sentences: Sequence[Matrix],
    same: Same = (),
) -> list[Evidence]:  # fmt: skip
    """The sentences of the hits, the best first.

    Args:
        terms: the question's search terms.
        hits: the passages found, best first.
        asked: the question's vector, of length 1.
        sentences: for each hit the vectors of its passage's sentences (`rag.text.sentence_spans`, in order), shape
            (sentences, dimensions), each of length 1.
        same: what finds the things that the question names under other names.
    """
    candidates = _covered(_candidates(hits, asked, sentences, same), {stem for term in terms for stem in stems(term)})
    kind, quoted = expected(question), quotations(question)
    found: list[Evidence] = []
    for c in candidates:
        fits = holds(kind, c.text, question)
        score = MEANING * c.meaning + WORDS * (c.coverage + c.hinted) + BEFORE * c.led + KIND * fits + RANK * c.rank
        score += QUOTED * quotes(c.text, quoted)
        found.append(
            Evidence(article=c.hit.article, start=c.start, end=c.end, score=score, meaning=c.meaning,
                     coverage=c.coverage, fits=fits, similarity=c.hit.similarity or 0.0, stems=c.stems)
        )  # fmt: skip
    return sorted(found, key=lambda e: -e.score)


def _candidates(hits: Sequence[Hit], asked: Vector, sentences: Sequence[Matrix], same: Same) -> list[_Candidate]:
    """The sentences of the hits that tell something, each once."""
    best = max((h.score for h in hits), default=0.0) or 1.0
    found: dict[tuple[str, ...], _Candidate] = {}
    for hit, vectors in zip(hits, sentences, strict=True):
        cosines = vectors @ asked
        for (start, end), cosine in zip(sentence_spans(hit.passage.text), cosines, strict=True):
            text = hit.passage.text[start:end]
            own = tuple(stems(text))
            # A question in an article asks, it tells nothing; a caption that stands twice counts once.
            if len(own) >= _SHORTEST and not text.rstrip("”\"' ").endswith("?"):
                at = hit.passage.start
                held = also_held(text, same).union(own)
                found.setdefault(own, _Candidate(hit=hit, start=at + start, end=at + end, stems=held,
                                                 rank=hit.score / best, meaning=float(cosine)))  # fmt: skip
    return list(found.values())


def _covered(candidates: Sequence[_Candidate], asked: set[str]) -> list[_Candidate]:
    """The candidates with their coverage of the question's stems, and with what adds to it.

    That is the sentence before them, and words that may stand for the question's.
    A stem weighs by its rarity among the candidates, as in BM25: what every sentence found holds tells little of
    which one answers, and what none holds is missing.
    """
    n = len(candidates)
    held = {id(c): asked & c.stems for c in candidates}
    having = {stem: sum(stem in own for own in held.values()) for stem in asked}
    weights = {stem: math.log(1 + (n - f + 0.5) / (f + 0.5)) for stem, f in having.items()}
    total = sum(weights.values()) or 1.0
    before = {id(c): earlier for earlier, c in pairwise(sorted(candidates, key=lambda c: (c.hit.article.id, c.start)))}

    def share(stems: Iterable[str]) -> float:
        return sum(weights[s] for s in stems) / total

    def led(c: _Candidate) -> float:
        earlier = before.get(id(c))
        near = earlier and earlier.hit.article.id == c.hit.article.id and c.start - earlier.end <= _APART
        return share(held[id(earlier)] - held[id(c)]) if near else 0.0

    def hinted(c: _Candidate) -> float:
        return sum(weights[s] * stands(s, c.stems) for s in asked - held[id(c)]) / total

    return [replace(c, coverage=share(held[id(c)]), led=led(c), hinted=hinted(c)) for c in candidates]
