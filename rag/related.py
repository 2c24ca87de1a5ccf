"""Words that may stand for one another, as stems: frozen and freeze, ammunition and ammo; a freighter for a ship.

A leaf like `text`. The words are WordNet's (`related.LICENSE`), made into files by `bench/related.py`.
"""

from bisect import bisect_left
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path

# What a word counts that stands for another.
RELATED = 0.8
FILE, KINDS = (Path(__file__).with_name(name) for name in ("related.txt", "kinds.txt"))


@lru_cache(4_096)
def related(stem: str) -> frozenset[str]:
    """The stems of words that may stand for the one with this stem (`rag.text.stems`)."""
    return _found(stem, FILE)


@lru_cache(4_096)
def kinds(stem: str) -> frozenset[str]:
    """The stems of what a thing is a kind of: a freighter of ship, vessel, craft."""
    return _found(stem, KINDS)


def stands(stem: str, pool: Set[str]) -> float:
    """1 for a stem that the pool holds, `RELATED` for one that another of it may stand for, else 0."""
    return 1.0 if stem in pool else 0.0 if related(stem).isdisjoint(pool) else RELATED


def is_kind(stem: str, pool: Set[str]) -> bool:
    """Whether a thing, or one that the word may stand for, is among the pool or of a kind that is."""
    return stands(stem, pool) > 0 or any(stands(kind, pool) for kind in kinds(stem))


def narrower(stem: str, pool: Set[str]) -> bool:
    """Whether the pool holds a kind of that: rifles for arms."""
    named = related(stem) | {stem}
    return any(not named.isdisjoint(kinds(other)) for other in pool)


def _found(stem: str, path: Path) -> frozenset[str]:
    lines = _lines(path)
    at = bisect_left(lines, f"{stem} ")
    return frozenset(lines[at].split(" ")[1:]) if at < len(lines) and lines[at].startswith(f"{stem} ") else frozenset()


@cache
def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
