"""The clauses of a question, by their offsets."""

import pytest

from rag.retrieve.clauses import clauses


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who denied it?", ["Who denied it?"]),
        (
            "Does the Herald say that the port was closed, while the Tribune reports heavy traffic there?",
            ["Does the Herald say", "the port was closed", "the Tribune reports heavy traffic there?"],
        ),
        ("Who sold the ships and ordered the new ones?", ["Who sold the ships", "ordered the new ones?"]),
        ("What do wheat, rye and oats cost?", ["What do wheat"]),
        ("Ships, boats, rafts?", ["Ships, boats, rafts?"]),
        ("", [""]),
    ],
)
def test_clauses(question: str, expected: list[str]) -> None:
    assert [question[a:b] for a, b in clauses(question)] == expected
