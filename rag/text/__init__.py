"""Exact things about strings: sentences, words, numbers, quotations. Pure functions; nothing here judges meaning."""

from rag.text.sentences import is_unspaced, pairs, sentence_spans, stemmed, stems, words

__all__ = ["is_unspaced", "pairs", "sentence_spans", "stemmed", "stems", "words"]
