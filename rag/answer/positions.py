"""Who holds what: sides to positions, and whether they stand against each other.

The sources disagree when they take a different stance towards what is asked, or give values for it that can't all be
true. Nobody is declared right. Knows nothing of Markdown.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from functools import cache

from rag.answer.asked import Asked, asked
from rag.answer.check.quotations import quotations, quotes
from rag.answer.evidence import Evidence
from rag.answer.expect import Kind
from rag.answer.parties import GIVING, turned_about
from rag.answer.same import OtherNames, no_other_names
from rag.answer.sides import (
    Read,
    Side,
    Statements,
    altered,
    is_named,
    merged,
    read,
    same_source,
    same_story,
    sides_in,
    support,
)
from rag.answer.stance import NEGATION
from rag.answer.terms import STOP
from rag.answer.values import Value, compatible, named_in, names
from rag.related import is_kind, narrower
from rag.text import stems
from rag.types import Stance

# A value counts as given for what is asked when its sentence is that near to the question; or when its article is
# nearly so and its sentence holds the question's own verb or noun. `bench/ramdocs.py` prints what others give.
SURE, ABOUT = 0.8, 0.4
# ... and no other value's sentence is so much nearer that it tells of something else.
OF_NEAREST = 0.6
# Of a day, it must also hold that share of the question's words that the fullest one holds: things that happened on
# other days differ in little else.
OF_FULLEST = 0.5
# A sentence takes a side when it is that near, and not much less so than the nearest.
TAKES_SIDE, _OF_BEST, _OF_BEST_OPEN, _OF_WORDS = 0.6, 0.6, 0.9, 0.45
# What is asked of one who denies or doubts whether it is so, as a share of that.
_AGAINST = 0.8
# One of the nearest takes a side in whatever words.
_SURELY = 0.85
_ROUNDABOUT = 0.3
# Names of the question, or of the assertion that a denial is of, that a side speaks of; and how near it is then.
_KNOWN_BY, _OF_NEAR = 2, 0.8
# What it weighs, beside nearness, that a statement says what the question quotes.
_TOLD = 0.6
# ... and that whoever says it has a name.
_NAMED = 0.1
# An article's next sentence is needed beside its best one when it is worth that share of it.
_SECOND = 0.45
# A sentence beside the best one is shown when it may answer itself: from this probability on.
TELLS = 0.15
_WORD = re.compile(r"\w[\w.,’'-]*\w|\w")
# How a word of each kind of answer looks.
_OF_KIND: dict[Kind, re.Pattern[str]] = {
    "number": re.compile(r"\d"), "time": re.compile(r"\d|[A-Z]"), "person": re.compile(r"[A-Z]"),
    "place": re.compile(r"[A-Z]"), "name": re.compile(r"[A-Z]"), "any": re.compile(r"\w"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The sides that hold the same: one stance, or one value."""

    stance: Stance
    value: Value | None
    sides: tuple[Side, ...]

    @property
    def sources(self) -> int:
        """How many independent sources hold it."""
        return len(self.sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the sources hold, the group with most sources first; `contested` when groups stand against each other.

    `sides` are all of them, in a group or not; `lead` is the one that answers first; `rest` are those of articles that
    are in no group, best first.
    """

    asked: Asked
    groups: tuple[Group, ...] = ()
    contested: bool = False
    sides: tuple[Side, ...] = ()
    lead: Side | None = None
    rest: tuple[Side, ...] = ()

    @property
    def grouped(self) -> tuple[Side, ...]:
        """The sides that are in a group."""
        return tuple(s for g in self.groups for s in g.sides)

    def sources_of(self, side: Side | None) -> int:
        """How many independent sources hold what a side holds, itself included."""
        return next((g.sources for g in self.groups if side in g.sides), 1)

    def side_of(self, e: Evidence) -> Side | None:
        """The side that a sentence shows, None when it shows none."""
        shown = [s for s in self.grouped if s.evidence == e]
        others = (s for s in self.sides if s.evidence == e or e in s.copies)
        return shown[0] if shown else next(others, None)


def find(
    question: str, evidence: Sequence[Evidence], statements: Statements, other_names: OtherNames = no_other_names
) -> Findings:
    """The positions on a question.

    Args:
        evidence: sentences, best first.
        statements: of each article that the evidence is from, by its id.
        other_names: by which two names may name one thing.
    """
    wanted = asked(question)
    if not evidence:
        return Findings(asked=wanted)
    other_names = cache(other_names)  # the sentences have few names, and those often
    straight = [e for e in evidence if not turned_about(e.text, wanted.parties)] or evidence[:1]
    sentences = [read(e, wanted, other_names) for e in straight]
    sides = [side for r in sentences for side in sides_in(r, statements.get(r.evidence.article.id, ()), wanted)]
    most = max(e.coverage for e in evidence)
    groups, rest = list[Group](), list[Side]()
    if wanted.manner == "value":
        groups, rest = _by_value(sides, wanted)
    else:
        best = max(support(e) for e in evidence)
        near = max(TAKES_SIDE, (_OF_BEST_OPEN if wanted.manner == "open" else _OF_BEST) * best)
        against = _AGAINST if wanted.manner == "whether" else 1.0
        close = [s for s in sides if _is_close(s, near, best, most, against)]
        if wanted.manner == "whether":
            surely = [s for s in close if support(s.evidence) >= _SURELY * best or s.stance in ("denies", "doubts")]
            close = _on_topic(sides, surely, near, wanted, other_names)
        close = [s for s in close if not s.evidence.is_caption] or close
        if wanted.manner in ("whether", "open"):
            groups = _by_stance(close)
        elif wanted.manner == "speaker" and wanted.cue != "asserts":
            told = (g for g in _by_stance(close) if g.stance == wanted.cue)
            groups = [g for g in (replace(g, sides=tuple(s for s in g.sides if s.statement)) for g in told) if g.sides]
    groups.sort(key=lambda g: (-g.sources, -max(s.read.worth for s in g.sides)))
    contested = len(groups) > 1 and not wanted.lists
    return Findings(asked=wanted, groups=tuple(groups), contested=contested, sides=tuple(sides),
                    lead=_lead(sides, wanted), rest=tuple(rest))  # fmt: skip


def _lead(sides: Sequence[Side], wanted: Asked) -> Side | None:
    """The side that answers first: of the best sentences the one whose words are most the question's own.

    Who said that *something* is told by the statement of that something, not by another one of the same sentence.
    """
    if not sides or wanted.manner != "speaker":
        return sides[0] if sides else None
    held, quoted = wanted.held, quotations(wanted.question)

    def worth(side: Side) -> float:
        return support(side.evidence) + _TOLD * told(side) + _NAMED * is_named(side.speaker)

    def told(side: Side) -> float:
        if side.statement is None:
            return 0.0
        said = " ".join(side.evidence.article.text[a:b] for a, b in side.statement.content)
        of_speaker = 0.5 * bool(set(stems(side.speaker)) & held)
        return len(held & set(stems(said))) / len(held or {""}) - of_speaker + quotes(said, quoted)

    return max(sides, key=worth)


def _is_close(side: Side, near: float, best: float, most: float, against: float) -> bool:
    """Whether a side's sentence is near enough to the question, in meaning and in words.

    Who denies or doubts rarely says it in the question's words ('never had any dealings'), so only the share `against`
    is asked of him.
    """
    less = against if side.stance in ("denies", "doubts") else 1.0
    near_enough = support(side.evidence) >= less * near
    return near_enough and (
        side.evidence.coverage >= less * _OF_WORDS * most or support(side.evidence) >= _SURELY * best
    )


def _on_topic(
    sides: Sequence[Side], close: Sequence[Side], near: float, wanted: Asked, other_names: OtherNames
) -> list[Side]:
    """The sides that speak of those whom the question names and of what it asks, and what denies one of them.

    Each may do so in other words: of a name by another name, of arms by rifles. Who denies what a side asserts may be
    far from the question ('we never sold any arms' from 'Were 1,000 crates of rifles shipped to Sudrey?'): he speaks of
    names in the assertion, as many as there need be to know it by.
    """
    parties = named_in(wanted.question, other_names)
    named = frozenset(s for n in names(wanted.question) for s in n.stems)
    things = [s for s in wanted.held - GIVING - named if not s[0].isdigit()]

    def speaks(side: Side, of: Set[str]) -> bool:
        told = named_in(side.evidence.text, other_names) | named_in(side.speaker, other_names)
        held = sum(is_kind(s, side.read.stems) or narrower(s, side.read.stems) for s in things)
        return len(of & told) >= min(_KNOWN_BY, len(of)) and 2 * held >= len(things)

    found = [s for s in sides if s in close or (support(s.evidence) >= _OF_NEAR * near and speaks(s, parties))]
    asserted = (named_in(s.evidence.text, other_names) for s in found if s.stance in ("asserts", "estimates"))
    claims = [claim for claim in asserted if things and len(claim) >= _KNOWN_BY]
    denials = (s for s in sides if s.stance == "denies" and s not in found and not s.evidence.is_caption)
    return found + [s for s in denials if any(speaks(s, claim) for claim in claims)]


def _by_stance(sides: Sequence[Side]) -> list[Group]:
    """The sides by stance: assertions and estimates together, denials, doubts."""
    against = {(s.evidence.article.id, s.evidence.start, s.speaker) for s in sides if s.stance in ("denies", "doubts")}
    of: dict[Stance, list[Side]] = {}
    heard = list[Side]()
    for side in merged(sorted(sides, key=_plainness)):
        turned = (side.evidence.article.id, side.evidence.start, side.speaker) in against
        if turned and side.stance not in ("denies", "doubts"):
            continue  # what the sentence says besides
        if any(same_source(side, h) and same_story(side, h) for h in heard):
            continue  # what the same source says less clearly
        heard.append(side)
        of.setdefault("asserts" if side.stance == "estimates" else side.stance, []).append(side)
    return [Group(stance=key, value=None, sides=tuple(several)) for key, several in of.items()]


def _plainness(side: Side) -> float:
    """For sorting: the nearest sentence first, one that asserts by way of a negation, doubts or reckons later."""
    turned = side.stance == "asserts" and NEGATION.pattern.search(side.evidence.text) is not None
    return _ROUNDABOUT * (turned or side.stance in ("doubts", "estimates")) - side.read.worth


def _by_value(sides: Sequence[Side], wanted: Asked) -> tuple[list[Group], list[Side]]:
    """The sides by value, each article heard once, and those whose value is not surely of what is asked."""
    of: dict[str, list[Side]] = {}
    for side in sides:
        of.setdefault(side.evidence.article.id, []).append(side)
    sure, rest = list[Side](), list[Side]()
    for several in of.values():
        several.sort(key=lambda s: -s.read.worth)
        about = max(support(s.evidence) for s in several) >= ABOUT
        first = replace(several[0], second=_second(several, wanted))
        known = support(first.evidence) >= SURE or (first.read.anchored and about)
        (sure if first.value is not None and known else rest).append(first)
    nearest = max((support(s.evidence) for s in sure), default=0.0)
    fullest = max((s.evidence.coverage for s in sure), default=0.0)
    far = [s for s in sure if support(s.evidence) < OF_NEAREST * nearest
           or (wanted.kind == "time" and s.evidence.coverage < OF_FULLEST * fullest)]  # fmt: skip
    sure, rest = [s for s in sure if s not in far], [*rest, *far]
    if all(_agree(a, b, wanted) for a in sure for b in sure):
        sure, rest = _with_versions(sides, sure, rest, wanted)
    groups: list[list[Side]] = []
    for side in merged(sorted(sure, key=lambda s: -s.read.worth)):
        at = next((g for g in groups if all(_agree(side, other, wanted) for other in g)), None)
        at.append(side) if at is not None else groups.append([side])
    rest.sort(key=lambda s: -s.read.worth)
    return [Group(stance=g[0].stance, value=g[0].value, sides=tuple(g)) for g in groups], rest


def _with_versions(
    sides: Sequence[Side], sure: list[Side], rest: list[Side], wanted: Asked
) -> tuple[list[Side], list[Side]]:
    """The sure sides and the rest when two articles have one sentence in two versions, each with its own value."""
    about = {s.evidence.article.id for s in sides if support(s.evidence) >= ABOUT}
    near = [s for s in sides if s.evidence.article.id in about]
    for i, a in enumerate(near):
        for b in near[i + 1 :]:
            if a.evidence.article.id != b.evidence.article.id and altered(a.read, b.read):
                x, y = (_changed(one, other, wanted) for one, other in ((a.read, b.read), (b.read, a.read)))
                if x and y and not compatible(x, y):
                    two = [replace(a, read=replace(a.read, value=x)), replace(b, read=replace(b.read, value=y))]
                    taken = {a.evidence.article.id, b.evidence.article.id}
                    return two, [s for s in [*sure, *rest] if s.evidence.article.id not in taken]
    return sure, rest


def _changed(one: Read, other: Read, wanted: Asked) -> Value | None:
    """The words, from the first to the last, that only one version has; None if none is of the kind asked for."""
    new = [m for m in _WORD.finditer(one.evidence.text) if set(stems(m[0])) - other.stems - STOP]
    if not new or not any(_OF_KIND[wanted.kind].match(m[0]) for m in new):
        return None
    text = one.evidence.text[new[0].start() : new[-1].end()]
    return Value(kind="term", start=new[0].start(), end=new[-1].end(), text=text,
                 stems=frozenset(s for m in new for s in stems(m[0])))  # fmt: skip


def _second(several: Sequence[Side], wanted: Asked) -> Evidence | None:
    """Of an article's sentences, best first, the next one, if the first may not be enough."""
    first = several[0]
    for other in several[1:]:
        if other.evidence is not first.evidence:
            if other.read.worth < _SECOND * first.read.worth:
                return None
            needed = (first.value is None or wanted.kind == "any") and other.evidence.probability >= TELLS
            differs = first.value and other.value and other.value.text != first.value.text
            return other.evidence if needed or differs else None
    return None


def _agree(a: Side, b: Side, wanted: Asked) -> bool:
    if a.value is None or b.value is None:
        return True
    return compatible(a.value, b.value) and not (wanted.kind == "any" and altered(a.read, b.read))
