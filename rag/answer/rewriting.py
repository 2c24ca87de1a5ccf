"""A question to one that can be searched for, by a language model: one that stands alone, in plain English.

Where the model fails, takes too long, or writes something else, the question stays as it was.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.answer.prompts import Prompt
from rag.errors import LlmError
from rag.text import stems, words
from rag.types import Turn

SECONDS = 20.0
_LONGEST = 60
_TURNS, _CHARACTERS = 6, 400
_NUMBER = re.compile(r"\d+")


class Writer(Protocol):
    """A language model that can be given less time."""

    def stream(self, system: str, prompt: str, *, longest: int, within: float | None = None) -> Iterator[str]:
        """The answer's pieces."""
        ...


def condensed(question: str, history: Sequence[Turn], by_code: str, model: Writer, prompt: Prompt) -> str:
    """The question to search for.

    Args:
        question: the last one, as it was asked.
        history: the turns before it.
        by_code: what code makes of it; given back where the model's is none.
    """
    messages = [f"{turn.role}: {' '.join(turn.content.split())[:_CHARACTERS]}" for turn in history[-_TURNS:]]
    system, user = prompt.fill(conversation="\n".join(messages), question=question)
    line = _written(model, system, user)
    known = set(stems(" ".join([question, *(t.content for t in history)])))
    line_stems = [s for s in stems(line) if len(s) > 3]
    # Its own words must come from the conversation: a model that answers, or drifts, brings in others.
    return line if line and sum(s in known for s in line_stems) >= 0.7 * len(line_stems) else by_code


def in_plain_english(question: str, model: Writer, prompt: Prompt) -> str:
    """The question spelled correctly and in English; as it was where the model writes another number, or no question.

    Args:
        question: has words that are neither common nor in any article.
    """
    line = _written(model, *prompt.fill(question=question))
    numbers_match = sorted(_NUMBER.findall(line)) == sorted(_NUMBER.findall(question))
    return line if line and numbers_match else question


def _written(model: Writer, system: str, user: str) -> str:
    """The first line that the model writes; '' where it fails, or that line is no question."""
    try:
        written = "".join(model.stream(system, user, longest=_LONGEST, within=SECONDS))
    except LlmError:
        return ""
    line = next((part.strip(" \"'*“”") for part in written.splitlines() if part.strip()), "")
    return line if line.endswith("?") and words(line) else ""
