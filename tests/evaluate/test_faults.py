"""Twelve faults planted in the pipeline's own functions: the gate fails, and its first lines name the right score."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Article, Corpus, Settings
from rag.answer import findings
from rag.evaluate import Case, Evaluation, evaluate
from rag.evaluate.cases import project_sets
from rag.evaluate.gate import Break, baseline_of, breaks
from rag.evaluate.metrics import in_other_words
from rag.evaluate.report import to_markdown
from rag.index import lexical
from rag.ingest import metadata
from rag.models.embed import Embedder

Patch = pytest.MonkeyPatch
SAMPLE, PAGES = project_sets()
# Half of the sample's cases, and all of the two kinds of which there are few.
CASES = [c for n, c in enumerate(SAMPLE.cases) if n % 2 == 0 or c.sides or in_other_words(c.question, c.evidence)]


# The sample: faults in what answers


def citations_shifted_by_one(patch: Patch, corpus: Corpus) -> None:
    def turned(answer: Answer) -> Answer:
        cited = answer.citations
        return replace(
            answer,
            citations=tuple(replace(c, number=o.number) for c, o in zip(cited[1:] + cited[:1], cited, strict=True)),
        )

    after(patch, turned)


def a_side_dropped(patch: Patch, corpus: Corpus) -> None:
    def without_denials(answer: Answer) -> Answer:
        return replace(answer, positions=tuple(p for p in answer.positions if p.stance != "denies"))

    after(patch, without_denials)


def full_text_off(patch: Patch, corpus: Corpus) -> None:
    patch.setattr(lexical, "search", lambda *_: [])


def dense_off(patch: Patch, corpus: Corpus) -> None:
    patch.setattr(corpus.index, "search", lambda *_: [])


def numbers_altered(patch: Patch, corpus: Corpus) -> None:
    written(patch, lambda text: re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), text))


def everything_answered(patch: Patch, corpus: Corpus) -> None:
    patch.setattr(findings, "NEAR", -9.0)


def everything_declined(patch: Patch, corpus: Corpus) -> None:
    patch.setattr(findings, "NEAR", 9.0)


def quotes_paraphrased(patch: Patch, corpus: Corpus) -> None:
    written(patch, lambda text: re.sub(r"\bsaid\b", "stated", text).replace(" and ", " as well as "))


def after(patch: Patch, change: Callable[[Answer], Answer]) -> None:
    """Change each answer when it is written."""
    real = findings.write

    def write(*args: Any, **given: Any) -> Iterator[str | Answer]:
        for piece in real(*args, **given):
            yield change(piece) if isinstance(piece, Answer) else piece

    patch.setattr(findings, "write", write)


def written(patch: Patch, change: Callable[[str], str]) -> None:
    """Change the words that are written into the answer, not those that are cited."""
    real = findings.as_markdown
    patch.setattr(findings, "as_markdown", lambda text: change(real(text)))


# The pages: faults in what is ingested


def outlets_swapped(patch: Patch) -> None:
    other = {"The Evenmoor Gazette": "The Coast Courier", "The Coast Courier": "The Evenmoor Gazette"}
    made(patch, lambda a: replace(a, publisher=other.get(a.publisher or "", a.publisher)))


def dates_from_file_time(patch: Patch) -> None:
    made(patch, lambda a: replace(a, published=date.fromtimestamp(Path(a.path).stat().st_mtime)))


def cleaning_off(patch: Patch) -> None:
    real = metadata.clean_draft
    uncleaned = {"captions": (), "removed": ()}
    patch.setattr(metadata, "clean_draft", lambda d, *rest: replace(real(d, *rest), text=d.text, **uncleaned))


def duplicates_kept(patch: Patch) -> None:
    made(patch, lambda a: replace(a, id=f"{sum(map(ord, a.path)):016x}"))


def made(patch: Patch, change: Callable[[Article], Article]) -> None:
    """Change each article when it is made."""
    real = metadata.to_article
    patch.setattr(metadata, "to_article", lambda *args: change(real(*args)))


# The gate


@pytest.fixture(scope="module")
def sound(sample: Corpus) -> Evaluation:
    return evaluate(sample, CASES, known=SAMPLE.known, name="sample")


@pytest.fixture
def pages(tmp_path: Path, embedder: Embedder) -> Iterator[Callable[[], Evaluation]]:
    """Ingests the made-up pages into a new home and asks their cases."""
    assert PAGES.articles is not None

    def run() -> Evaluation:
        with Corpus.open(Settings(home=tmp_path / f"home{len(list(tmp_path.iterdir()))}"), embedder=embedder) as corpus:
            corpus.ingest([PAGES.articles or ""])
            return evaluate(corpus, PAGES.cases, PAGES.thresholds, known=PAGES.known, name="pages")

    yield run


def broken(run: Evaluation, sound: Evaluation) -> list[Break]:
    return breaks(run, baseline_of(sound))


def pointed_at(run: Evaluation, found: list[Break]) -> str:
    """The score that the report for a pull request names first."""
    first = next(
        (line for line in to_markdown([run], {run.name: found}).split("\n") if line.startswith("- **")), "- **"
    )
    return first.removeprefix("- **").split(" ")[0]


def cases_of(found: Sequence[Case], fault: Callable[..., None]) -> list[Case]:
    return [c for c in found if c.evidence] if fault in (full_text_off, dense_off) else list(found)


def test_the_gate_passes_what_is_sound(sound: Evaluation, pages: Callable[[], Evaluation]) -> None:
    assert broken(sound, sound) == []
    assert breaks(pages()) == []


@pytest.mark.parametrize(
    ("fault", "scores"),
    [
        (citations_shifted_by_one, {"quotes"}),
        (a_side_dropped, {"no_wrong_speaker", "sides"}),
        (full_text_off, {"evidence_recall_4", "mrr", "ndcg_10"}),
        (dense_off, {"no_false_decline", "evidence_recall_4", "mrr_other_words"}),
        (numbers_altered, {"fact_precision"}),
        (everything_answered, {"decline_recall"}),
        (everything_declined, {"no_false_decline"}),
        (quotes_paraphrased, {"quotes"}),
    ],
)
def test_a_fault_in_answering(
    fault: Callable[..., None], scores: set[str], sample: Corpus, sound: Evaluation, monkeypatch: Patch
) -> None:
    cases = cases_of(CASES, fault)
    kept = sound if len(cases) == len(CASES) else evaluate(sample, cases, known=SAMPLE.known, name="sample")
    fault(monkeypatch, sample)
    run = evaluate(sample, cases, known=SAMPLE.known, name="sample")
    found = broken(run, kept)
    assert pointed_at(run, found) in scores, [str(b) for b in found]


@pytest.mark.parametrize(
    ("fault", "scores"),
    [
        (outlets_swapped, {"outlets"}),
        (dates_from_file_time, {"days"}),
        (cleaning_off, {"absent"}),
        (duplicates_kept, {"distinct"}),
    ],
)
def test_a_fault_in_ingesting(
    fault: Callable[..., None], scores: set[str], pages: Callable[[], Evaluation], monkeypatch: Patch
) -> None:
    fault(monkeypatch)
    run = pages()
    found = breaks(run)
    assert pointed_at(run, found) in scores, [str(b) for b in found]
