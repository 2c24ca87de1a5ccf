"""Work in threads of their own: long work that pages look in on, and answers that are made faster than they are shown.

Knows nothing of what the work is, nor of pages.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

S = TypeVar("S")
T = TypeVar("T")
Progress = Callable[[int, int, str], None]
_KEPT: Final = 300.0  # seconds that its outcome can still be seen
_SHARE: Final = 3.0  # a browser takes about as long to show something as we take to draw it, and has a user too
_LONGEST: Final = 0.6  # seconds between two looks, however long drawing takes


class Cancelled(Exception):
    """The user ended the work; what was done of it is kept."""


@dataclass(frozen=True, slots=True)
class Stand:
    """How far the work is: so many done of so many, what is under way, and the seconds left, None while unknown."""

    done: int = 0
    of: int = 1
    what: str = "…"
    left: float | None = None


def timed(show: Callable[[Stand], None]) -> Progress:
    """Shows progress with the seconds left, from now on."""
    began = time.monotonic()

    def progress(done: int, of: int, what: str) -> None:
        left = (time.monotonic() - began) / done * (of - done) if done else None
        show(Stand(done, of, what, left))

    return progress


class Running(Generic[S, T]):
    """Work under way, which outlives its page, shows how far it is and can be ended; and its outcome."""

    def __init__(self, work: Callable[[Callable[[S], None]], T], first: S) -> None:
        """Begin. `work` is given what it shows its stands with, which ends it by raising `Cancelled`."""
        self._stand = first
        self._ended: float | None = None
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

    def follow(self, every: float = 0.25) -> Iterator[S]:
        """How far it is, each stand in place of all before it; at once when it ends, else `every` so many seconds."""
        shown, pause = None, every
        while True:
            self._thread.join(pause)
            ended, now = not self._thread.is_alive(), self._stand
            began = time.monotonic()
            if now is not shown:
                shown = now
                yield now
            if ended:
                return
            pause = max(every, min(_SHARE * (time.monotonic() - began), _LONGEST))

    @property
    def outcome(self) -> T:
        """What came of it, once it has ended. Raises what it raised."""
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        assert self._outcome is not None
        return self._outcome

    def _run(self, work: Callable[[Callable[[S], None]], T]) -> None:
        try:
            self._outcome = work(self._show)
        except BaseException as e:
            self._outcome = e
        self._ended = time.monotonic()

    def _show(self, stand: S) -> None:
        self._stand = stand
        if self._cancelled.is_set():
            raise Cancelled
