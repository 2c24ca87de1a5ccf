"""A language model as the answer uses it: text in; text, the probability of a word, or JSON out.

How many tokens it takes, prompt and answer together, and whether it thinks first, is asked from its server. Knows
nothing of articles or prompts.
"""

import json
import math
import re
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from rag.errors import LlmError
from rag.llm.gguf import WINDOW, GgufServer, running
from rag.llm.protocols import PROTOCOLS, Piece, Request, key
from rag.llm.spec import Destination, Spec, destination, parse
from rag.llm.stream import Deadlines, client_options, stream

# Tokens that a model may think before it answers, and the share of its window at most.
_THINKING, _SHARE = 4_096, 2
_TOP = 20  # tokens whose log-probabilities a server sends, at most
_WORD = 8  # tokens of an answer of one word
# What every model of the last years takes; Ollama's models take more, but memory grows with it.
ASSUMED, _OLLAMA = 8_192, 8_192
_HOSTED = 32_768  # as much of a hosted model's window as passages ever need


@dataclass(frozen=True, slots=True)
class TokenLimits:
    """Tokens of prompt, thinking and answer together, and whether the model is known to think."""

    window: int
    thinks: bool = False


class Model:
    """A model that the setting names. Safe to use from several threads."""

    def __init__(
        self, spec: Spec, deadlines: Deadlines | None = None, window: int = 0, folder: Path | None = None
    ) -> None:
        """Nothing is loaded, started or sent yet.

        Args:
            window: tokens of prompt and answer together; 0 asks the server.
            folder: where the user's processes leave word of a GGUF file that one of them serves; None for nowhere.
        """
        self.spec = spec
        self.deadlines = deadlines or Deadlines()
        self._window = window
        self._folder = folder
        self._limits: TokenLimits | None = None
        self._refused: set[str] = set()
        self._server: GgufServer | None = None
        self._guard = threading.Lock()
        # Called with what was sent and what came back, at each request: to count what a model is used for.
        self.on_request: Callable[[str, str], None] | None = None

    @property
    def name(self) -> str:
        """'openai:gpt-4o-mini'."""
        return self.spec.name

    @property
    def destination(self) -> Destination:
        """Where questions and passages go."""
        return destination(self.spec)

    @property
    def ready(self) -> bool:
        """Whether nothing has to be loaded before the first question."""
        loaded = self._server is not None and self._server.alive
        shared = self._folder is not None and running(self.spec, self._window or WINDOW, self._folder)
        return self.spec.provider != "gguf" or loaded or shared

    def prepare(self) -> None:
        """Load what has to be loaded, so that the first question doesn't wait for it.

        Raises:
            LlmError: an extra, a key or a file is missing.
        """
        key(self.spec)
        self._address()

    def window(self) -> int:
        """Tokens of prompt and answer together, as the server says, else what is safe to assume.

        What a model needs to think is left out.
        """
        return self._known().window - self._room()

    def stream(self, system: str, prompt: str, *, longest: int, within: float | None = None) -> Generator[str]:
        """The pieces of the answer as they come, without what the model thinks. Closing the iterator stops the request.

        Args:
            longest: tokens of the answer at most.
            within: seconds in all, where less than the deadline.

        Raises:
            LlmError: the model can't be used or reached, broke off, or took too long; the message continues
                'The language model …'.
        """
        yield from self._answered(Request(system=system, prompt=prompt, longest=longest, window=0), within)

    def probability(
        self, system: str, prompt: str, choices: Sequence[str] = ("Yes", "No"), *, within: float | None = None
    ) -> dict[str, float] | None:
        """How likely each choice is as the answer's first word; they add up to 1.

        From the log-probabilities of one token where the server sends them; small and capital letters, and a space
        before the word, make no difference. Otherwise, and where a model can only think first, the choice that the
        model writes gets 1. With the messages that `stream` is given, the server has read them already.

        Args:
            choices: words that differ in their beginning.
            within: seconds in all, where less than the deadline.

        Returns:
            None when the model begins with none of the choices.

        Raises:
            LlmError: as `stream`.
        """
        request = Request(system=system, prompt=prompt, longest=1, window=0, think=False, top=_TOP)
        if self.spec.provider != "anthropic":  # it sends no probabilities
            pieces = list(self._pieces(request, within))
            text = "".join(p.text for p in pieces)
            thinks = any(p.thinking for p in pieces)
            tokens = next((p.tokens for p in pieces if p.tokens), None) or ((text, 0.0),)
            if not thinks and (found := _shares(tokens, choices)):
                return found
        plain = replace(request, longest=_WORD, top=0)
        return _shares((("".join(self._answered(plain, within)), 0.0),), choices, first_word=True)

    def choose(
        self, system: str, prompt: str, schema: Mapping[str, Any], *, longest: int = 200, within: float | None = None
    ) -> str:
        """An answer in JSON that follows a JSON schema, where the server can hold the model to it.

        Where it can't, the schema stands at the end of the prompt, and whether the answer follows it isn't checked.

        Args:
            schema: of an object; every property in `required`, and no others (`additionalProperties` False).
            longest: tokens of the answer at most.
            within: seconds in all, where less than the deadline.

        Returns:
            The JSON text, which can be parsed.

        Raises:
            LlmError: as `stream`; or the model wrote no JSON.
        """
        request = Request(system=system, prompt=prompt, longest=longest, window=0, think=False, schema=schema)
        text = "".join(self._answered(request, within))
        if "response_format" in self._refused and not _json(text):
            prompt_with_schema = (
                f"{prompt}\n\nAnswer with JSON that follows this schema, and nothing else: {json.dumps(schema)}"
            )
            text = "".join(self._answered(replace(request, prompt=prompt_with_schema), within))
        found = _json(text)
        if not found:
            raise LlmError("wrote no whole JSON where it was asked for")
        return found

    def close(self) -> None:
        """End the server in this process, where there is one."""
        with self._guard:
            if self._server:
                self._server.close()
                self._server = None

    def _answered(self, request: Request, within: float | None) -> Generator[str]:
        """The text of an answer; asked once more, with room to think, where the model used its tokens up for that."""
        until = time.monotonic() + min(self.deadlines.total, within or self.deadlines.total)
        for _ in range(2):
            written, ended, thought, room = 0, False, False, self._room()
            for piece in self._pieces(request, until - time.monotonic()):
                written += len(piece.text)
                ended = piece.too_long
                thought = thought or bool(piece.thinking)
                if piece.text:
                    yield piece.text
            if written:
                return
            if not ended:
                break
            if room:
                raise LlmError(f"thought until its {request.longest + room:,} tokens were used up, and wrote no answer")
            self._limits = replace(self._known(), thinks=True)
        raise LlmError("answered nothing")

    def _pieces(self, request: Request, within: float | None) -> Generator[Piece]:
        """The pieces of one request, within the deadlines."""
        try:
            self.prepare()  # loading a file is not the model's answering: no deadline counts it
            began = time.monotonic()
            thinking = self._room() if request.longest > 1 else 0
            request = replace(request, window=self._known().window, thinking=thinking,
                              think=request.think and self.spec.provider != "gguf")  # fmt: skip
        except LlmError as e:
            raise LlmError(f"cannot be used: {e}") from None
        total = min(self.deadlines.total, within or self.deadlines.total) - (time.monotonic() - began)
        deadlines = replace(self.deadlines, total=max(0.01, total))
        written: list[str] = []
        try:
            for piece in stream(self._address(), request, deadlines, self._refused):
                written.append(piece.text)
                yield piece
        finally:
            if self.on_request:
                self.on_request(f"{request.system}\n{request.prompt}", "".join(written))

    def _known(self) -> TokenLimits:
        """The window and whether the model thinks, asked from its server once."""
        if self._limits is None:
            limits = ask_limits(self._address(), min(self.deadlines.connect, 2.0))
            self._limits = replace(limits, window=self._window or limits.window)
        return self._limits

    def _room(self) -> int:
        """Tokens to think with."""
        known = self._known()
        return min(_THINKING, known.window // _SHARE) if known.thinks else 0

    def _address(self) -> Spec:
        if self.spec.provider != "gguf":
            return self.spec
        with self._guard:
            if self._server is None or not self._server.alive:
                self._server = GgufServer(self.spec, self._window or WINDOW, self._folder)
            return self._server.spec


def ask_limits(spec: Spec, seconds: float) -> TokenLimits:
    """The model's limits; `ASSUMED` tokens where its server doesn't say within that many seconds.

    llama.cpp says it at /props, vLLM and others in the list of models, Ollama in what it shows of a model.
    """
    if spec.provider in ("openai", "anthropic"):
        return TokenLimits(_HOSTED)
    options: dict[str, Any] = client_options(spec, seconds) | {"timeout": seconds / 2}
    try:
        with httpx.Client(headers=PROTOCOLS[spec.provider].headers(key(spec)), **options) as http:
            return _ollama_limits(http, spec) if spec.provider == "ollama" else _openai_like_limits(http, spec)
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return TokenLimits(ASSUMED)


def _ollama_limits(http: httpx.Client, spec: Spec) -> TokenLimits:
    payload = http.post(f"{spec.url}/api/show", json={"model": spec.model}).json()
    window = next(int(n) for name, n in payload["model_info"].items() if name.endswith("context_length"))
    return TokenLimits(min(_OLLAMA, window), "thinking" in (payload.get("capabilities") or ()))


def _openai_like_limits(http: httpx.Client, spec: Spec) -> TokenLimits:
    url = spec.url or ""
    answer = http.get(f"{url.removesuffix('/v1')}/props")
    if answer.status_code == 200 and (payload := answer.json()):
        # Where the file is run in this process, a template's switch for thinking is set to off.
        template = str(payload.get("chat_template") or "")
        thinks = "</think>" in template and not (spec.provider == "gguf" and "enable_thinking" in template)
        return TokenLimits(int(payload["default_generation_settings"]["n_ctx"]), thinks)
    answer = http.get(f"{url}/models")
    return TokenLimits((answer.status_code == 200 and _listed_window(answer.json()["data"], spec.model)) or ASSUMED)


def _listed_window(listed: list[dict[str, Any]], model: str) -> int:
    for m in listed:
        if m.get("id") == model or len(listed) == 1:
            meta: dict[str, int] = m.get("meta") or {}
            return int(m.get("max_model_len") or meta.get("n_ctx") or 0)
    return 0


def _shares(
    tokens: Sequence[tuple[str, float]], choices: Sequence[str], *, first_word: bool = False
) -> dict[str, float] | None:
    """The tokens' probabilities added up by the choice that each begins, as shares; None where none begins one."""
    known = {c.casefold(): c for c in choices}
    found = dict.fromkeys(choices, 0.0)
    for token, logarithm in tokens:
        word = token.strip(" \t\r\n▁Ġ*_\"'“‘.,:;!").casefold()
        if first_word:
            word = re.split(r"\W", word, maxsplit=1)[0]
        begun = [c for c in known if c.startswith(word) and len(word) > 1]
        choice = word if word in known else begun[0] if len(begun) == 1 else None
        if choice:
            found[known[choice]] += math.exp(logarithm)
    total = sum(found.values())
    return {c: p / total for c, p in found.items()} if total else None


def _json(text: str) -> str:
    """The first object or list of JSON in a text, '' for none."""
    at = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    try:
        return json.dumps(json.JSONDecoder().raw_decode(text, at)[0], ensure_ascii=False) if at >= 0 else ""
    except ValueError:
        return ""


def load_model(
    setting: str, deadlines: Deadlines | None = None, window: int = 0, folder: Path | None = None
) -> Model | None:
    """The model that the setting names, None for `extractive`; takes what `Model` does.

    Raises:
        LlmError: the setting is not of one of the forms.
    """
    spec = parse(setting)
    return Model(spec, deadlines, window, folder) if spec else None
