"""`rag models`: what can be used here and now."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.cli import main
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


def test_the_command_lists_them_and_proposes(
    tmp_path: Path, alone: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("RAG_CACHE", str(tmp_path))

    def said(status: int, *args: str) -> tuple[str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["models", *args])
        assert ended.value.code == status
        return capsys.readouterr()

    listed, _ = said(0, "--json")
    assert {"extractive", "openai-like:MODEL@URL"} <= {m["setting"] for m in json.loads(listed)["models"]}
    assert "--memory" in said(2, "pull")[1]
    found = json.loads(said(0, "setup", "--json")[0])
    assert found["llm"] is None and found["proposals"][-1]["leaves"] == "api.openai.com"
    assert "names no model" in said(2, "setup", "nonsense")[1]


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
    for memory, recommended in ((4.0, 8), (15.6, 16), (200.0, 32)):
        (fetched,) = [p for p in proposals(tmp_path, memory) if p.fetched]
        assert fetched.fetched and fetched.fetched.memory == recommended and fetched.offer.setting.startswith("gguf:")


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


def test_the_command_asks_which(rag: Callable, server: ModelServer, tmp_path: Path) -> None:  # type: ignore[type-arg]
    server.payloads["/api/tags"] = {"models": [{"name": "small:1b", "size": 1e9}]}
    environment = {"OLLAMA_BASE_URL": server.root, "RAG_CACHE": str(tmp_path)}
    result = rag("models", "setup", env=environment, input="1\n")
    assert result.returncode == 0 and "llm = ollama:small:1b" in result.stderr and "small:1b in Ollama" in result.stdout
