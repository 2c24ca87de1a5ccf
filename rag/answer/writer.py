"""Evidence to an answer that the user's language model judges and writes, and code checks.

Judge: does the evidence contain the answer? Write: one to four sentences, each shown as soon as it is checked. Sides:
what each source answers by itself. Nothing but the model's own judgement and the check of what it wrote decides what is
shown. Where no model answers, the findings stand in and say why. Knows no provider.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Protocol

from rag.answer import findings
from rag.answer.budget import tokens
from rag.answer.cite import as_markdown, cite
from rag.answer.disputes import find_dispute
from rag.answer.evidence import Evidence, Statements, voice_of
from rag.answer.excerpts import Excerpt, Reads, excerpts, fitting, shown
from rag.answer.fence import as_data, boundary
from rag.answer.findings import NEAR, Lines, Resolve, nothing_near
from rag.answer.prompts import Prompt
from rag.answer.sides import disagreeing, yes
from rag.answer.verification.checker import Checked, Checker
from rag.answer.verification.drafts import Sentence, sentences
from rag.answer.verification.speakers import Reports
from rag.errors import LlmError
from rag.types import Answer, Hit, Passage, Position, Stance, Verdict

# The evidence answers where the model's Yes is at least that likely; a source that is asked by itself likewise. A
# sentence in free words is held where the Yes of the check is at least SAID, and is a paraphrase to be checked from
# PERHAPS on. The first is chosen from `bench/judge.py`, the others by hand; '' is a model of no known family.
THRESHOLDS: Mapping[str, tuple[float, float, float]] = {"": (0.5, 0.75, 0.6), "qwen2.5": (0.45, 0.75, 0.6)}
# Tokens of an answer at most, and the share of a small window; sentences after which a model only repeats itself.
LONGEST, _SHARE, _SENTENCES = 300, 4, 4
NOTHING_SUPPORTED = "The passages support nothing of what the language model wrote."
_STANCES: Mapping[str, Stance] = {"Yes": "asserts", "No": "denies"}
PARAPHRASE = "*(in other words than the article's)*"


class Model(Protocol):
    """A language model."""

    @property
    def name(self) -> str:
        """'openai:gpt-4o-mini'."""
        ...

    def window(self) -> int:
        """Tokens of prompt and answer together."""
        ...

    def stream(self, system: str, prompt: str, *, longest: int) -> Generator[str]:
        """The answer's pieces, until it is closed; raises LlmError with what 'The language model …' did."""
        ...

    def probability(self, system: str, prompt: str) -> dict[str, float] | None:
        """The probabilities of Yes and No as the next word; None where the model begins with neither."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found for a question: all that the writing needs beside the model.

    Attributes:
        question: one that can be understood alone.
        evidence: sentences, best first.
        hits: the passages that they are of, best first.
        statements: those of the hits' articles.
        resolve: (text, day of publication) to the dates that the text mentions.
        reports: what a sentence reports of others.
        articles: how many were searched.
    """

    question: str
    evidence: Sequence[Evidence]
    hits: Sequence[Hit]
    statements: Statements
    resolve: Resolve
    reports: Reports
    articles: int


def write(
    asked: str, found: Found, model: Model, prompts: Mapping[str, Prompt], reads: Reads, request: str = "write"
) -> Iterator[str | Answer]:
    """The answer's Markdown sentence by sentence, each as soon as it is checked, then the answer (`seconds` still 0).

    Args:
        asked: the question as it was asked.
        model: judges and writes.
        prompts: 'answer' and 'verify'.
        reads: how much the model is given.
        request: what it is to write, a request of the prompt 'answer'; a summary is not judged.
    """
    draft = _Draft(asked, found, model, prompts)
    try:
        yield from draft.made(reads, request)
    except LlmError as e:
        problem = f"The language model {str(e).rstrip('?')}{'?' if str(e).endswith('?') else '.'}"
        yield from draft.fall_back(problem)
    yield draft.answer()


def thresholds(name: str) -> tuple[float, float, float]:
    """The thresholds of a model by its name: those of its family, else those of any model."""
    return next((t for family, t in THRESHOLDS.items() if family and family in name.casefold()), THRESHOLDS[""])


class _Draft:
    """The answer as it grows."""

    def __init__(self, asked: str, found: Found, model: Model, prompts: Mapping[str, Prompt]) -> None:
        self.asked, self.found, self.model, self.prompts = asked, found, model, prompts
        self.answers, self.said, self.perhaps = thresholds(model.name)
        self.lines = Lines(found.resolve)
        self.text = ""
        self.verdict: Verdict = "answered"
        self.engine = model.name
        self.unsupported: list[str] = []
        self.notices: list[str] = []

    def made(self, reads: Reads, request: str) -> Iterator[str]:
        """Judge, write, sides."""
        chosen, values = self._shown(reads)
        prompt = self.prompts["answer"]
        if request == "write" and (not chosen or yes(self.model, *prompt.fill("judge", **values)) < self.answers):
            yield from self._nothing()
            return
        dispute = find_dispute([e for e in self.found.evidence if e.nearness >= NEAR]) if request == "write" else None
        if dispute is not None:
            yield self._put("The sources disagree.")
        system, user = prompt.fill(request, **values)
        checker = self._checker(chosen)
        written = self.model.stream(system, user, longest=min(LONGEST, self.model.window() // _SHARE))
        count = 0
        with closing(written):
            for sentence in sentences(written):
                if not checker.is_lead_in(sentence):
                    piece = self._checked(sentence, checker)
                    count += 1
                    yield from [self._put(piece)] if piece else []
                if count == _SENTENCES + 2 * (request != "write"):
                    break
        if not self.lines.citations:
            yield from self.fall_back(NOTHING_SUPPORTED)
        elif dispute is not None:
            self.verdict = "contested"
            self.lines.positions.clear()
            yield from (self._put(f"\n\n{line}") for line in self.lines.sides(dispute))
        elif request == "write":
            yield from self._sides(chosen)

    def _shown(self, reads: Reads) -> tuple[list[Excerpt], dict[str, str]]:
        """The excerpts that fit, and the prompt's values."""
        window, prompt = self.model.window(), self.prompts["answer"]
        bare = sum(map(tokens, prompt.fill("write", passages="", question=self.found.question)))
        wanted = excerpts(reads, self.found.evidence, self.found.hits)
        room = window - bare - min(LONGEST, window // _SHARE)
        chosen = fitting(wanted, room)
        if wanted and not chosen:
            raise LlmError(f"has a window of {window:,} tokens, too small for one excerpt")
        if len(chosen) < len(wanted):
            self.notices.append(f"{len(wanted) - len(chosen)} of {len(wanted)} excerpts did not fit into its window")
        return chosen, {"passages": shown(chosen, boundary()), "question": self.found.question}

    def _checker(self, chosen: Sequence[Excerpt]) -> Checker:
        """Holds sentences against the passages that the excerpts are of."""
        held = [next((h for h in self.found.hits if _holds(h, x)), _hit(x)) for x in chosen]
        told = [x.article.text[x.start : x.end] for x in chosen]
        return Checker(self.found.question, held, self.found.resolve, told, self.found.statements, self.found.reports)

    def _checked(self, sentence: Sentence, checker: Checker) -> str:
        """A sentence with its markers, '' where it is not held."""
        checked = checker.check(sentence)
        note = ""
        if not checked.places and checked.free is not None:
            checked, note = self._in_free_words(checked, checker)
        if not checked.places:
            self.unsupported.append(sentence.text)
            return ""
        numbers: list[int] = []
        for p in checked.places:
            article = checker.hits[p.hit].article
            numbers.append(self.lines.number(cite(len(self.lines.citations) + 1, article, p.start, p.end)))
            self._position(numbers[-1], checker.hits[p.hit], p.start, p.end)
        line = f"{as_markdown(sentence.text)} {''.join(f'[{n}]' for n in dict.fromkeys(numbers))}{note}"
        opening = "\n\n- " if sentence.item else "\n\n" if sentence.opens else " "
        return f"{opening if self.text else opening.lstrip()}{line}"

    def _in_free_words(self, checked: Checked, checker: Checker) -> tuple[Checked, str]:
        """The sentence with its place where the model, shown only both, says that it is said there."""
        place = checked.free
        assert place is not None
        stretch = checker.hits[place.hit].article.text[place.start : place.end]
        values = {"passage": as_data(stretch, ""), "sentence": checked.sentence.text}
        said = yes(self.model, *self.prompts["verify"].fill("judge", **values))
        if said < self.perhaps:
            return checked, ""
        return replace(checked, places=(place,)), "" if said >= self.said else f" {PARAPHRASE}"

    def _position(self, number: int, hit: Hit, start: int, end: int) -> None:
        """Who is cited, once a citation."""
        if any(number in p.citations for p in self.lines.positions):
            return
        article = hit.article
        voice = voice_of(article, start, end, self.found.statements.get(article.id, ()))
        speaker = voice.speaker or article.publisher or article.title
        self.lines.positions.append(
            Position(stance=voice.stance, speaker=speaker, text=voice.words or article.text[start:end],
                     citations=(number,), publisher=article.publisher, published=article.published, via=voice.via)
        )  # fmt: skip

    def _sides(self, chosen: Sequence[Excerpt]) -> Iterator[str]:
        """What each source answers by itself, where two of them exclude each other."""
        sources = disagreeing(self.found.question, chosen, self.model, self.prompts["answer"])
        if not sources:
            return
        self.verdict = "contested"
        self.lines.positions.clear()
        yield self._put("\n\nThe sources disagree:")
        for source in sources:
            best = next(e for e in self.found.evidence if any(_within(e, x) for x in source.excerpts))
            line = self.lines.line(best, source.value)
            stance = _STANCES.get(source.value, best.voice.stance)
            self.lines.positions[-1] = replace(self.lines.positions[-1], stance=stance)
            yield self._put(f"\n\n- **{as_markdown(source.value.rstrip('.'))}** — {line}")

    def _nothing(self) -> Iterator[str]:
        """That nothing seems to answer, what was looked for, and the nearest lines."""
        self.verdict = "declined"
        looked_for = f" Looked for: {as_markdown(self.found.question)}" if self.found.question != self.asked else ""
        yield self._put(nothing_near(self.found.articles) + looked_for)
        near = [e for e in self.found.evidence if e.nearness >= NEAR][:3]
        if near:
            yield self._put("\n\nThe nearest lines:")
        for e in near:
            yield self._put(f"\n\n- {self.lines.line(e)}")

    def fall_back(self, problem: str) -> Iterator[str]:
        """The findings behind a line that says why."""
        self.notices.append(problem)
        if not self.text:
            self.engine = findings.ENGINE
        yield self._put(f"{chr(10) * 2 if self.text else ''}{problem} In the articles' own words:")
        *_, plain = findings.write(
            self.asked, self.found.evidence, self.found.resolve, self.found.articles, lines=self.lines
        )
        assert isinstance(plain, Answer)
        self.verdict = plain.verdict
        yield self._put(f"\n\n{plain.text}")

    def answer(self) -> Answer:
        """All of it."""
        return Answer(
            question=self.asked, verdict=self.verdict, text=self.text, citations=tuple(self.lines.citations),
            positions=tuple(self.lines.positions), unsupported=tuple(self.unsupported), notices=tuple(self.notices),
            engine=self.engine,
        )  # fmt: skip

    def _put(self, piece: str) -> str:
        self.text += piece
        return piece


def _holds(hit: Hit, x: Excerpt) -> bool:
    return hit.article.id == x.article.id and hit.passage.start <= x.start and x.end <= hit.passage.end


def _within(e: Evidence, x: Excerpt) -> bool:
    return e.article.id == x.article.id and x.start <= e.start and e.end <= x.end


def _hit(x: Excerpt) -> Hit:
    passage = Passage(id="", article_id=x.article.id, start=x.start, end=x.end, text=x.article.text[x.start : x.end])
    return Hit(passage=passage, article=x.article, score=0.0)
