"""Words that may stand for one another, as stems: frozen and freeze, ammunition and ammo, deny and denial.

A leaf like `text`. The words are WordNet's (`related.LICENSE`), made into a file by `bench/related.py`.
"""

from bisect import bisect_left
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path

# What a word counts that stands for another.
RELATED = 0.8
FILE = Path(__file__).with_name("related.txt")


@lru_cache(4_096)
def related(stem: str) -> frozenset[str]:
    """The stems of words that may stand for the one with this stem (`rag.text.stems`)."""
    lines = _lines()
    at = bisect_left(lines, f"{stem} ")
    return frozenset(lines[at].split(" ")[1:]) if at < len(lines) and lines[at].startswith(f"{stem} ") else frozenset()


def stands(stem: str, pool: Set[str]) -> float:
    """1 for a stem that the pool holds, `RELATED` for one that another of it may stand for, else 0."""
    return 1.0 if stem in pool else 0.0 if related(stem).isdisjoint(pool) else RELATED


@cache
def _lines() -> list[str]:
    return FILE.read_text(encoding="utf-8").splitlines()
