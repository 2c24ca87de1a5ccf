"""What went wrong with a model, in words for people, and whether asking again can help.

Nothing of a server's own message is repeated: it may hold a part of the key or of the prompt.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rag.llm.spec import Spec, key_variable

_UNAVAILABLE = frozenset({408, 409, 425, 500, 502, 503, 504, 529})
_WINDOW = ("context", "too long", "maximum", "exceed")


class WrongAnswer(Exception):
    """The server answered with something that is no completion: a page, a part of one. The text says what."""


@dataclass(frozen=True, slots=True)
class Fault:
    """`text` continues 'The language model …'; `wait` are the seconds that the server asks for, None for none."""

    text: str
    retry: bool = False
    wait: float | None = None


def explain(error: BaseException, spec: Spec) -> Fault:
    """What an exception of a provider's library means."""
    chain = list(_chain(error))
    for e in chain:
        if isinstance(e, WrongAnswer):
            return Fault(str(e))
        status = getattr(e, "status_code", None)
        if isinstance(status, int) and status > 0:
            return _of_status(status, e, spec)
    names = {type(e).__name__ for e in chain} | {base.__name__ for e in chain for base in type(e).__mro__}
    where = f"at {spec.url}" if spec.url else "in this process"
    if names & {"ConnectTimeout", "ConnectError", "APIConnectionError", "ConnectionError"} and not names & {
        "ReadError", "RemoteProtocolError", "WriteError", "ConnectionResetError", "ReadTimeout",
    }:  # fmt: skip
        return Fault(f"cannot be reached {where}: is its server running?")
    if names & {"ReadError", "RemoteProtocolError", "WriteError", "ConnectionResetError", "ReadTimeout"}:
        return Fault("broke off in the middle of its answer", retry=True)
    if names & {"JSONDecodeError", "ValidationError", "UnicodeDecodeError", "KeyError", "TypeError", "AttributeError"}:
        return Fault("answered with something that is no completion")
    if "APIError" in names:
        return Fault("reported an error of its own while it answered")
    return Fault(f"failed ({type(error).__name__})")


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or now.__context__


def _of_status(status: int, error: BaseException, spec: Spec) -> Fault:
    if status in (401, 403):
        return Fault(f"refused the key ({status}): check {key_variable(spec.provider)}")
    if status == 404:
        return Fault(f"is not there: the server knows no model {spec.model!r} (404)")
    if status in (400, 413, 422) and any(word in str(error).casefold() for word in _WINDOW):
        return Fault(f"has a window too small for the passages ({status}): set RAG_RESULTS or RAG_LLM_WINDOW lower")
    if status == 429:
        wait = _retry_after(getattr(getattr(error, "response", None), "headers", None) or {})
        told = f", and asks to wait {wait:.0f} s" if wait is not None else ""
        return Fault(f"takes no more requests just now (429){told}", retry=True, wait=wait)
    if status in _UNAVAILABLE:
        wait = _retry_after(getattr(getattr(error, "response", None), "headers", None) or {})
        return Fault(f"is out of order (the server answered {status})", retry=True, wait=wait)
    return Fault(f"did not accept the request ({status})")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds until the server wants to be asked again: '20', or a date (RFC 9110, 10.2.3)."""
    said = headers.get("retry-after")
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
