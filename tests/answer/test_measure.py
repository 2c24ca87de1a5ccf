"""Quantities with the unit that is asked for."""

import pytest

from rag.answer.measure import measured, quantities


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


@pytest.mark.parametrize(
    ("question", "sentence", "quantities_in_it"),
    [
        (
            "How long was it closed?",
            "It was closed for some two years and eight months.",
            ["two years and eight months"],
        ),
        ("How long did they stay?", "They stayed five or six hours, then 3 days.", ["five or six hours", "3 days"]),
        ("How often did it fail?", "It failed twice in May and three times in June.", ["twice", "three times"]),
        ("How often did it fail?", "It failed for two weeks.", []),
    ],
)
def test_a_quantity_is_found_whole(question: str, sentence: str, quantities_in_it: list[str]) -> None:
    assert [sentence[a:b] for a, b in quantities(question, sentence) or []] == quantities_in_it


def test_a_question_for_no_quantity_has_none() -> None:
    assert quantities("Who closed it?", "It was closed for two years.") is None
