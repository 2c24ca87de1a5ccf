"""Passages scored by the question's phrases: BM25 by hand."""

from math import log

import pytest

from rag.retrieve.phrases import Told, phrase_scores
from rag.text import stemmed


def told(text: str, title: str = "", publisher: str = "") -> Told:
    return Told(title, publisher, stemmed(text))


def test_what_a_passage_tells_is_stems_between_spaces() -> None:
    found = told("The ships sailed. Nobody denied it.", "Denials", "The Herald")
    assert found.all == " denial  denial  the herald  the ship sail  nobodi deni it "


def test_by_hand() -> None:
    # three stems with a space around each, and the empty title's and publisher's two: lengths of 4 + 4, all the same
    passages = {"a": told("port of rajin"), "b": told("rajin of port")}
    assert phrase_scores(["port of", "of rajin"], passages, 100) == {
        "a": pytest.approx(2 * log((100 - 1 + 0.5) / (1 + 0.5)))
    }


def test_forms_of_a_word_are_one() -> None:
    assert phrase_scores(["denied shipments"], {"a": told("He denies the shipment, denying shipments.")}, 100)


def test_a_title_counts_twice() -> None:
    found = phrase_scores(
        ["old port"], {"a": told("A new crane.", "Old port"), "b": told("An old port.", "A crane")}, 100
    )
    assert found["a"] > found["b"]


def test_no_phrase_goes_from_one_sentence_to_the_next() -> None:
    assert phrase_scores(["port rajin"], {"a": told("It left the port. Rajin was closed.")}, 100) == {}
    assert phrase_scores(["herald old"], {"a": told("Old ships.", "T", "The Herald")}, 100) == {}


def test_a_rare_phrase_counts_more() -> None:
    common = {str(n): told("the old port") for n in range(9)}
    found = phrase_scores(["old port", "new crane"], common | {"x": told("a new crane")}, 1_000)
    assert found["x"] > found["0"]


def test_a_phrase_that_stands_nearly_everywhere_counts_nothing() -> None:
    assert phrase_scores(["old port"], {"a": told("old port"), "b": told("old port")}, 2) == {}


def test_nothing_given_is_nothing() -> None:
    assert phrase_scores(["old port"], {}, 0) == {}
    assert phrase_scores([], {"a": told("old port")}, 5) == {}
