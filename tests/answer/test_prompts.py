"""Prompts are checked when they are loaded; the user's own come first."""

from pathlib import Path

import pytest

from rag import resources
from rag.answer.prompts import PLACEHOLDERS, load_prompt
from rag.errors import LlmError


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_the_packages_own_are_in_order(name: str) -> None:
    values = {field: f"<{field}>" for field in PLACEHOLDERS[name]}
    filled = " ".join(load_prompt(name, [resources.folder("prompts")]).fill(**values))
    assert all(value in filled for value in values.values())


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
    ],
)
def test_a_prompt_that_cannot_work_is_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "condense.md").write_text(text)
    with pytest.raises(LlmError, match=said.replace("{", r"\{")):
        load_prompt("condense", [tmp_path])
