"""Tiktoken's vocabulary: how many tokens a text has, how common a word is, whether it is mostly written small.

A byte pair vocabulary lists what is frequent first (Sennrich et al., 2016); rare words are no single entry at all.
"""

import base64
import functools
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

# Another model's tokens differ from tiktoken's: the vocabularies of small models need up to a third more for the same
# news text (SmolLM2: 1.13, Qwen2.5: 1.02 times tiktoken's count on the sample corpus).
MARGIN = 1.25

# How cl100k splits a text before it looks its pieces up; tiktoken (0.14) has it only beside its download.
_PIECES = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|"
    r"\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)
# LlamaIndex keeps it under the name that tiktoken's own cache gives its address.
_VOCABULARY = "_static/tiktoken_cache/9b5ad71b2ce5302211f9c61530b329a4922fc6a4"


@functools.cache
def vocabulary() -> "tiktoken.Encoding":
    """Tiktoken's cl100k, from the copy that LlamaIndex ships: never from the network.

    Read here, since tiktoken would find the copy through an environment variable only, and change it for all threads.
    """
    import tiktoken

    spec = find_spec("llama_index.core")
    assert spec and spec.origin
    lines = (Path(spec.origin).parent / _VOCABULARY).read_bytes().splitlines()
    ranks = {base64.b64decode(token): int(rank) for token, _, rank in (line.partition(b" ") for line in lines)}
    return tiktoken.Encoding("cl100k", pat_str=_PIECES, mergeable_ranks=ranks, special_tokens={})


def tokens(text: str) -> int:
    """Tokens of a text, as any model may count them: tiktoken's count and the margin."""
    return round(len(vocabulary().encode(text, disallowed_special=())) * MARGIN)


def is_common(word: str) -> bool:
    """Whether a word is frequent enough in English text to be one entry of the vocabulary: 'many', not 'mnay'."""
    return len(vocabulary().encode(f" {word}", disallowed_special=())) == 1


@functools.cache
def is_mostly_small(word: str) -> bool:
    """Whether a word is written small more often than with a capital: 'police', not 'Smith'.

    By the ranks of its two forms: ' police' comes before ' Police', but ' Smith' before ' smith'.
    """
    encode = vocabulary().encode
    small, capital = encode(" " + word.casefold()), encode(" " + word.capitalize())
    return len(small) == 1 and (len(capital) > 1 or small[0] < capital[0])
