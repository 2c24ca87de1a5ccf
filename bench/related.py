"""Makes rag/related.txt and rag/kinds.txt from WordNet 3.0: words that may stand for one another, what things are.

python bench/related.py [--wordnet /usr/share/wordnet]      (Debian: apt install wordnet-base)

Related are the forms of an irregular word (frozen, freeze), words of one meaning among each word's first three
(ammunition, ammo), and words derived from one another (deny, denial). A line is a stem and those related to it, sorted.
The kinds of a noun are what its first meaning is (a freighter is a ship, a vessel, a craft), up to what is so much that
it says little (an artifact). A line is a stem and those of its kinds.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rag.related import FILE, KINDS

from rag.text import stems

SENSES = 3
# A kind with more things below it than that says little of any: clothing has 561, devices are 2,761.
MOST = 600
_PARTS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}
_DERIVED, _KIND = "+", "@"


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


def meanings(folder: Path, part: str) -> dict[str, tuple[list[str], list[list[str]]]]:
    """The meanings of a part of speech by their offsets: the words of each, and where it points to."""
    found: dict[str, tuple[list[str], list[list[str]]]] = {}
    for offset, _, _, count, *rest in lines(folder / f"data.{part}"):
        at = 2 * int(count, 16)
        words = [w.split("(")[0].lower() for w in rest[:at:2]]
        found[offset] = words, [rest[i : i + 4] for i in range(at + 1, at + 1 + 4 * int(rest[at]), 4)]
    return found


def kinds(folder: Path) -> Iterator[tuple[str, str]]:
    """Nouns, each with the words of what its first meaning is a kind of, near and far."""
    nouns = meanings(folder, "noun")
    above = {offset: [p[1] for p in pointers if p[0] == _KIND] for offset, (_, pointers) in nouns.items()}
    below: dict[str, list[str]] = defaultdict(list)
    for offset, ups in above.items():
        for up in ups:
            below[up].append(offset)

    def reached(offset: str, step: Mapping[str, list[str]]) -> set[str]:
        """The meanings that steps lead to, the first one apart."""
        found, todo = set[str](), list(step.get(offset, ()))
        while todo:
            if (at := todo.pop()) not in found:
                found.add(at)
                todo += step.get(at, ())
        return found

    sizes: dict[str, int] = {}
    for word, _, senses, *rest in lines(folder / "index.noun"):
        for up in reached(rest[-int(senses)], above):
            if up not in sizes:
                sizes[up] = len(reached(up, below))
            if sizes[up] < MOST:
                yield from ((word, kind) for kind in nouns[up][0])


def akin(folder: Path) -> Iterator[tuple[str, str]]:
    """Words with those of the same meaning, and with those derived from them."""
    synsets = {letter: meanings(folder, part) for part, letter in _PARTS.items()}
    for part, letter in _PARTS.items():
        for word, _, senses, *rest in lines(folder / f"index.{part}"):
            for offset in rest[-int(senses) :][:SENSES]:
                words, pointers = synsets[letter][offset]
                yield from ((word, other) for other in words)
                for symbol, target, kind, places in pointers:
                    if symbol == _DERIVED and words[int(places[:2], 16) - 1] == word:
                        yield word, synsets[kind.replace("s", "a")][target][0][int(places[2:], 16) - 1]


def plain(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The stems of pairs of single words of letters that have two: no 'hot_dog', no '10'."""
    for a, b in pairs:
        x, y = stems(a), stems(b)
        if a.isalpha() and b.isalpha() and len(x) == len(y) == 1 and x != y:
            yield x[0], y[0]


def main() -> None:
    """Write the files."""
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
    above: dict[str, set[str]] = defaultdict(set)
    for x, y in plain(kinds(folder)):
        above[x].add(y)
    for path, table in ((FILE, related), (KINDS, above)):
        path.write_text("".join(f"{s} {' '.join(sorted(table[s]))}\n" for s in sorted(table)), encoding="utf-8")
        print(f"{path}: {len(table):,} stems, {sum(map(len, table.values())):,} words")


if __name__ == "__main__":
    main()
