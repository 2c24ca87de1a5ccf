"""The vector index in step with the catalog; and whatever befalls it, everything is found."""

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import pytest
from filelock import FileLock

from rag.index import sync
from rag.index.exact import ExactSearch
from rag.index.outbox import IndexRow, Outbox
from rag.index.sync import SyncedIndex
from rag.index.vectors import VectorIndex, open_folder
from rag.types import Filter

Shelf = Any
Beside = Callable[..., "subprocess.Popen[str]"]

SEARCHING = """
import sys
from pathlib import Path
import numpy as np
from rag.index import sync
from rag.index.catalog import Catalog
from rag.index.sync import SyncedIndex
sync.EXACT_UP_TO = 0
home = Path(sys.argv[1])
index = SyncedIndex(Catalog(home / "catalog.sqlite3"), home, None)
index.search(np.ones(64, np.float32) / 8, 3)
assert index.notice is None, index.notice
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def _no_corpus_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The few articles of these tests are searched through the vector index."""
    monkeypatch.setattr(sync, "EXACT_UP_TO", 0)


@contextlib.contextmanager
def opened(shelf: Shelf, server: str | None = None) -> Iterator[SyncedIndex]:
    index = SyncedIndex(shelf.catalog, shelf.home, server)
    try:
        yield index
    finally:
        index.close()


def check(index: SyncedIndex, shelf: Shelf, notice: str | None = None) -> None:
    """The search finds all that is in the catalog, with the right cosines, and says how it does."""
    exact = ExactSearch(shelf.catalog.database)
    for question in ("article1 line1x0", "common words of article3"):
        vector = shelf.vector(question)
        for where in (None, Filter(publisher="Herald")):
            expected, found = exact.search(vector, 5000, where), index.search(vector, 5000, where)
            assert dict(found) == pytest.approx(dict(expected), abs=1e-5)
            assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)
            assert [i for i, _ in index.search(vector, 2, where)][:1] == [i for i, _ in expected][:1]
            check_part(index.search(vector, len(expected) // 2 or 1, where), expected)
    if notice is None:
        assert index.notice is None
    else:
        assert notice in (index.notice or "")


def finds_all(index: SyncedIndex, shelf: Shelf) -> None:
    """The search finds all that is in the catalog, whatever it says of how it does."""
    vector = shelf.vector("article1 line1x0")
    expected = dict(ExactSearch(shelf.catalog.database).search(vector, 50))
    assert dict(index.search(vector, 50)) == pytest.approx(expected, abs=1e-5)


def check_part(found: list[tuple[str, float]], expected: list[tuple[str, float]]) -> None:
    """The nearest half, which the vector index gives where it can be used: the right cosines, and the nearest ones."""
    assert len(found) == min(len(expected), len(expected) // 2 or 1)
    assert dict(found) == pytest.approx({i: dict(expected)[i] for i, _ in found}, abs=1e-5)
    if len(expected) < 100:  # it walks a graph: of few vectors to all of them, of many to nearly all
        assert [s for _, s in found] == pytest.approx([s for _, s in expected[: len(found)]], abs=1e-5)


def generations(shelf: Shelf) -> list[str]:
    return sorted(p.name for p in (shelf.home / "chroma").glob("g*"))


def collection_name(shelf: Shelf) -> str:
    """The name of the only collection in the newest generation."""
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=str(shelf.home / "chroma" / generations(shelf)[-1]), settings=settings)
    (collection,) = client.list_collections()
    client.close()
    return collection.name


@contextlib.contextmanager
def chroma(shelf: Shelf) -> Iterator[VectorIndex]:
    """Chroma itself, while nobody else has it open."""
    index = open_folder(shelf.home / "chroma" / generations(shelf)[-1], collection_name(shelf))
    yield index
    index.close()


def held(shelf: Shelf) -> set[str]:
    with chroma(shelf) as index:
        return set(index.ids())


def passage_ids(shelf: Shelf) -> set[str]:
    return {p.id for a in shelf.catalog.articles() for p in shelf.passages(a)}


def counts(shelf: Shelf) -> tuple[int, ...]:
    return tuple(shelf.catalog.counts()[state] for state in ("pending", "indexed", "removing"))


# In step


def test_everything_is_found_before_and_after_a_sync(shelf: Shelf) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        check(index, shelf)
        assert counts(shelf) == (6, 0, 0)
        progress: list[tuple[int, int]] = []
        assert index.sync(lambda done, total: progress.append((done, total)))
        assert progress[-1] == (6, 6)
        assert counts(shelf) == (0, 6, 0)
        check(index, shelf)
        index.reopen()
        check(index, shelf)
        assert str(shelf.home / "chroma") in index.state()
        assert not (shelf.home / "chroma" / "WRITING").exists()
    assert held(shelf) == passage_ids(shelf) and generations(shelf) == ["g0001"]
    with opened(shelf) as index:
        check(index, shelf)


def test_a_small_corpus_is_searched_without_opening_the_index(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = shelf.fill(4)
    passages = sum(len(shelf.passages(a)) for a in articles)
    with FileLock(shelf.home / "chroma.lock"), opened(shelf) as index:
        monkeypatch.setattr(sync, "EXACT_UP_TO", passages)
        check(index, shelf)
        monkeypatch.setattr(sync, "EXACT_UP_TO", passages - 1)
        check(index, shelf, "another process")


def test_an_empty_catalog(shelf: Shelf) -> None:
    with opened(shelf) as index:
        assert index.search(shelf.vector("text"), 5) == []
        assert index.sync()
        check(index, shelf)


def test_a_change_is_found_before_it_is_synced_and_what_left_leaves_chroma_too(shelf: Shelf) -> None:
    gone, *_ = shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
        shelf.put("common words of another", "1.md", publisher="Herald")
        for k in (5000, 12):  # all of them, and no more than the vector index has
            found = index.search(shelf.vector("another"), k)
            assert [i for i, _ in found][:1] == [p.id for p in shelf.passages(shelf.article("common words of another"))]
        assert passage_ids(shelf) <= {i for i, _ in index.search(shelf.vector("another"), 5000)}
        shelf.catalog.remove(gone.id)
        assert counts(shelf) == (1, 4, 2)
        assert index.sync()
        assert counts(shelf) == (0, 5, 0)
        check(index, shelf)
    assert held(shelf) == passage_ids(shelf)
    assert not any(i.startswith(gone.id) for i in held(shelf))


def test_what_changes_while_it_is_indexed_stays_pending(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = shelf.fill(3)
    real = sync.open_folder

    def slow(folder: Path, name: str) -> VectorIndex:
        index = real(folder, name)
        upsert = index.upsert

        def meanwhile(rows: Sequence[IndexRow]) -> None:
            upsert(rows)
            if shelf.catalog.article(articles[0].id).title == "A title":
                shelf.put(articles[0].text, "0.md", title="New")

        index.upsert = meanwhile  # type: ignore[method-assign]
        return index

    monkeypatch.setattr(sync, "open_folder", slow)
    marked: list[tuple[int, ...]] = []
    with opened(shelf) as index:
        assert index.sync(lambda *_: marked.append(counts(shelf)))
    assert marked[0] == (1, 2, 0)
    assert counts(shelf) == (0, 3, 0)


# One process at a time


def test_a_second_process_answers_by_exact_search(shelf: Shelf, beside: Beside) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
    first = beside(SEARCHING, shelf.home)
    with opened(shelf) as index:
        check(index, shelf, "another process")
        assert "exact search" in index.state()
        shelf.put("common words of another", "new.md")
        assert not index.sync(wait=0)
        check(index, shelf, "another process")
        first.kill()
        first.wait()
        assert index.sync()
        check(index, shelf)
    assert held(shelf) == passage_ids(shelf)


# Fails while FileLock is thread local by default.
def test_the_lock_is_given_back_by_whichever_thread_closes(shelf: Shelf) -> None:
    shelf.fill(2)
    with opened(shelf) as index:
        thread = threading.Thread(target=lambda: index.search(shelf.vector("words"), 3))
        thread.start()
        thread.join()
        assert index.notice is None
    with FileLock(shelf.home / "chroma.lock", timeout=0):
        pass


def test_threads_search_while_one_syncs(shelf: Shelf) -> None:
    shelf.fill(4)
    wrong: list[object] = []
    done = threading.Event()
    with opened(shelf) as index:
        index.sync()

        def search() -> None:
            while not done.is_set():
                found = index.search(shelf.vector("article1 line1x0"), 3)
                if shelf.catalog.passages([found[0][0]])[found[0][0]][0].text != "common words of article1 in line1x0":
                    wrong.append(found)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for n in range(10):
            shelf.put(f"something else {n}", "new.md")
            assert index.sync()
        done.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        check(index, shelf)


# Torn


def left_behind(shelf: Shelf) -> Path:
    """The mark of a process that was killed while it wrote."""
    mark = shelf.home / "chroma" / "WRITING"
    mark.touch()
    return mark


def test_what_a_killed_writer_left_behind_is_mended_by_a_sync(shelf: Shelf) -> None:
    articles = shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
    with chroma(shelf) as index:
        index.delete([p.id for p in shelf.passages(articles[2])][:2])
    mark = left_behind(shelf)
    with opened(shelf) as index:
        check(index, shelf, "rag ingest")
        assert mark.exists()
        assert index.sync()
        check(index, shelf)
    assert not mark.exists()
    assert held(shelf) == passage_ids(shelf)
    assert generations(shelf) == ["g0001"]


# An index that is deleted, truncated or emptied: tests/test_recovery.py.
def test_a_torn_index_is_made_again_beside(shelf: Shelf) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
    for file in (shelf.home / "chroma" / "g0001").rglob("*"):
        if file.is_file():
            file.write_bytes(os.urandom(file.stat().st_size))
    left_behind(shelf)
    with opened(shelf) as index:
        check(index, shelf, "rag ingest")
        assert index.sync()
        check(index, shelf)
    assert held(shelf) == passage_ids(shelf)


def test_truncated_index_files_of_a_large_index(shelf: Shelf) -> None:
    shelf.put("\n".join(f"common words of article{n} in line{n}" for n in range(1500)), "large.md", publisher="Herald")
    with opened(shelf) as index:
        index.sync()
    files = [f for f in (shelf.home / "chroma" / "g0001").rglob("*.bin") if f.stat().st_size > 1000]
    assert files
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    left_behind(shelf)
    with opened(shelf) as index:
        assert index.sync()
        check(index, shelf)
    assert held(shelf) == passage_ids(shelf)


# Fails while what Chroma's graph does not lead to is taken for absent: of 1,500 vectors it gave 1,499.
def test_what_the_vector_index_does_not_reach_is_found(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.fill(6)
    real = sync.open_folder

    def short(folder: Path, name: str) -> VectorIndex:
        index = real(folder, name)
        search = index.search
        index.search = lambda vector, k, where=None: search(vector, k, where)[1:]  # type: ignore[method-assign]
        return index

    monkeypatch.setattr(sync, "open_folder", short)
    with opened(shelf) as index:
        assert index.sync()
        check(index, shelf)


def test_an_index_that_is_deleted_from_under_us_loses_nothing(shelf: Shelf) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
        shutil.rmtree(shelf.home / "chroma")
        finds_all(index, shelf)
        shelf.put("common words of another", "new.md", publisher="Herald")
        index.sync()
        finds_all(index, shelf)


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "left over"])
def test_an_index_that_holds_another_number_is_not_trusted_until_mended(lost: bool, shelf: Shelf) -> None:
    articles = shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
    with chroma(shelf) as index:
        if lost:
            index.delete([shelf.passages(articles[2])[0].id])
        else:
            row = IndexRow(passage_id="nobody:0-1", article_id="nobody", publisher="Herald", published=0,
                           embedding=shelf.vector("article1 line1x0"))  # fmt: skip
            index.upsert([row])
    with opened(shelf) as index:
        check(index, shelf, "rag ingest")
        assert "exact search" in index.state()
        assert index.sync()
        check(index, shelf)
    assert held(shelf) == passage_ids(shelf)
    assert generations(shelf) == ["g0001"]


class Failing:
    """A vector index that raises on some calls."""

    def __init__(self, real: VectorIndex, fails: set[str]) -> None:
        self.real = real
        self.fails = fails

    def __getattr__(self, name: str) -> Any:
        if name in self.fails:
            raise RuntimeError(f"{name} is broken\nfor a long reason")
        return getattr(self.real, name)


@pytest.mark.parametrize("fails", ["search", "upsert", "delete"])
def test_an_index_that_raises_loses_nothing(fails: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    _, gone, *_ = shelf.fill(6)
    failing, real = {fails}, sync.open_folder
    monkeypatch.setattr(sync, "open_folder", lambda folder, name: Failing(real(folder, name), failing))
    with opened(shelf) as index:
        shelf.catalog.remove(gone.id)
        assert index.sync() == (fails == "search")
        check(index, shelf, f"{fails} is broken")
        assert "long reason" not in (index.notice or "")
        failing.clear()
        assert index.sync()
        check(index, shelf)
        assert counts(shelf) == (0, 5, 0)
    assert held(shelf) == passage_ids(shelf)


def test_an_index_that_cannot_be_opened_loses_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> VectorIndex:
        raise OSError("no space left on device")

    shelf.fill(6)
    with monkeypatch.context() as patch, opened(shelf) as index:
        patch.setattr(sync, "open_folder", broken)
        check(index, shelf, "no space left")
        assert "once that is seen to" in (index.notice or "")
        assert not index.sync()
        check(index, shelf, "no space left")
        patch.undo()
        assert index.sync()
        check(index, shelf)


def test_a_new_generation(shelf: Shelf) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        index.sync()
        Outbox(shelf.catalog.database).start_anew()
        index.reopen()
        assert counts(shelf) == (6, 0, 0)
        check(index, shelf)
        assert index.sync()
        check(index, shelf)
        assert held_generation(shelf) == ["g0002"]


def held_generation(shelf: Shelf) -> list[str]:
    return [g for g in generations(shelf) if any((shelf.home / "chroma" / g).iterdir())]


# On a server


def test_a_server(shelf: Shelf, standing: Any) -> None:
    gone, *_ = shelf.fill(6)
    with opened(shelf, standing.url) as index:
        check(index, shelf)
        assert index.sync()
        check(index, shelf)
        shelf.catalog.remove(gone.id)
        assert index.sync()
        check(index, shelf)
        assert counts(shelf) == (0, 5, 0)
        assert standing.url in index.state()
    assert not (shelf.home / "chroma").exists()


def test_a_server_that_goes_and_comes_back_is_told_what_came_and_asked_again_after_a_while(
    shelf: Shelf, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.fill(6)
    with opened(shelf, server.url) as index:
        index.sync()
        server.stop()
        check(index, shelf, "the vector index")
        shelf.put("common words of another", "new.md", publisher="Herald")
        assert not index.sync()
        check(index, shelf, "the vector index")
        server.start()
        assert index.sync()
        check(index, shelf)
        assert counts(shelf) == (0, 7, 0)
        server.stop()
        check(index, shelf, "the vector index")
        server.start()
        check(index, shelf, "the vector index")
        now = time.monotonic
        monkeypatch.setattr(sync.time, "monotonic", lambda: now() + 61)
        check(index, shelf)


def on(server: Any, shelf: Shelf) -> set[str]:
    """The ids of the vectors that the server holds for this home."""
    with opened(shelf, server.url) as index:
        vectors = index._open(mend=True, wait=0)
        assert vectors is not None
        return set(vectors.ids())


def test_a_server_named_later_is_filled_and_the_index_in_the_home_is_known_to_lag(shelf: Shelf, standing: Any) -> None:
    shelf.fill(6)
    with opened(shelf) as index:
        assert index.sync()
    with opened(shelf) as index:
        assert index.is_in_step()
    with opened(shelf, standing.url) as index:
        check(index, shelf, "rag ingest")
        assert not index.is_in_step() and "exact search" in index.state() and standing.url in index.state()
        progress: list[tuple[int, int]] = []
        assert index.sync(lambda done, total: progress.append((done, total)))
        assert progress == [(6, 6)]
        shelf.put("common words of another", "new.md", publisher="Herald")
        assert index.sync()
        check(index, shelf)
    assert on(standing, shelf) == passage_ids(shelf)
    with opened(shelf) as index:
        assert not index.is_in_step()
        assert index.sync()
    assert held(shelf) == passage_ids(shelf)


# Fails while only the number of vectors is compared.
@pytest.mark.parametrize("harm", ["others", "as many", "none"])
def test_a_server_that_holds_something_else_is_noticed_and_filled_again(harm: str, shelf: Shelf, standing: Any) -> None:
    shelf.fill(6)
    with opened(shelf, standing.url) as index:
        assert index.sync()
    with opened(shelf, standing.url) as index:
        vectors = index._open(mend=False, wait=0)
        assert vectors is not None
        given = [
            IndexRow(passage_id=i, article_id="x", publisher="", published=0, embedding=shelf.vector("other text"))
            for i in passage_ids(shelf)
        ]
        if harm == "others":  # a copy of the home, which was embedded by another model
            vectors.upsert(given)
        else:
            vectors.delete([row.passage_id for row in given])
        if harm == "as many":  # a copy, into which other articles were ingested
            vectors.upsert([replace(row, passage_id=f"x:{n}") for n, row in enumerate(given)])
    with opened(shelf, standing.url) as index:
        check(index, shelf, "does not hold what the catalog says")
        assert index.sync()
        check(index, shelf)
    assert on(standing, shelf) == passage_ids(shelf)


def test_a_server_that_is_emptied_while_it_is_used_is_filled_at_the_next_sync(shelf: Shelf, server: Any) -> None:
    shelf.fill(6)
    with opened(shelf, server.url) as index:
        assert index.sync()
        server.stop()
        shutil.rmtree(server.folder)
        server.start()
        shelf.put("common words of another", "new.md", publisher="Herald")
        assert index.sync()
        check(index, shelf)
    assert on(server, shelf) == passage_ids(shelf)


def test_what_another_process_has_told_a_server_and_not_noted_yet_stays_there(shelf: Shelf, standing: Any) -> None:
    shelf.fill(6)
    with opened(shelf, standing.url) as index, opened(shelf, standing.url) as other:
        assert index.sync()
        new = shelf.put("common words of another", "new.md", publisher="Herald")
        vectors, outbox = index._open(mend=True, wait=0), Outbox(shelf.catalog.database)
        assert vectors is not None
        rows, marks = outbox.pending_rows(100)
        vectors.upsert(rows)  # and there it is interrupted
        check(other, shelf)
        vectors.delete([p.id for p in shelf.passages(shelf.catalog.articles()[0])])
        held, everything = set(vectors.ids()), passage_ids(shelf)
        assert everything <= outbox.compare(held) and new.id in {i.split(":")[0] for i in held}
        outbox.mark_indexed(marks)
        assert other.sync()
    assert on(standing, shelf) == passage_ids(shelf)


def test_a_server_keeps_no_vectors_of_the_generation_before(shelf: Shelf, standing: Any) -> None:
    shelf.fill(6)
    with opened(shelf, standing.url) as index:
        assert index.sync()
        Outbox(shelf.catalog.database).start_anew()
        index.reopen()
        assert index.sync()
        check(index, shelf)
        vectors: Any = index._open(mend=True, wait=0)
        names, ours = [c.name for c in vectors._client.list_collections()], index._name(2)
        assert [name for name in names if name.startswith(ours[:-1])] == [ours]


@pytest.mark.parametrize("url", ["ftp://localhost", "http://127.0.0.1:9", "http://localhost:port"])
def test_an_address_where_no_server_is(url: str, shelf: Shelf) -> None:
    shelf.fill(4)
    with opened(shelf, url) as index:
        check(index, shelf, "the vector index could not be opened")
        assert f"see that a Chroma server runs at {url}" in (index.notice or "")
        assert not index.sync()
