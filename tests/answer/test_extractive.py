"""Evidence to answers: what is quoted, how it is marked, and when nothing is."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from rag.answer.answerable import Assessment
from rag.answer.extractive import SOURCES, Part, choose, write

from rag.answer.evidence import Evidence
from rag.ingest.dates import resolve
from rag.types import Answer, Article

MARKER = re.compile(r"(?<!\\)\[(\d+)\]")


def evidence(text: str, id: str = "a", *, score: float = 1.5, meaning: float = 0.8) -> Evidence:
    """A strong sentence of an article where other words stand around it."""
    article = Article(id=id, text=f"Before. {text} After.", title=f"Title {id}", path=f"{id}.txt",
                      publisher=f"Paper {id}", published=date(2024, 5, 17))  # fmt: skip
    return Evidence(article=article, start=8, end=8 + len(text), score=score, meaning=meaning, coverage=0.5,
                    fits=True, similarity=0.5)  # fmt: skip


def several(sentences: Sequence[tuple[str, str, float]]) -> list[Evidence]:
    """Strong sentences as (text, article, score), those of one article in one text."""
    texts = {id: " ".join(text for text, of, _ in sentences if of == id) for _, id, _ in sentences}
    found: list[Evidence] = []
    for text, id, score in sentences:
        one = evidence(text, id, score=score)
        start = texts[id].index(text)
        found.append(replace(one, article=replace(one.article, text=texts[id]), start=start, end=start + len(text)))
    return found


def weak(text: str, id: str = "a") -> Evidence:
    return replace(evidence(text, id, score=0.2, meaning=0.1), coverage=0.1, similarity=0.1)


def answering(found: Sequence[Evidence], *, missing: str = "", short: tuple[int, int] | None = None) -> Assessment:
    """The strong sentences answer."""
    strong = tuple(e for e in found if e.meaning > 0.5)
    return Assessment(answering=strong, probability=0.9 if strong else 0.1, missing=missing, short=short)


def written(found: list[Evidence], assessment: Assessment | None = None) -> tuple[Answer, list[str]]:
    *pieces, answer = list(write("Who?", [Part("Who?", found, assessment or answering(found))], resolve))
    assert isinstance(answer, Answer)
    return answer, [p for p in pieces if isinstance(p, str)]


def check(answer: Answer, found: list[Evidence]) -> None:
    """What holds of every answer."""
    articles = {e.article.id: e.article for e in found}
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert [int(n) for n in MARKER.findall(answer.text)] == [c.number for c in answer.citations]
    for c in answer.citations:
        assert articles[c.article_id].text[c.start : c.end] == c.quote
        assert c.quote in answer.text.replace("\\", "")
    assert answer.question == "Who?"
    assert answer.engine == "extractive"
    assert answer.unsupported == ()
    numbers = {c.number for c in answer.citations}
    assert all(p.speaker and p.citations and numbers.issuperset(p.citations) for p in answer.positions)


def test_one_sentence_is_enough() -> None:
    found = [evidence("Maren Holt steered it.")]
    answer, _ = written(found)
    check(answer, found)
    assert answer.verdict == "answered"
    assert answer.text == "**Maren Holt**\n\nMaren Holt steered it. [1] — Paper a, 17 May 2024"


def test_several_articles_are_heard_before_one_is_heard_twice() -> None:
    found = several(
        [
            ("Holt steered it.", "a", 1.6),
            ("Holt was at the wheel.", "a", 1.59),
            ("It was the mate.", "b", 1.4),
            ("Nobody steered it.", "c", 1.3),
        ]
    )
    answer, _ = written(found)
    check(answer, found)
    assert {c.article_id for c in answer.citations} == {"a", "b", "c"}
    assert answer.citations[0].quote == "Holt steered it."


@pytest.mark.parametrize("articles", [1, 3, 9])
def test_never_more_than_the_maximum(articles: int) -> None:
    found = several([(f"Sentence {n} says so.", f"a{n % articles}", 1.6 - n / 1000) for n in range(30)])
    answer, _ = written(found)
    check(answer, found)
    assert 1 <= len(answer.citations) <= SOURCES
    ranks = [int(c.quote.split()[1]) for c in answer.citations]
    assert ranks == sorted(ranks)


def test_what_is_much_weaker_than_the_best_is_left_out() -> None:
    found = [evidence("Holt steered it.", "a", score=2.0), evidence("It rained that day.", "b", score=0.7)]
    assert [e.article.id for e in choose(answering(found))] == ["a"]


def test_what_does_not_answer_by_itself_is_left_out() -> None:
    off_topic = replace(weak("It rained that day.", "b"), score=1.9)
    found = [evidence("Holt steered it.", "a", score=2.0), off_topic]
    assert [e.article.id for e in choose(answering(found))] == ["a"]


def test_the_pieces_concatenate_to_the_text() -> None:
    for found in ([], [weak("It rained.")], [evidence("Holt steered it."), evidence("No.", "b")]):
        answer, pieces = written(found)
        assert "".join(pieces) == answer.text
        assert pieces


def test_declined_shows_the_nearest_passages_as_such() -> None:
    found = [weak(f"It rained in town {n}.", f"a{n}") for n in range(5)]
    answer, _ = written(found)
    check(answer, found)
    assert answer.verdict == "declined"
    assert answer.text.startswith("The articles do not say.")
    assert "do not answer" in answer.text
    assert [c.quote for c in answer.citations] == [
        "It rained in town 0.",
        "It rained in town 1.",
        "It rained in town 2.",
    ]


@pytest.mark.parametrize(
    ("missing", "says"),
    [("how many ports", "No passage says how many ports."), ("“Lund”", "No passage mentions “Lund”.")],
)
def test_declined_names_what_is_missing(missing: str, says: str) -> None:
    found = [weak("It rained.")]
    answer, _ = written(found, answering(found, missing=missing))
    assert answer.text.startswith(f"The articles do not say. {says}\n\nNearest")


def test_the_short_answer_comes_first() -> None:
    found = [evidence("Maren Holt steered it.")]
    answer, _ = written(found, answering(found, short=(8, 18)))
    assert answer.text == "**Maren Holt**\n\nMaren Holt steered it. [1] — Paper a, 17 May 2024"


def test_declined_without_anything_near() -> None:
    answer, _ = written([])
    assert (answer.verdict, answer.text, answer.citations) == ("declined", "The articles do not say.", ())


def test_markers_in_an_article_stay_the_articles_own() -> None:
    found = [evidence("The court [1] agreed with the owner [2] and left."), evidence("Holt [2] steered it.", "b")]
    answer, _ = written(found)
    check(answer, found)
    assert {c.quote for c in answer.citations} == {
        "The court [1] agreed with the owner [2] and left.",
        "Holt [2] steered it.",
    }
