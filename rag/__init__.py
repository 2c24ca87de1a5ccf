"""Rashomon: ask news articles a question, and get who said what, where and when, in their own words."""

import rag.environment  # noqa: F401  # pyright: ignore[reportUnusedImport]  (first: it sets switches)
from rag.corpus import Corpus
from rag.errors import RagError
from rag.sample import ask
from rag.settings import Settings
from rag.types import (
    Answer,
    Article,
    Citation,
    Entry,
    Event,
    FileResult,
    Filter,
    Hit,
    IngestReport,
    Passage,
    Position,
    Statement,
    Turn,
)

__all__ = [
    "Answer",
    "Article",
    "Citation",
    "Corpus",
    "Entry",
    "Event",
    "FileResult",
    "Filter",
    "Hit",
    "IngestReport",
    "Passage",
    "Position",
    "RagError",
    "Settings",
    "Statement",
    "Turn",
    "ask",
]
__version__ = "0.1.0"
