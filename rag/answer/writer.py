"""Evidence to an answer that the user's language model judges and writes, and code checks.

Judge: can the question be answered from the evidence? Write: one to four sentences, each shown as soon as it is
checked. Sides: what each source answers by itself. Nothing but the model's own judgement and the check of what it wrote
decides what is shown. Where no model answers, the findings stand in and say why. Knows no provider.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal, Protocol

from rag.answer import findings
from rag.answer.cite import as_markdown, attribution
from rag.answer.disputes import Dispute, find_dispute
from rag.answer.evidence import Evidence, Statements, voice_of
from rag.answer.excerpts import PARTS, SENTENCES, Excerpt, Reads, excerpts, head, in_parts, shown
from rag.answer.fence import boundary
from rag.answer.findings import BESIDE, DISAGREE, NEAR, Lines
from rag.answer.judge import Judge, grade, thresholds, yes
from rag.answer.prompts import Prompt
from rag.answer.sides import disagreeing
from rag.answer.verification.checker import Checker
from rag.answer.verification.drafts import DraftSentence, sentences
from rag.answer.verification.speakers import Reports
from rag.errors import LlmError
from rag.text import stems
from rag.text.vocabulary import tokens
from rag.types import Answer, Event, Hit, Passage, Stance, Verdict

# Tokens of an answer at most, and the share of a small window; sentences after which a model only repeats itself.
LONGEST, _SHARE, _SENTENCES = 300, 4, 4
# The judge reads the best excerpts only: over more it was never better (docs/benchmarks.md), and slower.
JUDGED = 3
# Sentences that are judged one by one where nothing that the model wrote is held.
_ALONE = 6
NOTHING_SUPPORTED = "The passages don't support the answer that the language model wrote."
_STANCE_OF_ANSWER: Mapping[str, Stance] = {"Yes": "asserts", "No": "denies"}
TO_BE_CHECKED = "*(a paraphrase, to be checked)*"
IN_OWN_WORDS = "In the articles' own words:"


Task = Literal["write", "summarise"]


class WritingModel(Judge, Protocol):
    """A language model that judges and writes."""

    def window(self) -> int:
        """Tokens of prompt and answer together."""
        ...

    def stream(self, system: str, prompt: str, *, longest: int) -> Generator[str]:
        """The answer's pieces, until it is closed; raises LlmError with what 'The language model …' did."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What was found for a question: all that the writing needs beside the model.

    Attributes:
        question: one that can be understood alone.
        evidence: sentences, best first.
        hits: the passages that they are of, best first.
        statements: those of the hits' articles.
        reports: what a sentence reports of others.
        articles: how many were searched.
    """

    question: str
    evidence: Sequence[Evidence]
    hits: Sequence[Hit]
    statements: Statements
    reports: Reports
    articles: int


def write(
    original_question: str,
    material: Material,
    model: WritingModel,
    prompts: Mapping[str, Prompt],
    reads: Reads,
    request: Task = "write",
) -> Iterator[str | Event | Answer]:
    """The answer's Markdown sentence by sentence, each as soon as it is checked, then the answer (`seconds` still 0).

    Args:
        original_question: as the user typed it.
        model: judges and writes.
        prompts: 'answer' and 'verify'.
        reads: how much the model is given.
        request: what it is to write: an answer to a question, which is judged first and whose sources are compared; or
            a summary, a comparison or a list, which is written in parts where there is more than it can read at once,
            with an `Event` that says so before each.
    """
    draft = _Writing(original_question, material, model, prompts)
    try:
        yield from draft.answered(reads) if request == "write" else draft.in_parts(reads)
    except LlmError as e:
        problem = f"The language model {str(e).rstrip('?')}{'?' if str(e).endswith('?') else '.'}"
        yield from draft.fall_back(problem)
    yield draft.answer()


class _Writing:
    """The answer as it grows."""

    def __init__(
        self, original_question: str, material: Material, model: WritingModel, prompts: Mapping[str, Prompt]
    ) -> None:
        self.original_question, self.material, self.model, self.prompts = original_question, material, model, prompts
        self.lines = Lines()
        self._mark = boundary()
        self._said, self._cited = set[str](), set[tuple[str, int, int]]()
        self._paraphrased = dict[int, None]()  # numbers of the citations that paraphrases rest on
        self.text = ""
        self.verdict: Verdict = "answered"
        self.engine = model.name
        self.unsupported: list[str] = []
        self.notices: list[str] = []

    def answered(self, reads: Reads) -> Iterator[str | Event]:
        """Judge, write, sides."""
        available = excerpts(reads, self.material.evidence, self.material.hits)
        parts = self._parts(available, len(available))
        chosen = parts[0] if parts else []
        if len(chosen) < len(available):
            self.notices.append(
                f"{len(available) - len(chosen)} of {len(available)} excerpts did not fit into its window"
            )
        if not chosen or not self._is_yes(chosen[:JUDGED]):
            yield from self._nothing()
            return
        dispute = self._dispute()
        yield from self._written("write", chosen, _SENTENCES, "" if dispute is None else f"{DISAGREE}\n\n")
        if not self.lines.citations:
            yield from self._judged_alone() if dispute is None else self.fall_back(NOTHING_SUPPORTED)
            return
        yield from self._originals()
        if dispute is not None:
            self.verdict = "contested"
            self.lines.positions.clear()
            yield from (self._put(f"\n\n{line}") for line in self.lines.sides(dispute))
        else:
            yield from self._sides(chosen)

    def _dispute(self) -> Dispute | None:
        """The dispute that the articles report, where the model finds that each side is on the question."""
        dispute = find_dispute(self.material.question, [e for e in self.material.evidence if e.nearness >= NEAR])
        if dispute is None:
            return None
        best = [_excerpt(e) for _, side in dispute.sides for e in side[:1]]
        return dispute if all(self._is_yes([x]) for x in best) else None

    def in_parts(self, reads: Reads) -> Iterator[str | Event]:
        """What the excerpts say on the question, part by part, each judged before it is written of."""
        several = self._parts(
            excerpts(reads, self.material.evidence, self.material.hits, SENTENCES * PARTS, SENTENCES), SENTENCES
        )
        answering = False
        for number, part in enumerate(several, 1):
            if len(several) > 1:
                yield Event(kind="reading", text=f"Reading part {number} of {len(several)}")
            if self._is_yes(part):
                answering = True
                yield from self._written("summarise", part, _SENTENCES if len(several) > 1 else 2 * _SENTENCES)
        if not answering:
            yield from self._nothing()
            return
        if not self.lines.citations:
            yield from self.fall_back(NOTHING_SUPPORTED)
        yield from self._originals()

    def _parts(self, available: Sequence[Excerpt], most: int) -> list[list[Excerpt]]:
        """The excerpts in parts that fit into the model's window with question and answer."""
        window = self.model.window()
        bare = sum(map(tokens, self.prompts["answer"].fill("write", passages="", question=self.material.question)))
        parts = in_parts(available, window - bare - self._longest, most)
        if available and not parts:
            raise LlmError(f"has a window of {window:,} tokens, too small for one excerpt")
        return parts

    @property
    def _longest(self) -> int:
        return min(LONGEST, self.model.window() // _SHARE)

    def _filled(self, request: str, chosen: Sequence[Excerpt]) -> tuple[str, str]:
        """The messages of a request: those of one answer begin alike, so that a server reads what is new alone."""
        passages = shown(chosen, self._mark)
        return self.prompts["answer"].fill(request, passages=passages, question=self.material.question)

    def _is_yes(self, chosen: Sequence[Excerpt]) -> bool:
        """Whether the model finds the answer in these excerpts."""
        return self._likely(chosen) >= self._least

    def _likely(self, chosen: Sequence[Excerpt]) -> float:
        """How likely the model finds it that these excerpts answer."""
        return yes(self.model, *self._filled("judge", chosen))

    @property
    def _least(self) -> float:
        """How likely that must be."""
        return thresholds(self.model)[0]

    def _written(self, request: Task, chosen: Sequence[Excerpt], most: int, opening: str = "") -> Iterator[str]:
        """What the model writes of the excerpts, at most so many sentences, each once it is checked.

        The first sentence is the answer: where it is not held, what follows answers nothing, and is not waited for.
        """
        checker, heads = self._checker(chosen), [head(x) for x in chosen]
        written = self.model.stream(*self._filled(request, chosen), longest=self._longest)
        with closing(written):
            for sentence in islice((s for s in sentences(written) if not checker.is_lead_in(s)), most):
                piece = self._checked(_without_head(sentence, heads), checker)
                if piece:
                    yield self._put(piece if self.text else f"{opening}{piece}")
                elif request == "write" and not self.text:
                    return

    def _checker(self, chosen: Sequence[Excerpt]) -> Checker:
        """Holds sentences against the passages that the excerpts are of."""
        held = [next((h for h in self.material.hits if _holds(h, x)), _hit(x)) for x in chosen]
        texts = [x.article.text[x.start : x.end] for x in chosen]
        return Checker(self.material.question, held, texts, self.material.statements, self.material.reports)

    def _checked(self, sentence: DraftSentence, checker: Checker) -> str:
        """A sentence with its markers, '' where it is not held."""
        sure, places = grade(checker.check(sentence), checker, self.model, self.prompts["verify"])
        if not places:
            self.unsupported.append(sentence.text)
            return ""
        # Small models repeat themselves: the same sentence again, or what is cited already in words of their own.
        said = {" ".join(stems(sentence.text))}
        spans = {(checker.hits[p.hit].article.id, p.start, p.end) for p in places}
        if said <= self._said or (sure != "supported" and spans <= self._cited):
            return ""
        self._said |= said
        self._cited |= spans
        numbers: list[int] = []
        for p in places:
            article = checker.hits[p.hit].article
            voice = voice_of(article, p.start, p.end, self.material.statements.get(article.id, ()))
            numbers.append(self.lines.cited(article, p.start, p.end, voice))
        note = ""
        if sure != "supported":
            note = f" {TO_BE_CHECKED}"
            self._paraphrased |= dict.fromkeys(numbers)
        line = f"{as_markdown(sentence.text)} {''.join(f'[{n}]' for n in dict.fromkeys(numbers))}{note}"
        opening = "\n\n- " if sentence.item else "\n\n" if sentence.opens else " "
        return f"{opening if self.text else opening.lstrip()}{line}"

    def _originals(self) -> Iterator[str]:
        """What the paraphrases are to be checked against."""
        if self._paraphrased:
            yield self._put(f"\n\n{IN_OWN_WORDS}")
        for number in self._paraphrased:
            c = self.lines.citations[number - 1]
            yield self._put(f"\n\n- {as_markdown(c.quote)} [{number}] — {attribution(c)}")

    def _sides(self, chosen: Sequence[Excerpt]) -> Iterator[str]:
        """What each source answers by itself, where two of them that are near exclude each other."""
        best = self.material.evidence[0].nearness
        near = {e.story for e in self.material.evidence if e.nearness >= BESIDE * best}
        several = [x for x in chosen if x.story in near]
        sources = disagreeing(self.material.question, several, self.model, self.prompts["answer"])
        if not sources:
            return
        self.verdict = "contested"
        self.lines.positions.clear()
        yield self._put(f"\n\n{DISAGREE}")
        for source in sources:
            best = next(e for e in self.material.evidence if _within(e, source.first))
            line = self.lines.line(best, source.value)
            stance = _STANCE_OF_ANSWER.get(source.value, best.voice.stance)
            self.lines.positions[-1] = replace(self.lines.positions[-1], stance=stance)
            yield self._put(f"\n\n- **{as_markdown(source.value.rstrip('.'))}** — {line}")

    def _nothing(self) -> Iterator[str]:
        """That nothing seems to answer, what was looked for, and the nearest lines."""
        self.verdict = "declined"
        looked_for = self.material.question if self.material.question != self.original_question else ""
        for line in self.lines.nothing(self.material.evidence, self.material.articles, looked_for):
            yield self._put(f"\n\n{line}" if self.text else line)

    def _judged_alone(self) -> Iterator[str]:
        """The nearest sentences that the model, shown each by itself, finds to answer, the surest first.

        For where nothing that it wrote is held: either it wrote badly, or nothing answers after all.
        """
        self.notices.append(NOTHING_SUPPORTED)
        near = findings.one_a_source([e for e in self.material.evidence if e.nearness >= NEAR])[:_ALONE]
        judged = [(self._likely([_excerpt(e)]), e) for e in near]
        answering = [e for likely, e in sorted(judged, key=lambda j: -j[0]) if likely >= self._least]
        if not answering:
            yield from self._nothing()
            return
        yield self._put(f"{NOTHING_SUPPORTED} {IN_OWN_WORDS}")
        yield from (self._put(f"\n\n- {self.lines.line(e)}") for e in answering)

    def fall_back(self, problem: str) -> Iterator[str]:
        """The findings, and a line that says why: before them where the model wrote something, else behind them."""
        self.notices.append(problem)
        *_, plain = findings.write(
            self.original_question, self.material.evidence, self.material.articles, lines=self.lines
        )
        assert isinstance(plain, Answer)
        self.verdict = plain.verdict
        if not self.text:
            self.engine = findings.ENGINE
        if self.text or self.unsupported:
            opening = "\n\n" if self.text else ""
            yield self._put(f"{opening}{problem} {IN_OWN_WORDS}\n\n{plain.text}")
        else:
            yield self._put(f"{plain.text}\n\n*{problem} These are the articles' own words.*")

    def answer(self) -> Answer:
        """All of it."""
        return Answer(
            question=self.original_question, verdict=self.verdict, text=self.text,
            citations=tuple(self.lines.citations), positions=tuple(self.lines.positions),
            unsupported=tuple(self.unsupported), notices=tuple(self.notices), engine=self.engine,
        )  # fmt: skip

    def _put(self, piece: str) -> str:
        self.text += piece
        return piece


def _without_head(sentence: DraftSentence, heads: Sequence[str]) -> DraftSentence:
    """The sentence without the head of an excerpt that a small model copies before it: '(Gazette, 2 May 2024) …'."""
    for copied in heads:
        for form in (f"({copied})", f"{copied}:"):
            if sentence.text.startswith(form):
                return replace(sentence, text=sentence.text[len(form) :].lstrip(" ,:"))
    return sentence


def _holds(hit: Hit, x: Excerpt) -> bool:
    return hit.article.id == x.article.id and hit.passage.start <= x.start and x.end <= hit.passage.end


def _excerpt(e: Evidence) -> Excerpt:
    return Excerpt(e.article, e.start, e.end, e.voice)


def _within(e: Evidence, x: Excerpt) -> bool:
    return e.article.id == x.article.id and x.start <= e.start and e.end <= x.end


def _hit(x: Excerpt) -> Hit:
    passage = Passage(id="", article_id=x.article.id, start=x.start, end=x.end, text=x.article.text[x.start : x.end])
    return Hit(passage=passage, article=x.article, score=0.0)
