"""Where each source stands, by the user's language model: each is asked by itself, and code compares the answers.

A small model that is shown two passages at once sees disputes everywhere or nowhere, and so it does when it is shown
two answers. Asked for the answer that one source gives, in as few words as possible, it mostly gives that source's own
value, and whether two values exclude one another is exact (`bench/judge.py --sides` has the framings that were tried).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.answer.excerpts import Excerpt, shown
from rag.answer.fence import boundary
from rag.answer.prompts import Prompt
from rag.text import stems, words
from rag.text.numbers import figures
from rag.text.stopwords import STOP

# Sources that are asked, the nearest first; each costs some seconds on a plain machine.
SOURCES = 4
_LONGEST = 32
# An answer of more words is a description, and two descriptions may differ in everything and both be true.
_VALUE_WORDS = 8


class Asked(Protocol):
    """A language model that answers in words and in probabilities."""

    def stream(self, system: str, prompt: str, *, longest: int) -> Iterator[str]:
        """The answer's pieces."""
        ...

    def probability(self, system: str, prompt: str) -> dict[str, float] | None:
        """The probabilities of Yes and No as the next word; None where the model begins with neither."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """One independent source: what was shown of it, how surely it answers (0 to 1), and its answer in a few words."""

    excerpts: tuple[Excerpt, ...]
    answers: float
    value: str = ""


def ask_each(
    question: str, several: Sequence[Excerpt], model: Asked, prompt: Prompt, least: float
) -> list[Source]:  # fmt: skip
    """What each source answers; those that the model finds to give no answer (below `least`) are left out."""
    of: dict[str, list[Excerpt]] = {}
    for x in several:
        of.setdefault(x.story, []).append(x)
    found: list[Source] = []
    for own in list(of.values())[:SOURCES] if len(of) > 1 else []:
        passages = shown(own, boundary())
        answers = yes(model, *prompt.fill("judge", passages=passages, question=question))
        if answers >= least:
            system, user = prompt.fill("value", passages=passages, question=question)
            value = " ".join("".join(model.stream(system, user, longest=_LONGEST)).split())
            found.append(Source(tuple(own), answers, value))
    return found


def exclude(one: str, other: str) -> bool:
    """Whether two short answers can't both be right: other numbers, other names, yes and no.

    '18%' and '88 percent', 'Yes' and 'No, it did not', 'May 2014' and 'August 2014'; not: '26 miles' and '26 miles 385
    yards', 'Kerry' and 'John Kerry', and nothing that is told in a sentence.
    """
    a, b = words(one), words(other)
    if a[:1] != b[:1] and {*a[:1], *b[:1]} == {"yes", "no"}:
        return True
    if not a or not b or max(len(a), len(b)) > _VALUE_WORDS:
        return False
    numbers = [{f.key for f in figures(text)} for text in (one, other)]
    if all(numbers):
        return not (numbers[0] <= numbers[1] or numbers[1] <= numbers[0])
    return (set(stems(one)) - STOP).isdisjoint(set(stems(other)) - STOP) and not any(numbers)


def yes(model: Asked, system: str, prompt: str) -> float:
    """The probability that the model answers Yes; 0.5 where it begins with neither word."""
    found = model.probability(system, prompt)
    return found["Yes"] if found else 0.5
