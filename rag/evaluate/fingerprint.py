"""What a run's figures are of: corpus, index, settings, code and cases, so that two runs can be told apart."""

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rag import resources
from rag.corpus import SPLITTER_VERSION, Corpus
from rag.evaluate.cases import Case

# Settings that name places on this machine, and secrets: they change no answer.
_PLACES = {"home", "cache", "chroma"}


def fingerprint(corpus: Corpus, cases: Sequence[Case]) -> dict[str, Any]:
    """Plain values; equal where the same code answers the same cases from the same corpus with the same settings."""
    kept = corpus.settings.model_dump(mode="json")
    settings = {k: v for k, v in kept.items() if k not in _PLACES and "key" not in k and "token" not in k.split("_")}
    articles = sorted(f"{a.id} {a.publisher} {a.published}" for a in corpus.articles())
    return {
        "corpus": _digest("\n".join(articles)), "articles": len(articles),
        "index": {"embedder": corpus.embedder.name, "splitter": SPLITTER_VERSION},
        "settings": settings, "code": _code(), "version": _version(),
        "cases": _digest("\n".join(c.model_dump_json() for c in cases)), "python": platform.python_version(),
    }  # fmt: skip


def _code() -> str:
    """A digest of the package's own files and prompts: a change that was not released is another version too."""
    root, prompts = Path(__file__).resolve().parent.parent, resources.folder("prompts")
    files = [
        (p.relative_to(root), p) for p in root.rglob("*") if p.suffix in (".py", ".yaml") and "_data" not in p.parts
    ]
    files += [(Path(p.name), p) for p in prompts.glob("*.md")]
    return _digest("".join(f"{name}\0{p.read_text(encoding='utf-8')}" for name, p in sorted(files)))


def _version() -> str:
    try:
        return version("rashomon")
    except PackageNotFoundError:
        return "not installed"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
