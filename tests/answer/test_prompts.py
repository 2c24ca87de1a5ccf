"""Prompts are checked when they are loaded; the user's own come first."""

from pathlib import Path

import pytest

from rag import resources
from rag.answer.prompts import PROMPTS, load_prompt
from rag.errors import LlmError


@pytest.mark.parametrize("name", PROMPTS)
def test_the_packages_own_are_in_order(name: str) -> None:
    values = {field: f"<{field}>" for field in PROMPTS[name][0]}
    prompt = load_prompt(name, [resources.folder("prompts")])
    filled = " ".join(text for request in (None, *prompt.requests) for text in prompt.fill(request, **values))
    assert all(value in filled for value in values.values())


def test_what_stands_before_the_request_is_the_same_for_all() -> None:
    prompt = load_prompt("answer", [resources.folder("prompts")])
    values = {"passages": "[1] The mill burned.", "question": "What burned?"}
    (system, judged), (same, written) = (prompt.fill(r, **values) for r in ("judge", "write"))
    shared = judged[: judged.index("Can the question")]
    assert system == same and written.startswith(shared) and "What burned?" in shared


def test_a_prompt_of_ones_own_comes_first(tmp_path: Path) -> None:
    (tmp_path / "condense.md").write_text("Say {{it}}\n\n# user\n\n{conversation} {question}")
    prompt = load_prompt("condense", [tmp_path, resources.folder("prompts")])
    assert prompt.fill(conversation="a", question="b") == ("Say {it}", "a b")
    assert load_prompt("answer", [tmp_path, resources.folder("prompts")]).system


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n# user\n{question}", "lacks {conversation}"),
        ("\n# user\n{question} {conversation} {passage}", "has {passage}"),
        ("{question} {conversation}", "no line '# user'"),
        ("\n# user\n{question} {conversation", "doubled"),
        ("\n# user\n{question} {conversation}\n# judge\nWell?", "has # judge"),
    ],
)
def test_a_prompt_that_cannot_work_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "condense.md").write_text(text)
    with pytest.raises(LlmError, match=said.replace("{", r"\{")):
        load_prompt("condense", [tmp_path])
