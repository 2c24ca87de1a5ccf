"""Statements: who is said to hold what in an article. By rules and lexicons, without a parser."""

from functools import cache
import re

from rag.ingest.statements.find import Draft, Finder
from rag.ingest.statements.lexicon import lexicon
from rag.ingest.statements.tokens import sentences, word_pattern
from rag.types import Article, Statement


def find_statements(article: Article) -> list[Statement]:
    words = lexicon()
    finder = Finder(words)
    for sentence in sentences(article.text, words, _pattern()):
        finder.read(sentence)
    out = []
    for d in finder.drafts:
        src = d
        while src.source is None and src.like is not None:
            src = src.like
        out.append(
            Statement(article_id=article.id, content=tuple(sorted(d.content)), cue=d.cue, source=src.source,
                      speaker=article.text[slice(*src.source)] if src.source else "", stance=d.entry.stance if d.entry else "asserts")
        )
    return out


@cache
def _pattern() -> re.Pattern[str]:
    return word_pattern(lexicon())
