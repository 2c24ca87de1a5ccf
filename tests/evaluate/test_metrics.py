"""What counts as a fact held, and as a citation right."""

from typing import Any

import pytest

from rag.evaluate import Case, metrics
from rag.evaluate.cases import KnownArticle, Side
from rag.evaluate.metrics import facts_held
from rag.evaluate.scores import interval, permutation_p
from rag.types import Answer, Article, Citation, Position

DENIED = Position(stance="denies", speaker="the mayor Tove Lund", text="No.", citations=(1,), via="the Gazette")
ARTICLE = Article(id="a1", text="Nobody came. Ten left [2] at noon.", title="T", path="in/ferry.md")


def citation(number: int, start: int, end: int, quote: str | None = None) -> Citation:
    return Citation(number=number, article_id="a1", title="T", publisher=None, published=None,
                    published_from="unknown", url=None, path="in/ferry.md",
                    quote=ARTICLE.text[start:end] if quote is None else quote, start=start, end=end)  # fmt: skip


def answer(text: str, *citations: Citation, verdict: str = "answered") -> Answer:
    return Answer(question="q", verdict=verdict, text=text, citations=citations)  # type: ignore[arg-type]


def case(*facts: tuple[str, ...]) -> Case:
    return Case(id="a", question="q", kind="fact", facts=facts, articles=("ferry.md",))


def lookup(article_id: str) -> Article:
    assert article_id == "a1"
    return ARTICLE


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("1,000 containers", "More than 1,000\ncontainers came. [1]"),
        ("kim kyou-hyun", "Kim Kyou‑hyun leads it."),
        ("dying instruction", "a “Dying  Instruction”"),
        ("10", "He saw 10, then left."),
        ("10", "He saw 10."),
        ("10", "No.10 was open."),
        ("1,000", "It was 1,000, he said."),
        ("3.45 million", "US$3.45 million"),
        ("rocket launcher", "multiple rocket launchers"),
        ("2375", "Resolution 2375."),
        ("1,000 containers", "a thousand containers"),
        ("1 million", "more than 1,000,000 shells"),
        ("US$3.45 million", "3.45 million dollars"),
        ("13 October", "On Oct. 13, the ship left."),
        ("October 2019", "on October 13, 2019"),
        ("1 November 2023", "on Wednesday, Nov. 1, 2023"),
        ("Kim Jong Un", "Kim Jong-un left."),
        ("7.62 mm", "rifles in 7.62mm"),
        ("Malmö", "in Malmo"),
        ("290 km", "290 kilometres away"),
        ("10 kilometres", "a 10-kilometer zone"),
        ("ten kilometres", "ten km"),
        ("twice", "failed two times"),
        ("5 August", "from August 3 to 5"),
        ("five or six hours", "for 5 or 6 hours"),
        ("six", "five or six hours"),
        ("3 August", "3-5 August"),
        ("two times", "It failed twice."),
    ],
)
def test_a_fact_that_stands_there(form: str, text: str) -> None:
    assert facts_held(case((form,)), answer(text)) == [True]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("10", "He saw 1,100 of them."),
        ("10", "He saw 210."),
        ("10", "He saw 103."),
        ("10", "He saw 10,000."),
        ("10", "He saw 10.5 per cent."),
        ("1,000", "He saw 1,000,000."),
        ("1,000", "He saw 31,000."),
        ("5", "It was 3.5."),
        ("angara", "No ship is named."),
        ("ore", "It was seen before, and more of it."),
        ("13 October", "On Oct. 14, the ship left."),
        ("13 October 2019", "in October 2019"),
        ("$3 million", "3 million shells"),
        ("1,234,567", "1,234,568 shells"),
        ("290 km", "290 miles"),
        ("290 km", "290 crates and a km"),
        ("twice", "two ships"),
        ("4 August", "from August 3 to 5"),
        ("5.5", "five or six hours"),
        ("4 August", "4 ships, 5 August"),
        ("Kim Jong Un", "Kim Jong Il left."),
    ],
)
def test_a_fact_that_does_not(form: str, text: str) -> None:
    assert facts_held(case((form,)), answer(text)) == [False]


def test_one_form_is_enough_and_every_fact_is_told_apart() -> None:
    held = facts_held(case(("oil", "petrol"), ("flour", "wheat"), ("gold",)), answer("Petrol and flour."))
    assert held == [True, True, False]


def test_a_declined_answer_holds_no_fact() -> None:
    nearest = "The articles do not say.\n\nNearest: It was 340 crates. [1]"
    assert facts_held(case(("340",)), answer(nearest, verdict="declined")) == [False]


# False claims


NOTHING = Case(id="a", question="q", kind="declined")


NOON = case(("noon",))
SIDES = tuple(Side(stance=(stance,), speaker=("Lund",)) for stance in ("asserts", "denies"))
BY_LUND = case(("No",)).model_copy(update={"who": (("Lund",),)})
DISPUTED = answer("The sources disagree.", verdict="contested")


def spoken(by: str) -> Answer:
    held = Position(stance="denies", speaker=by, text="No.", citations=(1,))
    return Answer(question="q", verdict="answered", text="No. [1]", positions=(held,))


@pytest.mark.parametrize(
    ("measure", "made", "shown", "value"),
    [
        (metrics.no_false_decline, NOON, answer("The articles do not say.", verdict="declined"), 0),
        (metrics.no_false_decline, NOON, answer("At noon."), 1),
        (metrics.no_false_decline, NOTHING, answer("At noon."), None),
        (metrics.no_false_dispute, NOON, DISPUTED, 0),
        (metrics.no_false_dispute, NOTHING, DISPUTED, 0),
        (metrics.no_false_dispute, NOON.model_copy(update={"sides": SIDES}), DISPUTED, None),
        (metrics.no_false_dispute, NOON.model_copy(update={"sides": SIDES[:1]}), DISPUTED, 0),
        (metrics.no_wrong_value, case(("340 crates",)), answer("**12 crates**\n\nIt held 12 crates. [1]"), 0),
        (metrics.no_wrong_value, case(("340 crates",)), answer("**340**\n\nIt held 340 crates. [1]"), 1),
        (metrics.no_wrong_value, case(("340 crates",)), answer("It held 12 crates. [1]"), 1),  # nothing is in bold
        (metrics.no_wrong_value, NOTHING, answer("**12**\n\nIt held 12 crates. [1]"), 0),
        (metrics.no_wrong_speaker, BY_LUND, spoken("the mayor Tove Lund"), 1),
        (metrics.no_wrong_speaker, BY_LUND, spoken("Ida Falk"), 0),
        (metrics.no_wrong_speaker, BY_LUND, answer("No. [1]"), 1),  # nobody is named, so nobody wrongly
    ],
)
def test_false_claims(measure: Any, made: Case, shown: Answer, value: float | None) -> None:
    assert measure(made, shown) == value


# Sides, speakers, what no passage holds


def test_sides_are_shown_by_stance_and_speaker() -> None:
    def shown(stance: str, speaker: str) -> bool:
        side = Side(stance=(stance,), speaker=(speaker,))  # type: ignore[arg-type]
        made = case(("x",)).model_copy(update={"sides": (side,)})
        return metrics.sides_shown(made, Answer(question="q", verdict="contested", text="", positions=(DENIED,)))[0]

    assert shown("denies", "Lund") and shown("denies", "Gazette")
    assert not shown("asserts", "Lund") and not shown("denies", "Holt")


def test_who_is_named_beside_the_fact() -> None:
    made = case(("noon",)).model_copy(update={"who": (("Lund",),)})
    assert metrics.names_held(made, answer("Ten left at noon, Lund said. [1]", citation(1, 13, 34))) == [True]
    apart = answer("Lund came. [1]\n\nTen left at noon. [2]", citation(1, 0, 12), citation(2, 13, 34))
    assert metrics.names_held(made, apart) == [False]


def test_numbers_and_names_that_no_passage_holds() -> None:
    good = answer("Ten left [2] at noon. [1]".replace("[2]", "\\[2]"), citation(1, 13, 34))
    assert metrics.fact_precision(good) == 1
    bad = answer("Eleven left with Tove Lund at noon. [1]", citation(1, 13, 34))
    assert metrics.fact_precision(bad) == 0
    assert metrics.unsupported(bad) == ["Eleven", "Tove Lund"]


# Citations


@pytest.mark.parametrize(
    ("shown", "exactness"),
    [
        (answer("Nobody came. [1]", citation(1, 0, 12)), 1),
        (answer("Nobody came. — The Post, 2 May 2023", citation(1, 0, 12)), 1),  # without its marker
        (answer("Nobody came. [1]\n\n*These are the nearest lines.*", citation(1, 0, 12)), 1),  # a remark
        (answer("No one came. [1]", citation(1, 0, 12)), 0.5),
        (answer("Nobody came. [1]", citation(1, 1, 13, "Nobody came.")), 0.5),
        # both are the article's words, neither under its marker
        (answer("Nobody came. [2] Ten left \\[2] at noon. [1]", citation(1, 0, 12), citation(2, 13, 34)), 0.5),
    ],
)
def test_quotations_that_are_verbatim(shown: Answer, exactness: float) -> None:
    assert metrics.quote_exactness(shown, lookup) == exactness


def test_outlets_and_days() -> None:
    known = {"ferry.md": KnownArticle(publisher=None, published=None)}
    assert metrics.outlets_right(answer("[1]", citation(1, 0, 12)), known) == 1
    assert metrics.outlets_right(answer("[1]", citation(1, 0, 12)), {}) is None


# Retrieval, by hand


def test_ranks_and_what_is_made_of_them() -> None:
    ranks = metrics.evidence_ranks(["a b", "c", "d"], ["x", "a\n b c", "c"])
    assert ranks == [2, 2, None]
    assert metrics.recall_at(ranks, 1) == 0
    assert metrics.recall_at(ranks, 2) == pytest.approx(2 / 3)
    assert metrics.reciprocal_rank(ranks) == 0.5
    assert metrics.ndcg(ranks) == pytest.approx(0.63093 / (1 + 0.63093), abs=1e-4)
    assert metrics.ndcg([1]) == 1


def test_intervals_and_significance() -> None:
    assert interval([1.0] * 5) == (1.0, 1.0)
    low, high = interval([0.0, 1.0] * 20)
    assert low < 0.5 < high and interval([0.0, 1.0] * 20) == (low, high)
    assert permutation_p([0.0] * 9) == 1
    assert permutation_p([1.0] * 12) < 0.01 < 0.5 < permutation_p([1.0, -1.0] * 6)
