"""Cases asked, answers measured, scores held against thresholds; and what the figures are of."""

import hashlib
import platform
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean
from typing import Any

from rag import resources
from rag.corpus import Corpus
from rag.embedding import SPLITTER_VERSION
from rag.errors import CaseError
from rag.evaluate import metrics
from rag.evaluate.cases import Case, KnownArticle
from rag.evaluate.scores import FALSE_CLAIMS, SCORES, Score, percentile, scores_of
from rag.jsonform import answer_to_dict
from rag.retrieve.query import make_query
from rag.text.vocabulary import vocabulary
from rag.types import Answer

Progress = Callable[[int, int, str], None]
# Passages that the retrieval scores look at.
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
    language model is sent and writes for one. `fingerprint` identifies what was measured: see `fingerprint_of`.
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
    thresholds: Mapping[str, float] = field(default_factory=dict[str, float])
    fingerprint: Mapping[str, Any]


def evaluate(
    corpus: Corpus, cases: Sequence[Case], thresholds: Mapping[str, float] | None = None,
    progress: Progress | None = None, *, known: Mapping[str, KnownArticle] | None = None,
    name: str = "cases",
) -> Evaluation:  # fmt: skip
    """Ask every case and score the answers. `rag.evaluate.scores` lists the scores.

    Args:
        thresholds: the least value of each score that has one.
        progress: called with (done, in all, case's id).
        known: outlet and day of articles by file name, to check those of the citations.

    Raises:
        CaseError: a threshold is of no score.
    """
    least = thresholds or {}
    if unknown := set(least) - set(SCORES):
        raise CaseError(f"thresholds for {', '.join(sorted(unknown))}, but the scores are {', '.join(SCORES)}")
    began = time.perf_counter()
    results: list[CaseResult] = []
    with tokens_of(corpus) as taken:
        for done, case in enumerate(cases):
            if progress:
                progress(done, len(cases), case.id)
            taken[:] = 0, 0
            result = result_of(case, corpus, known or {})
            results.append(replace(result, tokens=(taken[0], taken[1])))
    scores = scores_of([r.values for r in results], least)
    reached = {s.name: s.value for s in scores}
    times = [r.seconds for r in results]
    sent, written = (fmean(r.tokens[i] for r in results) if results else 0.0 for i in (0, 1))
    return Evaluation(
        name=name, scores=scores, cases=tuple(results),
        below=tuple(s for s in SCORES if s in least and reached.get(s, -1.0) < least[s]),
        seconds=time.perf_counter() - began, p50=percentile(times, 0.5), p95=percentile(times, 0.95),
        words=fmean(r.words for r in results) if results else 0.0, tokens=(sent, written),
        thresholds=dict(least), fingerprint=fingerprint_of(corpus, cases),
    )  # fmt: skip


def result_of(case: Case, corpus: Corpus, known: Mapping[str, KnownArticle]) -> CaseResult:
    """One case asked and measured."""
    passages: list[str] = []
    if case.evidence:
        standalone = make_query(case.question, case.turns).text
        passages = [h.passage.text for h in corpus.search(standalone, PASSAGES, case.filter)]
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
    case: Case, answer: Answer, passages: Sequence[str], corpus: Corpus, known: Mapping[str, KnownArticle]
) -> dict[str, float]:
    """The measures that apply to one answer and to the passages found for its question, best first."""
    ranks = metrics.evidence_ranks(case.evidence, passages)
    apart = metrics.in_other_words(case.question, case.evidence)
    declined, should_decline = answer.verdict == "declined", case.kind == "declined"
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
        "decline_precision": float(should_decline) if declined else None,
        "decline_recall": float(declined) if should_decline else None,
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
    problems: list[str] = []
    if case.kind == "declined" and answer.verdict != "declined":
        problems.append(f"answered: {answer.citations[0].quote if answer.citations else answer.text}")
    problems += [
        f"FALSE: {name.removeprefix('no_').replace('_', ' ')}" for name in FALSE_CLAIMS if values.get(name) == 0
    ]
    facts = zip(case.facts, metrics.facts_held(case, answer), strict=True)
    people = zip(case.who, metrics.names_held(case, answer), strict=True)
    sides = zip(case.sides, metrics.sides_shown(case, answer), strict=True)
    texts = zip(case.absent, metrics.absent_held(case, answer), strict=True)
    problems += [f"lacks {' or '.join(forms)}" for forms, held in facts if not held]
    problems += [f"does not name {' or '.join(forms)} for it" for forms, held in people if not held]
    problems += [f"shows not that {s.speaker[0]} {' or '.join(s.stance)} it" for s, held in sides if not held]
    problems += [f"holds what must not stand there: {form}" for form, held in texts if not held]
    if values.get("fact_precision", 1.0) < 1:
        problems.append(f"in no cited passage: {', '.join(metrics.unsupported(answer)[:5])}")
    shown = ("outlets", "days", "distinct", "quotes", "evidence_recall_10")
    problems += [f"{name} {values[name]:.2f}" for name in shown if values.get(name, 1.0) < 1]
    return "; ".join(problems)


def _mean(held: Sequence[bool]) -> float | None:
    return fmean(held) if held else None


@contextmanager
def tokens_of(corpus: Corpus) -> Generator[list[int]]:
    """Counts the tokens that the corpus's language model is sent and writes, as tiktoken does: near what is billed.

    The list holds both numbers and may be set back; they stay 0 where no model writes.
    """
    taken, model = [0, 0], getattr(corpus, "model", None)

    def hear(sent: str, written: str) -> None:
        for n, text in enumerate((sent, written)):
            taken[n] += len(vocabulary().encode(text, disallowed_special=()))

    before = model.on_request if model else None
    if model:
        model.on_request = hear
    try:
        yield taken
    finally:
        if model:
            model.on_request = before


# Settings that name places on this machine, and secrets: they change no answer.
_PLACES = {"home", "cache", "chroma"}


def fingerprint_of(corpus: Corpus, cases: Sequence[Case]) -> dict[str, Any]:
    """What was measured in a run: digests of corpus, code and cases, index and settings; two runs are compared by it.

    Plain values; equal where the same code answers the same cases from the same corpus with the same settings.
    """
    kept = corpus.settings.model_dump(mode="json")
    settings = {k: v for k, v in kept.items() if k not in _PLACES and "key" not in k and "token" not in k.split("_")}
    articles = sorted(f"{a.id} {a.publisher} {a.published}" for a in corpus.articles())
    return {
        "corpus": _digest("\n".join(articles)), "articles": len(articles),
        "index": {"embedder": corpus.embedder.name, "splitter": SPLITTER_VERSION},
        "settings": settings, "code": _code(), "version": _version(),
        "cases": _digest("\n".join(c.model_dump_json() for c in cases)), "python": platform.python_version(),
    }  # fmt: skip


def _code() -> str:
    """A digest of the package's own files and prompts: a change that was not released is another version too."""
    root, prompts = Path(__file__).resolve().parent.parent, resources.folder("prompts")
    files = [
        (p.relative_to(root), p) for p in root.rglob("*") if p.suffix in (".py", ".yaml") and "_data" not in p.parts
    ]
    files += [(Path(p.name), p) for p in prompts.glob("*.md")]
    return _digest("".join(f"{name}\0{p.read_text(encoding='utf-8')}" for name, p in sorted(files)))


def _version() -> str:
    try:
        return version("rashomon")
    except PackageNotFoundError:
        return "not installed"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
