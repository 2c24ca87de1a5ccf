"""An article to passages: runs of whole sentences, none longer than what the embedding model reads.

By LlamaIndex's SentenceSplitter with our sentences and the model's own tokens. Offsets are exact, also where a text
repeats itself, because passages follow one another without a gap.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

from llama_index.core.node_parser import SentenceSplitter

from rag.text import sentence_spans
from rag.text.sentences import blocks
from rag.types import Article, Passage

VERSION = 1
# Texts beyond this are split in blocks of this size, which passages do not cross.
_AT_ONCE = 500_000


class PassageSplitter:
    """Splits articles for one embedding model."""

    def __init__(self, tokens: Callable[[str], list[int]], max_tokens: int) -> None:
        """Split into passages of at most `max_tokens` tokens, as `tokens` counts them."""
        self._splitter = SentenceSplitter(
            chunk_size=max_tokens,
            chunk_overlap=0,
            tokenizer=tokens,
            chunking_tokenizer_fn=_sentences_with_gaps,
            paragraph_separator="\n\n",
        )

    def split(self, article: Article, meanwhile: Callable[[], None] = lambda: None) -> list[Passage]:
        """The article's passages in order; together they hold all of its text but white space between them.

        `meanwhile` is called between the blocks of a long text; what it raises ends the work.
        """
        passages: list[Passage] = []
        end = 0
        for chunk in self._chunks(article.text, meanwhile):
            start = end
            while article.text[start].isspace():
                start += 1
            end = start + len(chunk)
            if article.text[start:end] != chunk:
                raise AssertionError(f"passage at {start} of {article.path} is not its text")
            passages.append(
                Passage(id=f"{article.id}:{start}-{end}", article_id=article.id, start=start, end=end, text=chunk)
            )
        return passages

    def _chunks(self, text: str, meanwhile: Callable[[], None]) -> Iterator[str]:
        for start, end in blocks(text, _AT_ONCE):
            if start:
                meanwhile()
            yield from self._splitter.split_text(text[start:end])


def _sentences_with_gaps(text: str) -> list[str]:
    """The sentences, each with the white space before it, so that they concatenate to the text."""
    ends = [end for _, end in sentence_spans(text)]
    if not ends:
        return [text]
    cuts = [0, *ends[:-1], len(text)]
    return [text[a:b] for a, b in pairwise(cuts)]
