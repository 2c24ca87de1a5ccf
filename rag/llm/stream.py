"""One request to a model, as pieces of text: within its deadlines, tried again only where that can help, stoppable.

The request runs on an event loop of its own thread, so that it can be cancelled at any moment, in the middle of a read
too. Knows nothing of what is asked.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Generator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from rag.errors import LlmError
from rag.llm.connect import connected
from rag.llm.faults import Fault, WrongAnswer, explain
from rag.llm.spec import Spec

if TYPE_CHECKING:
    from tenacity import RetryCallState

_ATTEMPTS = 3
_BACKOFF = 0.5
# Characters of a token at most: an answer that is longer than its tokens can be is endless.
_CHARACTERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds: until connected, until the first token, from one to the next, and in all."""

    connect: float = 5.0
    first: float = 120.0
    between: float = 30.0
    total: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked: `longest` are the answer's tokens at most, `window` those of prompt and answer."""

    system: str
    prompt: str
    longest: int
    window: int


class _Failed(Exception):
    """Carries a fault through tenacity."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.text)
        self.fault = fault


def stream(spec: Spec, request: Request, deadlines: Deadlines) -> Generator[str]:
    """The pieces of the model's answer as they come. Closing the iterator stops the request.

    Raises:
        LlmError: the model can't be reached, broke off, or took too long; the message continues 'The language model …'.
    """
    run = _Run(spec, request, deadlines)
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
    def __init__(self, spec: Spec, request: Request, deadlines: Deadlines) -> None:
        self._spec, self._request, self._deadlines = spec, request, deadlines
        self.pieces: queue.Queue[str | Fault | None] = queue.Queue()
        self._began = time.monotonic()
        self._written = 0
        self._guard = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def run(self) -> None:
        try:
            asyncio.run(self._main())
        except asyncio.CancelledError:
            pass

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
            self.pieces.put(explain(e, self._spec))
        finally:
            with self._guard:
                self._loop = None

    async def _attempts(self) -> None:
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt

        tries = AsyncRetrying(retry=retry_if_exception(self._helps), stop=stop_after_attempt(_ATTEMPTS),
                              wait=self._wait, reraise=True)  # fmt: skip
        async for attempt in tries:
            with attempt:
                try:
                    await self._once()
                except (LlmError, _Failed, TimeoutError, asyncio.CancelledError):
                    raise
                except Exception as e:
                    raise _Failed(explain(e, self._spec)) from None

    def _helps(self, error: BaseException) -> bool:
        """Whether to ask again: nothing was written yet, the fault may pass, and there is time to wait."""
        left = self._deadlines.total - (time.monotonic() - self._began)
        return isinstance(error, _Failed) and not self._written and error.fault.retry and (error.fault.wait or 0) < left

    def _wait(self, state: "RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.fault.wait if isinstance(error, _Failed) else None
        return asked if asked is not None else _BACKOFF * 2 ** (state.attempt_number - 1)

    async def _once(self) -> None:
        from llama_index.core.llms import ChatMessage, MessageRole

        messages = [ChatMessage(role=MessageRole.SYSTEM, content=self._request.system),
                    ChatMessage(role=MessageRole.USER, content=self._request.prompt)]  # fmt: skip
        ended = False
        async with connected(self._spec, self._deadlines.connect, self._request.longest, self._request.window) as llm:
            until_first = time.monotonic() + self._deadlines.first
            answer: Any = await _within(llm.astream_chat(messages), until_first, self._first_late)
            async with aclosing(answer):
                while True:
                    late = self._between_late if self._written else self._first_late
                    limit = time.monotonic() + self._deadlines.between if self._written else until_first
                    response = await _within(anext(answer, None), limit, late)
                    if response is None:
                        break
                    ended = ended or _has_ended(response.raw)
                    self._put(response.message.content or "")
        if not self._written:
            raise WrongAnswer("answered nothing")
        if not ended:
            raise WrongAnswer("broke off in the middle of its answer")

    def _put(self, text: str) -> None:
        """Pass on what is new in the text so far."""
        if len(text) > self._written:
            self.pieces.put(text[self._written :])
            self._written = len(text)
        if self._written > self._request.longest * _CHARACTERS:
            raise WrongAnswer(f"did not stop: its answer was cut after {self._written:,} characters")

    @property
    def _first_late(self) -> str:
        return f"did not begin to answer within {self._deadlines.first:g} s"

    @property
    def _between_late(self) -> str:
        return f"stopped in the middle of its answer for {self._deadlines.between:g} s"


async def _within(awaited: Any, until: float, late: str) -> Any:
    limit = asyncio.timeout_at(asyncio.get_running_loop().time() + until - time.monotonic())
    try:
        async with limit:
            return await awaited
    except TimeoutError:
        if limit.expired():
            raise _Failed(Fault(late)) from None
        raise


def _has_ended(raw: Any) -> bool:
    """Whether the provider says that the answer is whole: OpenAI's finish_reason, Ollama's done, Anthropic's stop."""
    said = cast(dict[str, Any], raw if isinstance(raw, dict) else vars(raw) if raw is not None else {})
    choices = said.get("choices")
    if choices:
        return choices[0].finish_reason is not None
    stop = getattr(said.get("delta"), "stop_reason", None)
    return bool(said.get("done") or stop or said.get("type") == "message_stop")
