"""What is known of an article between its file and the catalog: the data that the ingest stage hands on.

`read` makes drafts, `clean` takes furniture out of their text, `metadata` makes articles of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# What clocks and templates write where they know no day.
_ZEROS = frozenset("1899-11-30 1899-12-30 1899-12-31 1900-01-01 1904-01-01 1969-12-31 1970-01-01 1980-01-01".split())


@dataclass(frozen=True, slots=True)
class Stated:
    """A field's value as it was found, and where, in words for people: 'front matter', 'og:site_name', 'byline'.

    Dates may be `date`, `datetime` or text; lists are several authors.
    """

    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A piece of a page that isn't the article, verbatim, and by what sign it was known."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One article as its file tells it, furniture and all.

    `text` has a paragraph, heading, caption or list item a line. `fields` goes by the names of `Article`: title,
    original_title, publisher, author, published, published_from, url, language, note.
    `part` tells the articles of one file apart ('#3' for the third record, 'folder/page.html' for a member of an
    archive); it is empty when the file is one article. `is_bounded` is set where the reader has found where the article
    begins and ends (HTML extraction, a feed's body, a database's text field). `captions` are lines of `text` that the
    file marks as captions; `removed` is what the reader has left out already. `pages` are the offsets in `text` at
    which the pages of a document begin.
    """

    text: str
    fields: Mapping[str, Stated] = field(default_factory=dict[str, Stated])
    part: str = ""
    is_bounded: bool = False
    captions: tuple[str, ...] = ()
    removed: tuple[Removed, ...] = ()
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A draft's text without its furniture.

    `captions` are spans of `text`, `pages` offsets in it; `removed` is in the order of the page. `fields` are what
    the furniture said of the article: a byline, a posting date, an address of the outlet.
    """

    text: str
    captions: tuple[tuple[int, int], ...] = ()
    removed: tuple[Removed, ...] = ()
    pages: tuple[int, ...] = ()
    fields: Mapping[str, Stated] = field(default_factory=dict[str, Stated])


def is_likely(day: date) -> bool:
    """Whether an article can be of a day: not the zero of a clock or a template, not a day to come."""
    return day.year >= 1800 and str(day) not in _ZEROS and (day - date.today()).days <= 1
