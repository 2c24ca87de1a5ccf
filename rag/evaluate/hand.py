"""Judgement by hand, kept beside the answers it is of, and how far the measures agree with it.

A line of the file is an answer (as JSON gives it) with the id of its case and what was found by hand, by
reading the question, the answer, its citations and the articles. Knows nothing of where such a file lies.

The fields: `facts`, `who` and `sides`, a yes or no for each of the case's; `true`, whether all its numbers, dates and
names stand in what it cites; `verbatim`, whether what it shows as the articles' own words is; `declined`, whether it
was right to decline, or to answer; `why`, in words; `made`, what the answer is.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import CaseError
from rag.evaluate import metrics
from rag.evaluate.cases import Case
from rag.jsonform import answer_from_dict
from rag.types import Answer, Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An answer and what was found of it by hand, by field; `why` is told in words."""

    case: str
    made: str
    why: str
    found: Mapping[str, tuple[bool, ...]]
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One yes or no: of which answer and what of it, by hand and by the measure."""

    measure: str
    case: str
    what: str
    hand: bool
    measured: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How many pairs, the share that agree, and Cohen's kappa: the same beyond what chance gives; None undefined."""

    pairs: int
    share: float
    kappa: float | None


def load_judged(path: Path) -> list[Judged]:
    """The judged answers in a file.

    Raises:
        CaseError: a line isn't of this form; the message names file and line.
    """
    found: list[Judged] = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as e:
        raise CaseError(f"{path} cannot be read: {e}") from e
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: dict[str, Any] = json.loads(line)
            answer = answer_from_dict(row.pop("answer"))
            case, made, why = (str(row.pop(name)) for name in ("case", "made", "why"))
            found.append(
                Judged(case=case, made=made, why=why, answer=answer, found={k: tuple(_flat(v)) for k, v in row.items()})
            )
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise CaseError(f"{path}, line {number}: not a judged answer ({e!r})") from e
    return found


def pairs(judged: Sequence[Judged], cases: Mapping[str, Case], article: Callable[[str], Article]) -> list[Pair]:
    """What was found by hand beside what the measures say, for all that was judged.

    Raises:
        CaseError: an answer's case is not among the cases, or a judgement is not of as many things as the measure.
    """
    found: list[Pair] = []
    for j in judged:
        if j.case not in cases:
            raise CaseError(f"{j.case}: judged by hand, but there is no such case")
        measured = {name: list(values) for name, values in _measured(j.answer, cases[j.case], article)}
        for name, hand in j.found.items():
            if len(hand) != len(measured.get(name, [])):
                raise CaseError(f"{j.case}: {name}: {len(hand)} judged by hand, {len(measured.get(name, []))} measured")
            both = zip(hand, measured[name], strict=True)
            found += [Pair(measure=name, case=j.case, what=what, hand=h, measured=m) for h, (what, m) in both]
    return found


def agreement(of: Sequence[Pair]) -> Agreement:
    """How far hand and measure agree.

    Cohen, "A coefficient of agreement for nominal scales", 1960.
    """
    n = len(of)
    share = sum(p.hand == p.measured for p in of) / n if n else 1.0
    a, b = (sum(p.hand for p in of) / n, sum(p.measured for p in of) / n) if n else (1.0, 1.0)
    chance = a * b + (1 - a) * (1 - b)
    return Agreement(pairs=n, share=share, kappa=None if chance == 1 else (share - chance) / (1 - chance))


def _measured(
    answer: Answer, case: Case, article: Callable[[str], Article]
) -> Iterator[tuple[str, Iterator[tuple[str, bool]]]]:
    """For each measure the things that it is of, and what it says of them."""
    right = (answer.verdict == "declined") == (case.kind == "declined")
    yield "declined", iter([("", right)])
    yield "facts", zip(map(" | ".join, case.facts), metrics.facts_held(case, answer), strict=True)
    yield "who", zip(map(" | ".join, case.who), metrics.names_held(case, answer), strict=True)
    told = (f"{' or '.join(s.stance)}: {' | '.join(s.speaker[:3])}" for s in case.sides)
    yield "sides", zip(told, metrics.sides_shown(case, answer), strict=True)
    if answer.verdict == "declined":
        return
    lacking = metrics.unsupported(answer)
    yield "true", iter([(", ".join(lacking), not lacking)])
    yield "verbatim", iter([("", metrics.quote_exactness(answer, article) == 1)])


def _flat(value: Any) -> Iterator[bool]:
    if isinstance(value, list):
        for part in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _flat(part)
    elif isinstance(value, bool):
        yield value
    else:
        raise TypeError(f"yes or no is wanted, not {value!r}")
