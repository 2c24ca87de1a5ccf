"""Evaluation cases and thresholds, read and checked. Knows nothing of how answers come about."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from rag.errors import CaseError


class Case(BaseModel):
    """A question and what is known of its answer; `eval/README.md` describes the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    question: str
    kind: Literal["fact", "who", "contested", "multi-article", "time", "declined"]
    facts: tuple[tuple[str, ...], ...] = ()
    articles: tuple[str, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> "Case":
        if not self.question.strip():
            raise ValueError("question: is empty")
        if any(not form.strip() for forms in self.facts for form in forms):
            raise ValueError("facts: a form is empty, and would stand in every answer")
        if self.kind == "declined" and (self.facts or self.articles):
            raise ValueError("a declined case has no facts and no articles: nothing in the corpus answers it")
        if self.kind != "declined" and not (self.facts and all(self.facts) and self.articles):
            raise ValueError("facts (each with at least one form) and articles are needed, or kind: declined")
        return self


def load_cases(path: Path) -> list[Case]:
    """The cases in a JSONL file.

    Raises:
        CaseError: a line can't be read; the message names file, line and field.
    """
    cases: list[Case] = []
    for number, line in enumerate(_read(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as e:
            what = "; ".join(f"{'.'.join(map(str, p['loc'])) or 'case'}: {p['msg']}" for p in e.errors())
            raise CaseError(f"{path}, line {number}: {what}") from e
        if any(c.id == case.id for c in cases):
            raise CaseError(f"{path}, line {number}: id: {case.id!r} stands on an earlier line too")
        cases.append(case)
    if not cases:
        raise CaseError(f"{path} holds no cases")
    return cases


def load_thresholds(path: Path) -> dict[str, float]:
    """The least value of each score.

    Raises:
        CaseError: the file isn't there, or isn't an object of numbers.
    """
    try:
        values = json.loads(_read(path))
        least = {str(name): float(value) for name, value in values.items()}
        if not all(0 <= value <= 1 for value in least.values()):
            raise ValueError("a threshold is between 0 and 1")
        return least
    except (ValueError, AttributeError, TypeError) as e:
        raise CaseError(f'{path} is not a JSON object of numbers, like {{"facts": 0.9}}: {e}') from e


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise CaseError(f"{path} cannot be read: {e}") from e
