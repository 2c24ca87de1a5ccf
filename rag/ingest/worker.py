"""The process in which files are read: `python -P -m rag.ingest.worker MEMORY SECONDS`.

Reads tasks from standard input and answers on standard output until its input ends, in frames of JSON and bytes: not
pickle, so that a worker that a malicious file has taken over can send nothing but values, and those are checked.
Before the first task it gives up what reading doesn't need: the network, writing, starting programs, memory and time
beyond the limits.
"""

import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

# A reader's library needs it, and its import sets what the hook lets nobody set.
import numpy  # noqa: F401  # pyright: ignore[reportUnusedImport]
from pydantic import TypeAdapter

from rag.errors import UnreadableError
from rag.ingest.converters import ReadOptions, ReadResult, read_drafts
from rag.ingest.converters.ocr import tesseract

OUT_OF_MEMORY = 77
"""The exit code of a worker that ended itself because it took too much memory."""

# A frame is as long as the largest file, and the ingest has checked that.
_LONGEST_TASK = 2**40
_REFUSED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile",
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown",
    "os.kill", "os.putenv", "pty.", "shutil.", "ftplib.", "smtplib.", "urllib.", "webbrowser.", "winreg.", "tempfile.",
)  # fmt: skip
_TESSERACT = tesseract() or False
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_LENGTHS = struct.Struct(">QQ")
_RESULT = TypeAdapter(ReadResult)
Read = Callable[[int], bytes]
"""Reads so many bytes of a buffered stream; fewer at its end alone."""


def main() -> None:
    """Answer tasks until there are no more."""
    memory, seconds = int(sys.argv[1]), float(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the ingest, which ends this one when it's done
    tasks, answers = _channels()
    _give_up_network()
    _limit_memory(memory)
    sys.addaudithook(_refuse)
    answers.write(frame({"ready": True}))
    answers.flush()
    while (task := receive(tasks.read, _LONGEST_TASK)) is not None:
        _limit_cpu(seconds)
        try:
            answer = frame(_answer(*task) | {"resident": _resident()})
        except MemoryError:
            answer = frame({"memory": True})
        del task
        answers.write(answer)
        answers.flush()
        del answer


def _answer(head: dict[str, Any], data: bytes) -> dict[str, Any]:
    try:
        return {"result": read_drafts(data, head["name"], ReadOptions(**head["options"]))}
    except UnreadableError as e:
        return {"unreadable": str(e)}
    except MemoryError:
        return {"memory": True}
    except Exception as e:
        return {"unreadable": f"cannot be read ({type(e).__name__}: {e}): save or download it again"}


def _channels() -> tuple[BinaryIO, BinaryIO]:
    """The streams of tasks and answers; what a library prints goes nowhere."""
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    return tasks, answers


def _give_up_network() -> None:
    """On Linux, move into a network of its own with nothing in it; elsewhere the audit hook stands alone."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    network, user = 0x40000000, 0x10000000
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is not None and unshare(network) != 0:
        unshare(network | user)  # without rights of its own, in a user namespace; where that is off, it stays


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # Windows: only the time is limited
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    else:
        # macOS takes the limit and doesn't keep it.
        threading.Thread(target=_watch_memory, args=(memory,), daemon=True).start()


def _watch_memory(memory: int) -> None:
    while True:
        if _resident() > memory:
            os._exit(OUT_OF_MEMORY)
        time.sleep(0.02)


def _resident() -> int:
    """Bytes of memory that this process holds now; at most, where only that is known; 0 where nothing is."""
    if sys.platform.startswith("linux"):
        # Not ru_maxrss, which begins with what the process that started this one held.
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _limit_cpu(seconds: float) -> None:
    """So that a worker whose parent was killed ends too."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's audit hook: stops what a reader of bytes has no business doing. It can't be taken off again."""
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int):  # the pipe to a program, opened already
            return
        writes = isinstance(mode, str) and any(c in mode for c in "wax+")
        if writes or (isinstance(flags, int) and flags & _WRITING):
            raise PermissionError("a reader writes no files")
    elif event == "subprocess.Popen" and arguments[0] == _TESSERACT:
        pass  # it reads a picture from standard input and writes text to standard output, within the same limits
    elif event.startswith(_REFUSED):
        raise PermissionError(f"a reader doesn't do this: {event}")


def frame(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """The bytes of a message: the lengths of its head and body, and these.

    Data classes become objects, dates text in ISO form.
    """
    encoded = json.dumps(head, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def receive(read: Read, limit: int) -> tuple[dict[str, Any], bytes] | None:
    """The next message of a stream; None at its end, and where it breaks off.

    Raises:
        OverflowError: it is longer than the limit.
        ValueError: it is no message.
    """
    lengths = read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_head, of_body = _LENGTHS.unpack(lengths)
    if of_head + of_body > limit:
        raise OverflowError(of_head + of_body)
    head, body = read(of_head), read(of_body)
    return (json.loads(head), body) if len(head) + len(body) == of_head + of_body else None


def result_from_json(value: dict[str, Any]) -> ReadResult:
    """A result from JSON, checked; ValueError where it is none."""
    return _RESULT.validate_python(value["result"])


if __name__ == "__main__":
    try:
        main()
    except MemoryError:  # while it took a task in or sent an answer off
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:  # the ingest was ended
        os._exit(0)
