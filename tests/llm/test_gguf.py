"""A real llama.cpp server in this process with a real small model: start, stream, cancel, follow-up."""

import json
import os
import subprocess
import sys
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


def idle(spec: Spec) -> bool:
    headers = {"Authorization": f"Bearer {spec.secret}"}
    slots = httpx.get(f"{str(spec.url).removesuffix('/v1')}/slots", headers=headers, timeout=60).json()
    return not any(slot["is_processing"] for slot in slots)


@needs_model
def test_a_model_starts_streams_and_is_cancelled() -> None:
    model = Model(Spec("gguf", str(FILE), None), window=1024)
    try:
        assert model.name.startswith("gguf:SmolLM2")
        assert model.window() == 1024
        pieces = model.stream("Count.", "Count from one to a thousand, in words.", longest=900)
        assert next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        spec = model._address()  # pyright: ignore[reportPrivateUsage]
        assert httpx.get(f"{str(spec.url).removesuffix('/v1')}/slots", timeout=60).status_code == 401
        until = time.monotonic() + 60
        while not idle(spec) and time.monotonic() < until:
            time.sleep(0.1)
        assert idle(spec), "the server goes on writing for nobody"
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


_SERVE = """
import sys, time
from pathlib import Path
from rag.llm.gguf import GgufServer
from rag.llm.spec import Spec
server = GgufServer(Spec("gguf", sys.argv[1], None), 512, Path(sys.argv[2]))
print("ready", flush=True)
time.sleep(600)
"""


@needs_model
def test_the_processes_of_a_user_share_what_one_has_loaded(tmp_path: Path) -> None:
    model = Model(Spec("gguf", str(FILE), None), window=512, folder=tmp_path)
    assert not model.ready
    other = subprocess.Popen(
        [sys.executable, "-c", _SERVE, str(FILE), str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout and other.stdout.readline() == "ready\n"
        (record,) = tmp_path.glob("*.json")
        assert record.stat().st_mode & 0o077 == 0, "only the user may read the key"
        assert model.ready and "".join(model.stream("Be brief.", "Say hello.", longest=8))
        spec = model._address()  # pyright: ignore[reportPrivateUsage]
        assert spec.url == json.loads(record.read_text())["url"] and spec.secret not in repr(spec)
        other.kill()
        other.wait()
        assert not model.ready and not record.exists(), "what a killed process left is taken away"
        assert "".join(model.stream("Be brief.", "Say hello.", longest=8)), "it is loaded anew"
        assert model.ready and record.exists()
        second = Model(model.spec, window=512, folder=tmp_path)
        assert second.ready and second._address().url == model._address().url  # pyright: ignore[reportPrivateUsage]
        second.close()
        assert model.ready
    finally:
        other.kill()
        if other.stdout:
            other.stdout.close()
        model.close()
    assert not list(tmp_path.glob("*.json"))
