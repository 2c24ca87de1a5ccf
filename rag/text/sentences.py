"""Sentences and words of a text, with exact offsets.

A leaf like `types`: pure functions on strings, used at ingest (passages) and at a question (evidence), so
that both see the same sentences. Knows nothing of articles, models or files.
"""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import cast

import sentencex
import Stemmer

from rag.text.characters import searched
from rag.types import Span

# A stemmer keeps the word that it works on: each thread has its own.
_local = threading.local()

# A quotation of several sentences is one sentence to the segmenter, which serves no reader who looks for the
# one that answers. It is split inside: quotation marks are blanked for the segmenter, of the same length so
# that offsets stay. “ opens; ” closes; a straight " does either. An apostrophe must stay: don’t, 'arms dealings'.
_QUOTES = str.maketrans(dict.fromkeys('“”„«»"', " "))
# sentencex 1.0.32 panics on white space of several bytes before a point: a plain space of the same length stands in.
_WIDE_SPACE = re.compile(r"[^\S\n -~]")
# It knows Mr and Mrs, but ends a sentence behind Ms.
_MS = re.compile(r"\bMs\.")
_OPENING = '“„«"'
_LINE = re.compile(r"[^\n]+")
_POSSESSIVE = re.compile(r"['’]s?$")
_INNER = ".,’'&-"  # what may stand inside a word
_WORD = re.compile(rf"[^\W_]+(?:[{_INNER}][^\W_]+)*")


# No sentence of a newspaper is so long: what is, is no sentence.
LONGEST = 2_000
# The segmenter is given so much of a line at once: on text without spaces its time grows with the square of the length.
_SEGMENTED = 10 * LONGEST


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Offsets of the sentences of `text`, in order, without the white space between them.

    No sentence crosses a line end, and none has more than `LONGEST` characters: what reads sentences may take a time
    that grows with the square of their length. Everything that isn't white space is in exactly one sentence.
    """
    return [
        (at + first, at + last)
        for line in _LINE.finditer(text)
        for start, end in blocks(line[0], _SEGMENTED)
        for at in [line.start() + start]
        for first, last in _of_line(line[0][start:end], language)
    ]


@lru_cache(4_000)  # the same passage is read by several stages of one question, and by several of an ingest
def _of_line(line: str, language: str) -> tuple[Span, ...]:
    return tuple(_sentences(line, language))


def _sentences(line: str, language: str) -> Iterator[Span]:
    # The segments concatenate to the line, so the sums of their lengths are exact offsets.
    plain = _MS.sub("Mr.", _WIDE_SPACE.sub(" ", line.translate(_QUOTES)))
    segments = cast(list[str], sentencex.segment(language, plain))  # pyright: ignore
    cuts = list(accumulate(map(len, segments), initial=0))
    cuts[-1] = len(line)
    for start, end in pairwise(_before_opening(line, cut) for cut in cuts):
        for a, b in blocks(line[start:end], LONGEST):
            piece = line[start + a : start + b]
            kept = piece.strip()
            if kept:
                first = start + a + len(piece) - len(piece.lstrip())
                yield first, first + len(kept)


def blocks(text: str, longest: int) -> Iterator[Span]:
    """Offsets of pieces that make up a text, none longer: cut behind a line end, else behind a space, else anywhere."""
    start = 0
    while start < len(text):
        end = min(start + longest, len(text))
        if end < len(text):
            end = max(text.rfind("\n", start, end), -1) + 1 or text.rfind(" ", start, end) + 1 or end
        yield start, end
        start = end


def _before_opening(line: str, cut: int) -> int:
    """The cut, moved before an opening mark that was blanked and so counted as the white space before it."""
    while 0 < cut < len(line) and (line[cut - 1].isspace() or _opens(line, cut - 1)):
        cut -= 1
    return cut


def _opens(line: str, i: int) -> bool:
    """Whether the mark at `i` opens a quotation: white space before it, no white space behind it."""
    if line[i] not in _OPENING or i == 0 or not line[i - 1].isspace():
        return False
    return line[i] != '"' or (i + 1 < len(line) and not line[i + 1].isspace())


# Han, kana and Hangul: scripts that put no space between words, or glue particles to them.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")


def words(text: str) -> list[str]:
    """The words of a text in order, lower case, with inner points, hyphens and apostrophes kept: u.s, 7.62mm.

    Compatibility forms are what they stand for: '５０' is '50', 'ﬁrst' is 'first', and soft hyphens and other
    characters of no width are passed over.

    Of Chinese, Japanese and Korean every two characters that stand beside each other (Unicode's blocks; bigrams as in
    McNamee and Mayfield, "Character n-gram tokenization for European language text retrieval", 2004).
    """
    found = _WORD.findall(searched(text))
    return [part for w in found for part in (_bigrams(w) if _UNSPACED.search(w) else (w.casefold(),))]


def is_unspaced(word: str) -> bool:
    """Whether a word is of a script without spaces between words."""
    return _UNSPACED.search(word) is not None


def pairs(stemmed_text: str) -> str:
    """Those of the stems of a text that are of such a script, with a space between them: mostly none."""
    return " ".join(w for w in stemmed_text.split() if is_unspaced(w)) if is_unspaced(stemmed_text) else ""


def _bigrams(run: str) -> Iterator[str]:
    at = 0
    for m in _UNSPACED.finditer(run):
        if between := run[at : m.start()].strip(_INNER):
            yield between.casefold()
        yield from (m[0][i : i + 2] for i in range(max(1, len(m[0]) - 1)))
        at = m.end()
    if behind := run[at:].strip(_INNER):
        yield behind.casefold()


def stems(text: str) -> list[str]:
    """The words of a text cut to their stems (Snowball English), possessives taken off: denied, denies → deni."""
    return [_stem(w) for w in words(text)]


def stemmed(text: str) -> str:
    """The stems of each sentence of a text, with a space between them, a sentence a line."""
    return "\n".join(" ".join(stems(text[start:end])) for start, end in sentence_spans(text))


# A question stems the same words several times over.
@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("english")
    return cast(str, _local.stemmer.stemWord(_POSSESSIVE.sub("", word)))
