"""Scores of answers against known facts. Deterministic: no language model judges."""

from rag.evaluate.cases import Case, load_cases, load_thresholds
from rag.evaluate.run import CaseResult, Evaluation, Score, evaluate

__all__ = ["Case", "CaseResult", "Evaluation", "Score", "evaluate", "load_cases", "load_thresholds"]
