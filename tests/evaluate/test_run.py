"""A run over cases: on the sample, on a corpus that declines everything, against thresholds; and two runs compared."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest

from rag import Answer, Article, Corpus, Filter, Hit, Settings, Turn
from rag.errors import CaseError
from rag.evaluate import Case, Evaluation, evaluate
from rag.evaluate.cases import project_sets
from rag.evaluate.compare import compare
from rag.evaluate.gate import baseline_of, breaks, changes
from rag.evaluate.report import to_html, to_junit, to_markdown
from rag.evaluate.scores import SCORES
from tests.llm.conftest import SUPPORTED

SAMPLE = project_sets()[0]


class Altered:
    """The sample corpus with every answer changed."""

    def __init__(self, corpus: Corpus, **changes: object) -> None:
        self.corpus, self.changes = corpus, changes
        self.settings, self.embedder = corpus.settings, corpus.embedder

    def articles(self) -> list[Article]:
        return self.corpus.articles()

    def article(self, article_id: str) -> Article:
        return self.corpus.article(article_id)

    def search(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        return self.corpus.search(question, k, where)

    def ask(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
        return replace(self.corpus.ask(question, history, where), **self.changes)


@pytest.fixture(scope="module")
def few() -> list[Case]:
    """Two questions of each kind."""
    kinds = {case.kind for case in SAMPLE.cases}
    return [case for kind in sorted(kinds) for case in [c for c in SAMPLE.cases if c.kind == kind][:2]]


@pytest.fixture(scope="module")
def run(sample: Corpus, few: list[Case]) -> Evaluation:
    return evaluate(sample, few, known=SAMPLE.known)


@pytest.fixture(scope="module")
def declining(sample: Corpus, few: list[Case]) -> Evaluation:
    return evaluate(Altered(sample, verdict="declined"), few, {"fact_recall": 0.1, "quotes": 0.1})  # type: ignore[arg-type]


def value(of: Evaluation, name: str) -> float | None:
    return next((s.value for s in of.scores if s.name == name), None)


def test_scores_come_in_the_order_of_the_stages(run: Evaluation, few: list[Case]) -> None:
    names = [s.name for s in run.scores]
    assert names == [name for name in SCORES if name in names]
    assert all(0 <= s.low <= s.value <= s.high <= 1 for s in run.scores)
    assert [(r.id, r.question) for r in run.cases] == [(c.id, c.question) for c in few]
    assert run.p50 <= run.p95 < run.seconds


def test_a_corpus_that_declines_everything(declining: Evaluation) -> None:
    assert value(declining, "decline_recall") == 1 and value(declining, "fact_recall") == 0
    assert value(declining, "decline_precision") == pytest.approx(2 / len(declining.cases))
    assert declining.below == ("quotes", "fact_recall")  # a score that no case gives is below its threshold too


def test_the_same_run_twice_is_the_same(sample: Corpus, few: list[Case], run: Evaluation) -> None:
    again = evaluate(sample, few, known=SAMPLE.known)
    assert again.fingerprint == run.fingerprint
    assert [(r.values, r.missed) for r in again.cases] == [(r.values, r.missed) for r in run.cases]


def test_the_fingerprint_tells_settings_and_cases(sample: Corpus, few: list[Case], run: Evaluation) -> None:
    assert evaluate(sample, few[:1]).fingerprint["cases"] != run.fingerprint["cases"]
    assert run.fingerprint["settings"]["results"] == Settings().results
    assert "home" not in run.fingerprint["settings"]


def test_the_gate_against_a_baseline(run: Evaluation, declining: Evaluation) -> None:
    kept = baseline_of(run)
    assert breaks(run, kept) == [] and changes(run, kept) == []
    found = {b.score: b for b in breaks(declining, kept)}
    assert "fact_recall" in found and found["fact_recall"].cases
    assert "FAILED" in to_markdown([declining], {declining.name: list(found.values())})
    lines = changes(declining, kept)
    assert any(line.startswith("fact_recall: ") for line in lines)
    assert any(line.startswith("worse: ") for line in lines)
    assert not any(line.startswith(("better", "worse")) for line in changes(declining, None))
    lacking = {b.score: str(b) for b in breaks(declining)}  # its threshold is told, though no case gives the score
    assert "no case gave it, below the threshold 0.100" in lacking["quotes"]


def test_tokens_of_a_model_that_answers(server: Any, ask_with: Callable[..., Corpus]) -> None:
    crates = Case(id="crates", question="How many crates of oranges did divers count?", kind="fact", facts=(("340",),),
                  articles=("ferry.md",))  # fmt: skip
    corpus = ask_with(server.spec, llm_window=4096)
    server.script = lambda s: s.answer("Yes" if "one word" in s.prompt else SUPPORTED)
    run = evaluate(corpus, [crates])
    sent, written = run.cases[0].tokens
    assert sent > 300 > written > 5  # judged, written, and each of two sources asked
    assert run.tokens == (sent, written)
    assert corpus.model and corpus.model.on_request is None
    assert evaluate(ask_with("extractive"), [crates]).tokens == (0.0, 0.0)


def test_two_runs_compared(run: Evaluation, declining: Evaluation) -> None:
    with_itself = compare(asdict(run), asdict(run))
    assert with_itself.turned == () and all(c.p == 1 and c.before == c.after for c in with_itself.changes)
    found = compare(asdict(run), asdict(declining))
    (facts,) = [c for c in found.changes if c.score == "fact_recall"]
    assert facts.after == 0 < facts.before and facts.significant and facts.worse and not facts.better
    assert any(t.verdicts == ("answered", "declined") for t in found.turned)


def test_reports_of_hostile_text(run: Evaluation) -> None:
    case = replace(run.cases[0], question="<script>alert(1)</script> | \x07", missed="a | b <b>")
    hostile = replace(run, cases=(case,))
    page = to_html([hostile], {})
    assert "<script>" not in page and "http://" not in page and "https://" not in page
    assert "\\| b" in to_markdown([hostile], {})
    assert "\x07" not in to_junit([hostile], {})


def test_the_report_shows_what_the_run_holds(run: Evaluation, few: list[Case]) -> None:
    page = to_html([run], {}, {run.name: few})
    for shown in ("Right, by kind of question", "p95", "nothing answers it", *(c.id for c in run.cases)):
        assert shown in page, shown
    links, places = re.findall(r'href="#([^"]+)"', page), re.findall(r'id="([^"]+)"', page)
    assert len(links) > len(run.cases) and set(links) <= set(places) and len(places) == len(set(places))
    case = replace(run.cases[0], answer={**run.cases[0].answer, "text": "**<b>x** \\[1] <i>[1]</i>\x01"})
    page = to_html([replace(run, cases=(case,))], {})
    assert "<b>&lt;b&gt;x</b> [1] &lt;i&gt;<a " in page and "<i>" not in page


def test_thresholds_of_no_score(sample: Corpus) -> None:
    with pytest.raises(CaseError, match="fcats"):
        evaluate(sample, [], {"fcats": 1.0})


def test_what_is_lacking_is_named(sample: Corpus) -> None:
    case = Case(id="x", question="How many containers does Kirby say were handed over to Russia?", kind="fact",
                facts=(("1,000",), ("maren holt",)), articles=("nowhere.md",))  # fmt: skip
    (found,) = evaluate(sample, [case], {}).cases
    assert found.values["fact_recall"] == 0.5
    assert found.missed == "lacks maren holt"


def test_progress_names_each_case(sample: Corpus, few: list[Case]) -> None:
    seen: list[tuple[int, int, str]] = []
    evaluate(sample, few[:3], {}, lambda done, total, id: seen.append((done, total, id)))
    assert seen[:3] == [(0, 3, few[0].id), (1, 3, few[1].id), (2, 3, few[2].id)]
