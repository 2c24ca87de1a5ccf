"""What stands around a passage: the sentence before it and the sentence after it.

Knows nothing of searches.
"""

from rag.text import sentence_spans
from rag.types import Article, Passage, Span

# A sentence longer than this is not context, it is another passage.
_REACH = 400


def context(article: Article, passage: Passage) -> Span:
    """The passage's span widened by the neighbouring sentences: `article.text[start:end]`."""
    before = article.text[max(0, passage.start - _REACH) : passage.start]
    after = article.text[passage.end : passage.end + _REACH]
    first, last = sentence_spans(before)[-1:], sentence_spans(after)[:1]
    start, end = passage.start, passage.end
    if first and (first[0][0] > 0 or len(before) < _REACH):  # one that the cut goes through is no whole sentence
        start = passage.start - len(before) + first[0][0]
    if last and (last[0][1] < len(after) or len(after) < _REACH):
        end = passage.end + last[0][1]
    return start, end
