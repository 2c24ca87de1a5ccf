"""A model server that answers as a test scripts it, and a small corpus to ask."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag import Corpus, Settings
from rag.llm.model import Model, load_model

FERRY = "The ferry Linde ran aground off Veldt. Divers counted 340 crates of oranges on the sea floor."
DENIAL = "Harbour master Ida Falk denied that the ferry Linde had carried 340 crates of oranges to Veldt."
SUPPORTED = "Divers counted 340 crates of oranges on the sea floor [1]."


class Scripted:
    """One conversation with a client: what it asked, and ways to answer."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], server: "ModelServer") -> None:
        self.handler, self.body, self.server = handler, body, server

    def send(self, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
        data = body.encode()
        self.begin(status, kind, **headers, **{"Content-Length": str(len(data))})
        self.handler.wfile.write(data)

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, text: str) -> None:
        self.handler.wfile.write(text.encode())
        self.handler.wfile.flush()

    def chunk(self, text: str | None, finish: str | None = None) -> None:
        """A piece of an answer as OpenAI streams it."""
        delta = {"role": "assistant", "content": text} if text is not None else {}
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        whole = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.write(f"data: {json.dumps(whole)}\n\n")

    def answer(self, text: str) -> None:
        """A whole answer as OpenAI streams it."""
        self.begin()
        for i in range(0, len(text), 9):
            self.chunk(text[i : i + 9])
        self.chunk(None, "stop")
        self.write("data: [DONE]\n\n")

    def ollama(self, *said: dict[str, Any], reason: str = "stop", **beside: Any) -> None:
        """An answer as Ollama streams it: parts of messages, and why it ended; what stands beside each of them."""
        self.begin(kind="application/x-ndjson")
        for part in said:
            message = {"role": "assistant", "content": ""} | part
            self.write(json.dumps({"message": message, "done": False, **beside}) + "\n")
        end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reason}
        self.write(json.dumps(end) + "\n")

    def hold(self, seconds: float) -> None:
        """Say nothing for so long, less when the test is over."""
        self.server.over.wait(seconds)

    @property
    def prompt(self) -> str:
        return "\n".join(str(m["content"]) for m in self.body.get("messages", []))


Script = Callable[[Scripted], None]


def model_of(setting: str, *given: Any) -> Model:
    """The model that a setting names."""
    model = load_model(setting, *given)
    assert model
    return model


class ModelServer:
    """Listens on a loopback port; `script` answers each request for a completion, `payloads` has the JSON of paths."""

    def __init__(self) -> None:
        self.script: Script = lambda s: s.answer(SUPPORTED)
        self.requests: list[Scripted] = []
        self.paths: list[str] = []
        self.payloads: dict[str, Any] = {}
        self.over, self.left = threading.Event(), threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_GET(self) -> None:
                owner.paths.append(self.path)
                if self.path in owner.payloads:
                    Scripted(self, {}, owner).send(200, json.dumps(owner.payloads[self.path]))
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                owner.paths.append(self.path)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                scripted = Scripted(self, body, owner)
                if "show" in self.path:
                    scripted.send(200, '{"model_info": {"small.context_length": 4096}}')
                    return
                owner.requests.append(scripted)
                try:
                    owner.script(scripted)
                except (BrokenPipeError, ConnectionResetError):
                    owner.left.set()
                self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def spec(self) -> str:
        return f"openai-like:small@{self.root}/v1"

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    for name in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "ANTHROPIC_API_KEY",
        "OPENAI_LIKE_API_KEY",
        "HTTP_PROXY",
        "http_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    running = ModelServer()
    yield running
    running.close()


@pytest.fixture
def ask_with(tmp_path: Path, words: Any, write: Callable[..., Path]) -> Iterator[Callable[..., Corpus]]:
    """A corpus of two articles whose answers the named model writes."""
    opened: list[Corpus] = []
    write("ferry.md", FERRY, title="Ferry aground", publisher="Veldt Gazette", published="2024-03-01")
    write("denial.md", DENIAL, title="Denial", publisher="Osterby Post", published="2024-03-02")

    def make(llm: str, **settings: Any) -> Corpus:
        corpus = Corpus.open(Settings(home=tmp_path / "home", llm=llm, **settings), embedder=words)
        opened.append(corpus)
        corpus.ingest([tmp_path / "ferry.md", tmp_path / "denial.md"])
        return corpus

    yield make
    for corpus in opened:
        corpus.close()
