"""What answers cost: the tokens that go to a language model and come back. None where no model writes."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.corpus import Corpus
from rag.errors import CaseError

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """What a million tokens cost, those sent and those that come back, in any currency."""

    sent: float
    written: float

    def of(self, sent: float, written: float) -> float:
        """What so many tokens cost."""
        return (sent * self.sent + written * self.written) / _MILLION


def price(told: str) -> Price:
    """'0.15,0.60' as a price.

    Raises:
        CaseError: it is none.
    """
    try:
        sent, written = (float(part) for part in told.split(","))
        if min(sent, written) < 0:
            raise ValueError
    except ValueError:
        raise CaseError(f"--price {told!r} is not of the form 0.15,0.60: per million tokens sent and written") from None
    return Price(sent, written)


class Meter:
    """Adds up tokens, as tiktoken counts them: near what a provider bills, not the same."""

    def __init__(self) -> None:
        self._sent = self._written = 0

    def hear(self, sent: str, written: str) -> None:
        """Count one request."""
        from rag.answer.budget import vocabulary

        encode = vocabulary().encode
        self._sent += len(encode(sent, disallowed_special=()))
        self._written += len(encode(written, disallowed_special=()))

    def taken(self) -> tuple[int, int]:
        """The tokens sent and written since this was last asked."""
        found, self._sent, self._written = (self._sent, self._written), 0, 0
        return found


@contextmanager
def metered(corpus: Corpus) -> Generator[Meter]:
    """Counts what the corpus's language model is sent and writes; nothing where it has none."""
    meter, model = Meter(), getattr(corpus, "model", None)
    before = model.on_request if model else None
    if model:
        model.on_request = meter.hear
    try:
        yield meter
    finally:
        if model:
            model.on_request = before
