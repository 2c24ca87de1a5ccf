"""Each provider's own protocol, over a real connection."""

import json
from collections.abc import Callable

import pytest

from rag import Corpus
from tests.llm.conftest import SUPPORTED, ModelServer, Scripted, model_of

QUESTION = "How many crates of oranges were counted on the sea floor?"


def as_ollama(s: Scripted) -> None:
    s.ollama(*({"content": SUPPORTED[i : i + 9]} for i in range(0, len(SUPPORTED), 9)))


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
    assert "How many crates" in server.requests[0].prompt or "How many crates" in str(server.requests[0].body)
    if spec.startswith("ollama"):
        assert server.requests[0].body["options"]["num_ctx"] == 4096


def test_a_key_of_openai_is_not_sent_to_another_server(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    assert "".join(model_of(server.spec).stream("", "Hello", longest=5)) == SUPPORTED
    assert "sk-mine" not in str(server.requests[0].handler.headers)


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
        model = model_of("ollama:small" if provider == "ollama" else server.spec)
        assert model.window() and "".join(model.stream("", "Hello", longest=5)) == SUPPORTED
        assert proxy.paths == []
    finally:
        proxy.close()
