"""Quantities with the unit that is asked for."""

import pytest

from rag.answer.measure import measured


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How far is it?", "Veldt lies 290 km from Linde."),
        ("How deep is the harbour?", "It is two metres deep."),
        ("How old is Lund?", "Tove Lund, 41, is mayor."),
        ("How old is the source?", "The 63-year-old spoke."),
        ("How much did the ferry cost?", "It was sold for $3 million."),
        ("What price was paid?", "Nine euros each."),
        ("What percentage voted?", "About 9 per cent voted."),
        ("What share is hers?", "Half of it is hers."),
        ("How long did it last?", "The talks took three hours."),
        ("How long is it closed?", "It has been shut since 2011."),
    ],
)
def test_held(question: str, sentence: str) -> None:
    assert measured(question, sentence) is True


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How far is it?", "The ferry carried 290 crates."),
        ("How old is Lund?", "Lund counted 41 ships."),
        ("How much did the ferry cost?", "It carried two million oranges."),
        ("What percentage voted?", "9 men voted."),
        ("How long did it last?", "The 45 ships left."),
    ],
)
def test_not_held(question: str, sentence: str) -> None:
    assert measured(question, sentence) is False


@pytest.mark.parametrize("question", ["How many ships came?", "Who came?", "How did it end?"])
def test_no_measure_is_asked_for(question: str) -> None:
    assert measured(question, "Lund came on 3 ships.") is None
