"""Records, an article each: JSON, JSONL, CSV and TSV. Fields are known by their usual names, or by the user's map."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated
from rag.ingest.formats.markup import is_markup, text_of
from rag.ingest.formats.model import Failure, ReadOptions, ReadResult
from rag.ingest.formats.text import decoded, read_text

# Usual names, best first; compared without case, '_', '-' and spaces, so 'published_at' is 'publishedAt' too.
_NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "articlebody", "body", "content", "fulltext", "articletext", "maintext", "bodytext", "article"),
    "title": ("title", "headline", "heading", "header"),
    "original_title": ("originaltitle",),
    "published": (
        "published", "publishedat", "datepublished", "publicationdate", "publishdate", "publisheddate", "pubdate",
        "publishedon", "datepublish", "date",
    ),
    "published_from": ("publishedfrom",),
    "publisher": (
        "publisher", "source", "site", "sitename", "outlet", "newspaper", "publication", "sourcename", "medium",
    ),
    "author": ("author", "authors", "byline", "creator", "writer", "journalist"),
    "url": ("url", "link", "href", "permalink", "weburl", "articleurl", "sourceurl"),
    "language": ("language", "lang", "inlanguage"),
    "note": ("note",),
}  # fmt: skip
_DEEPEST = 6


def read_json(data: bytes, options: ReadOptions) -> Draft | ReadResult:
    """One record, a list of them, or an object with them somewhere within ({"articles": […]}, schema.org's @graph).

    Raises:
        UnreadableError: it isn't JSON, or no record in it has a text.
    """
    text = decoded(data)
    try:
        value: Any = json.loads(text)
    except RecursionError as e:
        raise UnreadableError("is JSON that is nested too deeply: save its articles as JSONL") from e
    except ValueError as e:
        lines = [line for line in text.splitlines() if line.strip()][:2]
        if len(lines) > 1 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
            return read_jsonl(data, options)
        if not text.lstrip().startswith(("{", "[", '"')):
            return read_text(data)
        raise UnreadableError(f"is not valid JSON ({e}): export it again") from e
    if isinstance(value, list):
        return _result(((number, item) for number, item in enumerate(cast(list[Any], value), 1)), options)
    records = list(_within(value, options, 0))
    if not records:
        raise UnreadableError(_no_text(value))
    if len(records) == 1 and records[0] is value:
        return _draft(records[0], "", options)
    return _result(enumerate(records, 1), options)


def read_jsonl(data: bytes, options: ReadOptions) -> ReadResult:
    """A record a line. A line that isn't one is reported, and the others are kept.

    Raises:
        UnreadableError: no line is a record with a text.
    """

    def lines() -> Iterator[tuple[int, Any]]:
        for number, line in enumerate(decoded(data).split("\n"), 1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except RecursionError:
                    yield number, UnreadableError("is nested too deeply: flatten it")
                except ValueError as e:
                    yield number, UnreadableError(f"is not valid JSON ({e}): export it again")

    return _result(lines(), options)


def read_csv(data: bytes, options: ReadOptions) -> ReadResult:
    """A record a row under a first row of names; the delimiter is the one that finds most names in it.

    Raises:
        UnreadableError: there is no such row, or no row has a text.
    """
    lines = decoded(data).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").lstrip("\n").split("\n")
    csv.field_size_limit(options.max_container_bytes)
    nothing: list[str] = []
    delimiter = max(",;\t|", key=lambda d: _known(next(csv.reader([lines[0]], delimiter=d), nothing), options))
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter, strict=False)
    names = [name.strip() for name in next(reader, nothing)]
    if not _known(names, options):
        raise UnreadableError(f"has no first row with names that are known, but {_listed(names)}: {_HOW}")

    def rows() -> Iterator[tuple[int, Any]]:
        number = 0
        while True:
            number += 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as e:
                yield number, UnreadableError(f"is not valid CSV ({e}): export it again")
                continue
            if not any(cell.strip() for cell in row):
                number -= 1
            elif len(row) != len(names):
                yield number, UnreadableError(f"has {len(row)} columns, and the first row names {len(names)}")
            else:
                yield number, dict(zip(names, row, strict=True))

    return _result(rows(), options)


def _result(records: Iterator[tuple[int, Any]] | enumerate[Any], options: ReadOptions) -> ReadResult:
    """Each record a draft, or a failure; the number of its line, row or place is its part."""
    drafts: list[Draft] = []
    failures: list[Failure] = []
    for number, record in records:
        part = f"#{number}"
        try:
            if isinstance(record, UnreadableError):
                raise record
            held = list(_within(record, options, 0))
            if not held:
                raise UnreadableError(_no_text(record))
            drafts += [_draft(one, part if len(held) == 1 else f"{part}.{i}", options) for i, one in enumerate(held, 1)]
        except UnreadableError as e:
            failures.append(Failure(part, str(e)))
        if len(drafts) > options.max_articles:
            raise UnreadableError(f"holds more than {options.max_articles:,} articles: split it")
    if not drafts:
        first = f": the first of {len(failures):,} records {failures[0].reason}" if failures else ""
        raise UnreadableError(f"holds no articles{first}")
    return ReadResult(drafts=tuple(drafts), failures=tuple(failures))


def _within(value: Any, options: ReadOptions, depth: int) -> Iterator[dict[str, Any]]:
    """The objects in a value that have a text: itself, or those in it."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        record = cast(dict[str, Any], value)
        if _text(record, options):
            yield record
            return
        value = list(record.values())
    if isinstance(value, list):
        for item in cast(list[Any], value):
            if isinstance(item, (dict, list)):
                yield from _within(item, options, depth + 1)


def _draft(record: Mapping[str, Any], part: str, options: ReadOptions) -> Draft:
    found = _text(record, options)
    assert found is not None  # `_within` gives no others
    fields: dict[str, Stated] = {}
    for name in _NAMES:
        held = None if name == "text" else _find(record, name, options)
        if held and (value := _plain(name, held[1])) is not None:
            fields[name] = Stated(value, f"the record's “{held[0]}”")
    text = text_of(found) if is_markup(found) else found
    if not text.strip():
        raise UnreadableError("has a text without words")
    return Draft(text=text, fields=fields, part=part, is_clean=True)


def _text(record: Mapping[str, Any], options: ReadOptions) -> str | None:
    held = _find(record, "text", options)
    if held is None:
        return None
    value = held[1]
    if isinstance(value, list) and all(isinstance(line, str) for line in cast(list[Any], value)):
        value = "\n".join(cast(list[str], value))
    return value if isinstance(value, str) and value.strip() else None


def _find(record: Mapping[str, Any], name: str, options: ReadOptions) -> tuple[str, Any] | None:
    """The key and value of a field in a record."""
    if theirs := options.field_map.get(name):
        value: Any = record
        for key in [theirs] if theirs in record else theirs.split("."):
            value = cast(dict[str, Any], value).get(key) if isinstance(value, dict) else None
        return None if value in (None, "") else (theirs, value)
    keys = {_bare(str(key)): key for key in reversed(list(record))}
    for usual in _NAMES[name]:
        if usual in keys and record[keys[usual]] not in (None, "", [], {}):
            value: Any = record[keys[usual]]
            if name != "text" or type(value) in (str, list):
                return keys[usual], value
    return None


def _plain(name: str, value: Any) -> Any:
    """A field's value made plain: the name of an object ({"name": "Reuters"}), a list of them, a point in time."""
    if isinstance(value, list):
        several = [plain for item in cast(list[Any], value) if (plain := _plain(name, item)) is not None]
        return several if len(several) != 1 else several[0]
    if isinstance(value, dict):
        inner = cast(dict[str, Any], value)
        return next((inner[k] for k in ("name", "title", "@id", "$date") if isinstance(inner.get(k), str)), None)
    if name == "published":
        return _point_in_time(value)
    return str(value).strip() or None if isinstance(value, (str, int, float)) else None


def _point_in_time(value: Any) -> Any:
    """1699000000 and 1699000000000, seconds and milliseconds, as a date and time; what is text stays text."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"-?\d{9,10}(?:\.\d+)?|\d{12,13}", text):
        return text or None
    seconds = float(text) / (1000 if abs(float(text)) > 1e11 else 1)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return text


def _bare(key: str) -> str:
    """'Published_At', 'publishedAt' and 'og:published at' to 'publishedat', 'publishedat', 'ogpublishedat'."""
    return re.sub(r"[\W_]+", "", key).lower()


def _known(names: list[str], options: ReadOptions) -> int:
    usual = {name for several in _NAMES.values() for name in several}
    return sum(_bare(name) in usual or name.strip() in options.field_map.values() for name in names)


_HOW = "name the fields, as in --map text=Body,title=Kopf"


def _no_text(value: Any) -> str:
    if not isinstance(value, dict):
        return f"is no record with fields: {_HOW}" if not isinstance(value, list) else f"holds no records: {_HOW}"
    return f"has no text under a name that is known, but {_listed(list(cast(dict[str, Any], value)))}: {_HOW}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{str(name)[:40]}”" for name in names[:8])
    return (shown or "nothing") + (" …" if len(names) > 8 else "")
