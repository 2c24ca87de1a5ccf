"""What a page says of its article besides the text, each with its place: title, outlet, author, day, address, language.

JSON-LD first, then meta fields, then marked elements. For the day also the times beside the article and its address;
never the time of saving or of the last change, a copyright year, or a date apart from the article: perhaps the clock.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from html import unescape
from typing import Any, cast

from rag.ingest.bylines import CHANGED, authors, byline, dated_line
from rag.ingest.converters.html_blocks import Block, text_of
from rag.ingest.draft import Stated, is_likely
from rag.ingest.outlets import original
from rag.text.lines import is_sentence, letters
from rag.text.printed_dates import day_in_url, printed_dates

Record = Mapping[str, Any]
# Names of meta fields, as `letters`, the best first.
_META: dict[str, tuple[str, ...]] = {
    "publisher": ("ogsitename", "applicationname", "citationjournaltitle", "dcpublisher", "publisher"),
    "author": ("author", "articleauthor", "parselyauthor", "sailthruauthor", "dccreator", "byl", "citationauthor"),
    "published": (
        "articlepublishedtime", "ogarticlepublishedtime", "ogpublishedtime", "datepublished", "publishedtime",
        "articlepublished", "publicationdate", "publisheddate", "publishdate", "pubdate", "originalpublicationdate",
        "parselypubdate", "sailthrudate", "citationpublicationdate", "citationdate", "dctermsissued", "dctermscreated",
        "dcdateissued", "dcdatecreated", "dcdate", "dctermsdate", "datecreated", "articlecreated", "date",
    ),
    "url": ("ogurl",),
    "language": ("contentlanguage", "oglocale"),
}  # fmt: skip
_ARTICLE = re.compile(r"article|posting|report|review", re.I)
_PAGE = re.compile(r"article|posting|report$|review$|recipe|creativework|webpage", re.I)
# A language tag. Matches: en, en-US, pt_BR, zh-Hans. Does not match: english, x.
_LANGUAGE = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$")
# What parts a page's title from its site's name: 'Troops enter city | The Paper'. Not: 'So-called peace'.
_PARTED = re.compile(r"\s+[|–—·•»-]\s+")
# Where the value begins, behind '<!--' or '//<![CDATA['.
_RECORD = re.compile(r"\{|\[\s*[{\[]")
# What templates leave, outside of strings: '"a": 1,}', '"a",\n]', '"a",,', '"image":,', 'Harle\\'s'.
_SLIPS = ((re.compile(r",\s*(?=[,}\]])"), ""), (re.compile(r'":\s*(?=[,}])'), '":null'), (re.compile(r"\\'"), "'"))
# A date as machines write it. Matches: 2019-11-18T10:40:00Z, 2019-11-18, 20191118. Does not match: 2019, 191118-3.
_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?!\d)")
_ASIDE = frozenset({"nav", "aside", "footer", "form"})
_LONGEST = 120  # characters of a line that says when it was posted
_NEAR = 6  # blocks above the first sentence, where no headline is found, and half as many behind the last


def fields(
    tree: Any, records: Sequence[Record], found: Sequence[Block], kept: Sequence[int], url: str | None
) -> dict[str, Stated]:
    """The fields that the page states.

    Args:
        tree: the page.
        records: its JSON-LD records.
        found: its blocks.
        kept: the places of the article's blocks.
        url: the address that it was read from.

    Returns:
        Without a day, `note` holds a date that was seen and not trusted.
    """
    metas = _metas(tree)
    nothing: Record = {}
    article = next((r for r in records if _ARTICLE.search(str(r.get("@type", "")))), nothing)
    given = Stated(url, "the address that it was read from") if url else None
    stated = {
        "title": _title(tree, article, metas, next((found[i] for i in kept if is_sentence(found[i].text)), None)),
        "publisher": next(_publishers(tree, article, metas), None),
        "author": next(_authors(tree, article, metas), None) or _byline(found, kept),
        "url": given or next(_addresses(tree, metas), None),
        "language": next(_languages(tree, metas), None),
    }
    address, captured = original(str(stated["url"].value)) if stated["url"] else (None, None)
    day = next(_days(tree, records, metas, found, kept, address, captured), None)
    if day is not None:
        stated |= {
            "published": day,
            "published_from": Stated("url" if day.origin == "URL path" else "page", day.origin),
        }
    elif seen := _clock(found, kept):
        stated["note"] = Stated(
            f"the page shows {seen!r}, which may be the day it was saved", "a date apart from the article"
        )
    elif not records and _scripts(tree):
        stated["note"] = Stated("the page's data (JSON-LD) are damaged, and can't be read", "page")
    return {name: value for name, value in stated.items() if value is not None}


def titles(tree: Any, records: Sequence[Record]) -> set[str]:
    """Every form of the page's own title, as `letters`: headline, `<title>` and its parts, what it says to others."""
    metas = _metas(tree)
    whole = _title_element(tree)
    said = [
        whole,
        *_PARTED.split(whole)[:1],
        *(metas.get(n, ("", ""))[1] for n in ("ogtitle", "twittertitle", "headline")),
    ]
    said += [str(r.get("headline") or "") for r in records if _ARTICLE.search(str(r.get("@type", "")))]
    keys = {key for text in said if (key := letters(text))}
    # A page may mark the headings of its text as h1 too.
    headlines = [key for e in tree.iter("h1") if (key := letters(text_of(e)))]
    return keys | {h for h in headlines if len(headlines) == 1 or any(h in key for key in keys)}


def json_ld(tree: Any) -> list[Record]:
    """The page's JSON-LD records, those in graphs and in records included, articles first."""
    records = [record for script in _scripts(tree) for record in _records(_parsed(str(script.text or "")))]
    by_id = {str(record["@id"]): record for record in records if isinstance(record.get("@id"), str) and len(record) > 2}
    records = [{key: _resolved(value, by_id) for key, value in record.items()} for record in records]
    return sorted(records, key=lambda record: not _ARTICLE.search(str(record.get("@type", ""))))


def _scripts(tree: Any) -> list[Any]:
    return [script for script in tree.iter("script") if "ld+json" in str(script.get("type") or "").lower()]


def _parsed(text: str) -> list[Any]:
    """The values in a script of JSON-LD, mended as browsers' readers do where it can't be read as it is."""
    mended = text
    for slip, instead in _SLIPS:
        mended = slip.sub(instead, mended)
    values: list[Any] = []
    for form in (text, mended, unescape(text)):
        with suppress(ValueError, RecursionError):  # what comes behind the last value that can be read is passed over
            start = _RECORD.search(form)
            while start:
                # Not strict: pages put bare line breaks into their strings.
                value, end = json.JSONDecoder(strict=False).raw_decode(form, start.start())
                values.append(value)
                start = _RECORD.search(form, end)
        if values:
            break
    return values


def _resolved(value: Any, by_id: Mapping[str, Record]) -> Any:
    """A value with its references ({"@id": "#author"}) in place of what they point to."""
    if isinstance(value, list):
        return [_resolved(part, by_id) for part in cast(list[Any], value)]
    if isinstance(value, dict):
        record = cast(dict[str, Any], value)
        return by_id.get(str(record.get("@id")), record) if set(record) <= {"@id", "@type"} else record
    return value


def _records(value: Any, depth: int = 0) -> Iterator[Record]:
    parts = cast(list[Any], value) if isinstance(value, list) else []
    if isinstance(value, dict):
        record = cast(dict[str, Any], value)
        if "@type" in record:
            yield record
        parts = [record.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage", "article", "hasPart")]
    for part in parts if depth <= 6 else ():
        yield from _records(part, depth + 1)


def _metas(tree: Any) -> dict[str, tuple[str, str]]:
    """The meta fields by their name as `letters`, the first of each: its place in words, and what it holds."""
    metas: dict[str, tuple[str, str]] = {}
    for meta in tree.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip()
        if content := _words(meta.get("content")):
            metas.setdefault(letters(name), (name if ":" in name else f"meta {name}", content))
    return metas


def _words(value: Any) -> str:
    """A value's words: markup characters decoded, white space as one space; none of what a template left unfilled."""
    return " ".join(unescape(value).split()) if isinstance(value, str) and not re.search(r"\{\{|\}\}", value) else ""


def _in_metas(field: str, metas: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return (metas[name] for name in _META[field] if name in metas)


def _title_element(tree: Any) -> str:
    return next((text for e in tree.iter("title") if (text := _words(e.text))), "")


def _title(tree: Any, article: Record, metas: Mapping[str, tuple[str, str]], first: Block | None) -> Stated | None:
    """The headline that the page states; `first` is the block of the article's first sentence."""
    if headline := _words(article.get("headline")):
        return Stated(headline, "JSON-LD headline")
    above: list[Any] = first.element.xpath("preceding::h1")[::-1] if first is not None else []
    headlines = [text for e in above or tree.iter("h1") if (text := text_of(e))]
    shared, whole = metas.get("ogtitle", ("", ""))[1], _title_element(tree)
    headlines = [text for text in headlines if letters(text) in letters(shared or whole)] or headlines
    if shared and not (headlines and letters(headlines[0]) in letters(shared)):
        return Stated(shared, "og:title")
    return Stated(headlines[0], "h1 element") if headlines else Stated(whole, "title element") if whole else None


def _publishers(tree: Any, article: Record, metas: Mapping[str, tuple[str, str]]) -> Iterator[Stated]:
    yield from (Stated(name, "JSON-LD publisher") for name in _names(article.get("publisher")))
    yield from (Stated(name, origin) for origin, held in _in_metas("publisher", metas) for name in _names(held))
    for element in tree.xpath('//*[@itemprop="publisher"]//*[@itemprop="name"]'):
        if name := _words(element.get("content")) or text_of(element):
            yield Stated(name, "itemprop publisher")
    # The title's last part is the site's name where the first is the headline.
    parts = _PARTED.split(_title_element(tree))
    if len(parts) == 2 and letters(parts[0]) in {letters(text_of(e)) for e in tree.iter("h1")}:
        yield Stated(parts[1], "title element")


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for part in cast(list[Any], value) for name in _names(part)]
    if isinstance(value, dict):
        return _names(cast(dict[str, Any], value).get("name"))
    words = _words(value)
    return [words] if words and len(words) <= 100 and not words.startswith(("http://", "https://")) else []


def _authors(tree: Any, article: Record, metas: Mapping[str, tuple[str, str]]) -> Iterator[Stated]:
    """One name or several, without what a byline adds: 'By ANN LEE and BO STEIN | 12 March 2024' is two."""
    places = [(_names(article.get("author")), "JSON-LD author")]
    places += [(_names(held), origin) for origin, held in _in_metas("author", metas)]
    for path, origin in (
        ('//*[@itemprop="author"]//*[@itemprop="name"]', "itemprop author"),
        ('//*[@itemprop="author" and not(.//*[@itemprop="name"])]', "itemprop author"),
        ('//a[contains(concat(" ", @rel, " "), " author ")]', "rel author"),
        ('//*[contains(concat(" ", @class, " "), " byline ")][string-length() < 100]', "byline"),
    ):
        # Teasers of other stories name their authors too: those stand in links, lists and margins.
        elements = [e for e in tree.xpath(path) if not any(a.tag in _ASIDE | {"ul", "ol"} for a in e.iterancestors())]
        places.append(([n for e in elements for n in _names(_words(e.get("content")) or text_of(e))], origin))
    for names, origin in places:
        if unique := list(dict.fromkeys(name for text in names for name in authors(text))):
            yield Stated(unique[0] if len(unique) == 1 else unique, origin)


def _byline(found: Sequence[Block], kept: Sequence[int]) -> Stated | None:
    """The byline above the article's first sentence or behind its last, where the markup doesn't say who wrote."""
    first = next((i for i in kept if is_sentence(found[i].text)), 0)
    near = [*range(first - 1, max(first - 12, -1), -1), *range(kept[-1], min(kept[-1] + 4, len(found)))] if kept else []
    said = (byline(found[i].text) for i in near if not found[i].hidden)
    return next((Stated(line.author, "byline") for line in said if line), None)


def _addresses(tree: Any, metas: Mapping[str, tuple[str, str]]) -> Iterator[Stated]:
    links = ((str(e.get("href")), "canonical link") for e in tree.xpath('//link[@rel="canonical"]'))
    for value, origin in (*links, *((held, origin) for origin, held in _in_metas("url", metas))):
        if value.startswith(("http://", "https://")):
            yield Stated(value.strip(), origin)


def _languages(tree: Any, metas: Mapping[str, tuple[str, str]]) -> Iterator[Stated]:
    root = tree.getroottree().getroot()
    stated = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    for value, origin in ((stated, "html lang"), *((held, origin) for origin, held in _in_metas("language", metas))):
        if _LANGUAGE.match(value.strip()):
            yield Stated(value.strip().replace("_", "-").split("-")[0].lower(), origin)


def _days(
    tree: Any, records: Sequence[Record], metas: Mapping[str, tuple[str, str]], found: Sequence[Block],
    kept: Sequence[int], url: str | None, captured: date | None,
) -> Iterator[Stated]:  # fmt: skip
    """The days of publication that a page states, the best first; last what it states for one and isn't."""
    said = list(_in_markup(tree, records, metas))
    yield from (Stated(day, origin) for text, origin in said if (day := of_text(text)))
    yield from (Stated(day, origin) for day, origin in _beside_article(found, kept) if day and day != captured)
    if url and (day := day_in_url(url)) and is_likely(day):
        yield Stated(day, "URL path")
    yield from (Stated(text, origin) for text, origin in said if text)


def _in_markup(tree: Any, records: Sequence[Record], metas: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    pages = [r for r in records if _PAGE.search(str(r.get("@type", "")))]
    for record in sorted(pages, key=lambda r: not _ARTICLE.search(str(r.get("@type", "")))):
        yield _words(str(record.get("datePublished") or "")), "JSON-LD datePublished"
    yield from ((held, origin) for origin, held in _in_metas("published", metas))
    for element in tree.xpath('//*[@itemprop="datePublished" or @property="datePublished" or @pubdate]'):
        value = element.get("datetime") or element.get("content") or text_of(element)
        yield _words(str(value)), "itemprop datePublished" if element.get("pubdate") is None else "time pubdate"


def _beside_article(found: Sequence[Block], kept: Sequence[int]) -> Iterator[tuple[date | None, str]]:
    """Times and dated lines between the headline and the first sentence, and right behind the last."""
    if not kept:
        return
    first = next((i for i in kept if is_sentence(found[i].text)), kept[0])
    headline = next((i for i in range(first - 1, -1, -1) if found[i].element.tag == "h1"), first - _NEAR)
    near = [*range(max(0, headline), first), *range(kept[-1] + 1, min(kept[-1] + 1 + _NEAR // 2, len(found)))]
    blocks = [found[i] for i in near if len(found[i].text) <= _LONGEST and not _is_apart(found[i])]
    for block in blocks:
        for element in block.element.iter("time"):
            if not CHANGED.search(_marks(element)):
                yield of_text(str(element.get("datetime") or text_of(element))), "time element"
    for block in blocks:
        if said := dated_line(block.text) or byline(block.text):
            yield said.published if said.published and is_likely(said.published) else None, "posting line"


def _clock(found: Sequence[Block], kept: Iterable[int]) -> str | None:
    """A date that the page shows apart from the article."""
    own = set(kept)
    shown = (b.text for i, b in enumerate(found) if i not in own and not b.hidden and 6 <= len(b.text) <= 60)
    return next((text for text in shown if printed_dates(text)), None)


def _is_apart(block: Block) -> bool:
    """Whether it stands in a list of other articles, is a change's time or a clock."""
    is_link = block.linked >= 0.5 and block.element.find(".//time") is None
    if block.hidden or is_link or CHANGED.search(block.text[:60]):
        return True
    around = (block.element, *block.element.iterancestors())
    return any(e.tag in _ASIDE for e in around) or any(CHANGED.search(_marks(e)) for e in around[:2])


def _marks(element: Any) -> str:
    return f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"


def of_text(text: str) -> date | None:
    """The day that a short text states; None when it states none that an article can have.

    Where only a slash parts the numbers they are read as American readers do, unless the month would be none.
    """
    if found := _ISO.search(text):
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            return None
    else:
        printed = printed_dates(text.strip(), day_first=False)
        day = printed[0].date if printed else None
    return day if day and is_likely(day) else None
