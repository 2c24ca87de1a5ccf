"""A real llama.cpp server in this process with a real small model: start, stream, cancel, follow-up."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from rag import Corpus, Turn
from rag.errors import LlmError
from rag.llm.gguf import GgufServer
from rag.llm.model import Model, load_model
from rag.llm.spec import Spec

_FOLDER = os.environ.get("RAG_TEST_GGUF_FOLDER", "")
FILE = next(iter(sorted(Path(_FOLDER).rglob("SmolLM2*.gguf"))) if _FOLDER else iter(()), None)
needs_model = pytest.mark.skipif(FILE is None, reason="no SmolLM2 in RAG_TEST_GGUF_FOLDER; .ci/run fetches it")


def idle(url: str) -> bool:
    return not any(slot["is_processing"] for slot in httpx.get(f"{url.removesuffix('/v1')}/slots", timeout=60).json())


@needs_model
def test_a_model_starts_streams_and_is_cancelled() -> None:
    model = Model(Spec("gguf", str(FILE), None), window=1024)
    try:
        assert model.name.startswith("gguf:SmolLM2")
        assert model.window() == 1024
        pieces = model.stream("Count.", "Count from one to a thousand, in words.", longest=900)
        assert next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        url = model._address().url  # pyright: ignore[reportPrivateUsage]
        assert url
        until = time.monotonic() + 60
        while not idle(url) and time.monotonic() < until:
            time.sleep(0.1)
        assert idle(url), "the server goes on writing for nobody"
        assert "".join(model.stream("Be brief.", "Say hello.", longest=12))
    finally:
        model.close()


@needs_model
def test_it_answers_a_question_and_a_follow_up(ask_with: Callable[..., Corpus]) -> None:
    corpus = ask_with(f"gguf:{FILE}", llm_window=2048)
    question = "How many crates of oranges were counted on the sea floor?"
    events = list(corpus.stream(question))
    first = events[-1].answer
    assert first and "".join(e.text for e in events if e.kind == "text") == first.text
    history = [Turn("user", question), Turn("assistant", first.text)]
    second = corpus.ask("And who denied it?", history=history)
    for answer in (first, second):
        assert answer.question and answer.verdict
        for c in answer.citations:
            assert corpus.article(c.article_id).text[c.start : c.end] == c.quote and f"[{c.number}]" in answer.text
        by_model, declined = answer.engine.startswith("gguf:SmolLM2"), answer.verdict == "declined"
        assert by_model or declined or answer.notices


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_text("no model")
    for path, said in ((tmp_path / "gone.gguf", "there is no file"), (tmp_path / "m.gguf", "is no GGUF file")):
        with pytest.raises(LlmError, match=said):
            GgufServer(Spec("gguf", str(path), None))
        model = load_model(f"gguf:{path}")
        assert model
        with pytest.raises(LlmError, match=said):
            model.prepare()
