"""How many tokens a model takes, prompt and answer together, and whether it thinks first: asked from its server.

llama.cpp says it at /props, vLLM and others in the list of models, Ollama in what it shows of a model.
"""

from dataclasses import dataclass
from typing import Any

import httpx

from rag.llm.protocols import PROTOCOLS, key
from rag.llm.spec import Spec
from rag.llm.stream import client_options

# What every model of the last years takes; Ollama's models take more, but memory grows with it.
ASSUMED, OLLAMA = 8_192, 8_192
_HOSTED = 32_768  # as much of a hosted model's window as passages ever need


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens of prompt, thinking and answer together, and whether the model is known to think."""

    window: int
    thinks: bool = False


def ask_limits(spec: Spec, seconds: float) -> Limits:
    """The model's limits; `ASSUMED` tokens where its server doesn't say within that many seconds."""
    if spec.provider in ("openai", "anthropic"):
        return Limits(_HOSTED)
    options: dict[str, Any] = client_options(spec, seconds) | {"timeout": seconds / 2}
    try:
        with httpx.Client(headers=PROTOCOLS[spec.provider].headers(key(spec)), **options) as http:
            return _ollama(http, spec) if spec.provider == "ollama" else _openai_like(http, spec)
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return Limits(ASSUMED)


def _ollama(http: httpx.Client, spec: Spec) -> Limits:
    payload = http.post(f"{spec.url}/api/show", json={"model": spec.model}).json()
    window = next(int(n) for name, n in payload["model_info"].items() if name.endswith("context_length"))
    return Limits(min(OLLAMA, window), "thinking" in (payload.get("capabilities") or ()))


def _openai_like(http: httpx.Client, spec: Spec) -> Limits:
    url = spec.url or ""
    answer = http.get(f"{url.removesuffix('/v1')}/props")
    if answer.status_code == 200 and (payload := answer.json()):
        # Where the file is run in this process, a template's switch for thinking is set to off.
        template = str(payload.get("chat_template") or "")
        thinks = "</think>" in template and not (spec.provider == "gguf" and "enable_thinking" in template)
        return Limits(int(payload["default_generation_settings"]["n_ctx"]), thinks)
    answer = http.get(f"{url}/models")
    return Limits((answer.status_code == 200 and _of_models(answer.json()["data"], spec.model)) or ASSUMED)


def _of_models(listed: list[dict[str, Any]], model: str) -> int:
    for m in listed:
        if m.get("id") == model or len(listed) == 1:
            meta: dict[str, int] = m.get("meta") or {}
            return int(m.get("max_model_len") or meta.get("n_ctx") or 0)
    return 0
