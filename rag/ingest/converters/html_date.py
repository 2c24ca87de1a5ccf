"""When an article was published, by its page: the date, and where it stands.

Looks at markup that says so, then at the time beside the headline, then at the URL. Never takes the time of saving or
of the last change, a copyright year, or a date that the page shows apart from the article: that may be the clock.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rag.ingest.bylines import byline, dated_line
from rag.ingest.converters.html_blocks import Block
from rag.ingest.converters.html_tree import letters, text_of
from rag.ingest.line_shape import is_sentence
from rag.ingest.printed_dates import day_in_url, printed_dates

# Names of meta fields that hold the day of publication, as `letters`.
_META = (
    "articlepublishedtime", "ogarticlepublishedtime", "ogpublishedtime", "datepublished", "publishedtime",
    "articlepublished", "publicationdate", "publisheddate", "publishdate", "pubdate", "originalpublicationdate",
    "parselypubdate", "sailthrudate", "citationpublicationdate", "citationdate", "dctermsissued", "dctermscreated",
    "dcdateissued", "dcdatecreated", "dcdate", "dctermsdate", "datecreated", "articlecreated", "date",
)  # fmt: skip
# A date as machines write it. Matches: 2019-11-18T10:40:00Z, 2019-11-18, 20191118. Does not match: 2019, 191118-3.
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
# Words by which a page marks a change instead. Matches: 'Updated: …', 'article__modified', 'last-edited'.
# Does not match: 'published', 'upheld'.
_CHANGED = re.compile(r"updat|modif|edited|revis|correct|aktualis|actuali|mis à jour|обновл", re.I)
_ARTICLE = re.compile(r"article|posting|report$|review$|recipe|creativework|webpage", re.I)
_APART = frozenset({"nav", "aside", "footer", "form"})
_LONGEST = 120  # characters of a line that says when it was posted
_NEAR = 6  # blocks above the first sentence, where no headline is found, and half as many behind the last


def published(
    tree: Any, records: list[Mapping[str, Any]], found: Sequence[Block], kept: Sequence[int], url: str | None
) -> tuple[date | None, str, str | None]:
    """The day of publication.

    Args:
        tree: the page.
        records: its JSON-LD records.
        found: its blocks.
        kept: the places of the article's blocks.
        url: the page's address.

    Returns:
        The day or None, where it stands in words, and, without a day, a date that was seen but not trusted.
    """
    for day, origin in (*_in_markup(tree, records), *_beside_article(found, kept)):
        if day is not None:
            return day, origin, None
    if url and (day := day_in_url(url)) is not None and _is_likely(day):
        return day, "URL path", None
    own = set(kept)
    shown = (b.text for i, b in enumerate(found) if i not in own and not b.hidden and 6 <= len(b.text) <= 60)
    return None, "", next((text for text in shown if printed_dates(text)), None)


def _in_markup(tree: Any, records: list[Mapping[str, Any]]) -> Iterator[tuple[date | None, str]]:
    for only_articles in (True, False):
        for record in records:
            kind = str(record.get("@type", ""))
            if bool(re.search(r"article|posting|report|review", kind, re.I)) is only_articles and _ARTICLE.search(kind):
                yield of_text(str(record.get("datePublished") or "")), "JSON-LD datePublished"
    metas = {
        letters(str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "")): meta
        for meta in reversed(list(tree.iter("meta")))
    }
    for name in _META:
        if (meta := metas.get(name)) is not None:
            label = str(meta.get("property") or meta.get("name") or meta.get("itemprop"))
            yield of_text(str(meta.get("content") or "")), label if ":" in label else f"meta {label}"
    for element in tree.xpath('//*[@itemprop="datePublished" or @property="datePublished" or @pubdate]'):
        value = element.get("datetime") or element.get("content") or text_of(element)
        yield of_text(str(value)), "itemprop datePublished" if element.get("pubdate") is None else "time pubdate"


def _beside_article(found: Sequence[Block], kept: Sequence[int]) -> Iterator[tuple[date | None, str]]:
    """Times and dated lines between the headline and the first sentence, and right behind the last."""
    if not kept:
        return
    first = next((i for i in kept if is_sentence(found[i].text)), kept[0])
    headline = next((i for i in range(first - 1, -1, -1) if found[i].element.tag == "h1"), first - _NEAR)
    near = [*range(max(0, headline), first), *range(kept[-1] + 1, min(kept[-1] + 1 + _NEAR // 2, len(found)))]
    blocks = [found[i] for i in near if not _is_apart(found[i])]
    for block in blocks:
        times = [block.element] if block.element.tag == "time" else list(block.element.iter("time"))
        for element in times:
            if len(block.text) <= _LONGEST and not _CHANGED.search(_named(element)):
                yield of_text(str(element.get("datetime") or text_of(element))), "time element"
    for block in blocks:
        if len(block.text) <= _LONGEST and (said := dated_line(block.text) or byline(block.text)):
            yield said.published if _is_likely(said.published) else None, "posting line"


def _is_apart(block: Block) -> bool:
    """Whether it stands in a list of other articles, is a change's time or a clock."""
    if block.hidden or block.linked >= 0.5 or _CHANGED.search(block.text[:60]):
        return True
    around = (block.element, *block.element.iterancestors())
    return any(e.tag in _APART for e in around) or any(_CHANGED.search(_named(e)) for e in around[:2])


def _named(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"


def of_text(text: str) -> date | None:
    """The day that a short text states; None when it states none that an article can have.

    Where only a slash parts the numbers they are read as American readers do, unless the month would be none.
    """
    text = text.strip()
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    printed = printed_dates(text, day_first=False)
    return printed[0].date if printed and _is_likely(printed[0].date) else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if _is_likely(found) else None


def _is_likely(day: date | None) -> bool:
    """Whether an article can be of a day: not the zero of a clock or a template, not a day to come."""
    return day is not None and day.year >= 1800 and day not in _ZEROS and (day - date.today()).days <= 1


_ZEROS = frozenset(date(year, 1, 1) for year in (1900, 1904, 1970, 1980)) | {date(1969, 12, 31), date(1899, 12, 30)}
