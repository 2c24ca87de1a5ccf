"""Rashomon: ask news articles a question, and get who said what, where and when, in their own words."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

import_module("rag.environment")  # before anything that reads its switches

_TYPES = "rag.types"
_MODULES = {"Corpus": "rag.corpus", "RagError": "rag.errors", "Settings": "rag.settings", "ask": "rag.sample"}


def __getattr__(name: str) -> Any:  # imported when first used, so that the command starts, and stops, at once
    if name not in __all__:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(_MODULES.get(name, _TYPES)), name)
