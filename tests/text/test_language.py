"""The language of a text, where it is long enough to tell."""

import subprocess
import sys

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


ASKED_AT_ONCE = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from rag.text.language import language_of
sys.setswitchinterval(1e-6)
together = threading.Barrier(16)
def one(_):
    together.wait()
    return [language_of("Wie viele Bäcker haben im Frühjahr gestreikt?") for _ in range(5)]
with ThreadPoolExecutor(16) as pool:
    print({code for codes in pool.map(one, range(16)) for code in codes})
"""


def test_many_may_ask_at_once_before_the_model_is_loaded() -> None:
    run = subprocess.run([sys.executable, "-c", ASKED_AT_ONCE], capture_output=True, text=True, timeout=120)
    assert run.stdout.strip() == "{'de'}", run.stderr
