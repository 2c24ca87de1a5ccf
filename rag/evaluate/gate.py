"""The gate: whether a run is good enough, against thresholds and against the run that was kept as baseline."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import CaseError
from rag.evaluate.run import Evaluation
from rag.evaluate.scores import SCORES

# A score may fall that far below the baseline: other machines round otherwise, and a case or two may turn.
TOLERANCE = 0.02
_CASES_TOLD = 20
# The baseline keeps four digits.
_MOVED = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A score that is not good enough, and the cases that made it so, worst first."""

    score: str
    value: float | None
    least: float
    why: str
    cases: tuple[str, ...]

    def __str__(self) -> str:
        """For people, on one line."""
        value = "no case gave it" if self.value is None else f"{self.value:.3f}"
        cases = f": {', '.join(self.cases[:8])}" + (f" and {len(self.cases) - 8} more" if self.cases[8:] else "")
        return f"{self.score} ({SCORES[self.score]}) {value}, {self.why} {self.least:.3f}{cases if self.cases else ''}"


def breaks(run: Evaluation, baseline: Mapping[str, Any] | None = None) -> list[Break]:
    """The scores that break the gate, in the order of the pipeline's stages: the first says where to look."""
    found: list[Break] = []
    reached = {s.name: s for s in run.scores}
    kept: Mapping[str, float] = (baseline or {}).get("scores", {})
    for name in SCORES:
        score, before = reached.get(name), kept.get(name)
        value = score.value if score else None
        if name in run.below:
            found.append(_break(name, value, run.thresholds[name], "below the threshold", run, baseline))
        elif before is not None and (value is None or value < before - TOLERANCE):
            found.append(_break(name, value, before, "down from the baseline's", run, baseline))
    return found


def _break(
    name: str, value: float | None, least: float, why: str, run: Evaluation, baseline: Mapping[str, Any] | None
) -> Break:
    """With the cases that got worse since the baseline; those short of 1 where there is none or none did."""
    before: Mapping[str, Mapping[str, float]] = (baseline or {}).get("cases", {})
    short = [(c.values[name], c.id) for c in run.cases if c.values.get(name, 1.0) < 1]
    worse = [(v, id) for v, id in short if v < before.get(id, {}).get(name, 1.0)] if before else []
    return Break(score=name, value=value, least=least, why=why, cases=tuple(id for _, id in sorted(worse or short)))


def baseline_of(run: Evaluation) -> dict[str, Any]:
    """What is kept of a run: its scores and each case's values that are short of 1."""
    return {
        "fingerprint": dict(run.fingerprint),
        "scores": {s.name: round(s.value, 6) for s in run.scores},
        "cases": {
            c.id: {n: round(v, 4) for n, v in c.values.items() if v < 1}
            for c in run.cases
            if any(v < 1 for v in c.values.values())
        },
    }


def load_baseline(path: Path, name: str) -> dict[str, Any] | None:
    """The baseline of the set with that name; None where none is kept.

    Raises:
        CaseError: the file isn't JSON of this form.
    """
    return _all(path).get(name)


def changes(run: Evaluation, baseline: Mapping[str, Any] | None) -> list[str]:
    """What a new baseline changes, a line each; none where it is the same. Cases by what they lacked and lack."""
    kept: Mapping[str, float] = (baseline or {}).get("scores", {})
    lines: list[str] = []
    for s in run.scores:
        before = kept.get(s.name)
        if before is None or abs(before - s.value) >= 1e-6:
            lines.append(f"{s.name}: {'none' if before is None else f'{before:.3f}'} → {s.value:.3f}")
    lines += [f"{name}: {kept[name]:.3f} → none" for name in kept if name not in {s.name for s in run.scores}]
    return lines + _moved(run, baseline["cases"]) if baseline else lines


def _moved(run: Evaluation, before: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The cases that got better, and those that got worse or are new and lack something."""
    moved = {c.id: sum(v - before.get(c.id, {}).get(n, 1.0) for n, v in c.values.items()) for c in run.cases}
    lines: list[str] = []
    for verdict, of in (
        ("better", [id for id, d in moved.items() if d > _MOVED]),
        ("worse", [id for id, d in moved.items() if d < -_MOVED]),
    ):
        more = f" and {len(of) - _CASES_TOLD} more" if len(of) > _CASES_TOLD else ""
        lines += [f"{verdict}: {', '.join(of[:_CASES_TOLD])}{more}"] * bool(of)
    return lines


def keep_baseline(path: Path, runs: Sequence[Evaluation]) -> None:
    """Write the runs as the baselines of their sets; those of other sets stay."""
    kept = _all(path) | {run.name: baseline_of(run) for run in runs}
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _all(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        for kept in found.values():
            dict[str, float](kept["scores"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise CaseError(f"{path} is not a baseline ({e}): `rag eval --update-baseline` writes one") from e
    return found
