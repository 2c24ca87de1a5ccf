"""Where each source stands, by the user's language model: each is asked by itself and held against the others' answers.

A small model that is shown two passages, or two answers, and asked whether they contradict each other says the same of
all. Shown one source alone and asked for its answer in as few words as possible, it mostly gives that source's; and
asked whether another source's answer is right, it mostly sees that the one shown doesn't say so. Two sources exclude
each other where the model finds, by each of them, its own answer much likelier than the other's (`bench/judge.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answer.excerpts import Excerpt, shown
from rag.answer.fence import as_data, boundary
from rag.answer.judge import Judge, yes
from rag.answer.prompts import Prompt
from rag.text import stems, words

# Sources that are asked, the nearest first; each costs some seconds on a plain machine.
SOURCES = 3
# A source answers from this probability of Yes on, and is surer of its own answer than of another's by so much.
ANSWERS, SURER = 0.4, 0.35
# A source says that something is so where that is at least so likely.
LIKELY = 0.5
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """One independent source: what was shown of it, and its answer in a few words."""

    excerpts: tuple[Excerpt, ...]
    value: str

    @property
    def denies(self) -> bool:
        """Whether it reports that somebody denies."""
        return any(x.voice.denies for x in self.excerpts)

    def holding(self, value: str) -> Excerpt | None:
        """The first of its excerpts that has all words of an answer."""
        value_stems = set(stems(value))
        return next((x for x in self.excerpts if value_stems <= set(stems(x.article.text[x.start : x.end]))), None)

    @property
    def first(self) -> Excerpt:
        """The excerpt that has its answer; the first where it says Yes or No."""
        return self.holding(self.value) or self.excerpts[0]


def disagreeing(question: str, several: Sequence[Excerpt], model: Judge, prompt: Prompt) -> list[SourceAnswer]:
    """The sources with their answers where two of them exclude each other; none where no two do.

    To a question whether something is so, the answers are Yes and, where a denial is reported, No.
    """
    of: dict[str, list[Excerpt]] = {}
    for x in several:
        of.setdefault(x.story, []).append(x)
    if len(of) < 2:
        return []
    answering = _sources_that_answer(question, list(of.values())[:SOURCES], model, prompt)
    sources = [source for source, _ in answering]
    if any(_begins(source.value, "yes", "no") for source in sources):
        return _yes_and_no(answering, question, model, prompt)
    apart = [
        (i, j) for (i, a), (j, b) in combinations(enumerate(sources), 2)
        if a.holding(a.value) and b.holding(b.value) and not a.holding(b.value) and not b.holding(a.value)
    ]  # fmt: skip
    if not apart:
        return []
    compared = sorted({n for pair in apart for n in pair})
    values = list(dict.fromkeys(sources[n].value for n in compared))
    held = {n: _held(values, answering[n][1], question, model, prompt) for n in compared}
    against = {
        n
        for i, j in apart
        if min(held[i][sources[i].value] - held[j][sources[i].value],
               held[j][sources[j].value] - held[i][sources[j].value]) >= SURER
        for n in (i, j)
    }  # fmt: skip
    # What is quoted for a side must answer by itself, as for a dispute that the articles report.
    sided = [
        sources[i] for i in sorted(against) if _answers(shown([sources[i].first], boundary()), question, model, prompt)
    ]
    return sided if len({s.value for s in sided}) > 1 else []


def _yes_and_no(
    answering: Sequence[tuple[SourceAnswer, str]], question: str, model: Judge, prompt: Prompt
) -> list[SourceAnswer]:
    """The sources that say that it is so, and those that report a denial; none where either lacks."""
    if not any(source.denies for source, _ in answering):
        return []
    sided = [
        SourceAnswer(source.excerpts, "No" if source.denies else "Yes")
        for source, passages in answering
        if source.denies or _held(["Yes"], passages, question, model, prompt)["Yes"] >= LIKELY
    ]
    return sided if len({s.value for s in sided}) == 2 else []


def _sources_that_answer(
    question: str, stories: Sequence[Sequence[Excerpt]], model: Judge, prompt: Prompt
) -> list[tuple[SourceAnswer, str]]:
    """Each source that answers, with its excerpts as the prompt has them."""
    found: list[tuple[SourceAnswer, str]] = []
    for own in stories:
        passages = shown(own, boundary())
        if _answers(passages, question, model, prompt):
            system, user = prompt.fill("value", passages=passages, question=question)
            value = " ".join("".join(model.stream(system, user, longest=_LONGEST)).split())
            if words(value):
                found.append((SourceAnswer(tuple(own), value), passages))
    return found


def _answers(passages: str, question: str, model: Judge, prompt: Prompt) -> bool:
    return yes(model, *prompt.fill("judge", passages=passages, question=question)) >= ANSWERS


def _held(values: Sequence[str], passages: str, question: str, model: Judge, prompt: Prompt) -> dict[str, float]:
    """How likely each answer is right by these passages alone."""
    return {
        value: yes(model, *prompt.fill("check", passages=passages, question=question, answer=as_data(value, "")))
        for value in values
    }


def _begins(value: str, *several: str) -> bool:
    return words(value)[:1] in [[word] for word in several]
