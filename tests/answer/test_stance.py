"""The stance of a sentence towards what is asked."""

import pytest

from rag.answer import stance as marks
from rag.answer.asked import asked
from rag.answer.stance import Mark, cue_stance, stance
from rag.types import Stance

LEXICON = [m for m in vars(marks).values() if isinstance(m, Mark)]
SOLD = asked("Did Norland sell rifles to Sudrey?").held
ROUTE = asked("Were the rifles sold through third ports?").held


@pytest.mark.parametrize("mark", LEXICON)
def test_each_mark_matches_its_examples(mark: Mark) -> None:
    assert mark.matches
    assert [text for text in mark.matches if not mark.pattern.search(text)] == []
    assert [text for text in mark.misses if mark.pattern.search(text)] == []


@pytest.mark.parametrize(
    ("said", "cue", "expected"),
    [
        ("that it had sold rifles to Sudrey", "denied", "denies"),
        ("we have never had ‘rifle dealings’ with Sudrey", "said", "denies"),
        ("the claim that Norland sold rifles is “not true” at all", "said", "denies"),
        ("Norland sold rifles to Sudrey countless times", "said", "asserts"),
        ("that it denied selling rifles to Sudrey", "denied", "asserts"),
        ("Norland sells rifles to Sudrey despite its public denials", "said", "asserts"),
        ("Norland did not sell rifles to Sudrey through third ports", "said", "asserts"),
        ("Norland sold Sudrey no new rifles", "said", "asserts"),
        ("that a million rifles were sold to Sudrey", "estimated", "estimates"),
        ("whether rifles were sold could not be confirmed", "said", "doubts"),
        ("Norland's rifles were confirmed to have reached Sudrey", "said", "asserts"),
        ("not only rifles, Norland also sold boats to Sudrey", "said", "asserts"),
    ],
)
def test_the_stance_towards_a_sale(said: str, cue: str, expected: Stance) -> None:
    assert stance(said, SOLD, cue_stance(cue)) == expected


def test_the_same_words_may_deny_one_thing_and_not_another() -> None:
    said = "Norland did not sell the rifles to Sudrey through third ports"
    assert (stance(said, SOLD), stance(said, ROUTE)) == ("asserts", "denies")
    assert stance("Norland ships rifles directly rather than through other ports", ROUTE) == "denies"
