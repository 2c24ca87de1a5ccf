"""Records, an article each: JSON, JSONL, CSV and TSV. Fields are known by their usual names, or by the user's map."""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Failure, ReadOptions, ReadResult
from rag.ingest.converters.markup import is_markup, text_of
from rag.ingest.converters.text import decoded, unwrapped
from rag.ingest.draft import Draft, Stated
from rag.text.lines import letters

_DEEPEST = 6
_NOTHING = ("", "None", "null", "nan", "NaN", "NaT", "[]", "{}")  # what programs write for a value that is wanting
_NUMBERS = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})\b")


@cache
def _names() -> dict[str, list[str]]:
    """The usual names of each field, from `record_names.yaml`."""
    return yaml.safe_load(Path(__file__).with_name("record_names.yaml").read_text(encoding="utf-8"))


def read_json(data: bytes, options: ReadOptions) -> Draft | ReadResult:
    """One record, a list of them, or an object with them somewhere within ({"articles": […]}, schema.org's @graph).

    Raises:
        UnreadableError: it isn't JSON, or no record in it has a text.
    """
    text = decoded(data)
    try:
        value: Any = json.loads(text)
    except ValueError as e:
        lines = [line for line in text.splitlines() if line.strip()][:2]
        if len(lines) > 1 and all(line.lstrip().startswith("{") and line.rstrip().endswith("}") for line in lines):
            return read_jsonl(data, options)
        if not text.lstrip().startswith(("{", "[", '"')):
            return Draft(text=unwrapped(text))
        raise UnreadableError(f"is not valid JSON ({e}): export it again") from e
    if isinstance(value, list):
        return _result(enumerate(cast(list[Any], value), 1), options)
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
    # What Excel writes above a table: 'sep=;'.
    stated = re.fullmatch(r'"?sep=(.)"?', lines[0])
    first = 1 if stated else 0
    delimiter = stated[1] if stated else max(",;\t|", key=lambda d: _known(_row(lines, first, d)[0], options))
    cells, start, _ = _row(lines, first, delimiter)
    return _table([name.strip() for name in cells], lambda names: _rows(lines, start, delimiter, names), options)


def read_rows(rows: Sequence[Sequence[str]], options: ReadOptions) -> ReadResult:
    """A record a row under the first row that isn't empty, which names the columns.

    Raises:
        UnreadableError: the names are not known, or no row has a text.
    """
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    names = [name.strip() for name in filled[0][1]] if filled else []
    return _table(names, lambda names: ((n, dict(zip(names, row, strict=False))) for n, row in filled[1:]), options)


def _table(
    names: list[str], rows: Callable[[Sequence[str]], Iterator[tuple[int, Any]]], options: ReadOptions
) -> ReadResult:
    """The records of a table; the columns of it that have no name that is known are told."""
    if not _known(names, options):
        raise UnreadableError(f"has no first row with names that are known, but {_listed(names)}: {_HOW}")
    result = _result(rows(names), options)
    if unknown := [name for name in names if name and not _known([name], options)]:
        fault = f"{_listed(unknown)} are names that are not known, and not read: {_HOW}"
        return replace(result, skipped=(*result.skipped, Failure("columns", fault)))
    return result


def _row(lines: Sequence[str], at: int, delimiter: str) -> tuple[list[str], int, bool]:
    """The row that begins at a line, the line at which the next one does, and whether its quotation marks are closed.

    In a line whose quotation marks break the rules of CSV they are of the text, but for those around a whole cell.
    """
    nothing: list[str] = []
    for strict in (True, False):
        reader = csv.reader((lines[i] + "\n" for i in range(at, len(lines))), delimiter=delimiter, strict=strict)
        try:
            return next(reader, nothing), at + max(1, reader.line_num), strict
        except csv.Error:
            if reader.line_num == 1:
                cells = lines[at].split(delimiter)
                return [re.sub(r'^"(.*)"$', lambda m: m[1].replace('""', '"'), cell) for cell in cells], at + 1, True
    raise AssertionError("CSV that isn't read strictly has no faults")


def _rows(lines: Sequence[str], at: int, delimiter: str, names: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """The rows as records, with their numbers; one of another width is told with its lines.

    A quotation mark that is left open swallows the rows behind it: reading goes on at the first line behind it that
    begins two whole rows.
    """

    def is_whole(at: int, count: int = 2) -> bool:
        row, following, is_closed = _row(lines, at, delimiter) if at < len(lines) else ([], 0, True)
        return not row or (is_closed and len(row) == len(names) and (count == 1 or is_whole(following, count - 1)))

    number = 0
    while at < len(lines):
        row, following, is_closed = _row(lines, at, delimiter)
        if any(cell.strip() for cell in row):
            number += 1
            is_wrong, after = len(row) != len(names), None
            if is_wrong or not is_closed:
                after = next((i for i in range(at + 1, following) if lines[i] and is_whole(i)), None)
            if is_wrong or after:
                following = after or following
                where = f"line {at + 1}" if following == at + 1 else f"lines {at + 1} to {following}"
                where += ", a quotation mark may be left open there" if after else ""
                fault = f"has {len(row)} columns, and the first row names {len(names)} ({where})"
                yield number, UnreadableError(fault)
            else:
                yield number, dict(zip(names, row, strict=True))
        at = following


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
    return ReadResult(drafts=tuple(_with_one_order(drafts)), failures=tuple(failures))


def _with_one_order(drafts: list[Draft]) -> Iterator[Draft]:
    """The drafts, their days like 3/4/2024 read as the file's others show: beside 13/4/2024 it is 3 April."""
    days = {i: d.fields["published"] for i, d in enumerate(drafts) if "published" in d.fields}
    found = {i: _NUMBERS.match(str(stated.value)) for i, stated in days.items()}
    firsts, seconds = ({int(m[place]) > 12 for m in found.values() if m} for place in (1, 2))
    for i, draft in enumerate(drafts):
        if (m := found.get(i)) and (True in firsts) != (True in seconds):
            day, month = (m[1], m[2]) if True in firsts else (m[2], m[1])
            value = f"{m[3]}-{int(month):02}-{int(day):02}"
            draft = replace(draft, fields={**draft.fields, "published": Stated(value, days[i].origin)})
        yield draft


def _within(value: Any, options: ReadOptions, depth: int) -> Iterator[dict[str, Any]]:
    """The objects in a value that have a text: itself, or those in it."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        record = cast(dict[str, Any], value)
        if _text(record, options):
            yield record
            return
        # What an object says beside an object with the text ("fields", "_source") is said of that text.
        own = {key: held for key, held in record.items() if not isinstance(held, (dict, list))}
        value = [{**own, **cast(dict[str, Any], held)} if isinstance(held, dict) else held for held in record.values()]
    if isinstance(value, list):
        for item in cast(list[Any], value):
            if isinstance(item, (dict, list)):
                yield from _within(item, options, depth + 1)


def _draft(record: Mapping[str, Any], part: str, options: ReadOptions) -> Draft:
    found = _text(record, options)
    assert found is not None  # `_within` gives no others
    fields: dict[str, Stated] = {}
    for name in _names():
        held = None if name == "text" else _find(record, name, options)
        if held and (value := _plain(name, held[1])) is not None:
            fields[name] = Stated(value, f"the record's “{held[0]}”")
    text = text_of(found) if is_markup(found) else found
    if not text.strip():
        raise UnreadableError("has a text without words")
    return Draft(text=text, fields=fields, part=part, is_bounded=True)


def _text(record: Mapping[str, Any], options: ReadOptions) -> str | None:
    held = _find(record, "text", options)
    if held is None:
        return None
    value = held[1]
    if letters(held[0]) == "td":  # Factiva parts a text: its lead stands apart
        value = "\n".join([*(str(v) for key, v in record.items() if letters(str(key)) == "lp" and v), str(value)])
    if isinstance(value, list):  # paragraphs, or blocks that hold them
        pieces = [piece if isinstance(piece, str) else _block(piece, options) for piece in cast(list[Any], value)]
        value = "\n".join(filter(None, pieces)) if None not in pieces else None
    return value if isinstance(value, str) and value.strip() else None


def _block(value: Any, options: ReadOptions) -> str | None:
    """The text of a block of an article, empty for a picture; None for a record of its own, which has a title."""
    if not isinstance(value, dict) or _find(cast(dict[str, Any], value), "title", options):
        return None
    return _text(cast(dict[str, Any], value), options) or ""


def _find(record: Mapping[str, Any], name: str, options: ReadOptions) -> tuple[str, Any] | None:
    """The key and value of a field in a record."""
    if theirs := options.field_map.get(name):
        value: Any = record
        for key in [theirs] if theirs in record else theirs.split("."):
            value = cast(dict[str, Any], value).get(key) if isinstance(value, dict) else None
        return None if _is_wanting(value) else (theirs, value)
    keys = {letters(str(key)): key for key in reversed(list(record))}
    for usual in _names()[name]:
        if usual in keys and not _is_wanting(record[keys[usual]]):
            value: Any = record[keys[usual]]
            if isinstance(value, dict):  # {"rendered": …}: WordPress
                value = cast(dict[str, Any], value).get("rendered") or cast(dict[str, Any], value)
            if name != "text" or type(value) in (str, list):
                return keys[usual], value
    return None


def _is_wanting(value: Any) -> bool:
    return not value if isinstance(value, (list, dict)) else str(value).strip() in _NOTHING


def _plain(name: str, value: Any) -> Any:
    """A field's value made plain: the name of an object ({"name": "Reuters"}), a list of them, a point in time."""
    if name == "author" and isinstance(value, str) and re.fullmatch(r"\s*\[.*\]\s*", value):
        # What Python writes for a list.
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            value = ast.literal_eval(value.strip())
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


def field_of(bare: str) -> str | None:
    """The field that a name stands for, given by its `letters`: 'publishedat' for 'Published_At'."""
    return next((field for field, names in _names().items() if bare in names), None)


def _known(names: list[str], options: ReadOptions) -> int:
    usual = {name for several in _names().values() for name in several}
    return sum(letters(name) in usual or name.strip() in options.field_map.values() for name in names)


_HOW = "name the fields, as in --map text=Body,title=Kopf"


def _no_text(value: Any) -> str:
    if not isinstance(value, dict):
        return f"is no record with fields: {_HOW}" if not isinstance(value, list) else f"holds no records: {_HOW}"
    record, default = cast(dict[str, Any], value), ReadOptions()
    if any(letters(str(key)) in _names()["text"] for key in record):
        return "has an empty text"
    lists = (cast(list[Any], held)[:1] for held in record.values() if isinstance(held, list))
    if not _known(list(record), default) and (first := next((one for one in lists if one), None)):
        return f"holds a list, and the first in it {_no_text(first[0])}"
    fetched = "give its address, and it is fetched, or " if _find(record, "url", default) else ""
    return f"has no text under a name that is known, but {_listed(list(record))}: {fetched}{_HOW}"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{str(name)[:40]}”" for name in names[:8])
    return (shown or "nothing") + (" …" if len(names) > 8 else "")


def _is_json(data: bytes, suffix: str) -> bool:
    return suffix == ".json" or (not suffix and data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"))


CONVERTERS = (
    Converter("json", (".json",), _is_json, lambda file: read_json(file.data, file.options), holds_many=True),
    Converter("jsonl", (".jsonl", ".ndjson"), lambda data, suffix: suffix in (".jsonl", ".ndjson"),
              lambda file: read_jsonl(file.data, file.options), holds_many=True),
    Converter("csv", (".csv", ".tsv"), lambda data, suffix: suffix in (".csv", ".tsv"),
              lambda file: read_csv(file.data, file.options), holds_many=True),
)  # fmt: skip
