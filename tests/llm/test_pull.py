"""`rag models pull` from a hub that serves one file: cut off, gone on with, its checksum held against the hub's."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

BODY = b"GGUF" + bytes(range(256)) * 20_000
REACHED = 3_000_000
FETCH = ("models", "pull", "--repo", "veldt/ferry", "--file", "ferry.gguf")


class Hub:
    """Serves BODY; while `cut`, it falls silent after REACHED bytes. `ranges` are those it was asked for."""

    def __init__(self) -> None:
        self.cut, self.over, self.ranges = True, Event(), list[str | None]()
        self.digest = hashlib.sha256(BODY).hexdigest()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def do_HEAD(self) -> None:
                self.head(200, len(BODY))

            def do_GET(self) -> None:
                requested = self.headers.get("Range")
                hub.ranges.append(requested)
                begin = int(requested.removeprefix("bytes=").split("-")[0]) if requested else 0
                self.head(206 if requested else 200, len(BODY) - begin)
                if hub.cut:
                    self.wfile.write(BODY[:REACHED])
                    self.wfile.flush()
                    hub.over.wait(120)
                else:
                    self.wfile.write(BODY[begin:])

            def head(self, status: int, length: int) -> None:
                self.send_response(status)
                self.send_header("ETag", f'"{hub.digest}"')
                self.send_header("X-Repo-Commit", "a" * 40)
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(length))
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def env(self, folder: Path) -> dict[str, str]:
        local = f"http://127.0.0.1:{self.server.server_port}"
        return {"HF_ENDPOINT": local, "RAG_CACHE": str(folder), "HF_HUB_DISABLE_TELEMETRY": "1"}


@pytest.fixture
def hub() -> Iterator[Hub]:
    running = Hub()
    yield running
    running.over.set()
    running.server.shutdown()
    running.server.server_close()


def test_a_fetch_that_was_killed_goes_on(hub: Hub, rag: Callable[..., Any], tmp_path: Path) -> None:
    env = hub.env(tmp_path / "cache")
    first = subprocess.Popen([sys.executable, "-m", "rag", *FETCH], env=os.environ | env, cwd=tmp_path,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    until = time.monotonic() + 120
    while not (kept := written(tmp_path / "cache")) and time.monotonic() < until:
        time.sleep(0.1)
    first.kill()
    first.wait()
    hub.cut = False
    hub.over.set()
    result = rag(*FETCH, env=env)
    assert result.returncode == 0, result.stderr
    assert kept and hub.ranges[-1] and int(hub.ranges[-1].removeprefix("bytes=").split("-")[0]) >= kept
    assert f"sha256 {hub.digest}" in result.stderr + result.stdout
    assert (tmp_path / "cache" / "models" / "ferry.gguf").read_bytes() == BODY


def test_another_checksum_than_the_hubs_is_refused(hub: Hub, rag: Callable[..., Any], tmp_path: Path) -> None:
    hub.cut, hub.digest = False, "0" * 64
    result = rag(*FETCH, env=hub.env(tmp_path / "cache"))
    assert result.returncode != 0 and "thrown away" in result.stderr and "Traceback" not in result.stderr
    assert not (tmp_path / "cache" / "models" / "ferry.gguf").exists()


def test_a_hub_without_the_file_is_told_of(hub: Hub, rag: Callable[..., Any], tmp_path: Path) -> None:
    result = rag(*FETCH, env=hub.env(tmp_path / "cache") | {"HF_ENDPOINT": "http://127.0.0.1:9"})
    assert result.returncode != 0 and "goes on where it stopped" in result.stderr and "Traceback" not in result.stderr


def written(folder: Path) -> int:
    """Bytes of the unfinished file."""
    return max((f.stat().st_size for f in folder.rglob("*.part")), default=0)
