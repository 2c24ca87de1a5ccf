"""A sentence-transformers model exported once to ONNX and run by ONNX Runtime.

The export is the whole model (transformer, pooling, normalisation), compared with the original before it is used.
Where the model pools by the mean, the export also gives its tokens' vectors, from which parts of a text get theirs.
Knows nothing of where models come from.
"""

import hashlib
import io
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import ModelError
from rag.models.arrays import Matrix, Vector
from rag.types import Span

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

_FORMAT = 3
_OPSET = 17
# Tokens in one batch, padding counted: what passes between layers stays in a core's cache. A batch runs on one core,
# and as many at once as there are cores: a third more than large batches whose cores wait for one another.
_BATCH_TOKENS = 512
_MIN_COSINE = 0.9999
_SAMPLES = (
    "Who said so?",
    "The ministry denied on Tuesday that it had ever sold weapons, a claim that two agencies called untrue.",
    "Ten shipments left the port at night. " * 12,
)


def _folder(name: str, location: str, cache: Path) -> Path:
    """Where the export of a model lies: named for the model and what its files look like."""
    files = sorted(Path(location).rglob("*")) if Path(location).is_dir() else []
    looks = json.dumps([_FORMAT, name, [(f.name, f.stat().st_size) for f in files if f.is_file()]])
    return cache / "models" / f"{Path(name).name}-{hashlib.sha256(looks.encode()).hexdigest()[:12]}"


def exported(name: str, location: str, cache: Path) -> Path | None:
    """The folder of an export made earlier, None where there is none."""
    try:
        folder = _folder(name, location, cache)
        return folder if (folder / "model.json").exists() else None
    except OSError:  # a cache that cannot be read
        return None


def load_exported(name: str, location: str, cache: Path) -> "OnnxEmbedder | None":
    """The model from an export made earlier; None where there is none, or only a torn one, which is moved away."""
    folder = exported(name, location, cache)
    if folder is None:
        return None
    try:
        return OnnxEmbedder(folder)
    except Exception as e:  # whatever a truncated or altered file makes the runtime raise
        log.warning("the export of %s in %s is torn (%s): it is made again", name, folder, type(e).__name__)
        with suppress(OSError), tempfile.TemporaryDirectory(dir=folder.parent) as tmp:
            folder.rename(Path(tmp) / "torn")
        return None


def export(name: str, location: str, model: "SentenceTransformer", cache: Path) -> Path:
    """Export a loaded model into the cache. Its attention is then written out as products and sums.

    Raises:
        ModelError: the export gives other vectors than the model.
        Exception: whatever torch raises for a model that it can't export.
    """
    folder = _folder(name, location, cache)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as tmp:
        staging = Path(tmp) / "export"
        staging.mkdir()
        pools = _pools_by_mean(model)
        inputs = _export_graph(model, staging / "model.onnx", tokens=pools)
        model.tokenizer.backend_tokenizer.save(str(staging / "tokenizer.json"))
        about = {
            "name": name,
            "dimensions": int(model.get_embedding_dimension() or 0),
            "max_tokens": int(model.max_seq_length or 512),
            "inputs": inputs,
            "tokens": pools,
            "query_prompt": model.prompts.get("query", ""),
            "document_prompt": model.prompts.get("document", ""),
        }
        (staging / "model.json").write_text(json.dumps(about))
        _compare(OnnxEmbedder(staging), model)
        try:
            staging.rename(folder)
        except OSError:  # another process was faster: its export is as good
            if exported(name, location, cache) is None:
                raise
    return folder


def _pools_by_mean(model: "SentenceTransformer") -> bool:
    """Whether a text's vector is the mean of its tokens' and nothing more, so that a part's can be made likewise."""
    modules: list[Any] = list(model)
    kinds = [type(module).__name__ for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        return False
    return modules[1].get_config_dict()["pooling_mode"] == "mean"


def _export_graph(model: "SentenceTransformer", target: Path, *, tokens: bool) -> list[str]:
    import torch
    from transformers import PreTrainedModel

    class Encoder(torch.nn.Module):
        def __init__(self, names: list[str]) -> None:
            super().__init__()
            self.model = model
            self.names = names

        def forward(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
            found = self.model(dict(zip(self.names, tensors, strict=True)))
            vectors = torch.nn.functional.normalize(found["sentence_embedding"], dim=1)
            return (vectors, found["token_embeddings"]) if tokens else (vectors,)

    for part in model.modules():
        if isinstance(part, PreTrainedModel):  # torch's own operator for attention exports to a tenth slower a graph
            part.set_attn_implementation("eager")
    features = model.tokenizer(["two texts", "of unequal length, to trace"], padding=True, return_tensors="pt")
    names = list(features.keys())
    axes: dict[str, dict[int, str]] = {n: {0: "texts", 1: "length"} for n in names} | {"vectors": {0: "texts"}}
    outputs = ["vectors"]
    if tokens:
        outputs.append("tokens")
        axes["tokens"] = {0: "texts", 1: "length"}
    with (
        warnings.catch_warnings(action="ignore"),
        redirect_stdout(io.StringIO()),
        redirect_stderr(io.StringIO()),
        torch.no_grad(),
    ):
        torch.onnx.export(
            Encoder(names).eval(), tuple(features[n] for n in names), str(target), input_names=names,
            output_names=outputs, dynamic_axes=axes, opset_version=_OPSET, dynamo=False,
        )  # fmt: skip
    return names


def _compare(embedder: "OnnxEmbedder", model: "SentenceTransformer") -> None:
    expected = model.encode_document(list(_SAMPLES), normalize_embeddings=True, show_progress_bar=False)
    worst = float((embedder.embed(_SAMPLES) * expected).sum(1).min())
    if worst < _MIN_COSINE:
        raise ModelError(f"the exported model's vectors differ from the model's (cosine {worst:.4f} < {_MIN_COSINE})")


class OnnxEmbedder:
    """An exported model. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        """Load the export in a folder."""
        import onnxruntime  # without types
        from tokenizers import Tokenizer

        about = json.loads((folder / "model.json").read_text())
        self.name: str = about["name"]
        self.dimensions: int = about["dimensions"]
        self.max_tokens: int = about["max_tokens"]
        self._inputs: list[str] = about["inputs"]
        self._outputs = ["vectors", "tokens"] if about["tokens"] else ["vectors"]
        self._query_prompt: str = about["query_prompt"]
        self._document_prompt: str = about["document_prompt"]
        self._plain = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._plain.no_truncation()
        self._plain.no_padding()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(self.max_tokens)
        self._tokenizer.no_padding()
        options: Any = onnxruntime.SessionOptions()  # pyright: ignore[reportUnknownVariableType]
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def tokens(self, text: str) -> list[int]:
        """The text's token ids, without special tokens, all of them."""
        return self._plain.encode(text, add_special_tokens=False).ids

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Vectors of passages or sentences, shape (len(texts), dimensions), float32, each of length 1."""
        return self._whole(texts, self._document_prompt)

    def _whole(self, texts: Sequence[str], prompt: str) -> Matrix:
        encodings = self._tokenizer.encode_batch([prompt + t for t in texts])
        vectors = np.zeros((len(texts), self.dimensions), np.float32)

        def work(batch: list[int]) -> None:
            (vectors[batch],) = self._run([encodings[i] for i in batch], ["vectors"])

        self._each(work, encodings)
        return vectors

    def embed_parts(self, texts: Sequence[str], parts: Sequence[Sequence[Span]]) -> tuple[Matrix, list[Matrix]]:
        """Vectors of texts as `embed` gives them, and of parts of each text, made from its own tokens' vectors.

        A part's vector is the mean of its tokens' in the whole text's pass through the model, so it costs nothing
        more and knows its context: late chunking, Günther et al., "Late Chunking: Contextual Chunk Embeddings Using
        Long-Context Embedding Models", arXiv:2409.04701, section 3. Parts that can't be had so (beyond what the model
        reads, or a model that pools otherwise) are embedded alone.

        Args:
            texts: passages.
            parts: offsets into each text.

        Returns:
            Shape (len(texts), dimensions), and for each text (its parts, dimensions); float32, each row of length 1.
        """
        return self._with_parts(texts, parts, self._document_prompt)

    def embed_question(self, text: str, parts: Sequence[Span]) -> tuple[Vector, Matrix]:
        """The vector of a question as `embed_query` gives it, and of parts of it, as `embed_parts` does."""
        vectors, (found,) = self._with_parts([text], [parts], self._query_prompt)
        return vectors[0], found

    def _with_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[Span]], prompt: str
    ) -> tuple[Matrix, list[Matrix]]:
        encodings = self._tokenizer.encode_batch([prompt + t for t in texts])
        shift = len(prompt)
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        found = [np.zeros((len(spans), self.dimensions), np.float32) for spans in parts]

        def work(batch: list[int]) -> None:
            vectors[batch], *tokens = self._run([encodings[i] for i in batch], self._outputs)
            for rows in tokens:
                for row, i in zip(rows, batch, strict=True):
                    _pool(row, encodings[i], [(start + shift, end + shift) for start, end in parts[i]], found[i])

        self._each(work, encodings)
        missing = [(i, j) for i, rows in enumerate(found) for j in map(int, np.flatnonzero(~rows.any(1)))]
        if missing:
            alone = self._whole([texts[i][slice(*parts[i][j])] for i, j in missing], prompt)
            for (i, j), vector in zip(missing, alone, strict=True):
                found[i][j] = vector
        return vectors, found

    def embed_query(self, text: str) -> Vector:
        """The vector of a question, shape (dimensions,), float32, of length 1."""
        return self._run([self._tokenizer.encode(self._query_prompt + text)], ["vectors"])[0][0]

    def _each(self, work: Callable[[list[int]], None], encodings: Sequence[Any]) -> None:
        """Do the work on every batch, on all cores."""
        batches = list(_batches(encodings))
        if len(batches) <= 1:
            for batch in batches:
                work(batch)
            return
        with ThreadPoolExecutor(min(len(batches), os.cpu_count() or 1), thread_name_prefix="onnx") as threads:
            for _ in threads.map(work, batches):
                pass  # asked for, so that what a batch raises is raised here

    def _run(self, encodings: Sequence[Any], outputs: Sequence[str]) -> list[Any]:
        shape = len(encodings), max(len(e.ids) for e in encodings)
        fields = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
        feed = {name: np.zeros(shape, np.int64) for name in self._inputs}
        for name, array in feed.items():
            for row, encoding in enumerate(encodings):
                values = getattr(encoding, fields[name])
                array[row, : len(values)] = values
        return self._session.run(outputs, feed)


def _batches(encodings: Sequence[Any]) -> Iterator[list[int]]:
    """The numbers of the texts, those of like length together, so that little is padded."""
    batch: list[int] = []
    for i in sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids)):
        if batch and len(encodings[i].ids) * (len(batch) + 1) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _pool(tokens: Matrix, encoding: Any, spans: Sequence[Span], into: Matrix) -> None:
    """Write the normalised mean of the tokens that begin in each span; the rows of spans without a token stay zero."""
    offsets = np.array(encoding.offsets)
    begins = np.where(np.array(encoding.special_tokens_mask) == 1, -1, offsets[:, 0])
    for j, (start, end) in enumerate(spans):
        inside = np.flatnonzero((begins >= start) & (begins < end))
        if len(inside):
            mean = tokens[inside].mean(0)
            into[j] = mean / (np.linalg.norm(mean) or 1.0)
