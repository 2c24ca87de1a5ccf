"""Who gives and who takes."""

import pytest

from rag.answer.parties import parties, turned_about

ASKED = parties("Did Norland sell rifles to Sudrey?")


def test_a_question_names_giver_and_taker() -> None:
    assert ASKED == (frozenset({"norland"}), frozenset({"sudrey"}))
    assert parties("Were rifles sold to Sudrey?") is None
    assert parties("Did Norland pay?") is None


@pytest.mark.parametrize(
    ("sentence", "turned"),
    [
        ("Norland sold rifles to Sudrey.", False),
        ("Norland is secretly supplying Sudrey with rifles.", False),
        ("The port shipped rifles to Sudrey.", False),
        ("Sudrey sold rifles to Norland.", True),
        ("Holt warned Sudrey not to ship any rifles to Norland.", True),
        ("A deal of Norland and Sudrey came to light.", False),
        ("The price of rifles rose in Norland.", False),
    ],
)
def test_a_sentence_may_tell_the_opposite_way(sentence: str, turned: bool) -> None:
    assert turned_about(sentence, ASKED) is turned


def test_without_parties_every_sentence_may_tell() -> None:
    assert not turned_about("Sudrey sold rifles to Norland.", None)
