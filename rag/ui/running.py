"""Work in threads of their own: long work that pages look in on, and answers that are made faster than they are shown.

Knows nothing of what the work is, nor of pages.
"""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
Progress = Callable[[int, int, str], None]
_EVERY: Final = 0.25  # seconds between two looks at it
_KEPT: Final = 300.0  # seconds that its outcome can still be seen
_NONE: Final = object()
_SHARE: Final = 3.0  # pauses to one drawing of what grows
_LONGEST: Final = 0.6  # seconds of a pause


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
    """Work under way, which outlives its page, tells how far it is and can be ended; and its outcome."""

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

    def follow(self) -> Iterator[Stand]:
        """How far it is whenever that changes, until it ends."""
        last: Stand | None = None
        while self.running:
            if (now := self._stand) != last:
                last = now
                yield now
            self._thread.join(_EVERY)

    @property
    def outcome(self) -> T:
        """What came of it, once it has ended. Raises what it raised."""
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


class Newest(Generic[T]):
    """Iterates over `items`, each of which stands for all before it; the last is never passed over.

    Showing a growing answer takes about as long as making a short one; so the one does not wait for the other.
    """

    def __init__(self, items: Iterator[T], *, worth: Callable[[T], bool], patience: float, pause: float) -> None:
        """Begin to make them.

        Args:
            items: made in the thread; closed when this is.
            worth: items that are shown at once.
            patience: seconds from the beginning until others are shown too.
            pause: seconds between two that are shown, at least; more where showing one takes long.
        """
        self._items = items
        self._worth = worth
        self._patience = patience
        self._pause = pause
        self._news: object = _NONE
        self._fault: BaseException | None = None
        self._ended = self._closed = False
        self._changed = threading.Condition()
        threading.Thread(target=self._make, daemon=True).start()

    def __iter__(self) -> Iterator[T]:
        """The newest, until the last. Raises what making them raised."""
        began = shown = time.monotonic()
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._ended or self._is_worth(), max(0.0, began + self._patience - shown)
                )
                self._changed.wait_for(lambda: self._ended or self._news is not _NONE)
                news, self._news, ended = self._news, _NONE, self._ended
            shown = time.monotonic()
            if news is not _NONE:
                yield news  # pyright: ignore[reportReturnType]
            if ended:
                if self._fault is not None:
                    raise self._fault
                return
            # A browser takes about as long as we do; it has to have time for its user too.
            pause = min(max(self._pause, _SHARE * (time.monotonic() - shown)), _LONGEST)
            shown = time.monotonic()
            with self._changed:
                self._changed.wait_for(lambda: self._ended, pause)

    def close(self) -> None:
        """Make no more: the items end with the one under way."""
        self._closed = True

    def _is_worth(self) -> bool:
        return self._news is not _NONE and self._worth(self._news)  # pyright: ignore[reportArgumentType]

    def _make(self) -> None:
        try:
            for item in self._items:
                with self._changed:
                    self._news = item
                    self._changed.notify_all()
                if self._closed:
                    break
        except BaseException as e:
            self._fault = e
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()
            close = getattr(self._items, "close", None)
            if close is not None:
                close()
