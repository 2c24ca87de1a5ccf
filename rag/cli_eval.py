"""`rag eval` and what belongs to it: check, add, compare. Exit status 0 good enough, 1 not, 2 it could not be run."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rag import show
from rag.errors import CaseError, RagError
from rag.settings import Settings, load_settings

if TYPE_CHECKING:
    from rag.evaluate import Evaluation
    from rag.evaluate.cases import CaseSet


class RunFirst(TyperGroup):
    """`rag eval CASES` is `rag eval run CASES`: running is what is mostly wanted."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` before what names no command."""
        if not args or args[0] not in self.commands:
            args.insert(0, "run")
        return super().parse_args(ctx, args)


app = typer.Typer(cls=RunFirst, help="Ask questions whose answers are known, and score the answers.")

Home = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="Folder that holds the corpus [RAG_HOME; default .rag].")
]
Cases = Annotated[Path | None, typer.Argument(metavar="CASES", hidden=True)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@app.command()
def run(
    cases: Cases = None,
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON of least scores [thresholds.json beside it].")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Scores of an earlier run [baseline.json beside it].")
    ] = None,
    update_baseline: Annotated[
        bool, typer.Option("--update-baseline", help="Show what changes, and keep this run as the baseline.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the baseline is written.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a report as one HTML page.")] = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the table for a pull request.")] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write JUnit XML.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask questions whose answers are known, and hold the scores against thresholds and baseline.

    Exit status 1 when they are not reached. `rag eval check`, `add` and `compare` look after cases and runs.
    """
    from rag import show_eval
    from rag.evaluate import gate, report
    from rag.evaluate.cases import load_set, project_sets

    settings = load_settings(home=home)
    sets = [load_set(cases, thresholds)] if cases else project_sets()
    if thresholds and not cases:
        sets = [load_set(s.path, thresholds, is_sample=s.is_sample) for s in sets]
    runs = [_evaluated(s, settings) for s in sets]
    kept = {s.name: gate.load_baseline(baseline or s.baseline, s.name) for s in sets}
    broken = {r.name: gate.breaks(r, kept[r.name]) for r in runs}
    for path, text in (
        (html, lambda: report.to_html(runs, broken, {s.name: s.cases for s in sets})),
        (markdown, lambda: report.to_markdown(runs, broken)),
        (junit, lambda: report.to_junit(runs, broken)),
    ):
        if path is not None:
            _write(path, text())
    show_eval.runs(runs, broken, as_json=as_json)
    if update_baseline:
        _update(sets, runs, kept, baseline, yes=yes)
        return
    if any(broken.values()):
        raise typer.Exit(1)


@app.command()
def check(cases: Cases = None, home: Home = None) -> None:
    """Find cases whose facts or evidence are not in the articles they name. Exit status 1 when there are any."""
    from rag import show_eval
    from rag.evaluate.author import check as problems_of
    from rag.evaluate.cases import load_set, opened, project_sets

    settings = load_settings(home=home)
    found: list[str] = []
    sets = [load_set(cases)] if cases else project_sets()
    for s in sets:
        with opened(s, settings) as corpus:
            found += [f"{s.path.name}: {problem}" for problem in problems_of(s.cases, corpus.articles())]
    show_eval.problems(found, sum(len(s.cases) for s in sets))
    if found:
        raise typer.Exit(1)


@app.command()
def add(
    cases: Annotated[Path, typer.Argument(metavar="FILE", hidden=True)],
    question: Annotated[str | None, typer.Argument(metavar="QUESTION", hidden=True)] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="What must stand in the answer: '13 October|Oct. 13'. May be repeated."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="fact, who, contested, multi-article, follow-up, time.")
    ] = None,
    feedback: Annotated[
        Path | None,
        typer.Option("--from-feedback", metavar="FILE", help="Make cases of answers that readers rated up."),
    ] = None,
    home: Home = None,
) -> None:
    """Make a case by asking, and add it to FILE.

    The answer's citations become its evidence, its sides the sides to be shown. FILE is made if there is none.
    """
    from rag import show_eval
    from rag.evaluate import author, load_cases
    from rag.sample import open_corpus

    if (question is None) == (feedback is None):
        raise RagError('name a question, as in `rag eval add cases.jsonl "Who denied it?"`, or --from-feedback FILE')
    taken = [c.id for c in load_cases(cases)] if cases.exists() else []
    with open_corpus(load_settings(home=home)) as corpus:
        if question is not None:
            made = author.case_of(corpus.ask(question), taken, fact or (), kind)
            author.append(cases, made)
            show_eval.added(made, checked=bool(fact))
            return
        assert feedback is not None
        for made, note in author.from_feedback(feedback, corpus, taken):
            if made is None:
                show.message(f"not added, tell its facts: {note}")
            else:
                author.append(cases, made)
                show_eval.added(made, checked=False)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", hidden=True)],
    after: Annotated[Path, typer.Argument(metavar="AFTER", hidden=True)],
    as_json: Json = False,
) -> None:
    """Compare two runs that `rag eval --json` wrote. Case by case, with a test of significance."""
    from rag import show_eval
    from rag.evaluate.compare import compare as compared
    from rag.evaluate.compare import load_run

    a, b = ({r["name"]: r for r in load_run(path)} for path in (before, after))
    both = [name for name in a if name in b]
    if not both:
        raise CaseError(f"{before} and {after} have no set of cases in common: {', '.join(a)} and {', '.join(b)}")
    show_eval.comparisons({name: compared(a[name], b[name]) for name in both}, as_json=as_json)


def _evaluated(of: "CaseSet", settings: Settings) -> "Evaluation":
    from rag.evaluate import evaluate
    from rag.evaluate.cases import opened

    with (
        show.working(f"Opening the articles of {of.name}"),
        opened(of, settings) as corpus,
        show.progress(f"Asking {of.name}") as progress,
    ):
        return evaluate(corpus, of.cases, of.thresholds, progress, known=of.known, name=of.name)


def _update(
    sets: "Sequence[CaseSet]", runs: "Sequence[Evaluation]", kept: dict[str, Any], baseline: Path | None, *, yes: bool
) -> None:
    from rag.evaluate import gate

    changed = {r.name: gate.changes(r, kept[r.name]) for r in runs}
    for name, lines in changed.items():
        for line in lines or ["nothing changes"]:
            show.message(f"{name}: {line}")
    if any(changed.values()) and (yes or typer.confirm("Write this baseline?", err=True)):
        for s, r in zip(sets, runs, strict=True):
            gate.keep_baseline(baseline or s.baseline, [r])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise RagError(f"{path} cannot be written: {e.strerror or e}") from e
