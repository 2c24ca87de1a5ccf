"""Whether sources contradict one another in so many words, without a language model.

Two things are exact enough to be called a dispute: somebody is reported to deny what another source is reported to
assert, both sentences near in meaning; and one sentence stands in two sources with another number, date or name in
one place. Everything else is left for the reader, or for a language model, to see. `bench/measure.py` and
`bench/exam.py` count how often sources are called contested that agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from rapidfuzz.distance import Indel

from rag.answer.evidence import Evidence
from rag.text import stems
from rag.text.function_words import asks_whether, is_negated
from rag.text.numbers import figures

# A denial is of what another sentence says where their vectors are so near (cosine), and both are about what is asked
# where they are so near to the question (`Evidence.nearness`).
ABOUT_THE_SAME, ABOUT_THE_QUESTION = 0.65, 0.75
# Two sentences are versions of one where so many of their words stand in the same order.
VERSIONS = 0.75
_LOOKED_AT = 12  # sentences, each held against each


@dataclass(frozen=True, slots=True)
class Dispute:
    """The sides of a dispute: what each is called, and its sentences, best first."""

    sides: tuple[tuple[str, tuple[Evidence, ...]], ...]


def find_dispute(question: str, evidence: Sequence[Evidence]) -> Dispute | None:
    """The dispute that the best of these sentences tell of, None where they tell of none.

    A denial is a side of the question only where that takes a yes or a no: of 'Why were arms sold?' it is no answer.
    """
    return (_denied(evidence) if asks_whether(question) else None) or _versions(evidence[:_LOOKED_AT])


def _denied(evidence: Sequence[Evidence]) -> Dispute | None:
    near = [e for e in evidence if e.nearness >= ABOUT_THE_QUESTION]
    denials = _with_most_words(e for e in near if e.voice.denies)
    # 'The report was never sent to her' says as she does, who denies that she knew of it.
    asserting = [e for e in near if e.voice.stance == "asserts" and not is_negated(e.text)]
    for denial in denials:
        if said := [e for e in asserting if e.story != denial.story and _nearness(e, denial) >= ABOUT_THE_SAME]:
            doubts = _with_most_words(e for e in near if e.voice.stance == "doubts")
            sides = {"Said": said, "Denied": denials, "Doubted": doubts}
            return Dispute(tuple((name, tuple(side)) for name, side in sides.items() if side))
    return None


def _with_most_words(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Those that have the most of the question's words: one that has fewer is of something else beside it."""
    several = list(evidence)
    most = max((e.coverage for e in several), default=0.0)
    return [e for e in several if e.coverage >= most]


def _nearness(a: Evidence, b: Evidence) -> float:
    return float(a.vector @ b.vector) if a.vector is not None and b.vector is not None else 0.0


def _versions(evidence: Sequence[Evidence]) -> Dispute | None:
    for a, b in combinations(evidence, 2):
        if a.story != b.story and (values := _one_difference(a.text, b.text)):
            return Dispute(((values[0], (a,)), (values[1], (b,))))
    return None


def _one_difference(a: str, b: str) -> tuple[str, str] | None:
    """The words in which two versions of a sentence differ: in one place, by a number or a name on both sides."""
    x, y = a.split(), b.split()
    if Indel.normalized_similarity(x, y, score_cutoff=VERSIONS) < VERSIONS:  # never less than the ratio, and quicker
        return None
    matcher = SequenceMatcher(None, x, y, autojunk=False)
    if matcher.ratio() < VERSIONS:
        return None
    changed = [op for op in matcher.get_opcodes() if op[0] != "equal"]
    if len(changed) != 1 or changed[0][0] != "replace":
        return None
    _, a1, a2, b1, b2 = changed[0]
    one, other = (" ".join(words).strip('.,;:!?"“”') for words in (x[a1:a2], y[b1:b2]))
    return (one, other) if _is_value(one) and _is_value(other) and _differ(one, other) else None


def _is_value(words: str) -> bool:
    return bool(figures(words)) or all(w[:1].isupper() for w in words.split())


def _differ(one: str, other: str) -> bool:
    a, b = ({f.key for f in figures(words)} for words in (one, other))
    return a.isdisjoint(b) if a and b else set(stems(one)).isdisjoint(stems(other))
