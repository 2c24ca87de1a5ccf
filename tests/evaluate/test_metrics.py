"""What counts as a fact held, and as a citation right."""

import pytest

from rag.evaluate import Case
from rag.evaluate.metrics import citations_right, cites_named_article, facts_held, plain
from rag.types import Answer, Article, Citation

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


def test_plain() -> None:
    assert plain("  “A” – ‘b’\n\tC\u00a0d") == "\"a\" - 'b' c d"


def test_citations_that_are_right() -> None:
    assert citations_right(answer("Nobody came. [1] Ten left [2]", citation(1, 0, 12), citation(2, 13, 21)), lookup)
    assert citations_right(answer("Ten left \\[2] at noon. [1]", citation(1, 13, 34)), lookup)


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Nobody came. [1]", [citation(1, 1, 13, "Nobody came.")]),  # shifted by one
        ("Nobody came. [1]", [citation(1, 0, 12, "Nobody left.")]),  # other words
        ("Nobody came. [2]", [citation(2, 0, 12)]),  # not numbered from 1
        ("Nobody came.", [citation(1, 0, 12)]),  # no marker
        ("Nobody came. [1] Ten left. [2]", [citation(1, 0, 12)]),  # a marker without a citation
        ("Nobody came. [1]", [citation(1, 0, 12), citation(1, 13, 21)]),  # a number twice
        ("Nobody came \\[1] there.", [citation(1, 0, 12)]),  # the article's own brackets
    ],
)
def test_citations_that_are_wrong(text: str, citations: list[Citation]) -> None:
    assert not citations_right(answer(text, *citations), lookup)


def test_the_named_article_is_cited() -> None:
    assert cites_named_article(case(("x",)), answer("[1]", citation(1, 0, 12)))
    assert not cites_named_article(case(("x",)), answer("No."))
