"""A query to hits: dense and full text search, fused.

The two searches and the look-up of passages are passed in; this stage knows neither SQLite nor Chroma.
"""

from collections.abc import Callable, Mapping, Sequence

from rag.retrieve.query import Query
from rag.types import Article, Filter, Hit, Passage

Ranked = list[tuple[str, float]]
Dense = Callable[[str, int, Filter | None], Ranked]
Lexical = Callable[[Sequence[str], int, Filter | None], Ranked]
Lookup = Callable[[Sequence[str]], Mapping[str, tuple[Passage, Article]]]

# Each search gives this many candidates to the fusion.
CANDIDATES = 60
_RRF_K = 60


def search(query: Query, k: int, where: Filter | None, dense: Dense, lexical: Lexical, lookup: Lookup) -> list[Hit]:
    """The k best passages, best first.

    Args:
        dense: (text, k, filter) to (passage id, cosine), best first.
        lexical: (terms, k, filter) to (passage id, score), best first.
        lookup: passage ids to passages with their articles; ids that are gone are left out.
    """
    by_meaning = dense(query.text, max(k, CANDIDATES), where)
    by_words = lexical(query.terms, max(k, CANDIDATES), where)
    scores = reciprocal_rank_fusion([[i for i, _ in by_meaning], [i for i, _ in by_words]])
    dense_rank = {i: rank for rank, (i, _) in enumerate(by_meaning, 1)}
    lexical_rank = {i: rank for rank, (i, _) in enumerate(by_words, 1)}
    similarity = dict(by_meaning)
    ranked = sorted(scores, key=lambda i: (-scores[i], i))
    found = lookup(ranked[: 2 * k])
    hits = [
        Hit(
            passage=found[i][0],
            article=found[i][1],
            score=scores[i],
            dense_rank=dense_rank.get(i),
            lexical_rank=lexical_rank.get(i),
            similarity=similarity.get(i),
        )
        for i in ranked[: 2 * k]
        if i in found
    ]
    return hits[:k]


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[str]], weights: Sequence[float] | None = None
) -> dict[str, float]:
    """Fused scores of ranked ids: the sum over rankings of weight / (60 + rank).

    Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning
    methods", SIGIR 2009, section 2.
    """
    scores: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, passage_id in enumerate(ranking, 1):
            scores[passage_id] = scores.get(passage_id, 0.0) + weight / (_RRF_K + rank)
    return scores
