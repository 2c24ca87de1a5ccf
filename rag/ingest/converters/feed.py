"""RSS and Atom feeds, through feedparser: entries, with their text where the feed holds all of it.

Knows of no network: feedparser is given bytes, and what an entry links to is for `rag.ingest.fetch`.
"""

import re
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Failure, ReadResult
from rag.ingest.converters.markup import text_of
from rag.ingest.draft import Draft, Stated

_ORIGIN = "feed entry"
_FEWEST_WORDS = 150
_BRIEF = 25  # words: what a whole item of a feed of briefs has at least
# '<?xml …?><rss version="2.0">', '<feed xmlns=', '<rdf:RDF'; not '<feedback>'. Possessive: no input takes long.
_FEED = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:<[!?][^>]{0,2000}>\s*+)*+<(?:rss|feed|rdf:RDF)[\s>]")
# How an excerpt ends: 'he said […]', 'Read more', 'Continue reading →', 'The post … appeared first on …'.
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\s*(?:…|\.\.\.|&hellip;)\s*\]|read (?:more|on)|continue reading)[\s→»>.]*$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a feed. `content` is HTML, and empty where the feed holds no more than an excerpt."""

    link: str = ""
    title: str = ""
    author: str = ""
    published: str = ""
    publisher: str = ""
    language: str = ""
    content: str = ""


def read_feed(data: bytes) -> tuple[Entry, ...]:
    """The entries of a feed, in its order; `published` as the feed writes it.

    Raises:
        UnreadableError: it is no feed, or declares XML entities.
    """
    feedparser: Any = import_module("feedparser")
    if re.search(rb"<!ENTITY", data[:100_000], re.I):
        raise UnreadableError("declares XML entities, which are not read: save its articles as HTML")
    # Bytes in a file object: of a string feedparser would make an address or a path, and open it.
    feed: Any = feedparser.parse(BytesIO(data), response_headers={"content-type": "application/xml"})
    if not feed.entries:
        raise UnreadableError("is a feed without entries, or a damaged one")
    publisher, language = str(feed.feed.get("title", "")), str(feed.feed.get("language", ""))
    return tuple(
        Entry(
            link=str(entry.get("link", "")),
            title=text_of(str(entry.get("title", ""))),
            author=str(entry.get("author", "")),
            published=str(entry.get("published", "")).strip(),  # never when it was updated
            publisher=text_of(publisher),
            language=language,
            content=_content(entry),
        )
        for entry in feed.entries
    )


def is_feed(data: bytes) -> bool:
    """Whether bytes are an RSS or Atom feed."""
    return bool(_FEED.match(data[:8192]))


def read_feed_file(data: bytes) -> ReadResult:
    """The articles that a feed holds in full. Entries that are links only are skipped: a file's links aren't followed.

    Raises:
        UnreadableError: it is no feed, or holds no article in full.
    """
    drafts: list[Draft] = []
    skipped: list[Failure] = []
    entries = read_feed(data)
    for number, entry in enumerate(entries, 1):
        if entry.content:
            drafts.append(_draft(entry, f"#{number}"))
        else:
            skipped.append(Failure(f"#{number}", f"an excerpt with a link ({entry.link or 'none'}), not an article"))
    if not drafts:
        raise UnreadableError("is a feed of excerpts only: give its address, and its articles are fetched")
    return ReadResult(drafts=tuple(drafts), skipped=tuple(skipped))


def as_feed(entry: Entry) -> bytes:
    """A feed of one entry, which `read_feed_file` reads as its article."""
    tags = {"title": entry.title, "link": entry.link, "dc:creator": entry.author, "pubDate": entry.published}
    item = "".join(f"<{tag}>{escape(_legal(value))}</{tag}>" for tag, value in tags.items() if value)
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>{escape(_legal(entry.publisher))}</title><language>{escape(_legal(entry.language))}</language>"
        f"<item>{item}<content:encoded>{escape(_legal(entry.content))}</content:encoded></item></channel></rss>"
    ).encode("utf-8", "replace")


def _legal(text: str) -> str:
    """Without the control characters that XML can't hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def _draft(entry: Entry, part: str) -> Draft:
    stated = {
        "title": entry.title,
        "author": entry.author,
        "url": entry.link,
        "language": entry.language,
        "published": entry.published,
        "published_from": "page" if entry.published else "",
    }
    fields = {name: Stated(value, _ORIGIN) for name, value in stated.items() if value}
    if entry.publisher:
        fields["publisher"] = Stated(entry.publisher, "feed title")
    return Draft(text=text_of(entry.content), fields=fields, part=part, is_clean=True)


def _content(entry: Any) -> str:
    """The longest text of an entry, where that is an article and not its beginning.

    An entry that has a teaser and a longer text beside it holds its whole text, however short that is.
    """
    contents = [str(content.get("value", "")) for content in entry.get("content", [])]
    summary = str(entry.get("summary", ""))
    longest = max((*contents, summary), key=len)
    plain = text_of(longest)
    words = len(plain.split())
    has_teaser = longest in contents and words >= 2 * len(text_of(summary).split()) and words >= _BRIEF
    is_whole = words >= _FEWEST_WORDS or has_teaser
    return longest if is_whole and not _CUT_OFF.search(plain) else ""


FEED = Converter(
    "feed",
    (".rss", ".atom", ".xml"),
    lambda data, suffix: is_feed(data),
    lambda file: read_feed_file(file.data),
    holds_many=True,
)
