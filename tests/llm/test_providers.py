"""Each provider's own protocol, over a real connection; where text goes; what the setting may be."""

import json
from collections.abc import Callable

import pytest

from rag import Corpus
from rag.errors import LlmError
from rag.llm.model import load_model
from rag.llm.spec import destination, parse
from rag.llm.window import ASSUMED
from tests.llm.conftest import SUPPORTED, ModelServer, Scripted

QUESTION = "How many crates of oranges were counted on the sea floor?"


def as_ollama(s: Scripted) -> None:
    s.begin(kind="application/x-ndjson")
    for i in range(0, len(SUPPORTED), 9):
        s.write(
            json.dumps({"model": "m", "message": {"role": "assistant", "content": SUPPORTED[i : i + 9]}, "done": False})
            + "\n"
        )
    s.write(json.dumps({"model": "m", "message": {"role": "assistant", "content": ""}, "done": True}) + "\n")


def as_anthropic(s: Scripted) -> None:
    def event(kind: str, **fields: object) -> None:
        s.write(f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n")

    s.begin()
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "claude", "stop_reason": None,
               "stop_sequence": None, "usage": usage}  # fmt: skip
    event("message_start", message=message)
    event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    for i in range(0, len(SUPPORTED), 9):
        event("content_block_delta", index=0, delta={"type": "text_delta", "text": SUPPORTED[i : i + 9]})
    event("content_block_stop", index=0)
    event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage={"output_tokens": 9})
    event("message_stop")


@pytest.mark.parametrize(
    ("spec", "script", "path"),
    [
        ("openai:gpt-4o-mini", lambda s: s.answer(SUPPORTED), "/v1/chat/completions"),
        ("openai:a-model-of-next-year", lambda s: s.answer(SUPPORTED), "/v1/chat/completions"),
        ("anthropic:claude-sonnet-4-0", as_anthropic, "/v1/messages"),
        ("ollama:small", as_ollama, "/api/chat"),
    ],
)
def test_a_provider_answers(spec: str, script: Callable[[Scripted], None], path: str, server: ModelServer,
                            ask_with: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-2")
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.root}/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.root)
    monkeypatch.setenv("OLLAMA_BASE_URL", server.root)
    server.script = script
    corpus = ask_with(spec)
    events = list(corpus.stream(QUESTION))
    answer = events[-1].answer
    assert answer and answer.notices == ()
    assert answer.engine == spec
    assert answer.text.startswith("Divers counted 340 crates of oranges on the sea floor. [1]")
    assert "".join(e.text for e in events if e.kind == "text") == answer.text
    assert server.paths[-1] == path
    assert "How many crates" in server.asked[0].prompt or "How many crates" in str(server.asked[0].body)
    if spec.startswith("ollama"):
        assert server.asked[0].body["options"]["num_ctx"] == 4096


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/props", {"default_generation_settings": {"n_ctx": 1536}}),  # llama.cpp
        ("/v1/models", {"data": [{"id": "other", "max_model_len": 9}, {"id": "small", "max_model_len": 1536}]}),  # vLLM
        ("/v1/models", {"data": [{"id": "file.gguf", "meta": {"n_ctx": 1536}}]}),
    ],
)
def test_the_window_is_asked_from_the_server(path: str, told: object, server: ModelServer) -> None:
    server.told[path] = told
    model = load_model(server.spec)
    assert model and model.window() == 1536


def test_a_server_that_tells_no_window(server: ModelServer) -> None:
    model = load_model(server.spec)
    assert model and model.window() == ASSUMED
    server.told["/props"] = ["nonsense"]
    model = load_model(server.spec)
    assert model and model.window() == ASSUMED


def test_a_key_of_openai_is_not_sent_to_another_server(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    model = load_model(server.spec)
    assert model and "".join(model.stream("", "Hello", longest=5)) == SUPPORTED
    assert "sk-mine" not in str(server.asked[0].handler.headers)


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


@pytest.mark.parametrize("provider", ["ollama", "openai-like"])
def test_this_machine_is_never_asked_through_a_proxy(
    provider: str, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = ModelServer()
    try:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.root)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("OLLAMA_BASE_URL", server.root)
        server.script = as_ollama if provider == "ollama" else server.script
        model = load_model("ollama:small" if provider == "ollama" else server.spec)
        assert model and model.window() and "".join(model.stream("", "Hello", longest=5)) == SUPPORTED
        assert proxy.paths == []
    finally:
        proxy.close()
