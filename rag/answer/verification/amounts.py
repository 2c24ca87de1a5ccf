"""The numbers and dates of a claim in a stretch of an article: the same value, as much or as little, the same days.

Knows nothing of names or of what is counted.
"""

import re
from collections.abc import Iterator
from datetime import date

from rag.answer.verification.reading import Reading, Token
from rag.text.quotations import plain
from rag.types import Article, DateMention

_ORDER = {"year": 0, "month": 1, "day": 2}
# What makes another number of a number: 'more than 1,274' is not 1,274. Not: 'about', which claims less.
_ABOVE = r"(?:more|greater|higher) than|over|above|exceeding|at least|no (?:less|fewer) than|upwards of"
_BELOW = r"(?:less|fewer|lower) than|under|below|at most|no more than|up to|nearly|almost"
_LIMITED = re.compile(rf"\b(?:(?P<above>{_ABOVE})|(?P<below>{_BELOW}))\s+(?:an?\s+)?[$€£¥₩]?$", re.I)
_LIMITED_BEHIND = re.compile(
    r"\s*(?:[\w-]+\s+)?(?:or|and)\s+(?:(?P<above>more|above|over)|(?P<below>less|fewer|under))\b"
)
_NUMBER = re.compile(r"\d+")


def lacking_number(claim: Reading, stretch: Reading, article: Article) -> str | None:
    """The number of the claim that the stretch lacks, or has without 'more than'; None where it has all."""
    held = [t for t in stretch.tokens if t.figure]
    years = {str(d.year) for d in _days(stretch, article)}
    for token in claim.tokens:
        figure = token.figure
        if not figure or figure.weak or (figure.key in years and not figure.unit):
            continue
        matches = [t for t in held if t.figure and t.figure.key == figure.key and figure.unit in ("", t.figure.unit)]
        if not matches:
            return f"number {claim.text[token.start : token.end]!r}"
        limit = _limit(claim, token)
        if limit and not any(_limit(stretch, t) == limit for t in matches):
            return f"number {claim.text[token.start : token.end]!r} {limit} what it is"
    return None


def _limit(reading: Reading, token: Token) -> str:
    """'above' of 'more than 5', 'below' of 'up to 5', '' of 5."""
    m = _LIMITED.search(reading.text[: token.start]) or _LIMITED_BEHIND.match(reading.text[token.end :])
    return (m.lastgroup or "") if m else ""


def lacking_date(claim: Reading, stretch: Reading, article: Article) -> str | None:
    """The date of the claim that the stretch lacks; None where it has all."""
    held, within = [t.mention for t in stretch.tokens if t.mention], plain(stretch.text)
    for token in claim.tokens:
        said = token.mention
        if said is None or any(same_day(said, h) for h in held) or is_published(said, article.published):
            continue
        if not re.search(rf"(?<!\w){re.escape(plain(said.text))}(?!\w)", within):
            return f"date {said.text!r}"
    return None


def same_day(said: DateMention, held: DateMention) -> bool:
    """Whether the date said is the one held, or one less precise; of 'July 8 and 9' both days."""
    if said.text.casefold() == held.text.casefold():
        return True
    if said.date is None or held.date is None or not _further_days(said) <= _further_days(held):
        return False
    return _within(said, held.date) and _ORDER[said.precision] <= _ORDER[held.precision]


def is_published(said: DateMention, published: date | None) -> bool:
    """Whether it is the article's own day, or its month or year."""
    return published is not None and _within(said, published) and not _further_days(said)


def _further_days(mention: DateMention) -> set[int]:
    """The days of an expression beside the one that it is resolved to: 9 of 'July 8 and 9'."""
    numbers = {int(n) for n in _NUMBER.findall(mention.text) if int(n) <= 31}
    known = {mention.date.day, mention.date.month, mention.date.year % 100} if mention.date else set[int]()
    return numbers - known if mention.precision == "day" else set()


def _within(said: DateMention, day: date) -> bool:
    if said.date is None:
        return False
    equal = (said.date.year == day.year, said.date.month == day.month, said.date.day == day.day)
    return all(equal[: _ORDER[said.precision] + 1])


def _days(stretch: Reading, article: Article) -> Iterator[date]:
    yield from (t.mention.date for t in stretch.tokens if t.mention and t.mention.date)
    if article.published:
        yield article.published
