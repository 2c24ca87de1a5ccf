"""The measures beside judgement by hand: on the answers that were judged, and on small ones by their rules."""

import json
from pathlib import Path

import pytest

from rag import Corpus
from rag.errors import CaseError
from rag.evaluate.cases import load_cases
from rag.evaluate.hand import Pair, agreement, load_judged, pairs
from rag.jsonform import answer_from_dict, answer_to_dict

JUDGED = Path(__file__).with_name("judged.jsonl")
CASES = {c.id: c for c in load_cases(Path(__file__).resolve().parents[2] / "eval" / "sample.jsonl")}


@pytest.fixture(scope="module")
def found(sample: Corpus) -> list[Pair]:
    return pairs(load_judged(JUDGED), CASES, sample.article)


def test_the_measures_agree_with_judgement_by_hand(found: list[Pair]) -> None:
    assert len(load_judged(JUDGED)) >= 60
    assert agreement(found).share >= 0.95
    for measure in {p.measure for p in found}:
        of = [p for p in found if p.measure == measure]
        assert agreement(of).share >= 0.9, measure
        assert {p.hand for p in of} == {True, False}, f"{measure} was never judged one way"


def test_every_kind_was_judged_and_told_why() -> None:
    judged = load_judged(JUDGED)
    assert {CASES[j.case].kind for j in judged} == {c.kind for c in CASES.values()}
    assert all(j.why for j in judged)


def test_an_answer_comes_back_from_json(sample: Corpus) -> None:
    answer = sample.ask("Did North Korea supply weapons to Russia?")
    assert answer.positions and answer.citations
    assert answer_from_dict(json.loads(json.dumps(answer_to_dict(answer)))) == answer


def test_agreement_by_hand() -> None:
    def of(*both: tuple[bool, bool]) -> list[Pair]:
        return [Pair(measure="m", case="c", what="", hand=h, measured=m) for h, m in both]

    yes, no = (True, True), (False, False)
    assert agreement(of(yes, yes)).kappa is None
    assert agreement(of(yes, no)).kappa == 1
    mixed = agreement(of(yes, yes, no, (True, False)))  # 3 of 4; by chance 3/4 · 1/2 + 1/4 · 1/2 = 1/2
    assert (mixed.pairs, mixed.share, mixed.kappa) == (4, 0.75, 0.5)
    assert agreement([]).share == 1


def test_judgements_that_are_none(tmp_path: Path, sample: Corpus) -> None:
    line = json.loads(JUDGED.read_text(encoding="utf-8").split("\n")[0])

    def write(**changes: object) -> Path:
        (tmp_path / "j.jsonl").write_text("\n" + json.dumps(line | changes))
        return tmp_path / "j.jsonl"

    with pytest.raises(CaseError, match=r"j\.jsonl, line 2: not a judged answer"):
        load_judged(write(facts=["perhaps"]))
    with pytest.raises(CaseError, match=r"j\.jsonl, line 2: not a judged answer"):
        load_judged(write(answer={}))
    with pytest.raises(CaseError, match=r"nowhere.*cannot be read"):
        load_judged(tmp_path / "nowhere")
    for changes, told in (({"case": "gone"}, "no such case"), ({"facts": [True] * 9}, "9 judged by hand")):
        with pytest.raises(CaseError, match=told):
            pairs(load_judged(write(**changes)), CASES, sample.article)
