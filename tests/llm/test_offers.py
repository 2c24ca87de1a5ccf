"""`rag models`: what can be used here and now."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import LlmError
from rag.llm.offers import RECOMMENDED, offers, proposals, write_setting
from tests.llm.conftest import ModelServer


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, no Ollama."""
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OLLAMA_BASE_URL", "http://127.0.0.1:9")


def test_what_is_usable_is_told_from_what_is_missing(
    tmp_path: Path, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    (tmp_path / "small.gguf").write_bytes(b"GGUF")
    found = {o.setting: o for o in offers(tmp_path)}
    assert found["extractive"].usable and found["openai:MODEL"].usable and found[f"gguf:{tmp_path}/small.gguf"].usable
    assert "api.openai.com" in found["openai:MODEL"].detail
    assert not found["anthropic:MODEL"].usable and found["anthropic:MODEL"].detail
    assert not found["ollama:MODEL"].usable and "http://127.0.0.1:9" in found["ollama:MODEL"].detail
    assert [r.memory for r in RECOMMENDED] == [8, 16, 32]


def test_the_command_lists_them(rag: Callable) -> None:  # type: ignore[type-arg]
    result = rag("models", "--json", env={"OLLAMA_BASE_URL": "http://127.0.0.1:9"})
    assert result.returncode == 0, result.stderr
    assert {"extractive", "openai-like:MODEL@URL"} <= {m["setting"] for m in json.loads(result.stdout)["models"]}
    refused = rag("models", "pull")
    assert refused.returncode == 2 and "--memory" in refused.stderr


def test_what_the_machine_has_is_proposed_first_and_what_is_hosted_last(
    tmp_path: Path, server: ModelServer, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", server.root)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-1")
    sizes = {"small:1b": 1e9, "middle:4b": 4e9, "large:70b": 40e9}
    server.payloads["/api/tags"] = {"models": [{"name": name, "size": size} for name, size in sizes.items()]}
    found = proposals(tmp_path, memory=16.4)
    ours = [p for p in found if p.offer.setting.startswith(("ollama:", "anthropic:"))]
    assert [p.offer.setting.partition(":")[2] for p in ours[:2]] == ["middle:4b", "small:1b"]
    assert ours[2].fetched and ours[2].fetched.memory == 16 and ours[2].offer.name.endswith("in Ollama")
    assert ours[3].leaves == "api.anthropic.com" and "MODEL" not in ours[3].offer.setting


def test_a_file_is_proposed_where_there_is_nothing(tmp_path: Path, alone: None) -> None:
    for memory, wanted in ((4.0, 8), (15.6, 16), (200.0, 32)):
        (fetched,) = [p for p in proposals(tmp_path, memory) if p.fetched]
        assert fetched.fetched and fetched.fetched.memory == wanted and fetched.offer.setting.startswith("gguf:")


def test_a_setting_is_written_and_the_rest_stays(tmp_path: Path) -> None:
    file = tmp_path / "rag.toml"
    write_setting(file, "ollama:small:1b")
    assert tomllib.loads(file.read_text()) == {"llm": "ollama:small:1b"}
    file.write_text('# mine\nhome = "articles"\nllm = "extractive"  # for now\nresults = 9\n')
    write_setting(file, 'gguf:/a "b"/ü.gguf')
    assert tomllib.loads(file.read_text()) == {"llm": 'gguf:/a "b"/ü.gguf', "home": "articles", "results": 9}
    assert "# mine" in file.read_text()
    file.write_text("llm = '''\nextractive'''\n")
    for setting in ("ollama:small", "nonsense"):
        with pytest.raises(LlmError):
            write_setting(file, setting)
    assert file.read_text() == "llm = '''\nextractive'''\n"


def test_the_command_sets_a_model_up(rag: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    environment = {"OLLAMA_BASE_URL": "http://127.0.0.1:9", "OPENAI_API_KEY": "sk-1", "RAG_CACHE": str(tmp_path)}
    result = rag("models", "setup", "--json", env=environment)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["llm"] is None and found["proposals"][-1]["leaves"] == "api.openai.com"
    refused = rag("models", "setup", "nonsense", env=environment)
    assert refused.returncode == 2 and "names no model" in refused.stderr


def test_the_command_asks_which(rag: Callable, server: ModelServer, tmp_path: Path) -> None:  # type: ignore[type-arg]
    server.payloads["/api/tags"] = {"models": [{"name": "small:1b", "size": 1e9}]}
    environment = {"OLLAMA_BASE_URL": server.root, "RAG_CACHE": str(tmp_path)}
    result = rag("models", "setup", env=environment, input="1\n")
    assert result.returncode == 0 and "llm = ollama:small:1b" in result.stderr and "small:1b in Ollama" in result.stdout
