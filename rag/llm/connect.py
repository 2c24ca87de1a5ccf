"""A spec to a LlamaIndex LLM that makes one request. Each provider's package is imported when it is used.

Requests go to the spec's address alone: no redirect is followed, no retry is made here (see stream.py).
"""

import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx

from rag.errors import LlmError
from rag.llm.faults import WrongAnswer
from rag.llm.spec import Provider, Spec, key_variable

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

_COMPLETIONS = ("text/event-stream", "application/json", "application/x-ndjson")
_MODULES: dict[Provider, str] = {
    # Its OpenAILike is its OpenAI without a list of models, so that new ones work.
    "openai": "llama_index.llms.openai_like",
    "openai-like": "llama_index.llms.openai_like",
    "gguf": "llama_index.llms.openai_like",
    "anthropic": "llama_index.llms.anthropic",
    "ollama": "llama_index.llms.ollama",
}


def package(provider: Provider) -> Any:
    """The provider's LlamaIndex package.

    Raises:
        LlmError: it isn't installed; the message has the line that installs it.
    """
    try:
        return import_module(_MODULES[provider])
    except ModuleNotFoundError:
        raise LlmError(f"{provider} models need an extra: pip install 'rashomon[{provider}]'") from None


def key(provider: Provider) -> str:
    """The provider's key.

    Raises:
        LlmError: the provider needs one and there is none.
    """
    found = os.environ.get(key_variable(provider), "")
    if not found and provider in ("openai", "anthropic"):
        raise LlmError(f"{provider} needs a key: set {key_variable(provider)}")
    return found


@asynccontextmanager
async def connected(spec: Spec, connect_seconds: float, longest: int, window: int) -> "AsyncGenerator[LLM]":
    """The model, its connections closed afterwards.

    Args:
        connect_seconds: how long a connection may take to come about.
        longest: tokens of the answer at most.
        window: tokens of prompt and answer together; Ollama must be told.
    """
    async with AsyncExitStack() as stack:
        yield await _MAKERS[spec.provider](stack, package(spec.provider), spec, connect_seconds, longest, window)


def _limits(connect_seconds: float) -> dict[str, Any]:
    """What every client is made with. The deadlines for reading are kept in stream.py."""
    return {
        "timeout": httpx.Timeout(None, connect=connect_seconds, pool=connect_seconds),
        "event_hooks": {"response": [_only_completions]},
        "follow_redirects": False,
    }


async def _only_completions(response: Any) -> None:
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if 300 <= response.status_code < 400:
        raise WrongAnswer(f"sends elsewhere (status {response.status_code}), which is not followed: check its address")
    if response.status_code == 200 and kind not in _COMPLETIONS:
        raise WrongAnswer(f"answered with {kind or 'something'}, which is no completion: check its address")


async def _openai_like(
    stack: AsyncExitStack, module: Any, spec: Spec, connect_seconds: float, longest: int, window: int
) -> "LLM":
    from openai import AsyncOpenAI

    http = await stack.enter_async_context(httpx.AsyncClient(**_limits(connect_seconds)))
    secret = key(spec.provider) or "none"
    llm = module.OpenAILike(
        model=spec.model, api_key=secret, api_base=spec.url, temperature=0.0, max_tokens=longest,
        context_window=window, is_chat_model=True, max_retries=0,
    )  # fmt: skip
    # The package's own client gives up after 60 s without a byte, whatever ours is told; ours has the deadlines.
    llm._aclient = AsyncOpenAI(api_key=secret, base_url=spec.url, max_retries=0, http_client=http)
    return llm


async def _anthropic(
    stack: AsyncExitStack, module: Any, spec: Spec, connect_seconds: float, longest: int, window: int
) -> "LLM":
    from anthropic import AsyncAnthropic

    http = await stack.enter_async_context(httpx.AsyncClient(**_limits(connect_seconds)))
    llm = module.Anthropic(
        model=spec.model, api_key=key(spec.provider), base_url=spec.url, temperature=0.0, max_tokens=longest,
        max_retries=0,
    )  # fmt: skip
    # The package makes a client of its own and takes none; ours has the deadlines, and is closed.
    llm._aclient = AsyncAnthropic(api_key=key(spec.provider), base_url=spec.url, max_retries=0, http_client=http)
    return llm


async def _ollama(
    stack: AsyncExitStack, module: Any, spec: Spec, connect_seconds: float, longest: int, window: int
) -> "LLM":
    from ollama import AsyncClient

    client = AsyncClient(host=spec.url, **_limits(connect_seconds))
    stack.push_async_callback(client.close)
    return module.Ollama(
        model=spec.model, base_url=spec.url, temperature=0.0, context_window=window, async_client=client,
        additional_kwargs={"num_predict": longest},
    )  # fmt: skip


_MAKERS: dict[Provider, Callable[..., "Awaitable[LLM]"]] = {
    "openai": _openai_like,
    "openai-like": _openai_like,
    "gguf": _openai_like,
    "anthropic": _anthropic,
    "ollama": _ollama,
}
