"""Outlets and days in questions: recognised where they are meant, left alone where a word only looks like one."""

from datetime import date

import pytest

from rag.retrieve.constraints import Constraint, find_constraints
from rag.retrieve.shelf import Shelf, make_shelf
from rag.text.dates import resolve

OUTLETS = [
    "The Age",
    "Fortune",
    "TechCrunch",
    "CBSSports.com",
    "Abc | World News Leader",
    "The New York Times",
    "Wired",
]
SHELF = make_shelf(
    [(outlet, date(2023, 10, 6 + n), 2) for n, outlet in enumerate(OUTLETS)]
    + [("Fortune", date(2023, 10, 30), 1), (None, date(2022, 3, 3), 1), ("Fortune", None, 4)],
    [("The New York Times", "NYT")],
)


def found(question: str, shelf: Shelf = SHELF) -> tuple[Constraint, ...]:
    return find_constraints(question, shelf, resolve)


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What happened according to The Age?", ["The Age"]),
        ("what happened according to the age?", ["The Age"]),
        ("Does 'The Age' article suggest a win, while the 'Fortune' article denies it?", ["The Age", "Fortune"]),
        ("Which firm was covered by both TechCrunch and Wired?", ["TechCrunch", "Wired"]),
        ("What did Tech Crunch report?", ["TechCrunch"]),
        ("Fortune reported a loss: how large?", ["Fortune"]),
        ("What do CBS Sports and ABC's reports say?", ["CBSSports.com", "Abc | World News Leader"]),
        ("What did the NYT write?", ["The New York Times"]),
        ("At the age of 12, who made a fortune?", []),
        ("Fortune favours whom?", []),
        ("Was the house wired?", []),
        ("Which wages did the fortunes pay?", []),
        ("Who won the Cup?", []),
    ],
)
def test_outlets(question: str, outlets: list[str]) -> None:
    assert [c.outlet for c in found(question)] == outlets
    assert not any(c.hard for c in found(question))


@pytest.mark.parametrize(
    "question", ["What is said only in Fortune?", "In Fortune alone, who lost?", "From TechCrunch only: who?"]
)
def test_only_makes_an_outlet_a_filter(question: str) -> None:
    assert [c.hard for c in found(question)] == [True]


@pytest.mark.parametrize(
    ("question", "after", "before", "hard"),
    [
        ("What does the October 30 report say?", date(2023, 10, 30), date(2023, 10, 30), False),
        ("What did the article published on October 30, 2023 say?", date(2023, 10, 30), date(2023, 10, 30), False),
        ("What was published between 6 and 10 October 2023?", date(2023, 10, 6), date(2023, 10, 10), True),
        ("What did articles from 6 October 2023 to 10 October 2023 say?", date(2023, 10, 6), date(2023, 10, 10), True),
        ("What was published before October 9, 2023?", None, date(2023, 10, 8), True),
        ("What was published since October 9, 2023?", date(2023, 10, 9), None, True),
        ("What did reports in October 2023 say?", date(2023, 10, 1), date(2023, 10, 31), True),
        ("Who fell in 2022?", date(2022, 1, 1), date(2023, 1, 7), False),
        ("What happened on October 9, 2023?", date(2023, 10, 9), date(2023, 10, 16), False),
    ],
)
def test_times(question: str, after: date | None, before: date | None, hard: bool) -> None:
    (constraint,) = found(question)
    assert (constraint.after, constraint.before, constraint.hard) == (after, before, hard)
    assert constraint.articles > 0
    assert constraint.undated == 4


def test_what_holds_of_the_first_of_two_days_holds_of_the_second() -> None:
    first, second = found("What changed between the reports published on October 6, 2023, and October 30, 2023?")
    assert (first.before, second.after, second.before) == (date(2023, 10, 6), date(2023, 10, 30), date(2023, 10, 30))


@pytest.mark.parametrize(
    "question", ["Who won on Monday?", "What happened last week?", "Who may march on?", "Why 300 tons?"]
)
def test_days_that_count_from_today_are_no_constraints(question: str) -> None:
    assert found(question) == ()


def test_without_dated_articles_there_is_no_time_to_search_by() -> None:
    assert found("What was published in 2022?", make_shelf([("A", None, 3)])) == ()


def test_what_nothing_meets_says_so() -> None:
    (constraint,) = found("What was published in 2019?")
    assert constraint.articles == 0
    assert str(constraint) == "published from 1 January 2019 to 31 December 2019 (“2019”): no article, not used"


def test_an_outlet_that_the_corpus_lacks_is_said_to_be_lacking() -> None:
    shelf = make_shelf([("Fortune", date(2023, 10, 6), 1)], (), ["Bloomberg", "Fortune", "The Sun"])
    (lacking,) = found("What did a Bloomberg report say of the sun?", shelf)
    assert str(lacking) == "outlet Bloomberg (“Bloomberg”): no article, not used"
    assert found("Who is Bloomberg, and why does The Sun shine?", shelf) == ()


def test_words_for_people() -> None:
    (outlet,) = found("What is said only in Fortune?")
    assert str(outlet) == "outlet Fortune (“Fortune”): 7 articles, only these"
    (day,) = found("What does the October 30 report say?")
    assert str(day) == "published on 30 October 2023 (“October 30”): 1 article, preferred, 4 of unknown date kept"
