"""Whether the evidence covers what is asked, not only its topic; and what is missing where it doesn't.

A sentence answers when a logistic regression over a few signs says so: nearness of meaning, its own and its passage's,
the question's words that it or the sentences around it hold, names that are missing, a negation or an opposite
('oldest' for 'newest') in one of the two, the kind of thing asked for. The weights lie in `answerable.yaml`, fitted by
`bench/decline.py`.
A reader (`reader`), where the user has one, decides instead.
Knows nothing of verdicts or the wording of an answer.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

import yaml

from rag.answer.asked import Manner, asked, gives_name, speakers_in
from rag.answer.check.quotations import quotations, quotes
from rag.answer.evidence import Evidence
from rag.answer.expect import expected
from rag.answer.measure import measured
from rag.answer.parties import parties, turned_about
from rag.answer.reader import Reading
from rag.answer.same import Same, also_held
from rag.answer.sides import Statements
from rag.answer.values import whole_numbers
from rag.answer.wanted import Wanted, counted, names, negated, wanted, whole_months
from rag.related import RELATED, stands
from rag.text import stems
from rag.types import Span, Statement

Signs = Mapping[str, float]

# Sentences that are assessed, those of them that may stand in an answer on which the sources agree, and those that
# decide: what is far down the list is no answer by itself.
ASSESSED, SHOWN, DECISIVE = 40, 8, 3
# Telling words that are enough to know a sentence by.
_ENOUGH = 3
# Distinct words of a long sentence; one of them shares words with any question.
LONG = 40
# A question of so many telling words asks for several things at once, which no one sentence holds.
SEVERAL = 13
# Characters before and after a sentence that say who 'he' is and what it is about.
BEFORE, AFTER = 300, 150
# A sentence answers from this probability on. The fit weighs both errors alike in each set; a little under a half
# suits questions in other words than the article's (the sample's), of which there are few to fit on.
LEAST, LEAST_TOGETHER = 0.44, 0.55
# Where one answers, others are shown beside it from here on: they may be the other side, or the rest of the answer.
BESIDE = 0.3
# An article with such a sentence may hold another side.
BESIDE_ARTICLE = 0.04
# National Intelligence Service, the US Federal Bureau of Investigation: what NIS and FBI stand for
_RUN = re.compile(r"\b[A-Z][\w’'-]*(?:,? (?:(?:of|and|for|the|on) ){0,2}[A-Z][\w’'-]*)+")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_CAPITAL = re.compile(r"\b[A-Z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """Whether a question is answered by its evidence.

    `answering` are the sentence that answers it and those that belong beside it, best first; none declines.
    `likely` are all the sentences that may be an answer or another side of it, best first; empty with a reader, which
    doesn't look for other sides.
    `probability` is the highest among the first sentences.
    `short` is the answer itself, a span of the text of the first sentence's article, where a reader found it.
    `missing` says in words what no passage holds ('how many ports', '“Zelensky”'), '' where it can't be named.
    """

    answering: tuple[Evidence, ...]
    probability: float
    missing: str
    short: Span | None = None
    likely: tuple[Evidence, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether any sentence answers."""
        return bool(self.answering)


class Reads(Protocol):
    """A model that finds the answer in a text, as `reader.Reader` does."""

    def read(self, question: str, text: str) -> Reading | None:
        """The answer's place in the text; None where it has none."""
        ...


def assess(
    question: str, evidence: Sequence[Evidence], reader: Reads | None = None, statements: Statements | None = None,
    same: Same = (), absent: Sequence[str] = (),
) -> Assessment:  # fmt: skip
    """Which sentences answer the question.

    Args:
        question: one that can be understood alone.
        evidence: the sentences found, best first, as `evidence.weigh` gives them.
        reader: decides instead of the signs, where there is one.
        statements: of each article that the evidence is from, by its id; None where they aren't known.
        same: what finds the things that the question names under other names.
        absent: outlets that the question names, in its words, and that no article is of.
    """
    a = wanted(question, same)
    parted = parties(question)
    evidence = [e for e in evidence if not turned_about(e.text, parted)]
    if not evidence:
        return Assessment(answering=(), probability=0.0, missing=a.thing)
    if reader is not None:
        return _read(a, evidence, reader)
    fitted = weights()
    if len(a.content) >= SEVERAL:
        p = probability(together(a, evidence, absent), fitted["together"])
        held = tuple(evidence) if p >= LEAST_TOGETHER else ()
        return Assessment(answering=held, probability=p, missing="" if held else missing(a, evidence), likely=held)
    rare = rarity(a.content, evidence)
    manner, quoted = asked(question).manner, quotations(question)
    judged: list[Evidence] = []
    for e in evidence[:ASSESSED]:
        said = None if statements is None else statements.get(e.article.id, ())
        found = signs(a, e, rare, manner, said, first=not judged)
        p = probability(found, fitted["sentence"])
        surely = _says_it(a, found) or quotes(e.text, quoted)
        judged.append(replace(e, probability=max(p, LEAST) if surely else p))
    first = next((e for e in judged[:DECISIVE] if e.probability >= LEAST), None)
    best = max(e.probability for e in judged[:DECISIVE])
    if first is None:
        return Assessment(answering=(), probability=best, missing=missing(a, evidence))
    beside = [e for e in judged[:SHOWN] if e is not first and e.probability >= BESIDE]
    telling = {e.article.id for e in judged if e.probability >= BESIDE_ARTICLE}
    likely = tuple(e for e in judged if e.article.id in telling)
    return Assessment(answering=(first, *beside), probability=best, missing="", likely=likely)


def _read(a: Wanted, evidence: Sequence[Evidence], reader: Reads) -> Assessment:
    """The assessment of a reader, which reads the first sentences with the text before and after them."""
    found: list[tuple[float, Span, Evidence]] = []
    for e in evidence[:DECISIVE]:
        start = max(0, e.start - BEFORE)
        reading = reader.read(a.question, e.article.text[start : e.end + AFTER])
        if reading is not None:
            span = start + reading.start, start + reading.end
            holder = next((h for h in evidence if h.article == e.article and _within(span, h)), None)
            if holder is not None:
                found.append((reading.margin, span, holder))
    if not found:
        return Assessment(answering=(), probability=0.0, missing=missing(a, evidence))
    margin, span, _ = max(found, key=lambda f: f[0])
    ranked = dict.fromkeys(holder for _, _, holder in sorted(found, key=lambda f: -f[0]))
    return Assessment(answering=tuple(ranked), probability=1 / (1 + math.exp(-margin)), missing="", short=span)


def _within(span: Span, e: Evidence) -> bool:
    return e.start <= span[0] < span[1] <= e.end


def signs(
    a: Wanted, e: Evidence, rare: Mapping[str, float], manner: Manner = "open",
    told: Sequence[Statement] | None = None, first: bool = True,
) -> dict[str, float]:  # fmt: skip
    """What speaks for and against one sentence as the answer, each between 0 and 1 (nearness from -1).

    Args:
        first: whether it is the best of the evidence.
        rare: the weight of each telling stem, as `rarity` gives it.
        manner: what the question wants.
        told: the statements of the sentence's article, None where they aren't known.
    """
    own = _pool(a, e.text)
    around = own | _pool(a, surroundings(e))
    measure, speaks = measured(a.question, e.text), _speaks(a, e, manner, told)
    return {
        "meaning": e.meaning,
        "similarity": e.similarity,
        "words held": sum(rare[s] * _held(s, around) for s in a.content) / (sum(rare.values()) or 1.0),
        "words held itself": sum(rare[s] * _held(s, own) for s in a.content) / (sum(rare.values()) or 1.0),
        "thing held itself": sum(_held(s, own) for s in a.head) / len(a.head) if a.head else 0.5,
        "names missing": _missing(_others(a) if speaks else a.names, around),
        "negation asked only": float(a.negated and not negated(e.text)),
        "kind missing": float(measure is False or (manner != "speaker" and not _of_kind(a, e))),
        "speaker missing": float(speaks is False),
        "speaker held": float(speaks is True and manner == "speech"),
        "measure held": float(measure is True),
        "count missing": float(a.counts and not counted(a.head, e.text)),
        "length": min(1.0, len(e.stems) / LONG),
        "first": float(first),
    }


def _of_kind(a: Wanted, e: Evidence) -> bool:
    """Whether a sentence holds the kind of thing asked for; a name must be given to the thing whose name is asked."""
    kind = expected(a.question)
    return kind == "any" or (e.fits and (kind != "name" or gives_name(e.text, asked(a.question))))


def _says_it(a: Wanted, found: Signs) -> bool:
    """Whether a sentence holds every telling word of the question, and nothing speaks against it."""
    against = ("negation asked only", "kind missing", "count missing", "speaker missing")
    return len(a.content) >= _ENOUGH and found["words held itself"] == 1 and not any(found[name] for name in against)


def _others(a: Wanted) -> list[str]:
    """The stems of the names that are not of those whose words are asked for: one of those is enough in a sentence."""
    speakers = _parts(speakers_in(a.question))
    return [name for name in a.names if name not in speakers]


def _speaks(a: Wanted, e: Evidence, manner: Manner, told: Sequence[Statement] | None) -> bool | None:
    """Whether somebody speaks in the sentence where a speaker is asked for, and one whom the question names if it does.

    None where nobody has to speak, or it isn't known who does.
    """
    if told is None or manner not in ("speaker", "speech"):
        return None
    spoken = [s for s in told if any(start < e.end and end > e.start for start, end in s.content)]
    if manner == "speaker":
        return bool(spoken)
    who = " ".join(f"{s.speaker} {s.description or ''} {s.via or ''}" for s in spoken)
    asked_of = [name for name in a.names if name not in _others(a)] or a.names
    if not asked_of:
        return None
    return _missing(asked_of, _pool(a, who)) < 1.0


def together(a: Wanted, evidence: Sequence[Evidence], absent: Sequence[str] = ()) -> dict[str, float]:
    """What speaks for and against all the sentences as the answer to a question that asks several things.

    An outlet that no article is of speaks against it, though one may quote it: what it wrote itself is not there.
    """
    everything = frozenset[str]().union(
        *(_pool(a, f"{e.text} {e.article.title} {e.article.publisher}") for e in evidence)
    )
    return {
        "similarity": max(e.similarity for e in evidence),
        "names missing": _missing(a.names, everything),
        "outlet missing": float(bool(absent)),
    }


def rarity(content: Sequence[str], evidence: Sequence[Evidence]) -> dict[str, float]:
    """The weight of each stem: its rarity among the sentences, as in BM25."""
    pools = [e.stems or frozenset(stems(e.text)) for e in evidence]
    held = {s: sum(s in pool for pool in pools) for s in content}
    return {s: math.log(1 + (len(pools) - f + 0.5) / (f + 0.5)) for s, f in held.items()}


def probability(found: Signs, weights: Signs) -> float:
    """The logistic function of the weighted signs.

    Raises:
        KeyError: a weight is missing.
    """
    return 1 / (1 + math.exp(-weights["intercept"] - sum(weights[name] * value for name, value in found.items())))


def missing(a: Wanted, evidence: Sequence[Evidence]) -> str:
    """What no passage holds, in words: a name that stands nowhere in the evidence, else the thing asked for."""
    everything = frozenset[str]().union(*(_pool(a, f"{surroundings(e)} {e.text}") for e in evidence))
    absent = [n for n in names(a.question) if not any(_kin(s, everything) for s in _pool(a, n))]
    if absent:
        return " or ".join(f"“{n}”" for n in absent[:2])
    return a.thing


def surroundings(e: Evidence) -> str:
    """What stands around a sentence and gives it its context: title, outlet, day, the text near it."""
    a = e.article
    near = f"{a.text[max(0, e.start - BEFORE) : e.start]} {a.text[e.end : e.end + AFTER]}"
    day = f"{a.published:%d %B %Y}" if a.published else ""
    return f"{a.title} {a.publisher or ''} {day} {near}"


@cache
def weights() -> Mapping[str, Signs]:
    """The fitted weights: for one sentence, and for all together."""
    return yaml.safe_load(Path(__file__).with_name("answerable.yaml").read_text(encoding="utf-8"))


def _pool(a: Wanted, text: str) -> frozenset[str]:
    """The stems of a text, and of the question's names that it has under other names."""
    return _parts(whole_numbers(text) if a.numbered else text) | also_held(text, a.same)


@lru_cache(maxsize=4_096)
def _parts(text: str) -> frozenset[str]:
    """The stems of a text, with the parts of those with hyphens (Jong-un and Jong Un) and the initials of names.

    Ordinals are numbers: 'by the 30th' is of October 30.
    """
    found = [_ORDINAL.sub(r"\1", s) if s[0].isdigit() else s for s in stems(whole_months(text))]
    apart = stems(" ".join(s.replace("-", " ") for s in found if "-" in s))
    initials = ("".join(_CAPITAL.findall(run)).casefold() for run in _RUN.findall(text))
    return frozenset([*found, *apart, *(i[n:] for i in initials for n in range(len(i) - 1))])


def _missing(names: Sequence[str], pool: frozenset[str]) -> float:
    """The share of names' stems that a pool lacks; 0 where there are none. No other word stands for a name."""
    return sum(1 - _kin(s, pool) for s in names) / len(names) if names else 0.0


def _held(stem: str, pool: frozenset[str]) -> float:
    """As `_kin`, and less than 1 where another word may stand for it: 'sell' for 'sold', 'ammo' for 'ammunition'."""
    return stands(stem, pool) or _kin(stem, pool)


def _kin(stem: str, pool: frozenset[str]) -> float:
    """1 for a stem that the pool holds, less for one of its family: 'export' for 'exporter', not 'port'."""
    if stem in pool:
        return 1.0
    most = max(4, math.ceil(0.7 * len(stem)))
    family = len(stem) > most and not stem[:1].isdigit() and f" {stem[:most]}" in _line(pool)
    return RELATED if family else 0.0


@lru_cache(maxsize=4_096)
def _line(pool: frozenset[str]) -> str:
    """The stems of a pool, each behind a space."""
    return "".join(f" {stem}" for stem in pool)
