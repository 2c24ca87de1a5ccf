"""An answer without a language model: the articles' own sentences, each under the name of who says it.

First the sentence that bears most on the question, then what other sources say, one line a source, and the next one
of its own, which may answer where the first doesn't quite. It claims no more than that: whether a sentence answers is
for the reader to see, or for a language model. The sources are set against one another only where the reporting itself
does so (`disputes`).
"""

from collections.abc import Iterator, Sequence

from rag.answer.cite import as_markdown, attribution, cite, days_said
from rag.answer.disputes import Dispute, find_dispute
from rag.answer.evidence import Evidence, Voice, is_read
from rag.text import stems
from rag.text.dates import resolve
from rag.text.names import same_name
from rag.types import UNNAMED, Answer, Article, Citation, Position, Span, Verdict

ENGINE = "extractive"
# Nothing nearer than this is near: `bench/retrieval.py` prints how many answerable questions are then declined.
NEAR = 0.3
# Below this the lines are said to be only the nearest: half of the exam's questions that nothing answers lie there, and
# a fifth of the others.
PLAIN = 0.7
# What else is said is shown where it is nearly as near as the first sentence: a line a source, two of the first's.
BESIDE = 0.75
SOURCES = 5
_NEAREST = 3
DISAGREE = "The sources disagree."
ONLY_NEAR = "*These are the nearest lines; whether they answer is for you to judge.*"
UNREAD = "who says what is read in English only: an article in another language is quoted without speaker or stance"


def write(
    question: str, evidence: Sequence[Evidence], articles: int, short: Span | None = None,
    lines: "Lines | None" = None, summary: bool = False, near: float = NEAR,
) -> Iterator[str | Answer]:  # fmt: skip
    """The answer's Markdown piece by piece, then the answer (its `seconds` still 0).

    Args:
        question: as it was asked.
        evidence: sentences, best first.
        articles: how many were searched.
        short: the place of the answer itself in the first sentence's article, where a reader model found it.
        lines: those of an answer that these belong to, with what it cites already.
        summary: whether a summary or a list was asked for, which only a language model can write.
        near: how near the nearest sentence has to be; nothing is declined in a language that can't be read.
    """
    lines = lines or Lines()
    found = [e for e in evidence if e.nearness >= near] or (list(evidence) if summary else [])
    if not found:
        yield from _answer(question, "declined", lines, lines.nothing(evidence, articles))
        return
    if summary:
        yield from _answer(question, "answered", lines, lines.summary(found))
        return
    dispute = find_dispute(question, found)
    if dispute is not None:
        yield from _answer(question, "contested", lines, lines.disputed(dispute, found[0]))
        return
    yield from _answer(question, "answered", lines, lines.findings(found, short))


def _answer(question: str, verdict: Verdict, lines: "Lines", written: Iterator[str]) -> Iterator[str | Answer]:
    text = ""
    for line in written:
        piece = line if not text else f"\n\n{line}"
        text += piece
        yield piece
    yield Answer(question=question, verdict=verdict, text=text, citations=tuple(lines.citations),
                 positions=tuple(lines.positions), engine=ENGINE, notices=(UNREAD,) * lines.unread)  # fmt: skip


def one_a_source(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence of each source: a speaker who has a name is one wherever he speaks, a story however copied."""
    kept: list[Evidence] = []
    for e in evidence:
        if not any(same_source(e, k) for k in kept):
            kept.append(e)
    return kept


def same_source(a: Evidence, b: Evidence) -> bool:
    """Whether two sentences are of one source: one speaker by name, or one story where nobody is named."""
    x, y = (None if e.voice.speaker == UNNAMED else e.voice.speaker for e in (a, b))
    if x is None or y is None:
        return x is y and a.story == b.story
    return same_name(x, y) and (a.story == b.story or any(word[0].isupper() for word in x.split()))


class Lines:
    """The lines of an answer in the making, and what they cite so far."""

    def __init__(self) -> None:
        self.unread = False
        self.citations: list[Citation] = []
        self.positions: list[Position] = []

    def findings(self, near: Sequence[Evidence], short: Span | None = None) -> Iterator[str]:
        """The best sentence, then the next one of its source and those of other sources."""
        first, *others = one_a_source(near)
        again = [e for e in near if e is not first and same_source(e, first)][:1]
        if short is not None:
            yield f"**{as_markdown(first.article.text[short[0] : short[1]])}**"
        yield self.line(first)
        beside = [e for e in (*again, *others) if e.nearness >= BESIDE * first.nearness]
        beside.sort(key=lambda e: -e.score)
        # Whoever denies is heard: the last line is his where no line before it is.
        denial = next((e for e in beside if e.voice.denies), None)
        if denial is not None and denial not in beside[:SOURCES]:
            beside = [*beside[: SOURCES - 1], denial, *(e for e in beside[SOURCES - 1 :] if e is not denial)]
        yield from self.several(beside)
        if first.nearness < PLAIN:
            yield ONLY_NEAR

    def summary(self, near: Sequence[Evidence]) -> Iterator[str]:
        """What bears on it, a line a source; and what would write it."""
        yield from self.several(one_a_source(near), 2 * SOURCES)
        yield "*What bears on it, in the articles' own words; a language model would write it: `rag models setup`.*"

    def several(self, evidence: Sequence[Evidence], most: int = SOURCES, *, rest_cited: bool = False) -> Iterator[str]:
        """Sentences as a list, at most `most`, and how many more there are, by their numbers where these are cited."""
        yield from (f"- {self.line(e)}" for e in evidence[:most])
        if rest := evidence[most:]:
            more = f"- and {len(rest)} more source{'s' if len(rest) > 1 else ''}"
            numbers = "".join(f"[{self.cited(e.article, e.start, e.end, e.voice)}]" for e in rest if rest_cited)
            yield f"{more} {numbers}" if numbers else f"{more}."

    def disputed(self, dispute: Dispute, first: Evidence) -> Iterator[str]:
        """That the sources disagree, each side, and the best sentence where it is on none."""
        yield DISAGREE
        yield from self.sides(dispute)
        if not any(e is first for _, side in dispute.sides for e in side):
            positions = list(self.positions)
            yield "**Also said**"
            yield f"- {self.line(first)}"
            self.positions[:] = positions

    def sides(self, dispute: Dispute) -> Iterator[str]:
        """Each side of a dispute under its heading; of its sources those beyond the first five by their numbers."""
        for heading, side in dispute.sides:
            yield f"**{as_markdown(heading)}**"
            yield from self.several(one_a_source(side), rest_cited=True)

    def nothing(self, evidence: Sequence[Evidence], articles: int, looked_for: str = "") -> Iterator[str]:
        """That nothing seems to answer; how the question was rewritten, where it was; the nearest sentences."""
        suffix = f" Looked for: {as_markdown(looked_for)}" if looked_for else ""
        yield f"{nothing_near(articles)}{suffix}"
        if evidence:
            yield "The nearest lines:"
        for e in evidence[:_NEAREST]:
            yield f"- {self.line(e)}"

    def line(self, e: Evidence, value: str | None = None) -> str:
        """A sentence under its speaker, with its marker, outlet and day, and the position that it shows."""
        number = self.cited(e.article, e.start, e.end, e.voice, value)
        self.unread |= not is_read(e.article)
        citation = self.citations[number - 1]
        caption = "caption, " if e.is_caption else ""
        said = days_said(resolve(citation.quote, citation.published), citation.published)
        return f"{who(e)}{as_markdown(citation.quote)} [{number}] — {caption}{attribution(citation)}{said}"

    def cited(self, article: Article, start: int, end: int, voice: Voice, value: str | None = None) -> int:
        """The number of a span, which is cited from here on, under the one who says it."""
        number = self._number(cite(len(self.citations) + 1, article, start, end))
        if not any(number in p.citations for p in self.positions):
            speaker = voice.speaker or article.publisher or article.title
            self.positions.append(
                Position(stance=voice.stance, speaker=speaker, text=voice.words or article.text[start:end],
                         citations=(number,), publisher=article.publisher, published=article.published,
                         via=voice.via, value=value)
            )  # fmt: skip
        return number

    def _number(self, citation: Citation) -> int:
        for c in self.citations:
            if (c.article_id, c.start, c.end) == (citation.article_id, citation.start, citation.end):
                return c.number
        self.citations.append(citation)
        return citation.number


def who(e: Evidence) -> str:
    """'**Maren Holt** (according to the mayor): ', where the sentence is his and does not name him itself."""
    speaker = e.voice.speaker
    if speaker in (None, UNNAMED) or not e.voice.mostly or set(stems(speaker)) <= set(stems(e.text)):
        return ""
    via = f" (according to {as_markdown(e.voice.via)})" if e.voice.via else ""
    return f"**{as_markdown(speaker)}**{via}: "


def nothing_near(articles: int) -> str:
    """What is said where nothing near was found; it doesn't claim that the articles are silent."""
    those = "the one article" if articles == 1 else f"these {articles:,} articles"
    return f"Nothing in {those} seems to answer this."
