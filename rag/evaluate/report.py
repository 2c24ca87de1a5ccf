"""A run as Markdown for a pull request, JUnit XML for CI, and one HTML page.

The page needs nothing else: its style is in `report.html`, the Jinja template that it is made of.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any
from xml.etree import ElementTree

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from rag.answer.cite import from_markdown
from rag.evaluate.cases import Case
from rag.evaluate.gate import Break
from rag.evaluate.metrics import file_name
from rag.evaluate.run import CaseResult, Evaluation
from rag.evaluate.scores import SCORES, TARGETS, Score

Broken = Mapping[str, Sequence[Break]]
"""What breaks the gate, by the run's name."""

_CASES_SHOWN = 30
# '**six**' and '[2]' in an answer's text; not the article's own '\\[2]'
_BOLD, _MARKER = re.compile(r"\*\*(.+?)\*\*"), re.compile(r"(?<!\\)\[(\d+)\]")


def score_row(s: Score) -> list[str]:
    """A score for people: name, value, interval, threshold, target, number of cases."""
    least = "" if s.least is None else f"{s.least:.3f}"
    target = f"{TARGETS[s.name]:.2f}" if s.name in TARGETS else ""
    return [s.name, f"{s.value:.3f}", f"{s.low:.3f}–{s.high:.3f}", least, target, str(s.cases)]


def to_markdown(runs: Sequence[Evaluation], broken: Broken) -> str:
    """A table of scores for each run, first what breaks the gate, then the cases that missed something."""
    lines: list[str] = []
    for run in runs:
        faults = broken.get(run.name, ())
        lines += [f"## {run.name}: {'FAILED' if faults else 'passed'}", ""]
        lines += [f"- **{_md(str(b))}**" for b in faults] + [""] * bool(faults)
        lines += ["| score | value | 95% interval | least | target | cases |", "|---|---:|---:|---:|---:|---:|"]
        bad = {b.score for b in faults}
        for s in run.scores:
            name, *figures = score_row(s)
            lines.append(f"| {f'**{name}**' if name in bad else name} | {' | '.join(figures)} |")
        lines += ["", summary_line(run), ""]
        short = [c for c in run.cases if c.missed]
        if short:
            lines += [f"<details><summary>{len(short)} cases missed something</summary>", ""]
            lines += [f"- `{c.id}` {_md(c.question)} — {_md(c.missed[:300])}" for c in short[:_CASES_SHOWN]]
            lines += [f"- and {len(short) - _CASES_SHOWN} more"] * (len(short) > _CASES_SHOWN) + ["", "</details>", ""]
    return "\n".join(lines)


def to_junit(runs: Sequence[Evaluation], broken: Broken) -> str:
    """JUnit XML: a suite a run, in it a test for each score (failed when it breaks the gate) and each case.

    A case fails when it broke a score that fails; what it missed otherwise stands in its output.
    """
    root = ElementTree.Element("testsuites")
    for run in runs:
        faults = {b.score: b for b in broken.get(run.name, ())}
        guilty = {id: b for b in faults.values() for id in b.cases}
        suite = ElementTree.SubElement(
            root, "testsuite", name=run.name, tests=str(len(SCORES) + len(run.cases)),
            failures=str(len(faults) + sum(c.id in guilty for c in run.cases)), time=f"{run.seconds:.3f}",
        )  # fmt: skip
        for name in SCORES:
            test = ElementTree.SubElement(suite, "testcase", classname=f"{run.name}.scores", name=name)
            if name in faults:
                ElementTree.SubElement(test, "failure", message=_xml(str(faults[name])))
        for case in run.cases:
            test = ElementTree.SubElement(
                suite, "testcase", classname=f"{run.name}.{case.kind}", name=case.id, time=f"{case.seconds:.3f}"
            )
            if case.id in guilty:
                ElementTree.SubElement(test, "failure", message=_xml(f"{guilty[case.id].score}: {case.missed}"))
            elif case.missed:
                ElementTree.SubElement(test, "system-out").text = _xml(case.missed)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True)


def summary_line(run: Evaluation) -> str:
    """How many cases, how long, how many words, what a language model took, on one line."""
    sent, written = run.tokens
    model = f"; a model is sent {sent:,.0f} tokens and writes {written:,.0f}" if sent else ""
    return (
        f"{len(run.cases)} cases in {run.seconds:.1f} s; an answer takes {1000 * run.p50:.0f} ms (p50), "
        f"{1000 * run.p95:.0f} ms (p95), and has {run.words:.0f} words{model}"
    )


def _md(text: str) -> str:
    plain = " ".join(text.split()).replace("|", "\\|")
    return plain.replace("<", "&lt;")


def _xml(text: str) -> str:
    """Without the control characters that XML has no place for."""
    return "".join(c for c in text if c >= " " or c in "\t\n")


def to_html(runs: Sequence[Evaluation], broken: Broken, cases: Mapping[str, Sequence[Case]] | None = None) -> str:
    """The page. With the cases of each run, what was expected is shown beside what was answered."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(Path(__file__).with_name("report.html").read_text(encoding="utf-8"))
    return template.render(
        runs=[_page_of(run, broken.get(run.name, ()), (cases or {}).get(run.name, ())) for run in runs],
        state="failed" if any(broken.values()) else "passed",
        scores=SCORES, targets=TARGETS,
        summary_line=summary_line, score_row=score_row, marked_up=_marked_up, file_name=file_name,
    )  # fmt: skip


def _page_of(run: Evaluation, faults: Sequence[Break], cases: Sequence[Case]) -> dict[str, Any]:
    """What the template shows of a run beside the run itself."""
    of_kind = {c.kind: [_overall(r) for r in run.cases if r.kind == c.kind] for c in run.cases}
    missed, right = [c for c in run.cases if c.missed], [c for c in run.cases if not c.missed]
    return {
        "run": run, "faults": [str(b) for b in faults], "bad": {b.score for b in faults},
        "kinds": [(kind, fmean(values), len(values)) for kind, values in of_kind.items()],
        "declined": [
            (name, *(sum((c.kind == "declined") == should_decline and (c.verdict == "declined") == d for c in run.cases)
                     for d in (True, False)))
            for name, should_decline in (("nothing answers it", True), ("something does", False))
        ],
        "groups": [(f"{len(missed)} cases that missed something", missed),
                   (f"{len(right)} cases without a fault", right)],
        "expected": {c.id: _expected(c) for c in cases}, "history": {c.id: c.history for c in cases},
    }  # fmt: skip


def _overall(c: CaseResult) -> float:
    """How right an answer is: its facts, names and sides, or that it declined."""
    own = [v for n, v in c.values.items() if n in ("fact_recall", "attribution", "sides", "decline_recall")]
    return fmean(own) if own else 0.0


def _expected(case: Case) -> Mapping[str, Any]:
    return case.model_dump(mode="json", exclude_defaults=True, exclude={"id", "question", "kind", "history"})


def _marked_up(text: str, place: str) -> Markup:
    """The answer's Markdown: bold, and each marker a link to its citation; all else as text."""
    linked = _MARKER.sub("\x01\\1\x02", text)
    bold = _BOLD.sub("\x03\\1\x04", linked)
    plain = str(escape(from_markdown("\n".join(line for line in bold.split("\n") if line.strip()))))
    plain = re.sub("\x01(\\d+)\x02", lambda m: f'<a href="#{escape(place)}-{m[1]}">[{m[1]}]</a>', plain)
    return Markup(plain.replace("\x03", "<b>").replace("\x04", "</b>"))
