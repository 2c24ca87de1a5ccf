"""Compressed files, ZIP archives and web archives: unpacked in memory, bounded, each member read as the file it is.

Nothing is written to disk, so a member's name is only a name, whatever it says.
"""

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, BinaryIO, cast

from rag.errors import UnreadableError
from rag.ingest.converters.base import (
    SUFFIX_OF_TYPE,
    Converter,
    Failure,
    Gathered,
    Input,
    ReadResult,
    suffix_of,
    zip_members,
)

_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError,
)  # fmt: skip


def _compressed(name: str, suffix: str, magic: bytes, opener: Callable[[BytesIO], Any]) -> Converter:
    """A single file that was packed, read as the file in it: 'a.html.gz' as 'a.html'."""

    def convert(file: Input) -> ReadResult:
        limit = file.options.max_container_bytes
        try:
            with opener(BytesIO(file.data)) as stream:
                unpacked = cast(BinaryIO, stream).read(limit + 1)
        except _BROKEN as e:
            raise UnreadableError(f"is packed, and damaged ({e}): pack or download it again") from e
        if len(unpacked) > limit:
            raise UnreadableError(f"unpacks to more than the {limit:,} bytes that are read: unpack and split it")
        name = file.name[: -len(suffix)] if suffix_of(file.name) == suffix else file.name
        return file.inner(unpacked, name)

    return Converter(
        name, (suffix,), lambda data, suffix: data.startswith(magic), convert, holds_many=True, is_packed=True
    )


def _zip(file: Input) -> ReadResult:
    """The articles of all members, each with the member's name as its part."""
    from rag.ingest.converters import SUFFIXES  # this module is one of those that make them

    parts = Gathered()
    options, left = file.options, file.options.max_container_bytes
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        names = set(archive.namelist())
        if not members:
            raise UnreadableError("is an empty archive")
        if len(members) > options.max_members:
            raise UnreadableError(f"has {len(members):,} members, more than {options.max_members:,}: split it")
        for member in members:
            page = saved_page(member.filename, names.__contains__)
            if page or is_junk(member.filename) or suffix_of(member.filename) not in SUFFIXES:
                why = f"belongs to the saved page {page}" if page else "not a format that is read"
                parts.skipped.append(Failure(member.filename, why))
                continue
            try:
                if member.file_size > left:
                    raise UnreadableError(
                        f"unpacks to {member.file_size:,} bytes, more than are read of one archive: split it"
                    )
                with archive.open(member) as stream:
                    content = stream.read(left + 1)
            except UnreadableError as e:
                parts.failures.append(Failure(member.filename, str(e)))
                continue
            except _BROKEN as e:
                why = "is encrypted: unpack it" if "password" in str(e) else f"is damaged ({e}): pack it again"
                parts.failures.append(Failure(member.filename, why))
                continue
            left -= len(content)
            inner = replace(options, max_container_bytes=max(left, 0))
            parts.read(member.filename, lambda m=member, c=content, o=inner: file.inner(c, m.filename, o))
            if len(parts.drafts) > options.max_articles:
                raise UnreadableError(f"holds more than {options.max_articles:,} articles: split it")
    return parts.result()


def is_junk(name: str) -> bool:
    """'.DS_Store', 'a/._b.txt', '__MACOSX/a.txt' and Word's lock file '~$b.docx' are; '../a.txt' isn't: it is read."""
    folders = name.replace("\\", "/").split("/")
    last = folders[-1]
    return "__MACOSX" in folders or last.startswith("~$") or (last.startswith(".") and last != "..")


def saved_page(name: str, exists: Callable[[str], bool]) -> str | None:
    """The page that a browser saved with a folder in which a file lies: 'a/X.html' for 'a/X_files/ad.html'."""
    stems = [name[: match.start()] for match in re.finditer("_files/", name)]
    return next((page for stem in stems for page in (f"{stem}.html", f"{stem}.htm") if exists(page)), None)


def _is_zip(data: bytes, suffix: str) -> bool:
    members = set(zip_members(data))
    if "[Content_Types].xml" in members:
        raise UnreadableError("is an Office file that is no text document: save its articles as DOCX or CSV")
    if {"content.xml", "META-INF/manifest.xml"} <= members:
        raise UnreadableError("is an OpenDocument file: save it as DOCX or HTML")
    return bool(members) or data.startswith(b"PK\x05\x06")


def _warc(file: Input) -> ReadResult:
    """The pages of a web archive (WARC), each with its address as its part; pictures and scripts are passed over."""
    parts = Gathered()
    left = file.options.max_container_bytes
    for address, kind, content in _responses(file.data, left):
        left -= len(content)
        if left < 0:
            raise UnreadableError(f"unpacks to more than the {file.options.max_container_bytes:,} bytes that are read")
        options = replace(file.options, url=address, max_container_bytes=left)
        if (suffix := SUFFIX_OF_TYPE.get(kind)) in (".html", ".pdf", ".txt") and content.strip():
            parts.read(address, lambda s=suffix, c=content, o=options: file.inner(c, f"page{s}", o))
    if not parts.drafts and not parts.failures and not parts.skipped:
        raise UnreadableError("is a web archive without pages")
    if parts.drafts:  # the others may be frames of these pages
        parts.skipped, parts.failures = parts.skipped + parts.failures, []
    return parts.result()


def _responses(data: bytes, limit: int) -> Iterator[tuple[str, str, bytes]]:
    """Address, media type and content of each answer in an archive that was a success."""
    from warcio.archiveiterator import ArchiveIterator  # pyright: ignore

    try:
        for record in cast(Any, ArchiveIterator(BytesIO(data))):
            headers, address = record.http_headers, str(record.rec_headers.get_header("WARC-Target-URI") or "")
            if record.rec_type not in ("response", "resource") or (headers and headers.get_statuscode() != "200"):
                continue
            kind = headers.get_header("Content-Type") if headers else record.rec_headers.get_header("Content-Type")
            yield address, str(kind or "").partition(";")[0].strip().lower(), record.content_stream().read(limit + 1)
    except Exception as e:  # what warcio raises has no common ancestor
        raise UnreadableError(f"is a damaged web archive ({e}): make or download it again") from e


def _is_warc(data: bytes, suffix: str) -> bool:
    if data.startswith(b"WARC/"):
        return True
    if (suffix != ".gz" and suffix != ".warc") or not data.startswith(b"\x1f\x8b"):
        return False
    try:
        return zlib.decompressobj(wbits=31).decompress(data[:4096], 5) == b"WARC/"
    except zlib.error:
        return False


CONVERTERS = (
    Converter("warc", (".warc",), _is_warc, _warc, holds_many=True, is_packed=True),
    _compressed("gzip", ".gz", b"\x1f\x8b", lambda held: gzip.GzipFile(fileobj=held)),
    _compressed("bzip2", ".bz2", b"BZh", bz2.BZ2File),
    _compressed("xz", ".xz", b"\xfd7zXZ\0", lzma.LZMAFile),
    Converter("zip", (".zip",), _is_zip, _zip, holds_many=True, is_packed=True),
)
