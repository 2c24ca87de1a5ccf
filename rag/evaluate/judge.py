"""Whether quotes support a sentence, by its numbers, dates, names and words: the judge of the citation scores.

Strict about figures and names, lenient about wording; it does not understand a relation that is turned round. Another
judge of the same form may be given to `evaluate`.
"""

from collections.abc import Sequence
from typing import Protocol

from rag.answer.verification.names import about
from rag.answer.verification.reading import read
from rag.answer.verification.support import supports
from rag.evaluate.same import holds_value, quantities
from rag.evaluate.values import Value, names
from rag.ingest.dates import resolve
from rag.text import stems
from rag.text.stopwords import STOP
from rag.types import Article

# The least share of a sentence's words that the quotes must hold.
COVERAGE = 0.6


class Judge(Protocol):
    """Says whether quotes support a sentence."""

    def supports(self, sentence: str, quotes: Sequence[str]) -> bool:
        """Whether the quotes, together, say what the sentence says."""
        ...


class CheckJudge:
    """The check that a language model's sentences pass (`rag.answer.verification`), and every figure and name held.

    Words of the quotes, as they stand there, need no check.
    """

    def supports(self, sentence: str, quotes: Sequence[str]) -> bool:
        """Whether the quotes, together, say what the sentence says; no quotes support nothing."""
        held = "\n".join(quotes)
        if not held.strip():
            return False
        if " ".join(sentence.split()) in " ".join(held.split()):
            return True
        if unsupported_values(sentence, [held]):  # the check knows figures, but not that miles are no kilometres
            return False
        article = Article(id="", text=held, title="", path="")
        verdict = supports(read(sentence, None, resolve), read(held, None, resolve), article, about(article))
        return verdict.problem is None


class WordJudge:
    """Every number, date and name of the sentence stands in the quotes, and three fifths of its other words do."""

    def supports(self, sentence: str, quotes: Sequence[str]) -> bool:
        """Whether the quotes, together, say what the sentence says; no quotes support nothing."""
        held = "\n".join(quotes)
        if not held.strip() or unsupported_values(sentence, [held]):
            return False
        words = [s for s in stems(sentence) if s not in STOP]
        there = set(stems(held))
        return sum(w in there for w in words) >= COVERAGE * len(words)


def unsupported_values(text: str, quotes: Sequence[str]) -> list[str]:
    """The numbers, dates and names of a text that no quote holds, as they stand there."""
    return [v.text for v in values_in(text) if not any(holds_value(q, v) for q in quotes)]


def values_in(text: str) -> list[Value]:
    """The numbers, dates and names of a text, a number that opens a sentence not as a name too."""
    found = quantities(text)
    return [*found, *(n for n in names(text) if n.text not in {v.text for v in found})]
