"""What the setting may be, and where text goes with it."""

import pytest

from rag.errors import LlmError
from rag.llm.spec import destination, parse


@pytest.mark.parametrize(
    ("setting", "host", "local"),
    [
        ("openai:gpt-4o-mini", "api.openai.com", False),
        ("anthropic:claude-sonnet-4-0", "api.anthropic.com", False),
        ("ollama:qwen2.5", "127.0.0.1", True),
        ("openai-like:q@http://localhost:8080/v1", "localhost", True),
        ("openai-like:q@https://llm.example.org/v1", "llm.example.org", False),
        ("gguf:/tmp/m.gguf", None, True),
        ("extractive", None, True),
    ],
)
def test_where_text_goes(setting: str, host: str | None, local: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "OLLAMA_BASE_URL", "OLLAMA_HOST"):
        monkeypatch.delenv(name, raising=False)
    found = destination(parse(setting))
    assert (found.host, found.local) == (host, local)
    assert ("Nothing leaves this machine" in str(found)) is local
    assert local or str(found) == f"Your question and the passages found for it are sent to {host}."


@pytest.mark.parametrize("setting", ["gpt-4o", "mistral:7b", "openai:", "openai-like:q", "openai-like:q@ftp://x", ""])
def test_a_setting_that_names_no_model(setting: str) -> None:
    with pytest.raises(LlmError):
        parse(setting)


def test_a_key_in_an_address_is_refused_and_not_repeated() -> None:
    for setting in ("openai-like:q@http://me:hunter2@host/v1", "openai-like:q@http://host/v1?key=hunter2"):
        with pytest.raises(LlmError, match="OPENAI_LIKE_API_KEY") as caught:
            parse(setting)
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("", "http://127.0.0.1:11434"), ("0.0.0.0", "http://127.0.0.1:11434"), ("0.0.0.0:11435", "http://127.0.0.1:11435"),
        ("localhost", "http://localhost:11434"), (":8000", "http://127.0.0.1:8000"), ("[::]", "http://127.0.0.1:11434"),
        ("::1", "http://[::1]:11434"), ("[::1]:9", "http://[::1]:9"), ("http://0.0.0.0:11434/", "http://127.0.0.1:11434"),
        (" 'box' ", "http://box:11434"), ("http://box", "http://box:80"), ("https://box", "https://box:443"),
        ("https://box/ollama", "https://box:443/ollama"), ("box:5/x/", "http://box:5/x"),
    ],
)  # fmt: skip
def test_ollamas_address_in_all_its_forms(given: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_BASE_URL", raising=False)
    monkeypatch.setenv("OLLAMA_HOST", given)
    spec = parse("ollama:small")
    assert spec and spec.url == url
    assert destination(spec).local == ("box" not in url)
