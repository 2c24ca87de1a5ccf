"""What the furniture of a page says of its article: author, date of publication, outlet, headline, address.

A date counts where a label, a byline, a dateline or the headline vouches for it. A date that stands alone may be the
day on which the page was saved: it is told in `note`, and used for nothing.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from rag.ingest import furniture
from rag.ingest.clean_byline import URL, byline, is_name, posting
from rag.ingest.clean_clock import is_masthead_day, printed_dates
from rag.ingest.clean_headline import topic
from rag.ingest.clean_outlet import first_appeared, language_of, outlet
from rag.ingest.draft import Stated

# 'SEOUL, Nov. 2, 2023 (Yonhap) --', 'Paris, 2 novembre 2023 –'; the date stands within so many characters.
_DATELINE = re.compile(
    r"^[A-ZÀ-Þ][^.!?]{1,40}[,(] ?(?P<date>[^()–—]{8,30}?)(?: ?[(/][^)]{2,30}\)?)? ?(?:--|[–—]|-\s|\))"
)


def facts(lines: Sequence[str], why: Mapping[int, str], headline: int | None, kept: Sequence[int]) -> dict[str, Stated]:
    """The fields, by the names of `Article`. `why` holds the places of the furniture, `kept` those of the article."""
    language = language_of("\n".join(lines))
    body = [lines[i] for i in kept if i != headline]
    edges = [lines[i] for i in sorted(why)]
    found: dict[str, Stated] = {}
    if headline is not None:
        found["title"] = Stated(lines[headline].lstrip("# "), "headline")
    author = _author(lines, why)
    if author:
        found["author"] = author
    published = _published(lines, why, headline, body)
    notes: list[str] = []
    if published:
        found["published"] = published
    elif seen := _seen(lines, why):
        notes.append(seen)
    if publisher := outlet(body, edges + ([lines[headline]] if headline is not None else []), language):
        found["publisher"] = publisher
    if (elsewhere := first_appeared(body)) is not None:
        notes.append(f"says that it first appeared in {elsewhere}")
    if notes:
        found["note"] = Stated("; ".join(notes), "page")
    if url := next(
        (m[0] for line in edges if furniture.is_address(line) for m in URL.finditer(line) if _is_page(m[0])), None
    ):
        found["url"] = Stated(url, "address on the page")
    return found


def _author(lines: Sequence[str], why: Mapping[int, str]) -> Stated | None:
    bylines = (byline(lines[i]) for i in sorted(why) if why[i] == "byline")
    for said in bylines:
        if said:
            return Stated(said.author, "byline")
    for i in sorted(why):
        beside = [j for j in (i - 1, i + 1) if why.get(j) in ("posting line", "a date or time alone")]
        if why[i].startswith("short label") and beside and is_name(lines[i]) and not _near_weather(why, i):
            return Stated(lines[i], "name beside the date")
    return None


def _published(
    lines: Sequence[str], why: Mapping[int, str], headline: int | None, body: Sequence[str]
) -> Stated | None:
    for i in sorted(why):
        if why[i] == "posting line" and (said := posting(lines[i])) and said.published:
            return Stated(said.published, "posting line")
    for i in sorted(why):
        if why[i] == "byline" and (said := byline(lines[i])) and said.published:
            return Stated(said.published, "byline")
    for i in sorted(why):
        if why[i] == "a date or time alone" and not _near_weather(why, i) and (day := _one_day(lines[i])):
            if any(
                why.get(j) == "byline" or (why.get(j, "").startswith("short") and is_name(lines[j]))
                for j in (i - 1, i + 1)
            ):
                return Stated(day, "date beside the byline")
            about = topic("\n".join(line for line in body if line != lines[i]))
            if (
                headline is not None
                and i == headline + 1
                and not is_masthead_day(lines[i])
                and len(topic(lines[headline]) & about) >= 2
            ):
                return Stated(day, "date under the headline")
    for line in body[:3]:
        match = _DATELINE.match(line)
        if match and (days := printed_dates(match["date"])) and days[0].date:
            return Stated(days[0].date, "dateline")
    return None


def _one_day(line: str) -> date | None:
    days = {d.date for d in printed_dates(line)}
    return days.pop() if len(days) == 1 else None


def _near_weather(why: Mapping[int, str], i: int) -> bool:
    return any("weather" in why.get(j, "") for j in range(i - 3, i + 4))


def _seen(lines: Sequence[str], why: Mapping[int, str]) -> str | None:
    """A date that stands on the page and isn't used, and why."""
    for i in sorted(why):
        line = lines[i]
        if why[i] == "posting line":
            return f"the page says “{line}”, which is not a clear day of publication"
        if why[i] == "a date or time alone" and printed_dates(line):
            return f"“{line}” stands on the page, but may be the day it was saved: not taken as the day of publication"
    return None


def _is_page(url: str) -> bool:
    """Whether an address is that of one page: it has a path with some length."""
    return len(url.split("//")[-1].partition("/")[2]) >= 12
