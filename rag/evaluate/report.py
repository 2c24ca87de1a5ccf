"""A run as one HTML page that needs nothing else: scores, plots, and each case to unfold."""

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path, PurePath
from statistics import fmean
from typing import Any

from rag.answer.cite import from_markdown
from rag.evaluate import plots
from rag.evaluate.cases import Case
from rag.evaluate.export import Broken, kappa, told_in_short
from rag.evaluate.gate import Break
from rag.evaluate.metrics import recall_at
from rag.evaluate.opinions import Opinion, Opinions
from rag.evaluate.run import PASSAGES, CaseResult, Evaluation
from rag.evaluate.scores import SCORES, TARGETS, Score

_BOLD, _MARKER = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"(?<!\\)\[(\d+)\]")


def to_html(
    runs: Sequence[Evaluation],
    broken: Broken,
    cases: Mapping[str, Sequence[Case]] | None = None,
    judged: Mapping[str, Opinions] | None = None,
) -> str:
    """The page. With the cases of each run, what was expected is shown beside what was answered."""
    style = Path(__file__).with_name("report.css").read_text(encoding="utf-8")
    state = "failed" if any(broken.values()) else "passed"
    body = "".join(
        _run(run, broken.get(run.name, ()), {c.id: c for c in (cases or {}).get(run.name, ())},
             (judged or {}).get(run.name))
        for run in runs
    )  # fmt: skip
    contents = " ".join(f'<a href="#{escape(r.name)}">{escape(r.name)}</a>' for r in runs)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width,initial-scale=1"><title>Evaluation {state}</title><style>{style}</style></head>'
        f'<body><header><h1>Evaluation <span class="{state}">{state}</span></h1><nav>{contents}</nav></header>'
        f"<main>{body}</main></body></html>\n"
    )


def _run(run: Evaluation, faults: Sequence[Break], cases: Mapping[str, Case], judged: Opinions | None) -> str:
    blamed = "".join(f"<li>{escape(str(b))}</li>" for b in faults)
    missed, right = [c for c in run.cases if c.missed], [c for c in run.cases if not c.missed]
    return (
        f'<section id="{escape(run.name)}"><h2>{escape(run.name)}</h2>'
        + (f'<ul class="breaks">{blamed}</ul>' if blamed else "")
        + f"<p>{escape(told_in_short(run))}</p>{_table(run, {b.score for b in faults})}"
        + (_opinions(judged) if judged else "")
        + f'<div class="plots">{_plots(run)}</div>'
        + _group(f"{len(missed)} cases that missed something", missed, run, cases, judged)
        + _group(f"{len(right)} cases without a fault", right, run, cases, judged)
        + f"<h3>What the figures are of</h3><pre>{escape(_lines(run.fingerprint))}</pre></section>"
    )


def _table(run: Evaluation, bad: set[str]) -> str:
    head = "".join(
        f"<th>{h}</th>" for h in ("score", "value", "", "95% interval", "least", "target", "cases", "what it is")
    )
    rows = "".join(_score(s, s.name in bad) for s in run.scores)
    return (
        f'<div class="wide"><table class="scores"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        '<p class="key"><span class="least">│</span> the least that passes <span class="target">│</span> the target '
        "├─┤ the interval</p>"
    )


def _score(s: Score, bad: bool) -> str:
    target = TARGETS.get(s.name)
    bar = plots.meter(s.value, s.low, s.high, s.least, target, f"{s.name} {s.value:.3f}")
    return (
        f'<tr class="{"bad" if bad else ""}"><td>{s.name.replace("_", "_<wbr>")}</td>'
        f'<td>{s.value:.3f}</td><td class="m">{bar}</td>'
        f"<td>{s.low:.3f}–{s.high:.3f}</td><td>{'' if s.least is None else f'{s.least:.2f}'}</td>"
        f"<td>{'' if target is None else f'{target:.2f}'}</td><td>{s.cases}</td>"
        f'<td class="what">{SCORES[s.name]}</td></tr>'
    )


def _opinions(found: Opinions) -> str:
    rows = "".join(
        f"<tr><td>{h.name}</td><td>{h.value:.3f}</td><td>{h.low:.3f}–{h.high:.3f}</td><td>{h.answers}</td>"
        f"<td>{h.agreement.share:.3f} of {h.agreement.pairs}</td><td>{kappa(h.agreement)}</td></tr>"
        for h in found.held
    )
    failed = f"<p>It gave no opinion of {found.failed} answers.</p>" if found.failed else ""
    return (
        f"<h3>What {escape(found.model)} holds</h3><p>Kept apart: it enters no score and breaks no gate.</p>"
        '<div class="wide"><table><thead><tr><th>opinion<th>value<th>95% interval<th>answers<th>agrees '
        f"with the measures<th>kappa</tr></thead><tbody>{rows}</tbody></table></div>{failed}"
    )


def _plots(run: Evaluation) -> str:
    kinds = dict.fromkeys(c.kind for c in run.cases)
    by_kind = {k: [_overall(c) for c in run.cases if c.kind == k] for k in kinds}
    bars = {k: (fmean(values), f"of {len(values)}") for k, values in by_kind.items()}
    lines = {"all questions": _recall(run.cases)}
    apart = [c for c in run.cases if "mrr_other_words" in c.values]
    lines |= {"in other words than the evidence": _recall(apart)} if apart else {}
    figures = {
        "Right, by kind of question": plots.bars(bars, "Right, by kind of question"),
        "Evidence found in the first k passages": plots.curves(lines, "Evidence recall at k") if lines["all questions"]
        else "",
        "Time for an answer": plots.histogram([1000 * c.seconds for c in run.cases], "Time for an answer", "ms",
                                              {"p50": 1000 * run.p50, "p95": 1000 * run.p95}),
        "Declined": plots.confusion(_declined(run), ("nothing answers it", "something does"), ("declined", "answered"),
                                    "Declined, by whether anything answers the question"),
    }  # fmt: skip
    return "".join(f"<figure><figcaption>{t}</figcaption>{f}</figure>" for t, f in figures.items() if f)


def _recall(cases: Sequence[CaseResult]) -> list[float]:
    """Evidence recall at 1, 2, … over the cases that have evidence; empty where none has."""
    ranks = [c.ranks for c in cases if c.ranks]
    return [fmean(recall_at(r, k) or 0.0 for r in ranks) for k in range(1, PASSAGES + 1)] if ranks else []


def _overall(c: CaseResult) -> float:
    """How right an answer is: its facts, names and sides, or that it declined."""
    own = [v for n, v in c.values.items() if n in ("fact_recall", "attribution", "sides", "decline_recall")]
    return fmean(own) if own else 0.0


def _declined(run: Evaluation) -> list[list[int]]:
    def count(wanted: bool, declined: bool) -> int:
        return sum((c.kind == "declined") == wanted and (c.verdict == "declined") == declined for c in run.cases)

    return [[count(True, True), count(True, False)], [count(False, True), count(False, False)]]


def _group(
    title: str, of: Sequence[CaseResult], run: Evaluation, cases: Mapping[str, Case], judged: Opinions | None
) -> str:
    held = {o.case: _opinion(o) for o in judged.opinions} if judged else {}
    told = "".join(_case(c, cases.get(c.id), run.name, held.get(c.id, "")) for c in of)
    return f"<h3>{title}</h3>{told}" if of else ""


def _opinion(found: Opinion) -> str:
    said = {n: f"{found.values[n]:.2f}, {told}" if n in found.values else told for n, told in found.said.items()}
    told = "".join(f"<p><b>{name}</b> {escape(words.strip())}</p>" for name, words in said.items())
    return f"<h4>A model's opinion</h4>{told}" + (f"<p>{escape(found.error)}</p>" if found.error else "")


def _case(c: CaseResult, case: Case | None, run: str, opinion: str) -> str:
    answer: Mapping[str, Any] = c.answer
    place = escape(f"{run}-{c.id}", quote=True)
    cited = "".join(
        f'<li value="{x["number"]}" id="{place}-{x["number"]}"><q>{escape(x["quote"])}</q> — '
        f"{escape(x['publisher'] or x['title'])}, {x['published'] or 'date unknown'} "
        f"<small>{escape(PurePath(x['path']).name)}</small></li>"
        for x in answer.get("citations", ())
    )
    values = " ".join(f'<span class="{"" if v == 1 else "short"}">{n} {v:.2f}</span>' for n, v in c.values.items())
    history = "".join(f'<p class="said"><b>{h.role}</b> {escape(h.content)}</p>' for h in case.history) if case else ""
    known = f"<h4>Expected</h4><pre>{escape(_expected(case))}</pre>" if case else ""
    return (
        f'<details class="{"missed" if c.missed else "right"}"><summary><b>{escape(c.id)}</b> {escape(c.question)} '
        f"<small>{c.kind}, {c.verdict}</small></summary>"
        + (f'<p class="lacks">{escape(c.missed)}</p>' if c.missed else "")
        + f'{history}<h4>Answer</h4><div class="answer">{_told(str(answer.get("text", "")), place)}</div>'
        + f'<h4>Citations</h4><ol>{cited}</ol>{known}{opinion}<p class="values">{values} '
        + f"<span>{1000 * c.seconds:.0f} ms</span></p></details>"
    )


def _told(text: str, place: str) -> str:
    """The answer's Markdown: bold, and each marker a link to its citation; all else as text."""
    linked = _MARKER.sub(lambda m: f"\x01{m[1]}\x02", text)
    bold = _BOLD.sub(lambda m: f"\x03{m[1]}\x04", linked)
    plain = escape(from_markdown("\n".join(line for line in bold.split("\n") if line.strip())))
    plain = re.sub("\x01(\\d+)\x02", lambda m: f'<a href="#{place}-{m[1]}">[{m[1]}]</a>', plain)
    return plain.replace("\x03", "<b>").replace("\x04", "</b>")


def _expected(case: Case) -> str:
    told = case.model_dump(mode="json", exclude_defaults=True, exclude={"id", "question", "kind", "history"})
    return _lines(told) or "to decline"


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in values.items())
