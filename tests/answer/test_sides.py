"""Short answers of several sources: which of them can't both be right."""

import pytest

from rag.answer.sides import exclude


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("18%", "88 percent"),
        ("On an axon.", "Outer envelope"),
        ("Yes.", "No, it did not"),
        ("$347 million", "$612 million"),
        ("Ole Brandt", "Ida Falk"),
        ("8 August 2014", "3 May 2012"),
    ],
)
def test_other_values_exclude_one_another(one: str, other: str) -> None:
    assert exclude(one, other) and exclude(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000", "one thousand"),
        ("26 miles", "26 miles 385 yards"),
        ("Falk", "Ida Falk"),
        ("Yes.", "Yes, it did"),
        ("The ferry sank off the coast in a storm at night.", "A pilot was lacking on board of it on that day."),
        ("", "Ida Falk"),
        ("in spring", "340"),
    ],
)
def test_what_can_both_be_right_does_not(one: str, other: str) -> None:
    assert not exclude(one, other) and not exclude(other, one)
