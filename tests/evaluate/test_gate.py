"""Twelve faults planted in the pipeline's own functions: the gate fails, and its first lines name the right score."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Article, Corpus, Settings
from rag.answer import findings
from rag.evaluate import Evaluation, evaluate
from rag.evaluate.cases import project_sets
from rag.evaluate.gate import Break, baseline_of, breaks
from rag.evaluate.metrics import in_other_words
from rag.evaluate.report import to_markdown
from rag.index import lexical
from rag.ingest import metadata
from rag.models.embed import Embedder

Patch = pytest.MonkeyPatch
Fault = Callable[[Patch, Any], None]
SAMPLE, PAGES = project_sets()
# Half of the sample's cases, and all of the two kinds of which there are few.
CASES = [c for n, c in enumerate(SAMPLE.cases) if n % 2 == 0 or c.sides or in_other_words(c.question, c.evidence)]


def answering(change: Callable[[Answer], Answer]) -> Fault:
    """Changes each answer when it is written."""

    def fault(patch: Patch, corpus: Corpus) -> None:
        real = findings.write

        def write(*args: Any, **given: Any) -> Iterator[str | Answer]:
            for piece in real(*args, **given):
                yield change(piece) if isinstance(piece, Answer) else piece

        patch.setattr(findings, "write", write)

    return fault


def writing(change: Callable[[str], str]) -> Fault:
    """Changes the words that are written into the answer, not those that are cited."""
    real = findings.as_markdown
    return lambda patch, _: patch.setattr(findings, "as_markdown", lambda text: change(real(text)))


def making(change: Callable[[Article], Article]) -> Fault:
    """Changes each article when it is made."""
    real = metadata.to_article
    return lambda patch, _: patch.setattr(metadata, "to_article", lambda *args: change(real(*args)))


def shifted(answer: Answer) -> Answer:
    """Each number leads to the citation of the next."""
    cited = answer.citations
    turned = zip(cited[1:] + cited[:1], cited, strict=True)
    return replace(answer, citations=tuple(replace(c, number=o.number) for c, o in turned))


def without_denials(answer: Answer) -> Answer:
    return replace(answer, positions=tuple(p for p in answer.positions if p.stance != "denies"))


def cleaning_off(patch: Patch, corpus: Corpus | None) -> None:
    real, uncleaned = metadata.clean_draft, {"captions": (), "removed": ()}
    patch.setattr(metadata, "clean_draft", lambda d, *rest: replace(real(d, *rest), text=d.text, **uncleaned))


SWAPPED = {"The Evenmoor Gazette": "The Coast Courier", "The Coast Courier": "The Evenmoor Gazette"}


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


def test_the_gate_passes_what_is_sound(sound: Evaluation, pages: Callable[[], Evaluation]) -> None:
    assert broken(sound, sound) == []
    assert breaks(pages()) == []


@pytest.mark.parametrize(
    ("fault", "scores"),
    [
        pytest.param(answering(shifted), {"quotes"}, id="citations shifted by one"),
        pytest.param(answering(without_denials), {"no_wrong_speaker", "sides"}, id="a side dropped"),
        pytest.param(lambda patch, _: patch.setattr(lexical, "search", lambda *_: []),
                     {"evidence_recall_4", "mrr", "ndcg_10"}, id="full text off"),
        pytest.param(lambda patch, corpus: patch.setattr(corpus.index, "search", lambda *_: []),
                     {"no_false_decline", "evidence_recall_4", "mrr_other_words"}, id="dense off"),
        pytest.param(writing(lambda text: re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), text)),
                     {"fact_precision"}, id="numbers altered"),
        pytest.param(lambda patch, _: patch.setattr(findings, "NEAR", -9.0), {"decline_recall"},
                     id="everything answered"),
        pytest.param(lambda patch, _: patch.setattr(findings, "NEAR", 9.0), {"no_false_decline"},
                     id="everything declined"),
        pytest.param(writing(lambda text: re.sub(r"\bsaid\b", "stated", text).replace(" and ", " as well as ")),
                     {"quotes"}, id="quotes paraphrased"),
    ],
)  # fmt: skip
def test_a_fault_in_answering(
    fault: Fault, scores: set[str], sample: Corpus, sound: Evaluation, monkeypatch: Patch
) -> None:
    fault(monkeypatch, sample)
    run = evaluate(sample, CASES, known=SAMPLE.known, name="sample")
    found = broken(run, sound)
    assert pointed_at(run, found) in scores, [str(b) for b in found]


@pytest.mark.parametrize(
    ("fault", "score"),
    [
        pytest.param(making(lambda a: replace(a, publisher=SWAPPED.get(a.publisher or "", a.publisher))), "outlets",
                     id="outlets swapped"),
        pytest.param(making(lambda a: replace(a, published=date.fromtimestamp(Path(a.path).stat().st_mtime))), "days",
                     id="dates from file time"),
        pytest.param(cleaning_off, "absent", id="cleaning off"),
        pytest.param(making(lambda a: replace(a, id=f"{sum(map(ord, a.path)):016x}")), "distinct",
                     id="duplicates kept"),
    ],
)  # fmt: skip
def test_a_fault_in_ingesting(fault: Fault, score: str, pages: Callable[[], Evaluation], monkeypatch: Patch) -> None:
    fault(monkeypatch, None)
    run = pages()
    found = breaks(run)
    assert pointed_at(run, found) == score, [str(b) for b in found]
