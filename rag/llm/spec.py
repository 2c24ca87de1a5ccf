"""The setting `llm`: 'provider:model' taken apart, and where text goes that is sent there.

Reads no environment but the usual variables of the providers. Starts nothing.
"""

import ipaddress
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

from rag.errors import LlmError

Provider = Literal["openai", "anthropic", "ollama", "openai-like", "gguf"]
EXTRACTIVE = "extractive"
_FORMS = "extractive, openai:MODEL, anthropic:MODEL, ollama:MODEL, openai-like:MODEL@URL or gguf:/path/model.gguf"


@dataclass(frozen=True, slots=True)
class Spec:
    """A model of a provider; `url` is its server's, None for a file (`gguf`). `secret` is its server's own key."""

    provider: Provider
    model: str
    url: str | None
    secret: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """'openai:gpt-4o-mini', without the address; a file by its name."""
        return f"{self.provider}:{self.model.rsplit('/', 1)[-1] if self.provider == 'gguf' else self.model}"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where questions and passages go: a `host`, which is this machine where `local`; None is this process itself."""

    host: str | None
    local: bool

    def __str__(self) -> str:
        """A line for people."""
        if self.host is None:
            return "Nothing leaves this machine: the model runs in this process."
        if self.local:
            return f"Nothing leaves this machine: the model's server runs on it ({self.host})."
        return f"Your question and the passages found for it are sent to {self.host}."


def parse(text: str) -> Spec | None:
    """The model that the setting names; None for `extractive`.

    Raises:
        LlmError: it isn't of one of the forms, or the address holds a key or password.
    """
    provider, _, rest = text.strip().partition(":")
    if not rest and provider == EXTRACTIVE:
        return None
    if provider not in get_args(Provider) or not rest:
        shown = provider if "@" in rest or "//" in rest else text  # an address may hold a password
        raise LlmError(f"llm={shown!r} names no model: it is one of {_FORMS}")
    known = cast(Provider, provider)
    if known == "gguf":
        return Spec(known, os.path.expanduser(rest), None)  # noqa: PTH111  (Path's raises for a user who is not there)
    model, url = _divided(rest) if known == "openai-like" else (rest, _usual_url(known))
    if known == "openai-like" and not url:
        raise LlmError(
            f"llm={text!r} names no server: openai-like:MODEL@URL, as in openai-like:qwen@http://127.0.0.1:8080/v1"
        )
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query:
        raise LlmError(
            f"the address of {known}:{model} holds a user, password or key: put the key into {key_variable(known)}"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LlmError(f"the address {url!r} of {known}:{model} is not of the form http://host:port/v1")
    return Spec(known, model, url.rstrip("/"))


def _divided(rest: str) -> tuple[str, str]:
    """Model and address of MODEL@URL; a model's name may hold an @."""
    model, found, url = rest.rpartition("@http")
    if found:
        return model, f"http{url}"
    model, _, url = rest.partition("@")
    return model, url


def _usual_url(provider: Provider) -> str:
    match provider:
        case "openai":
            return os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE") or "https://api.openai.com/v1"
        case "anthropic":
            return os.environ.get("ANTHROPIC_BASE_URL") or "https://api.anthropic.com"
        case _:
            return _ollama_url(os.environ.get("OLLAMA_BASE_URL") or os.environ.get("OLLAMA_HOST") or "")


def _ollama_url(given: str) -> str:
    """Where Ollama is reached, from the address in any form that Ollama takes: with or without scheme, host and port.

    An address to listen on, as 0.0.0.0, is this machine's.
    """
    scheme, _, rest = given.strip().strip("'\"").rpartition("://")
    authority, slash, path = rest.strip().partition("/")
    if authority.count(":") > 1 and "[" not in authority:
        authority = f"[{authority}]"
    parts = urlsplit(f"//{authority}")
    if "@" in authority:  # a password, which is refused
        return f"{scheme or 'http'}://{rest}"
    host = parts.hostname or "127.0.0.1"
    with suppress(ValueError):
        host = "127.0.0.1" if ipaddress.ip_address(host).is_unspecified else host
    port = parts.port or {"http": 80, "https": 443}.get(scheme, 11434)
    return f"{scheme or 'http'}://{f'[{host}]' if ':' in host else host}:{port}{slash}{path}"


def key_variable(provider: Provider) -> str:
    """The environment variable that holds the provider's key.

    A server of one's own choice (openai-like) is not sent the key of OpenAI.
    """
    return {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY", "ollama": "OLLAMA_API_KEY"}.get(
        provider, "OPENAI_LIKE_API_KEY"
    )


def destination(spec: Spec | None) -> Destination:
    """Where text goes that is sent to the model."""
    if spec is None or spec.url is None:
        return Destination(None, True)
    host = urlsplit(spec.url).hostname or ""
    return Destination(host, _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        return address.is_loopback or address.is_unspecified
    except ValueError:
        return False
