"""A conversation: questions with what came back, and how one is asked.

Knows nothing of Gradio or HTML.
"""

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final, Protocol

from rag.errors import EmptyCorpusError, RagError
from rag.types import Answer, Event, Filter, Turn
from rag.ui.running import Running

_log = logging.getLogger(__name__)

_REDRAW_SECONDS: Final = 0.1  # between two drawings of a growing answer, at least; each sends and lays out all of it
EMPTY: Final = "There are no articles yet: choose files, or drop them on this page."
FAULT: Final = "Something went wrong; the terminal that runs the page says what."


class Answering(Protocol):
    """What answers: a corpus, or the part of one that a user may see."""

    def stream(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Iterator[Event]:
        """The answer as it is made."""
        ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question with what has come back so far. `answer` is None while it streams, and if it was stopped.

    `steps` are the lines that say what is being done, the last of them under way. `rated` is "", "up" or "down", with
    a "+" where a note was given too. `where` is the filter that the articles had to pass.
    """

    number: int
    question: str
    text: str = ""
    steps: tuple[str, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    rated: str = ""
    where: Filter | None = None

    @property
    def working(self) -> bool:
        """True while something is still to come."""
        return self.answer is None and not self.error and not self.stopped


@dataclass(frozen=True, slots=True)
class Conversation:
    """The exchanges in order. `id` is empty until it is kept, `title` until the user gives one."""

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()
    title: str = ""

    @property
    def called(self) -> str:
        """Its title: what the user called it, else its first question."""
        return self.title or (self.exchanges[0].question if self.exchanges else "")

    def until(self, number: int) -> "Conversation":
        """The conversation before that exchange, for asking it anew."""
        return replace(self, exchanges=tuple(e for e in self.exchanges if e.number < number))

    def with_last(self, exchange: Exchange) -> "Conversation":
        """With the exchange at its end, in place of one of the same number."""
        return replace(self, exchanges=(*self.until(exchange.number).exchanges, exchange))

    def stopped(self) -> "Conversation":
        """With what was under way ended by the user."""
        if not self.exchanges or not self.exchanges[-1].working:
            return self
        return self.with_last(replace(self.exchanges[-1], stopped=True))

    def exchange(self, number: int) -> Exchange | None:
        """The exchange with that number."""
        return next((e for e in self.exchanges if e.number == number), None)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What a follow-up question refers to. What was stopped or failed is no part of it."""
        return tuple(
            turn
            for e in self.exchanges
            if e.answer is not None
            for turn in (Turn("user", e.question), Turn("assistant", e.answer.text))
        )


def follow(corpus: Answering, question: str, before: Conversation, where: Filter | None = None) -> Iterator[Exchange]:
    """Ask, and give the exchange as it stands whenever it is worth drawing. Errors end up in the exchange."""
    number = before.exchanges[-1].number + 1 if before.exchanges else 1
    first = Exchange(number, question, steps=("Searching",), where=where or None)

    def work(show: Callable[[Exchange], None]) -> None:
        with closing(_made(corpus, first, before.turns)) as made:
            for now in made:
                show(now)

    running = Running(work, first)
    try:
        yield from running.follow(_REDRAW_SECONDS)
    finally:
        running.cancel()


def _made(corpus: Answering, first: Exchange, turns: Sequence[Turn]) -> Generator[Exchange]:
    """The exchange after each event."""
    now, writing = first, False
    try:
        for event in corpus.stream(first.question, turns, first.where):
            if event.kind == "answer":
                now = replace(now, answer=event.answer)
            elif event.kind == "text":
                now = replace(now, text=now.text + event.text, steps=now.steps if writing else (*now.steps, "Writing"))
                writing = True
            else:
                step = event.text.rstrip(".…")
                now = replace(now, steps=(step,) if event.kind == "searching" else (*now.steps, step))
            yield now
    except EmptyCorpusError:
        yield replace(now, error=EMPTY)
    except RagError as e:
        yield replace(now, error=str(e))
    except Exception:  # a fault in the program: the page stays usable, the trace goes to the log
        _log.exception("the question %r failed", first.question)
        yield replace(now, error=FAULT)
