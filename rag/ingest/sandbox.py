"""Reading in a process of its own, so that a file that crashes, hangs or bloats its reader stops nothing else.

One worker is started when first needed, reads file after file, and is replaced when it ends or was ended. Knows of
processes and limits, not of formats: those are `converters`, and what the worker gives up is in `worker`.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters import ReadOptions, ReadResult, converter_of, read_drafts
from rag.ingest.converters.base import suffix_of
from rag.ingest.converters.ocr import OCR_SECONDS, tesseract
from rag.ingest.worker import OUT_OF_MEMORY, frame, receive, result_from_json

_MEGABYTE = 2**20
_START_SECONDS = 30.0
_START_TRIES = 2
# Text and Markdown up to this size is read here: no third-party parser but YAML's, which takes a second for as much.
_SMALL = 64 * 1024
_DEFAULT = ReadOptions()
# What the worker is told of the user's environment. No keys, no tokens.
_ENVIRONMENT = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "TZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """What reading one file may take: wall-clock seconds, bytes of memory (all of the worker's), bytes of result."""

    seconds: float = 20.0
    memory: int = 1024 * _MEGABYTE
    output: int = 256 * _MEGABYTE


class Sandbox:
    """Reads files in a process of its own. May be used by several threads, which then wait for one another."""

    def __init__(self, limits: ReadLimits | None = None) -> None:
        """Start nothing yet."""
        self.limits = limits or ReadLimits()
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.starts = 0
        """How many workers have been started so far."""

    def read(self, data: bytes, name: str, options: ReadOptions = _DEFAULT) -> ReadResult:
        """As `converters.read_drafts`; small plain text is read at once, everything else by the worker.

        Raises:
            UnreadableError: nothing of it can be read, or it took too long, needed too much, or crashed the reader.
        """
        if len(data) > max(options.max_bytes, options.max_container_bytes):
            raise UnreadableError(
                f"has {len(data):,} bytes, more than the {options.max_container_bytes:,} that are read"
            )
        if _is_harmless(data, name):
            return read_drafts(data, name, options)
        # The worker's own time stays limited; that of the program that reads pictures of text is its own.
        seconds = OCR_SECONDS + self.limits.seconds if data[:1024].find(b"%PDF-") >= 0 and tesseract() else None
        head = {"name": name, "options": options}
        return result_from_json(self._ask(head, data, seconds))

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            self._end()

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, head: dict[str, Any], data: bytes, seconds: float | None = None) -> dict[str, Any]:
        """The worker's answer to one task."""
        with self._lock:
            worker = self._running()
            try:
                answer = self._exchange(worker, frame(head, data), seconds or self.limits.seconds)
            except BaseException:  # with Ctrl-C too: an answer that comes later would be taken for the next one's
                self._end()
                raise
            resident = answer.get("resident")
            if answer.get("memory") or not isinstance(resident, int) or resident > self.limits.memory // 2:
                self._end()
        if answer.get("memory"):
            raise UnreadableError(self._too_much())
        if "unreadable" in answer:
            raise UnreadableError(str(answer["unreadable"]))
        return answer

    def _exchange(self, worker: subprocess.Popen[bytes], message: bytes, seconds: float) -> dict[str, Any]:
        assert worker.stdin and worker.stdout
        late = threading.Event()

        def stop() -> None:
            late.set()
            worker.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        received = None
        try:
            worker.stdin.write(message)
            worker.stdin.flush()
            received = receive(worker.stdout.read, self.limits.output)
        except OSError:
            pass  # it ended before it had read all
        except OverflowError as e:
            raise UnreadableError(f"gives more than {self.limits.output // _MEGABYTE:,} MB of text: split it") from e
        except ValueError as e:
            raise UnreadableError("crashed the reader, which answered nonsense: save it in another format") from e
        finally:
            timer.cancel()
        if received is None:
            raise UnreadableError(self._why(worker, late.is_set(), seconds))
        return received[0]

    def _why(self, worker: subprocess.Popen[bytes], late: bool, seconds: float) -> str:
        """Why a worker ended."""
        worker.kill()
        code = worker.wait()
        if late or code == -24:  # SIGXCPU
            return f"took more than {seconds:g} s to read: split it, or save it as text"
        if code == OUT_OF_MEMORY:
            return self._too_much()
        if code == -6:  # SIGABRT: how C++ ends where it gets no memory
            return f"crashed the reader, or {self._too_much()}"
        return f"crashed the reader (exit code {code}): save it in another format, or leave it out"

    def _too_much(self) -> str:
        return f"needed more than {self.limits.memory // _MEGABYTE:,} MB to read: split it, or save it as text"

    def _running(self) -> subprocess.Popen[bytes]:
        if self._worker is not None and self._worker.poll() is None:
            return self._worker
        for attempt in range(_START_TRIES):  # on a machine under load a start has been seen to stall, once
            self._end()
            try:
                return self._started()
            except UnreadableError as e:
                self._end()
                if attempt == _START_TRIES - 1:
                    raise UnreadableError(f"cannot be read, since the reading process does not start: {e}") from e
        raise AssertionError("unreachable")

    def _started(self) -> subprocess.Popen[bytes]:
        # -P, and a folder of our own to start in: a module lying among the articles is never imported.
        root = str(Path(__file__).resolve().parents[2])
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in _ENVIRONMENT or name.startswith(("LC_", "PYTHON"))
        }
        environment["PYTHONPATH"] = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        environment |= {
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "OMP_THREAD_LIMIT": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        arguments = [str(self.limits.memory), str(self.limits.seconds)]
        self._worker = subprocess.Popen(
            [sys.executable, "-P", "-m", "rag.ingest.worker", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root, env=environment,
        )  # fmt: skip
        self.starts += 1
        self._exchange(self._worker, b"", _START_SECONDS)
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for stream in (worker.stdin, worker.stdout):
            if stream:
                with suppress(OSError):  # what was still to be written has nowhere to go
                    stream.close()


def _is_harmless(data: bytes, name: str) -> bool:
    """Whether it's small text or Markdown, by its name and by its content."""
    if len(data) > _SMALL or suffix_of(name) not in (".txt", ".text", ".md", ".markdown") or data.startswith(b"PK"):
        return False
    return bool(data.strip()) and converter_of(data, name).name in ("text", "markdown")
