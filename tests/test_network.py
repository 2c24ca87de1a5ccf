"""Nothing goes out and nothing is left behind: each entry point, run under a recorder, with proxies set and without.

The recorder is strace, which sees native code too. Where it may not trace, what Python connects to is seen by
tests/offline, what native code sends to a proxy by the proxy here, and what it leaves in the user's folders all the
same.
"""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.environment import SWITCHES, prepare
from tests.llm.conftest import ModelServer, server  # noqa: F401  (a fixture)
from tests.llm.test_gguf import FILE, needs_model

ROOT = Path(__file__).parent.parent
OFFLINE = ROOT / "tests" / "offline"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
OF_OURS = {*SWITCHES, "TORCHINDUCTOR_CACHE_DIR"}  # set in this process already, to be set anew in those it starts
QUESTION = "Who denied that the kilns were lost?"
ARTICLE = (
    "---\ntitle: Kilns\npublisher: Orrel Post\npublished: 2024-03-02\n---\n"
    "Eleven kilns were lost in Orrel, the potter Una Reed said. The guild denied on Monday that any kiln was lost.\n"
)
# What a connection or a datagram went to, and what was made or opened to be written, as strace prints them.
TO = re.compile(r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)")')
MADE = re.compile(r'(?:open|openat|creat|mkdir|mkdirat)\((?:AT_FDCWD, )?"([^"]+)"(?:, ([A-Z_|]+))?.*\) = \d')


@functools.cache
def can_trace() -> bool:
    found = shutil.which("strace")
    return bool(found) and subprocess.run([found, "-f", "true"], capture_output=True).returncode == 0


class Proxy(BaseHTTPRequestHandler):
    """Answers 502 and remembers what it was asked."""

    asked: list[str]

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def refuse(self) -> None:
        self.asked.append(f"{self.command} {self.path}")
        self.send_error(502)

    do_GET = do_POST = do_CONNECT = do_HEAD = refuse


class Ended(subprocess.Popen[str]):
    """A command that ends with its test, also where that fails: it would be waited for without end."""

    def __exit__(self, *raised: object) -> None:
        if raised[0] is not None and self.poll() is None:
            os.kill(traced(self), signal.SIGKILL)
        super().__exit__(*raised)  # pyright: ignore[reportArgumentType]


@dataclass
class Machine:
    """A user's folders, empty at first, and what was seen of the commands run in them."""

    folder: Path
    cache: Path
    asked: list[str]  # of its proxy
    proxy: str = ""

    def environment(self, **more: str) -> dict[str, str]:
        path = os.pathsep.join([str(OFFLINE), os.environ.get("PYTHONPATH", str(ROOT))])
        kept = {k: v for k, v in os.environ.items() if k.lower() not in PROXIES and k not in OF_OURS}
        own = {
            "HOME": self.of("user"), "XDG_CACHE_HOME": f"{self.folder}/user/.cache", "TMPDIR": self.of("tmp"),
            "RAG_HOME": str(self.folder / "home"), "RAG_CACHE": str(self.cache), "PYTHONPATH": path,
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        proxies = {name.upper(): self.proxy for name in PROXIES[:3]} if self.proxy else {}
        return kept | own | proxies | more

    def of(self, name: str) -> str:
        made = self.folder / name
        made.mkdir(parents=True, exist_ok=True)
        return str(made)

    def start(self, *args: str, **more: str) -> "Ended":
        command = [sys.executable, "-m", "rag", *args]
        if can_trace():
            log = self.folder / f"trace-{len(list(self.folder.glob('trace-*')))}"
            calls = "connect,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat"
            command = ["strace", "-f", "--seccomp-bpf", "-s", "300", "-e", f"trace={calls}", "-o", str(log), *command]
        # A shell that runs the tests behind it lets them ignore Ctrl-C, and what they start with them.
        return Ended(
            command, cwd=self.of("work"), env=self.environment(**more), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip

    def run(self, *args: str, **more: str) -> str:
        process = self.start(*args, **more)
        said, wrong = process.communicate(timeout=300)
        assert process.returncode in (0, 1), wrong
        assert "Traceback" not in wrong
        return said

    def connections(self) -> set[str]:
        """Where anything went that is not this machine."""
        found = set[str]()
        for log in self.folder.glob("trace-*"):
            for line in log.read_text(errors="replace").splitlines():
                if (to := TO.search(line)) and not (to[2] or to[3]).startswith(("127.", "::1", "0.0.0.0")):
                    found.add(f"{to[2] or to[3]}:{to[1]}")
        return found

    def left(self) -> list[str]:
        """Files and folders outside the home and our own cache: those that lie there, and those made for a while.

        What a package keeps in its own installed folder is left out: Gradio writes its stubs there when it is
        first imported.
        """
        lying = [str(p) for name in ("user", "tmp", "work") for p in (self.folder / name).rglob("*")]
        ours = (str(self.folder), str(self.cache), "/dev/", "/proc/", sysconfig.get_path("purelib"))
        for log in self.folder.glob("trace-*"):
            for line in log.read_text(errors="replace").splitlines():
                made = MADE.search(line)
                if made is None or made[1].startswith(ours) or not made[1].startswith("/"):
                    continue
                if "mkdir" in line or "O_CREAT" in (made[2] or "") or "O_WRONLY" in (made[2] or ""):
                    lying.append(made[1])
        return lying


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "proxied"])
def used(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """An article has been read into the collection, the model exported for it where it was not yet."""
    asked = list[str]()
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Proxy,), {"asked": asked}))
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    folder = tmp_path_factory.mktemp("machine")
    (folder / "kilns.md").write_text(ARTICLE)
    address = f"http://127.0.0.1:{proxy.server_port}" if request.param else ""
    made = Machine(folder, Path(os.environ["RAG_CACHE"]), asked, address)
    made.run("ingest", str(folder / "kilns.md"))
    yield made
    proxy.shutdown()
    proxy.server_close()


@pytest.fixture
def machine(used: Machine) -> Iterator[Machine]:
    """Nothing has gone out of it at the end, and nothing is left outside its home and cache."""
    yield used
    assert used.asked == []
    assert used.connections() == set()
    assert used.left() == []
    assert not [p for p in (used.cache / "uploads").rglob("*") if p.is_file()]


def test_a_question_and_the_evaluation(machine: Machine) -> None:
    assert "guild" in machine.run("ask", QUESTION)
    cases = machine.folder / "cases.jsonl"
    cases.write_text(
        json.dumps(
            {"id": "kilns", "kind": "fact", "question": QUESTION, "facts": [["guild"]], "articles": ["kilns.md"]}
        )
        + "\n"
    )
    assert json.loads(machine.run("eval", str(cases), "--json"))


def test_a_question_to_a_model_on_this_machine(machine: Machine, server: ModelServer) -> None:  # noqa: F811
    server.script = lambda s: s.answer("The guild denied it [1].")
    machine.run("ask", QUESTION, RAG_LLM=server.spec)
    assert server.requests


@needs_model
def test_a_model_that_is_kept_loaded(machine: Machine) -> None:
    spec = f"gguf:{FILE}"
    with machine.start("models", "serve", RAG_LLM=spec, RAG_LLM_WINDOW="1024") as process:
        assert process.stderr
        assert any("Ctrl-C" in text for text in process.stderr)
        said = machine.run("ask", QUESTION, RAG_LLM=spec, RAG_LLM_WINDOW="1024")
        assert "guild" in said
        stop(process)
        assert "Traceback" not in process.stderr.read()


def test_the_page(machine: Machine) -> None:
    with machine.start("serve") as process:
        assert process.stderr
        url = next(text for text in process.stderr if "Rashomon at" in text).split()[2]
        with httpx.Client(base_url=url, trust_env=False, timeout=120) as client:
            assert client.get("/").status_code == 200
            called = client.post("/gradio_api/call/ask", json={"data": [QUESTION, None, "", "", None]}).json()
            assert "guild" in client.get(f"/gradio_api/call/ask/{called['event_id']}").text
            sent = client.post("/gradio_api/upload", files={"files": ("a.md", ARTICLE.encode())})
            assert Path(sent.json()[0]).is_file()  # and is never asked to be read
        stop(process)
        assert "Traceback" not in process.stderr.read()


def test_programs_over_standard_input(machine: Machine) -> None:
    about = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    asked = {"name": "ask", "arguments": {"question": QUESTION}}
    said = ""
    with machine.start("mcp") as process:
        assert process.stdin and process.stdout
        for message in (
            {"id": 1, "method": "initialize", "params": about},
            {"method": "notifications/initialized"},
            {"id": 2, "method": "tools/call", "params": asked},
        ):
            process.stdin.write(json.dumps({"jsonrpc": "2.0"} | message) + "\n")
            process.stdin.flush()
            if "id" in message:
                said = process.stdout.readline()
        assert "guild" in said
        process.stdin.close()
        process.wait(60)


def traced(process: "subprocess.Popen[str]") -> int:
    """The number of the command itself, which is strace's child where it is traced."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return int(children.read_text().split()[0]) if can_trace() else process.pid


def stop(process: "subprocess.Popen[str]") -> None:
    """Interrupt the command."""
    command = traced(process)
    os.kill(command, signal.SIGINT)
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if process.poll() is None:
        os.kill(command, signal.SIGKILL)
    assert process.wait(10) in (0, 130)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_this_machine_is_never_asked_through_a_proxy(name: str) -> None:
    environment = {name: "http://proxy.example:3128", "NO_PROXY": "intranet.example"}
    prepare(environment)
    assert environment["no_proxy"] == environment["NO_PROXY"] == "intranet.example,localhost,127.0.0.1,::1"
    again = dict(environment)
    prepare(again)
    assert again == environment
    without: dict[str, str] = {}
    prepare(without)
    assert "no_proxy" not in without and without["ORT_DISABLE_TELEMETRY"] == "1"


def test_the_environment_stays_as_it_is_afterwards(tmp_path: Path) -> None:
    """Neither a question nor an ingest changes a variable: whoever uses the package in a process of theirs has it."""
    code = (
        "import os, rag; before = dict(os.environ); from rag.sample import open_sample; from rag import Settings\n"
        "with open_sample(Settings()) as c: c.ask('Who denied it?')\n"
        "from rag.text.vocabulary import tokens; assert tokens('two words') > 1\n"
        "import rag.ui.server\n"
        "changed = {k for k in before.keys() | os.environ.keys() if before.get(k) != os.environ.get(k)}\n"
        "assert not changed, changed"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
