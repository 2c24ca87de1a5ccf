"""Files read and articles prepared by the workers of a Dask cluster, or by processes of this machine.

Dask finds a worker for each task, and another one where a worker dies. The catalog is written by the process that
ingests, in the order of the files, so that it holds the same wherever the work was done. Knows nothing of it.
"""

import logging
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any, Self, TypeVar

from rag.errors import RagError, UnreadableError, first_line
from rag.indexing import Here, Meanwhile, Outcome, Prepared, Preparer, UnderWay, awaited, prepared
from rag.ingest.chunking import PassageSplitter
from rag.ingest.converters import ReadOptions, ReadResult
from rag.ingest.sandbox import Sandbox
from rag.models.embed import load_embedder
from rag.settings import load_settings
from rag.types import Article

# Seconds until a scheduler answers and has a worker; and until it is given up when it has none any more.
_PATIENCE = 15.0
_LEFT_ALONE = 60.0
_LOOK = 5.0
# Tasks for each worker: it has the next one when it is done with one.
_AHEAD = 2
T = TypeVar("T")


class Workers:
    """A pool of workers elsewhere. For one thread; a context manager, which lets go of them."""

    def __init__(self, where: str, here: Here, embedder: str, passage_tokens: int) -> None:
        """Find the workers.

        Args:
            where: a scheduler's address, or how many processes are to be started on this machine.
            here: prepares what workers die of.
            embedder: the model's name, as `load_embedder` takes it.
            passage_tokens: the longest passage.

        Raises:
            RagError: Dask is not installed, nothing answers, there are no workers, or they have another version.
        """
        self._where, self._here = where, here
        self._embedder, self._passage_tokens = embedder, passage_tokens
        self._looked = self._seen = time.monotonic()
        self._client = _connected(where)
        try:
            self._check_versions()
            threads = sum(self._client.nthreads().values())
        except BaseException:
            self._client.close()
            raise
        self.files = self.batches = _AHEAD * threads

    def __enter__(self) -> Self:
        """For `with Workers(…) as pool:`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Cancel what is under way; end the processes that were started here."""
        self._client.close()

    def read(self, data: bytes, name: str, options: ReadOptions) -> Outcome[ReadResult]:
        """Begin to read a file, in a sandbox there."""

        def given_up(_: Meanwhile) -> ReadResult:
            raise UnreadableError(
                "ended every worker that tried to read it: leave it out, or read it without --workers"
            )

        return partial(self._outcome, self._submit(_read, data, name, options), given_up)

    def prepare(self, articles: Sequence[Article], under_way: UnderWay) -> Outcome[list[Prepared]]:
        """Begin to split, attribute and embed articles."""
        future = self._submit(_prepare, self._embedder, self._passage_tokens, articles)
        return partial(self._outcome, future, lambda meanwhile: self._here.prepare(articles, under_way)(meanwhile))

    def _submit(self, work: Callable[..., T], *arguments: object) -> "Future[T]":
        # Not pure: a task that was cancelled, or two files with the same bytes, are not taken for one.
        return self._client.get_executor(pure=False).submit(work, *arguments)

    def _outcome(self, future: "Future[T]", given_up: Outcome[T], meanwhile: Meanwhile) -> T:
        from distributed import KilledWorker

        def look() -> None:
            meanwhile()
            if time.monotonic() > self._looked + _LOOK:
                self._see_to_workers()

        try:
            return awaited(future, look)
        except KilledWorker:
            return given_up(meanwhile)
        except UnreadableError:
            raise
        except Exception as e:
            if self._client.status != "running" or type(e).__module__.partition(".")[0] in (
                "concurrent",
                "distributed",
            ):
                raise self._gone(f"{type(e).__name__}: {e}") from e
            raise

    def _see_to_workers(self) -> None:
        """Raise where there have been no workers for a while."""
        self._looked = time.monotonic()
        if self._client.scheduler_info()["workers"]:
            self._seen = self._looked
        elif self._looked > self._seen + _LEFT_ALONE:
            raise self._gone(f"none for {_LEFT_ALONE:.0f} s")

    def _gone(self, why: str) -> RagError:
        return RagError(
            f"the workers at {self._where} have ended ({why}): start them and do the same again, "
            "what was written is kept"
        )

    def _check_versions(self) -> None:
        try:
            versions = set(self._client.run(_version).values())
        except Exception as e:
            raise RagError(
                f"the workers at {self._where} do not have rashomon ({e}): install {_version()} on them"
            ) from e
        if others := versions - {_version()}:
            raise RagError(
                f"workers at {self._where} have rashomon {', '.join(sorted(others))}, here is {_version()}: "
                "install the same on both"
            )


def _connected(where: str) -> Any:
    """A client of the scheduler, which has workers."""
    try:
        from distributed import Client
    except ImportError as e:
        raise RagError("workers need Dask: pip install 'rashomon[workers]'") from e
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what concerns a user is raised
    try:
        if where.isdecimal():  # with keys of their own, and listening on this machine alone: nobody else gets in
            return Client(
                n_workers=int(where), threads_per_worker=1, processes=True, host="127.0.0.1",
                dashboard_address="127.0.0.1:0", security=True, preload=[__name__], silence_logs=logging.CRITICAL,
                set_as_default=False,
            )  # fmt: skip
        client = Client(where, timeout=_PATIENCE, set_as_default=False)
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except BaseException:
            client.close()
            raise
        return client
    except (OSError, ValueError) as e:
        why = first_line(e) or type(e).__name__
        raise RagError(
            f"no workers at {where} ({why}): --workers takes the address of a Dask scheduler that has workers, "
            "like tcp://host:8786, or a number of processes on this machine"
        ) from e


# What runs on a worker


def dask_setup(_: object) -> None:
    """Called by Dask in each process that is started here: Ctrl-C is for the ingest, which ends them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _version() -> str:
    return version("rashomon")


def _read(data: bytes, name: str, options: ReadOptions) -> ReadResult:
    return _sandbox().read(data, name, options)


def _prepare(embedder: str, passage_tokens: int, articles: Sequence[Article]) -> list[Prepared]:
    return prepared(_preparer(embedder, passage_tokens), articles)


@lru_cache(1)
def _sandbox() -> Sandbox:
    return Sandbox()


@lru_cache(1)
def _preparer(embedder: str, passage_tokens: int) -> Preparer:
    model = load_embedder(embedder, load_settings().cache)
    return Preparer(splitter=PassageSplitter(model.tokens, passage_tokens), embedder=model)
