"""A run as one HTML page that needs nothing else: scores, plots, and each case to unfold."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import fmean
from typing import Any

from rag.evaluate import plots
from rag.evaluate.cases import Case
from rag.evaluate.export import Broken, told_in_short
from rag.evaluate.gate import Break
from rag.evaluate.metrics import recall_at
from rag.evaluate.run import PASSAGES, CaseResult, Evaluation
from rag.evaluate.scores import SCORES, TARGETS


def to_html(runs: Sequence[Evaluation], broken: Broken, cases: Mapping[str, Sequence[Case]] | None = None) -> str:
    """The page. With the cases of each run, what was expected is shown beside what was answered."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    state = "failed" if any(broken.values()) else "passed"
    body = "".join(
        _run(run, broken.get(run.name, ()), {c.id: c for c in (cases or {}).get(run.name, ())}) for run in runs
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>Evaluation {state}</title><style>{style}</style></head>'
        f'<body><h1>Evaluation <span class="{state}">{state}</span></h1>{body}</body></html>\n'
    )


def _run(run: Evaluation, faults: Sequence[Break], cases: Mapping[str, Case]) -> str:
    blamed = "".join(f"<li>{escape(str(b))}</li>" for b in faults)
    return (
        f"<section><h2>{escape(run.name)}</h2>"
        + (f'<ul class="breaks">{blamed}</ul>' if blamed else "")
        + f"<p>{escape(told_in_short(run))}</p>{_table(run, {b.score for b in faults})}"
        + f'<div class="plots">{_plots(run)}</div><h3>Cases</h3>'
        + "".join(_case(c, cases.get(c.id)) for c in sorted(run.cases, key=lambda c: not c.missed))
        + f"<h3>What the figures are of</h3><pre>{escape(_lines(run.fingerprint))}</pre></section>"
    )


def _table(run: Evaluation, bad: set[str]) -> str:
    head = "".join(f"<th>{h}</th>" for h in ("score", "value", "95% interval", "least", "target", "cases"))
    rows = "".join(
        f'<tr class="{"bad" if s.name in bad else ""}"><td title="{escape(SCORES[s.name])}">{s.name}</td>'
        f"<td>{s.value:.3f}</td><td>{s.low:.3f}–{s.high:.3f}</td><td>{'' if s.least is None else f'{s.least:.2f}'}</td>"
        f"<td>{f'{TARGETS[s.name]:.2f}' if s.name in TARGETS else ''}</td><td>{s.cases}</td></tr>"
        for s in run.scores
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _plots(run: Evaluation) -> str:
    kinds = dict.fromkeys(c.kind for c in run.cases)
    by_kind = {k: fmean(_overall(c) for c in run.cases if c.kind == k) for k in kinds}
    ranks = [c.ranks for c in run.cases if c.ranks]
    at = [fmean(recall_at(r, k) or 0.0 for r in ranks) for k in range(1, PASSAGES + 1)] if ranks else []
    figures = {
        "Scores, with their intervals": plots.bars(
            {s.name: s.value for s in run.scores}, "Scores", {s.name: (s.low, s.high) for s in run.scores}
        ),
        "Right, by kind of question": plots.bars(by_kind, "Right, by kind of question"),
        "Evidence found in the first k passages": plots.curve(at, "Evidence recall at k") if at else "",
        "Time for an answer": plots.histogram([1000 * c.seconds for c in run.cases], "Time for an answer", "ms"),
        "Declined": _confusion(run),
    }
    return "".join(f"<figure><figcaption>{t}</figcaption>{f}</figure>" for t, f in figures.items() if f)


def _overall(c: CaseResult) -> float:
    """How right an answer is: its facts, names and sides, or that it declined."""
    own = [v for n, v in c.values.items() if n in ("fact_recall", "attribution", "sides", "decline_recall")]
    return fmean(own) if own else 0.0


def _confusion(run: Evaluation) -> str:
    def count(wanted: bool, declined: bool) -> int:
        return sum((c.kind == "declined") == wanted and (c.verdict == "declined") == declined for c in run.cases)

    return (
        "<table class=confusion><tr><td></td><th>declined</th><th>answered</th></tr>"
        f'<tr><th>nothing answers it</th><td class="good">{count(True, True)}</td><td>{count(True, False)}</td></tr>'
        f'<tr><th>something does</th><td>{count(False, True)}</td><td class="good">{count(False, False)}</td></tr>'
        "</table>"
    )


def _case(c: CaseResult, case: Case | None) -> str:
    answer: Mapping[str, Any] = c.answer
    cited = "".join(
        f"<li value={x['number']}><q>{escape(x['quote'])}</q> — {escape(x['publisher'] or x['title'])}, "
        f"{x['published'] or 'date unknown'} <small>{escape(x['path'])}</small></li>"
        for x in answer.get("citations", ())
    )
    values = " ".join(f'<span class="{"" if v == 1 else "short"}">{n} {v:.2f}</span>' for n, v in c.values.items())
    known = f"<h4>Expected</h4><pre>{escape(_expected(case))}</pre>" if case else ""
    return (
        f'<details class="{"missed" if c.missed else "right"}"><summary><b>{escape(c.id)}</b> {escape(c.question)} '
        f"<small>{c.kind}, {c.verdict}</small></summary>"
        + (f'<p class="what">{escape(c.missed)}</p>' if c.missed else "")
        + f'<h4>Answer</h4><div class="answer">{escape(answer.get("text", ""))}</div><h4>Citations</h4><ol>{cited}</ol>'
        + f'{known}<p class="values">{values} <span>{1000 * c.seconds:.0f} ms</span></p></details>'
    )


def _expected(case: Case) -> str:
    told = case.model_dump(mode="json", exclude_defaults=True, exclude={"id", "question", "kind"})
    return _lines(told) or "to decline"


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())
