"""The same article again, and copies that differ: identity by words, likeness by shingles.

Two files hold the same article when their words are the same, whatever their markup, or when one has a line more.
Two articles are one story when one holds most of the other, as a syndicated copy does that an outlet cut or retitled.
Which articles are compared at all is decided by MinHash and locality-sensitive hashing: Broder, "On the resemblance
and containment of documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4.
Knows nothing of where articles are kept.
"""

import hashlib
import re
import struct
import unicodedata
from typing import Any, cast

from rag.text import words
from rag.types import Article

_SHINGLE = 5
# 42 bands of 3: two articles are compared with probability 0.5 at a Jaccard similarity of 0.25, 0.996 at 0.5,
# 0.0003 at 0.02 (what unrelated articles of one outlet share). One that holds a third of another is at 0.33: 0.78.
_BANDS, _ROWS = 42, 3
# One story: so much of the shorter one's shingles stand in the longer one, and they are enough to tell.
_CONTAINED = 0.5
_FEWEST = 20
# The same article again: at most this share of the longer text is missing from the shorter.
_NEARLY = 0.9
# Letters of a shortened title at least, characters of a headline at most.
_SHORTENED, _LONGEST_HEADLINE = 20, 250
# Markup that one file's reader leaves in a text: '<a href="…">', '</b>', '<tweet id="1">'; not 'a < b', '<Reuters>'.
_TAG = re.compile(r"</?[a-z][\w-]*(?:\s[^<>]{0,300})?/?>")


def identity(text: str, title: str) -> str:
    """The id of an article: 16 hexadecimal digits of its words, of the same words whatever stands between them.

    A first line that is the title counts as title, not as text: some files hold it in the text and some don't.
    """
    return hashlib.sha256(_letters(_body(text, title)).encode()).hexdigest()[:16]


def _body(text: str, title: str) -> str:
    """The text without its headline."""
    first, _, rest = text.partition("\n")
    return rest if rest.strip() and _letters(first) == _letters(title) else text


def _letters(text: str) -> str:
    """Letters and digits without case, accents or ligatures, which a PDF's fonts may lose."""
    text = unicodedata.normalize("NFKD", _TAG.sub("", text))
    return "".join(c for c in text.casefold() if c.isalnum())


def shingles(text: str) -> frozenset[str]:
    """The runs of five words of a text."""
    found = words(text)
    return frozenset(" ".join(found[i : i + _SHINGLE]) for i in range(max(1, len(found) - _SHINGLE + 1)))


def bands(text: str) -> list[int]:
    """42 numbers; the more alike two texts are, the likelier it is that they share one."""
    import rensa  # compiled, without types

    minhash: Any = rensa.RMinHash(num_perm=_BANDS * _ROWS, seed=1)  # pyright: ignore
    minhash.update(sorted(shingles(text)))
    digest = cast(list[int], minhash.digest())
    return [_band(i, digest[i * _ROWS : (i + 1) * _ROWS]) for i in range(_BANDS)]


def _band(index: int, values: list[int]) -> int:
    packed = struct.pack(f">B{_ROWS}I", index, *values)
    return int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "big", signed=True)


def holds(longer: Article, shorter: Article) -> bool:
    """Whether one article is the other and little more: every paragraph of the shorter one, and nearly its length.

    The same article from two files, one of which kept a byline or a line of the page's furniture. Headlines apart.
    """
    for whole in _with_and_without_headline(longer):
        letters = _letters(whole)
        for part in _with_and_without_headline(shorter):
            if _NEARLY * len(letters) <= len(_letters(part)) <= len(letters):
                if all(_letters(line) in letters for line in part.split("\n")):
                    return True
    return False


def _with_and_without_headline(article: Article) -> list[str]:
    """The text, and what follows its first line where that may be the headline, shortened to make a title."""
    first, _, rest = article.text.partition("\n")
    head = _letters(article.title)
    if (
        rest.strip()
        and len(head) >= _SHORTENED
        and len(first) <= _LONGEST_HEADLINE
        and _letters(first).startswith(head)
    ):
        return [article.text, rest]
    return [article.text]


def same_story(one: str, other: str) -> bool:
    """Whether one text holds at least half of the other's shingles."""
    a, b = shingles(one), shingles(other)
    fewer = min(len(a), len(b))
    return fewer >= _FEWEST and len(a & b) >= _CONTAINED * fewer
