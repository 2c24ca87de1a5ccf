"""A language model's opinion of answers: asked of a scripted server, and of a real small model."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rag import Corpus
from rag.errors import LlmError
from rag.evaluate import Case, evaluate
from rag.evaluate.opinions import OPINIONS, opinions_of, reference, score_of
from rag.evaluate.report import to_html, to_markdown
from rag.llm.model import Model
from rag.llm.stream import Deadlines
from tests.llm.conftest import SUPPORTED, model_of
from tests.llm.test_gguf import FILE, needs_model

CASES = [
    Case(id="crates", question="How many crates of oranges did divers count?", kind="fact", facts=(("340",),),
         articles=("ferry.md",)),
    Case(id="song", question="Who sang at the wedding in Osterby?", kind="declined"),
]  # fmt: skip


def asked_about(prompt: str) -> str:
    if "evaluation system" in prompt:
        return "correctness"
    return "relevance" if "Question:" in prompt else "faithfulness"


@pytest.fixture
def model(server: Any) -> Model:
    return model_of(server.spec, Deadlines(connect=10, first=60, between=30, total=90), 4096)


def test_opinions_and_their_agreement(server: Any, model: Model, ask_with: Callable[..., Corpus]) -> None:
    run = evaluate(ask_with("extractive"), CASES)
    assert [c.verdict for c in run.cases] == ["answered", "declined"]
    said = {"correctness": "2.0\nIt lacks something.", "faithfulness": "YES", "relevance": "NO"}
    server.script = lambda s: s.answer(said[asked_about(s.prompt)])
    found = opinions_of(run, CASES, model)
    assert [o.error for o in found.opinions] == ["", ""] and found.model == model.name
    values = {h.name: (h.value, h.answers) for h in found.held}
    assert values == {"faithfulness": (1.0, 1), "relevance": (0.0, 1), "correctness": (0.25, 2)}
    agreed = {h.name: h.agreement.share for h in found.held}
    assert agreed == {"faithfulness": 1.0, "relevance": 0.0, "correctness": 0.0}
    prompts = [s.prompt for s in server.requests]
    assert any("Divers counted 340 crates" in p and asked_about(p) == "faithfulness" for p in prompts)
    assert any("The articles do not say." in p and asked_about(p) == "correctness" for p in prompts)
    assert "| relevance | 0.000 |" in to_markdown([run], {}, {run.name: found})
    page = to_html([run], {}, None, {run.name: found})
    assert model.name in page and "<b>correctness</b> 0.25, 2.0\nIt lacks something." in page


def test_no_opinion_changes_a_score(server: Any, model: Model, ask_with: Callable[..., Corpus]) -> None:
    corpus = ask_with("extractive")
    before = evaluate(corpus, CASES)
    server.script = lambda s: s.answer("1\nNO")
    opinions_of(before, CASES, model)
    assert [s.name for s in before.scores if s.name in OPINIONS] == []
    assert [replace(s) for s in evaluate(corpus, CASES).scores] == list(before.scores)


def test_a_model_that_fails(server: Any, model: Model, ask_with: Callable[..., Corpus]) -> None:
    run = evaluate(ask_with("extractive"), CASES)
    server.script = lambda s: s.send(400, '{"error": {"message": "no such model"}}')
    with pytest.raises(LlmError, match="gave no opinion"):
        opinions_of(run, CASES, model)
    said = iter(["perhaps", "YES", "YES", "hm"])
    server.script = lambda s: s.answer(next(said))
    found = opinions_of(run, CASES, model)  # of one answer there is an opinion, of the other no score
    assert found.failed == 1 and [h.name for h in found.held] == ["faithfulness", "relevance"]


def test_a_few_answers_are_chosen_by_a_seed(server: Any, model: Model, ask_with: Callable[..., Corpus]) -> None:
    run = evaluate(ask_with("extractive"), CASES)
    server.script = lambda s: s.answer("4\nYES")
    once, again = (opinions_of(run, CASES, model, most=1) for _ in range(2))
    assert len(once.opinions) == 1 and once.opinions == again.opinions


def test_tokens_of_a_model_that_answers(server: Any, ask_with: Callable[..., Corpus]) -> None:
    corpus = ask_with(server.spec, llm_window=4096)
    server.script = lambda s: s.answer("Yes" if "one word" in s.prompt else SUPPORTED)
    run = evaluate(corpus, CASES[:1])
    sent, written = run.cases[0].tokens
    assert sent > 300 > written > 5  # judged, written, and each of two sources asked
    assert run.tokens == (sent, written)
    assert corpus.model and corpus.model.on_request is None
    assert evaluate(ask_with("extractive"), CASES[:1]).tokens == (0.0, 0.0)


@pytest.mark.parametrize(
    ("said", "score"),
    [("4\nGood.", 4.0), ("4.5/5", 4.5), ("Score: 3\nIt has 1,000.", 3.0), ("It has 1,000 and 7.", None), ("", None)],
)
def test_the_score_in_what_a_model_writes(said: str, score: float | None) -> None:
    assert score_of(said) == (score, said)


def test_what_is_known_in_words() -> None:
    assert reference(CASES[0]) == "340" and reference(CASES[1]) == "The articles do not say."


@needs_model
def test_a_real_model_is_asked(ask_with: Callable[..., Corpus]) -> None:
    model = model_of(f"gguf:{FILE}", None, 2048)
    try:
        found = opinions_of(evaluate(ask_with("extractive"), CASES[:1]), CASES[:1], model)
        assert set(found.opinions[0].said) == set(OPINIONS) and found.held
    finally:
        model.close()
