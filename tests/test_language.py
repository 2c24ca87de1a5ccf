"""The language of a text, where it is long enough to tell."""

import pytest

from rag.text.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wie viele Bäcker haben im Frühjahr gestreikt?", "de"),
        ("¿Cuántos panaderos estaban en huelga?", "es"),
        ("Who asked the bakers of Osterby to go back to work?", "en"),
        ("谁拒绝为橙子付钱，为什么拒绝，什么时候", "zh"),
        ("Kiosk?", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language
