"""One request to a model, as pieces: within its deadlines, tried again only where that can help, stoppable.

The request runs on an event loop of its own thread, so that each wait for it can be cut short, in the middle of a read
too. It goes to the spec's address alone: no redirect is followed, and this machine is never asked through a proxy.
What the model thinks, and the key, are kept out of the pieces' text. Knows nothing of what is sent.
"""

import asyncio
import queue
import re
import threading
import time
from collections.abc import Awaitable, Coroutine, Generator
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Any, TypeVar

import httpx

from rag.errors import LlmError
from rag.llm.faults import Fault, explain
from rag.llm.protocols import OPTIONAL, PROTOCOLS, Piece, Request, ServerError, key, reason_of
from rag.llm.spec import Spec, destination

T = TypeVar("T")
_ATTEMPTS = 3
_BACKOFF = 0.5
# Characters of a token at most: an answer that is longer than its tokens can be is endless.
_CHARACTERS, _SHORT = 12, 20
_COMPLETIONS = ("text/event-stream", "application/json", "application/x-ndjson")
_TAG = re.compile(r"<(/?)think(?:ing)?>|\[(/?)THINK\]")
_BEGUN = re.compile(r"[<\[]/?[A-Za-z]{0,8}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds: until connected, until the first token, from one to the next, and in all. A token may be of thinking."""

    connect: float = 5.0
    first: float = 120.0
    between: float = 30.0
    total: float = 300.0


def stream(spec: Spec, request: Request, deadlines: Deadlines, refused: set[str] | None = None) -> Generator[Piece]:
    """The pieces of the model's answer as they come. Closing the iterator stops the request.

    Args:
        refused: optional parameters that the server doesn't take; more are added when it refuses them.

    Raises:
        LlmError: the model can't be reached, broke off, or took too long; the message continues 'The language model …'.
    """
    run = _Run(spec, request, deadlines, set() if refused is None else refused)
    runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
    loop = runner.get_loop()
    thread = threading.Thread(target=_turn, args=(runner, run.run()), daemon=True, name="rag-llm")
    thread.start()
    try:
        while (piece := run.pieces.get()) is not None:
            if isinstance(piece, Fault):
                raise LlmError(str(piece))
            yield piece
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=1.0)


def _turn(runner: asyncio.Runner, work: Coroutine[Any, Any, None]) -> None:
    """Turn the loop until it is stopped; closing it cancels what is under way."""
    with runner:
        _task = runner.get_loop().create_task(work)  # the loop itself holds it only weakly
        runner.get_loop().run_forever()


class _Run:
    def __init__(self, spec: Spec, request: Request, deadlines: Deadlines, refused: set[str]) -> None:
        self._spec, self._request, self._deadlines, self._refused = spec, request, deadlines, refused
        self.pieces: queue.Queue[Piece | Fault | None] = queue.Queue()
        self._ends = time.monotonic() + deadlines.total
        self._until_first = 0.0
        self._protocol = PROTOCOLS[spec.provider]
        self._secret = key(spec)
        self._alive = False  # text or thinking came
        self._written = 0

    async def run(self) -> None:
        """Put the pieces into the queue, then what went wrong, or None."""
        end = None
        try:
            async with asyncio.timeout(self._deadlines.total):
                await self._attempts()
        except TimeoutError:
            end = Fault(f"did not end within {self._deadlines.total:g} s")
        except Exception as e:
            end = explain(e, self._spec, self._secret)
        self.pieces.put(end)

    async def _attempts(self) -> None:
        """Ask; and again while nothing was written, the fault may pass, and there is time to wait."""
        for attempt in count(1):
            try:
                while not await self._once():
                    pass
            except Exception as e:
                fault = explain(e, self._spec, self._secret)
                wait = fault.wait if fault.wait is not None else _BACKOFF * 2 ** (attempt - 1)
                is_late = time.monotonic() + wait >= self._ends
                if not fault.retry or self._written or attempt == _ATTEMPTS or is_late:
                    raise fault from None
                await asyncio.sleep(wait)
            else:
                return

    async def _once(self) -> bool:
        """Ask, and pass on what comes; False when the server refuses an optional parameter, to be asked without it."""
        self._alive, self._until_first = False, time.monotonic() + self._deadlines.first
        async with httpx.AsyncClient(**client_options(self._spec, self._deadlines.connect)) as http:
            request = http.build_request(
                "POST",
                f"{self._spec.url}{self._protocol.path}",
                headers=self._protocol.headers(self._secret),
                json=self._protocol.body(self._spec, self._request, self._refused),
            )
            answer = await self._within(http.send(request, stream=True))
            try:
                await self._read(answer)
            except ServerError as e:
                if not self._without(e):
                    raise
                return False
            finally:
                await answer.aclose()
        return True

    def _without(self, error: ServerError) -> bool:
        """Whether the server refused an optional parameter that it was sent, which is noted."""
        parameter = next((name for name in OPTIONAL if name in error.reason and name not in self._refused), None)
        if error.status not in (400, 422) or not parameter:
            return False
        if parameter == "max_tokens" and "completion" not in error.reason:
            return False
        self._refused.add(parameter)
        return True

    async def _read(self, answer: httpx.Response) -> None:
        kind = answer.headers.get("content-type", "").split(";")[0].strip()
        if answer.is_redirect:
            raise Fault(f"sends elsewhere (status {answer.status_code}), which is not followed: check its address")
        if answer.status_code != 200:
            body = await self._within(answer.aread())
            reason = reason_of(body[:10_000].decode(errors="replace"))
            raise ServerError(answer.status_code, reason, answer.headers.get("retry-after"))
        if kind not in _COMPLETIONS:
            raise Fault(f"answered with {kind or 'something'}, which is no completion: check its address")
        thoughts, ended = Thoughts(self._secret), ""
        read: Any = answer.aiter_lines()
        async with aclosing(read) as lines:
            while (line := await self._within(anext(lines, None))) is not None:
                piece = self._protocol.read(line)
                ended = piece.end or ended
                self._put(piece, *thoughts.take(piece.text))
        self._put(Piece(end=ended), *thoughts.take("", last=True))
        if not ended:
            raise Fault("broke off in the middle of its answer" if self._alive else "answered nothing")

    def _put(self, piece: Piece, thought: str, text: str) -> None:
        """Pass on a piece, its thinking apart from its text."""
        piece = replace(piece, text=text, thinking=piece.thinking + thought)
        self._alive = self._alive or bool(piece.thinking or text)
        self._written += len(text)
        if piece != Piece():
            self.pieces.put(piece)
        if self._written > max(self._request.longest, _SHORT) * _CHARACTERS:
            raise Fault(f"did not stop: its answer was cut after {self._written:,} characters")

    async def _within(self, awaited: Awaitable[T]) -> T:
        """What is awaited, where it comes before the next piece is late."""
        if self._alive:
            until = time.monotonic() + self._deadlines.between
            late = f"stopped in the middle of its answer for {self._deadlines.between:g} s"
        else:
            until, late = self._until_first, f"did not begin to answer within {self._deadlines.first:g} s"
        limit = asyncio.timeout(until - time.monotonic())
        try:
            async with limit:
                return await awaited
        except TimeoutError:
            if limit.expired():
                raise Fault(late) from None
            raise


class Thoughts:
    """Divides an answer's pieces into thinking and text; holds back what may begin a tag or the key."""

    def __init__(self, secret: str) -> None:
        """`secret` is what must not be shown, '' for nothing."""
        self._secret = secret
        self._held = ""
        self._thinking = False

    def take(self, piece: str, *, last: bool = False) -> tuple[str, str]:
        """What is thinking and what is text in the next piece. With `last`, nothing is held back."""
        text = self._held + piece
        if self._secret:
            text = text.replace(self._secret, "…")
        at = len(text) if last else len(text) - self._unsure(text)
        text, self._held = text[:at], text[at:]
        parts: dict[bool, list[str]] = {True: [], False: []}
        start = 0
        for tag in _TAG.finditer(text):
            parts[self._thinking].append(text[start : tag.start()])
            self._thinking, start = not (tag[1] or tag[2]), tag.end()
        parts[self._thinking].append(text[start:])
        return "".join(parts[True]), "".join(parts[False])

    def _unsure(self, text: str) -> int:
        """Characters at the end that may begin a tag or the key."""
        begun = _BEGUN.search(text)
        tag = len(text) - begun.start() if begun else 0
        longest = min(len(self._secret) - 1, len(text))
        return max(tag, next((n for n in range(longest, 0, -1) if text.endswith(self._secret[:n])), 0))


def client_options(spec: Spec, connect_seconds: float) -> dict[str, Any]:
    """What a client for the spec's server is made with. The deadlines for reading are kept here, not by the client."""
    return {
        "timeout": httpx.Timeout(None, connect=connect_seconds, pool=connect_seconds),
        "follow_redirects": False,
        "trust_env": not destination(spec).local,
        "verify": _certificates(),
    }


@cache
def _certificates() -> Any:
    return httpx.create_ssl_context()  # takes longer to read than a request to this machine
