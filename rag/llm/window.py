"""How many tokens a model takes, prompt and answer together: asked from its server where it tells.

llama.cpp tells at /props, vLLM and others in the list of models, Ollama of the model itself.
"""

import os
from collections.abc import Iterator
from typing import Any

import httpx

from rag.llm.connect import package
from rag.llm.spec import Spec

# What every model of the last years takes; Ollama's models take more, but memory grows with it.
ASSUMED, OLLAMA = 8_192, 8_192
_HOSTED = 32_768  # as much of a hosted model's window as passages ever need


def ask_window(spec: Spec, seconds: float) -> int:
    """The window of the model, `ASSUMED` where its server doesn't tell within that many seconds."""
    ask = {"openai": _openai, "anthropic": _anthropic, "ollama": _ollama}.get(spec.provider, _openai_like)
    try:
        found = ask(spec, seconds)
    except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
        found = 0
    return found or ASSUMED


def _openai(spec: Spec, seconds: float) -> int:
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    return min(_HOSTED, openai_modelname_to_contextsize(spec.model))


def _anthropic(spec: Spec, seconds: float) -> int:
    package("anthropic")
    from llama_index.llms.anthropic.utils import anthropic_modelname_to_contextsize

    return min(_HOSTED, anthropic_modelname_to_contextsize(spec.model))


def _ollama(spec: Spec, seconds: float) -> int:
    told = httpx.post(f"{spec.url}/api/show", json={"model": spec.model}, timeout=seconds).json()["model_info"]
    return min(OLLAMA, next(int(n) for name, n in told.items() if name.endswith("context_length")))


def _openai_like(spec: Spec, seconds: float) -> int:
    bearer = os.environ.get("OPENAI_LIKE_API_KEY")
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    url = spec.url or ""
    with httpx.Client(timeout=seconds / 2, headers=headers) as http:
        for path, read in ((f"{url.removesuffix('/v1')}/props", _props), (f"{url}/models", _models)):
            answer = http.get(path)
            if answer.status_code == 200 and (found := next(read(answer.json(), spec.model), 0)):
                return found
    return 0


def _props(told: Any, model: str) -> Iterator[int]:
    yield int(told["default_generation_settings"]["n_ctx"])


def _models(told: Any, model: str) -> Iterator[int]:
    for m in told["data"]:
        if m.get("id") == model or len(told["data"]) == 1:
            meta: dict[str, int] = m.get("meta") or {}
            yield int(m.get("max_model_len") or meta.get("n_ctx") or 0)
