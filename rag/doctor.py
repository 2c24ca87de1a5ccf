"""Whether everything that a corpus needs is there and in order.

Looks and tells; mends nothing.
"""

import importlib.metadata
import sqlite3
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rag.corpus import CATALOG_FILE, Corpus
from rag.errors import RagError
from rag.index.database import INDEX_FOLDER, RESTORE
from rag.models.embed import Embedder, load_embedder
from rag.settings import Settings

_PACKAGES = (
    "rashomon", "chromadb", "llama-index-core", "sentence-transformers", "torch", "onnxruntime", "gradio", "tiktoken",
    "trafilatura",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: `fix` says what to do when it isn't `ok`."""

    name: str
    ok: bool
    detail: str
    fix: str = ""


def examine(settings: Settings) -> list[Check]:
    """All checks, in the order in which one needs the other."""
    checks = [Check(name="python", ok=True, detail=f"{sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")]
    checks += [_package(name) for name in _PACKAGES]
    checks += [_writable("cache", settings.cache, "RAG_CACHE"), _writable("home", settings.home, "--home or RAG_HOME")]
    embedder = _model(settings)
    checks.append(embedder if isinstance(embedder, Check) else _try_model(embedder))
    if (settings.home / CATALOG_FILE).exists():
        checks += _corpus(settings)
    elif (settings.home / INDEX_FOLDER).exists():
        detail = f"the catalog {settings.home / CATALOG_FILE} is gone"
        checks.append(Check(name="corpus", ok=False, detail=detail, fix=RESTORE))
    else:
        detail = f"none in {settings.home} yet: questions go to the sample corpus"
        checks.append(Check(name="corpus", ok=True, detail=detail))
    return checks


def _package(name: str) -> Check:
    try:
        return Check(name=name, ok=True, detail=importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Check(name=name, ok=False, detail="not installed", fix=f"pip install {name}")


def _writable(name: str, folder: Path, setting: str) -> Check:
    existing = next((p for p in (folder, *folder.absolute().parents) if p.exists()), Path("/"))
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Check(name=name, ok=True, detail=str(folder))
    except OSError as e:
        fix = f"let it be written, or choose another folder with {setting}"
        if name == "home" and (folder / CATALOG_FILE).exists():
            fix = "questions are answered all the same; to add or change articles " + fix
        return Check(name=name, ok=False, detail=f"{folder}: {e.strerror}", fix=fix)


def _model(settings: Settings) -> Embedder | Check:
    try:
        return load_embedder(settings.embedder, settings.cache)
    except RagError as e:
        return Check(name="embedding model", ok=False, detail=str(e), fix="set RAG_EMBEDDER to a model that is there")


def _try_model(embedder: Embedder) -> Check:
    began = time.perf_counter()
    embedder.embed_query("Who denied it?")
    milliseconds = 1000 * (time.perf_counter() - began)
    how = "ONNX Runtime" if type(embedder).__name__ == "OnnxEmbedder" else "torch"
    return Check(
        name="embedding model",
        ok=True,
        detail=f"{embedder.name}, {embedder.dimensions} dimensions, reads {embedder.max_tokens} tokens, by {how}, "
        f"a question in {milliseconds:.0f} ms",
    )


def _corpus(settings: Settings) -> list[Check]:
    try:
        with Corpus.open(settings) as corpus:
            counts = corpus.counts()
            detail = f"{counts['articles']:,} articles, {counts['passages']:,} passages in {settings.home}"
            checks = [Check(name="corpus", ok=True, detail=detail)]
            problems = corpus.problems()
            state = corpus.index.state()
    except RagError as e:
        return [Check(name="corpus", ok=False, detail=str(e))]
    checks += [Check(name="indexes", ok=False, detail=problem) for problem in problems]
    return checks if problems else [*checks, Check(name="indexes", ok=True, detail=f"in order; {state}")]
