"""Compressed files and ZIP archives: unpacked in memory, bounded, each member read as the file that it is.

Nothing is written to disk, so a member's name is only a name, whatever it says.
"""

import bz2
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Protocol

from rag.errors import UnreadableError
from rag.ingest.draft import Draft
from rag.ingest.formats.model import Failure, ReadOptions, ReadResult
from rag.ingest.formats.sniff import SUFFIXES, suffix_of

_CHUNK = 2**20
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


class _Unpacker(Protocol):
    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...


def read_compressed(data: bytes, name: str, options: ReadOptions, inner: Callable[..., ReadResult]) -> ReadResult:
    """A file packed with gzip, bzip2 or xz, read as the file in it: 'a.html.gz' as 'a.html'.

    Raises:
        UnreadableError: it is damaged, or unpacks to more than `options.max_container_bytes`.
    """
    make: Callable[[], _Unpacker]
    if data.startswith(b"\x1f\x8b"):
        make = _Gzip
    elif data.startswith(b"BZh"):
        make = bz2.BZ2Decompressor
    else:

        def make() -> _Unpacker:
            return lzma.LZMADecompressor(memlimit=256 * _CHUNK)

    try:
        unpacked = _unpacked(data, make, options.max_container_bytes)
    except _BROKEN as e:
        raise UnreadableError(f"is packed, and damaged ({e}): pack or download it again") from e
    suffix = suffix_of(name)
    return inner(unpacked, name[: -len(suffix)] if suffix in (".gz", ".bz2", ".xz") else name)


class _Gzip:
    """zlib's decompressor with the interface of bz2's and lzma's."""

    def __init__(self) -> None:
        self._z = zlib.decompressobj(wbits=31)
        self._rest = b""

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        out = self._z.decompress(self._rest + data, max(max_length, 0))
        self._rest = self._z.unconsumed_tail
        return out

    @property
    def eof(self) -> bool:
        return self._z.eof

    @property
    def unused_data(self) -> bytes:
        return self._z.unused_data


def _unpacked(data: bytes, make: Callable[[], _Unpacker], limit: int) -> bytes:
    """All streams of a packed file, one after the other; stops as soon as the limit is passed."""
    out = bytearray()
    while data:
        stream, feed = make(), data
        while not stream.eof:
            piece = stream.decompress(feed, _CHUNK)
            feed = b""
            if not piece and not stream.eof:
                raise EOFError("it ends too early")
            out += piece
            if len(out) > limit:
                raise UnreadableError(f"unpacks to more than the {limit:,} bytes that are read: unpack and split it")
        data = stream.unused_data.lstrip(b"\0")  # padding up to a block is allowed behind a stream
    return bytes(out)


def check_unpacked_size(data: bytes, limit: int) -> None:
    """Refuse a packed document that says that it unpacks to more than the limit; none unpacks to more than it says.

    Raises:
        UnreadableError: it does.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > limit:
        raise UnreadableError(f"unpacks to {size:,} bytes, more than the {limit:,} that are read: split it")


def read_zip(data: bytes, options: ReadOptions, inner: Callable[..., ReadResult]) -> ReadResult:
    """The articles of all members, each with the member's name as its part.

    Raises:
        UnreadableError: it has too many members, unpacks to too much, or is empty.
    """
    drafts: list[Draft] = []
    failures: list[Failure] = []
    skipped: list[Failure] = []
    left = options.max_container_bytes
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if not members:
            raise UnreadableError("is an empty archive")
        if len(members) > options.max_members:
            raise UnreadableError(f"has {len(members):,} members, more than {options.max_members:,}: split it")
        for member in members:
            if _is_hidden(member.filename) or suffix_of(member.filename) not in SUFFIXES:
                skipped.append(Failure(member.filename, "not a format that is read"))
                continue
            try:
                content = _member(archive, member, left)
                left -= len(content)
                result = inner(content, member.filename, replace(options, max_container_bytes=max(left, 0)))
            except UnreadableError as e:
                failures.append(Failure(member.filename, str(e)))
                continue
            except _BROKEN as e:
                locked = "password" in str(e)
                reason = "is encrypted: unpack it" if locked else f"is damaged ({e}): pack or download it again"
                failures.append(Failure(member.filename, reason))
                continue
            drafts += [replace(draft, part=_joined(member.filename, draft.part)) for draft in result.drafts]
            failures += [Failure(_joined(member.filename, one.part), one.reason) for one in result.failures]
            skipped += [Failure(_joined(member.filename, one.part), one.reason) for one in result.skipped]
            if len(drafts) > options.max_articles:
                raise UnreadableError(f"holds more than {options.max_articles:,} articles: split it")
    return ReadResult(drafts=tuple(drafts), failures=tuple(failures), skipped=tuple(skipped))


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> bytes:
    if member.file_size > limit:
        raise UnreadableError(f"unpacks to {member.file_size:,} bytes, more than are read of one archive: split it")
    with archive.open(member) as stream:
        return stream.read(limit + 1)


def _is_hidden(name: str) -> bool:
    """'.DS_Store', 'a/._b.txt', '__MACOSX/a.txt' and Word's lock file '~$b.docx' are; '../a.txt' isn't: it is read."""
    folders = name.replace("\\", "/").split("/")
    return (
        "__MACOSX" in folders or folders[-1].startswith("~$") or (folders[-1].startswith(".") and folders[-1] != "..")
    )


def _joined(member: str, part: str) -> str:
    """'a.jsonl' and '#3' are 'a.jsonl#3'; 'in.zip' and 'b.txt' are 'in.zip/b.txt'."""
    return member + (part if not part or part.startswith("#") else f"/{part}")
