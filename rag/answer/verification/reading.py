"""A text as the check compares it: words, numbers, dates and names in order.

Knows nothing of what supports what.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.text import stems
from rag.text.dates import resolve
from rag.text.numbers import Figure, figures
from rag.text.vocabulary import is_mostly_small
from rag.types import DateMention

TokenKind = Literal["word", "number", "date", "name"]

TOKEN = re.compile(r"(?:https?://|www\.)\S+|[^\W_]+(?:[.’'&-][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’]s?$")
# 'van', 'al': a name's own small words, between capitals
_PARTICLES = frozenset("de del della der den di la le el al bin ibn van von da do dos du of the".split())
# Words that open a sentence with a capital and name nobody, where the vocabulary's ranks can't tell.
_OPENERS = frozenset(
    "the a an he she it they we you i his her its their our my this that these those there here in on at by for from "
    "to of with as after before when while if but and or so not no nor many some most several both all other others "
    "another each every such what who whom whose how why where which however moreover furthermore additionally "
    "meanwhile also although though despite according overall finally instead thus therefore hence similarly "
    "conversely nevertheless nonetheless still yet then since until because during between among within without about "
    "over under through against into per via unlike like even only just more less than too very yes".split()
)


@dataclass(frozen=True, slots=True)
class ExactToken:
    """A word, number, date or name at `text[start:end]`.

    `key` is what is compared: a word's stem, a number's value, a name's words without case, accents and possessive.
    """

    kind: TokenKind
    key: str
    start: int
    end: int
    figure: Figure | None = None
    mention: DateMention | None = None


@dataclass(frozen=True, slots=True)
class ExactText:
    """The tokens of a text, and the words among them without case and accents."""

    text: str
    tokens: tuple[ExactToken, ...]
    words: frozenset[str]


def read(text: str, published: date | None) -> ExactText:
    """The tokens of a text; its dates are resolved against the day of publication."""
    tokens = tuple(_tokens(text, [m for m in resolve(text, published) if m.text]))
    words = frozenset(normal(w[0]) for w in TOKEN.finditer(text))
    return ExactText(text, tokens, words)


def together(several: Sequence[ExactText]) -> ExactText:
    """Texts read as one, behind one another."""
    if len(several) == 1:
        return several[0]
    text, tokens = "", list[ExactToken]()
    for reading in several:
        at = len(text)
        tokens += [replace(t, start=t.start + at, end=t.end + at) for t in reading.tokens]
        text += f"{reading.text}\n"
    return ExactText(text, tuple(tokens), frozenset[str]().union(*(r.words for r in several)))


def normal(word: str) -> str:
    """A word without case, accents, possessive and points: Müller’s → muller, U.S. → us."""
    bare = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", word))
    return "".join(c for c in bare.casefold() if not unicodedata.combining(c)).replace(".", "").replace("’", "'")


def _tokens(text: str, mentions: Sequence[DateMention]) -> Iterator[ExactToken]:
    taken = [(m.start, m.end, m) for m in mentions]
    blanked = list(text)
    for start, end, _ in taken:
        blanked[start:end] = " " * (end - start)
    numbers = figures("".join(blanked))
    found = [ExactToken("date", m.text.casefold(), start, end, mention=m) for start, end, m in taken]
    found += [ExactToken("number", f.key, f.start, f.end, figure=f) for f in numbers]
    covered = {i for t in found for i in range(t.start, t.end)}
    found += _words_and_names(text, covered)
    yield from sorted(found, key=lambda t: t.start)


def _words_and_names(text: str, covered: set[int]) -> Iterator[ExactToken]:
    run: list[re.Match[str]] = []
    small: list[re.Match[str]] = []
    for m in TOKEN.finditer(text):
        if m.start() in covered:
            yield from _name(text, run, small)
            run, small = [], []
        elif _is_name(text, m, bool(run)) and (not run or _joined(text, small[-1] if small else run[-1], m)):
            run += [*small, m]
            small = []
        elif run and m[0] in _PARTICLES and _joined(text, small[-1] if small else run[-1], m):
            small.append(m)
        else:
            yield from _name(text, run, small)
            run, small = ([m], []) if _is_name(text, m, False) else ([], [])
            if not run:
                yield _word(m)
    yield from _name(text, run, small)


def _name(text: str, run: Sequence[re.Match[str]], small: Sequence[re.Match[str]]) -> Iterator[ExactToken]:
    if run:
        yield ExactToken("name", " ".join(normal(m[0]) for m in run), run[0].start(), run[-1].end())
    yield from map(_word, small)


def _word(m: re.Match[str]) -> ExactToken:
    return ExactToken("word", "".join(stems(m[0])) or m[0], m.start(), m.end())


def _joined(text: str, before: re.Match[str], after: re.Match[str]) -> bool:
    """Whether nothing but a space stands between: 'Kim Lee', not 'Kim, Lee' or 'Kim’s Lee'."""
    return text[before.end() : after.start()] in (" ", "\u00a0", "-") and not _POSSESSIVE.search(before[0])


def _is_name(text: str, m: re.Match[str], within: bool) -> bool:
    word = m[0]
    if any(c.isdigit() for c in word) or "://" in word or word.startswith("www."):
        return True  # F-16, 7.62mm, 2-1, an address: exactly so or not at all
    if not word[0].isupper() or word == "I":
        return False
    if within or not _opens(text, m.start()):
        return True
    bare = _POSSESSIVE.sub("", word)
    return bare.casefold() not in _OPENERS and (not is_mostly_small(bare) or _capital_follows(text, m.end()))


def _opens(text: str, at: int) -> bool:
    """Whether the word at `at` opens a sentence, a quotation or a clause after a colon."""
    before = text[:at].rstrip()
    return not before or before[-1] in '.!?:;"“‘«„(*_•-–—'


def _capital_follows(text: str, at: int) -> bool:
    return re.match(r" [A-Z]\w", text[at:]) is not None
