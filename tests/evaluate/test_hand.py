"""The measures beside judgement by hand, on the answers of judged.jsonl; docs/eval.md tells how they were judged.

A line is an answer with the id of its case and what was found by reading: `facts`, `who` and `sides`, a yes or no for
each of the case's; `true`, whether all its numbers, dates and names stand in what it cites; `verbatim`, whether what it
shows as the articles' own words is; `declined`, whether it was right to decline, or to answer; `why`, in words.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from pydantic import TypeAdapter

from rag import Answer, Corpus
from rag.evaluate import Case, load_cases, metrics
from rag.jsonform import answer_to_dict

Pairs = dict[str, list[tuple[bool, bool]]]
JUDGED = [
    json.loads(line) for line in Path(__file__).with_name("judged.jsonl").read_text(encoding="utf-8").splitlines()
]
CASES = {c.id: c for c in load_cases(Path(__file__).resolve().parents[2] / "eval" / "sample.jsonl")}
ANSWER = TypeAdapter(Answer)


def measured(answer: Answer, case: Case, sample: Corpus) -> Mapping[str, Any]:
    return {
        "declined": (answer.verdict == "declined") == (case.kind == "declined"),
        "facts": metrics.facts_held(case, answer),
        "who": metrics.names_held(case, answer),
        "sides": metrics.sides_shown(case, answer),
        "true": not metrics.unsupported(answer),
        "verbatim": metrics.quote_exactness(answer, sample.article) == 1,
    }


@pytest.fixture(scope="module")
def pairs(sample: Corpus) -> Pairs:
    """By measure, what was found by hand beside what is measured."""
    found: Pairs = {}
    for row in JUDGED:
        found_by_code = measured(ANSWER.validate_python(row["answer"]), CASES[row["case"]], sample)
        for name in found_by_code.keys() & row.keys():
            by_hand, by_code = ([v] if isinstance(v, bool) else v for v in (row[name], found_by_code[name]))
            found.setdefault(name, []).extend(zip(by_hand, by_code, strict=True))
    return found


def test_the_measures_agree_with_judgement_by_hand(pairs: Pairs) -> None:
    assert len(JUDGED) >= 60 and all(row["why"] for row in JUDGED)
    assert {CASES[row["case"]].kind for row in JUDGED} == {c.kind for c in CASES.values()}
    assert fmean(by_hand == by_code for of in pairs.values() for by_hand, by_code in of) >= 0.95
    for measure, of in pairs.items():
        assert fmean(by_hand == by_code for by_hand, by_code in of) >= 0.9, measure
        assert {by_hand for by_hand, _ in of} == {True, False}, f"{measure} was never judged one way"


def test_an_answer_comes_back_from_json(sample: Corpus) -> None:
    answer = sample.ask("Did North Korea supply weapons to Russia?")
    assert answer.positions and answer.citations
    assert ANSWER.validate_python(json.loads(json.dumps(answer_to_dict(answer)))) == answer
