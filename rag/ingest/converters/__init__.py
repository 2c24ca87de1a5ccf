"""Bytes and a file name in, drafts out: every format of article file that is read.

Which format it is is told by content first, by suffix where content doesn't say. Pure: no file system, no network, no
state. Knows nothing of where bytes come from, of cleaning or of the catalog. Third-party parsers run in here on
whatever is in the bytes, so call it through `rag.ingest.sandbox`.
"""

from dataclasses import replace

import filetype

from rag.errors import UnreadableError
from rag.ingest.converters import epub, europresse, feed, html, mail, office, packed, pdf, records, text
from rag.ingest.converters.base import Converter, Failure, Input, NotAnArticle, ReadOptions, ReadResult, suffix_of
from rag.ingest.draft import Draft, Stated

__all__ = ["CONVERTERS", "SUFFIXES", "Failure", "ReadOptions", "ReadResult", "converter_of", "read_drafts"]

CONVERTERS: tuple[Converter, ...] = (
    pdf.PDF, *office.CONVERTERS, epub.EPUB, *packed.CONVERTERS, *mail.CONVERTERS, *records.CONVERTERS, feed.FEED,
    europresse.EUROPRESSE, html.HTML, *text.CONVERTERS,
)  # fmt: skip
"""All formats, in the order in which they are tried: what content tells for sure comes first."""

SUFFIXES = frozenset(suffix for converter in CONVERTERS for suffix in converter.suffixes)
"""The suffixes, lower case with the dot, of all files that are read."""

_DEEPEST = 2  # an archive in an archive is read, one in that isn't
_DEFAULT = ReadOptions()
_HEAD = 4096  # bytes by which a file that isn't text is told

# Files that people have among their articles and that hold none that could be read: how the media types begin that the
# library filetype tells by their content, what each is, and what to do about it.
_REFUSED = {
    "image/": "a picture, not an article: give the text of the article",
    "audio/": "a sound file, not an article: give a transcript",
    "video/": "a video, not an article: give a transcript",
    ("application/x-7z", "application/x-rar", "application/zstd", "application/x-tar"):
        "an archive of a kind that isn't read: unpack it, or pack it as ZIP",
    "application/x-sqlite3": "an SQLite database: export its articles as CSV or JSONL",
    ("application/x-executable", "application/x-msdownload"): "a program: leave it out",
}  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def converter_of(data: bytes, name: str) -> Converter:
    """The converter for bytes, by their content and their name's suffix.

    Raises:
        UnreadableError: they are of a format that isn't read, or named as one that they are not.
    """
    suffix = suffix_of(name)
    if data.startswith(_OLD_OFFICE):
        raise UnreadableError("is an old Office file or an Outlook message: save it as .docx or .eml")
    if b"\0" in data[:_HEAD]:  # text may begin with the letters of a signature
        kind = str(filetype.guess_mime(data[:_HEAD]))  # pyright: ignore
        for begins, what in _REFUSED.items():
            if kind.startswith(begins):
                raise UnreadableError(f"is {what}")
    if found := next((c for c in CONVERTERS if c.sniff(data, suffix)), None):
        return found
    if suffix in SUFFIXES:
        raise UnreadableError(f"is named {suffix} but isn't in that format: it is damaged, or has a wrong name")
    raise UnreadableError(f"is of a format that isn't read ({suffix}): see docs/formats.md for those that are")


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
    converter = converter_of(data, name)
    limit = options.max_container_bytes if converter.holds_many else options.max_bytes
    if len(data) > limit:
        raise UnreadableError(
            f"has {len(data):,} bytes, more than the {limit:,} that are read of such a file: split it"
        )
    if converter.is_packed and depth >= _DEEPEST:
        raise UnreadableError("is packed more than twice over: unpack it")

    def inner(data: bytes, name: str, options: ReadOptions = options) -> ReadResult:
        return _read(data, name, options, depth + 1)

    found = _converted(converter, Input(data, name, options, inner))
    if isinstance(found, Draft):
        if not found.text.strip():
            raise UnreadableError("holds no text")
        return ReadResult(drafts=(_with_lost_characters(found, data),))
    if len(found.drafts) > options.max_articles:
        raise UnreadableError(f"holds {len(found.drafts):,} articles, more than {options.max_articles:,}: split it")
    return found


def _converted(converter: Converter, file: Input) -> Draft | ReadResult:
    """What the converter makes of a file; whatever it raises becomes an error that says what to do."""
    try:
        return converter.convert(file)
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
        raise UnreadableError(
            f"cannot be read as {converter.name}, it may be damaged ({what}): save or download it again"
        ) from e


def _with_lost_characters(draft: Draft, data: bytes) -> Draft:
    """A draft whose note says how many characters could not be decoded, where any were."""
    lost = draft.text.count("\ufffd")
    if not lost or "\ufffd".encode() in data:
        return draft
    note = f"{lost:,} character{'s' if lost > 1 else ''} could not be decoded"
    if "note" in draft.fields:
        note = f"{draft.fields['note'].value}; {note}"
    return replace(draft, fields={**draft.fields, "note": Stated(note, "encoding")})
