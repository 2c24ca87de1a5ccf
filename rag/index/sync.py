"""Keeps the vector index in step with the catalog, and answers without it whenever it can't be used.

A small corpus is searched exactly, whatever state the vector index is in; a larger one through the index.
The order is always: catalog first, then the vector index, then the catalog's note that it is there. So a process
killed at any moment leaves work to do, and never a loss. One process at a time works on a folder's index, behind
an operating system lock that a killed process gives back; every other one answers by exact search, and says so.
"""

import json
import logging
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from filelock import FileLock, Timeout

from rag.errors import RagError, first_line
from rag.index.catalog import Catalog
from rag.index.database import INDEX_FOLDER
from rag.index.exact import ExactSearch
from rag.index.outbox import Outbox
from rag.index.vectors import VectorIndex, open_folder, open_server
from rag.models.arrays import Vector
from rag.types import Filter

log = logging.getLogger(__name__)

# A corpus of so many passages is searched in the catalog: with a thirtieth of the memory of Chroma's index, without
# the seconds that importing and opening it take, and beside a process that has it open: "Limits" in docs/storage.md.
EXACT_UP_TO = 1_200_000
_BATCH = 2_000
_PROBE_SECONDS = 120
# Seconds until an index that could not be used is tried again: the server is back, the process that had it is gone.
_AGAIN = 60.0
_PATIENCE = 0.2
Progress = Callable[[int, int], None]


class SyncedIndex:
    """Dense search over the whole catalog, through the vector index where possible. Safe in several threads."""

    def __init__(self, catalog: Catalog, home: Path, server: str | None) -> None:
        """Use the index in `home`, or on a Chroma server. Nothing is opened before it is needed."""
        self._catalog = catalog
        self._outbox = Outbox(catalog.database)
        self._exact = ExactSearch(catalog.database)
        self._folder = home / INDEX_FOLDER
        self._server = server
        self._lock = FileLock(home / "chroma.lock", thread_local=False)
        self._guard = threading.RLock()
        self._vectors: VectorIndex | None = None
        self._again = 0.0
        self._in_step = False
        self.notice: str | None = None

    # Asking

    def search(self, vector: Vector, k: int, where: Filter | None = None) -> list[tuple[str, float]]:
        """The k nearest passages as (passage id, cosine), best first, of everything in the catalog."""
        if not self._server and self._catalog.counts()["passages"] <= EXACT_UP_TO:
            return self._exact.search(vector, k, where)
        vectors = None
        if self._guard.acquire(timeout=_PATIENCE):  # else it is being filled, which may take minutes
            try:
                vectors = self._open(mend=False, wait=0)
            finally:
                self._guard.release()
        if vectors is not None:
            try:
                found = dict(vectors.search(vector, k, where))
            except BaseException as e:  # whatever Chroma raises, the catalog can answer
                if not _is_fault(e):
                    raise
                self._give_up(f"the vector index failed ({type(e).__name__}: {first_line(e)})")
            else:
                # Fewer than were asked for: either there are no more, or its graph does not lead to all of them.
                if len(found) >= k:
                    found |= dict(self._exact.search(vector, k, where, pending_only=True))
                    return sorted(found.items(), key=lambda hit: (-hit[1], hit[0]))[:k]
        return self._exact.search(vector, k, where)

    # Keeping

    def is_in_step(self) -> bool:
        """Whether the index in the home is known to hold what the catalog says it holds. Opens nothing.

        False where that is not known: of a server, of a folder that changed since it was noted, or was never closed.
        """
        with self._guard:
            known = self._in_step if self._vectors is not None else self._is_whole()
        return known and not self._server and not self._catalog.is_waiting()

    def sync(self, progress: Progress | None = None, *, wait: float = 2.0) -> bool:
        """Bring the vector index up to date; what it can't be told now stays pending. True when nothing is left."""
        with self._guard:
            if not self._in_step and not self._server:
                self._release()  # a search opened it, and looked at no more than its size
            is_open = self._vectors is not None
            vectors = self._open(mend=True, wait=wait)
            if vectors is None:
                return False
            try:
                self._bring_up(vectors, progress)
                # What waited may have been there before: so they are compared when all is told.
                if (self._server or not is_open) and (differs := self._differs(vectors)):
                    self._mark_torn(True)
                    held = set(vectors.ids())
                    vectors.delete(list(held - self._outbox.compare(held if differs == "number" else set())))
                    self._bring_up(vectors, progress)
                if self._server and self._catalog.meta("vectors") != self._server:
                    self._catalog.set_meta("vectors", self._server)  # an index in the home lacks what the server has
            except BaseException as e:  # the catalog holds everything: say so and go on by exact search
                if not _is_fault(e):
                    raise
                self._give_up(f"the vector index could not be written ({type(e).__name__}: {first_line(e)})")
                return bool(is_open and self._server) and self.sync(progress)  # it may have been emptied meanwhile
            self._mark_torn(False)
            self._in_step = not self._catalog.is_waiting()
            return True

    def _bring_up(self, vectors: VectorIndex, progress: Progress | None) -> None:
        """Take out of the index what is on its way out, and put in what waits for it."""
        removing, total, done = self._outbox.removing(), self._catalog.counts()["pending"], 0
        if not removing and not total:
            return
        self._in_step = False
        self._mark_torn(True)
        vectors.delete([pid for pids in removing.values() for pid in pids])
        self._outbox.purge(removing)
        while True:
            rows, marks = self._outbox.pending_rows(_BATCH)
            if not marks:
                break
            vectors.upsert(rows)
            self._outbox.mark_indexed(marks)
            done += len(marks)
            if progress:
                progress(min(done, total), total)

    def reopen(self) -> None:
        """Let go of the index, to open the catalog's present generation of it when it is next needed."""
        with self._guard:
            self._release()

    def state(self) -> str:
        """A word on the vector index for people."""
        if self._open(mend=False, wait=0, look=True) is None:
            return f"exact search ({self.notice})"
        return f"Chroma at {self._server}" if self._server else f"Chroma in {self._path}"

    def close(self) -> None:
        """Let go of the index and its lock."""
        with self._guard:
            self._release()

    # Opening

    @property
    def _generation(self) -> int:
        return int(self._catalog.meta("generation") or 1)

    @property
    def _path(self) -> Path:
        return self._folder / f"g{self._generation:04}"

    def _name(self, generation: int) -> str:
        return f"rashomon-{(self._catalog.meta('corpus_id') or '')[:12]}-g{generation}"

    def _open(self, *, mend: bool, wait: float, look: bool = False) -> VectorIndex | None:
        """The vector index, or None with the reason in `notice`. It is tried once a minute, and where `mend`.

        Where `look`, it is looked at from a process of its own first.
        """
        with self._guard:
            if self._vectors is not None or (time.monotonic() < self._again and not mend):
                return self._vectors
            self._again, self.notice = time.monotonic() + _AGAIN, None
            try:
                if self._server:
                    vectors = open_server(self._server, self._name(self._generation))
                    for old in range(1, self._generation if mend else 1):
                        vectors.drop(self._name(old))
                    self._vectors = self._complete(vectors, mend=mend)
                else:
                    self._vectors = self._open_locked(mend=mend, look=look, wait=wait)
            except Timeout:
                self.notice = "another process is using the vector index"
            except BaseException as e:
                if not _is_fault(e):
                    raise
                mends = f"{'once that is seen to, ' if isinstance(e, OSError) else ''}`rag ingest` makes it anew"
                if self._server:
                    mends = f"see that a Chroma server runs at {self._server}, then `rag ingest` fills it"
                self._give_up(f"the vector index could not be opened ({type(e).__name__}: {first_line(e)}); {mends}")
            return self._vectors

    def _open_locked(self, *, mend: bool, look: bool, wait: float) -> VectorIndex | None:
        self._lock.acquire(timeout=wait)
        whole = self._is_whole()
        if self._torn_mark.exists() and not mend:
            self.notice = "the vector index was not closed cleanly; `rag ingest` mends it"
        elif look and not whole and self._path.exists() and self._held() is None:
            self.notice = "the vector index is torn; `rag ingest` makes it again from the catalog"
        if self.notice is not None:
            self._lock.release()
            return None
        if mend and not whole:
            self._mend()
        vectors = self._complete(open_folder(self._path, self._name(self._generation)), mend=mend)
        if vectors is None:
            self._lock.release()
            return None
        self._in_step = whole
        for old in self._folder.glob("g*"):
            if old.is_dir() and old.name < self._path.name:
                shutil.rmtree(old, ignore_errors=True)
        return vectors

    def _complete(self, vectors: VectorIndex, *, mend: bool) -> VectorIndex | None:
        """The index when it holds what the catalog says it holds, or `sync` will see to it; else closed, and None."""
        if mend or not self._differs(vectors):
            return vectors  # `_mend` has compared one by one what is in a folder
        vectors.close()
        at = f" at {self._server}" if self._server else ""
        self.notice = f"the vector index{at} does not hold what the catalog says; `rag ingest` mends it"
        return None

    def _differs(self, vectors: VectorIndex) -> Literal["number", "vectors"] | None:
        """What the index has otherwise than the catalog: how many there are, or the vectors of some; None for neither.

        A server may have been emptied, or filled from a copy of this home that went another way.
        """
        least, most = self._outbox.bounds()
        expected = self._outbox.sample()
        found = vectors.vectors(list(expected)) if expected else {}
        if any(not np.allclose(vector, expected[i], atol=1e-3) for i, vector in found.items()):
            return "vectors"
        return None if least <= vectors.count() <= most and len(found) == len(expected) else "number"

    def _mend(self) -> None:
        """Where it is not known that the index is whole: look at it, and keep it or start anew."""
        held = self._held() if self._path.exists() else set[str]()
        if held is None:
            log.warning("the vector index in %s is torn: it is made again from the catalog", self._path)
            self._outbox.start_anew()
        else:
            self._outbox.compare(held)
        self._mark_torn(False)

    def _held(self) -> set[str] | None:
        """The ids that the index in the folder holds, seen from a safe distance; None where it cannot be read."""
        probe = [sys.executable, "-m", "rag.index.probe", str(self._path), self._name(self._generation)]
        probe.append(str(self._outbox.dimensions()))
        try:
            result = subprocess.run(probe, capture_output=True, text=True, timeout=_PROBE_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return None
        return set(result.stdout.split()) if result.returncode == 0 else None

    # What is noted of an index that was closed in step with the catalog: the same token lies in both, and the files
    # are as they were. So a folder that was torn, and a catalog that was put back from a copy, are known for what
    # they are before either is opened.

    @property
    def _note(self) -> Path:
        return self._folder / "noted.json"

    def _is_whole(self) -> bool:
        if self._torn_mark.exists():
            return False
        try:
            noted = json.loads(self._note.read_text())
            return noted == {"token": self._catalog.meta("vectors"), "files": self._looks()}
        except (OSError, ValueError):
            return False

    def _keep_note(self) -> None:
        try:
            token = uuid.uuid4().hex
            self._catalog.set_meta("vectors", token)
            self._note.write_text(json.dumps({"token": token, "files": self._looks()}))
        except (OSError, RagError):  # then the index is looked at before it is next written
            log.debug("no note of the vector index", exc_info=True)

    def _looks(self) -> list[list[str | int]]:
        """The index's files, each with its size and when it was changed."""
        files = sorted(f for f in self._path.rglob("*") if f.is_file())
        return [[f.relative_to(self._path).as_posix(), f.stat().st_size, f.stat().st_mtime_ns] for f in files]

    @property
    def _torn_mark(self) -> Path:
        return self._folder / "WRITING"

    def _mark_torn(self, torn: bool) -> None:
        """A file that is there only while the index is written: found at opening, the writer was killed."""
        if self._server:
            return
        if torn:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._torn_mark.touch()
        else:
            self._torn_mark.unlink(missing_ok=True)

    def _give_up(self, why: str) -> None:
        log.debug(why, exc_info=True)
        with self._guard:
            self._in_step = False
            self._release()
            self._again, self.notice = time.monotonic() + _AGAIN, why

    def _release(self) -> None:
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
            if self._in_step and not self._server:
                self._keep_note()
        self._in_step = False
        self._lock.release()
        self._again = 0.0


def _is_fault(e: BaseException) -> bool:
    """Whether the index failed, rather than that we are to end: Chroma's panics are no Exception."""
    return isinstance(e, Exception) or type(e).__module__ != "builtins"
