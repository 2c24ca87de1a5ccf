"""A GGUF file run by llama.cpp (xllamacpp), which serves it on a loopback port to this user's processes alone.

One process of a user has a file loaded and the others use its server: which one, and the server's key, stand in a file
that only the user can read. The process holds a lock on it, so what a killed one left behind is known for what it is.
The server ends with its process, or when it is closed. Knows nothing of what is asked.
"""

import hashlib
import json
import os
import secrets
from importlib import import_module
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import LlmError
from rag.llm.spec import Spec

# Tokens of prompt and answer, unless set: on a processor the reading of a prompt takes most of the time (a core and a
# model of 1.5 billion parameters: some 25 tokens a second), and the passages with the evidence come first in it.
WINDOW = 3_072
_LOOK = 0.2  # seconds in which it is seen what the other processes do
_CACHE = 512  # MB for the states of prompts read before; llama.cpp's own measure is 8 GB


class GgufServer:
    """A running server of one file; `spec` is where it is reached. `borrowed` says that another process runs it."""

    def __init__(self, spec: Spec, window: int = WINDOW, folder: Path | None = None) -> None:
        """Find a server of the file that another process of the user runs, else load the file and serve it.

        Args:
            folder: where servers make themselves known to one another; None shares with nobody.

        Raises:
            LlmError: the extra isn't installed, or the file isn't there or no GGUF.
        """
        self._server: Any = None
        self._lock: FileLock | None = None
        path = _checked(spec)
        self._place = _place(path, window, folder) if folder else None
        found = self._lock_or_find()
        self.borrowed = found is not None
        self.spec = found or self._load(path, window)

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._server is not None or (self.borrowed and _held(self._place))

    def close(self) -> None:
        """End it, unless another process runs it."""
        self._server = None
        if self._lock and self._place:
            self._place.unlink(missing_ok=True)
            self._lock.release()
            self._lock = None

    def _lock_or_find(self) -> Spec | None:
        """The server that another process runs; else the lock is taken, where it can be, to make ours known."""
        if self._place is None:
            return None
        lock = _lock(self._place)
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire()
            self._place.unlink(missing_ok=True)  # of a process that was killed
        except Timeout:
            return _read_spec(self._place)
        except OSError:  # a folder that can't be written: nothing is shared
            return None
        self._lock = lock
        return None

    def _load(self, path: Path, window: int) -> Spec:
        try:
            llama: Any = import_module("xllamacpp")
            cores = free_cores()
        except ModuleNotFoundError:
            raise LlmError("gguf models need an extra: pip install 'rashomon[gguf]'") from None
        secret = secrets.token_urlsafe(24)
        params: Any = llama.CommonParams()
        params.model.path = str(path)
        params.port, params.ui, params.verbosity, params.api_keys = 0, False, -1, [secret]
        params.n_ctx, params.n_parallel, params.warmup, params.cache_ram_mib = window, 1, False, _CACHE
        for threads in (params.cpuparams, params.cpuparams_batch):
            threads.n_threads, threads.poll = cores, 0
        try:
            self._server = llama.Server(params)
        except RuntimeError as e:
            self.close()
            raise LlmError(f"{path} cannot be loaded: {e}") from None
        spec = Spec("gguf", path.name, f"{self._server.listening_address}/v1", secret)
        if self._lock and self._place:
            with os.fdopen(os.open(self._place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as f:
                json.dump({"model": spec.model, "url": spec.url, "secret": secret}, f)
        return spec


def running(spec: Spec, window: int, folder: Path) -> bool:
    """Whether a process of the user serves the file."""
    try:
        return _held(_place(_checked(spec), window, folder))
    except LlmError:
        return False


def free_cores() -> int:
    """The cores that this process may use and that no other process uses now, one at least.

    llama.cpp's threads wait for one another: one that has to share its core holds up all. What this process does by
    itself at the moment, such as reading files or embedding, is over when the model is asked, and is not counted.
    """
    psutil: Any = import_module("psutil")
    cores = psutil.cpu_count() or 1
    ours = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    process = psutil.Process()
    process.cpu_percent()  # begins the stretch that the next call measures
    used = psutil.cpu_percent(_LOOK) * cores
    others = (used - process.cpu_percent()) / 100
    return max(1, min(ours, round(cores - others)))


def _checked(spec: Spec) -> Path:
    path = Path(spec.model)
    if not path.is_file():
        raise LlmError(f"there is no file {path}: `rag models` says which models there are")
    with path.open("rb") as f:
        if f.read(4) != b"GGUF":
            raise LlmError(f"{path} is no GGUF file")
    return path


def _place(path: Path, window: int, folder: Path) -> Path:
    made_of = f"{path.resolve()} {path.stat().st_mtime_ns} {window}"
    return folder / f"{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.json"


def _lock(place: Path) -> FileLock:
    return FileLock(f"{place}.lock", timeout=0, thread_local=False)  # a model is closed by any thread


def _held(place: Path | None) -> bool:
    """Whether a living process holds the lock."""
    try:
        if place is None or not place.exists():
            return False
        with _lock(place):
            place.unlink(missing_ok=True)  # of a process that was killed
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _read_spec(place: Path) -> Spec | None:
    """The server that the file names, if the file is the user's own; None while the server is still loading."""
    try:
        if hasattr(os, "getuid") and place.stat().st_uid != os.getuid():
            return None
        record = json.loads(place.read_text("utf-8"))
        return Spec("gguf", record["model"], record["url"], record["secret"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
