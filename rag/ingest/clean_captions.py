"""Captions of a page's pictures: kept once, and marked as captions.

A caption is known by its reader, by standing twice, or by a picture's credit behind it. Knows nothing of where the
body begins.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from rag.ingest import furniture
from rag.ingest.clean_shape import BODY, LABEL, ends_sentence, weight
from rag.text import sentence_spans


@dataclass(slots=True)
class Page:
    """A page under way: its lines that aren't blank, why each goes, and which are captions."""

    lines: list[str]
    why: dict[int, str] = field(default_factory=dict[int, str])
    captions: set[int] = field(default_factory=set[int])
    headline: int | None = None

    def left(self) -> list[int]:
        """The places of the lines that stay."""
        return [i for i in range(len(self.lines)) if i not in self.why]


def mark_twice(page: Page) -> None:
    """Captions that stand twice in a row, or again at another place with their credit."""
    seen: dict[str, int] = {}
    for i, line in enumerate(page.lines):
        if weight(line) < LABEL:
            continue
        key = furniture.without_credit(line).casefold()
        before = seen.setdefault(key, i)
        if before == i:
            continue
        if before == i - 1 or (furniture.has_credit(line) and weight(line) >= BODY):
            keep, drop = (i, before) if len(line) > len(page.lines[before]) else (before, i)
            page.why[drop] = "caption standing twice"
            page.captions.discard(drop)
            if ends_sentence(line) or furniture.has_credit(page.lines[keep]) or keep > 1:
                page.captions.add(keep)
            else:
                page.why[drop] = "headline standing twice"
            seen[key] = keep


def mark_known(page: Page, captions: Collection[str]) -> None:
    """Lines that the page's own markup says are captions; compared by their letters."""
    known = {_letters(caption) for caption in captions}
    page.captions.update(i for i in page.left() if known and _letters(page.lines[i]) in known)


def _letters(line: str) -> str:
    return "".join(c for c in line.casefold() if c.isalnum())


def mark_credited(page: Page, last: int) -> None:
    """Single captions: one sentence with a picture's credit behind it."""
    for i in page.left():
        line = page.lines[i]
        if i != last and weight(line) >= LABEL and furniture.has_credit(line):
            if len(sentence_spans(furniture.without_credit(line))) <= 2:
                page.captions.add(i)
