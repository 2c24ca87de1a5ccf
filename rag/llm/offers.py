"""Which models can be used here and now, and which local ones are worth having. Looks and tells; fetches nothing."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx

from rag.llm.spec import key_variable, parse

_SECONDS = 2.0
_MISSING = "pip install 'rashomon[gguf]'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A setting for `llm`, whether it can be used, and what is missing or known of it."""

    setting: str
    usable: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    """A local model for a machine with so many GB of memory: a file of a repository of the hub."""

    memory: int
    repo: str
    file: str
    licence: str


# The best instruction followers of their size with a free licence in one file, at four bits: 1, 5 and 9 GB.
RECOMMENDED = (
    Recommended(
        memory=8,
        repo="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
        file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
        licence="Apache-2.0",
    ),
    Recommended(memory=16, repo="bartowski/Qwen2.5-7B-Instruct-GGUF", file="Qwen2.5-7B-Instruct-Q4_K_M.gguf",
                licence="Apache-2.0"),
    Recommended(memory=32, repo="bartowski/Qwen2.5-14B-Instruct-GGUF", file="Qwen2.5-14B-Instruct-Q4_K_M.gguf",
                licence="Apache-2.0"),
)  # fmt: skip


def offers(folder: Path) -> Iterator[Offer]:
    """Every provider, the models of a running Ollama, and the GGUF files in the folder."""
    yield Offer(setting="extractive", usable=True, detail="the articles' own sentences; no model, nothing leaves")
    yield _hosted("openai:MODEL")
    yield _hosted("anthropic:MODEL")
    yield from _ollama()
    yield Offer(setting="openai-like:MODEL@URL", usable=True, detail="vLLM, llama-server, LM Studio, …")
    runs = find_spec("xllamacpp") is not None
    files = sorted(folder.glob("*.gguf")) if folder.is_dir() else []
    for file in files:
        size = f"{file.stat().st_size / 1e9:.1f} GB"
        yield Offer(setting=f"gguf:{file}", usable=runs, detail=size if runs else _MISSING)
    if not files:
        detail = f"no file in {folder}: `rag models pull` fetches one" if runs else _MISSING
        yield Offer(setting="gguf:/path/model.gguf", usable=False, detail=detail)


def _hosted(setting: str) -> Offer:
    spec = parse(setting)
    assert spec
    variable = key_variable(spec.provider)
    if not os.environ.get(variable):
        return Offer(setting=setting, usable=False, detail=f"set {variable}")
    return Offer(setting=setting, usable=True, detail=f"sends questions and passages to {spec.url}")


def _ollama() -> Iterator[Offer]:
    spec = parse("ollama:MODEL")
    assert spec
    try:
        models = httpx.get(f"{spec.url}/api/tags", timeout=_SECONDS).json()["models"]
    except (httpx.HTTPError, ValueError, KeyError):
        yield Offer(setting="ollama:MODEL", usable=False, detail=f"no Ollama answers at {spec.url}")
        return
    for model in models:
        yield Offer(setting=f"ollama:{model['name']}", usable=True, detail=f"{model.get('size', 0) / 1e9:.1f} GB")
