"""Models that think before they answer: their thoughts are in no piece, keep the request alive, and have their room."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rag.errors import LlmError
from rag.llm.model import Model
from rag.llm.stream import Deadlines, Thoughts
from tests.llm.conftest import ModelServer, Scripted, model_of

ANSWER = "The orchestra of Lunde [1] plays no encores."
THOUGHT = "The user asks about encores. Perhaps it plays three?"


def tagged(s: Scripted) -> None:
    text = f"<think>\n{THOUGHT}\n</think>\n\n{ANSWER}"
    s.ollama(*({"content": text[i : i + 3]} for i in range(0, len(text), 3)))


def in_a_field(s: Scripted) -> None:
    s.ollama({"thinking": THOUGHT}, {"thinking": " No."}, {"content": ANSWER})


@pytest.fixture
def model(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Model:
    monkeypatch.setenv("OLLAMA_HOST", server.root)
    monkeypatch.delenv("OLLAMA_BASE_URL", raising=False)
    return model_of("ollama:small", Deadlines(connect=1, first=3, between=3, total=20))


@pytest.mark.parametrize("script", [tagged, in_a_field])
def test_thoughts_are_never_shown(script: Callable[[Scripted], None], server: ModelServer, model: Model) -> None:
    server.script = script
    assert "".join(model.stream("", "Encores?", longest=50)).strip() == ANSWER
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "said",
    [[{"content": "<think>"}, {"content": THOUGHT}], [{"thinking": THOUGHT}], []],
    ids=["tag", "field", "silent"],
)
def test_a_model_that_used_its_tokens_up_is_given_room_once(said: Any, server: ModelServer, model: Model) -> None:
    def script(s: Scripted) -> None:
        s.ollama(*said, reason="length")

    server.script = lambda s: script(s) if len(server.requests) == 1 else in_a_field(s)
    window = model.window()
    assert "".join(model.stream("", "Encores?", longest=50)) == ANSWER
    limits = [s.body["options"]["num_predict"] for s in server.requests]
    assert limits == [50, 50 + window // 2] and model.window() == window // 2
    server.script = script
    with pytest.raises(LlmError, match=r"thought until its 2,098 tokens were used up, and wrote no answer"):
        list(model.stream("", "Encores?", longest=50))
    assert len(server.requests) == 3


def test_thinking_is_a_sign_of_life(server: ModelServer, model: Model) -> None:
    def slowly(s: Scripted) -> None:
        s.begin(kind="application/x-ndjson")
        for _ in range(8):
            s.hold(0.25)
            s.write(json.dumps({"message": {"content": "", "thinking": "hm "}, "done": False}) + "\n")
        s.write(json.dumps({"message": {"content": ANSWER}, "done": True}) + "\n")

    server.script = slowly
    model.deadlines = Deadlines(connect=1, first=1.5, between=1.5, total=20)
    assert "".join(model.stream("", "Encores?", longest=50)) == ANSWER


def test_a_server_that_says_that_the_model_thinks_is_believed(server: ModelServer) -> None:
    server.payloads["/props"] = {
        "default_generation_settings": {"n_ctx": 20_000},
        "chat_template": "<think>{x}</think>",
    }
    server.script = lambda s: s.answer(ANSWER)
    found = model_of(server.spec)
    assert found.window() == 20_000 - 4_096
    assert "".join(found.stream("", "Encores?", longest=50)) == ANSWER
    assert server.requests[0].body["max_tokens"] == 50 + 4_096


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_openais_reasoning(field: str, server: ModelServer) -> None:
    def script(s: Scripted) -> None:
        s.begin()
        for delta in ({field: THOUGHT}, {"content": ANSWER}):
            s.write(f"data: {json.dumps({'choices': [{'delta': delta, 'finish_reason': None}]})}\n\n")
        s.write(f"data: {json.dumps({'choices': [{'delta': {}, 'finish_reason': 'stop'}]})}\n\n")

    server.script = script
    assert "".join(model_of(server.spec).stream("", "Encores?", longest=50)) == ANSWER


def test_a_model_that_cannot_but_think_gives_a_plain_yes(server: ModelServer, model: Model) -> None:
    def script(s: Scripted) -> None:
        if s.body["options"]["num_predict"] == 1:
            s.ollama({"thinking": "Well"}, reason="length")
        else:
            s.ollama({"thinking": THOUGHT}, {"content": "No"})

    server.script = script
    assert model.probability("", "Encores?") == {"Yes": 0, "No": 1}


def test_the_key_is_in_no_piece() -> None:
    kept = Thoughts("sk-veldt-4711")
    text = "".join(kept.take(c)[1] for c in "It is sk-veldt-4711, sk-veldt-47 [2] <b>") + kept.take("", last=True)[1]
    assert text == "It is …, sk-veldt-47 [2] <b>"
