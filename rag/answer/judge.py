"""What the user's language model judges with one word: whether excerpts answer, and whether a sentence is said there.

Knows no provider.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol

from rag.answer.fence import as_data
from rag.answer.prompts import Prompt
from rag.answer.verification.checker import Checked, Checker, Place

# The excerpts answer where the model's Yes is at least that likely. A sentence that doesn't stand there word for word
# is supported where the Yes of the check is at least the second, and a paraphrase to be checked from the third on. The
# first is chosen from `bench/judge.py`, the others from `bench/qags.py`; '' is a model of no known family.
THRESHOLDS: Mapping[str, tuple[float, float, float]] = {"": (0.5, 0.75, 0.4), "qwen2.5": (0.45, 0.75, 0.4)}

Grade = Literal["supported", "to be checked", "left out"]


class Judge(Protocol):
    """A language model that answers in words and in probabilities."""

    @property
    def name(self) -> str:
        """'openai:gpt-4o-mini'."""
        ...

    def stream(self, system: str, prompt: str, *, longest: int) -> Iterator[str]:
        """The answer's pieces."""
        ...

    def probability(self, system: str, prompt: str) -> dict[str, float] | None:
        """The probabilities of Yes and No as the next word; None where the model begins with neither."""
        ...


def yes(model: Judge, system: str, prompt: str) -> float:
    """The probability that the model answers Yes; 0.5 where it begins with neither word."""
    found = model.probability(system, prompt)
    return found["Yes"] if found else 0.5


def thresholds(model: Judge) -> tuple[float, float, float]:
    """The thresholds of the model's family, by its name, else those of any model."""
    name = model.name.casefold()
    return next((t for family, t in THRESHOLDS.items() if family and family in name), THRESHOLDS[""])


def grade(checked: Checked, checker: Checker, model: Judge | None, prompt: Prompt) -> tuple[Grade, tuple[Place, ...]]:
    """How well a sentence is supported, and by what.

    Its numbers, dates, names, quotations, negations and speaker hold wherever it has a place. Word for word, it is
    supported; in words of its own the model, shown that place alone, says whether it is said there. Where a name stands
    elsewhere only, it is shown the passage, and even a sure yes leaves the sentence to be checked.

    Args:
        checked: what code found.
        model: None where there is no model to ask: only what is in the article's words is supported then.
        prompt: 'verify'.
    """
    if checked.verbatim:
        return "supported", checked.places
    if not checked.places or model is None:
        return "left out", ()
    shown = " ".join(
        checker.hits[p.hit].passage.text if checked.elsewhere else checker.hits[p.hit].article.text[p.start : p.end]
        for p in checked.places
    )
    said = yes(model, *prompt.fill("judge", passage=as_data(shown, ""), sentence=checked.sentence.text))
    _, supported, perhaps = thresholds(model)
    if said < (supported if checked.elsewhere else perhaps):
        return "left out", ()
    return "to be checked" if checked.elsewhere or said < supported else "supported", checked.places
