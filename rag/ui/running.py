"""Long work in a thread of its own, which pages look in on: it outlives them, tells how far it is, and can be ended.

Knows nothing of what the work is, nor of pages.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
_EVERY: Final = 0.25  # seconds between two looks at it
_KEPT: Final = 300.0  # seconds that its outcome can still be seen


class Cancelled(Exception):
    """The user ended the work; what was done of it is kept."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the work is: so many done of so many, what is under way, and the seconds left, None while unknown."""

    done: int
    of: int
    what: str
    left: float | None


class Running(Generic[T]):
    """Work under way, and its outcome when it has ended."""

    def __init__(self, work: Callable[[Progress], T]) -> None:
        """Begin. `work` is given what it tells its progress with, which ends it by raising `Cancelled`."""
        self._began = time.monotonic()
        self._ended: float | None = None
        self._stand = Stand(0, 1, "…", None)
        self._cancelled = threading.Event()
        self._outcome: T | BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True, name="running")
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still under way."""
        return self._ended is None

    @property
    def worth_showing(self) -> bool:
        """Whether a page that opens now should show it."""
        return self._ended is None or time.monotonic() - self._ended < _KEPT

    def cancel(self) -> None:
        """Have it end at the next step."""
        self._cancelled.set()

    def follow(self) -> Generator[Stand, None, T]:
        """How far it is whenever that changes, until it ends; returns its outcome, or raises what it raised."""
        last: Stand | None = None
        while self.running:
            if (now := self._stand) != last:
                last = now
                yield now
            self._thread.join(_EVERY)
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def _run(self, work: Callable[[Progress], T]) -> None:
        try:
            self._outcome = work(self._tell)
        except BaseException as e:
            self._outcome = e
        self._ended = time.monotonic()

    def _tell(self, done: int, of: int, what: str) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        left = (time.monotonic() - self._began) / done * (of - done) if done else None
        self._stand = Stand(done, of, what, left)
