"""Scores of answers against known facts. Deterministic: no language model judges."""

from rag.evaluate.cases import Case, KnownArticle, load_cases, load_known, load_thresholds
from rag.evaluate.run import CaseResult, Evaluation, evaluate
from rag.evaluate.scores import Score

__all__ = [
    "Case", "CaseResult", "Evaluation", "KnownArticle", "Score", "evaluate", "load_cases", "load_known",
    "load_thresholds",
]  # fmt: skip
