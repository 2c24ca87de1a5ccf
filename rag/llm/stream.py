"""One request to a model, as pieces: within its deadlines, tried again only where that can help, stoppable.

The request runs on an event loop of its own thread, so that it can be cancelled at any moment, in the middle of a read
too. It goes to the spec's address alone: no redirect is followed, and this machine is never asked through a proxy.
What the model thinks, and the key, are kept out of the pieces' text. Knows nothing of what is asked.
"""

import asyncio
import queue
import re
import threading
import time
from collections.abc import Generator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx

from rag.errors import LlmError
from rag.llm.faults import Fault, WrongAnswer, explain
from rag.llm.protocols import OPTIONAL, PROTOCOLS, Piece, Request, ServerError, key, reason_of
from rag.llm.spec import Spec, destination

if TYPE_CHECKING:
    from tenacity import RetryCallState

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


class _Failed(Exception):
    """Carries a fault through tenacity."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


def stream(spec: Spec, request: Request, deadlines: Deadlines, refused: set[str] | None = None) -> Generator[Piece]:
    """The pieces of the model's answer as they come. Closing the iterator stops the request.

    Args:
        refused: optional parameters that the server doesn't take; more are added when it refuses them.

    Raises:
        LlmError: the model can't be reached, broke off, or took too long; the message continues 'The language model …'.
    """
    run = _Run(spec, request, deadlines, set() if refused is None else refused)
    thread = threading.Thread(target=run.run, daemon=True, name="rag-llm")
    thread.start()
    try:
        while True:
            try:
                piece = run.pieces.get(timeout=deadlines.total + 0.5)
            except queue.Empty:
                raise LlmError(f"did not end within {deadlines.total:g} s") from None
            if isinstance(piece, Fault):
                raise LlmError(piece.text)
            if piece is None:
                return
            yield piece
    finally:
        run.stop()
        thread.join(timeout=1.0)


class _Run:
    def __init__(self, spec: Spec, request: Request, deadlines: Deadlines, refused: set[str]) -> None:
        self._spec, self._request, self._deadlines, self._refused = spec, request, deadlines, refused
        self.pieces: queue.Queue[Piece | Fault | None] = queue.Queue()
        self._began = time.monotonic()
        self._protocol = PROTOCOLS[spec.provider]
        self._secret = ""
        self._alive = False  # text or thinking came
        self._written = 0
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._main())

    def stop(self) -> None:
        with self._guard:
            self._stopped = True
            if self._loop and self._task and not self._task.done():
                self._loop.call_soon_threadsafe(self._task.cancel)

    async def _main(self) -> None:
        with self._guard:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._stopped:
                return
        try:
            self._secret = key(self._spec)
            async with asyncio.timeout(self._deadlines.total):
                await self._attempts()
            self.pieces.put(None)
        except TimeoutError:
            self.pieces.put(Fault(f"did not end within {self._deadlines.total:g} s"))
        except _Failed as e:
            self.pieces.put(e.fault)
        except LlmError as e:
            self.pieces.put(Fault(f"cannot be used: {e}"))
        except Exception as e:
            self.pieces.put(explain(e, self._spec, self._secret))
        finally:
            with self._guard:
                self._loop = None

    async def _attempts(self) -> None:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        tries = AsyncRetrying(
            retry=retry_if_exception(self._helps), stop=stop_after_attempt(_ATTEMPTS), wait=self._wait, reraise=True
        )
        async for attempt in tries:
            with attempt:
                try:
                    while not await self._once():
                        pass
                except (_Failed, TimeoutError, asyncio.CancelledError):
                    raise
                except Exception as e:
                    raise _Failed(explain(e, self._spec, self._secret)) from None

    def _helps(self, error: BaseException) -> bool:
        """Whether to ask again: nothing was written yet, the fault may pass, and there is time to wait."""
        left = self._deadlines.total - (time.monotonic() - self._began)
        return isinstance(error, _Failed) and not self._written and error.fault.retry and (error.fault.wait or 0) < left

    def _wait(self, state: "RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        requested = error.fault.wait if isinstance(error, _Failed) else None
        return requested if requested is not None else _BACKOFF * 2 ** (state.attempt_number - 1)

    async def _once(self) -> bool:
        """Ask, and pass on what comes; False when the server refuses an optional parameter, to be asked without it."""
        self._alive = False
        until_first = time.monotonic() + self._deadlines.first
        async with httpx.AsyncClient(**client_options(self._spec, self._deadlines.connect)) as http:
            request = http.build_request(
                "POST",
                f"{self._spec.url}{self._protocol.path}",
                headers=self._protocol.headers(self._secret),
                json=self._protocol.body(self._spec, self._request, self._refused),
            )
            answer = await _within(http.send(request, stream=True), until_first, self._first_late)
            try:
                await self._read(answer, until_first)
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

    async def _read(self, answer: httpx.Response, until_first: float) -> None:
        kind = answer.headers.get("content-type", "").split(";")[0].strip()
        if answer.is_redirect:
            raise WrongAnswer(
                f"sends elsewhere (status {answer.status_code}), which is not followed: check its address"
            )
        if answer.status_code != 200:
            body = await _within(answer.aread(), until_first, self._first_late)
            reason = reason_of(body[:10_000].decode(errors="replace"))
            raise ServerError(answer.status_code, reason, answer.headers.get("retry-after"))
        if kind not in _COMPLETIONS:
            raise WrongAnswer(f"answered with {kind or 'something'}, which is no completion: check its address")
        thoughts, ended = Thoughts(self._secret), ""
        read: Any = answer.aiter_lines()
        async with aclosing(read) as lines:
            while True:
                late = self._between_late if self._alive else self._first_late
                limit = time.monotonic() + self._deadlines.between if self._alive else until_first
                line = await _within(anext(lines, None), limit, late)
                if line is None:
                    break
                piece = self._protocol.read(line)
                ended = piece.end or ended
                self._put(piece, *thoughts.take(piece.text))
        self._put(Piece(end=ended), *thoughts.take("", last=True))
        if not ended:
            raise WrongAnswer("broke off in the middle of its answer" if self._alive else "answered nothing")

    def _put(self, piece: Piece, thought: str, text: str) -> None:
        """Pass on a piece, its thinking apart from its text."""
        thought = piece.thinking + thought
        self._alive = self._alive or bool(thought or text)
        self._written += len(text)
        if thought or text or piece.tokens or piece.end:
            self.pieces.put(Piece(text=text, thinking=thought, tokens=piece.tokens, end=piece.end))
        if self._written > max(self._request.longest, _SHORT) * _CHARACTERS:
            raise WrongAnswer(f"did not stop: its answer was cut after {self._written:,} characters")

    @property
    def _first_late(self) -> str:
        return f"did not begin to answer within {self._deadlines.first:g} s"

    @property
    def _between_late(self) -> str:
        return f"stopped in the middle of its answer for {self._deadlines.between:g} s"


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


async def _within(awaited: Any, until: float, late: str) -> Any:
    limit = asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.monotonic())
    try:
        async with limit:
            return await awaited
    except TimeoutError:
        if limit.expired():
            raise _Failed(Fault(late)) from None
        raise
