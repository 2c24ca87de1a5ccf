"""Statements: who is said to hold what in an article. By rules and lexicons, without a parser."""

from rag.ingest.attribution.assemble import find_statements, speaker_at

__all__ = ["find_statements", "speaker_at"]
