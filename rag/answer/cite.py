"""Spans to citations, each checked: a citation that isn't the article's own words can't be made.

Also the Markdown around them: markers, outlet and date, and article text that can't be mistaken for them.
"""

import re
from collections.abc import Sequence
from datetime import date

from rag.types import Article, Citation, DateMention

# What Markdown, or a reader of markers, would take for its own in the words of an article: emphasis, code, a
# backslash, `[1]` and `[1, 2]`, and a heading, list, quotation or number at the very start.
_SPECIAL = re.compile(r"[\\*_`]|\[(?=\s*\d)|(?:^[#>+-]|(?<=^\d)[.)]|(?<=^\d\d)[.)])(?=\s)")


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of `article.text[start:end]`.

    Raises:
        ValueError: the span is empty, or not in the article's text.
    """
    if not 0 <= start < end <= len(article.text):
        raise ValueError(f"span {start}:{end} is not in the text of {article.path} ({len(article.text)} characters)")
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        published_from=article.published_from,
        url=article.url,
        path=article.path,
        quote=article.text[start:end],
        start=start,
        end=end,
        page=article.page(start),
    )


def as_markdown(text: str) -> str:
    """Article text for an answer: on one line, and a `[1]` of its own no marker of ours."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def from_markdown(text: str) -> str:
    """Markdown of `as_markdown` without its backslashes."""
    return re.sub(r"\\([\\*_`\[#>+.)-])", r"\1", text)


def markers(text: str) -> list[int]:
    """The numbers of the markers in an answer's Markdown, in order."""
    return [int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", text)]


def attribution(citation: Citation) -> str:
    """Where a citation is from, for people: 'Hankyoreh, 2 November 2023', 'The Gazette, 3 May 2024, page 7'."""
    page = f", page {citation.page}" if citation.page else ""
    return f"{citation.publisher or citation.title}, {day(citation.published)}{page}"


def days_said(mentions: Sequence[DateMention], published: date | None) -> str:
    """What the days mean that a quote names without their year: ' (Wednesday: 1 November 2023)'; '' for none.

    Only where the reading is sure: the day lies on or before publication, and no coming day of that name is nearer
    ('Nov. 5' of a report of 2 November may be this year's).
    """
    if published is None:
        return ""
    days = {
        m.text: m.date
        for m in mentions
        if m.date and m.precision == "day" and str(m.date.year) not in m.text and _is_sure(m.date, published)
    }
    return f" ({'; '.join(f'{text}: {day(meant)}' for text, meant in days.items())})" if days else ""


def _is_sure(meant: date, published: date) -> bool:
    since = (published - meant).days
    return 0 <= since <= 365 - since


def day(published: date | None) -> str:
    """A date for people."""
    return f"{published.day} {published:%B %Y}" if published else "date unknown"
