"""Full text search: terms are words and never operators, the best passage first."""

import random
from typing import Any

import pytest

from rag.index import lexical
from rag.index.lexical import search
from rag.types import Filter

Shelf = Any


def found(shelf: Shelf, *terms: str, k: int = 10, where: Filter | None = None) -> list[str]:
    """The passages that are found, best first."""
    hits = search(shelf.catalog.database, terms, k, where)
    assert [s for _, s in hits] == sorted((s for _, s in hits), reverse=True)
    passages = shelf.catalog.passages([i for i, _ in hits])
    return [passages[i][0].text for i, _ in hits]


OPERATORS = [
    '"', '""', '"cars', 'cars"', "NEAR", "NEAR(cars port)", "AND", "OR NOT", "cars*", "^cars", "text:cars", "-cars",
    "(cars", "a AND b", "'; DROP TABLE articles; --", "\\", "%", "?", "{cars}", "+", ":", "title : x", "😀", "", " ",
]  # fmt: skip


def test_operators_quotes_and_any_characters_are_harmless(shelf: Shelf) -> None:
    shelf.put("the cars left the port\nnothing of the kind")
    generator = random.Random(2)
    some = (
        "".join(chr(generator.randrange(1, generator.choice((0x7F, 0x2000, 0xD7FF)))) for _ in range(8))
        for _ in range(200)
    )
    for term in (*OPERATORS, *some):
        assert found(shelf, term, "port")[0] == "the cars left the port", term
        search(shelf.catalog.database, [term], 5)
    assert shelf.sound()


def test_an_operator_is_found_as_a_word(shelf: Shelf) -> None:
    shelf.put("near the port\nand not far from it")
    assert found(shelf, "NEAR") == ["near the port"]
    assert found(shelf, "NOT") == ["and not far from it"]


def test_no_terms_find_nothing(shelf: Shelf) -> None:
    shelf.put("text")
    assert search(shelf.catalog.database, [], 5) == []


def test_forms_of_a_word_and_accents(shelf: Shelf) -> None:
    shelf.put("The ministry denied the café's shipments.")
    for term in ("denies", "deny", "shipment", "CAFE", "ministries"):
        assert len(found(shelf, term)) == 1, term
    assert found(shelf, "ministerial") == []


def test_a_term_of_several_words_is_a_phrase(shelf: Shelf) -> None:
    shelf.put("the port of Malmo\nMalmo, of the port")
    assert found(shelf, "port of Malmo") == ["the port of Malmo"]


def test_more_of_the_terms_rank_higher(shelf: Shelf) -> None:
    shelf.put("letters were shipped from the port\nthe port was closed that day\nsomething else was said there")
    assert found(shelf, "letters", "shipped", "port")[:2] == [
        "letters were shipped from the port",
        "the port was closed that day",
    ]


def test_a_rare_word_weighs_more_than_a_common_one(shelf: Shelf) -> None:
    shelf.put("\n".join([*(f"the ministry said thing{n}" for n in range(20)), "Malmo was silent today"]))
    assert found(shelf, "ministry", "Malmo")[0] == "Malmo was silent today"


def test_title_and_publisher_are_searched_too(shelf: Shelf) -> None:
    shelf.put("nothing to see", "1.md", title="Letters at the border")
    shelf.put("nothing to hear", "2.md", publisher="Tribune")
    assert found(shelf, "letters") == ["nothing to see"]
    assert found(shelf, "tribune") == ["nothing to hear"]


def test_filter_and_k(shelf: Shelf) -> None:
    for n in range(6):
        shelf.put(f"the cars of {n}", f"{n}.md", publisher=f"P{n % 2}")
    assert sorted(found(shelf, "cars", where=Filter(publisher="p1"))) == [
        "the cars of 1",
        "the cars of 3",
        "the cars of 5",
    ]
    assert len(found(shelf, "cars", k=4)) == 4
    assert found(shelf, "cars", where=Filter(publisher="nobody")) == []


def test_where_ranking_all_would_take_long_the_rarest_words_are_ranked(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.fill(20)
    database = shelf.catalog.database
    terms = ["common", "article7", "line7x2"]
    whole = search(database, terms, 100)
    assert len(whole) == 60
    monkeypatch.setattr(lexical, "RANKED", 10)
    some = search(database, terms, 100)
    assert [i for i, _ in some] == [i for i, _ in whole[: len(some)]] and 0 < len(some) <= 10
    assert search(database, ["common", "words"], 5) == []  # all of them too frequent
    # Of those that pass a filter as many are ranked, so of all twice as many looked through.
    monkeypatch.setattr(lexical, "RANKED", 30)
    assert search(database, ["common"], 100) == []
    assert len(search(database, ["common"], 100, Filter(publisher="Tribune"))) == 30


def test_of_a_frequent_word_the_first_passages_are_held(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put("the port was shut for a week because of the weather\nport\nthe port", "1.md")
    database = shelf.catalog.database
    passages = [
        p.id for p in shelf.passages(shelf.article("the port was shut for a week because of the weather\nport"))
    ]
    assert lexical.holding(database, "port", 1)[0].split(":")[1] == passages[1].split(":")[1]
    monkeypatch.setattr(lexical, "RANKED", 2)
    assert lexical.holding(database, "port", 1)[0].split(":")[1] == passages[0].split(":")[1]
    assert len(lexical.holding(database, "port", 9)) == 3
    assert lexical.holding(database, "week", 9) == lexical.holding(database, "port", 1)
    assert lexical.holding(database, "nowhere", 9) == []


def test_passages_of_a_script_without_spaces_are_found_by_their_pairs_of_characters(shelf: Shelf) -> None:
    shelf.put("上野駅は閉鎖された。\n上野の駅\nNobody saw the station", "1.md", publisher="Tribune")
    shelf.put("野の花", "2.md", publisher="Herald")
    assert found(shelf, "上野", "野駅") == ["上野駅は閉鎖された。", "上野の駅"]
    assert found(shelf, "station", "上野")[2:] == ["Nobody saw the station"]
    assert found(shelf, "上野", where=Filter(publisher="herald")) == []
    assert found(shelf, "野の", where=Filter(publisher="herald")) == ["野の花"]
    # One that stands alone is held by every pair that has it; a longer term by what has all its pairs.
    assert set(found(shelf, "野")) == {"上野駅は閉鎖された。", "上野の駅", "野の花"}
    assert found(shelf, "上野駅") == ["上野駅は閉鎖された。"]
    assert found(shelf, "東京") == found(shelf, "・") == []


def test_what_left_is_not_found_by_its_pairs_of_characters(shelf: Shelf) -> None:
    article = shelf.put("上野駅\n駅前", "1.md")
    shelf.catalog.remove(article.id)
    assert found(shelf, "上野") == []
    shelf.put("上野駅\n駅前", "2.md")  # is back before it was deleted
    assert found(shelf, "上野") == ["上野駅"]
    shelf.put("駅前", "2.md")
    assert found(shelf, "上野") == []
    assert found(shelf, "駅前") == ["駅前"]
