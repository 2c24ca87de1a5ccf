"""One word's probability and one constrained reply, from a real llama.cpp server and from others; the window."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from rag.errors import LlmError
from rag.llm.model import ASSUMED, Model
from rag.llm.spec import Spec
from tests.llm.conftest import ModelServer, Scripted, model_of
from tests.llm.test_gguf import FILE, needs_model

SCHEMA = {
    "type": "object",
    "properties": {"stands": {"enum": ["for", "against", "unclear"]}},
    "required": ["stands"],
    "additionalProperties": False,
}
ABOUT = "The mayor of Veldt opposes the new tram line; the merchants want it.\n\n"


def top(**shares: float) -> list[dict[str, Any]]:
    return [{"token": token, "logprob": math.log(share)} for token, share in shares.items()]


def openai_word(s: Scripted, first: list[dict[str, Any]], text: str = "Yes") -> None:
    logprobs = {"content": [{"token": text, "logprob": -0.1, "top_logprobs": first}]}
    choice = {"index": 0, "delta": {"content": text}, "logprobs": logprobs, "finish_reason": "length"}
    s.begin()
    s.write(f"data: {json.dumps({'choices': [choice]})}\n\ndata: [DONE]\n\n")


@needs_model
def test_a_real_server_gives_probabilities_and_json() -> None:
    model = Model(Spec("gguf", str(FILE), None), window=1024)
    try:
        found = model.probability("You are careful.", f"{ABOUT}Does the mayor oppose the line? Answer Yes or No.")
        assert found and set(found) == {"Yes", "No"} and sum(found.values()) == pytest.approx(1)
        assert 0 < found["Yes"] < 1
        stands = json.loads(model.choose("You are careful.", f"{ABOUT}Where does the mayor stand?", SCHEMA))
        assert stands["stands"] in ("for", "against", "unclear")
    finally:
        model.close()


def test_the_variants_of_a_word_are_one_choice(server: ModelServer) -> None:
    first = [
        *top(Yes=0.4, No=0.1, Perhaps=0.2),
        {"token": " yes", "logprob": math.log(0.1)},
        {"token": "NO", "logprob": math.log(0.15)},
    ]
    server.script = lambda s: openai_word(s, first)
    found = model_of(server.spec).probability("Judge.", "Is it?")
    assert found == {"Yes": pytest.approx(2 / 3), "No": pytest.approx(1 / 3)}
    body = server.requests[0].body
    assert body["logprobs"] is True and body["top_logprobs"] == 20 and body["max_tokens"] == 1
    assert body["messages"][0] == {"role": "system", "content": "Judge."}


def test_a_long_word_is_known_by_its_first_token(server: ModelServer) -> None:
    server.script = lambda s: openai_word(s, top(contr=0.3, support=0.1), "contr")
    found = model_of(server.spec).probability("", "?", ("contradicts", "supports", "neither"))
    assert found == {"contradicts": pytest.approx(0.75), "supports": pytest.approx(0.25), "neither": 0}


def test_ollama_tells_them_too(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", server.root)
    logprobs = [{"token": "No", "logprob": -0.1, "top_logprobs": top(No=0.9, Yes=0.1)}]
    server.script = lambda s: s.ollama({"content": "No"}, logprobs=logprobs)
    found = model_of("ollama:small").probability("", "?")
    assert found == {"Yes": pytest.approx(0.1), "No": pytest.approx(0.9)}
    body = server.requests[0].body
    sent = body["logprobs"], body["top_logprobs"], body["think"], body["options"]["num_predict"]
    assert sent == (True, 20, False, 1)


def word(text: str) -> Callable[[Scripted], None]:
    return lambda s: s.answer(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("Yes", {"Yes": 1, "No": 0}), ("no.", {"Yes": 0, "No": 1}), ("Yes, it does.", {"Yes": 1, "No": 0}), ("Hm", None)],
)
def test_where_there_are_no_probabilities_the_word_counts(text: str, found: Any, server: ModelServer) -> None:
    server.script = word(text)
    assert model_of(server.spec).probability("", "?") == found


def test_a_server_that_refuses_them_is_asked_without(server: ModelServer) -> None:
    def strict(s: Scripted) -> None:
        if "logprobs" in s.body:
            s.send(400, '{"error": {"message": "logprobs is not supported by this model"}}')
        else:
            s.answer("Yes")

    server.script = strict
    model = model_of(server.spec)
    assert [model.probability("", "?"), model.probability("", "?")] == [{"Yes": 1, "No": 0}] * 2
    assert len(server.requests) == 3, "what was refused once is not sent again"


def test_json_is_held_to_its_schema_where_the_server_can(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_BASE_URL", server.root)
    server.script = word('{"stands": "against"}')
    assert json.loads(model_of(server.spec).choose("", "?", SCHEMA)) == {"stands": "against"}
    assert server.requests[0].body["response_format"]["json_schema"]["schema"] == SCHEMA
    server.script = lambda s: s.ollama({"content": '{"stands": "for"}'})
    assert json.loads(model_of("ollama:small").choose("", "?", SCHEMA)) == {"stands": "for"}
    assert server.requests[1].body["format"] == SCHEMA


def test_json_is_found_in_what_else_a_model_writes(server: ModelServer) -> None:
    def strict(s: Scripted) -> None:
        if "response_format" in s.body:
            s.send(422, '{"detail": "response_format: extra fields not permitted"}')
        elif "follows this schema" in s.prompt:
            s.answer('Here it is:\n```json\n{"stands": "for"}\n```')
        else:
            s.answer("The merchants want it.")

    server.script = strict
    assert json.loads(model_of(server.spec).choose("", "?", SCHEMA)) == {"stands": "for"}
    server.script = word("I would rather not.")
    with pytest.raises(LlmError, match="wrote no whole JSON"):
        model_of(server.spec).choose("", "?", SCHEMA)


@pytest.mark.parametrize(
    ("path", "payload"),
    [
        ("/props", {"default_generation_settings": {"n_ctx": 1536}}),  # llama.cpp
        ("/v1/models", {"data": [{"id": "other", "max_model_len": 9}, {"id": "small", "max_model_len": 1536}]}),  # vLLM
        ("/v1/models", {"data": [{"id": "file.gguf", "meta": {"n_ctx": 1536}}]}),
        ("/props", ["nonsense"]),
    ],
)
def test_the_window_is_asked_from_the_server(path: str, payload: object, server: ModelServer) -> None:
    assert model_of(server.spec).window() == ASSUMED
    server.payloads[path] = payload
    assert model_of(server.spec).window() == (ASSUMED if payload == ["nonsense"] else 1536)
