"""Numbers as numbers."""

import pytest

from rag.text.numbers import figures


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1,000 or one thousand or a thousand", ["1000"] * 3),
        ("a million, 1 million, 1,000,000, one million", ["1000000"] * 4),
        ("half a million, 500,000", ["500000"] * 2),
        ("two and a half million; a million and a half", ["2500000", "1500000"]),
        ("five hundred and two", ["502"]),
        ("between two and three thousand", ["2", "3000"]),
        ("twenty-five, 25, twenty-first, 21st", ["25", "25", "21", "21"]),
        ("hundreds of people, tens of thousands, dozens", ["~hundreds", "~thousands", "~dozens"]),
        ("2.5 and -5", ["5/2", "-5"]),
        ("F-16, 7.62mm, COVID-19, the 1990s, no number", []),
    ],
)
def test_values(text: str, keys: list[str]) -> None:
    assert [f.key for f in figures(text)] == keys


def test_units() -> None:
    found = figures("7%, 7 percent, 7 per cent, $7, 7 dollars, 7 ships")
    assert [f.unit for f in found] == ["percent"] * 3 + ["dollar"] * 2 + [""]
    for f, text in zip(found, ["7%", "7 percent"], strict=False):
        assert "7%, 7 percent"[f.start : f.end] == text
