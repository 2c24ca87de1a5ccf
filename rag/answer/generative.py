"""Passages to an answer that a language model writes and code checks.

The model's sentences are shown only where a passage supports them; verdict and sides come from the same code as
without a model. Where no model answers, the extractive answer stands in, and says why. Knows no provider.
"""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Protocol

from rag.answer.budget import pack, tokens
from rag.answer.check.checker import Checked, Checker
from rag.answer.check.drafts import sentences
from rag.answer.check.reading import Resolve
from rag.answer.check.speakers import Reports
from rag.answer.cite import as_markdown, attribution, cite
from rag.answer.fence import boundary, fenced
from rag.answer.prompts import Prompt
from rag.errors import LlmError
from rag.types import Answer, Citation, Hit, Position, Statement

REFUSAL = "The articles do not say."
_NO_ANSWER = "The language model found no answer in the passages."
NOTHING_SUPPORTED = "The passages support nothing of what the language model wrote."
# Tokens of an answer at most, and the share of a small window; six short sentences take some 250.
LONGEST, _SHARE = 600, 4
# A model that goes on after so many sentences only copies the passages; the sides that are lacking are added by code.
_SENTENCES = 6
_OWN_MARKER = re.compile(r"(?<!\\)\[(\d+)\]")


class Writer(Protocol):
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


def write(
    question: str, hits: Sequence[Hit], extractive: Answer, resolve: Resolve, model: Writer, prompt: Prompt,
    statements: Mapping[str, Sequence[Statement]] | None = None, reports: Reports | None = None,
) -> Iterator[str | Answer]:  # fmt: skip
    """The answer's Markdown sentence by sentence, each as soon as it is checked, then the answer (`seconds` still 0).

    Args:
        question: as it was asked.
        hits: the passages found, best first.
        extractive: the answer without a model: its verdict and sides stand, and its text where the model fails.
        resolve: (text, day of publication) to the dates that the text mentions.
        model: writes.
        prompt: the answer prompt.
        statements: those of each article, by its id: the prompt says who speaks in a passage.
        reports: what a sentence reports of others, to see whether it was they who said so.
    """
    if extractive.verdict == "declined":  # nothing in the passages to write from
        yield from _as_it_is(extractive)
        return
    draft = _Draft(extractive)
    problem = ""
    try:
        valued = _by_value(hits, extractive)
        window = model.window()
        system, user, shown, left_out = _filled(question, valued, window, prompt, statements or {})
        if left_out:
            draft.notices.append(f"{left_out} of {len(hits)} passages did not fit into the model's window")
        checker = Checker(question, shown, resolve, [c.quote for c in extractive.citations], statements, reports)
        written = model.stream(system, user, longest=longest(window))
        for sentence in sentences(written):
            if draft.shown == _SENTENCES:
                written.close()
                break
            if sentence.text.strip("“” ").casefold().startswith(REFUSAL.casefold().rstrip(".")):
                draft.refused = True
            elif not checker.is_lead_in(sentence):
                yield from draft.add(checker.check(sentence), shown)
    except LlmError as e:
        problem = f"The language model {str(e).rstrip('?')}{'?' if str(e).endswith('?') else '.'}"
    if not problem and not draft.citations:
        problem = _NO_ANSWER if draft.refused else NOTHING_SUPPORTED
    yield from draft.fall_back(problem) if problem else draft.add_sides()
    yield draft.answer(question, model.name)


def longest(window: int) -> int:
    """Tokens that are kept for the answer."""
    return min(LONGEST, window // _SHARE)


def _as_it_is(answer: Answer) -> Iterator[str | Answer]:
    yield answer.text
    yield answer


def _by_value(hits: Sequence[Hit], extractive: Answer) -> list[Hit]:
    """The passages in which the evidence stands first, of each side in turn, so that none is lost for want of room."""
    sides: dict[str, list[Citation]] = {}
    for position in extractive.positions:
        cited = [c for c in extractive.citations if c.number in position.citations]
        sides.setdefault(position.stance, []).extend(cited)
    turns = [c for turn in zip_longest(*sides.values()) for c in turn if c]
    first = [h for c in [*turns, *extractive.citations] for h in hits if _holds(h, c)]
    return list({h.passage.id: h for h in [*first, *hits]}.values())


def _holds(hit: Hit, citation: Citation) -> bool:
    at = hit.passage
    return hit.article.id == citation.article_id and at.start <= citation.start < at.end


def _filled(
    question: str, hits: Sequence[Hit], window: int, prompt: Prompt, statements: Mapping[str, Sequence[Statement]]
) -> tuple[str, str, list[Hit], int]:
    """The messages, the passages in them by their numbers, and how many were left out for want of room."""
    mark = boundary()
    bare = longest(window) + sum(tokens(part) for part in prompt.fill(passages="", question=question, refusal=REFUSAL))
    texts = [fenced(number, hit, mark, _said(hit, statements)) for number, hit in enumerate(hits, 1)]
    kept = pack(texts, window - bare)
    if not kept:
        raise LlmError(f"has a window of {window:,} tokens, too small for one passage")
    shown = [hits[i] for i in kept]
    passages = "\n\n".join(fenced(n, hit, mark, _said(hit, statements)) for n, hit in enumerate(shown, 1))
    system, user = prompt.fill(passages=passages, question=question, refusal=REFUSAL)
    return system, user, shown, len(hits) - len(shown)


def _said(hit: Hit, statements: Mapping[str, Sequence[Statement]]) -> list[Statement]:
    """The statements that begin in the passage."""
    at = hit.passage
    return [s for s in statements.get(hit.article.id, ()) if s.content and at.start <= s.content[0][0] < at.end]


class _Draft:
    """The answer as it grows."""

    def __init__(self, extractive: Answer) -> None:
        self.extractive = extractive
        self.text = ""
        self.citations: list[Citation] = []
        self.positions: list[Position] = []
        self.unsupported: list[str] = []
        self.notices: list[str] = []
        self.shown = 0
        self.refused = False
        self.fell_back = False

    def add(self, checked: Checked, hits: Sequence[Hit]) -> Iterator[str]:
        """A sentence with its citations, or one more that is not supported."""
        sentence = checked.sentence
        if not checked.places:
            self.unsupported.append(sentence.text)
            return
        numbers = [self._number(cite(1, hits[p.hit].article, p.start, p.end)) for p in checked.places]
        line = f"{as_markdown(sentence.text)} {''.join(f'[{n}]' for n in dict.fromkeys(numbers))}"
        opening = "\n\n- " if sentence.item else "\n\n" if sentence.opens else " "
        self.shown += 1
        yield self._put(f"{opening if self.text else opening.lstrip()}{line}")

    def add_sides(self) -> Iterator[str]:
        """The sides that the evidence has and the model's text leaves out."""
        for position in self.extractive.positions:
            theirs = [c for c in self.extractive.citations if c.number in position.citations]
            numbers = [n for c in theirs if (n := self._overlapping(c))]
            if not numbers and theirs:
                numbers = [self._number(theirs[0])]
                quoted = f"{as_markdown(theirs[0].quote)} [{numbers[0]}] — {attribution(theirs[0])}"
                yield self._put(f"\n\n- {as_markdown(position.speaker)} {position.stance}: {quoted}")
            self.positions.append(replace(position, citations=tuple(dict.fromkeys(numbers))))

    def fall_back(self, problem: str) -> Iterator[str]:
        """The extractive answer behind a line that says why."""
        self.fell_back = not self.text
        self.notices.append(problem)
        numbers = {c.number: self._number(c) for c in self.extractive.citations}
        text = _OWN_MARKER.sub(lambda m: f"[{numbers[int(m[1])]}]", self.extractive.text)
        self.positions = [
            replace(p, citations=tuple(numbers[n] for n in p.citations)) for p in self.extractive.positions
        ]
        yield self._put(f"{chr(10) * 2 if self.text else ''}{problem} In the articles' own words:\n\n{text}")

    def answer(self, question: str, engine: str) -> Answer:
        """All of it."""
        return Answer(
            question=question, verdict=self.extractive.verdict, text=self.text, citations=tuple(self.citations),
            positions=tuple(self.positions), unsupported=tuple(self.unsupported), notices=tuple(self.notices),
            engine=self.extractive.engine if self.fell_back else engine,
        )  # fmt: skip

    def _put(self, piece: str) -> str:
        self.text += piece
        return piece

    def _number(self, citation: Citation) -> int:
        """The number of the citation, a new one where its span is not cited yet."""
        for c in self.citations:
            if (c.article_id, c.start, c.end) == (citation.article_id, citation.start, citation.end):
                return c.number
        self.citations.append(replace(citation, number=len(self.citations) + 1))
        return len(self.citations)

    def _overlapping(self, theirs: Citation) -> int | None:
        return next((c.number for c in self.citations if c.article_id == theirs.article_id
                     and c.start < theirs.end and theirs.start < c.end), None)  # fmt: skip
