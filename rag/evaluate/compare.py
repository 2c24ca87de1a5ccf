"""Two runs over the same cases, paired: what got better, what worse, by how much, and whether that may be chance."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from rag.errors import CaseError
from rag.evaluate.scores import SCORES, interval, permutation_p

Run = Mapping[str, Any]
"""A run as `rag eval --json` prints it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A score over the cases that both runs have it for: both means, the interval of the difference, its p.

    `better` and `worse` are the cases that changed.
    """

    score: str
    before: float
    after: float
    low: float
    high: float
    p: float
    cases: int
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def significant(self) -> bool:
        """Whether chance alone makes such a difference in fewer than one of twenty runs."""
        return self.p < 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """A case that changed: its verdicts, what each run missed, and the difference of the answers, line by line."""

    id: str
    question: str
    better: bool
    scores: Mapping[str, tuple[float, float]]
    verdicts: tuple[str, str]
    missed: tuple[str, str]
    diff: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs, compared. `differs` names what in their fingerprints is not the same."""

    changes: tuple[Change, ...]
    turned: tuple[Turned, ...]
    differs: tuple[str, ...]
    only_one: tuple[str, ...]


def load_run(path: Path) -> list[Run]:
    """The runs in a file that `rag eval --json` wrote.

    Raises:
        CaseError: it can't be read, or holds no run.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        runs: list[Run] = found["runs"]
        for run in runs:
            for case in run["cases"]:
                missing = {"id", "question", "values", "answer", "missed", "verdict"} - set(case)
                if missing:
                    raise KeyError(*missing)
        return runs
    except (OSError, ValueError, KeyError, TypeError) as e:
        raise CaseError(f"{path} holds no run ({e!r}): `rag eval --json > {path.name}` writes one") from e


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs over the cases that both have, paired by their ids."""
    a, b = ({c["id"]: c for c in run["cases"]} for run in (before, after))
    both = [id for id in a if id in b]
    changes: list[Change] = []
    turned: dict[str, dict[str, tuple[float, float]]] = {}
    for name in SCORES:
        pairs = {
            i: (a[i]["values"][name], b[i]["values"][name])
            for i in both
            if name in a[i]["values"] and name in b[i]["values"]
        }
        if not pairs:
            continue
        moved = {i: y - x for i, (x, y) in pairs.items()}
        low, high = interval(list(moved.values()))
        changes.append(
            Change(score=name, before=fmean(x for x, _ in pairs.values()), after=fmean(y for _, y in pairs.values()),
                   low=low, high=high, p=permutation_p(list(moved.values())), cases=len(pairs),
                   better=tuple(i for i, d in moved.items() if d > 0),
                   worse=tuple(i for i, d in moved.items() if d < 0))
        )  # fmt: skip
        for i, d in moved.items():
            if d:
                turned.setdefault(i, {})[name] = pairs[i]
    for i in both:
        if a[i]["verdict"] != b[i]["verdict"]:
            turned.setdefault(i, {})
    return Comparison(
        changes=tuple(changes),
        turned=tuple(_turned(a[i], b[i], turned[i]) for i in both if i in turned),
        differs=tuple(k for k in before["fingerprint"] if before["fingerprint"][k] != after["fingerprint"].get(k)),
        only_one=tuple(i for i in (*a, *b) if (i in a) != (i in b)),
    )


def _turned(a: Mapping[str, Any], b: Mapping[str, Any], scores: Mapping[str, tuple[float, float]]) -> Turned:
    diff = difflib.unified_diff(
        a["answer"]["text"].split("\n"), b["answer"]["text"].split("\n"), "before", "after", lineterm="", n=0
    )
    changed = "\n".join(line for line in diff if not line.startswith(("---", "+++", "@@")) and line[1:].strip())
    better = sum(y - x for x, y in scores.values()) > 0
    return Turned(id=a["id"], question=a["question"], better=better, scores=scores,
                  verdicts=(a["verdict"], b["verdict"]), missed=(a["missed"], b["missed"]), diff=changed)  # fmt: skip
