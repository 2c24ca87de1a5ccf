"""Words that may stand for one another: WordNet's, as stems."""

import pytest

from rag.related import FILE, RELATED, is_kind, kinds, narrower, related, stands
from rag.text import stems


def stem(word: str) -> str:
    (found,) = stems(word)
    return found


@pytest.mark.parametrize(
    ("word", "other"),
    [("frozen", "freezes"), ("sold", "selling"), ("bought", "buy"), ("men", "man"), ("ammunition", "ammo"),
     ("denial", "denied"), ("shipment", "shipped"), ("sent", "shipped"), ("purchase", "buy"), ("harbour", "harbor")],
)  # fmt: skip
def test_words_that_may_stand_for_one_another(word: str, other: str) -> None:
    assert stem(other) in related(stem(word))
    assert stem(word) in related(stem(other))


@pytest.mark.parametrize(("word", "other"), [("port", "export"), ("ship", "shop"), ("north", "south"), ("old", "new")])
def test_other_words_do_not(word: str, other: str) -> None:
    assert stem(other) not in related(stem(word))


def test_a_word_that_is_not_there_has_none() -> None:
    assert related("zzyzx") == related("") == related("~") == frozenset()


def test_what_a_word_counts() -> None:
    assert stands("sell", {"sell", "ship"}) == 1
    assert stands("sell", {"sold"}) == RELATED
    assert stands("sell", {"ship"}) == stands("sell", set()) == 0


def test_what_a_thing_is_a_kind_of() -> None:
    assert {"ship", "vessel"} <= kinds("freighter") and "devic" not in kinds("rifl")
    assert is_kind("rifl", {"weapon"}) and is_kind("shell", {"arm"}) and is_kind("shell", {"shell"})
    assert not is_kind("weapon", {"rifl"}) and narrower("weapon", {"rifl"})
    assert not narrower("rifl", {"weapon"}) and not is_kind("uniform", {"weapon"})


def test_the_file_is_sorted_and_goes_both_ways() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    assert len(lines) > 30_000
    for line in lines[::500]:
        first, *others = line.split(" ")
        assert others
        assert all(first in related(other) for other in others)
