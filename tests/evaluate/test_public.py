"""Public sets: their rules by hand, and each format run on a few made-up questions."""

import json
import random
from pathlib import Path

import pytest

from rag import Settings
from rag.errors import CaseError
from rag.evaluate.public import (
    evaluate_public,
    multihop_answer,
    multihop_retrieval,
    ramdocs_exact,
    squad_exact,
    squad_f1,
)

FERRY = "The ferry Linde ran aground off Veldt. Divers counted 340 crates of oranges on the sea floor."


def test_multihop_rules() -> None:
    found = multihop_retrieval(["x", "a\n b", "c d"], ["a b", "c d", "gone"])
    assert (found["Hits@4"], found["Hits@10"], found["MRR@10"]) == (1, 1, 0.5)
    assert found["MAP@10"] == pytest.approx((1 / 2 + 1 / 3) / 3)
    assert found["evidence recall@4"] == pytest.approx(2 / 3) and found["all evidence@10"] == 0
    assert multihop_answer("Yes indeed", "yes") and not multihop_answer("No", "yes")


def test_multihop_figures_equal_a_plain_count() -> None:
    chance = random.Random(7)
    for _ in range(200):
        facts = chance.sample("abcdef", chance.randint(1, 4))
        passages = ["".join(chance.sample("abcdefxyz", 2)) for _ in range(10)]
        first, precision, seen = 0, 0.0, set[str]()
        for rank, passage in enumerate(passages, 1):
            new = {f for f in facts if f in passage} - seen
            first = first or (rank if any(f in passage for f in facts) else 0)
            precision += len(new) / rank
            seen |= new
        found = multihop_retrieval(passages, facts)
        assert found["MAP@10"] == pytest.approx(precision / len(facts))
        assert found["MRR@10"] == (1 / first if first else 0)
        assert (found["Hits@4"], found["Hits@10"]) == (0 < first <= 4, first > 0)
        assert found["evidence recall@10"] == len(seen) / len(facts)
        assert found["all evidence@10"] == (seen == set(facts))


def test_ramdocs_rule() -> None:
    assert ramdocs_exact("Born in 1886, or the 1990s.", ["1886"], ["1887"])
    assert not ramdocs_exact("Born in 1886 or 1887.", ["1886"], ["1887"])
    assert not ramdocs_exact("Born in 18867.", ["1886"], [])


def test_squad_rules() -> None:
    assert squad_exact("The  Linde!", ["linde"]) == 1
    assert squad_f1("the ferry Linde", ["Linde"]) == pytest.approx(2 / 3)
    assert squad_f1("", []) == squad_exact("", []) == 1
    assert squad_f1("Linde", []) == 0


def test_each_format(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    question = "How many crates did divers count?"

    def write(name: str, value: object) -> Path:
        (tmp_path / name).write_text(json.dumps(value))
        return tmp_path

    write("corpus.json", [{"title": "T", "source": "S", "body": FERRY, "published_at": "2023-01-02T00:00:00"}])
    asked = {"query": question, "answer": "340", "question_type": "inference_query",
             "evidence_list": [{"fact": "Divers counted 340 crates"}]}  # fmt: skip
    folder = write("MultiHopRAG.json", [asked, asked | {"question_type": "null_query", "evidence_list": []}])
    run = evaluate_public(f"multihop_rag={folder}", settings)
    assert run.figures["MRR@10"] == (1.0, 1) and run.figures["answer, inference_query"] == (1.0, 1)
    file = {"question": question, "documents": [{"text": FERRY}], "gold_answers": ["340"], "wrong_answers": ["12"]}
    assert evaluate_public(f"ramdocs={write('questions.jsonl', file)}", settings).figures["exact match"] == (1.0, 1)
    qas = [{"question": question, "answers": [{"text": "340"}]}, {"question": "Who sang at Osterby?", "answers": []}]
    write("dev-v2.0.json", {"data": [{"paragraphs": [{"context": FERRY, "qas": qas}]}]})
    figures = evaluate_public(f"squad2={tmp_path / 'dev-v2.0.json'}", settings).figures
    assert figures["NoAns_exact"] == (1.0, 1) and figures["HasAns_f1"][0] > 0


def test_what_is_no_set(tmp_path: Path) -> None:
    for named, told in (("squad2", "squad2=PATH"), ("other=x", "other=x"), (f"ramdocs={tmp_path}", "holds none of")):
        with pytest.raises(CaseError, match=told):
            evaluate_public(named, Settings(home=tmp_path / "home"))
    (tmp_path / "questions.jsonl").write_text("{}\n")
    with pytest.raises(CaseError, match="does not look like ramdocs"):
        evaluate_public(f"ramdocs={tmp_path}", Settings(home=tmp_path / "home"))
