"""The sandbox: what goes wrong in the reader stays there."""

import io
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import Failure, ReadOptions, ReadResult
from rag.ingest.draft import Draft, Removed, Stated
from rag.ingest.sandbox import ReadLimits, Sandbox
from rag.ingest.worker import frame, receive, result_from_json

# Modules that misbehave in the worker stand in for parsers that do: `PYTHONPATH` reaches it.
_FAKE = """
import os, time, socket, subprocess
def fault(name):
    if "hang" in name: time.sleep(60)
    if "spin" in name:
        while True: pass
    if "hog" in name: return [bytearray(10_000_000) for _ in range(1000)]
    if "segv" in name: import ctypes; ctypes.string_at(0)
    if "kill" in name: os._exit(3)
    if "chat" in name: print("noise", flush=True); os.write(1, b"noise")
    if "flood" in name: return "x" * 6_000_000
    if "sock" in name: socket.create_connection(("127.0.0.1", 9))
    if "name" in name: socket.getaddrinfo("localhost", 80)
    if "write" in name: open("/tmp/rashomon-sandbox-test", "w")
    if "start" in name: subprocess.run(["true"])
    if "env" in name: return "env: " + " ".join(os.environ)
    if "path" in name: import sys; return "path: " + os.getcwd() + " ".join(sys.path)
"""
_SITE = """
import sys
if "rag.ingest.worker" in " ".join(sys.orig_argv):
    import faults, importlib.abc, importlib.util
    class Patch(importlib.abc.MetaPathFinder):
        def find_spec(self, name, path, target=None):
            if name != "rag.ingest.converters.office": return None
            return importlib.util.spec_from_loader(name, Loader())
    class Loader(importlib.abc.Loader):
        def exec_module(self, module):
            from rag.ingest.draft import Draft
            from rag.ingest.converters.base import Converter
            def convert(file):
                return Draft(text=str(faults.fault(file.data.decode()) or "words"))
            sniff = lambda data, suffix: data.startswith(b"{\\\\rtf")
            module.CONVERTERS = (Converter("rtf", (".rtf",), sniff, convert),)
    sys.meta_path.insert(0, Patch())
"""


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "faults.py").write_text(_FAKE)
    (folder / "usercustomize.py").write_text("")
    (folder / "sitecustomize.py").write_text(_SITE)
    return folder


@pytest.fixture
def sandbox(faults: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("PYTHONPATH", str(faults))
    with Sandbox(ReadLimits(seconds=60, memory=700 * 2**20, output=5 * 2**20)) as opened:
        yield opened


def fault(sandbox: Sandbox, name: str) -> str:
    (draft,) = sandbox.read(f"{{\\rtf1 {name}}}".encode(), "a.rtf").drafts
    return draft.text


def test_one_worker_reads_many_files(sandbox: Sandbox) -> None:
    for number in range(200):
        assert sandbox.read(f'{{"text": "number {number}"}}'.encode(), "a.json").drafts[0].text == f"number {number}"
    assert sandbox.starts == 1


def test_small_text_needs_no_worker() -> None:
    with Sandbox() as sandbox:
        assert sandbox.read(b"words", "a.txt").drafts[0].text == "words"
        assert sandbox.read(b"---\ntitle: A\n---\nwords", "a.md").drafts[0].fields["title"].value == "A"
        with pytest.raises(UnreadableError, match="is a picture"):
            sandbox.read(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.txt")
        assert sandbox.starts == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("segv", "crashed the reader"),
        ("kill", r"crashed the reader \(exit code 3\)"),
        ("flood", "gives more than 5 MB of text"),
        pytest.param(
            "hog", "needed more than 700 MB", marks=pytest.mark.skipif(os.name == "nt", reason="POSIX limits")
        ),
    ],
)
def test_what_goes_wrong_is_reported_and_the_next_file_is_read(sandbox: Sandbox, name: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        fault(sandbox, name)
    assert fault(sandbox, "fine") == "words"
    assert sandbox.starts <= 2


@pytest.mark.parametrize("name", ["hang", "spin"])
def test_what_takes_too_long_is_ended_and_the_next_file_is_read(sandbox: Sandbox, name: str) -> None:
    sandbox.limits = replace(sandbox.limits, seconds=3)
    with pytest.raises(UnreadableError, match="took more than 3 s to read"):
        fault(sandbox, name)
    sandbox.limits = replace(sandbox.limits, seconds=60)
    assert fault(sandbox, "fine") == "words"


@pytest.mark.parametrize("name", ["sock", "name", "write", "start"])
def test_a_reader_has_no_network_writes_nothing_and_starts_nothing(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(UnreadableError, match=r"PermissionError|reader"):
        fault(sandbox, name)
    assert fault(sandbox, "fine") == "words"


def test_what_a_reader_prints_goes_nowhere(sandbox: Sandbox) -> None:
    assert fault(sandbox, "chat") == "words"


def test_a_reader_sees_no_keys(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert "OPENAI_API_KEY" not in fault(sandbox, "env")


def test_a_module_among_the_articles_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "yaml.py").write_text("raise SystemExit(1)")
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        assert sandbox.read(b'{"text": "words"}', "a.json").drafts[0].text == "words"


def test_a_worker_that_was_killed_meanwhile_is_replaced(sandbox: Sandbox) -> None:
    fault(sandbox, "fine")
    assert sandbox._worker
    os.kill(sandbox._worker.pid, signal.SIGKILL)
    sandbox._worker.wait()
    assert fault(sandbox, "fine") == "words" and sandbox.starts == 2


def test_threads_take_turns(sandbox: Sandbox) -> None:
    seen: list[str] = []

    def read(number: int) -> None:
        seen.extend(
            sandbox.read(f'{{"text": "{number}"}}'.encode(), "a.json").drafts[0].text + f" {number}" for _ in range(20)
        )

    threads = [threading.Thread(target=read, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(set(seen)) == ["0 0", "1 1", "2 2", "3 3"] and sandbox.starts == 1


def test_a_worker_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Sandbox() as sandbox, pytest.raises(UnreadableError, match="the reading process does not start"):
        sandbox.read(b"{}", "a.json")


def test_what_goes_over_the_wire_comes_back_the_same() -> None:
    fields = {
        "published": Stated(date(2023, 11, 2), "a"),
        "x": Stated(datetime(2023, 11, 2, tzinfo=UTC), "b"),
        "author": Stated(["Jane", "John"], "c"),
        "n": Stated(1.5, "d"),
        "t": Stated("ä\ud800", "e"),
    }
    result = ReadResult(
        drafts=(
            Draft(
                text="words", fields=fields, part="#1", is_bounded=True, captions=("w",), removed=(Removed("a", "b"),)
            ),
        ),
        failures=(Failure("#2", "is bad"),),
        skipped=(Failure("#3", "is not"),),
    )
    data = frame({"result": result})
    received = receive(io.BytesIO(data).read, 10_000)
    assert received
    draft = result_from_json(received[0]).drafts[0]
    assert draft.fields["published"].value == "2023-11-02"  # dates come as text
    assert replace(result_from_json(received[0]), drafts=()) == replace(result, drafts=())
    assert replace(draft, fields={}) == replace(result.drafts[0], fields={})
    assert draft.fields["author"] == fields["author"] and draft.fields["t"].value == "ä?"
    options = ReadOptions(field_map={"title": "Kopf"}, url="https://example.org")
    sent = receive(io.BytesIO(frame({"options": options}, b"body")).read, 10_000)
    assert sent and ReadOptions(**sent[0]["options"]) == options and sent[1] == b"body"
    with pytest.raises(OverflowError):
        receive(lambda size: data[:size], 10)
