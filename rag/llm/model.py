"""A language model as the answer uses it: its name, its window, where text goes, and text in, text out.

Knows nothing of articles or prompts.
"""

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import replace

from rag.errors import LlmError
from rag.llm.connect import key, package
from rag.llm.gguf import WINDOW, GgufServer
from rag.llm.spec import Destination, Spec, destination, parse
from rag.llm.stream import Deadlines, Request, stream
from rag.llm.window import ask_window


class Model:
    """A model that the setting names. Safe to use from several threads."""

    def __init__(self, spec: Spec, deadlines: Deadlines | None = None, window: int = 0) -> None:
        """Nothing is loaded, started or sent yet.

        Args:
            window: tokens of prompt and answer together; 0 asks the server.
        """
        self.spec = spec
        self.deadlines = deadlines or Deadlines()
        self._window = window
        self._server: GgufServer | None = None
        self._guard = threading.Lock()
        # Told what was sent and what came back, of each request; for counting what a model is used for.
        self.on_request: Callable[[str, str], None] | None = None

    @property
    def name(self) -> str:
        """'openai:gpt-4o-mini'."""
        return self.spec.name

    @property
    def destination(self) -> Destination:
        """Where questions and passages go."""
        return destination(self.spec)

    def prepare(self) -> None:
        """Load what has to be loaded, so that the first question doesn't wait for it.

        Raises:
            LlmError: an extra, a key or a file is missing.
        """
        package(self.spec.provider)
        key(self.spec.provider)
        if self.spec.provider == "gguf":
            self._address()

    def window(self) -> int:
        """Tokens of prompt and answer together, as the server tells, else what is safe to assume."""
        if not self._window:
            self._window = ask_window(self._address(), min(self.deadlines.connect, 2.0))
        return self._window

    def stream(self, system: str, prompt: str, *, longest: int, within: float | None = None) -> Generator[str]:
        """The pieces of the answer as they come. Closing the iterator stops the request.

        Args:
            longest: tokens of the answer at most.
            within: seconds in all, where less than the deadline.

        Raises:
            LlmError: the model can't be used or reached, broke off, or took too long; the message continues
                'The language model …'.
        """
        try:
            self.prepare()  # imports and loading a file are not the model's answering: no deadline counts them
            began = time.monotonic()
            request = Request(system=system, prompt=prompt, longest=longest, window=self.window())
        except LlmError as e:
            raise LlmError(f"cannot be used: {e}") from None
        total = min(self.deadlines.total, within or self.deadlines.total) - (time.monotonic() - began)
        written: list[str] = []
        try:
            for piece in stream(self._address(), request, replace(self.deadlines, total=max(0.01, total))):
                written.append(piece)
                yield piece
        finally:
            if self.on_request:
                self.on_request(f"{system}\n{prompt}", "".join(written))

    def close(self) -> None:
        """End the server in this process, where there is one."""
        with self._guard:
            if self._server:
                self._server.close()
                self._server = None

    def _address(self) -> Spec:
        if self.spec.provider != "gguf":
            return self.spec
        with self._guard:
            if self._server is None:
                self._server = GgufServer(self.spec, self._window or WINDOW)
            return self._server.spec


def load_model(setting: str, deadlines: Deadlines | None = None, window: int = 0) -> Model | None:
    """The model that the setting names, None for `extractive`.

    Raises:
        LlmError: the setting is not of one of the forms.
    """
    spec = parse(setting)
    return Model(spec, deadlines, window) if spec else None
