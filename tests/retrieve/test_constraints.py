"""Outlets and days in questions: recognised where they are meant, left alone where a word only looks like one."""

from datetime import date

import pytest

from rag.retrieve.constraints import Constraint, Facets, find_constraints, make_facets

OUTLETS = [
    "The Age",
    "Fortune",
    "TechCrunch",
    "CBSSports.com",
    "Abc | World News Leader",
    "The New York Times",
    "Wired",
]
FACETS = make_facets(
    [*((outlet, 2) for outlet in OUTLETS), ("Fortune", 5), (None, 1)],
    [
        *((date(2023, 10, 6 + n), 2) for n in range(len(OUTLETS))),
        (date(2023, 10, 30), 1),
        (date(2022, 3, 3), 1),
        (None, 4),
    ],
    [("The New York Times", "NYT")],
)


def found(question: str, facets: Facets = FACETS) -> tuple[Constraint, ...]:
    return find_constraints(question, facets)


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("What happened according to The Age?", ["The Age"]),
        ("Does 'The Age' article suggest a win, while the 'Fortune' article denies it?", ["The Age", "Fortune"]),
        ("Which firm was covered by both TechCrunch and Wired?", ["TechCrunch", "Wired"]),
        ("What did Tech Crunch report?", ["TechCrunch"]),
        ("What do CBS Sports and ABC's reports say?", ["CBSSports.com", "Abc | World News Leader"]),
        ("What did the NYT write?", ["The New York Times"]),
        ("NYT said what?", []),
        ("The New York Times said what?", ["The New York Times"]),
        ("At the age of 12, who made a fortune?", []),
        ("What did the Middle Age eat?", []),
        ("Fortune favours whom?", []),
        ("Was the house wired?", []),
        ("Which wages did the fortunes pay?", []),
        ("Who won the Cup?", []),
    ],
)
def test_outlets(question: str, outlets: list[str]) -> None:
    assert [c.outlet for c in found(question)] == outlets


@pytest.mark.parametrize(
    ("question", "after", "before"),
    [
        ("What did the article of October 30, 2023 say?", date(2023, 10, 30), date(2023, 11, 6)),
        ("What did reports in October 2023 say?", date(2023, 10, 1), date(2023, 11, 7)),
        ("Who fell in 2022?", date(2022, 1, 1), date(2023, 1, 7)),
        ("What happened on 2023-10-09?", date(2023, 10, 9), date(2023, 10, 16)),
    ],
)
def test_times(question: str, after: date, before: date) -> None:
    (constraint,) = found(question)
    assert (constraint.after, constraint.before) == (after, before)
    assert constraint.articles > 0
    assert constraint.undated == 4


@pytest.mark.parametrize(
    "question",
    ["Who won on Monday?", "What happened last week?", "Who may march on?", "Why 300 tons?", "Who left on October 30?"],
)
def test_days_without_a_year_are_no_constraints(question: str) -> None:
    assert found(question) == ()


def test_without_dated_articles_there_is_no_time_to_search_by() -> None:
    assert found("What was published in 2022?", make_facets([("A", 3)], [(None, 3)])) == ()


def test_what_nothing_meets_says_so() -> None:
    (constraint,) = found("What was published in 2019?")
    assert constraint.articles == 0
    assert str(constraint) == "published from 1 January 2019 to 7 January 2020 (“2019”): no article, not used"


def test_words_for_people() -> None:
    (outlet,) = found("What does a Fortune report say?")
    assert str(outlet) == "outlet Fortune (“Fortune”): 7 articles, preferred"
    (day,) = found("What happened on October 30, 2023?")
    assert str(day) == (
        "published from 30 October 2023 to 6 November 2023 (“October 30, 2023”): 1 article, preferred, "
        "4 of unknown date"
    )
