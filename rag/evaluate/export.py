"""A run for other programs and people: as plain values, as Markdown for a pull request, as JUnit XML for CI."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from rag.evaluate.gate import Break
from rag.evaluate.hand import Agreement
from rag.evaluate.opinions import Opinions
from rag.evaluate.run import Evaluation
from rag.evaluate.scores import SCORES, TARGETS

Broken = Mapping[str, Sequence[Break]]
"""What breaks the gate, by the run's name."""

_CASES_SHOWN = 30


def to_dict(run: Evaluation) -> dict[str, Any]:
    """A run as plain values, bound to the fingerprint of what it is of."""
    return asdict(run)


def to_markdown(
    runs: Sequence[Evaluation], broken: Broken, judged: Mapping[str, Opinions] = MappingProxyType({})
) -> str:
    """A table of scores for each run, first what breaks the gate, then the cases that missed something."""
    lines: list[str] = []
    for run in runs:
        faults = broken.get(run.name, ())
        lines += [f"## {run.name}: {'FAILED' if faults else 'passed'}", ""]
        lines += [f"- **{_md(str(b))}**" for b in faults] + [""] * bool(faults)
        lines += ["| score | value | 95% interval | least | target | cases |", "|---|---:|---:|---:|---:|---:|"]
        bad = {b.score for b in faults}
        for s in run.scores:
            name = f"**{s.name}**" if s.name in bad else s.name
            least = f"{s.least:.2f}" if s.least is not None else ""
            target = f"{TARGETS[s.name]:.2f}" if s.name in TARGETS else ""
            lines.append(f"| {name} | {s.value:.3f} | {s.low:.3f}–{s.high:.3f} | {least} | {target} | {s.cases} |")
        lines += ["", told_in_short(run), ""]
        if run.name in judged:
            lines += [*_held(judged[run.name]), ""]
        short = [c for c in run.cases if c.missed]
        if short:
            lines += [f"<details><summary>{len(short)} cases missed something</summary>", ""]
            lines += [f"- `{c.id}` {_md(c.question)} — {_md(c.missed[:300])}" for c in short[:_CASES_SHOWN]]
            lines += [f"- and {len(short) - _CASES_SHOWN} more"] * (len(short) > _CASES_SHOWN) + ["", "</details>", ""]
    return "\n".join(lines)


def _held(found: Opinions) -> list[str]:
    lines = [
        f"| held by {_md(found.model)} | value | 95% interval | answers | agrees with the measures | kappa |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for h in found.held:
        agrees = f"{h.agreement.share:.3f} of {h.agreement.pairs}"
        lines.append(
            f"| {h.name} | {h.value:.3f} | {h.low:.3f}–{h.high:.3f} | {h.answers} | {agrees} | {kappa(h.agreement)} |"
        )
    return lines


def kappa(of: Agreement) -> str:
    """Cohen's kappa for people; a dash where one of the two says the same of everything."""
    return "–" if of.kappa is None else f"{of.kappa:.2f}"


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


def told_in_short(run: Evaluation) -> str:
    """How many cases, how long, how many words, what a language model took, on one line."""
    sent, written = run.tokens
    cost = "" if run.cost is None else f", {run.cost:.6f} an answer"
    model = f"; a model is sent {sent:,.0f} tokens and writes {written:,.0f}{cost}" if sent else ""
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
