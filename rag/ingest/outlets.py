"""Which outlet an article is of, by what its page says: its own voice, its rights, its addresses.

Names of domains are looked up in `outlets.yaml`. Knows nothing of files or of other articles.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import yaml

from rag.ingest.bylines import EMAIL
from rag.ingest.draft import Stated
from rag.text.language import language_of

# Names and addresses are looked for in so much of a line, so that no line can be made slow to search.
_LONGEST = 1500
_NAME = r"(?:[Tt]he )?[A-Z](?:[\w’'&-]|\.(?=\w))*(?: (?:(?:of|for|and|the|de|da|la) )?[A-Z][\w’'&-]*){0,5}"
# 'The Gazette could not independently verify the report.' 'Reuters could not independently verify the report.'
_OWN_VOICE = re.compile(
    rf"({_NAME}) (?:(?:was|were|is|has been|has|have|had) (?:not (?:been )?(?:yet )?(?:able to )?|unable to )"
    rf"|(?:could|can)(?:not|n['’]t| not) )"
    r"(?:immediately |yet )?(?:independently )?(?:verif|confirm|authenticat|corroborat)\w*"
)
# 'This article first appeared in X', 'originally published by X', 'republished from X': X is another outlet.
_FIRST_IN = re.compile(
    rf"\b(?:(?:first|originally) (?:appeared|published|ran)|was (?:first|originally) published|re-?published|reprinted)"
    rf" (?:\w+ )?(?:in|on|by|from|at) ({_NAME})"
)
_HOLDER = re.compile(
    r"(?:(?:©|ⓒ|\([cC]\)|\b[Cc]opyright|COPYRIGHT|저작권자)[\s:,-]{0,3}){1,4}(?:by\s+)?"
    r"(?:(?:19|20)\d\d(?: ?[-–] ?(?:(?:19|20)?\d\d))?)?[\s,.:]{0,3}(?:by\s+)?"
    r"(?P<name>(?![a-z])[^\W\d_][^,.|©<>\[\](){}:;•·\n]*)"
)
_HOLDER_END = re.compile(
    r"\s+(?:[-–—]\s.*|all rights.*|alle rechte.*|tous droits.*|inc|ltd|llc|gmbh|co|corp|prohibited.*|(?:19|20)\d\d.*"
    r"|무단.*)\W*$",
    re.IGNORECASE,
)

# An address within an address's path, not in its query: it's the last one's page.
_COPY = re.compile(r"(?P<archive>https?://[^?#]*/)(?P<url>https?://.+)")


@cache
def outlets() -> dict[str, dict[str, str]]:
    """Domain to the outlet's names by language; '' is the name where there is one only."""
    table = yaml.safe_load(Path(__file__).with_name("outlets.yaml").read_text(encoding="utf-8"))
    return {
        domain: cast(dict[str, str], names) if isinstance(names, dict) else {"": str(names)}
        for domain, names in cast(dict[str, object], table).items()
    }


@cache
def _known_names() -> dict[str, str]:
    return {name.casefold(): name for names in outlets().values() for name in names.values()}


def of_domain(domain: str, language: str) -> str | None:
    """The outlet of a domain or of the domain above it; None where the table has neither."""
    parts = domain.casefold().strip(".").split(".")
    for start in range(len(parts) - 1):
        names = outlets().get(".".join(parts[start:]))
        if names:
            return names.get(language[:2]) or next(iter(names.values()))
    return None


def original(url: str) -> tuple[str, date | None]:
    """The address of a page of which an address is an archive's copy, and the day of the copy, where they say so.

    'https://web.archive.org/web/20240312100000/https://a.example/bees' is of 'https://a.example/bees', 12 March 2024.
    """
    copy = _COPY.match(url)
    with suppress(ValueError):
        if copy and (day := re.search(r"/(\d{4})\W?(\d\d)\W?(\d\d)", copy["archive"])):
            return copy["url"], date(int(day[1]), int(day[2]), int(day[3]))
    return (copy["url"] if copy else url), None


def of_url(url: str, language: str = "") -> Stated | None:
    """The outlet of a page's address: its name in the table, else the domain itself."""
    try:
        host = urlsplit(url if "//" in url else "//" + url).hostname or ""
    except ValueError:
        return None
    if "." not in host or host.replace(".", "").isdigit():
        return None
    name = of_domain(host, language)
    return Stated(name, "URL") if name else Stated(host.removeprefix("www."), "domain of the URL")


def outlet(body: Sequence[str], edges: Sequence[str]) -> Stated | None:
    """The outlet, from the article's paragraphs and from the furniture of its page, by the best sign there is."""
    body, edges = [line[:_LONGEST] for line in body], [line[:_LONGEST] for line in edges]
    elsewhere = {_bare(m[1]) for line in (*body, *edges) for m in _FIRST_IN.finditer(line)}
    found = (*_own_voice(body), *_holders(edges), *_contacts(body, edges))
    return next((stated for stated in found if _bare(str(stated.value)) not in elsewhere), None)


def first_appeared(body: Iterable[str]) -> str | None:
    """The outlet that the article says it comes from: 'This article first appeared in X'."""
    return next(
        (m[1] for line in body for m in _FIRST_IN.finditer(line[:_LONGEST]) if "article" in line or "story" in line),
        None,
    )


def _own_voice(body: Sequence[str]) -> Iterable[Stated]:
    for line in body:
        for match in _OWN_VOICE.finditer(line):
            name = match[1]
            known = _known_names().get(name.casefold()) or _known_names().get(name.casefold().removeprefix("the "))
            if known or _FIRST_IN.search(line):
                yield Stated(known or name, "the outlet speaks of itself in the article")


def _holders(edges: Sequence[str]) -> Iterable[Stated]:
    for line in edges:
        for match in _HOLDER.finditer(line[:120]):
            name = _HOLDER_END.sub("", _HOLDER_END.sub("", match["name"])).strip(" -–—'\"“”")
            if name and len(name.split()) <= 6 and not re.match(r"(?:all|notice|the author|alle|tous)\b", name, re.I):
                yield Stated(_known_names().get(name.casefold(), name), "copyright note")


def _contacts(body: Sequence[str], edges: Sequence[str]) -> Iterable[Stated]:
    for line in reversed(edges):
        for domain in (address.rsplit("@", 1)[1] for address in EMAIL.findall(line)):
            if of_domain(domain, ""):
                language = language_of("\n".join(body)[:2000])
                yield Stated(of_domain(domain, language or ""), "contact address")


def _bare(name: str) -> str:
    return name.casefold().removeprefix("the ")
