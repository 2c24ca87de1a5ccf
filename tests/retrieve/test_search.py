"""Fusion by numbers computed by hand, hits made of it, and the sentences around them."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from rag.retrieve.constraints import Constraint
from rag.retrieve.query import Query
from rag.retrieve.rescoring import PassageFields
from rag.retrieve.search import (
    CANDIDATES,
    MEANING,
    WORDS,
    Dense,
    Index,
    Lexical,
    Lookup,
    Ranked,
    context,
    narrowed,
    search,
    spread_out,
    weighted,
)
from rag.types import Article, Filter, Hit, Passage

QUERY = Query(text="who denied it", terms=("denied",))


def article(i: str, **fields: object) -> Article:
    return Article(**{"id": f"of-{i}", "text": "text", "title": "T", "path": "a.md", **fields})  # pyright: ignore


def passage(i: str) -> Passage:
    return Passage(id=i, article_id=f"of-{i}", start=0, end=4, text="text")


class Everything:
    """Every id is a passage, but for those that are gone."""

    def __init__(self, gone: Sequence[str] = ()) -> None:
        self.gone = gone

    def __call__(self, ids: Sequence[str]) -> Mapping[str, tuple[Passage, Article]]:
        return {i: (passage(i), article(i)) for i in ids if i not in self.gone}


class Searched:
    """A search that gives the same every time, and notes how it was asked."""

    def __init__(self, ranked: Ranked) -> None:
        self.ranked = ranked
        self.requests: list[tuple[object, int, Filter | None]] = []

    def __call__(self, what: object, k: int, where: Filter | None) -> Ranked:
        self.requests.append((what, k, where))
        return self.ranked[:k]


def index(
    dense: Dense, lexical: Lexical, lookup: Lookup | None = None, texts: Mapping[str, str] | None = None
) -> Index:
    """What is searched; each passage has the text given for its id, or none."""

    def fields(ids: Sequence[str]) -> Mapping[str, PassageFields]:
        return {i: PassageFields("T", "", (texts or {}).get(i, "")) for i in ids}

    return Index(dense=dense, lexical=lexical, fields=fields, lookup=lookup or Everything(), passages=1_000)


def hits(dense: Ranked, lexical: Ranked, k: int = 10, gone: Sequence[str] = ()) -> list[Hit]:
    return search(QUERY, k, None, index(Searched(dense), Searched(lexical), Everything(gone)))


def test_fusion_by_hand() -> None:
    # the best of each counts 1; what the second lacks counts as 2 of 4 there: a 0.5 + 0.25, b 0.25 + 0.5, c 0.5
    scores = weighted([({"a": 0.8, "b": 0.4}, 0.5, 0.0), ({"b": 4.0, "c": 4.0}, 0.5, 2.0)])
    assert scores == pytest.approx({"a": 0.75, "b": 0.75, "c": 0.5})


def test_fusion_of_nothing() -> None:
    assert weighted([]) == {}
    assert weighted([({}, 1.0, 0.0), ({"a": 0.0}, 1.0, 0.0)]) == {"a": 0.0}


def test_a_passage_that_both_searches_find_comes_first() -> None:
    (first, *rest) = hits([("a", 0.9), ("b", 0.8)], [("b", 7.0), ("c", 6.0)])
    assert first.passage.id == "b"
    assert first.score == pytest.approx(MEANING * 0.8 / 0.9 + WORDS)
    assert (first.dense_rank, first.lexical_rank, first.similarity) == (2, 1, 0.8)
    assert [(h.passage.id, h.dense_rank, h.lexical_rank, h.similarity) for h in rest] == [
        ("a", 1, None, 0.9),
        ("c", None, 2, None),
    ]


def test_equal_scores_are_ordered_by_id() -> None:
    assert [h.passage.id for h in hits([("z", 0.9), ("b", 0.9)], [("b", 3.0), ("z", 3.0)])] == ["b", "z"]


def test_no_more_than_k() -> None:
    many = [(f"p{i:02}", 1 - i / 100) for i in range(50)]
    assert [h.passage.id for h in hits(many, [], k=3)] == ["p00", "p01", "p02"]


def test_passages_that_are_gone_make_room_for_others() -> None:
    many = [(f"p{i:02}", 1 - i / 100) for i in range(50)]
    assert [h.passage.id for h in hits(many, [], k=3, gone=["p00", "p02"])] == ["p01", "p03", "p04"]


def test_nothing_found_is_no_hits() -> None:
    assert hits([], []) == []


@pytest.mark.parametrize(("k", "candidates"), [(5, CANDIDATES), (300, 300)])
def test_each_search_is_asked_for_candidates_with_its_part_of_the_query(k: int, candidates: int) -> None:
    dense, lexical, where = Searched([]), Searched([]), Filter(publisher="A")
    search(QUERY, k, where, index(dense, lexical))
    assert dense.requests == [("who denied it", candidates, where)]
    assert lexical.requests == [(("denied",), candidates, where)]


def test_names_are_searched_by_themselves() -> None:
    lexical = Searched([])
    search(Query(text="q", terms=("a",), aliases=(("x", ("c",)),)), 5, None, index(Searched([]), lexical))
    assert [asked for asked, _, _ in lexical.requests] == [("a",), ("c",)]


def test_a_passage_that_has_the_words_in_order_comes_first() -> None:
    query = Query(text="q", terms=("port", "malmo"), phrases=("port of malmo",))
    texts = {"a": "malmo ha a port", "b": "the port of malmo"}
    ranked = [("a", 2.0), ("b", 2.0)]
    by_words, by_phrases = index(Searched([]), Searched(ranked)), index(Searched([]), Searched(ranked), texts=texts)
    assert [h.passage.id for h in search(query, 2, None, by_words)] == ["a", "b"]
    assert [h.passage.id for h in search(query, 2, None, by_phrases)] == ["b", "a"]


def test_further_passages_of_a_story_fall_behind_other_stories() -> None:
    stories = {"a1": "A", "a2": "A", "a3": "A", "b": "B"}
    given = [
        Hit(passage=passage(i), article=article(i, story=stories[i]), score=1 - n / 25) for n, i in enumerate(stories)
    ]
    assert [h.passage.id for h in spread_out(given)] == ["a1", "b", "a2", "a3"]


class Outlets(Everything):
    """Passages of two outlets and none, by the first letter of their id."""

    def __call__(self, ids: Sequence[str]) -> Mapping[str, tuple[Passage, Article]]:
        days = {"x": date(2023, 1, 1), "y": date(2023, 6, 1), "u": None}
        return {i: (passage(i), article(i, publisher=i[0].upper(), published=days[i[0]])) for i in ids}


class Filtered(Searched):
    """As the two searches filter: by outlet, or by day, with nothing undated."""

    def __call__(self, what: object, k: int, where: Filter | None) -> Ranked:
        self.requests.append((what, k, where))
        letters = "xyu" if where is None else "x" if where.publisher == "X" or where.before else ""
        return [hit for hit in self.ranked if hit[0][0] in letters][:k]


RANKED = [(f"{letter}{n}", 0.9 - n / 100 - "yux".index(letter) / 20) for letter in "yux" for n in range(4)]


def asked_with(constraint: Constraint, k: int, ranked: Ranked = RANKED) -> list[str]:
    query = Query(text="q", terms=("q",), constraints=(constraint,))
    return [h.passage.id for h in search(query, k, None, index(Filtered(ranked), Filtered([]), Outlets()))]


def test_an_outlet_that_is_preferred_comes_first_and_hides_nothing() -> None:
    found = asked_with(Constraint(words="X", outlet="X", articles=1), 12)
    assert found[0] == "x0"
    assert len(found) == 12


def test_a_constraint_that_nothing_meets_is_not_used() -> None:
    assert len(asked_with(Constraint(words="in May", before=date(2000, 1, 1), articles=0), 12)) == 12


def test_each_constraint_is_represented_among_few_hits() -> None:
    far = [(i, score / 2 if i.startswith("x") else score) for i, score in RANKED]
    assert asked_with(Constraint(words="X", outlet="X", articles=1), 2, far) == ["y0", "x0"]


def test_what_reranks_decides_the_order() -> None:
    def backwards(question: str, given: Sequence[Hit]) -> list[Hit]:
        assert question == QUERY.text
        return list(reversed(given))

    found = search(QUERY, 2, None, index(Searched([("a", 0.9), ("b", 0.8), ("c", 0.7)]), Searched([])), backwards)
    assert [h.passage.id for h in found] == ["c", "b"]


def test_a_filter_of_the_user_stands_above_a_constraint() -> None:
    outlet = Constraint(words="X", outlet="X", articles=1)
    day = Constraint(words="in May", after=date(2023, 5, 1), before=date(2023, 5, 31), articles=1)
    assert narrowed(Filter(publisher="Y"), outlet) is None
    assert narrowed(Filter(after=date(2023, 1, 1)), day) is None
    assert narrowed(Filter(publisher="Y"), day) == Filter(
        publisher="Y", after=date(2023, 5, 1), before=date(2023, 5, 31)
    )
    assert narrowed(None, outlet) == Filter(publisher="X")


TEXT = "The first one stands here. The second one follows it. The third one is found. The fourth one ends it."


def around(found: str, text: str = TEXT) -> str:
    start = text.index(found)
    article = Article(id="a", text=text, title="T", path="a.md")
    first, last = context(article, Passage(id="p", article_id="a", start=start, end=start + len(found), text=found))
    return text[first:last]


def test_the_sentence_before_and_the_one_after() -> None:
    assert around("The third one is found.") == TEXT[TEXT.index("The second") :]
    assert around("The second one follows it.") == TEXT[: TEXT.index(" The fourth")]


def test_at_the_ends_of_the_article() -> None:
    assert around("The first one stands here.") == TEXT[: TEXT.index(" The third")]
    assert around(TEXT) == TEXT


def test_a_sentence_that_is_too_long_is_left_out() -> None:
    long = "It goes on " + "and on " * 100 + "to here."
    text = f"{long} Found here. {long}"
    assert around("Found here.", text) == "Found here."
