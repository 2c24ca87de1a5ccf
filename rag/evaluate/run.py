"""Cases asked, answers measured, scores held against thresholds."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from typing import Any

from rag.corpus import Corpus
from rag.errors import CaseError
from rag.evaluate import metrics
from rag.evaluate.cases import Case, Known
from rag.evaluate.fingerprint import fingerprint
from rag.evaluate.meter import Price, metered
from rag.evaluate.scores import FALSE_CLAIMS, SCORES, Score, percentile, scores_of
from rag.jsonform import answer_to_dict
from rag.retrieve.query import make_query
from rag.types import Answer

Progress = Callable[[int, int, str], None]
# Passages that the retrieval scores look at, and up to where the report's curve goes.
PASSAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One case: its values by measure, the ranks of its evidence, and in `missed` what was wrong, '' for nothing.

    `answer` is the answer as JSON gives it; `seconds` is what asking took, `words` the length of the answer's text,
    `tokens` what a language model was sent and what it wrote.
    """

    id: str
    question: str
    kind: str
    verdict: str
    values: Mapping[str, float]
    missed: str
    seconds: float
    words: int
    tokens: tuple[int, int] = (0, 0)
    ranks: tuple[int | None, ...] = ()
    answer: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """A run over a set of cases. `below` names the scores under their threshold, or that no case could give.

    `p50` and `p95` are seconds for one answer, `words` the mean length of an answer; `tokens` the mean of what a
    language model is sent and writes for one, `cost` what they cost, None where no price was given.
    """

    name: str
    scores: tuple[Score, ...]
    cases: tuple[CaseResult, ...]
    below: tuple[str, ...]
    seconds: float
    p50: float
    p95: float
    words: float
    tokens: tuple[float, float] = (0.0, 0.0)
    cost: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])
    fingerprint: Mapping[str, Any]


def evaluate(
    corpus: Corpus, cases: Sequence[Case], thresholds: Mapping[str, float] | None = None,
    progress: Progress | None = None, *, known: Mapping[str, Known] | None = None,
    name: str = "cases", price: Price | None = None,
) -> Evaluation:  # fmt: skip
    """Ask every case and score the answers. `rag.evaluate.scores` lists the scores.

    Args:
        thresholds: the least value of each score that has one.
        progress: called with (done, in all, case's id).
        known: outlet and day of articles by file name, to check those of the citations.
        price: of a language model's tokens, for `cost`.

    Raises:
        CaseError: a threshold is of no score.
    """
    least = thresholds or {}
    if unknown := set(least) - set(SCORES):
        raise CaseError(f"thresholds for {', '.join(sorted(unknown))}, but the scores are {', '.join(SCORES)}")
    began = time.perf_counter()
    results: list[CaseResult] = []
    with metered(corpus) as meter:
        for done, case in enumerate(cases):
            if progress:
                progress(done, len(cases), case.id)
            result = result_of(case, corpus, known or {})
            results.append(replace(result, tokens=meter.taken()))
    scores = scores_of([r.values for r in results], least)
    reached = {s.name: s.value for s in scores}
    times = [r.seconds for r in results]
    sent, written = (fmean(r.tokens[i] for r in results) if results else 0.0 for i in (0, 1))
    return Evaluation(
        name=name, scores=scores, cases=tuple(results),
        below=tuple(s for s in SCORES if s in least and reached.get(s, -1.0) < least[s]),
        seconds=time.perf_counter() - began, p50=percentile(times, 0.5), p95=percentile(times, 0.95),
        words=fmean(r.words for r in results) if results else 0.0, tokens=(sent, written),
        cost=price.of(sent, written) if price else None, thresholds=dict(least), fingerprint=fingerprint(corpus, cases),
    )  # fmt: skip


def result_of(case: Case, corpus: Corpus, known: Mapping[str, Known]) -> CaseResult:
    """One case asked and measured."""
    passages: list[str] = []
    if case.evidence:
        standing = make_query(case.question, case.turns).text
        passages = [h.passage.text for h in corpus.search(standing, PASSAGES, case.filter)]
    ranks = metrics.evidence_ranks(case.evidence, passages)
    began = time.perf_counter()
    answer = corpus.ask(case.question, case.turns, case.filter)
    seconds = time.perf_counter() - began
    values = values_of(case, answer, passages, corpus, known)
    return CaseResult(
        id=case.id, question=case.question, kind=case.kind, verdict=answer.verdict, values=values,
        missed=missed(case, answer, values), seconds=seconds, words=len(answer.text.split()), ranks=tuple(ranks),
        answer=answer_to_dict(answer),
    )  # fmt: skip


def values_of(
    case: Case, answer: Answer, passages: Sequence[str], corpus: Corpus, known: Mapping[str, Known]
) -> dict[str, float]:
    """The measures that apply to one answer and to the passages found for its question, best first."""
    ranks = metrics.evidence_ranks(case.evidence, passages)
    apart = metrics.in_other_words(case.question, case.evidence)
    declined, wanted = answer.verdict == "declined", case.kind == "declined"
    values: dict[str, float | None] = {
        "no_false_decline": metrics.no_false_decline(case, answer),
        "no_false_dispute": metrics.no_false_dispute(case, answer),
        "no_wrong_value": metrics.no_wrong_value(case, answer),
        "no_wrong_speaker": metrics.no_wrong_speaker(case, answer),
        "evidence_recall_4": metrics.recall_at(ranks, 4),
        "evidence_recall_10": metrics.recall_at(ranks, 10),
        "mrr": metrics.reciprocal_rank(ranks),
        "mrr_other_words": metrics.reciprocal_rank(ranks) if apart else None,
        "ndcg_10": metrics.ndcg(ranks, 10),
        "decline_precision": float(wanted) if declined else None,
        "decline_recall": float(declined) if wanted else None,
        "outlets": metrics.outlets_right(answer, known),
        "days": metrics.days_right(answer, known),
        "absent": _mean(metrics.absent_held(case, answer)),
        "distinct": metrics.distinct(answer, passages),
    }
    if not declined:
        values |= {
            "fact_precision": metrics.fact_precision(answer),
            "quotes": metrics.quote_exactness(answer, corpus.article),
        }
    values |= {
        "sides": _mean(metrics.sides_shown(case, answer)),
        "attribution": _mean(metrics.names_held(case, answer)),
        "fact_recall": _mean(metrics.facts_held(case, answer)),
    }
    return {name: value for name, value in values.items() if value is not None}


def missed(case: Case, answer: Answer, values: Mapping[str, float]) -> str:
    """What was wrong, in words; '' for nothing."""
    told: list[str] = []
    if case.kind == "declined" and answer.verdict != "declined":
        told.append(f"answered: {answer.citations[0].quote if answer.citations else answer.text}")
    told += [f"FALSE: {name.removeprefix('no_').replace('_', ' ')}" for name in FALSE_CLAIMS if values.get(name) == 0]
    facts = zip(case.facts, metrics.facts_held(case, answer), strict=True)
    people = zip(case.who, metrics.names_held(case, answer), strict=True)
    sides = zip(case.sides, metrics.sides_shown(case, answer), strict=True)
    texts = zip(case.absent, metrics.absent_held(case, answer), strict=True)
    told += [f"lacks {' or '.join(forms)}" for forms, held in facts if not held]
    told += [f"does not name {' or '.join(forms)} for it" for forms, held in people if not held]
    told += [f"shows not that {s.speaker[0]} {' or '.join(s.stance)} it" for s, held in sides if not held]
    told += [f"holds what must not stand there: {form}" for form, held in texts if not held]
    if values.get("fact_precision", 1.0) < 1:
        told.append(f"in no cited passage: {', '.join(metrics.unsupported(answer)[:5])}")
    shown = ("outlets", "days", "distinct", "quotes", "evidence_recall_10")
    told += [f"{name} {values[name]:.2f}" for name in shown if values.get(name, 1.0) < 1]
    return "; ".join(told)


def _mean(held: Sequence[bool]) -> float | None:
    return fmean(held) if held else None
