"""RSS and Atom feeds, through feedparser: the entries that hold their whole text.

Knows of no network: feedparser is given bytes, and what an entry links to is for `rag.ingest.fetch`.
"""

import re
from importlib import import_module
from io import BytesIO
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.converters.base import Converter, Failure, ReadResult, beginning
from rag.ingest.converters.markup import text_of
from rag.ingest.draft import Draft, Stated

_FEWEST_WORDS = 150
_BRIEF = 25  # words: what a whole item of a feed of briefs has at least
# '<?xml …?><rss version="2.0">', '<feed xmlns=', '<rdf:RDF'; not '<feedback>'.
_FEED = re.compile(rb"(?:<![^>]{0,2000}>\s*)?<(?:rss|feed|rdf:RDF)[\s>]")
_CHANGED = re.compile(rb"<\w+:(?:updated|modified)\b")
# How an excerpt ends: 'he said […]', 'Read more', 'Continue reading →', 'The post … appeared first on …'.
_CUT_OFF = re.compile(r"(?:\.\.\.|…|\[\s*(?:…|\.\.\.|&hellip;)\s*\]|read (?:more|on)|continue reading)[\s→»>.]*$", re.I)


def is_feed(data: bytes) -> bool:
    """Whether bytes are an RSS or Atom feed."""
    return bool(_FEED.match(beginning(data)))


def read_feed(data: bytes) -> ReadResult:
    """The articles that a feed holds in full, `published` as it writes it.

    An entry that is no more than an excerpt is skipped, with its link as its part: a file's links aren't followed.

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
    drafts: list[Draft] = []
    skipped: list[Failure] = []
    # RSS has one day more, dc:date, which feedparser files with those of changes; in Atom and beside such it is one.
    days = ("published",) if feed.version.startswith("atom") or _CHANGED.search(data) else ("published", "updated")
    for number, entry in enumerate(feed.entries, 1):
        link = re.sub(r"^(?!https?:)\w+:.*", "", str(entry.get("link", "")))  # feedparser takes it from 'tag:…' too
        published = next((day for name in days if (day := str(entry.get(name, "")).strip())), "")
        text = _text(entry)
        if not text:
            why = "is an excerpt: give the feed's address, and its articles are fetched" if link else "is an excerpt"
            skipped.append(Failure(link or f"#{number}", why))
            continue
        stated = {
            "title": text_of(str(entry.get("title", ""))),
            "author": str(entry.get("author", "")),
            "url": link,
            "language": str(feed.feed.get("language", "")),
            "publisher": text_of(str(feed.feed.get("title", ""))),
            "published": published,
            "published_from": "page" if published else "",
        }
        fields = {
            name: Stated(value, "feed title" if name == "publisher" else "feed entry")
            for name, value in stated.items()
            if value
        }
        drafts.append(Draft(text=text, fields=fields, part=f"#{number}", is_bounded=True))
    return ReadResult(drafts=tuple(drafts), skipped=tuple(skipped))


def _text(entry: Any) -> str:
    """The longest text of an entry, where that is an article and not its beginning.

    An entry that has a longer text than its teaser, or a text and no teaser, holds all of it, however short that is.
    """
    contents = [str(content.get("value", "")) for content in entry.get("content", [])]
    summary = str(entry.get("summary", "")) if "summary_detail" in entry else ""  # feedparser repeats the text there
    longest = max((*contents, summary), key=len)
    plain = text_of(longest)
    words = len(plain.split())
    has_teaser = longest in contents and words >= 2 * len(text_of(summary).split()) and words >= _BRIEF
    is_whole = words >= _FEWEST_WORDS or has_teaser
    return plain if is_whole and not _CUT_OFF.search(plain) else ""


FEED = Converter(
    "feed", (".rss", ".atom", ".xml"), lambda data, suffix: is_feed(data), lambda file: read_feed(file.data),
    holds_many=True,
)  # fmt: skip
