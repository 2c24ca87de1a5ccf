"""Hits read again together with the question, by a cross-encoder: slower than a search, and more exact.

Any sentence-transformers CrossEncoder, by name or folder. Knows nothing of searches; torch is imported when one is
made.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.errors import ModelError, first_line
from rag.types import Hit

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReranker:
    """Orders hits by a cross-encoder's score of (question, title and passage)."""

    def __init__(self, model: "CrossEncoder") -> None:
        """Use a loaded model."""
        self._model = model

    def __call__(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits in the model's order, best first, with its scores, brought to 0 to 1; equal ones stay in order."""
        from torch.nn import Sigmoid

        if not hits:
            return []
        pairs = [(question, f"{hit.article.title}\n{hit.passage.text}") for hit in hits]
        scores = self._model.predict(pairs, show_progress_bar=False, activation_fn=Sigmoid())
        scored = [replace(hit, score=float(score)) for hit, score in zip(hits, scores, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)


def load_reranker(name: str) -> CrossEncoderReranker:
    """The cross-encoder of that name on the hub, or in that folder: safetensors only, none of its own code is run.

    Raises:
        ModelError: it can't be found or loaded, or gives more than one score for a pair.
    """
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(name, trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except Exception as e:
        raise ModelError(
            f"the reranker {name!r} could not be loaded ({type(e).__name__}: {first_line(e)}): "
            "set RAG_RERANKER to a sentence-transformers CrossEncoder on the hub or to its folder"
        ) from e
    if model.num_labels != 1:
        raise ModelError(f"the reranker {name!r} gives {model.num_labels} scores for a passage, one is needed")
    return CrossEncoderReranker(model)
