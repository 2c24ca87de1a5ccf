"""Cases asked, answers scored, scores held against thresholds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

from rag.corpus import Corpus
from rag.errors import CaseError
from rag.evaluate.cases import Case
from rag.evaluate.metrics import citations_right, cites_named_article, facts_held
from rag.types import Answer

_SCORES = ("facts", "citations", "declines", "answers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The mean of a measure over the cases that it applies to. `least` is its threshold."""

    name: str
    value: float
    cases: int
    least: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case: its values by measure, and in `missed` what was wrong, empty when nothing was."""

    id: str
    question: str
    verdict: str
    values: dict[str, float]
    missed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A run over a set of cases. `below` names the scores under their threshold."""

    scores: tuple[Score, ...]
    cases: tuple[CaseResult, ...]
    below: tuple[str, ...]
    seconds: float


def evaluate(
    corpus: Corpus, cases: Sequence[Case], thresholds: dict[str, float],
    progress: Callable[[int, int, str], None] | None = None,
) -> Evaluation:  # fmt: skip
    """Ask every case and score the answers.

    Scores:
        facts: the share of facts held by the answer's text; over the facts of all answerable cases.
        citations: every citation verbatim and marked, and a right article among them; over answerable cases.
        declines: declined when nothing answers; over the cases of kind declined.
        answers: not declined when something does; over the others.
    """
    if unknown := set(thresholds) - set(_SCORES):
        raise CaseError(f"thresholds for {', '.join(sorted(unknown))}, but the scores are {', '.join(_SCORES)}")
    began = time.perf_counter()
    results: list[CaseResult] = []
    for done, case in enumerate(cases):
        if progress:
            progress(done, len(cases), case.id)
        results.append(_result(case, corpus.ask(case.question), corpus))
    scores: list[Score] = []
    for name in _SCORES:
        values = [r.values[name] for r in results if name in r.values]
        if values:
            scores.append(Score(name=name, value=fmean(values), cases=len(values), least=thresholds.get(name)))
    below = tuple(s.name for s in scores if s.least is not None and s.value < s.least)
    return Evaluation(scores=tuple(scores), cases=tuple(results), below=below, seconds=time.perf_counter() - began)


def _result(case: Case, answer: Answer, corpus: Corpus) -> CaseResult:
    declined = answer.verdict == "declined"
    exact = citations_right(answer, corpus.article)
    if case.kind == "declined":
        values = {"declines": float(declined)}
        missed = "" if declined else f"answered: {answer.citations[0].quote}"
    else:
        held = facts_held(case, answer)
        cited = exact and not declined and cites_named_article(case, answer)
        values = {"facts": fmean(held), "citations": float(cited), "answers": float(not declined)}
        lacking = [forms[0] for forms, found in zip(case.facts, held, strict=True) if not found]
        missed = "; ".join(
            ([f"lacks {', '.join(lacking)}"] if lacking else [])
            + ([] if cited else ["declined" if declined else "cites none of the right articles"])
        )
    return CaseResult(id=case.id, question=case.question, verdict=answer.verdict, values=values, missed=missed)
