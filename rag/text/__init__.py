"""Exact things about strings: sentences, words, numbers, quotations. Pure functions; nothing here judges meaning."""

from rag.text.sentences import sentence_spans, stemmed, stems, words

__all__ = ["sentence_spans", "stemmed", "stems", "words"]
