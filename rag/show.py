"""Things printed for people on a terminal, or as JSON for programs.

Used by the command line only. Data to stdout, messages and progress to stderr.
"""

import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from rag.answer.cite import as_markdown, attribution
from rag.jsonform import answer_to_dict, article_to_dict, entry_to_dict, hit_to_dict
from rag.types import Answer, Article, Entry, Hit, IngestReport, Statement

if TYPE_CHECKING:
    from rag.doctor import Check
    from rag.llm.offers import Offer, Proposal, Recommended

_STATUSES = ("added", "changed", "unchanged", "duplicate", "removed", "skipped", "failed")
_REASONS_SHOWN = 20
_ROWS = 500  # of a list, printed at a time
_WIDE = 120  # columns of a terminal with room for files' names too


# What a terminal would obey and not show: the control characters but tab and line end, and the signs that turn the
# direction of what follows ("gpj.exe" for "exe.jpg"); and halves of characters, which file names may hold.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    r"""A text with what a terminal would obey written out: `\x1b[2J`. Line ends and tabs stay."""
    return _OBEYED.sub(lambda found: ascii(found[0])[1:-1], text)


def line(name: str) -> str:
    """The name of a file, a title, an outlet: as `visible`, in one line."""
    return visible(name).replace("\n", "\\n").replace("\t", "\\t")


class _Visible(Console):
    """A console that writes out, whatever it is given, what the terminal would obey; its own colours stay."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Pieces of text with their style."""
        for piece in super().render(renderable, options):
            yield piece if piece.control else Segment(visible(piece.text), piece.style)

    def on_broken_pipe(self) -> None:
        """Leave it to the command, which ends as a success: its reader has what it asked for."""
        raise


def output() -> Console:
    """Standard output for people."""
    # Piped, lines are left as long as they are: a program or `grep` wants them whole.
    return _Visible(file=sys.stdout, width=None if sys.stdout.isatty() else 10_000, highlight=False)


@contextmanager
def paged() -> Generator[Console]:
    """Standard output for people; what is longer than their terminal goes through a pager (PAGER, or less)."""
    console = output()
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield console
        return
    with console.capture() as captured:
        yield console
    text = captured.get()
    pager = shlex.split(os.environ.get("PAGER") or "less")
    if text.count("\n") < console.height or not pager or not shutil.which(pager[0]):
        sys.stdout.write(text)
        return
    # As git runs it: colours stay, and what fits the screen after all ends at once.
    subprocess.run(pager, input=text.encode(errors="replace"), env={"LESS": "FRX"} | os.environ, check=False)


def print_table(table: Table, console: Console | None = None, *, headings: bool = False) -> None:
    """A table as wide as the terminal; piped, a line a row, its cells apart by tabs, its headings only if wanted."""
    if sys.stdout.isatty():
        (console or output()).print(table)
        return
    rows = [*zip(*(column.cells for column in table.columns), strict=True)]
    for cells in [[column.header for column in table.columns], *rows] if headings else rows:
        sys.stdout.write("\t".join(line(str(cell)) for cell in cells) + "\n")


def _err() -> Console:
    return _Visible(file=sys.stderr, highlight=False, soft_wrap=True)


def message(text: str) -> None:
    """A line for people, on stderr."""
    _err().print(Text(visible(text)))


def notices(texts: Sequence[str]) -> None:
    """What a user should know of how the answer was made."""
    for text in texts:
        message(f"Note: {text}; the answer is complete all the same.")


@contextmanager
def working(text: str) -> Generator[None]:
    """A line with a spinner on stderr while something takes its time; nothing when stderr is no terminal."""
    with _err().status(text):
        yield


@contextmanager
def progress(text: str) -> Generator[Callable[[int, int, str], None]]:
    """A progress bar on stderr: call it with (done, in all, what)."""
    columns = (
        TextColumn(text),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}", markup=False),
    )
    console = _err()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=what[-40:])

        yield advance


def as_json_text(value: Any) -> None:
    """JSON on stdout; what its encoding lacks, and what a terminal would obey, in JSON's own escapes."""
    whole = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not whole, indent=2)
    sys.stdout.write(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def replace_what_is_lacking() -> None:
    """Have characters that the terminal's encoding lacks replaced: a question mark is better than a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def answer(given: Answer, *, as_json: bool) -> None:
    """An answer with its sources."""
    if as_json:
        as_json_text(answer_to_dict(given))
        return
    with paged() as console:
        console.print(Markdown(given.text) if sys.stdout.isatty() else Text(given.text))
        console.print()
        for constraint in given.constraints:
            console.print(Text(f"From the question: {constraint}", style="dim"))
        for cited in given.citations_by_article:
            numbers = "".join(f"[{c.number}]" for c in cited)
            pages = ", ".join(str(page) for page in dict.fromkeys(c.page for c in cited) if page)
            where = line(cited[0].path) + (f", page {pages}" if pages else "")
            console.print(Text(f"{numbers} {line(cited[0].title)}"), Text(where, style="dim"), sep="\n    ")
            for c in cited:
                if as_markdown(c.quote) not in given.text:  # a model tells it in other words
                    console.print(Text(f"    [{c.number}] “{line(c.quote)}”"))
    for sentence in given.unsupported:
        message(f"Not in the articles, so left out: {sentence}")
    for notice in given.notices:
        message(f"Note: {notice}")


def timeline(entries: Sequence[Entry], *, as_json: bool) -> None:
    """Who said what on which day, a row each."""
    if as_json:
        as_json_text([entry_to_dict(e) for e in entries])
        return
    with paged() as console:
        for e in entries:
            speaker = line(f"{e.speaker} (according to {e.via})" if e.via else e.speaker)
            day, words, where = map(line, (e.said_on, " ".join(e.citation.quote.split()), attribution(e.citation)))
            if sys.stdout.isatty():  # one below another, which no width breaks up
                console.print(Text(f"{day}  {speaker} {e.stance}", style="bold"))
                console.print(Text(words), Text(f"{where}\n", style="dim"), sep="\n")
            else:
                sys.stdout.write("\t".join((day, speaker, e.stance, words, where)) + "\n")
    message(f"{len(entries):,} statements; a day in brackets is that of the article's publication")


def hits(found: Sequence[Hit], *, as_json: bool) -> None:
    """Passages, each with where it is from."""
    if as_json:
        as_json_text([hit_to_dict(h) for h in found])
        return
    with paged() as console:
        for rank, h in enumerate(found, 1):
            where = f"{h.article.publisher or 'outlet unknown'}, {h.article.published or 'date unknown'}"
            console.print(Text(line(f"{rank}. {h.article.title} ({where})"), style="bold"))
            console.print(Text(h.passage.text))
            page = f", page {number}" if (number := h.article.page(h.passage.start)) else ""
            console.print(Text(f"{line(h.article.path)}{page}  {h.passage.id}  score {h.score:.4f}\n", style="dim"))


def articles(found: Iterable[Article], *, as_json: bool) -> None:
    """Articles, a row each; of many some are shown while the rest are read. A narrow terminal shows no files."""
    if as_json:
        as_json_text([article_to_dict(a) for a in found])
        return
    number, rest = 0, iter(found)
    with paged() as console:
        headings = ("id", "published", "outlet", "title", "file")[: 5 if console.width >= _WIDE else 4]
        while some := list(islice(rest, _ROWS)):
            table = Table(box=None, pad_edge=False)
            for heading in headings:
                table.add_column(heading, no_wrap=heading in ("id", "published"), overflow="fold")
            for a in some:
                shown = (a.id, str(a.published or "unknown"), a.publisher or "unknown", a.title, a.path)
                table.add_row(*map(Text, map(line, shown[: len(headings)])))
            print_table(table, console)
            number += len(some)
    message(f"{number:,} article{'' if number == 1 else 's'}")


def article(found: Article, copies: Sequence[Article], *, as_json: bool, text: bool = True) -> None:
    """One article: each field with where it was found, its copies elsewhere, its text."""
    if as_json:
        as_json_text(article_to_dict(found, text=text) | {"copies": [a.id for a in copies]})
        return
    with paged() as console:
        for name, value in article_to_dict(found).items():
            if value not in (None, ()) and name not in ("provenance", "captions", "story", "pages"):
                origin = found.provenance.get(name)
                console.print(Text(f"{name:15} {line(str(value))}"), Text(f"({origin})" if origin else "", style="dim"))
        for copy in copies:
            console.print(Text(line(f"{'same story':15} {copy.id} {copy.publisher or 'outlet unknown'}: {copy.title}")))
        if text:
            console.print()
            console.print(Text(found.text))


def removed(pieces: Sequence[tuple[str, str]], *, as_json: bool) -> None:
    """What was left out of a page, each piece with the sign by which it was known."""
    if as_json:
        as_json_text([{"text": text, "reason": reason} for text, reason in pieces])
        return
    with paged() as console:
        for text, reason in pieces:
            console.print(Text(text), Text(f"({reason})", style="dim"))
    message(f"{len(pieces):,} pieces left out" if pieces else "Nothing was left out of this article.")


def statements(of: Article, reported: Sequence[Statement], *, as_json: bool) -> None:
    """Who says what in an article: a table, or everything that is known of each statement, its words beside."""
    words = [" … ".join(of.text[start:end] for start, end in s.content) for s in reported]
    if as_json:
        as_json_text([asdict(s) | {"text": said} for s, said in zip(reported, words, strict=True)])
        return
    table = Table("who", "stance", "what", box=None, pad_edge=False)
    for s, said in zip(reported, words, strict=True):
        who = f"{s.speaker}, according to {s.via}" if s.via else s.speaker
        table.add_row(Text(line(who)), s.stance, Text(said))
    with paged() as console:
        print_table(table, console)
    message(f"{len(reported):,} statements")


def report(done: IngestReport, counts: dict[str, int], *, as_json: bool) -> None:
    """What became of the files of an ingest, and why some were left out."""
    if as_json:
        as_json_text(asdict(done) | {"counts": counts})
    else:
        table = Table(box=None, pad_edge=False)
        table.add_column("files")
        table.add_column("", justify="right")
        for status in _STATUSES:
            if done.of(status) or status in ("added", "unchanged", "changed", "skipped"):
                table.add_row(status, f"{len(done.of(status)):,}")
        print_table(table)
    explained = [r for r in done.results if r.reason and (r.status != "skipped" or len(done.results) < _REASONS_SHOWN)]
    explained.sort(key=lambda r: r.status in ("added", "changed"))  # their notes come last
    for r in explained[:_REASONS_SHOWN]:
        message(f"{r.status}: {line(r.path)}: {r.reason}")
    if len(explained) > _REASONS_SHOWN:
        message(f"… and {len(explained) - _REASONS_SHOWN:,} more; --json lists them all")
    for notice in done.notices:
        message(f"Note: {notice}; what is new is found by exact search until then.")
    articles, passages = counts["articles"], counts["passages"]
    held = f"{articles:,} article{'s'[: articles != 1]} with {passages:,} passage{'s'[: passages != 1]}"
    message(f"{held}, {done.seconds:.1f} s")


def checks(found: "Sequence[Check]", *, as_json: bool) -> None:
    """What `rag doctor` found."""
    if as_json:
        as_json_text([asdict(c) for c in found])
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for c in found:
        table.add_row(Text("ok" if c.ok else "NO", style="green" if c.ok else "bold red"), c.name, Text(c.detail))
        if not c.ok and c.fix:
            table.add_row("", "", Text(f"→ {c.fix}", style="bold"))
    print_table(table)


def proposals(found: "Sequence[Proposal]") -> None:
    """Models to choose from, by number."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for number, p in enumerate(found, 1):
        where = f"sends text to {p.leaves}" if p.leaves else "on this machine"
        table.add_row(Text(f"{number}"), Text(p.offer.name), Text(where), Text(p.offer.detail))
    print_table(table)


def proposals_as_data(found: "Sequence[Proposal]") -> list[dict[str, Any]]:
    """The same, for programs."""
    return [asdict(p.offer) | {"leaves": p.leaves, "to_fetch": p.fetched is not None} for p in found]


def models(found: "Sequence[Offer]", recommended: "Sequence[Recommended]", *, as_json: bool) -> None:
    """Settings for `llm`, usable ones first, and the local models worth having."""
    if as_json:
        as_json_text({"models": [asdict(o) for o in found], "recommended": [asdict(r) for r in recommended]})
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    for offer in sorted(found, key=lambda o: not o.usable):
        table.add_row(Text("ok" if offer.usable else "–"), Text(offer.setting), Text(offer.detail))
    print_table(table)
    for r in recommended:
        message(f"For {r.memory} GB of memory: {r.file} ({r.licence}), `rag models pull --memory {r.memory}`")
