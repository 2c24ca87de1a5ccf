"""One file's bytes to its drafts: the format found, its reader called, containers opened.

The readers know nothing of one another; what holds other files (archives, mails) is given `read` to read them with.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.draft import Draft
from rag.ingest.formats import sniff
from rag.ingest.formats.model import Failure, NotAnArticle, ReadOptions, ReadResult

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
    except NotAnArticle as e:
        return ReadResult(skipped=(Failure("", str(e)),))
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


def _reader(module: str) -> Any:
    """A reader's module, imported when first used: some bring a second's worth of libraries."""
    return import_module(f"rag.ingest.formats.{module}")


_READERS: dict[str, Callable[[bytes, str, ReadOptions, Inner], Any]] = {
    "text": lambda data, name, options, inner: _reader("text").read_text(data),
    "markdown": lambda data, name, options, inner: _reader("markdown").read_markdown(data),
    "html": lambda data, name, options, inner: _reader("html").read_html(data, options.url),
    "mhtml": lambda data, name, options, inner: _reader("mhtml").read_mhtml(data),
    "pdf": lambda data, name, options, inner: _reader("pdf").read_pdf(data),
    "docx": lambda data, name, options, inner: _reader("docx").read_docx(data, options),
    "rtf": lambda data, name, options, inner: _reader("rtf").read_rtf(data),
    "epub": lambda data, name, options, inner: _reader("epub").read_epub(data, options),
    "mail": lambda data, name, options, inner: _reader("mail").read_mail(data, inner),
    "mbox": lambda data, name, options, inner: _reader("mail").read_mbox(data, inner),
    "json": lambda data, name, options, inner: _reader("records").read_json(data, options),
    "jsonl": lambda data, name, options, inner: _reader("records").read_jsonl(data, options),
    "csv": lambda data, name, options, inner: _reader("records").read_csv(data, options),
    "feed": lambda data, name, options, inner: _reader("feed").read_feed_file(data),
    "gzip": lambda data, name, options, inner: _reader("archive").read_compressed(data, name, options, inner),
    "bzip2": lambda data, name, options, inner: _reader("archive").read_compressed(data, name, options, inner),
    "xz": lambda data, name, options, inner: _reader("archive").read_compressed(data, name, options, inner),
    "zip": lambda data, name, options, inner: _reader("archive").read_zip(data, options, inner),
}
