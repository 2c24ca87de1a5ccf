"""Quotations of a text, by their marks.

Knows “ ”, straight ", two apostrophes '', „ “, « » and » «; and ‘ ’ in a text that has no other marks.
Knows nothing of speakers.
"""

import re
from collections.abc import Iterator

from rag.types import Span

# “, ”, " and ''; not the apostrophe of don't.
_DOUBLE = re.compile(r"[“”„«»\"]|''")
# ‘ at a word's start; ’ behind a word's end. Not the ’ of don’t; that of the workers’ union ends a quotation too
# early, the price of knowing no grammar here.
_SINGLE = re.compile(r"(?<!\w)‘(?=\w)|(?<=[\w.,?!…])’(?!\w)")
_OPENING = "“„«"
_CLOSING = "”»"
# What ends a quotation that is opened so: „Wir haben geliefert“, »Wir haben geliefert«
_ENDS = {"„": '“”"', "»": "«"}


def quotations(text: str) -> list[Span]:
    """Spans of the quotations, marks included, in order.

    One that is not closed ends with its line, as where a speech goes on over paragraphs and only its last is closed.
    A mark that neither opens nor closes (5' 10") is passed over.
    """
    marks = _DOUBLE if _DOUBLE.search(text) else _SINGLE
    spans: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        if marks.search(line):
            spans += ((start + a, start + b) for a, b in _of_line(line.rstrip(), marks))
        start += len(line)
    return spans


def _of_line(line: str, marks: re.Pattern[str]) -> Iterator[Span]:
    opened: int | None = None
    for mark in marks.finditer(line):
        if opened is None:
            if _opens(line, mark):
                opened = mark.start()
        elif _closes(line, mark, line[opened]):
            yield opened, mark.end()
            opened = None
    if opened is not None and len(line) - opened > 1:
        yield opened, len(line)


def _opens(line: str, mark: re.Match[str]) -> bool:
    """Whether a mark begins a quotation: nothing or no word before it, something behind it."""
    if mark[0] in _OPENING + "‘":
        return True
    before, behind = line[: mark.start()][-1:], line[mark.end() :][:1]
    if mark[0] == "»":
        return not before.isalnum() and behind.isalnum()
    return mark[0] not in _CLOSING + "’" and not before.isalnum() and bool(behind.strip())


def _closes(line: str, mark: re.Match[str], opening: str) -> bool:
    """Whether a mark ends a quotation that another one opened."""
    if opening in _ENDS:
        return mark[0] in _ENDS[opening]
    return mark[0] in _CLOSING + "’" or (mark[0] not in _OPENING + "‘" and not _only_opens(line, mark))


def _only_opens(line: str, mark: re.Match[str]) -> bool:
    """Whether a straight mark stands as only an opening one does: white space before, none behind."""
    return line[: mark.start()][-1:].isspace() and bool(line[mark.end() :][:1].strip())
