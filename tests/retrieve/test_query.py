"""Questions to queries: terms, follow-ups, clauses, and questions that can't be asked."""

import pytest

from rag.errors import QuestionError
from rag.retrieve.query import (
    MAX_CHARACTERS,
    MAX_PHRASES,
    Query,
    clauses,
    make_query,
    phrases,
    search_terms,
    standalone_question,
)
from rag.types import Turn

BEFORE = [Turn("user", "What did the Riksbank say about wages?"), Turn("assistant", "It wants more. [1]")]


@pytest.mark.parametrize("question", ["", " \n\t ", "?", "… — !", "😀", '"'])
def test_a_question_without_words_is_refused_with_an_example(question: str) -> None:
    with pytest.raises(QuestionError, match=r"empty.*rag ask"):
        make_query(question)


def test_a_question_that_is_too_long_states_both_numbers() -> None:
    with pytest.raises(QuestionError, match=r"2,001.*2,000"):
        make_query("x" * (MAX_CHARACTERS + 1))
    assert make_query("x" * MAX_CHARACTERS).text == "x" * MAX_CHARACTERS


def test_a_query() -> None:
    expected = Query(
        text="Did the town bank lend money to bakers?",
        terms=("town", "bank", "lend", "money", "bakers"),
        phrases=("town bank", "bank lend", "lend money", "did the town", "the town bank", "town bank lend",
                 "bank lend money", "lend money to", "money to bakers"),
    )  # fmt: skip
    assert make_query("Did the town bank lend money to bakers?") == expected
    assert make_query("  Did the\n town bank lend   money to bakers? ") == expected


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Who denied it, and who denied that?", ("denied",)),
        ("What's the U.S. estimate?", ("u.s", "estimate")),
        ("what’s new in Malmö", ("new", "malmö")),
        ("Lund's trams, Lund's buses", ("lund", "trams", "buses")),
        ("Did no one ever say never?", ("no", "one", "ever", "never")),
        ("who is it", ("who", "is", "it")),
        ("한국 국방부", ("한국", "국방", "방부")),
        ('NEAR OR AND NOT "quoted*"', ("near", "not", "quoted")),
    ],
)
def test_terms(text: str, terms: tuple[str, ...]) -> None:
    assert search_terms(text) == terms


@pytest.mark.parametrize(
    "question",
    ["And the choir?", "what about the port?", "Also in Lund?", "Who denied it?", "What did they say?", "Why?",
     "But when?", "And did it stop?"],
)  # fmt: skip
def test_a_follow_up_stands_behind_the_question_before_it(question: str) -> None:
    before = "What did the Riksbank say about wages?"
    assert standalone_question(question, BEFORE) == f"{before} {question}"
    assert {"riksbank", "wages"} <= set(make_query(question, BEFORE).terms)
    later = [*BEFORE, Turn("user", "And when?"), Turn("assistant", "In May. [1]")]
    assert standalone_question(question, later) == f"{before} And when? {question}"


@pytest.mark.parametrize(
    "question",
    [
        "What did the ministry in Oslo say in September?",
        "Who denied the tax rise?",
        "How many houses were flooded?",
        "Is Brussels right that houses were flooded?",
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert standalone_question(question, BEFORE) == question


def test_the_last_question_counts_not_the_last_message() -> None:
    history = [Turn("user", "Who sold the mill?"), *BEFORE]
    assert standalone_question("And then?", history) == "What did the Riksbank say about wages? And then?"


@pytest.mark.parametrize("history", [[], [Turn("assistant", "Ask me.")]])
def test_without_a_question_before_there_is_none_to_take(history: list[Turn]) -> None:
    assert standalone_question("And then?", history) == "And then?"


def test_a_long_question_before_is_cut() -> None:
    history = [Turn("user", "long " * 10_000)]
    assert len(make_query("And then?", history).text) <= 2 * MAX_CHARACTERS


def test_phrases_hold_something_telling() -> None:
    assert phrases("What is it to them?") == ()
    assert phrases("would not be sold") == ("would not be", "not be sold")
    assert len(phrases("word " * 300 + " ".join(f"w{i}" for i in range(300)))) == MAX_PHRASES


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who denied it?", ["Who denied it?"]),
        (
            "Does the Herald say that the port was closed, while the Tribune reports heavy traffic there?",
            ["Does the Herald say", "the port was closed", "the Tribune reports heavy traffic there?"],
        ),
        ("Who sold the ships and ordered the new ones?", ["Who sold the ships", "ordered the new ones?"]),
        ("What do wheat, rye and oats cost?", ["What do wheat"]),
        ("Ships, boats, rafts?", ["Ships, boats, rafts?"]),
        ("", [""]),
    ],
)
def test_clauses(question: str, expected: list[str]) -> None:
    assert [question[a:b] for a, b in clauses(question)] == expected
