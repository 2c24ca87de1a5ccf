"""`rag models`: what can be used here and now."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.llm.offers import RECOMMENDED, offers

_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST")


def test_what_is_usable_is_told_from_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _KEYS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    (tmp_path / "small.gguf").write_bytes(b"GGUF")
    found = {o.setting: o for o in offers(tmp_path)}
    assert found["extractive"].usable and found["openai:MODEL"].usable and found[f"gguf:{tmp_path}/small.gguf"].usable
    assert "api.openai.com" in found["openai:MODEL"].detail
    assert not found["anthropic:MODEL"].usable and found["anthropic:MODEL"].detail
    assert not found["ollama:MODEL"].usable and "http://127.0.0.1:9" in found["ollama:MODEL"].detail
    assert [r.memory for r in RECOMMENDED] == [8, 16, 32]


def test_the_command_lists_them(rag: Callable) -> None:  # type: ignore[type-arg]
    told = rag("models", "--json", env={"OLLAMA_BASE_URL": "http://127.0.0.1:9"})
    assert told.returncode == 0, told.stderr
    assert {"extractive", "openai-like:MODEL@URL"} <= {m["setting"] for m in json.loads(told.stdout)["models"]}
    refused = rag("models", "pull")
    assert refused.returncode == 2 and "--memory" in refused.stderr
