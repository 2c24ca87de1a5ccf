"""What was torn, emptied, replaced, locked or cannot be written: mended, or told in a line; never a traceback."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rag import Corpus, Settings
from rag.cli import main
from rag.corpus import CATALOG_FILE
from rag.errors import HomeError, RagError
from rag.index import database
from rag.index.outbox import Outbox

TEXTS = (
    "The harbour board denied on Monday that the old ferry had been sold to a company in Lund.",
    "A survey of the tunnel found water behind the eastern wall, the engineer Hana Bram said.",
    "The orchestra of Veldt will play in the covered market until its hall has a new roof.",
)


@pytest.fixture
def home(tmp_path: Path, words: Any) -> Path:
    """A home with three articles, closed."""
    (tmp_path / "in").mkdir()
    for number, text in enumerate(TEXTS):
        (tmp_path / "in" / f"{number}.md").write_text(text)
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        corpus.ingest([tmp_path / "in"])
        assert corpus.problems() == []
    return tmp_path / "home"


def files(folder: Path) -> list[Path]:
    return [f for f in folder.rglob("*") if f.is_file()]


def deleted(folder: Path) -> None:
    shutil.rmtree(folder)


def truncated(folder: Path) -> None:
    for file in files(folder):
        os.truncate(file, file.stat().st_size // 2)


def emptied(folder: Path) -> None:
    for file in files(folder):
        file.write_bytes(b"")


def left_half_written(folder: Path) -> None:
    (folder / "WRITING").touch()


@pytest.mark.parametrize("harm", [deleted, truncated, emptied, left_half_written])
def test_an_ingest_with_nothing_new_mends_the_index(harm: Callable[[Path], None], home: Path, words: Any) -> None:
    settings = Settings(home=home)
    harm(home / "chroma")
    with Corpus.open(settings, embedder=words) as corpus:
        assert corpus.search("Who said it of the tunnel?")
        assert any("rag ingest" in problem for problem in corpus.problems())
    with Corpus.open(settings, embedder=words) as corpus:
        report = corpus.ingest([home.parent / "in"])
        assert {r.status for r in report.results} == {"unchanged"}
        assert report.notices == ()
        assert corpus.problems() == []
        assert corpus.index.is_in_step()


def test_a_catalog_from_a_copy_is_not_taken_for_the_index_s_own(home: Path, words: Any) -> None:
    settings = Settings(home=home)
    before = (home / CATALOG_FILE).read_bytes()
    (home.parent / "in" / "0.md").write_text(TEXTS[0].replace("Lund", "Pell"))
    with Corpus.open(settings, embedder=words) as corpus:
        corpus.ingest([home.parent / "in"])
    (home / CATALOG_FILE).write_bytes(before)  # as many passages as the index, and others
    (home.parent / "in" / "0.md").write_text(TEXTS[0])
    with Corpus.open(settings, embedder=words) as corpus:
        assert corpus.ingest([home.parent / "in"]).notices == ()
        index = corpus.index._open(mend=False, wait=0)
        assert index and set(index.ids()) == Outbox(corpus._catalog.database).compare(set(index.ids()))


def flipped(file: Path) -> None:
    found = bytearray(file.read_bytes())
    for at in random.Random(3).sample(range(100, len(found)), 3_000):
        found[at] ^= 0xFF
    file.write_bytes(found)


def of_no_bytes(file: Path) -> None:
    file.write_bytes(b"")


def another_database(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE other (value TEXT)")


@pytest.mark.parametrize("harm", [flipped, of_no_bytes, another_database, Path.unlink])
@pytest.mark.parametrize("command", [["ask", "Who denied it?"], ["list"], ["doctor"]])
def test_a_harmed_catalog_is_told_in_a_line(
    harm: Callable[[Path], None], command: Sequence[str], home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(home / CATALOG_FILE)
    with pytest.raises(SystemExit) as ended:
        main([*command, "--home", str(home)])
    out, err = capsys.readouterr()
    assert ended.value.code == (1 if command[0] == "doctor" else 2)
    assert "restore it from a copy" in " ".join((err + out).split())
    assert command[0] == "doctor" or err.count("\n") == 1


def test_articles_are_ingested_again_where_the_catalog_was_moved_away(home: Path, words: Any) -> None:
    (home / CATALOG_FILE).unlink()
    with Corpus.open(Settings(home=home), embedder=words) as corpus:
        assert {r.status for r in corpus.ingest([home.parent / "in"]).results} == {"added"}
        assert corpus.problems() == []


@pytest.mark.parametrize("seed", range(5))
def test_flipped_bytes_anywhere_are_told_or_do_no_harm(seed: int, home: Path, words: Any) -> None:
    file, draw = home / CATALOG_FILE, random.Random(seed)
    found = bytearray(file.read_bytes())
    for at in draw.sample(range(len(found)), draw.choice([5, 50, 2_000])):
        found[at] ^= 0xFF
    file.write_bytes(found)
    try:
        with Corpus.open(Settings(home=home), embedder=words) as corpus:
            corpus.articles()
            corpus.ask("Who denied the sale of the ferry?")
    except RagError as e:
        assert "\n" not in str(e)


def test_a_lock_that_another_holds_stops_no_question(home: Path, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(home / CATALOG_FILE, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with Corpus.open(Settings(home=home), embedder=words) as corpus:
            assert corpus.ask("Who denied the sale of the ferry?").citations
            (home.parent / "in" / "new.md").write_text("A kiln burst in Orrel.")
            with pytest.raises(HomeError, match="another process has been writing"):
                corpus.ingest([home.parent / "in"])


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no POSIX")
def test_a_full_disk_is_told_and_nothing_is_lost(home: Path, words: Any) -> None:
    with Corpus.open(Settings(home=home), embedder=words) as corpus:
        with corpus._catalog.database._borrowed() as db:  # type: ignore[attr-defined]
            (pages,) = db.execute("PRAGMA page_count").fetchone()
            db.execute(f"PRAGMA max_page_count = {pages + 2}")  # what SQLite says of a full disk, it says of this
        (home.parent / "in" / "new.md").write_text("\n\n".join(f"Sentence {n} of a long report." for n in range(2_000)))
        with pytest.raises(HomeError, match="is full: make room"):
            corpus.ingest([home.parent / "in"])
    with Corpus.open(Settings(home=home), embedder=words) as corpus:
        assert {a.text for a in corpus.articles()} == set(TEXTS)
        assert {r.status for r in corpus.ingest([home.parent / "in"]).results} == {"unchanged", "added"}
