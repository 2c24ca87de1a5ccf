"""Evidence to an answer without a language model: the articles' own sentences, cited.

Says nothing that no article says. What is answered, contested or declined is decided here until positions are
weighed (`positions`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from rag.answer.answerable import Assessment
from rag.answer.cite import as_markdown, attribution, cite, days_said
from rag.answer.evidence import Evidence
from rag.types import Answer, Citation, DateMention, Verdict

Resolve = Callable[[str, date | None], Sequence[DateMention]]

ENGINE = "extractive"
DECLINED = "The articles do not say."
# An answer quotes at most so many sentences, further ones only when nearly as good as the best.
SENTENCES = 4
_NEARLY = 0.72
_NEAREST = 3


def choose(assessment: Assessment) -> list[Evidence]:
    """The sentences to quote: the best, then one of each further story, then the best of the rest; none declines.

    Copies of one story are one source, so they take one place.
    """
    if not assessment.answering:
        return []
    good = [e for e in assessment.answering if e.score >= _NEARLY * assessment.answering[0].score]
    first: dict[str, Evidence] = {}
    for e in good:
        first.setdefault(e.article.story or e.article.id, e)
    chosen = list(first.values())[:SENTENCES]
    chosen += [e for e in good if e not in chosen][: max(0, SENTENCES - 1 - len(chosen))]
    return [chosen[0], *sorted(chosen[1:], key=lambda e: -e.score)]


def write(
    question: str, evidence: Sequence[Evidence], resolve: Resolve, assessment: Assessment
) -> Iterator[str | Answer]:
    """The answer's Markdown piece by piece, then the answer (its `seconds` still 0).

    Args:
        question: as it was asked.
        evidence: the sentences found, best first.
        resolve: (text, day of publication) to the dates that the text mentions.
        assessment: which of the evidence answers, and what is missing where none does.
    """
    chosen = choose(assessment)
    verdict: Verdict = "answered" if chosen else "declined"
    pieces: list[str] = []
    citations: list[Citation] = []
    if not chosen:
        pieces.append(declined(assessment.missing))
        yield pieces[-1]
        if evidence:
            pieces.append("\n\nNearest passages, which do not answer it:")
            yield pieces[-1]
    elif assessment.short is not None:
        start, end = assessment.short
        pieces.append(f"**{as_markdown(chosen[0].article.text[start:end])}**\n\n")
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


def declined(missing: str) -> str:
    """How an answer that declines begins: 'The articles do not say. No passage says how many ports.'."""
    if not missing:
        return DECLINED
    verb = "mentions" if missing.startswith("“") else "says"
    return f"{DECLINED} No passage {verb} {as_markdown(missing)}."
