"""A topic's statements in the order of their days.

A statement's day is the one that its sentence names, else that of its article's publication. Knows nothing of how
sentences are found or shown.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from rag.answer.cite import as_markdown, attribution, cite
from rag.answer.evidence import Evidence, spread
from rag.answer.findings import ENGINE, NEAR, who
from rag.text.dates import resolve
from rag.types import Answer, Citation, DateMention, Entry, Precision

# A sentence is of the topic when it is near, and not much less so than the nearest.
_OF_BEST = 0.5
# Lines of a timeline as an answer, and of one story: one that tells all in a day leaves room for the others' days.
_LINES, _A_STORY = 20, 4


def timeline(evidence: Sequence[Evidence]) -> list[Entry]:
    """The statements of the evidence, the earliest first, those without a day last.

    Args:
        evidence: sentences, best first.
    """
    least = max(NEAR, _OF_BEST * max((e.nearness for e in evidence), default=0.0))
    found: list[Entry] = []
    for e in evidence:
        if e.nearness >= least:
            mentions = resolve(e.text, e.article.published)
            day, precision, dated_by = _day(e, mentions)
            said = mentions[0].text if day is None and mentions else ""
            citation = cite(len(found) + 1, e.article, e.start, e.end)
            found.append(Entry(day=day, precision=precision, dated_by=dated_by, speaker=e.speaker, via=e.voice.via,
                               stance=e.voice.stance, citation=citation, said=said))  # fmt: skip
    return sorted(found, key=lambda entry: (entry.day is None, entry.day or date.max))


def as_answer(question: str, evidence: Sequence[Evidence]) -> Answer:
    """The timeline as an answer, a line a statement."""
    by_place = {(e.article.id, e.start): e for e in evidence}
    lines: list[str] = []
    citations: list[Citation] = []
    for number, entry in enumerate(timeline(spread(evidence, _LINES, _A_STORY)), 1):
        c = entry.citation
        e = by_place[c.article_id, c.start]
        citations.append(cite(number, e.article, e.start, e.end))
        lines.append(f"- {entry.said_on}: {who(e)}{as_markdown(c.quote)} [{number}] — {attribution(c)}")
    return Answer(question=question, verdict="answered" if lines else "declined", citations=tuple(citations),
                  text="\n".join(lines) or "Nothing near this topic was found.", engine=ENGINE)  # fmt: skip


def _day(
    e: Evidence, mentions: Sequence[DateMention]
) -> tuple[date | None, Precision, Literal["sentence", "article", "unknown"]]:
    """The most exact day that the sentence names, the first of several; else the article's."""
    dated = [m for m in mentions if m.date is not None]
    for precision in ("day", "month", "year"):
        for mention in dated:
            if mention.precision == precision:
                return mention.date, mention.precision, "sentence"
    return e.article.published, "day", "article" if e.article.published else "unknown"
