"""A draft to an article: each field from the best place that states it, with that place; the text made plain.

What isn't stated stays unknown: nothing is guessed from file names, file times or the day of the ingest.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast, get_args

from rag.errors import UnreadableError
from rag.ingest.clean import clean_draft
from rag.ingest.dedupe import identity
from rag.ingest.draft import Cleaned, Draft, Stated, is_likely
from rag.ingest.fields import tags_of
from rag.ingest.outlets import of_url, original
from rag.text import sentence_spans
from rag.text.characters import plain_text
from rag.text.printed_dates import day_in_url, printed_dates
from rag.types import Article, PublishedFrom

_CUT_AT = 80

# Origins that are the user's own word: a mistake there is told, never passed over.
_USER = ("front matter", "sidecar", "given", "edit", "user", "map", "--")
# Of a document's file: its author may be whoever saved it, and 'admin' is nobody's name.
_PROPERTIES = ("document properties", "PDF metadata")
# Languages in which 02/11/2023 can't be told: English puts either first. In all others that print it the day leads.
_EITHER_FIRST = ("en", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An article, and what was left out of its page."""

    article: Article
    cleaned: Cleaned


def make_article(draft: Draft, path: str) -> Made:
    """The article of a draft: its text made plain and cleaned, its fields from the best place.

    Raises:
        UnreadableError: as `to_article`.
    """
    draft = replace(draft, text=plain_text(draft.text))
    cleaned = clean_draft(draft)
    return Made(article=to_article(draft, cleaned, path), cleaned=cleaned)


def to_article(draft: Draft, cleaned: Cleaned, path: str) -> Article:
    """The article of a draft and of its text without furniture.

    Raises:
        UnreadableError: the text has no words, or a field that the user states can't be understood.
    """
    text = cleaned.text
    if not any(c.isalnum() for c in text):
        raise UnreadableError("holds no words")
    fields = {**cleaned.fields, **{n: s for n, s in draft.fields.items() if s.value not in (None, "", [])}}
    if "author" in cleaned.fields and fields["author"].origin in _PROPERTIES:
        fields["author"] = cleaned.fields["author"]
    origins: dict[str, str] = {}

    def string(name: str, *others: Stated | None) -> str | None:
        for stated in (fields.get(name), *others):
            value = _string(stated.value) if stated else None
            if stated and value:
                origins[name] = stated.origin
                return value
        return None

    url = original(found)[0] if (found := string("url")) else None
    language = string("language")
    if url and "publisher" not in draft.fields and (of_page := of_url(url, language or "")):
        # By what the page says where the address is in no table.
        is_known = not of_page.origin.startswith("domain")
        fields["publisher"] = of_page if is_known else fields.get("publisher", of_page)
    title = string("title", _first_words(text, cleaned.captions))
    published, published_from, doubt = _published(draft, cleaned, url, language or "", origins)
    if published is None and doubt and "note" not in draft.fields:
        seen = f"; {fields['note'].value}" if "note" in fields else ""
        fields["note"] = Stated(doubt + seen, "page")
    elif published and "published" not in cleaned.fields and "stands on the page" in str(cleaned.fields.get("note")):
        fields["note"] = draft.fields.get("note", Stated(None, ""))
    title = _without_outlet(title or first_headline(text), string("publisher"))
    return Article(
        id=identity(text),
        text=text,
        title=title,
        path=path,
        publisher=string("publisher"),
        author=re.sub(r"(?i)^by:?\s+", "", string("author") or "") or None,
        published=published,
        published_from=published_from,
        url=url,
        language=language,
        original_title=string("original_title"),
        note=string("note"),
        captions=cleaned.captions,
        tags=tags_of(fields["tags"].value) if "tags" in fields else (),
        pages=cleaned.pages,
        provenance=origins,
    )


def first_headline(text: str) -> str:
    """The first line that has words, shortened to a title."""
    lines = (line.strip("#>*-[] ") for line in text.split("\n"))
    return shortened(next((line for line in lines if any(c.isalnum() for c in line)), text))


def shortened(sentence: str) -> str:
    """A sentence cut at a word, so that it can stand as a title."""
    return sentence if len(sentence) <= _CUT_AT else sentence[:_CUT_AT].rsplit(" ", 1)[0] + " …"


def _first_words(text: str, captions: tuple[tuple[int, int], ...]) -> Stated:
    """The first sentence that isn't a caption's, for a page that shows no headline."""
    own = [
        text[a:b]
        for a, b in sentence_spans(text[:3000])
        if not any(start <= a < end for start, end in captions) and any(c.isalnum() for c in text[a:b])
    ]
    title = shortened(own[0].lstrip("#> ")) if own else first_headline(text)
    return Stated(title, "first sentence, for want of a headline")


def _without_outlet(title: str, publisher: str | None) -> str:
    """'North denies it - The Gazette' is 'North denies it', of The Gazette."""
    if publisher:
        name = re.escape(publisher.removeprefix("The "))
        short = re.sub(rf"\s+[|–—·•»-]\s+(?:the )?{name}$", "", title, flags=re.IGNORECASE)
        return short or title
    return title


def _string(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, list | tuple):
        value = ", ".join(str(v) for v in cast(list[object], value) if v)
    return plain_text(str(value)).replace("\n", " ") or None


def _published(
    draft: Draft, cleaned: Cleaned, url: str | None, language: str, origins: dict[str, str]
) -> tuple[date | None, PublishedFrom, str | None]:
    """The day of publication, where it was found, and what was seen that can't be used."""
    doubt: str | None = None
    origin = draft.fields.get("published_from")
    stated = draft.fields.get("published")
    if stated is not None and stated.value is not None and stated.value != "":
        day = _day(stated, language)
        if day and (is_likely(day) or stated.origin.casefold().startswith(_USER)):
            origins["published"] = stated.origin
            return day, _kind(origin, stated.origin), None
        why = "no article can be of" if day else "is not one clear day"
        doubt = f"{stated.origin} states {str(stated.value)!r}, which {why}"
    if origin is not None:
        _kind(origin, "")
    if url and (day := day_in_url(url)) and is_likely(day):
        origins["published"] = "URL"
        return day, "url", None
    said = cleaned.fields.get("published")
    if said and (day := _day(said, language)) and is_likely(day):
        origins["published"] = said.origin
        return day, "page", None
    return None, "unknown", doubt


def _kind(stated: Stated | None, origin: str) -> PublishedFrom:
    if stated is not None and stated.value is not None:
        if stated.value not in get_args(PublishedFrom):
            raise UnreadableError(
                f"states published_from: {stated.value!r}, which is none of {', '.join(get_args(PublishedFrom))}"
            )
        return stated.value
    if "url" in origin.casefold().split():
        return "url"
    return "given" if origin.casefold().startswith((*_USER, "field", "record", "column")) else "page"


def _day(stated: Stated, language: str) -> date | None:
    """The day that a value states, as printed in its own time zone; None where it is none or not clear.

    Raises:
        UnreadableError: the value is the user's, and no day.
    """
    value = stated.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    day = _parsed(value.strip(), language) if isinstance(value, str) else None
    if day is None and isinstance(value, int) and not isinstance(value, bool) and value > 10**7:
        day = _parsed(str(value), language)
    if day is None and stated.origin.casefold().startswith(_USER):
        raise UnreadableError(f"states published: {value!r}, which is not one clear day like 2023-11-02")
    return day


def _parsed(value: str, language: str) -> date | None:
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        pass
    printed = printed_dates(value, None if language[:2] in _EITHER_FIRST else True)
    if printed:
        days = {p.date for p in printed}
        return days.pop() if len(days) == 1 else None
    return _by_dateparser(value, language)


def _by_dateparser(value: str, language: str) -> date | None:
    """Dates in other languages and calendars; only what names its day, month and year, not '25/03/24'."""
    is_clear = re.search(r"\d{4}", value) or any(c.isalpha() for c in value)
    if not is_clear or not any(c.isdigit() for c in value) or value.isdigit() or len(value) > 80:
        return None
    import dateparser  # slow to import, and seldom needed

    languages = [language[:2], "en"] if language else None
    try:
        parsed = dateparser.parse(
            value, languages=languages, settings={"STRICT_PARSING": True, "PARSERS": ["absolute-time"]}
        )
    except Exception:  # an unknown language, or a text that its parsers trip over: no date either way
        return None
    return parsed.date() if parsed else None
