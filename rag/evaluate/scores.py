"""The scores: their names, in the order of the stages that make them, their targets, means and confidence intervals.

A score is the mean of a measure over the cases that it applies to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

_RESAMPLES = 1_000
_SEED = 20_231_102

# Ingest, retrieval, whether to answer, the text, its citations, its contents: a later stage does badly what an earlier
# one spoiled, so the first score in this order that falls says where to look.
# False claims stand before all of them: an answer that says what isn't so is worse than one that says little.
FALSE_CLAIMS = ("no_false_decline", "no_false_dispute", "no_wrong_value", "no_wrong_speaker")
SCORES: Mapping[str, str] = {
    "no_false_decline": "something answers it, and not declined",
    "no_false_dispute": "nobody contests it, and not called contested",
    "no_wrong_value": "nothing in bold that is no answer",
    "no_wrong_speaker": "speakers shown, and the right one among them",
    "outlets": "citations under the right outlet",
    "days": "citations under the right day, or rightly under none",
    "absent": "texts that must not stand in the answer and do not",
    "distinct": "passages found and statements that repeat no earlier one",
    "evidence_recall_4": "evidence among the first 4 passages found",
    "evidence_recall_10": "evidence among the first 10 passages found",
    "mrr": "one over the rank of the first passage with evidence",
    "mrr_other_words": "the same where the question has other words than its evidence",
    "ndcg_10": "ranking of the passages with evidence, first 10",
    "decline_recall": "nothing answers it, and declined",
    "decline_precision": "declined, and rightly so",
    "fact_precision": "numbers, dates and names that a cited passage holds",
    "quotes": "quotations that are verbatim",
    "sides": "sides that are shown",
    "attribution": "speakers named beside what they said",
    "fact_recall": "known facts that stand in the answer",
}
TARGETS: Mapping[str, float] = {
    "no_false_decline": 0.98, "no_false_dispute": 0.98, "no_wrong_value": 0.98, "no_wrong_speaker": 0.98,
    "fact_recall": 0.97, "quotes": 1.0, "sides": 0.95, "decline_precision": 0.90, "decline_recall": 0.90,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The mean over `cases` cases, with a 95 per cent bootstrap interval; `least` is its threshold, if it has one."""

    name: str
    value: float
    low: float
    high: float
    cases: int
    least: float | None = None


def scores_of(values: Sequence[Mapping[str, float]], least: Mapping[str, float]) -> tuple[Score, ...]:
    """The scores of cases, each given as its values by measure, in the order of `SCORES`."""
    found: list[Score] = []
    for name in SCORES:
        own = [v[name] for v in values if name in v]
        if own:
            low, high = interval(own)
            found.append(Score(name=name, value=fmean(own), low=low, high=high, cases=len(own), least=least.get(name)))
    return tuple(found)


def interval(values: Sequence[float], share: float = 0.95) -> tuple[float, float]:
    """The bootstrap percentile interval of the mean; the same values give the same interval.

    Efron, "Bootstrap methods: another look at the jackknife", 1979.
    """
    array = np.asarray(values)
    chosen = np.random.default_rng(_SEED).integers(0, len(array), (_RESAMPLES, len(array)))
    low, high = np.quantile(array[chosen].mean(axis=1), [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def permutation_p(differences: Sequence[float], rounds: int = 10_000) -> float:
    """The two-sided p of a paired permutation test: how often random signs give a mean at least as far from zero."""
    array = np.asarray(differences)
    if not array.any():
        return 1.0
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (rounds, len(array)))
    extreme = np.abs(signs @ array) >= abs(array.sum()) - 1e-12
    return float((extreme.sum() + 1) / (rounds + 1))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share lies; 0.0 for no values."""
    return float(np.quantile(np.asarray(values), share)) if values else 0.0
