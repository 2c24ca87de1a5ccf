"""The same article again, and copies that differ: identity by text, likeness by shingles.

Two files hold the same article when their text is the same, character for character: whatever is quoted of it stands
in both. A longer, shorter or changed version is another article of the same story: one story are two articles of which
one holds most of the other, as a syndicated copy does that an outlet cut or retitled.
Which articles are compared at all is decided by MinHash and locality-sensitive hashing: Broder, "On the resemblance
and containment of documents", 1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4.
Knows nothing of where articles are kept.
"""

import hashlib
import struct
from typing import Any, cast

from rag.text import words

_SHINGLE = 5
# 42 bands of 3: two articles are compared with probability 0.5 at a Jaccard similarity of 0.25, 0.996 at 0.5,
# 0.0003 at 0.02 (what unrelated articles of one outlet share). One that holds a third of another is at 0.33: 0.78.
_BANDS, _ROWS = 42, 3
# One story: so much of the shorter one's shingles stand in the longer one, and they are enough to tell.
_CONTAINED = 0.5
_FEWEST = 20


def identity(text: str) -> str:
    """The id of an article: 16 hexadecimal digits of its text, every character of it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


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


def same_story(one: str, other: str) -> bool:
    """Whether one text holds at least half of the other's shingles."""
    a, b = shingles(one), shingles(other)
    fewer = min(len(a), len(b))
    return fewer >= _FEWEST and len(a & b) >= _CONTAINED * fewer
