"""When an article was published, by its page: the date, and where it stands.

Looks at markup that says so, then at the time beside the headline, then at the URL. Never takes the time of saving or
of the last change, a copyright year, or a date that the page shows apart from the article: that may be the clock.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rag.ingest.formats.html_tree import is_inside, letters, text_of
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
_SHORT = frozenset({"p", "div", "span", "li", "small", "em", "i", "td", "h2", "h3", "h4", "h5", "h6", "abbr", "b"})
_APART = frozenset({"nav", "aside", "footer", "form"})


def published(
    tree: Any, records: list[Mapping[str, Any]], holder: Any, url: str | None
) -> tuple[date | None, str, str | None]:
    """The day of publication.

    Args:
        tree: the page.
        records: its JSON-LD records.
        holder: the article's element, if it was found.
        url: the page's address.

    Returns:
        The day or None, where it stands in words, and, without a day, a date that was seen but not trusted.
    """
    for day, origin in (*_in_markup(tree, records), *_beside_headline(tree, holder)):
        if day is not None:
            return day, origin, None
    if url and (day := day_in_url(url)) is not None and _is_likely(day):
        return day, "URL path", None
    return None, "", _seen(tree, holder)


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


def _beside_headline(tree: Any, holder: Any) -> Iterator[tuple[date | None, str]]:
    """Times and dated lines in the article's element or in the one that holds it and the headline."""
    if holder is None:
        return
    scope = _scope(tree, holder)
    near = [*_below_headline(tree, holder), *scope.iter("*")]
    for element in near:
        if element.tag == "time" and not _is_apart(element, scope):
            yield of_text(str(element.get("datetime") or text_of(element))), "time element"
    # Short lines that hold a date, above the first long paragraph or just below the last.
    for element in near:
        if element.tag not in _SHORT:
            continue
        own = " ".join("".join(element.itertext()).split()) if len(element) < 6 else ""
        if len(own) > 250 and element.tag == "p":
            return
        if own and len(own) <= 120 and not _is_apart(element, scope) and (found := printed_dates(own)):
            if len(own) - found[0].end + found[0].start <= 60:
                yield of_text(own), "posting line"


def _below_headline(tree: Any, holder: Any) -> list[Any]:
    """The elements between the headline and the article's element; none when no h1 is the page's title."""
    told = {letters(str(e.text or "")) for e in tree.iter("title")}
    told.update(letters(str(e.get("content") or "")) for e in tree.iter("meta") if e.get("property") == "og:title")
    found: list[Any] = []
    headline: Any = None
    for element in tree.iter("*"):
        if element is holder:
            return found
        if element.tag == "h1" and len(own := letters(text_of(element))) >= 12 and any(own in text for text in told):
            headline, found = element, []
        elif headline is not None and not is_inside(holder, element):
            found.append(element)
    return []


def _scope(tree: Any, holder: Any) -> Any:
    headline = next((e for e in tree.iter("h1") if text_of(e)), None)
    if headline is None or is_inside(headline, holder):
        return holder
    scope = next((e for e in holder.iterancestors() if is_inside(headline, e)), holder)
    # A scope that is the whole page says nothing: its masthead is in there too.
    return holder if scope.tag in ("body", "html") else scope


def _is_apart(element: Any, scope: Any) -> bool:
    """Whether it stands in a list of other articles, is a change's time or a clock."""
    for holder in (element, *element.iterancestors()):
        if holder is scope:
            return False
        named = f"{holder.get('class') or ''} {holder.get('id') or ''} {holder.get('itemprop') or ''}"
        if holder.tag in _APART or _CHANGED.search(named) or re.search(r"related|comment|clock|today|masthead", named):
            return True
        if holder is not element and holder.tag == "a" or holder is element and _CHANGED.search(text_of(element)[:60]):
            return True
        before = holder.getprevious()
        said = (before.tail or text_of(before) if before is not None else "") or ""
        if holder is element and _CHANGED.search(said[-30:]):
            return True
    return False


def _seen(tree: Any, holder: Any) -> str | None:
    """A date that the page shows apart from the article."""
    body = tree.find(".//body")
    for element in (body if body is not None else tree).iter("time", "div", "span", "p", "li", "td", "a"):
        if len(element) or (holder is not None and is_inside(element, holder)):
            continue
        text = text_of(element)
        if 6 <= len(text) <= 60 and printed_dates(text):
            return text
    return None


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
