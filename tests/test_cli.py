"""The command line: data on stdout, messages on stderr, exit statuses, and what goes wrong in one line.

What needs a process of its own (signals, pipes, imports, terminals) has one; the rest calls `main`.
"""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from rag import Corpus, Settings
from rag.cli import main
from rag.corpus import CATALOG_FILE
from rag.index.catalog import Catalog
from tests.conftest import STORIES, write_file

Write = Callable[..., Path]
FERRY, STRIKE = STORIES["ferry.md"][0], STORIES["strike.md"][0]
QUESTION = "How many crates of oranges did divers count?"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Ended]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Runs a command in this process, in `tmp_path`: `call("ask", "…", input="…", encoding="ascii")`."""
    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path, input: str = "", encoding: str = "utf-8") -> Ended:
        given, out, err = (io.TextIOWrapper(io.BytesIO(data), encoding) for data in (input.encode(), b"", b""))
        with monkeypatch.context() as patch:
            for name, stream in (("stdin", given), ("stdout", out), ("stderr", err)):
                patch.setattr(sys, name, stream)
            code: Any = 0
            try:
                main([str(a) for a in args])
            except SystemExit as e:
                code = e.code or 0
        for stream in (out, err):
            stream.flush()
        return Ended(code, *(stream.buffer.getvalue().decode(encoding) for stream in (out, err)))  # pyright: ignore

    return run


def made(folder: Path) -> Path:
    """A home in `folder` with the two articles of `folder/in`, made with the default model."""
    for name in ("ferry.md", "strike.md"):
        text, fields = STORIES[name]
        write_file(folder, f"in/{name}", text, **fields)
    with Corpus.open(Settings(home=folder / "mine")) as corpus:
        corpus.ingest([folder / "in"])
    return folder / "mine"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two articles, which tests only read."""
    return made(tmp_path_factory.mktemp("home"))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A home with two articles for one test, which may change it."""
    return made(tmp_path)


# Every command


def test_ingest_counts_and_goes_on_after_a_bad_file(call: Call, write: Write, tmp_path: Path) -> None:
    write("in/ferry.md", FERRY)
    first = call("ingest", "in", "--home", "mine")
    assert (first.code, first.out.split()) == (0, "added 1 changed 0 unchanged 0 skipped 0".split())
    assert "1 article with 1 passage," in first.err
    again = call("ingest", "in", "--home", "mine", "--json")
    assert [r["status"] for r in again.json["results"]] == ["unchanged"]
    assert again.json["counts"]["articles"] == 1
    (tmp_path / "in" / "empty.txt").touch()
    write("in/strike.md", STRIKE)
    broken = call("ingest", "in", "--home", "mine", "--json")
    assert broken.code == 2
    assert {Path(r["path"]).name: r["status"] for r in broken.json["results"]} == {
        "empty.txt": "failed",
        "ferry.md": "unchanged",
        "strike.md": "added",
    }
    assert "empty.txt" in broken.err
    assert len(call("list", "--home", "mine", "--json").json) == 2


def test_ingest_rebuild_needs_no_path(call: Call, own: Path) -> None:
    before = call("ask", QUESTION, "--home", own, "--json").json
    rebuilt = call("ingest", "--rebuild", "--home", own, "--json")
    assert rebuilt.code == 0
    assert rebuilt.json["counts"] | {"articles": 2, "unembedded": 0, "pending": 0} == rebuilt.json["counts"]
    assert call("ask", QUESTION, "--home", own, "--json").json["citations"] == before["citations"]


def test_ask_prints_the_answer_and_its_sources(call: Call, home: Path) -> None:
    ended = call("ask", QUESTION, "--home", home)
    assert ended.code == 0
    assert ended.err == ""
    assert ended.out.startswith(
        "Divers counted 340 crates of oranges on the sea floor. [1] — Veldt Gazette, 1 March 2024"
    )
    assert "[1] Ferry aground" in ended.out
    assert str(home.parent / "in" / "ferry.md") in ended.out


def test_ask_of_the_sample_says_on_stderr_that_it_is(call: Call) -> None:
    ended = call("ask", "How many containers does Kirby say were handed over to Russia?", "--json")
    assert ended.code == 0
    assert any("1,000 containers" in c["quote"] for c in ended.json["citations"])
    assert "sample corpus" in ended.err
    # Another test's corpus may hold the sample's index meanwhile, which is said too.
    assert [line for line in ended.err.splitlines() if "another process" not in line] == ended.err.splitlines()[:1]


def test_filters(call: Call, home: Path) -> None:
    strike = ("--publisher", "osterby post", "--home", home)
    for options, title in [
        (strike, "Bakers strike"),
        (("--after", "2024-03-15", "--home", home), "Bakers strike"),
        (("--before", "2024-03-15", "--home", home), "Ferry aground"),
    ]:
        assert [a["title"] for a in call("list", *options, "--json").json] == [title]
    assert {h["title"] for h in call("search", "the ferry", *strike, "--json").json} == {"Bakers strike"}
    assert {c["title"] for c in call("ask", "What of the ferry?", *strike, "--json").json["citations"]} == {
        "Bakers strike"
    }
    assert len(call("list", "--publisher", "Veldt Gazette", *strike, "--json").json) == 2
    unknown = call("ask", QUESTION, "--publisher", "Nowhere Times", "--home", home)
    assert unknown.code == 2
    assert "Nowhere Times" in unknown.err and "Osterby Post" in unknown.err


def test_search_list_show_remove(call: Call, own: Path) -> None:
    hits = call("search", QUESTION, "-k", "1", "--home", own, "--json").json
    assert [h["title"] for h in hits] == ["Ferry aground"]
    assert "Ferry aground" in call("search", QUESTION, "--home", own).out
    listed = call("list", "--home", own)
    assert "Veldt Gazette" in listed.out and "2 articles" in listed.err
    id = hits[0]["article_id"]
    shown = call("show", id[:8], "--home", own)
    assert FERRY in shown.out and shown.err == ""
    assert call("show", id, "--home", own, "--json").json["text"] == FERRY
    removed = call("remove", id, "--home", own)
    assert (removed.code, removed.out) == (0, "")
    assert "Ferry aground" in removed.err
    assert [a["title"] for a in call("list", "--home", own, "--json").json] == ["Bakers strike"]
    for command in ("show", "remove"):
        gone = call(command, id, "--home", own)
        assert gone.code == 2
        assert gone.err.splitlines() == [f"rag: there is no article with the id {id!r}: `rag list` shows the ids"]


def test_edit_sets_fields_for_good(call: Call, own: Path, tmp_path: Path) -> None:
    id = call("search", QUESTION, "-k", "1", "--home", own, "--json").json[0]["article_id"]
    edited = call("edit", id[:8], "--published", "2022-11-08", "--author", "Ada", "--home", own)
    assert edited.code == 0
    assert "2022-11-08" in edited.out and "Ada" in edited.out and FERRY not in edited.out
    assert call("edit", id, "--title", "Ferry", "--home", own, "--json").json["title"] == "Ferry"
    (tmp_path / "in" / "ferry.md").write_text(f"---\ntitle: Other\nauthor: Bob\n---\n{FERRY} It sank.")
    assert call("ingest", "in", "--home", own).code == 0
    (found,) = (a for a in call("list", "--home", own, "--json").json if a["title"] == "Ferry")
    assert (found["published"], found["author"]) == ("2022-11-08", "Ada")


def test_the_sample_stays_as_it_is(call: Call) -> None:
    id = call("list", "--json").json[0]["id"]
    for command in (("edit", id, "--note", "x"), ("remove", id)):
        ended = call(*command)
        assert ended.code == 2 and "sample" in ended.err
    assert len(call("list", "--json").json) == 5


def test_show_statements_says_who_says_what(call: Call, write: Write) -> None:
    write("in/ferry.txt", "The ferry ran aground.\n\n“It was dark,” said Ann Poe. She denied that the crew had slept.")
    assert call("ingest", "in", "--home", "mine").code == 0
    id = call("list", "--home", "mine", "--json").json[0]["id"]
    shown = call("show", id, "--statements", "--home", "mine").out
    assert "Ann Poe" in shown and "denies" in shown and "that the crew had slept" in shown
    told = call("show", id, "--statements", "--home", "mine", "--json").json
    assert [(s["speaker"], s["stance"]) for s in told] == [("Ann Poe", "asserts"), ("Ann Poe", "denies")]
    assert told[0]["text"] == "“It was dark,”" and told[0]["direct"]


def test_show_removed_says_what_was_left_out_and_why(call: Call, write: Write) -> None:
    write("in/ferry.txt", f"Share\n\nFerry aground\n\n{FERRY}\n\n© 2024 Veldt Gazette. All rights reserved.")
    assert call("ingest", "in", "--home", "mine").code == 0
    id = call("list", "--home", "mine", "--json").json[0]["id"]
    shown = call("show", id, "--removed", "--home", "mine")
    assert "All rights reserved." in shown.out and FERRY not in shown.out
    assert "All rights" not in call("show", id, "--home", "mine").out


def test_ingest_of_standard_input(call: Call) -> None:
    for status in ("added", "unchanged"):
        ended = call("ingest", "-", "--home", "mine", "--json", input=FERRY)
        assert ended.code == 0, ended.err
        assert [(r["path"], r["status"]) for r in ended.json["results"]] == [("standard input", status)]
    strike = json.dumps({"title": "Bakers strike", "text": STRIKE})
    assert call("ingest", "-", "--home", "mine", input=strike).code == 0
    assert len(call("list", "--home", "mine", "--json").json) == 2
    empty = call("ingest", "-", "--home", "mine")
    assert empty.code == 2 and "standard input: is empty" in empty.err


def test_ingest_maps_the_names_of_fields(call: Call, write: Write) -> None:
    write("a.jsonl", json.dumps({"Kopf": "Ferry aground", "body": {"value": FERRY}}) + "\n")
    ended = call("ingest", "a.jsonl", "--map", "title=Kopf, text=body.value", "--home", "mine", "--json")
    assert ended.code == 0, ended.err
    assert [a["title"] for a in call("list", "--home", "mine", "--json").json] == ["Ferry aground"]


def test_ingest_prune_removes_what_is_gone(call: Call, own: Path, tmp_path: Path) -> None:
    (tmp_path / "in" / "ferry.md").unlink()
    pruned = call("ingest", "in", "--prune", "--home", own)
    assert pruned.code == 0
    assert ["removed", "1"] in [line.split() for line in pruned.out.splitlines()]
    assert "ferry.md" in pruned.err
    assert [a["title"] for a in call("list", "--home", own, "--json").json] == ["Bakers strike"]


def started(folder: Path, *args: str) -> "subprocess.Popen[bytes]":
    """A command that runs beside the test, in `folder`, and that Ctrl-C ends.

    A shell that runs the tests in the background makes its processes deaf to Ctrl-C.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "rag", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def held(home: Path, least: int = 0, process: "subprocess.Popen[bytes] | None" = None) -> int:
    """How many articles a home holds: at least so many, for which it waits while the process runs."""
    deadline, found = time.monotonic() + 120, 0
    while True:
        if (home / CATALOG_FILE).exists():
            with closing(Catalog(home / CATALOG_FILE)) as catalog:
                found = catalog.counts()["articles"]
        if found >= least or process is None or process.poll() is not None or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def test_ingest_watch_takes_what_changes_until_it_is_stopped(tmp_path: Path, write: Write) -> None:
    write("in/ferry.md", FERRY, title="Ferry aground")
    home = tmp_path / "mine"
    with started(tmp_path, "ingest", "in", "--watch", "--home", "mine") as process:
        assert process.stderr
        try:
            held(home, 1, process)
            for line in process.stderr:
                if b"Watching" in line:
                    break
            time.sleep(1)  # the watch begins after it was announced
            write("in/strike.md", STRIKE, title="Bakers strike")
            held(home, 2, process)
        finally:
            process.send_signal(signal.SIGINT)
        err = process.stderr.read().decode()
        process.wait(60)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert held(home) == 2


def test_doctor_is_content_with_what_is_in_order(call: Call, home: Path) -> None:
    ended = call("doctor", "--home", home)
    assert (ended.code, ended.err) == (0, "")
    assert "all-MiniLM-L6-v2" in ended.out


def test_doctor_finds_another_models_index(call: Call, corpus: Corpus, write: Write) -> None:
    corpus.ingest([write("ferry.md", FERRY)])
    corpus.close()
    ended = call("doctor", "--home", corpus.settings.home, "--json")
    assert ended.code == 1
    assert any("rag ingest --rebuild" in c["detail"] for c in ended.json if not c["ok"])
    asked = call("ask", QUESTION, "--home", corpus.settings.home)
    assert asked.code == 2
    assert "rag ingest --rebuild" in asked.err


CASE = {"id": "crates", "question": QUESTION, "kind": "fact", "facts": [["340"]], "articles": ["ferry.md"]}


def test_eval_of_cases_of_ones_own(call: Call, home: Path, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")
    (tmp_path / "thresholds.json").write_text('{"fact_recall": 1.0}')
    ended = call("eval", "cases.jsonl", "--home", home)
    assert ended.code == 0
    assert "fact_recall" in ended.out and "1 cases" in ended.err
    (tmp_path / "wrong.jsonl").write_text(json.dumps(CASE | {"facts": [["999"]]}) + "\n")
    below = call("eval", "wrong.jsonl", "--home", home)
    assert below.code == 1
    assert below.out.startswith("FAILED wrong: fact_recall")
    assert "not good enough: fact_recall" in below.err
    (tmp_path / "high.json").write_text('{"fact_recall": 1.1}')
    high = call("eval", "cases.jsonl", "--thresholds", "high.json", "--home", home)
    assert (high.code, high.out) == (2, "")
    assert "high.json" in one_line(high.err) and "between 0 and 1" in high.err


def test_eval_of_files_that_are_not_there_or_malformed(call: Call, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text("{not json\n")
    (tmp_path / "fcats.json").write_text('{"fcats": 0.9}')
    for arguments, told in (
        (("nowhere.jsonl",), "nowhere.jsonl"),
        (("cases.jsonl",), "cases.jsonl, line 1"),
        (("--thresholds", "nowhere.json"), "nowhere.json"),
        (("--thresholds", "fcats.json"), "fcats"),
    ):
        ended = call("eval", *arguments)
        assert (ended.code, ended.out) == (2, "") and told in ended.err, arguments


def test_eval_reports_and_baseline(call: Call, home: Path, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE) + "\n")
    options = ("--html", "r.html", "--markdown", "r.md", "--junit", "r.xml", "--home", home)
    ended = call("eval", "cases.jsonl", *options, "--update-baseline", "--yes")
    assert ended.code == 0
    assert "fact_recall: none → 1.000" in ended.err
    assert json.loads((tmp_path / "baseline.json").read_text())["cases"]["scores"]["fact_recall"] == 1
    assert "crates" in (tmp_path / "r.html").read_text()
    assert "| fact_recall | 1.000 |" in (tmp_path / "r.md").read_text()
    assert ElementTree.parse(tmp_path / "r.xml").getroot()[0].get("failures") == "0"
    again = call("eval", "cases.jsonl", "--update-baseline", "--home", home)
    assert again.code == 0 and "nothing changes" in again.err
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASE | {"facts": [["999"]]}) + "\n")
    worse = call("eval", "cases.jsonl", "--home", home)
    assert worse.code == 1
    assert "down from the baseline's 1.000: crates" in worse.out.splitlines()[0]


def test_eval_check_add_and_compare(call: Call, home: Path, tmp_path: Path) -> None:
    added = call("eval", "add", "cases.jsonl", QUESTION, "--fact", "340|three hundred and forty", "--home", home)
    assert added.code == 0
    assert json.loads((tmp_path / "cases.jsonl").read_text())["articles"] == ["ferry.md"]
    assert call("eval", "check", "cases.jsonl", "--home", home).code == call("eval", "check").code == 0
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(call("eval", "cases.jsonl", "--json", "--home", home).out)
    compared = call("eval", "compare", "a.json", "b.json")
    assert compared.code == 0 and "fact_recall" in compared.out
    assert call("eval", "compare", "a.json", "cases.jsonl").code == 2
    (tmp_path / "wrong.jsonl").write_text(json.dumps(CASE | {"facts": [["999"]]}) + "\n")
    checked = call("eval", "check", "wrong.jsonl", "--home", home)
    assert checked.code == 1
    assert "wrong.jsonl: crates: facts: 999 stands in none of its articles" in checked.out


def test_eval_adds_what_readers_rated_up(call: Call, home: Path, tmp_path: Path) -> None:
    rows = [{"rating": "up", "question": QUESTION, "note": "yes"}, {"rating": "down", "question": "Why?", "note": "no"}]
    (tmp_path / "feedback.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    ended = call("eval", "add", "cases.jsonl", "--from-feedback", "feedback.jsonl", "--home", home)
    assert ended.code == 0
    (case,) = (tmp_path / "cases.jsonl").read_text().splitlines()
    assert json.loads(case)["note"] == "yes"
    assert "not added, tell its facts: Why? (no)" in ended.err
    (tmp_path / "feedback.jsonl").write_text("{}\n")
    wrong = call("eval", "add", "cases.jsonl", "--from-feedback", "feedback.jsonl", "--home", home)
    assert wrong.code == 2 and "feedback.jsonl, line 1" in wrong.err


# What goes wrong


def one_line(stderr: str) -> str:
    """The one message on stderr; an ingest's closing count may stand below it."""
    lines = [line for line in stderr.splitlines() if not re.match(r"[\d,]+ articles? with ", line)]
    assert len(lines) == 1, stderr
    assert "Traceback" not in stderr
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("ask", "  "), ("question is empty", "rag ask")),
        (("ask", "Who denied it?", "--home", "mine"), ("mine is empty", "rag ingest")),
        (("ingest", "photo.txt"), ("photo.txt", "save it as")),
        (("ingest", "nowhere/ferry.md"), ("nowhere/ferry.md", "check the path")),
        (("ingest", "ferry.md", "--home", "file/home"), ("file/home", "--home or RAG_HOME")),
        (("ingest", "ferry.md", "--home", "file"), ("file", "--home or RAG_HOME")),
    ],
)
def test_a_bad_input_is_one_line(
    arguments: tuple[str, ...], told: tuple[str, ...], call: Call, write: Write, tmp_path: Path
) -> None:
    write("ferry.md", FERRY)
    (tmp_path / "file").touch()
    (tmp_path / "photo.txt").write_bytes(bytes(range(256)) * 4)
    ended = call(*arguments)
    assert ended.code == 2
    assert all(part in one_line(ended.err) for part in told)


def test_a_model_that_is_not_there(call: Call, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = home.parent / "no-model"
    monkeypatch.setenv("RAG_EMBEDDER", str(missing))
    ended = call("ask", QUESTION, "--home", home)
    assert (ended.code, ended.out) == (2, "")
    (only,) = ended.err.splitlines()
    assert str(missing) in only and "RAG_EMBEDDER" in only
    doctor = call("doctor", "--home", home, "--json")
    assert doctor.code == 1
    assert any("RAG_EMBEDDER" in c["fix"] for c in doctor.json if not c["ok"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("frobnicate",), "Usage"),
        (("ask", "Who?", "--no-such-option"), "Usage"),
        (("ask", QUESTION, "--after", "2023-13-01"), "--after': '2023-13-01' is not a day like 2023-10-01"),
        (("ingest",), "rag ingest"),
        *((("ingest", "a.jsonl", "--map", text), "title=Kopf") for text in ("title=", "=Kopf", "title=K,text")),
        (("edit", "ID"), "nothing to set"),
        (("edit", "ID", "--published", "2022-13-01"), "2022-13-01"),
        (("edit", "nobody", "--note", "x"), "there is no article with the id 'nobody': `rag list` shows the ids"),
    ],
)
def test_what_cannot_be_done_is_told_and_changes_nothing(
    arguments: tuple[str, ...], told: str, call: Call, home: Path
) -> None:
    before = call("list", "--home", home, "--json").json
    ended = call(*(before[0]["id"] if a == "ID" else a for a in arguments), "--home", home)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err and "Traceback" not in ended.err
    assert call("list", "--home", home, "--json").json == before


# Processes


def test_a_question_imports_nothing_heavy(tmp_path: Path, sample: Corpus) -> None:
    script = (
        "import sys; from rag.cli import main\n"
        "try: main(['ask', 'How many containers does Kirby say were handed over to Russia?'])\n"
        "except SystemExit as e: assert not e.code\n"
        "heavy = {'torch', 'gradio', 'llama_index', 'trafilatura', 'sentence_transformers', 'transformers'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    offline = str(Path(__file__).parent / "offline")
    environment = os.environ | {"PYTHONPATH": offline}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert "1,000 containers" in ended.stdout, ended.stderr
    assert ended.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_reader_that_has_enough_is_no_error(size: int, corpus: Corpus, write: Write, tmp_path: Path) -> None:
    corpus.ingest([write("long.txt", "The ferry ran aground. " * (size // 20 + 1))])
    (article,) = corpus.articles()
    with started(tmp_path, "show", article.id, "--home", str(corpus.settings.home)) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        err = process.stderr.read().decode()
        process.wait(60)
    assert (process.returncode, err) == (0, "")


def test_an_interrupted_ingest_keeps_what_it_has(tmp_path: Path, write: Write, call: Call) -> None:
    for n in range(200):
        write(f"in/{n:03}.txt", f"Town {n} has a ferry. " + f"It carries {n} goats over the sound of Veldt. " * 30)
    home = tmp_path / "mine"
    with started(tmp_path, "ingest", "in", "--home", "mine") as process:
        assert process.stderr
        before = held(home, 1, process)
        process.send_signal(signal.SIGINT)
        err = process.stderr.read().decode()
        process.wait(60)
    assert 0 < before < 200
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "kept" in err and len(err.splitlines()) == 1
    with closing(Catalog(home / CATALOG_FILE)) as catalog:
        assert catalog.counts()["articles"] >= before
        assert catalog.database.damage() is None
    assert call("ask", "How many goats does the ferry of town 7 carry?", "--home", home, "--json").json["citations"]


def test_timeline_lists_the_days(call: Call, home: Path) -> None:
    ended = call("timeline", QUESTION, "--home", home, "--json")
    assert ended.code == 0
    days = [entry["day"] for entry in ended.json if entry["day"]]
    assert days and days == sorted(days)
    assert "340 crates" in " ".join(entry["citation"]["quote"] for entry in ended.json)


def test_as_of_a_day_later_articles_are_left_out(call: Call, home: Path) -> None:
    ended = call("ask", QUESTION, "--as-of", "2024-03-01", "--home", home, "--json")
    assert any("340 crates" in c["quote"] for c in ended.json["citations"])
    ended = call("ask", QUESTION, "--as-of", "2024-02-29", "--home", home, "--json")
    assert "340 crates" not in ended.out


def test_what_the_terminals_encoding_lacks_is_replaced(tmp_path: Path, write: Write, call: Call, words: Any) -> None:
    write("in/ferry.md", FERRY, title="Fähre — 🍊 läuft auf", publisher="Ведомости")
    with Corpus.open(Settings(home=tmp_path / "mine"), embedder=words) as corpus:
        corpus.ingest([tmp_path / "in"])
    for encoding in ("ascii", "cp1252", "cp949"):
        assert "?" in call("list", "--home", "mine", encoding=encoding).out
    assert call("show", "missing — 🍊", "--home", "mine", encoding="ascii").code == 2
    told = call("list", "--json", "--home", "mine", encoding="ascii")  # data is not damaged by an encoding
    assert told.json[0]["title"] == "Fähre — 🍊 läuft auf"


def test_the_version_and_help_in_plain_words(call: Call) -> None:
    assert call("--version").out == "rashomon 0.1.0\n"
    with_home = ("ingest", "ask", "chat", "search", "list", "show", "edit", "timeline", "serve", "mcp", "doctor",
                 "remove", "eval", "eval check", "eval add")  # fmt: skip
    others = ("", "eval compare", "models", "models pull", "models setup", "models serve")
    for command in (*with_home, *others):
        shown = call(*command.split(), "-h")
        assert shown.code == 0 and not re.search(r"<|%Y|\w\.\.\.$", shown.out, re.M), command
        assert ("--home" in shown.out) == (command in with_home), command
    assert "--install-completion" in call("-h").out


def test_a_person_reads_what_fits_the_terminal_and_through_a_pager_what_is_long(tmp_path: Path, own: Path) -> None:
    """On a terminal of 8 lines; what is short is printed as it is, and on few columns without files."""
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)
    script = "import pty, sys; sys.exit(pty.spawn([sys.executable, '-m', 'rag', *sys.argv[1:]]) >> 8)"
    environment = os.environ | {"PAGER": str(pager), "LINES": "8", "TERM": "xterm"}

    def shown(*args: str, columns: int = 200) -> str:
        command = [sys.executable, "-c", script, *args, "--home", str(own)]
        sized = environment | {"COLUMNS": str(columns)}
        done = subprocess.run(command, cwd=tmp_path, env=sized, capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL)  # fmt: skip
        assert done.returncode == 0, done.stdout
        return done.stdout

    with Corpus.open(Settings(home=own)) as corpus:
        long, short = (a.id for a in corpus.articles())
        corpus.edit(short, note="A note.")
    wide = shown("list")
    assert "PAGED" not in wide and "PAGED" in shown("show", long)
    assert "ferry.md" in wide and "ferry.md" not in shown("list", columns=60)


def test_a_question_needs_no_quotation_marks(call: Call, home: Path) -> None:
    plain = call("ask", *QUESTION.split(), "--home", home, "--json").json
    assert plain["question"] == QUESTION and "340" in plain["text"]
    declined = ("ask", "Which quantum computer won the chess olympiad in Lima?", "--home", home)
    assert call(*declined).code == 0 and call(*declined, "--fail-if-declined").code == 3
    assert call("ask", QUESTION, "--home", home, "--fail-if-declined").code == 0


def test_a_conversation_in_the_shell(call: Call, home: Path) -> None:
    done = call("chat", "--home", home, input=f"{QUESTION}\nWho went on strike in Osterby?\n")
    assert done.code == 0 and done.err == ""
    assert done.out.index("340 crates") < done.out.index("? Who went on strike") < done.out.index("Bakers")
