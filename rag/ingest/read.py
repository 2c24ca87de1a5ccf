"""Paths and addresses to files: what there is to read, its bytes, and what a sidecar says of it.

Knows nothing of formats (`converters`) or of the catalog.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UnreadableError
from rag.ingest import READ_VERSION
from rag.ingest.converters import SUFFIXES
from rag.ingest.converters.packed import is_junk, saved_page
from rag.ingest.draft import Stated
from rag.ingest.fetch import FeedReader, fetch, is_url
from rag.ingest.fields import yaml_fields

STDIN = "-"
# A file of many articles; the formats have a smaller limit for one.
MAX_BYTES = 100 * 2**20
_SIDECARS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something to read: `path` as the user named it, `key` to know it again, `name` to tell its format by.

    `skip` says why it is no article, `fault` why it can't be read. `data` is there where it came from elsewhere than
    the disk, and `url` where that is on the web.
    """

    path: str
    key: str
    name: str = ""
    skip: str | None = None
    fault: str | None = None
    data: bytes | None = None
    url: str | None = None


def find_files(paths: Sequence[str | Path], reader: FeedReader) -> Iterator[File]:
    """What is to be read at the paths: files, folders searched through in order, addresses, `-` for standard input.

    Hidden files, lock files and what Macs leave behind are passed over. Each file comes once.
    Nothing is looked for on the web but what is named here; the
    entries of a feed that is named are fetched too, read with `reader`.
    """
    seen: set[str] = set()
    for path in paths:
        for file in _at(path, reader):
            if file.key not in seen:
                seen.add(file.key)
                yield file


def _at(path: str | Path, reader: FeedReader) -> Iterator[File]:
    if str(path) == STDIN:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        yield File(path="standard input", key=f"stdin:{hashlib.sha256(data).hexdigest()}", name=STDIN, data=data)
    elif is_url(str(path)):
        yield from _fetched(str(path), reader)
    else:
        yield from _on_disk(Path(path))


def _on_disk(path: Path) -> Iterator[File]:
    try:
        if not path.exists():
            yield File(path=str(path), key=str(path), fault="there is no such file or folder: check the path")
            return
        for file in _walk(path):
            skip = None if file == path else _no_article(file)
            yield File(path=str(file), key=str(file.resolve()), name=file.name, skip=skip)
    except (OSError, RuntimeError) as e:  # a name too long, a link to itself, a folder that can't be listed
        yield File(path=str(path), key=str(path), fault=f"cannot be opened: {e}")


def _fetched(url: str, reader: FeedReader) -> Iterator[File]:
    try:
        result = fetch(url, reader)
    except UnreadableError as e:
        yield File(path=url, key=url, fault=str(e))
        return
    for page in result.pages:
        yield File(path=page.url, key=page.url, name=page.name, data=page.data, url=page.url)
    for failure in result.failures:
        yield File(path=failure.part, key=failure.part, fault=failure.reason)


def _walk(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for entry in sorted(path.iterdir()):
        if not is_junk(entry.name):
            if entry.is_dir() and not entry.is_symlink():
                yield from _walk(entry)
            elif entry.is_file():
                yield entry


def _no_article(path: Path) -> str | None:
    """Why a file found in a folder isn't an article; a file that was named itself is tried in any case."""
    if path.suffix.lower() in _SIDECARS and path.with_suffix("").exists():
        return f"what it says belongs to {path.with_suffix('').name}"
    if page := saved_page(path.as_posix(), lambda name: Path(name).is_file()):
        return f"belongs to the saved page {Path(page).name}"
    return None if path.suffix.lower() in SUFFIXES else "not a format that is read"


def read_bytes(file: File) -> tuple[bytes, str]:
    """A file's content, and a SHA-256 of it and of its sidecar.

    Raises:
        UnreadableError: it is too large, or can't be opened.
    """
    if file.fault:
        raise UnreadableError(file.fault)
    data = file.data
    if data is None:
        try:
            with Path(file.path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError as e:
            raise UnreadableError(f"cannot be opened: {e.strerror or e}") from e
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"is larger than the {MAX_BYTES:,} bytes that are read of a file: split it")
    digest = hashlib.sha256(f"{READ_VERSION}\0".encode() + data)
    if sidecar := _sidecar_of(file):
        digest.update(b"\0" + sidecar.read_bytes())
    return data, digest.hexdigest()


def _sidecar_of(file: File) -> Path | None:
    """The file beside a file that states its fields: `page.html.yaml` beside `page.html`."""
    if file.data is not None:
        return None
    return next((p for suffix in _SIDECARS if (p := Path(file.path + suffix)).is_file()), None)


def read_sidecar(file: File) -> dict[str, Stated]:
    """The fields that a file's sidecar states; none without a sidecar.

    Raises:
        UnreadableError: the sidecar isn't YAML, or not a list of fields.
    """
    sidecar = _sidecar_of(file)
    if sidecar is None:
        return {}
    try:
        fields = yaml_fields(sidecar.read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:  # UnicodeDecodeError is a ValueError
        raise UnreadableError(f"has a sidecar {sidecar.name} that {e}") from e
    return {name: Stated(value, f"sidecar {sidecar.name}") for name, value in fields.items() if value is not None}
