"""A run over cases: on the sample, on one that cites wrongly, against thresholds."""

from dataclasses import replace
from pathlib import Path

import pytest

from rag import Answer, Article, Corpus
from rag.evaluate import Case, Evaluation, evaluate, load_cases, load_thresholds

EVAL = Path(__file__).resolve().parent.parent.parent / "eval"
SCORES = ["facts", "citations", "declines", "answers"]


class Altered:
    """The sample corpus with every answer changed."""

    def __init__(self, corpus: Corpus, **changes: object) -> None:
        self.corpus, self.changes = corpus, changes

    def article(self, article_id: str) -> Article:
        return self.corpus.article(article_id)

    def ask(self, question: str) -> Answer:
        return replace(self.corpus.ask(question), **self.changes)


class Shifted(Altered):
    """Its citations begin and end a character too late."""

    def ask(self, question: str) -> Answer:
        answer = self.corpus.ask(question)
        return replace(answer, citations=tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return load_cases(EVAL / "sample.jsonl")


@pytest.fixture(scope="module")
def few(cases: list[Case]) -> list[Case]:
    """A question of each kind."""
    return list({case.kind: case for case in cases}.values())


@pytest.fixture(scope="module")
def result(sample: Corpus, cases: list[Case]) -> Evaluation:
    return evaluate(sample, cases, load_thresholds(EVAL / "thresholds.json"))


def value(of: Evaluation, name: str) -> float:
    return next(s.value for s in of.scores if s.name == name)


def test_the_sample_passes(result: Evaluation, cases: list[Case]) -> None:
    assert result.below == ()
    assert [s.name for s in result.scores] == SCORES
    assert all(0 <= s.value <= 1 and s.least is not None and s.value >= s.least for s in result.scores)
    assert [(r.id, r.question) for r in result.cases] == [(c.id, c.question) for c in cases]
    assert result.seconds > 0


def test_each_measure_counts_the_cases_it_is_for(result: Evaluation, cases: list[Case]) -> None:
    declined = sum(c.kind == "declined" for c in cases)
    counted = {s.name: s.cases for s in result.scores}
    assert counted == {
        "facts": 30 - declined, "citations": 30 - declined, "declines": declined, "answers": 30 - declined,
    }  # fmt: skip
    for r in result.cases:
        assert bool(r.missed) == any(v < 1 for v in r.values.values()), r


def test_shifted_citations_are_caught(sample: Corpus, few: list[Case]) -> None:
    run = evaluate(Shifted(sample), few, {"citations": 0.5})  # type: ignore[arg-type]
    assert value(run, "citations") == 0
    assert run.below == ("citations",)


def test_a_corpus_that_declines_everything_scores_so(sample: Corpus, few: list[Case]) -> None:
    run = evaluate(Altered(sample, verdict="declined"), few, {})  # type: ignore[arg-type]
    assert [value(run, name) for name in SCORES] == [0, 0, 1, 0]
    assert run.below == ()


def test_a_corpus_that_answers_everything_declines_nothing(sample: Corpus, few: list[Case]) -> None:
    run = evaluate(Altered(sample, verdict="answered", text="Yes. [1]"), few, {"declines": 0.1})  # type: ignore[arg-type]
    assert value(run, "declines") == 0
    assert run.below == ("declines",)


def test_what_is_lacking_is_named(sample: Corpus) -> None:
    case = Case(id="x", question="How many containers does Kirby say were handed over to Russia?", kind="fact",
                facts=(("1,000",), ("maren holt",)), articles=("nowhere.md",))  # fmt: skip
    (found,) = evaluate(sample, [case], {}).cases
    assert found.values["facts"] == 0.5
    assert found.missed == "lacks maren holt; cites none of the right articles"


def test_progress_names_each_case(sample: Corpus, few: list[Case]) -> None:
    seen: list[tuple[int, int, str]] = []
    evaluate(sample, few[:3], {}, lambda done, total, id: seen.append((done, total, id)))
    assert seen[:3] == [(0, 3, few[0].id), (1, 3, few[1].id), (2, 3, few[2].id)]
