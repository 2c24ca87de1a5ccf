"""What a model's server is sent and what it sends back: OpenAI's chat completions, Anthropic's messages, Ollama's chat.

Knows bodies and lines; nothing of connections and deadlines (stream.py).
"""

import json
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rag.errors import LlmError
from rag.llm.spec import Provider, Spec, key_variable

# Parameters that an answer can do without: some servers and models refuse one, and are asked again without it.
OPTIONAL = ("temperature", "logprobs", "response_format", "chat_template_kwargs", "max_tokens")
_LENGTH = frozenset({"length", "max_tokens", "model_context_window_exceeded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a model is asked, whatever its protocol.

    `longest` are the tokens of the answer at most, `thinking` those that the model may think before it, `window` those
    of prompt, thinking and answer. `think` False asks a model that thinks to answer at once. `top` asks for the
    log-probabilities of so many most likely tokens. `schema` is the JSON schema that the answer has to follow.
    """

    system: str
    prompt: str
    longest: int
    window: int
    thinking: int = 0
    think: bool = True
    top: int = 0
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of an answer: text or thinking, the most likely tokens with their log-probabilities, why it ended."""

    text: str = ""
    thinking: str = ""
    tokens: tuple[tuple[str, float], ...] = ()
    end: str = ""

    @property
    def too_long(self) -> bool:
        """Whether it ended because the tokens were used up."""
        return self.end in _LENGTH


class ServerError(Exception):
    """The server reports an error; `status` is 0 where it came in the middle of an answer. The text is its reason."""

    def __init__(self, status: int, reason: str, retry_after: str | None = None) -> None:
        super().__init__(reason)
        self.status, self.reason, self.retry_after = status, reason, retry_after


@dataclass(frozen=True, slots=True)
class Protocol:
    """Where requests go under a server's address, with which headers and body, and how a line of the answer is read."""

    path: str
    headers: Callable[[str], dict[str, str]]
    body: Callable[[Spec, Request, Collection[str]], dict[str, Any]]
    piece: Callable[[dict[str, Any]], Piece]

    def read(self, line: str) -> Piece:
        """A line: an event's data or a line of JSON; what else a stream of events holds is an empty piece.

        Raises:
            ServerError: the line reports an error.
            ValueError, KeyError, TypeError, AttributeError: it is nothing that the protocol knows.
        """
        line = line.strip()
        data = line.removeprefix("data:").strip()
        if data == "[DONE]" or not (line.startswith(("data:", "{"))) or not data:
            return Piece()
        payload = json.loads(data)
        if payload.get("error"):
            raise ServerError(0, reason_of(data))
        return self.piece(payload)


def key(spec: Spec) -> str:
    """The key of the model's server, '' where it needs none.

    Raises:
        LlmError: the provider needs one and there is none.
    """
    found = spec.secret or os.environ.get(key_variable(spec.provider), "")
    if not found and spec.provider in ("openai", "anthropic"):
        raise LlmError(f"{spec.provider} needs a key: set {key_variable(spec.provider)}")
    return found


def reason_of(body: str) -> str:
    """What a server says of an error: the message in its JSON, else the body."""
    try:
        payload = json.loads(body)
        error: Any = payload.get("error") or payload.get("detail") or payload.get("message") or body
        return str(error.get("message") or body) if hasattr(error, "get") else str(error)
    except (ValueError, AttributeError):
        return body


def _messages(request: Request) -> list[dict[str, str]]:
    return [{"role": "system", "content": request.system}, {"role": "user", "content": request.prompt}]


def _bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def _openai_body(spec: Spec, request: Request, refused: Collection[str]) -> dict[str, Any]:
    hosted = spec.provider == "openai"
    limit = "max_completion_tokens" if hosted or "max_tokens" in refused else "max_tokens"
    body: dict[str, Any] = {
        "model": spec.model,
        "messages": _messages(request),
        "stream": True,
        "temperature": 0.0,
        limit: request.longest + request.thinking,
    }
    if request.top:
        body |= {"logprobs": True, "top_logprobs": request.top}
    if request.schema:
        form = {"name": "answer", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
    if not request.think and not hosted:  # how llama.cpp, vLLM and SGLang hand it to the chat template
        body["chat_template_kwargs"] = {"enable_thinking": False}
    if "logprobs" in refused:
        body.pop("top_logprobs", None)
    return {name: value for name, value in body.items() if name not in refused}


def _openai_piece(payload: dict[str, Any]) -> Piece:
    if not payload.get("choices"):
        return Piece()
    choice = payload["choices"][0]
    said: dict[str, Any] = choice.get("delta") or choice.get("message") or {}
    return Piece(
        text=said.get("content") or said.get("refusal") or "",
        thinking=said.get("reasoning_content") or said.get("reasoning") or "",
        tokens=_tokens((choice.get("logprobs") or {}).get("content")),
        end=choice.get("finish_reason") or "",
    )


def _tokens(logprobs: Any) -> tuple[tuple[str, float], ...]:
    """The most likely first tokens, from the log-probabilities as OpenAI and Ollama send them."""
    if not logprobs:
        return ()
    return tuple((t["token"], float(t["logprob"])) for t in logprobs[0].get("top_logprobs") or logprobs[:1])


def _anthropic_body(spec: Spec, request: Request, refused: Collection[str]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": spec.model, "system": request.system, "messages": _messages(request)[1:], "stream": True,
        "temperature": 0.0, "max_tokens": request.longest + request.thinking,
    }  # fmt: skip
    if request.schema:  # an answer of a given form is the input of a tool that must be used
        tool = {"name": "answer", "description": "Give the answer.", "input_schema": request.schema}
        body |= {"tools": [tool], "tool_choice": {"type": "tool", "name": "answer"}}
    return {name: value for name, value in body.items() if name == "max_tokens" or name not in refused}


def _anthropic_piece(payload: dict[str, Any]) -> Piece:
    delta: dict[str, Any] = payload.get("delta") or {}
    return Piece(
        text=delta.get("text") or delta.get("partial_json") or "",
        thinking=delta.get("thinking") or "",
        end=delta.get("stop_reason") or "",
    )


def _ollama_body(spec: Spec, request: Request, refused: Collection[str]) -> dict[str, Any]:
    options = {"temperature": 0.0, "num_ctx": request.window, "num_predict": request.longest + request.thinking}
    body: dict[str, Any] = {
        "model": spec.model,
        "messages": _messages(request),
        "stream": True,
        "options": options,
    }
    if not request.think:
        body["think"] = False
    if request.top:
        body |= {"logprobs": True, "top_logprobs": request.top}
    if request.schema:
        body["format"] = request.schema
    return body


def _ollama_piece(payload: dict[str, Any]) -> Piece:
    said = payload["message"]
    end = (payload.get("done_reason") or "stop") if payload.get("done") else ""
    return Piece(text=said.get("content") or "", thinking=said.get("thinking") or "",
                 tokens=_tokens(payload.get("logprobs")), end=end)  # fmt: skip


_OPENAI = Protocol("/chat/completions", _bearer, _openai_body, _openai_piece)
PROTOCOLS: dict[Provider, Protocol] = {
    "openai": _OPENAI,
    "openai-like": _OPENAI,
    "gguf": _OPENAI,
    "anthropic": Protocol(
        "/v1/messages",
        lambda secret: {"x-api-key": secret, "anthropic-version": "2023-06-01"},
        _anthropic_body,
        _anthropic_piece,
    ),
    "ollama": Protocol("/api/chat", _bearer, _ollama_body, _ollama_piece),
}
