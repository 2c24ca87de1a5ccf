"""Evidence to an answer without a language model: the articles' own sentences, cited, under the names of who says them.

First whether the sources agree, or the short answer, or the speaker asked for; then the sentences, side by side where
sources differ. Says nothing that no article says. Who holds what is found by `positions`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from rag.answer.answerable import Assessment
from rag.answer.asked import is_sure
from rag.answer.cite import as_markdown, attribution, cite, day, days_said, headed
from rag.answer.evidence import Evidence
from rag.answer.positions import TELLS, Findings, Group, find
from rag.answer.same import OtherNames, no_other_names
from rag.answer.sides import Side, Statements, outlet, support
from rag.answer.terms import STOP
from rag.text import stems
from rag.types import Answer, Citation, DateMention, Position, Span, Stance, Verdict

Resolve = Callable[[str, date | None], Sequence[DateMention]]

ENGINE = "extractive"
DECLINED = "The articles do not say."
# An answer on which the sources agree quotes at most so many sentences, further ones only when nearly as good.
SENTENCES = 4
_NEARLY, _HALF = 0.72, 0.5
# Where a value is asked for, so many sources are heard: the others' values would show a disagreement.
SOURCES = 6
# A value stands alone in the first line when its sentence is that near to the question, and nothing else may be meant.
_ALONE = 0.85
# A side of a disagreement shows so many of its sources, the others are counted; and so many further sentences follow.
_SHOWN, _FURTHER = 12, 6
_NEAREST = 3
# A sentence is also in another article when that one has so many of its words.
_SAME = 0.6

# The verdict on several questions is the first of these that one of them has.
_WEIGHS: Sequence[Verdict] = ("contested", "answered", "declined")
_VERBS: Mapping[Stance, tuple[str, str]] = {
    "asserts": ("asserts it", "assert it"),
    "estimates": ("estimates it", "estimate it"),
    "denies": ("denies it", "deny it"),
    "doubts": ("leaves it in doubt", "leave it in doubt"),
}
_HEADINGS: Mapping[Stance, str] = {
    "asserts": "Asserted", "estimates": "Estimated", "denies": "Denied", "doubts": "In doubt",
}  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Part:
    """A question that stands alone, the sentences found for it, best first, and which of them answer it."""

    question: str
    evidence: Sequence[Evidence]
    assessment: Assessment


def write(
    question: str, parts: Sequence[Part], resolve: Resolve, statements: Statements | None = None,
    other_names: OtherNames = no_other_names,
) -> Iterator[str | Answer]:  # fmt: skip
    """The answer's Markdown piece by piece, then the answer (its `seconds` still 0).

    Args:
        question: as it was asked.
        parts: what it asks, one or several things, each answered under its own words.
        resolve: (text, day of publication) to the dates that the text mentions.
        statements: those of each article that the evidence is from, by its id.
        other_names: by which two names may name one thing.
    """
    writer = _Writer(resolve)
    pieces: list[str] = []
    verdicts: list[Verdict] = []
    for part in parts:
        verdict, lines = writer.part(part, statements or {}, other_names)
        verdicts.append(verdict)
        for line in lines if len(parts) == 1 else chain([headed(part.question)], lines):
            pieces.append(line if not pieces else f"\n\n{line}")
            yield pieces[-1]
    verdict = min(verdicts, key=_WEIGHS.index)
    yield Answer(question=question, verdict=verdict, text="".join(pieces), citations=tuple(writer.citations),
                 positions=tuple(writer.positions), engine=ENGINE)  # fmt: skip


def declined(missing: str) -> str:
    """How an answer that declines begins: 'The articles do not say. No passage says how many ports.'."""
    if not missing:
        return DECLINED
    verb = "mentions" if missing.startswith("“") else "says"
    return f"{DECLINED} No passage {verb} {as_markdown(missing)}."


class _Writer:
    """One answer in the making: its lines, and what they cite so far."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.citations: list[Citation] = []
        self.positions: list[Position] = []
        self._named: list[Evidence] = []  # sentences that stand behind an 'also'

    def part(self, part: Part, statements: Statements, other_names: OtherNames) -> tuple[Verdict, Iterator[str]]:
        """The verdict on one question, and the lines of its answer, made as they are asked for."""
        chosen = choose(part.assessment)
        if not chosen:
            return "declined", self.declined(part.evidence, part.assessment.missing)
        findings = find(part.question, part.assessment.likely or part.evidence, statements, other_names)
        if findings.contested:
            return "contested", self.contested(findings)
        return "answered", self.answered(findings, chosen, part.assessment.short)

    def declined(self, evidence: Sequence[Evidence], missing: str) -> Iterator[str]:
        yield declined(missing)
        if evidence:
            yield "Nearest passages, which do not answer it:"
        for e in evidence[:_NEAREST]:
            yield f"- {self._quote(e)}"

    def answered(self, findings: Findings, chosen: Sequence[Evidence], short: Span | None) -> Iterator[str]:
        """The short answer or the speaker asked for, where there is one; then the sentences."""
        shown = [(findings.side_of(e), e) for e in chosen]
        lead = findings.lead
        match findings.asked.manner:
            case _ if short is not None:
                yield f"**{as_markdown(chosen[0].article.text[short[0] : short[1]])}**"
            case "speaker" if findings.groups:
                sides = findings.grouped[:SOURCES]
                shown = [(s, s.evidence) for s in sides]
                yield _several(sides)
            case "speaker" if lead is not None:
                shown = [(lead, lead.evidence), *(s for s in shown if s[1] is not lead.evidence)][:SENTENCES]
                if lead.statement is not None:
                    described = f", {lead.statement.description}" if lead.statement.description else ""
                    yield f"**{as_markdown(lead.speaker)}**{as_markdown(described)}{_relayed(lead)}"
            case "value":
                sides = sorted((*findings.grouped, *findings.rest), key=lambda s: -s.read.worth)
                best = sides[0]
                near = (s for s in sides if s is best or s.evidence.probability >= TELLS)
                shown = [(s, s.evidence) for s in near if s.read.worth >= _HALF * best.read.worth][:SOURCES]
                if best in findings.grouped and best.value and support(best.evidence) >= _ALONE:
                    if is_sure(best.evidence.text, best.value, findings.asked):
                        yield f"**{as_markdown(best.value.text)}**"
            case "whether" if findings.groups and findings.groups[0].sources > 1:
                yield f"The sources agree: {_counted(findings.groups)}."
            case _:
                pass
        for n, (side, e) in enumerate(shown):
            if e in self._named:
                continue
            line = self._side_line(side, e, findings.sources_of(side))
            yield line if n == 0 else f"- {line}"

    def contested(self, findings: Findings) -> Iterator[str]:
        """Whether and how the sources disagree, then each side, then what else is near."""
        yield f"The sources disagree: {_counted(findings.groups)}."
        for group in findings.groups:
            yield _heading(group)
            for side in group.sides[:_SHOWN]:
                yield f"- {self._side_line(side, side.evidence, group.sources)}"
            if group.sources > _SHOWN:
                yield f"- and {group.sources - _SHOWN} more."
        if findings.rest:
            yield "Also on this:"
        for side in findings.rest[:_FURTHER]:
            yield f"- {self._side_line(side, side.evidence, 1)}"

    def _side_line(self, side: Side | None, e: Evidence, sources: int) -> str:
        """A sentence under its speaker's name, and the position that it shows."""
        quote = self._quote(e)
        numbers = [len(self.citations)]
        if side is None:
            return quote
        elsewhere: list[str] = []
        if side.evidence is e:
            for copy in [c for c in side.copies if c.article.id != e.article.id and _says_the_same(c, e)][:2]:
                self.citations.append(cite(len(self.citations) + 1, copy.article, copy.start, copy.end))
                numbers.append(len(self.citations))
                self._named.append(copy)
                elsewhere.append(f"[{numbers[-1]}] {attribution(self.citations[-1])}")
        newest = max((side.evidence, *side.copies), key=lambda c: c.article.published or date.min).article
        self.positions.append(
            Position(stance=side.stance, speaker=side.speaker, text=_shortest(side, e), citations=tuple(numbers),
                     publisher=newest.publisher, published=newest.published, via=side.via,
                     value=side.value.text if side.value else None, sources=sources)
        )  # fmt: skip
        named = side.statement is not None and not set(stems(side.speaker)) <= set(stems(e.text))
        if side.second is not None and side.evidence is e:
            quote = f"{quote}\n  {self._quote(side.second)}"
            numbers.append(len(self.citations))
        who = f"**{as_markdown(side.speaker)}**{_relayed(side)}: " if named else ""
        return who + quote + (f"; also {', '.join(elsewhere)}" if elsewhere else "")

    def _quote(self, e: Evidence) -> str:
        """The sentence with its marker, outlet and date."""
        citation = cite(len(self.citations) + 1, e.article, e.start, e.end)
        self.citations.append(citation)
        caption = "caption, " if e.is_caption else ""
        said = days_said(self._resolve(citation.quote, citation.published))
        return f"{as_markdown(citation.quote)} [{citation.number}] — {caption}{attribution(citation)}{said}"


def _says_the_same(one: Evidence, other: Evidence) -> bool:
    """Whether two sentences of one source say one thing, by the words they share."""
    a, b = (frozenset(stems(e.text)) - STOP for e in (one, other))
    return len(a & b) >= _SAME * min(len(a), len(b))


def _several(sides: Sequence[Side]) -> str:
    """Who they are, each with its outlet: '**the mayor** (Herald) and **the port** (Times)'."""
    names = [f"**{as_markdown(s.speaker)}**{_relayed(s)} ({as_markdown(outlet(s.evidence.article))})" for s in sides]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _relayed(side: Side) -> str:
    return f" (according to {as_markdown(side.via)})" if side.via else ""


def _shortest(side: Side, e: Evidence) -> str:
    """The speaker's own words where they are quoted whole, else the sentence."""
    s = side.statement
    if s is not None and s.direct and len(s.content) == 1:
        return e.article.text[s.content[0][0] : s.content[0][1]]
    return e.text


def _counted(groups: Sequence[Group]) -> str:
    """'3 assert it, 1 denies it', or '**ten** (2 sources), **1,000** (1 source)'."""
    if groups[0].value is not None:
        return ", ".join(f"**{as_markdown(g.value.text)}** ({_sources(g)})" for g in groups if g.value)
    return ", ".join(f"{g.sources} {_VERBS[g.stance][g.sources > 1]}" for g in groups)


def _heading(group: Group) -> str:
    newest = max(group.sides, key=lambda s: s.published or date.min)
    dated = f", the newest of {day(newest.published)}" if newest.published else ""
    name = group.value.text if group.value else _HEADINGS[group.stance]
    return f"**{as_markdown(name)}** — {_sources(group)}{dated}"


def _sources(group: Group) -> str:
    return f"{group.sources} source{'s' if group.sources > 1 else ''}"
