"""What goes between the ingest and its sandbox: frames of JSON and bytes.

JSON, not pickle: a worker that a malicious file has taken over can send nothing but values.
"""

import dataclasses
import json
import struct
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, cast

from rag.ingest.draft import Draft, Removed, Stated
from rag.ingest.formats.feed import Entry
from rag.ingest.formats.model import Failure, ReadOptions, ReadResult

_LENGTHS = struct.Struct(">QQ")
Read = Callable[[int], bytes]
"""Reads up to so many bytes of a stream; none at its end."""


def frame(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """The bytes of a message: the lengths of its head and body, and these."""
    encoded = json.dumps(head).encode()
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


def receive(read: Read, limit: int) -> tuple[dict[str, Any], bytes] | None:
    """The next message of a stream; None at its end, and where it breaks off.

    Raises:
        OverflowError: it is longer than the limit.
        ValueError: it is no message.
    """
    lengths = _exactly(read, _LENGTHS.size)
    if lengths is None:
        return None
    of_head, of_body = _LENGTHS.unpack(lengths)
    if of_head + of_body > limit:
        raise OverflowError(of_head + of_body)
    head, body = _exactly(read, of_head), _exactly(read, of_body)
    return None if head is None or body is None else (json.loads(head), body)


def _exactly(read: Read, size: int) -> bytes | None:
    parts: list[bytes] = []
    while size:
        part = read(min(size, 2**20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def options_to_json(options: ReadOptions) -> dict[str, Any]:
    """Options as JSON."""
    return {f.name: getattr(options, f.name) for f in dataclasses.fields(options)} | {
        "field_map": dict(options.field_map)
    }


def options_from_json(value: dict[str, Any]) -> ReadOptions:
    """Options from JSON."""
    return ReadOptions(**value)


def result_to_json(result: ReadResult) -> dict[str, Any]:
    """A result as JSON."""
    return {
        "drafts": [_draft_to_json(draft) for draft in result.drafts],
        "failures": [[f.part, f.reason] for f in result.failures],
        "skipped": [[f.part, f.reason] for f in result.skipped],
    }


def _draft_to_json(draft: Draft) -> dict[str, Any]:
    return {
        "text": draft.text,
        "fields": {name: [_to_json(stated.value), stated.origin] for name, stated in draft.fields.items()},
        "part": draft.part,
        "is_clean": draft.is_clean,
        "captions": draft.captions,
        "removed": [[piece.text, piece.reason] for piece in draft.removed],
    }


def result_from_json(value: dict[str, Any]) -> ReadResult:
    """A result from JSON."""
    return ReadResult(
        drafts=tuple(_draft_from_json(draft) for draft in value["drafts"]),
        failures=tuple(Failure(str(part), str(reason)) for part, reason in value["failures"]),
        skipped=tuple(Failure(str(part), str(reason)) for part, reason in value["skipped"]),
    )


def _draft_from_json(value: dict[str, Any]) -> Draft:
    return Draft(
        text=str(value["text"]),
        fields={str(k): Stated(_from_json(held), str(origin)) for k, (held, origin) in value["fields"].items()},
        part=str(value["part"]),
        is_clean=bool(value["is_clean"]),
        captions=tuple(map(str, value["captions"])),
        removed=tuple(Removed(str(text), str(reason)) for text, reason in value["removed"]),
    )


def entries_to_json(entries: tuple[Entry, ...]) -> dict[str, Any]:
    """A feed's entries as JSON."""
    return {"entries": [dataclasses.asdict(entry) for entry in entries]}


def entries_from_json(value: dict[str, Any]) -> tuple[Entry, ...]:
    """A feed's entries from JSON."""
    return tuple(Entry(**{str(k): str(v) for k, v in entry.items()}) for entry in value["entries"])


def _to_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, (list, tuple)):
        return [_to_json(item) for item in cast(list[Any], value)]
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(item) for item in cast(list[Any], value)]
    if isinstance(value, dict):
        ((kind, text),) = cast(dict[str, str], value).items()
        return datetime.fromisoformat(text) if kind == "datetime" else date.fromisoformat(text)
    return value
