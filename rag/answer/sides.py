"""Where each source stands, by the user's language model: each is asked by itself and held against the others' answers.

A small model that is shown two passages, or two answers, and asked whether they contradict each other says the same of
all. Judge for the answer that one source gives, in as few words as possible, it mostly gives that source's own; and
asked, by one source alone, whether another's answer is right, it tells what the source doesn't say. Two sources exclude
each other where each holds its own answer much surer than the other's (`bench/judge.py`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.answer.excerpts import Excerpt, shown
from rag.answer.fence import as_data, boundary
from rag.answer.judge import Judge, yes
from rag.answer.prompts import Prompt
from rag.text import words

# Sources that are asked, the nearest first; each costs some seconds on a plain machine.
SOURCES = 3
# A source answers from this probability of Yes on, and is surer of its own answer than of another's by so much.
ANSWERS, SURER = 0.35, 0.35
# Whether something is so: the source is on the side of which it is surer by so much, and more likely than not.
SIDED, LIKELY = 0.05, 0.5
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Source:
    """One independent source: what was shown of it, and its answer in a few words."""

    excerpts: tuple[Excerpt, ...]
    value: str

    @property
    def denies(self) -> bool:
        """Whether it reports that somebody denies."""
        return any(x.voice.denies for x in self.excerpts)


def disagreeing(question: str, several: Sequence[Excerpt], model: Judge, prompt: Prompt) -> list[Source]:
    """The sources with their answers where two of them exclude each other; none where no two do.

    To a question whether something is so, the answers are Yes and No, and a reported denial is a No.
    """
    of: dict[str, list[Excerpt]] = {}
    for x in several:
        of.setdefault(x.story, []).append(x)
    if len(of) < 2:
        return []
    asked = _asked(question, list(of.values())[:SOURCES], model, prompt)
    sources = [source for source, _ in asked]
    whether = any(_begins(source.value, "yes", "no") for source in sources)
    values = ["Yes", "No"] if whether else list(dict.fromkeys(source.value for source in sources))
    if len(sources) < 2 or len(values) < 2:
        return []
    held = [_held(values, passages, question, model, prompt) for _, passages in asked]
    if whether:
        sided = [Source(s.excerpts, side) for s, h in zip(sources, held, strict=True) if (side := _side(s, h))]
        return sided if len({s.value for s in sided}) == 2 else []
    against = {
        i
        for (i, a), (j, b) in combinations(enumerate(sources), 2)
        if min(held[i][a.value] - held[j][a.value], held[j][b.value] - held[i][b.value]) >= SURER
        for i in (i, j)
    }
    return [sources[i] for i in sorted(against)]


def _asked(
    question: str, stories: Sequence[Sequence[Excerpt]], model: Judge, prompt: Prompt
) -> list[tuple[Source, str]]:
    """Each source that answers, with its excerpts as the prompt has them."""
    found: list[tuple[Source, str]] = []
    for own in stories:
        passages = shown(own, boundary())
        if yes(model, *prompt.fill("judge", passages=passages, question=question)) >= ANSWERS:
            system, user = prompt.fill("value", passages=passages, question=question)
            value = " ".join("".join(model.stream(system, user, longest=_LONGEST)).split())
            if words(value):
                found.append((Source(tuple(own), value), passages))
    return found


def _held(values: Sequence[str], passages: str, question: str, model: Judge, prompt: Prompt) -> dict[str, float]:
    """How likely each answer is right by these passages alone."""
    return {
        value: yes(model, *prompt.fill("check", passages=passages, question=question, answer=as_data(value, "")))
        for value in values
    }


def _side(source: Source, held: Mapping[str, float]) -> str:
    """'Yes', 'No', or '' where the source is not sure of either."""
    if source.denies:
        return "No"
    more = "Yes" if held["Yes"] >= held["No"] else "No"
    return more if abs(held["Yes"] - held["No"]) >= SIDED and held[more] >= LIKELY else ""


def _begins(value: str, *several: str) -> bool:
    return words(value)[:1] in [[word] for word in several]
