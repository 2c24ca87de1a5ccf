"""Cases and thresholds as files: what is wrong is named by file, line and field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from rag.errors import CaseError
from rag.evaluate import Case, load_cases, load_known, load_thresholds
from rag.evaluate.cases import Kind
from rag.evaluate.scores import SCORES

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD: dict[str, Any] = {"id": "a", "question": "Who?", "kind": "who", "facts": [["Holt"]], "articles": ["a.md"]}
DECLINED: dict[str, Any] = {"id": "b", "question": "Why?", "kind": "declined"}


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    def write(*values: object) -> Path:
        path = tmp_path / "cases.jsonl"
        texts = (v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for v in values)
        path.write_text("\n".join(texts), encoding="utf-8")
        return path

    return write


def test_the_projects_own_cases() -> None:
    cases = load_cases(ROOT / "eval" / "sample.jsonl")
    assert len(cases) >= 120
    assert sum(case.kind == "declined" for case in cases) >= 25
    named = {name for case in cases for name in case.articles}
    assert named <= {p.name for p in (ROOT / "corpus").glob("*.md")}
    assert len(named) == 5
    assert {case.kind for case in cases} == set(get_args(Kind))
    for name in ("sample", "pages"):
        assert set(load_thresholds(ROOT / "eval" / "thresholds.json", name)) <= set(SCORES)


def test_good_lines_and_empty_ones(lines: Callable[..., Path]) -> None:
    cases = load_cases(lines(GOOD, "", "   ", DECLINED | {"note": "off topic\u2028on two lines"}))
    assert [c.id for c in cases] == ["a", "b"]
    assert cases[0] == Case(**GOOD)
    assert cases[0].facts == (("Holt",),)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("{", "case"),
        ("[1]", "case"),
        ({k: v for k, v in GOOD.items() if k != "question"}, "question"),
        (GOOD | {"kind": "guess"}, "kind"),
        (GOOD | {"facts": "Holt"}, "facts"),
        (GOOD | {"fact": []}, "fact"),
        (GOOD | {"facts": []}, "facts"),
        (GOOD | {"facts": [[]]}, "facts"),
        (GOOD | {"facts": [[""]]}, "facts"),
        (GOOD | {"facts": [["Holt", " "]]}, "facts"),
        (GOOD | {"articles": []}, "articles"),
        (GOOD | {"question": " "}, "question"),
        (DECLINED | {"facts": [["Holt"]]}, "declined"),
        (GOOD | {"sides": [{"stance": "shrugs", "speaker": ["Holt"]}]}, "sides.0.stance"),
        (GOOD | {"sides": [{"stance": "denies", "speaker": [""]}]}, "sides.0"),
        (GOOD | {"evidence": [" "]}, "evidence"),
        (GOOD | {"absent": [""]}, "absent"),
        (GOOD | {"where": {"outlet": "The Gazette"}}, "where.outlet"),
        (GOOD | {"history": [{"role": "reader", "content": "x"}]}, "history.0.role"),
        (DECLINED, "id"),
    ],
)
def test_what_is_wrong_is_named(value: object, field: str, lines: Callable[..., Path]) -> None:
    path = lines(DECLINED, "", value)
    with pytest.raises(CaseError) as caught:
        load_cases(path)
    assert str(caught.value).startswith(f"{path}, line 3: ")
    assert field in str(caught.value)
    assert "\n" not in str(caught.value)


def test_files_that_hold_nothing_or_are_not_there(lines: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="holds no cases"):
        load_cases(lines(""))
    for load in (load_cases, load_thresholds):
        with pytest.raises(CaseError, match=r"nowhere.*cannot be read"):
            load(tmp_path / "nowhere")
        (tmp_path / "binary").write_bytes(b"\xff\xfe\xff")
        with pytest.raises(CaseError, match="binary"):
            load(tmp_path / "binary")


@pytest.mark.parametrize("text", ["", "[0.9]", '{"facts": "high"}', '{"facts": null}', '{"facts": NaN}', "0.9"])
def test_thresholds_that_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(text)
    with pytest.raises(CaseError, match=r"t\.json"):
        load_thresholds(tmp_path / "t.json")


def test_thresholds_may_be_few_and_of_several_sets(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"facts": 1}')
    assert load_thresholds(tmp_path / "t.json") == {"facts": 1.0}
    (tmp_path / "t.json").write_text('{"a": {"quotes": 1}, "b": {"mrr": 0.5}}')
    assert load_thresholds(tmp_path / "t.json", "b") == {"mrr": 0.5}
    assert load_thresholds(tmp_path / "t.json", "c") == {}


def test_what_is_known_of_articles(tmp_path: Path) -> None:
    (tmp_path / "k.json").write_text('{"a.md": {"publisher": "The Gazette", "published": null}}')
    assert load_known(tmp_path / "k.json")["a.md"].publisher == "The Gazette"
    (tmp_path / "k.json").write_text('{"a.md": {"publisher": "The Gazette", "published": "some day"}}')
    with pytest.raises(CaseError, match=r"k\.json: a\.md\.published"):
        load_known(tmp_path / "k.json")


def test_a_side_takes_one_stance_or_several() -> None:
    side = {"stance": "denies", "speaker": ["Holt"]}
    assert Case(**GOOD, sides=(side,)).sides[0].stance == ("denies",)  # type: ignore[arg-type]
