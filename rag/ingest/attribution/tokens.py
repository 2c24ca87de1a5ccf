"""Sentences of an article as tokens, each quotation one token: so that the sentence around it is seen whole.

Knows quotation marks and abbreviations; nothing of cues, apart from what may follow “Why?” in its sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from rag.ingest.attribution.lexicon import kinds_of, lexicon, lowered
from rag.ingest.attribution.quotes import quotations
from rag.text.sentences import LONGEST
from rag.types import Span

QUOTE = '""'
# A comma behind one of these is read as the one before it, as other countries have it: “It sank”, said; “It sank,” said
_CLOSING = '”"»“«'
_STOPS = frozenset(".?!…")
_TAIL = re.compile(r"[”“»«\"'’`\s]+$")
_LINE = re.compile(r"[^\n]+")


class TaggedToken(NamedTuple):
    """A word, a mark or a whole quotation (`lower` is QUOTE): `text[start:end]`; `lower` without its point.

    A quotation's text has the comma inside that stands behind its mark. `kinds` are those of `kinds_of`.
    """

    text: str
    lower: str
    start: int
    end: int
    kinds: frozenset[str]

    @property
    def is_name(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class TokenSentence:
    """A sentence's tokens, and the number of its paragraph."""

    tokens: list[TaggedToken]
    paragraph: int


@cache
def _pattern() -> re.Pattern[str]:
    """Matches one token: Mr. and U.S. and J. with their points, 1,000 and don't as one, -- and ... as one."""
    short = (word.capitalize() for word, kinds in lexicon().classes.items() if "abbreviations" in kinds)
    known = "|".join(sorted(short, key=len, reverse=True))
    return re.compile(
        rf"(?:{known})\.(?=\s)|(?:[A-Za-z]\.){{2,}}|[A-Z]\.(?=\s[A-Z])|[$€£]?\d[\d,.]*\d%?|"
        r"[@#]?[^\W_]+(?:[.’'&/-][^\W_]+)*(?:['’](?=\s))?|-{2,}|\.{3}|\S"
    )


def words_of(text: str, start: int, end: int) -> list[TaggedToken]:
    """The tokens of a stretch of a text, its quotation marks among them."""
    return [
        TaggedToken(word, lowered(word), m.start(), m.end(), kinds_of(word))
        for m in _pattern().finditer(text, start, end)
        for word in [m[0]]
    ]


def sentences(text: str) -> Iterator[TokenSentence]:
    """The sentences of a text in order. None crosses a line end."""
    quoted = quotations(text)
    q = 0
    for paragraph, line in enumerate(line for line in _LINE.finditer(text) if line[0].strip()):
        tokens: list[TaggedToken] = []
        at = line.start()
        while q < len(quoted) and quoted[q][0] < line.end():
            start, end = quoted[q]
            tokens += words_of(text, at, start)
            at, said = end, text[start:end]
            if text[end : end + 1] == "," and text[end - 1] in _CLOSING and text[end - 2].isalnum():
                at, said = end + 1, f"{text[start : end - 1]},{text[end - 1]}"
            tokens.append(TaggedToken(said, QUOTE, start, end, frozenset()))
            q += 1
        tokens += words_of(text, at, line.end())
        for piece in split_sentences(tokens):
            yield TokenSentence(piece, paragraph)


def split_sentences(tokens: list[TaggedToken]) -> Iterator[list[TaggedToken]]:
    """A paragraph's tokens, sentence by sentence; a sentence of more than `LONGEST` characters is cut."""
    start = 0
    for i, token in enumerate(tokens):
        is_end = (token.text[-1] in _STOPS or token.lower == QUOTE) and _ends(tokens, i, start)
        if is_end or token.end - tokens[start].start > LONGEST:
            yield tokens[start : i + 1]
            start = i + 1
    if start < len(tokens):
        yield tokens[start:]


def _ends(tokens: list[TaggedToken], i: int, start: int) -> bool:
    """Whether a sentence ends with token `i`."""
    if i + 1 == len(tokens):
        return True
    token, behind = tokens[i], tokens[i + 1]
    begins = behind.lower == QUOTE or behind.is_name or behind.text[0].isdigit()
    if token.lower == QUOTE:
        stop = final(token)
        if stop == "." or (stop in "?!…" and i > start and tokens[i - 1].text in ":,"):
            return begins
        return stop in ("?", "!", "…") and begins and (behind.lower == QUOTE or not _attributed(tokens, i + 1))
    if len(token.text) > 1 and token.text != "...":  # U.S. ends a sentence only where a new one surely begins
        return token.text[-1] == "." and "." in token.text[:-1] and "determiners" in behind.kinds and behind.is_name
    return begins or behind.text[0] in "@#$[("


def final(quotation: TaggedToken) -> str:
    """The last character inside a quotation: its comma or point, or that of a nested one; … for three points."""
    inside = _TAIL.sub("", quotation.text)
    return "…" if inside.endswith(("...", ". . .")) else inside[-1:]


def _attributed(tokens: list[TaggedToken], i: int) -> bool:
    """Whether a few words from `i` name who spoke: “Why?” Mayor Ann Poe asked."""
    for token in tokens[i : i + 9]:
        if "verb" in token.kinds:
            return True
        if token.lower == QUOTE or token.text in ".?!":
            return False
    return False


def span(tokens: list[TaggedToken], start: int, end: int) -> Span:
    """The offsets of tokens `start` to `end`, exclusive."""
    return tokens[start].start, tokens[end - 1].end
