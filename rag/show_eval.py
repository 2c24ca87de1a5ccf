"""Runs, comparisons and cases printed for people on a terminal, or as JSON for programs. For `rag eval` only."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from rag.evaluate.report import Broken, score_row, summary_line
from rag.evaluate.scores import SCORES
from rag.show import as_json_text, message, output, print_table

if TYPE_CHECKING:
    from rag.evaluate import Case, Evaluation
    from rag.evaluate.compare import Comparison

_DIFF_LINES = 8


def runs(found: "Sequence[Evaluation]", broken: Broken, *, as_json: bool) -> None:
    """What breaks the gate first, then the scores, then the cases that missed something."""
    failed = {name: [str(b) for b in faults] for name, faults in broken.items() if faults}
    if as_json:
        as_json_text({"runs": [asdict(r) for r in found], "broken": failed})
    else:
        console = output()
        for name, lines in failed.items():
            for line in lines:
                console.print(Text(f"FAILED {name}: {line}", style="bold red"))
        for run in found:
            console.print(Text(f"\n{run.name}", style="bold"))
            print_table(_scores(run, {b.score for b in broken.get(run.name, ())}), console, headings=True)
            for case in run.cases:
                if case.missed:
                    console.print(Text(f"{case.id}: {case.question}", style="bold"), Text(case.missed), sep="\n  ")
    for run in found:
        message(f"{run.name}: {summary_line(run)}")
    for name, lines in failed.items():
        message(f"{name}: not good enough: {', '.join(line.split(' ')[0] for line in lines)}")


def _scores(run: "Evaluation", bad: set[str]) -> Table:
    table = _table("score", "value", "95% interval", "least", "target", "cases", "what")
    for s in run.scores:
        table.add_row(*score_row(s), SCORES[s.name], style="bold red" if s.name in bad else "")
    return table


def comparisons(found: "Mapping[str, Comparison]", *, as_json: bool) -> None:
    """Each score before and after, then the cases that turned with the difference of their answers."""
    if as_json:
        as_json_text({name: asdict(c) for name, c in found.items()})
        return
    console = output()
    for name, c in found.items():
        differs = f" (differs in {', '.join(c.differs)})" if c.differs else ""
        console.print(Text(f"{name}{differs}", style="bold"))
        table = _table("score", "before", "after", "difference, 95%", "p", "better", "worse")
        for x in c.changes:
            moved = f"{x.after - x.before:+.3f} ({x.low:+.3f} to {x.high:+.3f})"
            table.add_row(x.score, f"{x.before:.3f}", f"{x.after:.3f}", moved, f"{x.p:.4f}", str(len(x.better)),
                          str(len(x.worse)), style="bold" if x.significant else "")  # fmt: skip
        print_table(table, console, headings=True)
        for t in sorted(c.turned, key=lambda t: t.better):
            moved = ", ".join(f"{s} {a:.2f} → {b:.2f}" for s, (a, b) in t.scores.items())
            verdicts = f"{t.verdicts[0]} → {t.verdicts[1]}" if t.verdicts[0] != t.verdicts[1] else t.verdicts[0]
            console.print(Text(f"{'better' if t.better else 'worse'}: {t.id}: {t.question}", style="bold"))
            console.print(Text(f"  {verdicts}; {moved}"))
            if t.missed[0] != t.missed[1]:
                console.print(Text(f"  {t.missed[0] or 'nothing missed'} → {t.missed[1] or 'nothing missed'}"))
            lines = t.diff.split("\n") if t.diff else []
            for line in lines[:_DIFF_LINES]:
                console.print(Text(f"  {line}", style="green" if line.startswith("+") else "red"))
            if len(lines) > _DIFF_LINES:
                console.print(Text(f"  … and {len(lines) - _DIFF_LINES} lines more"))
    if any(c.only_one for c in found.values()):
        message(f"Not compared, for only one run has them: {', '.join(i for c in found.values() for i in c.only_one)}")


def problems(found: Sequence[str], cases: int) -> None:
    """What `rag eval check` found."""
    for problem in found:
        output().print(Text(problem))
    message(f"{cases} cases, {len(found)} problems")


def added(case: "Case", *, checked: bool) -> None:
    """A case that was made; its facts were given by a person, or taken from the answer and to be checked."""
    output().print(Text(case.model_dump_json(exclude_defaults=True)))
    message(f"added {case.id}" + ("" if checked else ": check what it expects, it is taken from the answer"))


def _table(*headings: Any) -> Table:
    table = Table(box=None, pad_edge=False)
    for n, heading in enumerate(headings):
        table.add_column(heading, justify="left" if n == 0 or heading == "what" else "right", overflow="fold")
    return table
