"""Which outlet an article is of, by what its page says: its own voice, its rights, its addresses.

Names of domains are looked up in `outlets.yaml`; a domain that isn't there can still name a paper whose name
stands in the text. Knows nothing of files or of other articles.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import yaml

from rag.ingest.bylines import EMAIL
from rag.ingest.draft import Stated

# Names and addresses are looked for in so much of a line, so that no line can be made slow to search.
_LONGEST = 1500
# Addresses there that say nothing of an outlet.
_FREE_MAIL = frozenset(
    "gmail googlemail yahoo ymail hotmail outlook live msn icloud me mac aol gmx web proton protonmail mail yandex "
    "naver "
    "daum hanmail qq 163 126 zoho fastmail tutanota orange wanadoo free t-online facebook twitter x".split()
)
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
# What addresses add to a name: dailyexampleenglish@, news-example@, example-editor@
_GENERIC = re.compile(
    r"^(?:news|editors?|info|contact|letters|web|mail|tips|english|team)|(?:english|editors?|desk|web|info|mail|tips"
    r"|letters)$"
)
_NEWSY = re.compile(
    r"\b(?:Times|Post|News|Daily|Herald|Journal|Press|Tribune|Gazette|Guardian|Observer|Agency|Radio|Magazine|Review"
    r"|Chronicle"
    r"|Independent|Telegraph|Mail|Star|Sun|Globe|Standard|Courier|Register|Broadcasting|Diplomat|Economist|Inquirer"
    r"|Monitor)\b"
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


def _cut(line: str) -> str:
    return line[:_LONGEST]


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


def language_of(text: str) -> str:
    """The language as far as its letters tell: ko, ja, zh, ru, else ''."""
    sample = text[:2000]
    scripts = (("ko", "[가-힣]"), ("ja", "[\u3040-\u30ff]"), ("zh", "[\u4e00-\u9fff]"), ("ru", "[а-яА-Я]"))
    return next((code for code, letters in scripts if len(re.findall(letters, sample)) > len(sample) / 10), "")


def of_domain(domain: str, language: str) -> str | None:
    """The outlet of a domain or of the domain above it; None where the table has neither."""
    parts = domain.casefold().strip(".").split(".")
    for start in range(len(parts) - 1):
        names = outlets().get(".".join(parts[start:]))
        if names:
            return names.get(language[:2]) or next(iter(names.values()))
    return None


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


def outlet(body: Sequence[str], edges: Sequence[str], language: str) -> Stated | None:
    """The outlet, from the article's paragraphs and from the furniture of its page, by the best sign there is."""
    body, edges = [_cut(line) for line in body], [_cut(line) for line in edges]
    elsewhere = {_squeezed(m[1]) for line in (*body, *edges) for m in _FIRST_IN.finditer(line)}
    text = "\n".join(body)[:50_000]
    found = (*_own_voice(body), *_holders(edges), *_titles(edges, body[:1]), *_contacts(edges, text, language))
    return next((stated for stated in found if _squeezed(str(stated.value)) not in elsewhere), None)


def first_appeared(body: Iterable[str]) -> str | None:
    """The outlet that the article says it comes from: 'This article first appeared in X'."""
    return next(
        (m[1] for line in map(_cut, body) for m in _FIRST_IN.finditer(line) if "article" in line or "story" in line),
        None,
    )


def _own_voice(body: Sequence[str]) -> Iterable[Stated]:
    for line in body:
        for match in _OWN_VOICE.finditer(line):
            name = match[1]
            known = _known_names().get(name.casefold()) or _known_names().get(name.casefold().removeprefix("the "))
            if known or _FIRST_IN.search(line) or _NEWSY.search(name):
                yield Stated(known or name, "the outlet speaks of itself in the article")


def _holders(edges: Sequence[str]) -> Iterable[Stated]:
    for line in edges:
        for match in _HOLDER.finditer(line[:120]):
            name = _HOLDER_END.sub("", _HOLDER_END.sub("", match["name"])).strip(" -–—'\"“”")
            if name and len(name.split()) <= 6 and not re.match(r"(?:all|notice|the author|alle|tous)\b", name, re.I):
                yield Stated(_known_names().get(name.casefold(), name), "copyright note")


def _titles(edges: Sequence[str], first: Sequence[str]) -> Iterable[Stated]:
    """'North denies it - The Gazette' as a page's title: the name behind the dash, where it is known."""
    for line in (*edges, *first):
        name = re.split(r"\s[|–—-]\s", line)[-1].strip()
        if name != line and name.casefold() in _known_names():
            yield Stated(_known_names()[name.casefold()], "title of the page")


def _contacts(edges: Sequence[str], text: str, language: str) -> Iterable[Stated]:
    addresses = [address for line in reversed(edges) for address in EMAIL.findall(line)]
    domains = [a.rsplit("@", 1)[1] for a in addresses]
    own = [
        (a, d)
        for a, d in zip(addresses, domains, strict=True)
        if d.split(".")[-2 if d.count(".") else 0] not in _FREE_MAIL
    ]
    for _, domain in own:
        if name := of_domain(domain, language):
            yield Stated(name, "contact address")
    for address, domain in own:
        if name := _named_in(text, address, domain):
            yield Stated(name, "contact address, as named in the article")
    for _, domain in own:
        yield Stated(domain.casefold(), "domain of the contact address")


def _named_in(text: str, address: str, domain: str) -> str | None:
    """A name of the text that an address holds: 'Daily Example' for dailyexample@a.org or news@dailyexample.com."""
    held = [_GENERIC.sub("", _squeezed(part)) for part in (address.split("@")[0], *domain.split(".")[:-1])]
    best = ""
    for match in re.finditer(_NAME, text):
        words = match[0].split()
        for a in range(len(words)):
            for b in range(a + 1, len(words) + 1):
                squeezed = _squeezed(" ".join(words[a:b]))
                if len(squeezed) >= 5 and squeezed in held and len(squeezed) > len(_squeezed(best)):
                    best = " ".join(words[a:b])
    return best or None


def _squeezed(name: str) -> str:
    return re.sub(r"\W", "", name).casefold().removeprefix("the")
