"""Sentences of an article as tokens, each quotation one token: so that the sentence around it is seen whole.

Knows quotation marks and abbreviations; nothing of cues, apart from what may follow “Why?” in its sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.quotes import quotations
from rag.text.sentences import LONGEST
from rag.types import Span

QUOTE = '""'
# A comma behind one of these is read as the one before it, as other countries have it: “It sank”, said; “It sank,” said
_CLOSING = '”"»“«'
_STOPS = frozenset(".?!…")
_TAIL = re.compile(r"[”“»«\"'’`\s]+$")
_LINE = re.compile(r"[^\n]+")


class Token(NamedTuple):
    """A word, a mark or a whole quotation (`lower` is QUOTE): `text[start:end]`; `lower` without its point.

    A quotation's text has the comma inside that stands behind its mark.
    """

    text: str
    lower: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's tokens, the number of its paragraph, and whether it begins that paragraph."""

    tokens: list[Token]
    paragraph: int
    first: bool


def word_pattern(lexicon: Lexicon) -> re.Pattern[str]:
    """Matches one token: Mr. and U.S. and J. with their points, 1,000 and don't as one, -- and ... as one."""
    known = "|".join(sorted((a.capitalize() for a in lexicon.words.abbreviations), key=len, reverse=True))
    return re.compile(
        rf"(?:{known})\.(?=\s)|(?:[A-Za-z]\.){{2,}}|[A-Z]\.(?=\s[A-Z])|[$€£]?\d[\d,.]*\d%?|"
        r"[@#]?[^\W_]+(?:[.’'&/-][^\W_]+)*(?:['’](?=\s))?|-{2,}|\.{3}|\S"
    )


def sentences(text: str, lexicon: Lexicon, pattern: re.Pattern[str]) -> Iterator[Sentence]:
    """The sentences of a text in order. None crosses a line end."""
    quoted = quotations(text)
    q = 0
    paragraph = 0
    for line in _LINE.finditer(text):
        if not line[0].strip():
            continue
        tokens: list[Token] = []
        at = line.start()
        while q < len(quoted) and quoted[q][0] < line.end():
            start, end = quoted[q]
            _words(text, at, start, pattern, tokens)
            tokens.append(Token(text[start:end], QUOTE, start, end))
            at = end
            if text[end : end + 1] == "," and text[end - 1] in _CLOSING and text[end - 2].isalnum():
                tokens[-1] = Token(f"{text[start : end - 1]},{text[end - 1]}", QUOTE, start, end)
                at += 1
            q += 1
        _words(text, at, line.end(), pattern, tokens)
        first = True
        for piece in split_sentences(tokens, lexicon):
            yield Sentence(piece, paragraph, first)
            first = False
        paragraph += 1


def _words(text: str, start: int, end: int, pattern: re.Pattern[str], into: list[Token]) -> None:
    for m in pattern.finditer(text, start, end):
        word = m[0]
        into.append(Token(word, word.lower().rstrip(".") or word, m.start(), m.end()))


def split_sentences(tokens: list[Token], lexicon: Lexicon) -> Iterator[list[Token]]:
    """A paragraph's tokens, sentence by sentence; a sentence of more than `LONGEST` characters is cut."""
    start = 0
    for i, token in enumerate(tokens):
        last = token.text[-1]
        is_end = (last in _STOPS or token.lower == QUOTE) and _ends(tokens, i, start, lexicon)
        if is_end or token.end - tokens[start].start > LONGEST:
            yield tokens[start : i + 1]
            start = i + 1
    if start < len(tokens):
        yield tokens[start:]


def _ends(tokens: list[Token], i: int, start: int, lexicon: Lexicon) -> bool:
    """Whether a sentence ends with token `i`."""
    if i + 1 == len(tokens):
        return True
    token, behind = tokens[i], tokens[i + 1]
    if token.lower == QUOTE:
        stop = final(token)
        if stop == "." or (stop in "?!…" and i > start and tokens[i - 1].text in ":,"):
            return behind.lower == QUOTE or behind.text[0].isupper() or behind.text[0].isdigit()
        if stop in ("?", "!", "…"):
            return behind.lower == QUOTE or (behind.text[0].isupper() and not _attributed(tokens, i + 1, lexicon))
        return False
    if len(token.text) > 1 and token.text != "...":  # U.S. ends a sentence only where a new one surely begins
        return (
            token.text[-1] == "."
            and "." in token.text[:-1]
            and behind.lower in lexicon.words.determiners
            and behind.text[0].isupper()
        )
    return behind.text[0].isupper() or behind.text[0].isdigit() or behind.lower == QUOTE or behind.text[0] in "@#$[("


def final(quotation: Token) -> str:
    """The last character inside a quotation: its comma or point, or that of a nested one; … for three points."""
    inside = _TAIL.sub("", quotation.text)
    return "…" if inside.endswith(("...", ". . .")) else inside[-1:]


def _attributed(tokens: list[Token], i: int, lexicon: Lexicon) -> bool:
    """Whether a few words from `i` name who spoke: “Why?” Mayor Ann Poe asked."""
    for token in tokens[i : i + 9]:
        if token.lower in lexicon.verbs:
            return True
        if token.lower == QUOTE or token.text in ".?!":
            return False
    return False


def span(tokens: list[Token], start: int, end: int) -> Span:
    """The offsets of tokens `start` to `end`, exclusive."""
    return tokens[start].start, tokens[end - 1].end
