"""Evidence to an answer without a language model: the articles' own sentences, cited.

Says nothing that no article says. What is answered, contested or declined is decided here until positions are
weighed (`positions`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from rag.answer.cite import as_markdown, attribution, cite, days_said
from rag.answer.evidence import Evidence
from rag.types import Answer, Citation, DateMention, Verdict

Resolve = Callable[[str, date | None], Sequence[DateMention]]

ENGINE = "extractive"
# An answer quotes at most so many sentences, further ones only when nearly as good as the best.
SENTENCES = 4
_NEARLY = 0.72
# A sentence answers when its meaning and half its coverage come to this, or its passage is as near as that.
# `bench/evidence.py` prints how they separate the shared sets.
MIN_SUPPORT, MIN_SIMILARITY = 0.6, 0.55
_NEAREST = 3


def choose(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The sentences to quote: the best, then one of each further story, then the best of the rest; none declines.

    Copies of one story are one source, so they take one place.
    """
    if not evidence or not _answers(evidence[0]):
        return []
    good = [e for e in evidence if _answers(e) and e.score >= _NEARLY * evidence[0].score]
    first: dict[str, Evidence] = {}
    for e in good:
        first.setdefault(e.article.story or e.article.id, e)
    chosen = list(first.values())[:SENTENCES]
    chosen += [e for e in good if e not in chosen][: max(0, SENTENCES - 1 - len(chosen))]
    return sorted(chosen, key=lambda e: -e.score)


def _answers(e: Evidence) -> bool:
    return e.meaning + e.coverage / 2 >= MIN_SUPPORT or e.similarity >= MIN_SIMILARITY


def write(question: str, evidence: Sequence[Evidence], resolve: Resolve) -> Iterator[str | Answer]:
    """The answer's Markdown piece by piece, then the answer (its `seconds` still 0).

    Args:
        question: as it was asked.
        evidence: the sentences found, best first.
        resolve: (text, day of publication) to the dates that the text mentions.
    """
    chosen = choose(evidence)
    verdict: Verdict = "answered" if chosen else "declined"
    pieces: list[str] = []
    citations: list[Citation] = []
    if not chosen:
        pieces.append("The articles do not say.")
        yield pieces[-1]
        if evidence:
            pieces.append("\n\nNearest passages, which do not answer it:")
            yield pieces[-1]
    for number, e in enumerate(chosen or evidence[:_NEAREST], 1):
        citation = cite(number, e.article, e.start, e.end)
        citations.append(citation)
        caption = "caption, " if any(a <= e.start < b for a, b in e.article.captions) else ""
        said = days_said(resolve(citation.quote, citation.published))
        line = f"{as_markdown(citation.quote)} [{number}] — {caption}{attribution(citation)}{said}"
        pieces.append(line if verdict == "answered" and number == 1 else f"\n\n- {line}")
        yield pieces[-1]
    yield Answer(question=question, verdict=verdict, text="".join(pieces), citations=tuple(citations), engine=ENGINE)
