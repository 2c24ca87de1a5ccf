"""A topic's statements in the order of their days.

A statement's day is the one that its sentence names, else that of its article's publication. Knows nothing of how
sentences are found or shown.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Literal

from rag.answer.asked import asked
from rag.answer.cite import cite
from rag.answer.evidence import Evidence
from rag.answer.sides import Statements, read, sides_in, support
from rag.types import DateMention, Entry, Precision

Resolve = Callable[[str, date | None], Sequence[DateMention]]

# A sentence is of the topic when it is that near, and not much less so than the nearest.
_NEAR, _OF_BEST = 0.45, 0.5


def timeline(topic: str, evidence: Sequence[Evidence], statements: Statements, resolve: Resolve) -> list[Entry]:
    """The statements on a topic, the earliest first, those without a day last.

    Args:
        evidence: sentences, best first.
        statements: of each article that the evidence is from, by its id.
        resolve: (text, day of publication) to the dates that the text mentions.
    """
    wanted = asked(topic)
    least = max(_NEAR, _OF_BEST * max(map(support, evidence), default=0.0))
    found: list[Entry] = []
    for e in evidence:
        if support(e) < least:
            continue
        day, precision, dated_by = _day(e, resolve)
        seen = set[str]()
        for side in sides_in(read(e, wanted), statements.get(e.article.id, ()), wanted):
            if side.speaker not in seen:
                seen.add(side.speaker)
                citation = cite(len(found) + 1, e.article, e.start, e.end)
                found.append(Entry(day=day, precision=precision, dated_by=dated_by, speaker=side.speaker, via=side.via,
                                   stance=side.stance, citation=citation))  # fmt: skip
    return sorted(found, key=lambda entry: (entry.day is None, entry.day or date.max))


def _day(e: Evidence, resolve: Resolve) -> tuple[date | None, Precision, Literal["sentence", "article", "unknown"]]:
    """The most exact day that the sentence names, the first of several; else the article's."""
    named = [m for m in resolve(e.text, e.article.published) if m.date is not None]
    for precision in ("day", "month", "year"):
        for mention in named:
            if mention.precision == precision:
                return mention.date, mention.precision, "sentence"
    return e.article.published, "day", "article" if e.article.published else "unknown"
