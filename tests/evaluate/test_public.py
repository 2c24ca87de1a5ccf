"""Public sets: their rules by hand, and each format run on a few made-up questions."""

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from rag import Settings
from rag.errors import CaseError
from rag.evaluate.generated import WORDINGS, articles
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


def test_multihop_run_equals_an_independent_count_of_its_output(tmp_path: Path) -> None:
    """Made-up data of the set's form: several passages an article, facts that are found late, once, twice or never."""
    towns = ["Veldt", "Osterby", "Halm", "Quell", "Brandt", "Fenwick"]
    filler = (
        "The council met on Thursday, and nobody was willing to say what had been agreed upon by its members. " * 12
    )
    corpus = [
        {"title": f"News of {t}", "source": f"{t} Post", "published_at": f"2023-0{n + 1}-02T00:00:00",
         "body": f"The ferry of {t} lost {n + 3} crates of oranges.\n\n{filler}\n\nMayor {t}son of {t} denied it."}
        for n, t in enumerate(towns)
    ]  # fmt: skip
    facts = [[f"The ferry of {t} lost {n + 3} crates", f"Mayor {t}son of {t} denied it."] for n, t in enumerate(towns)]
    asked = [
        {"query": f"How many crates did the ferries of {a} and {towns[n - 1]} lose?", "answer": f"{n + 3}",
         "question_type": kind, "evidence_list": [{"fact": f} for f in held]}
        for n, a in enumerate(towns)
        for kind, held in (
            ("inference_query", [facts[n][0], facts[n - 1][0]]), ("comparison_query", [*facts[n], facts[n][0]]),
            ("temporal_query", [facts[n][1], "It stands in no article."]), ("null_query", []),
        )
    ]  # fmt: skip
    (tmp_path / "corpus.json").write_text(json.dumps(corpus))
    (tmp_path / "MultiHopRAG.json").write_text(json.dumps(asked))
    run = evaluate_public(f"multihop_rag={tmp_path}", Settings(home=tmp_path / "home", passage_tokens=64))
    again = counted(run.output)
    assert len(run.output) == len(asked) and set(again) < set(run.figures)
    for name, value in again.items():
        assert run.figures[name][0] == pytest.approx(value, abs=1e-12), name
    assert 0 < run.figures["MAP@10"][0] < 1 and run.figures["answer, all"][0] > 0


def counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The set's figures in a few lines of their own."""
    found: dict[str, list[float]] = {}
    for row in rows:
        right = bool(set(row["model_answer"].lower().split()) & set(row["gold_answer"].lower().split()))
        for name in ("answer, all", f"answer, {row['question_type']}"):
            found.setdefault(name, []).append(right)
        if row["question_type"] == "null_query":
            continue
        facts = [g["fact"].replace(" ", "").replace("\n", "") for g in row["gold_list"]]
        held = [[f for f in facts if f in p["text"].replace(" ", "").replace("\n", "")] for p in row["retrieval_list"]]
        ranks = [n for n, h in enumerate(held[:10], 1) if h]
        new = [len(set(h) - {f for before in held[:n] for f in before}) / (n + 1) for n, h in enumerate(held[:10])]
        figures = {"Hits@10": bool(ranks), "Hits@4": min(ranks, default=9) <= 4,
                   "MRR@10": 1 / ranks[0] if ranks else 0, "MAP@10": sum(new) / min(len(facts), 10)}  # fmt: skip
        for name, value in figures.items():
            found.setdefault(name, []).append(value)
    return {name: sum(values) / len(values) for name, values in found.items()}


def test_generated_articles_are_the_same_again_and_answer_their_questions() -> None:
    documents, asked = articles(600)
    assert articles(600) == (documents, asked) and len({name for name, _, _ in documents}) == 600
    assert articles(600, seed=9)[0] != documents
    for q in asked:
        held = [text for _, text, _ in documents if q.evidence and q.evidence in text]
        assert len(held) == bool(q.evidence) and q.value in q.evidence
    assert {q.wording for q in asked} == set(WORDINGS) and sum(not q.evidence for q in asked) == 40
    with pytest.raises(CaseError, match=r"between 1 and 9,\d+"):
        articles(10_000)


def test_a_generated_set_is_run(tmp_path: Path) -> None:
    run = evaluate_public("generated=30", Settings(home=tmp_path / "home"))
    assert run.questions == len(run.output) == 60  # five towns, so 30 pairs of town and matter are left
    recall, count = run.figures["evidence recall@10"]
    assert count == 30 and recall == pytest.approx(sum(bool(r["rank"]) for r in run.output) / 30)
    both = [run.figures[f"evidence recall@10, {w}"] for w in WORDINGS.values()]
    assert sum(n for _, n in both) == 30 and sum(v * n for v, n in both) / 30 == pytest.approx(recall)
    assert run.figures["declined where nothing answers"][1] == 30


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
    for named, told in (
        ("generated=many", "generated=1000"),
        ("squad2", "squad2=PATH"),
        ("other=x", "other=x"),
        (f"ramdocs={tmp_path}", "holds none of"),
    ):
        with pytest.raises(CaseError, match=told):
            evaluate_public(named, Settings(home=tmp_path / "home"))
    (tmp_path / "questions.jsonl").write_text("{}\n")
    with pytest.raises(CaseError, match="does not look like ramdocs"):
        evaluate_public(f"ramdocs={tmp_path}", Settings(home=tmp_path / "home"))
