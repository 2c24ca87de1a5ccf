"""The command line. Data goes to stdout, messages to stderr; `--json` prints for programs.

Exit status: 0 done, a question answered, contested or declined; 1 what was checked is not in order (`eval`, `doctor`);
2 it could not be done; 3 declined, under `--fail-if-declined`; 130 interrupted.
Knows how to print things, not how to make them.
"""

import errno
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer import Argument, Option
from typer.core import TyperGroup

from rag import __version__, show
from rag.__main__ import stopped
from rag.cli_eval import Home, Json
from rag.cli_eval import app as eval_app
from rag.cli_models import app as models_app
from rag.cli_serve import serve
from rag.corpus import Corpus
from rag.errors import QuestionError, RagError
from rag.sample import open_corpus
from rag.settings import load_settings
from rag.types import Filter, Turn


class Commands(TyperGroup):
    """The commands; how they end when they are interrupted is decided before typer decides it."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            return result
        except KeyboardInterrupt:
            stopped()
        except BrokenPipeError:  # the reader of our output had enough: `rag list | head`
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def print_version(requested: bool) -> None:
    """Print the version and end."""
    if requested:
        print(f"rashomon {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def every_command(
    version: Annotated[
        bool, Option("--version", callback=print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask news articles a question: who said what, where and when, in their own words."""


def day_of(text: str) -> date:
    """A day as it is given: 2023-10-01."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day like 2023-10-01") from None


_DAY: dict[str, Any] = {"parser": day_of, "metavar": "YYYY-MM-DD"}
ArticleId = Annotated[str, Argument(metavar="ID", hidden=True)]
# Words, so that a question needs no quotation marks where the shell leaves its signs alone.
QuestionWords = Annotated[list[str], Argument(metavar="QUESTION", hidden=True)]
Publisher = Annotated[
    list[str] | None, Option(metavar="OUTLET", help="Only articles of this outlet. May be given several times.")
]
Tag = Annotated[
    list[str] | None, Option("--tag", metavar="TAG", help="Only articles with this tag; of several, with all.")
]
After = Annotated[date | None, Option(help="Only articles of this day or later.", **_DAY)]
AsOf = Annotated[
    date | None,
    Option("--as-of", help="Answer as on this day: leave out what was published later, and what has no date.", **_DAY),
]
Before = Annotated[date | None, Option(help="Only articles of this day or earlier.", **_DAY)]


@app.command()
def ingest(
    paths: Annotated[list[str] | None, Argument(metavar="PATH", hidden=True)] = None,
    rebuild: Annotated[bool, Option("--rebuild", help="Split and embed everything again, from the text kept.")] = False,
    prune: Annotated[
        bool, Option("--prune", help="Remove the articles of files that are gone from the folders.")
    ] = False,
    watch: Annotated[
        bool, Option("--watch", help="Keep on: ingest again whenever a file changes. Ctrl-C ends it.")
    ] = False,
    mapped: Annotated[
        str | None,
        Option("--map", metavar="OURS=THEIRS,…", help="Names of fields in JSON and CSV: title=Kopf,text=body.value"),
    ] = None,
    tags: Annotated[
        list[str] | None,
        Option("--tag", metavar="TAG", help="A tag for these articles: project=harbour. May be given several times."),
    ] = None,
    workers: Annotated[
        str | None,
        Option(
            "--workers",
            metavar="ADDRESS",
            help="Read and embed on these: a Dask scheduler (tcp://host:8786), or a number of processes here.",
        ),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read files, folders and addresses into the corpus. - is standard input; what is unchanged stays as it is."""
    if not paths and not rebuild:
        raise RagError("nothing to ingest: name files or folders, as in `rag ingest articles/`")
    fields = field_map_of(mapped)
    with Corpus.open(load_settings(home=home)) as corpus:
        for changed in watched(paths or []) if watch else [None]:
            with show.progress("Reading articles") as progress:
                report = corpus.ingest(
                    changed or paths or [],
                    rebuild=rebuild and not changed,
                    prune=prune,
                    field_map=fields,
                    tags=tags or (),
                    workers=workers,
                    progress=progress,
                )
            show.report(report, corpus.counts(), as_json=as_json)
            if report.of("failed") and not watch:
                raise typer.Exit(2)


@app.command()
def ask(
    question: QuestionWords,
    publisher: Publisher = None,
    tag: Tag = None,
    after: After = None,
    before: Before = None,
    as_of: AsOf = None,
    fail_if_declined: Annotated[
        bool, Option("--fail-if-declined", help="Exit with status 3 where nothing near was found.")
    ] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Answer a question: each sentence cited, and who disputes it."""
    with reading(home, " ".join(question)) as corpus:
        if corpus.model:
            show.message(str(corpus.model.destination))
            if not corpus.model.ready:
                show.message("The model is loaded for this question alone; `rag models serve` keeps it loaded.")
        answer = corpus.ask(" ".join(question), where=filter_of(publisher, tag, after, before, as_of))
        if as_of and (undated := corpus.undated()):
            left_out = f"{undated:,} article{'' if undated == 1 else 's'}"
            show.message(f"Left out: {left_out} of unknown date, which may be later.")
        show.notices(corpus.notices)
    show.answer(answer, as_json=as_json)
    if fail_if_declined and answer.verdict == "declined":
        raise typer.Exit(3)


@app.command()
def chat(
    publisher: Publisher = None, tag: Tag = None, after: After = None, before: Before = None, home: Home = None
) -> None:
    """Ask one question after another, each read with those before it. An empty line or Ctrl-D ends it."""
    with suppress(ImportError):
        # input() then has a history, and keys that move in the line.
        import readline  # noqa: F401  # pyright: ignore[reportUnusedImport]
    where, turns = filter_of(publisher, tag, after, before), list[Turn]()
    with reading(home) as corpus:
        if corpus.model:
            show.message(str(corpus.model.destination))
        while question := read_line("? "):
            try:
                answer = corpus.ask(question, turns, where)
            except QuestionError as e:
                show.message(f"rag: {e}")
                continue
            show.notices(corpus.notices)
            show.answer(answer, as_json=False)
            turns += [Turn("user", question), Turn("assistant", answer.text)]


@app.command()
def timeline(
    topic: Annotated[list[str], Argument(metavar="TOPIC", hidden=True)],
    publisher: Publisher = None,
    tag: Tag = None,
    after: After = None,
    before: Before = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List who said what on a topic, in the order of the days."""
    with reading(home, " ".join(topic)) as corpus:
        entries = corpus.timeline(" ".join(topic), filter_of(publisher, tag, after, before))
        show.notices(corpus.notices)
    show.timeline(entries, as_json=as_json)


@app.command()
def search(
    question: QuestionWords,
    k: Annotated[int, Option("-k", min=1, metavar="NUMBER", help="How many passages.")] = 8,
    publisher: Publisher = None,
    tag: Tag = None,
    after: After = None,
    before: Before = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show the passages nearest to a question."""
    with reading(home, " ".join(question)) as corpus:
        hits = corpus.search(" ".join(question), k, filter_of(publisher, tag, after, before))
        show.notices(corpus.notices)
    show.hits(hits, as_json=as_json)


@app.command("list")
def list_articles(
    publisher: Publisher = None,
    tag: Tag = None,
    after: After = None,
    before: Before = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List the articles, the newest first."""
    with reading(home) as corpus:
        show.articles(corpus.heads(filter_of(publisher, tag, after, before)), as_json=as_json)


@app.command("show")
def show_article(
    article_id: ArticleId,
    removed: Annotated[bool, Option("--removed", help="Show what was left out of the page, and why.")] = False,
    statements: Annotated[bool, Option("--statements", help="Show who says what in it.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show one article: what is known of it, and its text. ID: of `rag list`, or its beginning."""
    with reading(home) as corpus:
        if removed:
            show.removed(corpus.removed(article_id), as_json=as_json)
        elif statements:
            show.statements(corpus.article(article_id), corpus.statements(article_id), as_json=as_json)
        else:
            show.article(corpus.article(article_id), corpus.copies(article_id), as_json=as_json)


@app.command()
def edit(
    article_id: ArticleId,
    title: Annotated[str | None, Option(metavar="TEXT")] = None,
    publisher: Annotated[str | None, Option(metavar="TEXT")] = None,
    author: Annotated[str | None, Option(metavar="TEXT")] = None,
    published: Annotated[str | None, Option(metavar="YYYY-MM-DD")] = None,
    url: Annotated[str | None, Option(metavar="TEXT")] = None,
    language: Annotated[str | None, Option(metavar="TEXT")] = None,
    note: Annotated[str | None, Option(metavar="TEXT")] = None,
    tags: Annotated[str | None, Option(metavar="TAG,…")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Set fields of an article; what is set outlives a new ingest. An empty text takes a value away."""
    fields = {"title": title, "publisher": publisher, "author": author, "published": published, "url": url,
              "language": language, "note": note, "tags": tags}  # fmt: skip
    given = {name: value for name, value in fields.items() if value is not None}
    if not given:
        raise RagError(f"nothing to set: name a field, as in `rag edit {article_id} --published 2022-11-08`")
    with reading(home, to_change=True) as corpus:
        changed = corpus.edit(article_id, **given)
        show.article(changed, corpus.copies(changed.id), as_json=as_json, text=False)


@app.command()
def remove(article_id: ArticleId, home: Home = None) -> None:
    """Take an article out of the corpus. Its files stay where they are."""
    with reading(home, to_change=True) as corpus:
        gone = corpus.remove(article_id)
    show.message(f"removed {gone.id}: {show.line(gone.title)} ({show.line(gone.path)})")


@app.command()
def doctor(home: Home = None, as_json: Json = False) -> None:
    """Check the installation, the models and the indexes. Exit status 1 when something is wrong."""
    from rag.doctor import examine

    checks = examine(load_settings(home=home))
    show.checks(checks, as_json=as_json)
    if not all(c.ok for c in checks):
        raise typer.Exit(1)


app.command()(serve)
app.add_typer(eval_app, name="eval")
app.add_typer(models_app, name="models")


@app.command()
def mcp(home: Home = None) -> None:
    """Serve the corpus over the Model Context Protocol. On standard input and output."""
    from rag.integrations.mcp import make_server

    with reading(home) as corpus:
        make_server(lambda _: corpus).run("stdio")


@contextmanager
def reading(home: Path | None, question: str | None = None, *, to_change: bool = False) -> Generator[Corpus]:
    """The user's corpus; to read from also the sample, with word on stderr that it is."""
    settings = load_settings(home=home)
    if question is not None and not question.strip():
        raise RagError('the question is empty: ask one, as in `rag ask "Who denied it?"`')
    with show.working("Opening the corpus"):
        corpus = open_corpus(settings)
    with corpus:
        if corpus.is_sample:
            show.message(
                f"Nothing has been ingested in {settings.home} yet: this is the sample corpus, digests of "
                "five reports. `rag ingest PATH` takes your own articles."
            )
            if to_change:
                raise RagError("nothing has been ingested in this home, and the sample corpus stays as it is")
        yield corpus


def field_map_of(text: str | None) -> dict[str, str]:
    """The names of fields in `title=Kopf,text=body.value`, ours to theirs."""
    pairs = [pair.split("=", 1) for pair in (text or "").split(",") if pair.strip()]
    if any(len(pair) != 2 or not all(part.strip() for part in pair) for pair in pairs):
        raise RagError(f"--map {text!r} is not of the form title=Kopf,text=body.value")
    return {ours.strip(): theirs.strip() for ours, theirs in pairs}


def read_line(prompt: str) -> str:
    """The next line of standard input; empty at its end. What is not typed here is shown under the prompt."""
    try:
        line = input(prompt if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""
    if line and not sys.stdin.isatty():
        sys.stdout.write(f"{prompt}{show.line(line)}\n\n")
    return line


def watched(paths: Sequence[str]) -> Iterator[list[Path] | None]:
    """None for the first round, then the folders and files in which something changed, whenever it does."""
    from watchfiles import watch

    yield None
    show.message("Watching for changes; Ctrl-C ends it.")
    folders = [Path(p) for p in paths]
    for changes in watch(*folders, raise_interrupt=True):
        changed = [Path(path).resolve() for _, path in changes]
        yield [p for p in folders if any(c == p.resolve() or p.resolve() in c.parents for c in changed)]


def filter_of(
    outlets: list[str] | None, tags: list[str] | None, after: date | None, *before: date | None
) -> Filter | None:
    """The filter that the options make, None for none; of several days before which, the earliest."""
    latest = min((day for day in before if day), default=None)
    given = Filter(publisher=tuple(outlets or ()) or None, tag=tuple(tags or ()) or None, after=after, before=latest)
    return given or None


def main(args: Sequence[str] | None = None) -> Any:
    """Run the command line; every expected error ends in one line on stderr and exit status 2."""
    show.replace_what_is_lacking()
    try:
        app(args=list(args) if args is not None else None)
    except RagError as e:
        show.message(f"rag: {e}")
        sys.exit(2)
    except OSError as e:
        what_to_do = ": make room and do the same again, what was written is kept" if e.errno == errno.ENOSPC else ""
        show.message(f"rag: {e.filename or 'a file'}: {e.strerror or e}{what_to_do}")
        sys.exit(2)
