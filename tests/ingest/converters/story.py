"""A made-up story for the files of these tests, and short ways to read one back."""

from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import ReadOptions, ReadResult, read_drafts
from rag.ingest.draft import Draft
from rag.ingest.metadata import make_article
from rag.types import Article

TITLE = "Ostrand drains its upper reservoir"
SENTENCES = [
    "The water board of Ostrand voted on Thursday to drain the upper reservoir for two summers.",
    "Its chair, Lena Vik, said that the dam had moved by four millimetres since the last survey.",
    "“We would rather be dry than sorry,” she told the farmers who had come to the meeting.",
    "The fishing club denied that it had been asked before the plan was printed.",
]
MORE = "The work is to cost nineteen million crowns, of which the county pays a third."
QUOTED = "Nobody had looked under the sluice since the flood of 2009, the survey says."


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


TEXT = paragraphs(*SENTENCES)


def page(body: str, head: str = "", title: str = TITLE) -> str:
    """A web page that shows nothing but its body."""
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


def read(data: bytes | str, name: str, **options: Any) -> ReadResult:
    return read_drafts(data.encode() if isinstance(data, str) else data, name, ReadOptions(**options))


def draft(data: bytes | str, name: str = "a.html", **options: Any) -> Draft:
    """The only draft of a file of which all is read."""
    result = read(data, name, **options)
    assert not result.failures and not result.skipped
    (only,) = result.drafts
    return only


def refused(data: bytes | str, name: str = "a.html", **options: Any) -> str:
    """Why nothing of a file can be read."""
    with pytest.raises(UnreadableError) as raised:
        read(data, name, **options)
    return str(raised.value)


def values(found: Draft) -> dict[str, Any]:
    """The fields of a draft, without where each is from."""
    return {name: stated.value for name, stated in found.fields.items()}


def articles(data: bytes | str, name: str = "a.html") -> list[Article]:
    return [make_article(found, name).article for found in read(data, name).drafts]


def article(data: bytes | str, name: str = "a.html") -> Article:
    (only,) = articles(data, name)
    return only


def lines(data: bytes | str, name: str = "a.html") -> list[str]:
    """The lines of the only article of a file."""
    return [line for line in article(data, name).text.split("\n") if line]
