"""Fusion by numbers computed by hand, and hits made of it."""

from collections.abc import Mapping, Sequence

import pytest

from rag.retrieve.query import Query
from rag.retrieve.search import CANDIDATES, Ranked, reciprocal_rank_fusion, search
from rag.types import Article, Filter, Hit, Passage

QUERY = Query(text="who denied it", terms=("denied",))


class Lookup:
    """Every id is a passage, but for those that are gone."""

    def __init__(self, gone: Sequence[str] = ()) -> None:
        self.gone = gone

    def __call__(self, ids: Sequence[str]) -> Mapping[str, tuple[Passage, Article]]:
        article = Article(id="a", text="text", title="T", path="a.md")
        return {
            i: (Passage(id=i, article_id="a", start=0, end=4, text="text"), article) for i in ids if i not in self.gone
        }


class Searched:
    """A search that gives the same every time, and notes how it was asked."""

    def __init__(self, ranked: Ranked) -> None:
        self.ranked = ranked
        self.asked: list[tuple[object, int, Filter | None]] = []

    def __call__(self, what: object, k: int, where: Filter | None) -> Ranked:
        self.asked.append((what, k, where))
        return self.ranked[:k]


def hits(dense: Ranked, lexical: Ranked, k: int = 10, gone: Sequence[str] = ()) -> list[Hit]:
    return search(QUERY, k, None, Searched(dense), Searched(lexical), Lookup(gone))


def test_fusion_by_hand() -> None:
    # a: 1/61 + 1/62; b: 1/62 + 1/61; c: 1/63 alone; d: 1/63 alone
    scores = reciprocal_rank_fusion([["a", "b", "c"], ["b", "a", "d"]])
    assert scores == pytest.approx({"a": 0.0325224749, "b": 0.0325224749, "c": 0.0158730159, "d": 0.0158730159})


def test_fusion_with_weights_by_hand() -> None:
    # a: 2/61; b: 2/62 + 0.5/61
    scores = reciprocal_rank_fusion([["a", "b"], ["b"]], [2.0, 0.5])
    assert scores == pytest.approx({"a": 0.0327868852, "b": 0.0404547858})


def test_fusion_of_nothing() -> None:
    assert reciprocal_rank_fusion([]) == {}
    assert reciprocal_rank_fusion([[], []]) == {}


def test_fusion_wants_a_weight_a_ranking() -> None:
    with pytest.raises(ValueError, match="shorter"):
        reciprocal_rank_fusion([["a"], ["b"]], [1.0])


def test_a_passage_that_both_searches_find_comes_first() -> None:
    (first, *rest) = hits([("a", 0.9), ("b", 0.8)], [("b", 7.0), ("c", 6.0)])
    assert first.passage.id == "b"
    assert first.score == pytest.approx(1 / 62 + 1 / 61)
    assert (first.dense_rank, first.lexical_rank, first.similarity) == (2, 1, 0.8)
    assert [(h.passage.id, h.dense_rank, h.lexical_rank, h.similarity) for h in rest] == [
        ("a", 1, None, 0.9),
        ("c", None, 2, None),
    ]


def test_equal_scores_are_ordered_by_id() -> None:
    assert [h.passage.id for h in hits([("z", 0.9)], [("b", 3.0)])] == ["b", "z"]


def test_no_more_than_k() -> None:
    many = [(f"p{i:02}", 1 - i / 100) for i in range(50)]
    assert [h.passage.id for h in hits(many, [], k=3)] == ["p00", "p01", "p02"]


def test_passages_that_are_gone_make_room_for_others() -> None:
    many = [(f"p{i:02}", 1 - i / 100) for i in range(50)]
    assert [h.passage.id for h in hits(many, [], k=3, gone=["p00", "p02"])] == ["p01", "p03", "p04"]


def test_nothing_found_is_no_hits() -> None:
    assert hits([], []) == []


@pytest.mark.parametrize(("k", "candidates"), [(5, CANDIDATES), (100, 100)])
def test_each_search_is_asked_for_candidates_with_its_part_of_the_query(k: int, candidates: int) -> None:
    dense, lexical, where = Searched([]), Searched([]), Filter(publisher="A")
    search(QUERY, k, where, dense, lexical, Lookup())
    assert dense.asked == [("who denied it", candidates, where)]
    assert lexical.asked == [(("denied",), candidates, where)]
