"""What every converter shares: its shape, what it is given, what it gives back. Knows of no format."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import PurePosixPath

from rag.errors import UnreadableError
from rag.ingest.draft import Draft

MEGABYTE = 2**20
SUFFIX_OF_TYPE = {
    "text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "text/markdown": ".md",
    "application/pdf": ".pdf", "application/json": ".json", "application/ld+json": ".json", "text/csv": ".csv",
    "application/rss+xml": ".xml", "application/atom+xml": ".xml", "application/xml": ".xml", "text/xml": ".xml",
    "application/epub+zip": ".epub", "application/zip": ".zip", "application/rtf": ".rtf", "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}  # fmt: skip
"""Media types, as servers and archives of the web (WARC) state them, to the suffix of such files."""


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


@dataclass(frozen=True, slots=True)
class Input:
    """What a converter is given: bytes, their name, options, and what reads a file that is held in this one."""

    data: bytes
    name: str
    options: ReadOptions
    inner: Callable[..., ReadResult]
    """(bytes, name[, options]) to what they hold."""


@dataclass(frozen=True, slots=True)
class Converter:
    """One format: bytes to drafts.

    `sniff` tells by content whether bytes are of this format; it is given the suffix too, for formats that content
    can't tell. `convert` raises UnreadableError; its message completes the sentence '<file> …'. `holds_many`: many
    articles to a file, so that the larger limit is its own. `is_packed`: files within a file, which are read in turn.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], bool]
    convert: Callable[[Input], Draft | ReadResult]
    holds_many: bool = False
    is_packed: bool = False


class Gathered:
    """Gathers what the parts of a file hold, so that one that can't be read stops no other."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.drafts: list[Draft] = []
        self.failures: list[Failure] = []
        self.skipped: list[Failure] = []

    def read(self, part: str, reader: Callable[[], ReadResult | Draft]) -> None:
        """Add what a reader gives, under the part's name; why it can't, where it can't."""
        try:
            result = reader()
        except NotAnArticle as e:
            self.skipped.append(Failure(part, str(e)))
        except UnreadableError as e:
            self.failures.append(Failure(part, str(e)))
        else:
            self.add(result if isinstance(result, ReadResult) else ReadResult(drafts=(result,)), part)

    def add(self, result: ReadResult, part: str = "") -> None:
        """Add what a part holds."""
        self.drafts += [replace(draft, part=joined(part, draft.part)) for draft in result.drafts]
        self.failures += [Failure(joined(part, one.part), one.reason) for one in result.failures]
        self.skipped += [Failure(joined(part, one.part), one.reason) for one in result.skipped]

    def result(self) -> ReadResult:
        """All of it."""
        return ReadResult(drafts=tuple(self.drafts), failures=tuple(self.failures), skipped=tuple(self.skipped))


def joined(outer: str, part: str) -> str:
    """'a.jsonl' and '#3' are 'a.jsonl#3'; 'in.zip' and 'b.txt' are 'in.zip/b.txt'."""
    return outer + (part if not outer or not part or part.startswith("#") else f"/{part}")


def suffix_of(name: str) -> str:
    """The suffix in lower case, '.txt' of 'a/b.TXT'; empty where there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def holds(data: bytes, prefix: str) -> bool:
    """Whether bytes are a ZIP file with a member whose name begins so: what tells the formats that are packed so."""
    return any(name.startswith(prefix) for name in zip_members(data))


def zip_members(data: bytes) -> list[str]:
    """The names of what is in a ZIP file; none where the bytes are none.

    Raises:
        UnreadableError: it is damaged.
    """
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as e:
        raise UnreadableError(f"is a damaged ZIP, DOCX or EPUB file ({e}): save or download it again") from e


def check_unpacked_size(file: Input) -> None:
    """Refuse a packed document that says that it unpacks to more than the limit; none unpacks to more than it says.

    Raises:
        UnreadableError: it does.
    """
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > (limit := file.options.max_container_bytes):
        raise UnreadableError(f"unpacks to {size:,} bytes, more than the {limit:,} that are read: split it")


def beginning(data: bytes) -> bytes:
    """How HTML or XML begins behind a byte order mark, a declaration and comments: at most 8,192 bytes of it."""
    rest = data[:8192].removeprefix(b"\xef\xbb\xbf").lstrip()
    while rest.startswith((b"<?", b"<!--")):
        rest = rest.partition(b"-->" if rest.startswith(b"<!--") else b">")[2].lstrip()
    return rest
