"""What the tests share: no network, a cache of their own, the sample corpus, small corpora, a small embedder."""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Corpus, Settings
from rag.environment import prepare
from rag.models.embed import Embedder, load_embedder
from rag.sample import open_sample
from rag.settings import DEFAULT_EMBEDDER

_OFFLINE = Path(__file__).parent / "offline"
_spec = importlib.util.spec_from_file_location("offline", _OFFLINE / "sitecustomize.py")
assert _spec and _spec.loader
offline = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(offline)

Run = Callable[..., subprocess.CompletedProcess[str]]


class WordEmbedder:
    """Vectors of words: texts that share words are near. Fast, deterministic, good for testing what holds vectors."""

    dimensions = 64
    max_tokens = 64

    def __init__(self, name: str = "words") -> None:
        self.name = name

    def tokens(self, text: str) -> list[int]:
        """A token a word."""
        return [len(w) for w in re.findall(r"\w+|[^\w\s]", text)]

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), 64)."""
        return np.stack([self.embed_query(t) for t in texts]) if texts else np.zeros((0, 64), np.float32)

    def embed_query(self, text: str) -> np.ndarray:
        """Shape (64,)."""
        total = np.full(64, 1e-6, np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
            total += np.random.default_rng(seed).standard_normal(64).astype(np.float32)
        return total / np.linalg.norm(total)


@pytest.fixture(scope="session", autouse=True)
def _session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of the tests' own, no settings of the user's, and every connection written down."""
    for name in [n for n in os.environ if n.startswith(("RAG_", "CHROMA_", "GRADIO_", "TORCHINDUCTOR_"))]:
        del os.environ[name]
    os.environ["RAG_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    prepare(os.environ)  # as the first import of rag does, for this cache
    os.environ[offline.LOG] = str(tmp_path_factory.mktemp("network") / "connections")
    yield
    log = Path(os.environ[offline.LOG])
    assert not log.exists(), f"connections were attempted: {log.read_text()}"


@pytest.fixture(autouse=True)
def _no_connection() -> Iterator[None]:
    """Fails the test that tried to reach another machine."""
    log = Path(os.environ[offline.LOG])
    before = log.read_text() if log.exists() else ""
    yield
    after = log.read_text() if log.exists() else ""
    assert after == before, f"connections were attempted: {after[len(before) :]}"


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The default model, real."""
    return load_embedder(DEFAULT_EMBEDDER, Path(os.environ["RAG_CACHE"]))


@pytest.fixture(scope="session")
def sample() -> Iterator[Corpus]:
    """The sample corpus, with the default model. Tests only read it."""
    with open_sample(Settings()) as corpus:
        yield corpus


@pytest.fixture
def words() -> WordEmbedder:
    """The small embedder."""
    return WordEmbedder()


@pytest.fixture
def corpus(tmp_path: Path, words: WordEmbedder) -> Iterator[Corpus]:
    """An empty corpus with the small embedder, in `tmp_path/home`."""
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as opened:
        yield opened


@pytest.fixture
def rag(tmp_path: Path) -> Run:
    """Runs the `rag` command in `tmp_path`, in a process of its own: `rag("ask", "…", input="…")`."""

    def run(*args: str, env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join(filter(None, [str(_OFFLINE), os.environ.get("PYTHONPATH")]))
        environment = os.environ | {"PYTHONPATH": path} | (env or {})
        command, options = [sys.executable, "-m", "rag", *args], {"timeout": 120} | options
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, **options)

    return run


def write_file(folder: Path, name: str, text: str, **fields: str) -> Path:
    """Writes a file under `folder`, the fields in front matter."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    head = "".join(f"{k}: {v!r}\n" for k, v in fields.items())
    path.write_text(f"---\n{head}---\n{text}" if fields else text, encoding="utf-8")
    return path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file under `tmp_path`: `write("a.md", "text", title="…")` puts the fields in front matter."""
    return partial(write_file, tmp_path)


STORIES = {
    "ferry.md": (
        "The ferry Linde ran aground off Veldt. Divers counted 340 crates of oranges on the sea floor.",
        {"title": "Ferry aground", "publisher": "Veldt Gazette", "published": "2024-03-01"},
    ),
    "strike.md": (
        "Bakers in Osterby went on strike. The guild of the bakers asks for nine per cent more pay.",
        {"title": "Bakers strike", "publisher": "Osterby Post", "published": "2024-04-01"},
    ),
    "museum.md": (
        "The museum of Osterby bought a painting. Nobody knows who painted the harbour of Veldt on it.",
        {"title": "A painting", "publisher": "Osterby Post"},
    ),
}


@pytest.fixture
def stories(write: Callable[..., Path]) -> list[Path]:
    """Three articles of two outlets, one of them without a date, in `tmp_path/in`."""
    return [write(f"in/{name}", text, **fields) for name, (text, fields) in STORIES.items()]
