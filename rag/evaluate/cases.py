"""Evaluation cases, what is known of the articles they name, and sets of them, read and checked.

`NAME.jsonl` is asked of the articles in the folder `NAME` beside it, where there is one; else of the user's corpus.
`NAME.articles.json` beside it, where there is one, has the articles' true outlets and days. Knows nothing of answers.
"""

import json
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, field_validator, model_validator

from rag import resources
from rag.corpus import Corpus
from rag.errors import CaseError
from rag.sample import open_corpus, open_sample
from rag.settings import Settings
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


class Message(_Frozen):
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
    history: tuple[Message, ...] = ()
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
        return tuple(Turn(role=m.role, content=m.content) for m in self.history)

    @property
    def filter(self) -> Filter | None:
        """The filter to ask with, None for none."""
        return self.where.as_filter() if self.where else None


class KnownArticle(_Frozen):
    """What is known of an article, whatever the corpus says of it: its outlet, and its day or that none is known."""

    publisher: str | None
    published: date | None


def load_cases(path: Path) -> list[Case]:
    """The cases in a JSONL file.

    Raises:
        CaseError: a line can't be read; the message names file, line and field.
    """
    cases: list[Case] = []
    for number, line in lines_of(path):
        try:
            case = Case.model_validate_json(line)
        except ValidationError as e:
            raise CaseError(f"{path}, line {number}: {_problems(e)}") from e
        if any(c.id == case.id for c in cases):
            raise CaseError(f"{path}, line {number}: id: {case.id!r} stands on an earlier line too")
        cases.append(case)
    if not cases:
        raise CaseError(f"{path} holds no cases")
    return cases


def load_known(path: Path) -> dict[str, KnownArticle]:
    """What is known of articles, by file name: {"a.html": {"publisher": "The Gazette", "published": "2023-11-02"}}.

    Raises:
        CaseError: the file can't be read, or isn't of that form.
    """
    try:
        return TypeAdapter(dict[str, KnownArticle]).validate_json(_read(path))
    except ValidationError as e:
        raise CaseError(f"{path}: {_problems(e)}") from e


def load_thresholds(path: Path, of: str = "") -> dict[str, float]:
    """The least value of each score, of the set named `of` where the file names sets: {"sample": {"quotes": 1}}.

    Raises:
        CaseError: the file isn't there, or isn't an object of numbers.
    """
    try:
        values: Any = json.loads(_read(path))
        values = values.get(of, {} if any(isinstance(v, dict) for v in values.values()) else values)
        least = {str(name): float(value) for name, value in values.items()}
        if not all(0 <= value <= 1 for value in least.values()):
            raise ValueError("a threshold is between 0 and 1")
        return least
    except (ValueError, AttributeError, TypeError) as e:
        raise CaseError(f'{path} is not a JSON object of numbers, like {{"fact_recall": 0.9}}: {e}') from e


# Sets of cases, and the articles that they ask


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSet:
    """Cases, what is known of their articles, thresholds; `articles` is the folder to ask, None for a corpus."""

    name: str
    path: Path
    cases: tuple[Case, ...]
    known: dict[str, KnownArticle]
    thresholds: dict[str, float]
    articles: Path | None
    is_sample: bool = False

    @property
    def baseline(self) -> Path:
        """Where the baselines of the sets in its folder are kept."""
        return self.path.parent / "baseline.json"


def project_sets() -> list[CaseSet]:
    """The sets that come with the project: questions over the sample corpus, and over made-up saved pages."""
    folder = resources.folder("eval")
    return [load_set(folder / "sample.jsonl", is_sample=True), load_set(folder / "pages.jsonl")]


def load_set(path: Path, thresholds: Path | None = None, *, is_sample: bool = False) -> CaseSet:
    """The set in a JSONL file, with the thresholds in the file given, else in `thresholds.json` beside it, else none.

    Raises:
        CaseError: one of the files is malformed.
    """
    known, beside = path.with_suffix(".articles.json"), path.parent / "thresholds.json"
    least = thresholds or (beside if beside.exists() else None)
    return CaseSet(
        name=path.stem, path=path, cases=tuple(load_cases(path)), known=load_known(known) if known.exists() else {},
        thresholds=load_thresholds(least, path.stem) if least else {},
        articles=path.with_suffix("") if path.with_suffix("").is_dir() else None, is_sample=is_sample,
    )  # fmt: skip


@contextmanager
def opened(of: CaseSet, settings: Settings) -> Generator[Corpus]:
    """The corpus that a set's questions go to: its own articles in a temporary home, the sample, or the user's.

    Raises:
        CaseError: an article of its folder can't be read.
    """
    if of.is_sample:
        with open_sample(settings) as corpus:
            yield corpus
    elif of.articles is None:
        with open_corpus(settings) as corpus:
            yield corpus
    else:
        with (
            tempfile.TemporaryDirectory(prefix="rashomon-eval-", ignore_cleanup_errors=True) as home,
            Corpus.open(settings.model_copy(update={"home": Path(home), "chroma": None})) as corpus,
        ):
            failed = corpus.ingest([of.articles]).of("failed")
            if failed:
                raise CaseError(f"{failed[0].path} can't be read: {failed[0].reason}")
            yield corpus


def _problems(e: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, p['loc'])) or 'case'}: {p['msg'].removeprefix('Value error, ')}" for p in e.errors()
    )


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a file that hold something, each with its number from 1."""
    return ((number, line) for number, line in enumerate(_read(path).split("\n"), 1) if line.strip())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise CaseError(f"{path} cannot be read: {e}") from e
