"""Made-up articles by the thousand: the same again, each question answered by one alone, and a small run of them."""

from pathlib import Path

import pytest

from rag import Settings
from rag.errors import CaseError
from rag.evaluate.generated import WORDINGS, articles, evaluate_generated


def test_generated_articles_are_the_same_again_and_answer_their_questions() -> None:
    documents, questions = articles(600)
    assert articles(600) == (documents, questions) and len({name for name, _, _ in documents}) == 600
    assert articles(600, seed=9)[0] != documents
    for q in questions:
        held = [text for _, text, _ in documents if q.evidence and q.evidence in text]
        assert len(held) == bool(q.evidence) and q.value in q.evidence
    assert {q.wording for q in questions} == set(WORDINGS) and sum(not q.evidence for q in questions) == 40
    with pytest.raises(CaseError, match=r"between 1 and 9,\d+"):
        articles(10_000)


def test_a_generated_set_is_run(tmp_path: Path) -> None:
    run = evaluate_generated(30, Settings(home=tmp_path / "home"))
    assert len(run.output) == 60  # five towns, so 30 pairs of town and matter are left
    recall, count = run.figures["evidence recall@10"]
    assert count == 30 and recall == pytest.approx(sum(bool(r["rank"]) for r in run.output) / 30)
    both = [run.figures[f"evidence recall@10, {w}"] for w in WORDINGS.values()]
    assert sum(n for _, n in both) == 30 and sum(v * n for v, n in both) / 30 == pytest.approx(recall)
    assert run.figures["declined where nothing answers"][1] == 30
