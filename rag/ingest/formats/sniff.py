"""Which format bytes are in: by their content first, by the file's suffix where the content doesn't say.

Reads no format; opens ZIP files far enough to see what is packed in them.
"""

import re
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from rag.errors import UnreadableError

KINDS: dict[str, tuple[str, ...]] = {
    "text": (".txt", ".text"),
    "markdown": (".md", ".markdown"),
    "html": (".html", ".htm", ".xhtml"),
    "mhtml": (".mhtml", ".mht"),
    "pdf": (".pdf",),
    "docx": (".docx", ".docm"),
    "rtf": (".rtf",),
    "epub": (".epub",),
    "mail": (".eml",),
    "mbox": (".mbox", ".mbx"),
    "json": (".json",),
    "jsonl": (".jsonl", ".ndjson"),
    "csv": (".csv", ".tsv"),
    "feed": (".rss", ".atom", ".xml"),
    "gzip": (".gz",),
    "bzip2": (".bz2",),
    "xz": (".xz",),
    "zip": (".zip",),
}
"""The formats, each with its suffixes."""

SUFFIXES = frozenset(suffix for suffixes in KINDS.values() for suffix in suffixes)
"""The suffixes, lower case with the dot, of all files that are read."""

CONTAINERS = frozenset({"gzip", "bzip2", "xz", "zip"})
MANY = CONTAINERS | {"json", "jsonl", "csv", "mbox", "feed"}
"""Formats that hold many articles in a file, so that the larger size limit is theirs."""

_OF_SUFFIX = {suffix: kind for kind, suffixes in KINDS.items() for suffix in suffixes}
_BY_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"{\\rtf": "rtf"}

# Files that people have among their articles and that hold none that could be read, with what to do about it.
_PICTURE = "not an article: give the text of the article"
_SOUND = "not an article: give a transcript"
_REFUSED: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image", _PICTURE),
    (0, b"\xff\xd8\xff", "a JPEG image", _PICTURE),
    (0, b"GIF8", "a GIF image", _PICTURE),
    (8, b"WEBP", "a WebP image", _PICTURE),
    (0, b"II*\0", "a TIFF image", _PICTURE),
    (0, b"MM\0*", "a TIFF image", _PICTURE),
    (4, b"ftyp", "a video, a sound file or a HEIC image", "not an article: give its text or a transcript"),
    (0, b"\x1aE\xdf\xa3", "a Matroska or WebM video", _SOUND),
    (0, b"ID3", "an MP3 sound file", _SOUND),
    (0, b"OggS", "an Ogg sound file", _SOUND),
    (8, b"WAVE", "a WAV sound file", _SOUND),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file or an Outlook message", "save it as .docx or .eml"),
    (0, b"7z\xbc\xaf'\x1c", "a 7-Zip archive", "unpack it, or pack it as ZIP"),
    (0, b"Rar!", "a RAR archive", "unpack it, or pack it as ZIP"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard file", "unpack it, or pack it as gzip"),
    (257, b"ustar", "a tar archive", "unpack it, or pack it as ZIP"),
    (0, b"SQLite format 3\0", "an SQLite database", "export its articles as CSV or JSONL"),
    (0, b"PAR1", "a Parquet file", "export its articles as CSV or JSONL"),
    (0, b"\x7fELF", "a program", "leave it out"),
    (0, b"MZ\x90", "a program", "leave it out"),
    (0, b"bplist", "a binary property list or a Safari web archive", "save the page as HTML"),
)
# Possessive (*+) and atomic (?>…): what was matched isn't tried otherwise, so no input takes long.
# '<!doctype html>', '<html lang=en>', '<HEAD>', after comments and an XML declaration; not 'Use <b>', not '<rss>'.
_HTML = re.compile(
    rb"\s*+(?:<\?xml[^>]{0,200}>\s*+|<!--(?>.{0,4000}?-->)\s*+)*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
# '<?xml …?><rss version="2.0">', '<feed xmlns=', '<rdf:RDF'; not '<feedback>'.
_FEED = re.compile(rb"\s*+(?:<[!?][^>]{0,2000}>\s*+)*+<(?:rss|feed|rdf:RDF)[\s>]")
# Header lines of a mail: 'Subject: …'. Two of them must stand at the top: 'Date: …' alone may begin an article.
_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type|reply-to|"
    rb"sender|x-[\w-]+|list-[\w-]+|dkim-signature|authentication-results|snapshot-content-location)[ \t]*:", re.I
)  # fmt: skip
# 'From jane@example.org Thu Nov  2 10:00:00 2023'; not 'From Seoul, our reporter'.
_MBOX = re.compile(rb"From \S+ +(?:\w{3} ){2} ?\d{1,2} \d\d:\d\d(?::\d\d)?[^\r\n]{0,12} \d{4}")


def suffix_of(name: str) -> str:
    """The suffix in lower case, '.txt' of 'a/b.TXT'; empty where there is none."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def is_feed(data: bytes) -> bool:
    """Whether bytes are an RSS or Atom feed."""
    return bool(_FEED.match(data[:8192].lstrip(b"\xef\xbb\xbf")))


def kind_of(data: bytes, name: str) -> str:
    """The format: a key of `KINDS`.

    Raises:
        UnreadableError: it is of a format that isn't read, or is named as one that it's not.
    """
    suffix = suffix_of(name)
    for at, magic, what, fix in _REFUSED:
        if data.startswith(magic, at):
            raise UnreadableError(f"is {what}, {fix}" if fix.startswith("not") else f"is {what}: {fix}")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(data)
    for magic, kind in _BY_MAGIC.items():
        if data.startswith(magic):
            return kind
    named = _OF_SUFFIX.get(suffix)
    if named in CONTAINERS or named in ("pdf", "docx", "epub", "rtf"):
        if _HTML.match(data[:8192].lstrip(b"\xef\xbb\xbf")):
            return "html"  # a page saved under the name of what should have been downloaded
        raise UnreadableError(f"is named {suffix} but isn't in that format: it is damaged, or has a wrong name")
    return _textual(data, named, suffix)


def _textual(data: bytes, named: str | None, suffix: str) -> str:
    head = data[:8192].lstrip(b"\xef\xbb\xbf")
    if _MBOX.match(head):
        return "mbox"
    if named in ("mhtml", "mail") or (named != "mbox" and _headers(head) >= 2):
        return _message(head, suffix)
    if named == "mbox":
        raise UnreadableError("is named .mbox but holds no messages: it is damaged, or has a wrong name")
    if named in ("json", "jsonl", "csv"):
        return named
    if is_feed(head):
        return "feed"
    if _HTML.match(head):
        return "html"
    if named == "feed":
        raise UnreadableError("is XML, but neither an RSS nor an Atom feed: save its articles as text or HTML")
    if named == "html" and b"<" not in data:
        return "text"
    if named:
        return named
    if suffix and suffix not in SUFFIXES and len(suffix) <= 6 and suffix[1:].isalnum() and not suffix[1:].isdigit():
        raise UnreadableError(f"is of a format that isn't read ({suffix}): see docs/formats.md for those that are")
    return "json" if head.lstrip()[:1] in (b"{",) else "text"


def _headers(head: bytes) -> int:
    """How many lines of mail headers it begins with."""
    count = 0
    for line in head.replace(b"\r\n", b"\n").split(b"\n"):
        if _HEADER.match(line):
            count += 1
        elif not (count and line[:1] in (b" ", b"\t")):
            break
    return count


def _message(head: bytes, suffix: str) -> str:
    if not _headers(head) and not re.match(rb"[\w-]+:", head):
        raise UnreadableError(f"is named {suffix} but has no message headers: it is damaged, or has a wrong name")
    top = head.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].lower()
    saved = b"multipart/related" in top and (b"snapshot-content-location" in top or b"saved by" in top)
    return "mhtml" if saved or suffix in KINDS["mhtml"] else "mail"


def _packed(data: bytes) -> str:
    """What a ZIP file is: a document in a format that is packed so, or an archive."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as e:
        raise UnreadableError(f"is a damaged ZIP, DOCX or EPUB file ({e}): save or download it again") from e
    if "META-INF/container.xml" in names:
        return "epub"
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        raise UnreadableError("is an Office file that is no text document: save its articles as DOCX or CSV")
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        raise UnreadableError("is an OpenDocument file: save it as DOCX or HTML")
    return "zip"
