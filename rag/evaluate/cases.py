"""Evaluation cases, and what is known of the articles they name, read and checked. Knows nothing of answers."""

import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator, model_validator

from rag.errors import CaseError
from rag.types import Filter, Stance, Turn

Kind = Literal["fact", "who", "contested", "multi-article", "follow-up", "time", "declined"]
Forms = tuple[str, ...]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Side(_Frozen):
    """A side that the answer must show: one of these stances, held by a speaker whose name holds one of the forms."""

    stance: tuple[Stance, ...]
    speaker: Forms

    @field_validator("stance", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _filled(self) -> "Side":
        if not self.stance or not self.speaker or not all(form.strip() for form in self.speaker):
            raise ValueError("a side has a stance and a speaker in at least one form")
        return self


class Where(_Frozen):
    """The filter that a case asks with."""

    publisher: str | None = None
    after: date | None = None
    before: date | None = None

    def as_filter(self) -> Filter:
        """For `Corpus.ask`."""
        return Filter(publisher=self.publisher, after=self.after, before=self.before)


class Said(_Frozen):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


class Case(_Frozen):
    """A question and what is known of its answer; `docs/eval.md` describes the fields."""

    id: str
    question: str
    kind: Kind
    facts: tuple[Forms, ...] = ()
    who: tuple[Forms, ...] = ()
    sides: tuple[Side, ...] = ()
    absent: Forms = ()
    articles: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    history: tuple[Said, ...] = ()
    where: Where | None = None
    note: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> "Case":
        if not self.id.strip() or not self.question.strip():
            raise ValueError("id and question: neither may be empty")
        for name, forms in (("facts", self.facts), ("who", self.who), ("absent", [self.absent] if self.absent else [])):
            if not all(several and all(form.strip() for form in several) for several in forms):
                raise ValueError(f"{name}: each needs a form, and an empty form would stand in every answer")
        if not all(e.strip() for e in self.evidence):
            raise ValueError("evidence: is empty, and would stand in every passage")
        known = self.facts or self.who or self.sides
        if self.kind == "declined" and (known or self.articles or self.evidence):
            raise ValueError("a declined case has no facts and no articles: nothing in the corpus answers it")
        if self.kind != "declined" and not (known and self.articles):
            raise ValueError("facts (or who, or sides) and articles are needed, or kind: declined")
        return self

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The conversation before the question."""
        return tuple(Turn(role=said.role, content=said.content) for said in self.history)

    @property
    def filter(self) -> Filter | None:
        """The filter to ask with, None for none."""
        return self.where.as_filter() if self.where else None


class Known(_Frozen):
    """What is known of an article, whatever the corpus says of it: its outlet, and its day or that none is known."""

    publisher: str | None
    published: date | None


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
            raise CaseError(f"{path}, line {number}: {_told(e)}") from e
        if any(c.id == case.id for c in cases):
            raise CaseError(f"{path}, line {number}: id: {case.id!r} stands on an earlier line too")
        cases.append(case)
    if not cases:
        raise CaseError(f"{path} holds no cases")
    return cases


def load_known(path: Path) -> dict[str, Known]:
    """What is known of articles, by file name: {"a.html": {"publisher": "The Gazette", "published": "2023-11-02"}}.

    Raises:
        CaseError: the file can't be read, or isn't of that form.
    """
    try:
        return TypeAdapter(dict[str, Known]).validate_json(_read(path))
    except ValidationError as e:
        raise CaseError(f"{path}: {_told(e)}") from e


def load_thresholds(path: Path) -> dict[str, float]:
    """The least value of each score. A file for several sets names them: {"sample": {"quotes": 1}}.

    Raises:
        CaseError: the file isn't there, or isn't an object of numbers.
    """
    return thresholds_of(path, "")


def thresholds_of(path: Path, of: str) -> dict[str, float]:
    """As `load_thresholds`, of the set with that name where the file names sets."""
    try:
        values: Any = json.loads(_read(path))
        values = values.get(of, {} if any(isinstance(v, dict) for v in values.values()) else values)
        least = {str(name): float(value) for name, value in values.items()}
        if not all(0 <= value <= 1 for value in least.values()):
            raise ValueError("a threshold is between 0 and 1")
        return least
    except (ValueError, AttributeError, TypeError) as e:
        raise CaseError(f'{path} is not a JSON object of numbers, like {{"fact_recall": 0.9}}: {e}') from e


def _told(e: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, p['loc'])) or 'case'}: {p['msg'].removeprefix('Value error, ')}" for p in e.errors()
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise CaseError(f"{path} cannot be read: {e}") from e
