"""One file's bytes to its drafts: the format found, its reader called, containers opened.

The readers know nothing of one another; what holds other files (archives, mails) is given `read` to read them with.
"""

from collections.abc import Callable
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft
from rag.ingest.formats import sniff
from rag.ingest.formats.model import Failure, ReadOptions, ReadResult

_DEEPEST = 2  # an archive in an archive is read, one in that isn't
_DEFAULT = ReadOptions()


def read_drafts(data: bytes, name: str, options: ReadOptions = _DEFAULT) -> ReadResult:
    """The articles in a file.

    Args:
        data: the file's bytes.
        name: its name, of which the suffix counts; empty or '-' for what comes from standard input.
        options: the fields of records, and limits.

    Returns:
        Its drafts, and the parts of it that couldn't be read or weren't articles.

    Raises:
        UnreadableError: nothing of it can be read; the message completes the sentence '<file> …'.
    """
    return _read(data, name, options, 0)


def _read(data: bytes, name: str, options: ReadOptions, depth: int) -> ReadResult:
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableError("is empty")
    kind = sniff.kind_of(data, name)
    limit = options.max_container_bytes if kind in sniff.MANY else options.max_bytes
    if len(data) > limit:
        raise UnreadableError(
            f"has {len(data):,} bytes, more than the {limit:,} that are read of such a file: split it"
        )
    if kind in sniff.CONTAINERS and depth >= _DEEPEST:
        raise UnreadableError("is packed more than twice over: unpack it")

    def inner(data: bytes, name: str, options: ReadOptions = options) -> ReadResult:
        return _read(data, name, options, depth + 1)

    try:
        result = _result(_READERS[kind](data, name, options, inner))
    except (UnreadableError, MemoryError):
        raise
    except ImportError as e:  # not the file's fault
        raise UnreadableError(f"cannot be read, a package is missing ({e}): pip install rashomon") from e
    except RecursionError as e:
        raise UnreadableError("is nested too deeply to be read: save it in another format") from e
    except Exception as e:  # parsers fail on broken files in every way there is
        what = f"{type(e).__name__}: {e}".strip(": ")[:200]
        raise UnreadableError(f"cannot be read as {kind}, it may be damaged ({what}): save or download it again") from e
    if len(result.drafts) > options.max_articles:
        raise UnreadableError(f"holds {len(result.drafts):,} articles, more than {options.max_articles:,}: split it")
    return result


Inner = Callable[..., ReadResult]
"""Reads a file that is held in another: (bytes, name[, options])."""


def _result(found: Draft | ReadResult | None) -> ReadResult:
    if isinstance(found, ReadResult):
        return found
    if found is None:
        return ReadResult(skipped=(Failure("", "says ingest: false in its front matter"),))
    if not found.text.strip():
        raise UnreadableError("holds no text")
    return ReadResult(drafts=(found,))


# Each reader is imported when first used: some bring a second's worth of libraries.


def _text(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft | ReadResult:
    from rag.ingest.formats.text import read_text

    return read_text(data)


def _markdown(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft | None:
    from rag.ingest.formats.markdown import read_markdown

    return read_markdown(data)


def _html(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft:
    from rag.ingest.formats.html import read_html

    return read_html(data, options.url)


def _mhtml(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft:
    from rag.ingest.formats.mhtml import read_mhtml

    return read_mhtml(data)


def _pdf(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft:
    from rag.ingest.formats.pdf import read_pdf

    return read_pdf(data)


def _docx(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft:
    from rag.ingest.formats.docx import read_docx

    return read_docx(data, options)


def _rtf(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft:
    from rag.ingest.formats.rtf import read_rtf

    return read_rtf(data)


def _epub(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.epub import read_epub

    return read_epub(data, options)


def _mail(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.mail import read_mail

    return read_mail(data, inner)


def _mbox(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.mail import read_mbox

    return read_mbox(data, inner)


def _json(data: bytes, name: str, options: ReadOptions, inner: Inner) -> Draft | ReadResult:
    from rag.ingest.formats.records import read_json

    return read_json(data, options)


def _jsonl(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.records import read_jsonl

    return read_jsonl(data, options)


def _csv(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.records import read_csv

    return read_csv(data, options)


def _feed(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.feed import read_feed_file

    return read_feed_file(data)


def _packed(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.archive import read_compressed

    return read_compressed(data, name, options, inner)


def _zip(data: bytes, name: str, options: ReadOptions, inner: Inner) -> ReadResult:
    from rag.ingest.formats.archive import read_zip

    return read_zip(data, options, inner)


_READERS: dict[str, Callable[..., Any]] = {
    "text": _text, "markdown": _markdown, "html": _html, "mhtml": _mhtml, "pdf": _pdf, "docx": _docx, "rtf": _rtf,
    "epub": _epub, "mail": _mail, "mbox": _mbox, "json": _json, "jsonl": _jsonl, "csv": _csv, "feed": _feed,
    "gzip": _packed, "bzip2": _packed, "xz": _packed, "zip": _zip,
}  # fmt: skip
