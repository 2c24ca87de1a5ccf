"""An extractive question-answering model of the user's: where in a text the answer stands, or that it isn't there.

Any model of the kind trained on SQuAD 2.0 (`RAG_READER`: a name on the hub or a folder), run by torch. Rajpurkar, Jia
and Liang, "Know what you don't know", ACL 2018; the span's score against the score of no answer as in Devlin et al.,
"BERT", NAACL 2019, section 4.3. Knows nothing of articles or evidence.
"""

from dataclasses import dataclass
from typing import Any

from rag.errors import ModelError, first_line

# An answer has at most so many tokens; a text of more tokens than the model reads is read from its beginning.
LONGEST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """The likeliest answer in a text, `text[start:end]`, and by how many logits it beats that there is none."""

    start: int
    end: int
    margin: float


class Reader:
    """A loaded model. Safe to use from several threads."""

    def __init__(self, name: str) -> None:
        """Load a model by its name on the hub or its folder: safetensors only, none of its own code is run.

        Raises:
            ModelError: it can't be found or loaded, or its tokenizer gives no offsets.
        """
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, trust_remote_code=False)  # pyright: ignore[reportUnknownMemberType]
            self._model: Any = AutoModelForQuestionAnswering.from_pretrained(
                name, trust_remote_code=False, use_safetensors=True
            ).eval()
        except Exception as e:
            raise ModelError(
                f"the reader {name!r} could not be loaded ({type(e).__name__}: {first_line(e)}): "
                "set RAG_READER to an extractive question-answering model in safetensors, by its name on the hub or "
                "its folder, or leave it empty"
            ) from e
        if not self._tokenizer.is_fast:
            raise ModelError(f"the reader {name!r} has a tokenizer without offsets: name a model with a fast tokenizer")
        config: Any = self._model.config  # pyright: ignore[reportUnknownVariableType]
        limits: list[int] = [config.max_position_embeddings, self._tokenizer.model_max_length]
        self._tokens = min(512, *limits)

    def read(self, question: str, text: str) -> ReadAnswer | None:
        """The likeliest answer in the text; None where the model finds that the text has none."""
        import torch

        encoded = self._tokenizer(
            question, text, truncation="only_second", max_length=self._tokens, return_offsets_mapping=True,
            return_tensors="pt",
        )  # fmt: skip
        spans = encoded.pop("offset_mapping")[0].tolist()
        own = [i for i, of in enumerate(encoded.sequence_ids(0)) if of == 1]
        with torch.no_grad():
            out = self._model(**encoded)
        starts, ends = out.start_logits[0].tolist(), out.end_logits[0].tolist()
        pairs = ((i, j) for n, i in enumerate(own) for j in own[n : n + LONGEST])
        best = max(pairs, key=lambda p: starts[p[0]] + ends[p[1]], default=None)
        if best is None:
            return None
        margin = starts[best[0]] + ends[best[1]] - starts[0] - ends[0]
        return ReadAnswer(start=spans[best[0]][0], end=spans[best[1]][1], margin=margin) if margin > 0 else None
