"""Files read and articles prepared by a real cluster of two workers: the same catalog, whatever befalls them."""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Corpus, Settings
from rag.errors import RagError
from rag.ingest.converters import ReadOptions, ReadResult
from rag.models.embed import Embedder
from rag.workers import Workers

distributed = pytest.importorskip("distributed")
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, each a process."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0", silence_logs=50
    ) as started:
        yield started


@pytest.fixture
def articles(write: Write, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Articles in files of several formats; one that is no article, one text twice. They go in several batches."""
    monkeypatch.setattr("rag.indexing._TEXT_AT_ONCE", 3_000)
    for n in range(24):
        lines = [f"Official {n} denied on Monday that ferry {m} of town{n} had been sold to Lund." for m in range(8)]
        write(f"in/{n:02}.md", "\n\n".join(lines), title=f"Town {n}", publisher=f"Paper {n % 3}")
    said = "".join(
        f"<p>Hana Bram said that survey {n} of the old tunnel found water behind a wall.</p>" for n in range(9)
    )
    write(
        "in/page.html",
        f"<html><head><title>Wet</title></head><body><article><h1>Wet</h1>{said}</article></body></html>",
    )
    write(
        "in/records.jsonl", '{"title": "One", "text": "The mayor denied it."}\n{"title": "Two", "text": "It rained."}\n'
    )
    write("in/broken.pdf", "%PDF-1.4 nothing")
    write("in/a.md", "The bakers of Osterby went on strike on Monday.")
    return write("in/z.md", "The bakers of Osterby went on strike on Monday.").parent


def opened(home: Path, embedder: Embedder) -> Corpus:
    return Corpus.open(Settings(home=home), embedder=embedder)


def held(home: Path) -> tuple[list[Any], np.ndarray, np.ndarray]:
    """What the catalog holds, and its vectors, of passages and of sentences."""
    with closing(sqlite3.connect(home / "catalog.sqlite3")) as db:
        tables = [
            db.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in (
                ("articles", "id, title, publisher, published, story, provenance, removed, text"),
                ("passages", "id, article_id, start, end"), ("statements", "article_id, told"),
                ("sources", "key, part, path, digest, fields, article_id"), ("bands", "band, article_id"),
            )
        ]  # fmt: skip
        rows = db.execute(
            "SELECT p.embedding, s.vectors FROM passages p JOIN sentences s ON s.passage = p.number ORDER BY p.id"
        )
        vectors, sentences = zip(*rows, strict=True)
    return tables, np.frombuffer(b"".join(vectors), "<f4"), np.frombuffer(b"".join(sentences), "<f2").astype(np.float32)


def test_the_catalog_is_the_same_and_files_are_not_all_sent_at_once(
    cluster: Any, articles: Path, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(tmp_path / "usual", embedder) as corpus:
        usual = corpus.ingest(articles)
    under_way = [0]
    most = [0]
    read = Workers.read

    def counted(pool: Workers, data: bytes, name: str, options: ReadOptions) -> Any:
        outcome = read(pool, data, name, options)
        under_way[0] += 1
        most.append(under_way[0])

        def taken(meanwhile: Callable[[], None]) -> ReadResult:
            under_way[0] -= 1
            return outcome(meanwhile)

        return taken

    monkeypatch.setattr(Workers, "read", counted)
    stands: list[tuple[int, int, str]] = []
    with opened(tmp_path / "elsewhere", embedder) as corpus:
        report = corpus.ingest(
            articles, workers=cluster.scheduler_address, progress=lambda *stand: stands.append(stand)
        )
        assert corpus.problems() == []
        again = corpus.ingest(articles, workers=cluster.scheduler_address)
    assert [(r.path, r.status, r.article_id) for r in report.results] == [
        (r.path, r.status, r.article_id) for r in usual.results
    ]
    assert {r.status for r in report.results} == {"added", "failed", "duplicate"}
    assert {r.status for r in again.results} == {"unchanged", "failed"}
    rows, vectors, sentences = held(tmp_path / "usual")
    there, vectors_there, sentences_there = held(tmp_path / "elsewhere")
    assert there == rows
    assert np.allclose(vectors_there, vectors, atol=1e-5) and np.allclose(sentences_there, sentences, atol=1e-3)
    assert 2 < max(most) <= 2 * 2 + 1
    done = [done for done, _, path in stands if path != "vector index"]
    assert done == sorted(done) and done[-1] == 29


def test_a_worker_that_dies_costs_nothing_and_what_is_cancelled_goes_on(
    cluster: Any, articles: Path, embedder: Embedder, tmp_path: Path
) -> None:
    pids = list(cluster.get_client().run(os.getpid).values())

    def kill_one(done: int, of: int, path: str) -> None:
        if path.endswith("15.md") and len(pids) == 2:
            os.kill(pids.pop(), signal.SIGKILL)

    def cancel(done: int, of: int, path: str) -> None:
        if done > 10:
            raise KeyboardInterrupt

    with opened(tmp_path / "home", embedder) as corpus:
        with pytest.raises(KeyboardInterrupt):
            corpus.ingest(articles, workers=cluster.scheduler_address, progress=cancel)
        written = corpus.counts()["articles"]
        assert 10 < written < 28
        report = corpus.ingest(articles, workers=cluster.scheduler_address, progress=kill_one)
        assert len(pids) == 1
        assert {len(report.of(status)) for status in ("failed", "duplicate")} == {1}
        assert len(report.of("unchanged")) == written
        assert corpus.counts()["articles"] == 28
        assert corpus.problems() == []


def test_what_kills_every_worker_is_told_of_a_file_and_prepared_here_of_an_article(
    cluster: Any, articles: Path, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(cluster.scheduler, "allowed_failures", 0)
    monkeypatch.setattr("rag.workers._PATIENCE", 120.0)  # a busy machine is slow to start another
    monkeypatch.setattr("rag.workers._prepare", killed)
    with opened(tmp_path / "home", embedder) as corpus:
        report = corpus.ingest(articles / "00.md", workers=cluster.scheduler_address)
        assert len(report.of("added")) == 1
    monkeypatch.setattr("rag.workers._read", killed)
    with opened(tmp_path / "other", embedder) as corpus:
        (result,) = corpus.ingest(articles / "00.md", workers=cluster.scheduler_address).results
        assert result.status == "failed" and "ended every worker" in (result.reason or "")


def test_processes_of_this_machine_make_a_catalog_anew(articles: Path, embedder: Embedder, tmp_path: Path) -> None:
    with opened(tmp_path / "home", embedder) as corpus:
        corpus.ingest(articles / "00.md")
        before = held(tmp_path / "home")
        corpus.ingest(rebuild=True, workers=1)
        assert corpus.problems() == []
    after = held(tmp_path / "home")
    assert after[0] == before[0] and np.allclose(after[1], before[1], atol=1e-5)


@pytest.mark.parametrize("where", ["tcp://127.0.0.1:9", "ray://127.0.0.1:9", "nonsense"])
def test_an_address_that_does_not_answer(
    where: str, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("rag.workers._PATIENCE", 2.0)
    with pytest.raises(RagError, match=f"no workers at {where} .*--workers takes the address of a Dask scheduler"):
        Workers(where, None, "model", 256)  # type: ignore[arg-type]


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RagError, match=r"pip install 'rashomon\[workers\]'"):
        Workers("2", None, "model", 256)  # type: ignore[arg-type]


def test_workers_of_another_version_are_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.workers.version", lambda _: "9.9")
    with pytest.raises(RagError, match=r"have rashomon \d.*, here is 9\.9"):
        Workers(cluster.scheduler_address, None, "model", 256)  # type: ignore[arg-type]


def test_an_embedder_that_the_settings_do_not_name_stays_here(corpus: Corpus, articles: Path) -> None:
    with pytest.raises(RagError, match="workers load the model all-MiniLM-L6-v2, not words"):
        corpus.ingest(articles, workers=2)
