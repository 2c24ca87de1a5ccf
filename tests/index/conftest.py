"""What the tests of the index share: a catalog that is easily filled, and a real Chroma server."""

import hashlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.index.catalog import Catalog
from rag.index.rows import Source
from rag.models.embed import Embedder
from rag.types import Article, Passage


class Shelf:
    """A catalog, and articles for it: a line of an article's text is a passage."""

    def __init__(self, home: Path, embedder: Embedder) -> None:
        self.home = home
        self.path = home / "catalog.sqlite3"
        self.catalog = Catalog(self.path)
        self.embedder = embedder

    def article(self, text: str, **fields: Any) -> Article:
        fields = {"title": "A title", "path": "a.md"} | fields
        number = hashlib.sha256(text.encode()).hexdigest()[:16]
        return Article(**{"id": number, "story": number, "text": text} | fields)

    def passages(self, article: Article) -> list[Passage]:
        found, at = [], 0
        for line in article.text.split("\n"):
            end = at + len(line)
            found.append(Passage(id=f"{article.id}:{at}-{end}", article_id=article.id, start=at, end=end, text=line))
            at = end + 1
        return found

    def source(self, article: Article, key: str | None = None, part: str = "", **edits: str) -> Source:
        return Source(
            key=key or article.path, part=part, path=article.path, digest=article.id, article_id=article.id, edits=edits
        )

    def put(
        self, text: str, key: str | None = None, *, embed: bool = True, part: str = "",
        kept: dict[str, Any] | None = None, **fields: Any,
    ) -> Article:  # fmt: skip
        """`kept` is what else the catalog is given to keep: removed, bands, merged."""
        article = self.article(text, **fields)
        passages = self.passages(article)
        vectors = self.embedder.embed([p.text for p in passages]) if embed else None
        self.catalog.put(article, passages, vectors, self.source(article, key, part), **kept or {})
        return article

    def fill(self, articles: int, lines: int = 3) -> list[Article]:
        """Articles that share some words, each with words of its own: article7, line7x2."""
        return [
            self.put(
                "\n".join(f"common words of article{n} in line{n}x{m}" for m in range(lines)),
                f"{n}.md",
                publisher=("Herald", "Tribune")[n % 2],
            )
            for n in range(articles)
        ]

    def vector(self, text: str) -> np.ndarray:
        return self.embedder.embed_query(text)

    def revise(self, article: Article, **edits: str) -> None:
        passages = self.passages(article)
        self.catalog.revise(article, passages, self.embedder.embed([p.text for p in passages]), edits)

    def indexed(self) -> set[str]:
        """The ids of the passages that the vector index should hold."""
        with self.catalog.database.reading() as db:
            rows = db.execute(
                "SELECT p.id FROM passages p JOIN articles a ON a.id = p.article_id WHERE a.state = 'indexed'"
            ).fetchall()
        return {i for (i,) in rows}

    def sound(self) -> bool:
        return self.catalog.database.damage() is None


@pytest.fixture
def shelf(tmp_path: Path, words: Embedder) -> Iterator[Shelf]:
    """An empty catalog in `tmp_path/home`, with the small embedder."""
    opened = Shelf(tmp_path / "home", words)
    yield opened
    opened.catalog.close()


@pytest.fixture
def beside() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts Python code in a process of its own, with arguments; returns when it has printed a line."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline(), "the process ended before it was ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


class Server:
    """A real Chroma server on this machine, to be stopped and started again over the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self.folder)]
        self._process = subprocess.Popen(
            [*command, "--port", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2400):  # a busy machine is slow, not broken
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5):
                    return
            except OSError:
                assert self._process.poll() is None, "chroma run ended"
                time.sleep(0.05)
        raise AssertionError("chroma run doesn't answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running Chroma server."""
    started = Server(tmp_path / "server")
    started.start()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running Chroma server for tests that never stop it; each home has collections of its own there."""
    started = Server(tmp_path_factory.mktemp("standing"))
    started.start()
    yield started
    started.stop()
