"""The newest of what is made in a thread of its own: what comes faster than it is shown is passed over.

Showing a growing answer takes about as long as making a short one; so the one does not wait for the other.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_NONE: Final = object()
_SHARE: Final = 3.0  # pauses to one drawing
_LONGEST: Final = 0.6  # seconds of a pause


class Newest(Generic[T]):
    """Iterates over `items`, each of which stands for all before it; the last is never passed over."""

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
