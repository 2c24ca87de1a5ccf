"""What a reader is told and what it gives back. Knows of no format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.errors import UnreadableError
from rag.ingest.draft import Draft

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How to read a file.

    `field_map` names the fields of records that have unusual names, ours to theirs: {"title": "Kopf"}; a dot goes into
    an object: {"text": "body.value"}. `url` is where the bytes came from, where that is known.
    `max_bytes` bounds one article's file, packed or not; `max_container_bytes` one that holds many (records,
    mailboxes, archives and all that is unpacked from them). At most `max_articles` are taken from one file, and at
    most `max_members` members of an archive are looked at.
    """

    field_map: Mapping[str, str] = field(default_factory=dict[str, str])
    url: str | None = None
    max_bytes: int = 20 * MEGABYTE
    max_container_bytes: int = 100 * MEGABYTE
    max_articles: int = 100_000
    max_members: int = 10_000


class NotAnArticle(UnreadableError):
    """The file is readable, and what it holds was never meant to be an article: it is skipped, with this reason."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of a file that gave no article. `reason` completes the sentence '<part> …'."""

    part: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What a file holds.

    `failures` are parts that should have been articles (a bad line, a broken member); `skipped` are parts that were
    never meant to be (a picture in an archive, `ingest: false` in the front matter).
    """

    drafts: tuple[Draft, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: tuple[Failure, ...] = ()
