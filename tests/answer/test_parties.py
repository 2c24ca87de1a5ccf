"""Who gives and who takes."""

import pytest

from rag.answer.parties import parties, tells, turned_about

ASKED = parties("Did Norland sell rifles to Sudrey?")


def test_a_question_names_giver_and_taker() -> None:
    assert ASKED == (frozenset({"norland"}), frozenset({"sudrey"}))
    assert parties("Were rifles sold to Sudrey?") is None
    assert parties("Did Norland pay?") is None


@pytest.mark.parametrize(
    ("sentence", "turned", "told"),
    [
        ("Norland sold rifles to Sudrey.", False, True),
        ("Norland is secretly supplying Sudrey with rifles.", False, True),
        ("The port shipped rifles to Sudrey.", False, True),
        ("Sudrey sold rifles to Norland.", True, False),
        ("Holt warned Sudrey not to ship any rifles to Norland.", True, False),
        ("A deal of Norland and Sudrey came to light.", False, True),
        ("The price of rifles rose in Norland.", False, False),
    ],
)
def test_a_sentence_may_tell_the_opposite_way(sentence: str, turned: bool, told: bool) -> None:
    assert turned_about(sentence, ASKED) is turned
    assert tells(sentence, ASKED) is told


def test_without_parties_every_sentence_may_tell() -> None:
    assert tells("Sudrey sold rifles to Norland.", None)
    assert not turned_about("Sudrey sold rifles to Norland.", None)
