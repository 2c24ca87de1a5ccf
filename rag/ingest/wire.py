"""What goes between the ingest and its sandbox: frames of JSON and bytes.

JSON, not pickle: a worker that a malicious file has taken over can send nothing but values, and those are checked.
"""

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from rag.ingest.converters.base import ReadResult

_LENGTHS = struct.Struct(">QQ")
_RESULT = TypeAdapter(ReadResult)
Read = Callable[[int], bytes]
"""Reads so many bytes of a buffered stream; fewer at its end alone."""


def frame(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """The bytes of a message: the lengths of its head and body, and these.

    Data classes become objects, dates text in ISO form.
    """
    encoded = json.dumps(head, ensure_ascii=False, default=_plain).encode("utf-8", "replace")
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def receive(read: Read, limit: int) -> tuple[dict[str, Any], bytes] | None:
    """The next message of a stream; None at its end, and where it breaks off.

    Raises:
        OverflowError: it is longer than the limit.
        ValueError: it is no message.
    """
    lengths = read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    of_head, of_body = _LENGTHS.unpack(lengths)
    if of_head + of_body > limit:
        raise OverflowError(of_head + of_body)
    head, body = read(of_head), read(of_body)
    return (json.loads(head), body) if len(head) + len(body) == of_head + of_body else None


def result_from_json(value: dict[str, Any]) -> ReadResult:
    """A result from JSON, checked; ValueError where it is none."""
    return _RESULT.validate_python(value["result"])
