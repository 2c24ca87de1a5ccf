"""What a page says of its article besides the text: title, publisher, author, address, language, each with its place.

Reads JSON-LD, meta fields and marked-up elements. Does not look for dates: `html_date` does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from rag.ingest.bylines import authors
from rag.ingest.converters.html_tree import letters, text_of
from rag.ingest.draft import Stated

_ARTICLE = re.compile(r"article|posting|report|review", re.I)
# A language tag. Matches: en, en-US, pt_BR, zh-Hans. Does not match: english, x.
_LANGUAGE = re.compile(r"^[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*$")
# What parts a page's title from its site's name. Matches: 'Troops enter city | The Paper', 'Troops – The Paper'.
# Does not match: 'So-called peace'.
_PARTED = re.compile(r"\s+[|–—·•»-]\s+")
# Where the value begins, behind '<!--' or '//<![CDATA['.
_RECORD = re.compile(r"\{|\[\s*[{\[]")
# A comma that a template left before a bracket, outside of strings. Matches: '"a": 1,}', '"a",\n]'.
_LAST_COMMA = re.compile(r",\s*([}\]])")


def json_ld(tree: Any) -> list[Mapping[str, Any]]:
    """The page's JSON-LD records, those in graphs and in records included, articles first."""
    records: list[Mapping[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" not in str(script.get("type") or "").lower():
            continue
        records.extend(_records(_parsed(str(script.text or ""))))
    named = {str(record["@id"]): record for record in records if isinstance(record.get("@id"), str) and len(record) > 2}
    records = [{key: _resolved(value, named) for key, value in record.items()} for record in records]
    return sorted(records, key=lambda record: not _ARTICLE.search(str(record.get("@type", ""))))


def _parsed(text: str) -> Any:
    """The value of a script of JSON-LD, mended as browsers' readers do: comments around it, commas before a bracket."""
    start = _RECORD.search(text)
    for mended in (text, _LAST_COMMA.sub(r"\1", text)) if start else ():
        try:
            # Not strict: pages put bare line breaks into their strings. What comes behind the value is passed over.
            return json.JSONDecoder(strict=False).raw_decode(mended, start.start() if start else 0)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _resolved(value: Any, named: Mapping[str, Mapping[str, Any]]) -> Any:
    """A value with its references ({"@id": "#author"}) in place of what they point to."""
    if isinstance(value, list):
        return [_resolved(part, named) for part in cast(list[Any], value)]
    if isinstance(value, dict):
        record = cast(dict[str, Any], value)
        return named.get(str(record.get("@id")), record) if set(record) <= {"@id", "@type"} else record
    return value


def _records(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > 6:
        return
    if isinstance(value, list):
        for part in cast(list[Any], value):
            yield from _records(part, depth + 1)
    elif isinstance(value, dict):
        record = cast(dict[str, Any], value)
        if "@type" in record:
            yield record
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "article", "hasPart"):
            yield from _records(record.get(key), depth + 1)


def fields(tree: Any, records: list[Mapping[str, Any]], url: str | None) -> dict[str, Stated]:
    """Title, publisher, author, url and language, where the page states them."""
    metas = _metas(tree)
    nothing: Mapping[str, Any] = {}
    article = next((r for r in records if _ARTICLE.search(str(r.get("@type", "")))), nothing)
    publisher = _publisher(tree, article, metas)
    stated = {
        "title": _title(tree, article, metas, publisher),
        "publisher": publisher,
        "author": _author(tree, article, metas),
        "url": _url(tree, article, metas, url),
        "language": _language(tree, article, metas),
    }
    return {name: value for name, value in stated.items() if value is not None}


def titles(tree: Any, records: list[Mapping[str, Any]]) -> set[str]:
    """Every form of the page's own title, as `letters`: headline, `<title>` and its parts, what it says to others."""
    found: set[str] = set()
    for element in tree.iter("title"):
        whole = " ".join(str(element.text or "").split())
        found.update((whole, *_PARTED.split(whole)[:1]))
    metas = _metas(tree)
    found.update(metas.get(name, "") for name in ("og:title", "twitter:title", "headline"))
    found.update(str(r.get("headline") or "") for r in records if _ARTICLE.search(str(r.get("@type", ""))))
    keys = {key for text in found if len(key := letters(text)) >= 8}
    # A page may mark the headings of its text as h1 too.
    headlines = [letters(text_of(e)) for e in tree.iter("h1")]
    keys.update(h for h in headlines if len(h) >= 8 and (len(headlines) == 1 or any(h in key for key in keys)))
    return keys


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        content = _words(meta.get("content"))
        if name and content:
            metas.setdefault(name, content)
    return metas


def _words(value: Any) -> str:
    """A value's words: markup characters decoded, white space as one space."""
    from html import unescape

    return " ".join(unescape(value).split()) if isinstance(value, str) else ""


def _title(tree: Any, article: Mapping[str, Any], metas: Mapping[str, str], publisher: Stated | None) -> Stated | None:
    if headline := _words(article.get("headline")):
        return Stated(headline, "JSON-LD headline")
    headlines = [text for e in tree.iter("h1") if (text := text_of(e))]
    if (told := metas.get("og:title")) and not (len(headlines) == 1 and letters(headlines[0]) in letters(told)):
        return Stated(_without_site(told, publisher), "og:title")
    if len(headlines) == 1 or (headlines and not told):
        return Stated(headlines[0], "h1 element")
    whole = next((text for e in tree.iter("title") if (text := _words(e.text))), "")
    return Stated(_without_site(whole, publisher), "title element") if whole else None


def _without_site(title: str, publisher: Stated | None) -> str:
    parts = _PARTED.split(title)
    if len(parts) > 1 and publisher and letters(parts[-1]) == letters(str(publisher.value)):
        return title[: title.rindex(parts[-1])].rstrip(" |–—·•»-")
    return title


def _publisher(tree: Any, article: Mapping[str, Any], metas: Mapping[str, str]) -> Stated | None:
    for name in _names(article.get("publisher")):
        return Stated(name, "JSON-LD publisher")
    for key in ("og:site_name", "application-name", "citation_journal_title", "dc.publisher", "publisher"):
        if (name := metas.get(key)) and not name.startswith(("http://", "https://")):
            return Stated(name, key if ":" in key else f"meta {key}")
    for element in tree.xpath('//*[@itemprop="publisher"]//*[@itemprop="name"]'):
        if name := _words(element.get("content")) or text_of(element):
            return Stated(name, "itemprop publisher")
    # The title's last part is the site's name where the first is the headline.
    whole = next((text for e in tree.iter("title") if (text := _words(e.text))), "")
    parts = _PARTED.split(whole)
    headlines = {letters(text_of(e)) for e in tree.iter("h1")}
    if len(parts) == 2 and letters(parts[0]) in headlines:
        return Stated(parts[1], "title element")
    return None


def _names(value: Any) -> list[str]:
    if isinstance(value, list):
        return [name for part in cast(list[Any], value) for name in _names(part)]
    if isinstance(value, dict):
        return _names(cast(dict[str, Any], value).get("name"))
    words = _words(value)
    return [words] if words and len(words) <= 100 and not words.startswith(("http://", "https://")) else []


def _author(tree: Any, article: Mapping[str, Any], metas: Mapping[str, str]) -> Stated | None:
    if names := _names(article.get("author")):
        return _authors(names, "JSON-LD author")
    for key in (
        "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "citation_author",
    ):  # fmt: skip
        if names := _names(metas.get(key)):
            return _authors(names, key if ":" in key else f"meta {key}")
    for path, origin in (
        ('//*[@itemprop="author"]//*[@itemprop="name"]', "itemprop author"),
        ('//*[@itemprop="author" and not(.//*[@itemprop="name"])]', "itemprop author"),
        ('//a[contains(concat(" ", @rel, " "), " author ")]', "rel author"),
        ('//*[contains(concat(" ", @class, " "), " byline ")][string-length() < 100]', "byline"),
    ):
        # Teasers of other stories name their authors too: those stand in links, lists and margins.
        elements = [e for e in tree.xpath(path) if not any(a.tag in _ASIDE for a in e.iterancestors())]
        names = [n for e in elements for n in _names(_words(e.get("content")) or text_of(e))]
        if names:
            return _authors(names, origin)
    return None


_ASIDE = frozenset({"nav", "aside", "footer", "ul", "ol"})


def _authors(names: list[str], origin: str) -> Stated | None:
    """One name or several, without what a byline adds: 'By ANN LEE and BO STEIN | 12 March 2024' is two."""
    unique = list(dict.fromkeys(name for text in names for name in authors(text)))
    return Stated(unique[0] if len(unique) == 1 else unique, origin) if unique else None


def _url(tree: Any, article: Mapping[str, Any], metas: Mapping[str, str], url: str | None) -> Stated | None:
    if url:
        return Stated(url, "the address that it was read from")
    links = [str(e.get("href")) for e in tree.iter("link") if str(e.get("rel") or "").lower() == "canonical"]
    page: Any = article.get("mainEntityOfPage")
    named = cast(dict[str, Any], page).get("@id") if isinstance(page, dict) else page
    found = (
        *((link, "canonical link") for link in links), (metas.get("og:url"), "og:url"),
        (article.get("url"), "JSON-LD url"), (named, "JSON-LD mainEntityOfPage"),
    )  # fmt: skip
    for value, origin in found:
        if isinstance(value, str) and value.startswith(("http://", "https://")):
            return Stated(value.strip(), origin)
    return None


def _language(tree: Any, article: Mapping[str, Any], metas: Mapping[str, str]) -> Stated | None:
    root = tree.getroottree().getroot()
    for value, origin in (
        (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"), "html lang"),
        (article.get("inLanguage"), "JSON-LD inLanguage"),
        (metas.get("content-language"), "meta content-language"),
        (metas.get("og:locale"), "og:locale"),
    ):
        if isinstance(value, str) and _LANGUAGE.match(value.strip()):
            return Stated(value.strip().replace("_", "-").split("-")[0].lower(), origin)
    return None
