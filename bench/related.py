"""Makes rag/related.txt from WordNet 3.0: stems of words that may stand for one another.

python bench/related.py [--wordnet /usr/share/wordnet]      (Debian: apt install wordnet-base)

Related are the forms of an irregular word (frozen, freeze), words of one meaning among each word's first three
(ammunition, ammo), and words derived from one another (deny, denial). A line is a stem and those related to it, sorted.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.related import FILE
from rag.text import stems

SENSES = 3
_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_DERIVED = "+"


def lines(path: Path) -> Iterator[list[str]]:
    """The fields of a WordNet file's lines, without its licence and glosses."""
    for line in path.read_text(encoding="ascii").splitlines():
        if not line.startswith("  "):
            yield line.split("|")[0].split()


def irregular(folder: Path) -> Iterator[tuple[str, str]]:
    """Irregular forms, each with its base."""
    for part in _PARTS:
        for form, *bases in lines(folder / f"{part}.exc"):
            yield from ((form, base) for base in bases)


def akin(folder: Path) -> Iterator[tuple[str, str]]:
    """Words with those of the same meaning, and with those derived from them."""
    synsets: dict[tuple[str, str], tuple[list[str], list[list[str]]]] = {}
    for part, letter in _PARTS.items():
        for offset, _, _, count, *rest in lines(folder / f"data.{part}"):
            at = 2 * int(count, 16)
            words = [w.split("(")[0].lower() for w in rest[:at:2]]
            pointers = [rest[i : i + 4] for i in range(at + 1, at + 1 + 4 * int(rest[at]), 4)]
            synsets[letter, offset] = words, pointers
    for part, letter in _PARTS.items():
        for word, _, senses, *rest in lines(folder / f"index.{part}"):
            for offset in rest[-int(senses) :][:SENSES]:
                words, pointers = synsets[letter, offset]
                yield from ((word, other) for other in words)
                for symbol, target, kind, places in pointers:
                    if symbol == _DERIVED and words[int(places[:2], 16) - 1] == word:
                        yield word, synsets[kind.replace("s", "a"), target][0][int(places[2:], 16) - 1]


def plain(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The stems of pairs of single words of letters that have two: no 'hot_dog', no '10'."""
    for a, b in pairs:
        x, y = stems(a), stems(b)
        if a.isalpha() and b.isalpha() and len(x) == len(y) == 1 and x != y:
            yield x[0], y[0]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    folder = parser.parse_args().wordnet
    related: dict[str, set[str]] = defaultdict(set)
    for x, y in plain(akin(folder)):
        related[x].add(y)
        related[y].add(x)
    # What is akin to a word is so to its irregular forms: ship and sent, as send.
    for form, base in list(plain(irregular(folder))):
        for other in {base, *related[base]} - {form}:
            related[form].add(other)
            related[other].add(form)
    FILE.write_text(
        "".join(f"{stem} {' '.join(sorted(related[stem]))}\n" for stem in sorted(related)), encoding="utf-8"
    )
    print(f"{FILE}: {len(related):,} stems, {sum(map(len, related.values())) // 2:,} pairs")


if __name__ == "__main__":
    main()
