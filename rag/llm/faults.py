"""What went wrong with a model, in words for people, and whether asking again can help.

Of a server's own message nothing is repeated, since it may hold a part of the key or of the prompt, unless the server
runs on this machine: there it is the user's own, and says best what to do.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from rag.llm.protocols import ServerError
from rag.llm.spec import Spec, destination, key_variable

_UNAVAILABLE = frozenset({408, 409, 425, 500, 502, 503, 504, 529})
_WINDOW = ("context", "too long", "maximum", "exceed")
_REASON = 300  # characters of a server's reason that are repeated


class Fault(Exception):
    """What went wrong; the text continues 'The language model …'."""

    def __init__(self, text: str, *, retry: bool = False, wait: float | None = None) -> None:
        """`retry` says whether asking again can help, `wait` after how many seconds the server asks for."""
        super().__init__(text)
        self.retry, self.wait = retry, wait


def explain(error: BaseException, spec: Spec, secret: str = "") -> Fault:
    """What an exception means that came of a request.

    Args:
        secret: the key, which is repeated nowhere.
    """
    match error:
        case Fault():
            return error
        case ServerError():
            fault = _of_status(error, spec)
            reason = " ".join("".join(c if c.isprintable() else " " for c in error.reason).split())
            if secret:
                reason = reason.replace(secret, "…")
            if destination(spec).local and reason:
                return Fault(f"{fault}. Its server says: {reason[:_REASON]}", retry=fault.retry, wait=fault.wait)
            return fault
        case httpx.ConnectError() | httpx.ConnectTimeout() | httpx.ProxyError():
            return Fault(f"cannot be reached at {spec.url}: is its server running?")
        case httpx.TransportError():
            return Fault("broke off in the middle of its answer", retry=True)
        case ValueError() | KeyError() | TypeError() | AttributeError() | IndexError() | httpx.DecodingError():
            return Fault("answered with something that is no completion")
        case _:
            return Fault(f"failed ({type(error).__name__})")


def _of_status(error: ServerError, spec: Spec) -> Fault:
    status, wait = error.status, _seconds(error.retry_after)
    if not status:
        return Fault("reported an error of its own while it answered")
    if status in (401, 403):
        return Fault(f"refused the key ({status}): check {key_variable(spec.provider)}")
    if status == 404:
        pull = f": `ollama pull {spec.model}` fetches it" if spec.provider == "ollama" else ""
        return Fault(f"is not there: the server knows no model {spec.model!r} (404){pull}")
    if "memory" in error.reason.casefold() and destination(spec).local:
        return Fault(f"did not fit into this machine's memory ({status})")
    if status in (400, 413, 422, 500) and any(word in error.reason.casefold() for word in _WINDOW):
        return Fault(f"has a window too small for the passages ({status}): set RAG_RESULTS or RAG_LLM_WINDOW lower")
    if status == 429:
        suffix = f", and asks to wait {wait:.0f} s" if wait is not None else ""
        return Fault(f"takes no more requests just now (429){suffix}", retry=True, wait=wait)
    if status in _UNAVAILABLE:
        return Fault(f"is out of order (the server answered {status})", retry=True, wait=wait)
    return Fault(f"did not accept the request ({status})")


def _seconds(said: str | None) -> float | None:
    """Seconds until the server wants to be asked again: '20', or a date (RFC 9110, 10.2.3)."""
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
