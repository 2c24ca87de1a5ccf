"""Sentences to sides: whose word each is, which stance it takes, which value it gives.

A sentence that an article attributes is its speaker's; one that it doesn't is the outlet's own. Copies of one story and
the same speaker's same words in several outlets are one source. Knows nothing of which sides stand against each other.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer.asked import Asked, value_in
from rag.answer.evidence import Evidence
from rag.answer.same import OtherNames, no_other_names
from rag.answer.stance import cue_stance, stance
from rag.answer.terms import NAMELESS, STOP
from rag.answer.values import Value, compatible, same_name
from rag.text import stems
from rag.types import UNNAMED, Article, Stance, Statement

Statements = Mapping[str, Sequence[Statement]]

_DEFINITE = re.compile(r"(?:the|this|that|the same)\b", re.I)
_OTHER = re.compile(r"\b(?:another|other|second|third|different)\b", re.I)
# A describing word before whoever speaks: 'high-ranking' source, 'veteran' official; not: 'senior' alone, a word of the
# kind itself
_DESCRIBING = re.compile(
    r"\b([a-z]+(?:-[a-z]+)*) (?:source|official|member|officer|diplomat|lawmaker|minister|aide|adviser|executive)s?\b"
)
# What a sentence is worth more for a value of the kind asked for (a term less: any sentence has one), and for holding
# the question's own verb or noun beside it.
_VALUED, _TERMED, _ANCHORED = 0.5, 0.1, 0.4
# Two sentences that share so many of their words are copies; one of them was altered where they differ.
_ALTERED, _FEWEST = 0.7, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A sentence with what it holds of what is asked, and what it is `worth` as an answer.

    `anchored` says that it holds the question's own verb or noun.
    """

    evidence: Evidence
    value: Value | None
    stems: frozenset[str]
    anchored: bool
    worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One source's position, with the sentence that shows it.

    `copies` show the same position of the same source elsewhere; `second` is a further sentence of the same article
    that may be needed beside the first: it holds another value, or the first holds none.
    """

    read: Read
    speaker: str
    stance: Stance
    via: str | None = None
    statement: Statement | None = None
    copies: tuple[Evidence, ...] = ()
    second: Evidence | None = None

    @property
    def evidence(self) -> Evidence:
        """The sentence."""
        return self.read.evidence

    @property
    def value(self) -> Value | None:
        """What it gives for what is asked."""
        return self.read.value

    @property
    def published(self) -> date | None:
        """The newest day on which an article carried it."""
        days = [e.article.published for e in (self.evidence, *self.copies) if e.article.published]
        return max(days, default=None)


def support(e: Evidence) -> float:
    """How near a sentence is to the question, from 0 to about 1.5."""
    return e.meaning + e.coverage / 2


def read(e: Evidence, wanted: Asked, other_names: OtherNames = no_other_names) -> Read:
    """What a sentence holds of what is asked; a name counts as all the names of what it names."""
    value = value_in(e.text, wanted, other_names, e.article.text) if wanted.manner == "value" else None
    if value is not None and value.kind in ("name", "term"):
        value = replace(value, stems=value.stems.union(stems(" ".join(other_names(value.text)))))
    own = frozenset(stems(e.text))
    anchored = bool(own & (wanted.said | wanted.head))
    worth = e.score + (value is not None) * (_TERMED if wanted.kind == "any" else _VALUED)
    worth += _ANCHORED * (anchored and (value is not None or wanted.kind == "any"))
    return Read(evidence=e, value=value, stems=own, anchored=anchored, worth=worth)


def outlet(article: Article) -> str:
    """Whose voice an article's own is."""
    return article.publisher or "the article"


def sides_in(sentence: Read, statements: Sequence[Statement], wanted: Asked) -> list[Side]:
    """The sides that a sentence shows: one for each statement in it, or the article's own."""
    e = sentence.evidence
    covering = [s for s in statements if s.content[0][0] < e.end and e.start < s.content[-1][1] and _share(s, e) > 0]
    positions = wanted.manner in ("whether", "open") or wanted.cue != "asserts"
    found: list[Side] = []
    for s in covering:
        said = " ".join(
            e.article.text[max(a, e.start) : min(b, e.end)] for a, b in s.content if a < e.end and b > e.start
        )
        if positions and not _speaks_of(said, s, covering, wanted):
            continue
        found.append(Side(read=sentence, speaker=s.speaker or outlet(e.article), via=s.via, statement=s,
                          stance=_stance_of(s, said, wanted, e.article) if positions else s.stance))  # fmt: skip
    if not found:
        own = stance(e.text, wanted.held) if positions else "asserts"
        return [Side(read=sentence, speaker=outlet(e.article), stance=own)]
    return _innermost(_named(found)) if positions else _named(found)


def _named(sides: Sequence[Side]) -> list[Side]:
    """The sides of those who have a name, where there are any: 'Holt said that it was confirmed' is Holt's."""
    return [s for s in sides if s.speaker != UNNAMED] or [
        replace(s, speaker=s.via or outlet(s.evidence.article)) for s in sides
    ]


def _innermost(sides: Sequence[Side]) -> list[Side]:
    """The sides without those that report another one: 'Holt recalled that the mayor denied it' is the mayor's word."""
    cues = [s.statement.cue for s in sides if s.statement and s.statement.cue]
    return [
        s for s in sides
        if not any(a <= cue[0] < b for a, b in (s.statement.content if s.statement else ()) for cue in cues)
    ]  # fmt: skip


def _stance_of(s: Statement, said: str, wanted: Asked, article: Article) -> Stance:
    """The stance towards what is asked: a statement's own is that of its words alone, whatever the question."""
    cue = cue_stance(article.text[s.cue[0] : s.cue[1]]) if s.cue else "asserts"
    return s.stance if s.stance in ("doubts", "estimates") else stance(said, wanted.held, cue, s.stance)


def _share(s: Statement, e: Evidence) -> int:
    """How many characters of the sentence the statement says."""
    return sum(max(0, min(b, e.end) - max(a, e.start)) for a, b in s.content)


def _speaks_of(said: str, s: Statement, others: Sequence[Statement], wanted: Asked) -> bool:
    """Whether a statement says something of what is asked itself, and not through another statement within it."""
    if any(
        o is not s and o.cue and any(a <= o.cue[0] < b for a, b in s.content) and o.stance != "asserts" for o in others
    ):
        return False
    return bool(set(stems(said)) & wanted.held) or s.stance != "asserts" or len(others) == 1


def merged(sides: Iterable[Side]) -> list[Side]:
    """The sides with those of one source that hold the same made one, the best sentence kept."""
    kept: list[Side] = []
    for side in sides:
        if any(k.evidence is side.evidence and _same_position(k, side) for k in kept):
            continue  # a statement within a statement
        at = next((i for i, k in enumerate(kept) if same_source(k, side) and _same_position(k, side)), None)
        if at is None:
            kept.append(side)
        elif side.evidence not in (kept[at].evidence, *kept[at].copies):
            kept[at] = replace(kept[at], copies=(*kept[at].copies, side.evidence))
    return kept


def same_story(a: Side, b: Side) -> bool:
    """Whether two sides stand in one article or copies of it."""
    x, y = a.evidence.article, b.evidence.article
    return (x.story or x.id) == (y.story or y.id)


def same_source(a: Side, b: Side) -> bool:
    """Whether two sides are one speaker's, or one story's; 'the source' of another story is another source."""
    one_story = same_story(a, b)
    if a.statement is None and b.statement is None:
        return one_story
    if same_name(a.speaker, b.speaker):
        return one_story or (is_named(a.speaker) and is_named(b.speaker))
    return one_story and _same_unnamed(a, b)


def _same_unnamed(a: Side, b: Side) -> bool:
    """Whether 'the veteran official' of a story is 'a veteran member of the council', by a describing word they share.

    'The clerk' is no other 'clerk of the port' by this, nor 'another veteran official'.
    """
    names = [f"{s.speaker} {s.statement.description or ''}" if s.statement else s.speaker for s in (a, b)]
    if not any(_DEFINITE.match(n) for n in names) or any(_OTHER.search(n) for n in names):
        return False
    x, y = ({w for w in _DESCRIBING.findall(n.casefold()) if w not in STOP} for n in names)
    return bool(x & y)


def is_named(speaker: str) -> bool:
    """Whether a speaker has a name: 'Maren Holt', 'the NIS'; not: 'they', 'a source', 'Shortly'."""
    return any(word[0].isupper() and word.casefold() not in NAMELESS for word in speaker.split())


def _same_position(a: Side, b: Side) -> bool:
    if a.stance != b.stance or a.value is None or b.value is None:
        return a.stance == b.stance and a.value is b.value
    return compatible(a.value, b.value) and not altered(a.read, b.read)


def altered(a: Read, b: Read) -> bool:
    """Whether one sentence is the other with some words changed for others."""
    shared = len(a.stems & b.stems)
    most = max(len(a.stems), len(b.stems))
    return shared >= _FEWEST and shared >= _ALTERED * most and not (a.stems <= b.stems or b.stems <= a.stems)
