"""Passages scored by the question's phrases: BM25 by hand."""

from math import log

import pytest

from rag.retrieve.phrases import PassageFields, phrase_scores
from rag.text import stemmed


def fields(text: str, title: str = "", publisher: str = "") -> PassageFields:
    return PassageFields(title, publisher, stemmed(text))


def test_the_fields_of_a_passage_are_stems_between_spaces() -> None:
    found = fields("The ships sailed. Nobody denied it.", "Denials", "The Herald")
    assert found.all == " denial  denial  the herald  the ship sail  nobodi deni it "


def test_by_hand() -> None:
    # three stems with a space around each, and the empty title's and publisher's two: lengths of 4 + 4, all the same
    passages = {"a": fields("port of malmo"), "b": fields("malmo of port")}
    assert phrase_scores(["port of", "of malmo"], passages, 100) == {
        "a": pytest.approx(2 * log((100 - 1 + 0.5) / (1 + 0.5)))
    }


def test_a_title_counts_twice() -> None:
    found = phrase_scores(
        ["old port"], {"a": fields("A new crane.", "Old port"), "b": fields("An old port.", "A crane")}, 100
    )
    assert found["a"] > found["b"]


def test_a_rare_phrase_counts_more() -> None:
    common = {str(n): fields("the old port") for n in range(9)}
    found = phrase_scores(["old port", "new crane"], common | {"x": fields("a new crane")}, 1_000)
    assert found["x"] > found["0"]


@pytest.mark.parametrize(
    ("phrase", "passages", "scored"),
    [
        pytest.param(
            "denied shipments", [fields("He denies the shipment, denying shipments.")], 1, id="forms of a word"
        ),
        pytest.param("port malmo", [fields("It left the port. Malmo was closed.")], 0, id="over the end of a sentence"),
        pytest.param("herald old", [fields("Old ships.", "T", "The Herald")], 0, id="from the outlet to the text"),
        pytest.param("old port", [fields("old port")] * 50, 0, id="stands nearly everywhere"),
        pytest.param("old port", [], 0, id="no passages"),
    ],
)
def test_which_passages_have_a_phrase(phrase: str, passages: list[PassageFields], scored: int) -> None:
    assert len(phrase_scores([phrase], {str(n): p for n, p in enumerate(passages)}, 100)) == scored
    assert phrase_scores([], {str(n): p for n, p in enumerate(passages)}, 100) == {}
