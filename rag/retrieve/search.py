"""A query to hits: dense and full text search, fused by score, then reranked, or weighed and spread over articles.

Each hit comes with the sentences around its passage. The two searches and the look-ups of passages are passed in; this
stage knows neither SQLite nor Chroma.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.retrieve.constraints import Constraint
from rag.retrieve.query import Query
from rag.retrieve.rescoring import PassageFields, Sentences, closest, phrase_scores
from rag.text import sentence_spans
from rag.types import Article, Filter, Hit, Passage, Span

Ranked = list[tuple[str, float]]
Dense = Callable[[str, int, Filter | None], Ranked]
Lexical = Callable[[Sequence[str], int, Filter | None], Ranked]
Lookup = Callable[[Sequence[str]], Mapping[str, tuple[Passage, Article]]]
Fields = Callable[[Sequence[str]], Mapping[str, PassageFields]]
Rerank = Callable[[str, Sequence[Hit]], list[Hit]]

# Each search gives this many candidates to the fusion.
CANDIDATES = 200
# Weights of nearness of meaning and of the question's words and phrases; of its names' other spellings among these.
# Set by hand, looking at all of the shared sets; no kept script chose them. `bench/retrieval.py` prints what each step
# finds with them.
MEANING, WORDS, NAMES = 0.65, 0.35, 0.5
# Each further passage of a story counts this much of the one before it.
NEXT_OF_ARTICLE = 0.9
# To find the k best, 3 k passages are looked at, at least this many; before, twice as many are read for the question's
# phrases.
_LOOKED_AT = 40
# A sentence longer than this is not context, it is another passage.
_REACH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """What is searched.

    Attributes:
        dense: (text, k, filter) to (passage id, cosine), best first.
        lexical: (terms, k, filter) to (passage id, score), best first.
        fields: passage ids to the passages' title, publisher and stems; ids that are gone are left out.
        lookup: passage ids to passages with their articles, likewise.
        passages: how many there are.
    """

    dense: Dense
    lexical: Lexical
    fields: Fields
    lookup: Lookup
    passages: int


@dataclass(frozen=True, slots=True)
class _Fused:
    """The passages to look at, each with its fused score.

    `boosts` are what a score was multiplied by for the question's outlets and days, `fields` the passages' words;
    `dense` are cosines, `dense_rank` and `lexical_rank` the ranks, from 1, in the two searches.
    """

    scores: Mapping[str, float]
    boosts: Mapping[str, float]
    fields: Mapping[str, PassageFields]
    dense: Mapping[str, float]
    dense_rank: Mapping[str, int]
    lexical_rank: Mapping[str, int]


def search(
    query: Query, k: int, where: Filter | None, index: Index, rerank: Rerank | None = None,
    sentences: Sentences | None = None,
) -> list[Hit]:  # fmt: skip
    """The k best passages, best first.

    Args:
        index: what is searched.
        rerank: (question, hits) to the same hits in another order, with scores of its own.
        sentences: the vectors of sentences, by which hits are weighed where nothing reranks.
    """
    usable = [c for c in query.constraints if c.articles]
    looked_at = max(3 * k, _LOOKED_AT)
    found = _fused(query, max(k, CANDIDATES), 2 * looked_at, where, usable, index)
    ranked = _best(found.scores, looked_at)
    passages = index.lookup(ranked)
    hits = [_hit(i, *passages[i], found) for i in ranked if i in passages]
    if rerank is not None:
        ranked_hits = rerank(query.text, hits)
    else:
        if sentences is not None:
            hits = closest(
                query, hits, [found.boosts.get(hit.passage.id, 1.0) for hit in hits], found.fields, sentences
            )
        ranked_hits = spread_out(hits)
    kept = _represented(ranked_hits, k, usable)
    return [replace(hit, context=context(hit.article, hit.passage)) for hit in kept]


def _fused(
    query: Query, k: int, most: int, where: Filter | None, constraints: Sequence[Constraint], index: Index
) -> _Fused:
    """What the searches find of k passages each; at most so many of them, the best, are read for phrases."""
    by_words = index.lexical(query.terms, k, where)
    by_names = index.lexical(query.names, k, where) if query.names else []
    by_meaning = index.dense(query.text, k, where)  # last: the question may still be on its way through the model
    cosines, word_scores = dict(by_meaning), dict(by_words)
    boosts: dict[str, float] = {}
    for constraint in constraints:
        inside = narrowed(where, constraint)
        if inside is not None:
            nearest, worded = index.dense(query.text, k, inside), index.lexical(query.terms, k, inside)
            cosines |= dict(nearest)
            word_scores |= dict(worded)
            for i in {i for i, _ in (*nearest, *worded)}:
                boosts[i] = boosts.get(i, 1.0) * constraint.boost
    # All are BM25 of the same index, so a rare name counts for much and one that stands everywhere for little.
    far, unworded = _worst(by_meaning, k), _worst(by_words, k)
    for i, score in by_names:
        word_scores[i] = word_scores.get(i, unworded) + NAMES * score

    def fused() -> dict[str, float]:
        scores = weighted([(cosines, MEANING, far), (word_scores, WORDS, unworded)])
        return {i: score * boosts.get(i, 1.0) for i, score in scores.items()}

    fields = index.fields(_best(fused(), most))
    for i, score in phrase_scores(query.phrases, fields, index.passages).items():
        word_scores[i] = word_scores.get(i, unworded) + score
    scores = fused()
    return _Fused(
        scores={i: scores[i] for i in fields},
        boosts=boosts,
        fields=fields,
        dense=cosines,
        dense_rank={i: rank for rank, (i, _) in enumerate(by_meaning, 1)},
        lexical_rank={i: rank for rank, (i, _) in enumerate(by_words, 1)},
    )


def _best(scores: Mapping[str, float], k: int) -> list[str]:
    """The k with the highest scores, best first."""
    return sorted(scores, key=lambda i: (-scores[i], i))[:k]


def _worst(ranked: Ranked, k: int) -> float:
    """The most that a passage outside the k best can score: as much as the last of these; 0 where none is outside."""
    return ranked[-1][1] if len(ranked) >= k else 0.0


def weighted(searches: Sequence[tuple[Mapping[str, float], float, float]]) -> dict[str, float]:
    """Fused scores: the weighted sum of each search's scores, divided by its best.

    Convex combination as in Bruch, Gai and Ingber, "An analysis of fusion functions for hybrid retrieval", TOIS 2023,
    section 4.

    Args:
        searches: (scores, weight, the score of what isn't among them) of each search.
    """
    ids = {i for scores, _, _ in searches for i in scores}
    total = dict.fromkeys(ids, 0.0)
    for scores, weight, missing in searches:
        best = max(scores.values(), default=0.0)
        if best > 0:
            for i in ids:
                total[i] += weight * scores.get(i, missing) / best
    return total


def narrowed(where: Filter | None, constraint: Constraint) -> Filter | None:
    """The user's filter, narrowed by a constraint; None where the user's own decides on outlet or day already."""
    own = constraint.filter
    if where is None:
        return own
    if constraint.outlet is not None:
        return None if where.publisher is not None else replace(where, publisher=own.publisher)
    return (
        None
        if where.after is not None or where.before is not None
        else replace(where, after=own.after, before=own.before)
    )


def spread_out(hits: Sequence[Hit]) -> list[Hit]:
    """The hits in the order of scores that fall with each further passage of the same story: not ten of one."""
    seen: dict[str, int] = {}
    fallen: list[Hit] = []
    for hit in hits:
        story = hit.article.story or hit.article.id
        fallen.append(replace(hit, score=hit.score * NEXT_OF_ARTICLE ** seen.get(story, 0)))
        seen[story] = seen.get(story, 0) + 1
    return sorted(fallen, key=lambda hit: -hit.score)


def _represented(hits: Sequence[Hit], k: int, constraints: Sequence[Constraint]) -> list[Hit]:
    """The first k hits, with one at least that meets each constraint: the last ones make room for it."""
    kept = list(hits[:k])
    for constraint in constraints:
        if not any(constraint.met_by(hit.article) for hit in kept):
            missing = next((hit for hit in hits[k:] if constraint.met_by(hit.article)), None)
            if missing is not None and len(constraints) <= k:
                kept = [*kept[: k - 1], missing]
    return kept


def _hit(passage_id: str, passage: Passage, article: Article, found: _Fused) -> Hit:
    return Hit(
        passage=passage,
        article=article,
        score=found.scores[passage_id],
        dense_rank=found.dense_rank.get(passage_id),
        lexical_rank=found.lexical_rank.get(passage_id),
        similarity=found.dense.get(passage_id),
    )


def context(article: Article, passage: Passage) -> Span:
    """The passage's span widened by the neighbouring sentences: `article.text[start:end]`."""
    before = article.text[max(0, passage.start - _REACH) : passage.start]
    after = article.text[passage.end : passage.end + _REACH]
    first, last = sentence_spans(before)[-1:], sentence_spans(after)[:1]
    start, end = passage.start, passage.end
    if first and (first[0][0] > 0 or len(before) < _REACH):  # one that the cut goes through is no whole sentence
        start = passage.start - len(before) + first[0][0]
    if last and (last[0][1] < len(after) or len(after) < _REACH):
        end = passage.end + last[0][1]
    return start, end
