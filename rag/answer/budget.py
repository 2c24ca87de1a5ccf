"""How much fits into a model's window: tokens counted by tiktoken, passages packed by their value.

Another model's tokens differ from tiktoken's, so a margin is left. Knows nothing of prompts.
"""

import functools
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

# The small vocabularies of small models need up to a third more tokens for the same news text (SmolLM2: 1.13,
# Qwen2.5: 1.02 times tiktoken's count on the sample corpus).
MARGIN = 1.25


@functools.cache
def vocabulary() -> "tiktoken.Encoding":
    """Tiktoken's cl100k, from the copy that LlamaIndex ships: never from the network."""
    import tiktoken

    spec = find_spec("llama_index.core")
    assert spec and spec.origin
    bundled = str(Path(spec.origin).parent / "_static" / "tiktoken_cache")
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = bundled
    try:
        return tiktoken.get_encoding("cl100k_base")
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before


def tokens(text: str) -> int:
    """Tokens of a text, as any model may count them: tiktoken's count and the margin."""
    return round(len(vocabulary().encode(text, disallowed_special=())) * MARGIN)


def pack(texts: Sequence[str], room: int) -> list[int]:
    """Which of the texts fit into `room` tokens, the best first; a long one is passed over for those behind it."""
    kept: list[int] = []
    for i, text in enumerate(texts):
        needed = tokens(text)
        if needed <= room:
            kept.append(i)
            room -= needed
    return kept
