"""What the tests of the models share: the default model, and tiny ones."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from rag.models.embed import _location, load_model


def word_tokenizer(words: Iterable[str]) -> Any:
    """A tokenizer that has a token a word, [CLS] at the beginning and [SEP] behind each of two texts."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {w: i for i, w in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    plain: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    plain.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep")}
    return PreTrainedTokenizerFast(tokenizer_object=plain, model_max_length=64, **special)


def small_bert(words: int, width: int, **more: Any) -> Any:
    """The configuration of a BERT of that width which knows so many words."""
    from transformers import BertConfig

    sizes = {"hidden_size": width, "intermediate_size": 2 * width, "num_attention_heads": 2}
    return BertConfig(vocab_size=words, max_position_embeddings=64, **sizes, **{"num_hidden_layers": 1} | more)


@pytest.fixture(scope="session")
def default_model() -> Any:
    """The default model as sentence-transformers runs it."""
    return load_model(_location("all-MiniLM-L6-v2"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, default_model: Any) -> Path:
    """The folder of a small model with random weights, which wants prompts before questions and passages."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertModel

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("tiny")
    BertModel(small_bert(len(default_model.tokenizer), 32)).save_pretrained(folder / "bert")
    default_model.tokenizer.save_pretrained(folder / "bert")
    transformer = models.Transformer(str(folder / "bert"), max_seq_length=48)
    prompts = {"query": "question: ", "document": "passage: "}
    model = SentenceTransformer(modules=[transformer, models.Pooling(32)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"), create_model_card=False)  # the card would ask the hub
    return folder / "model"


@pytest.fixture(scope="session")
def tiny_model(tiny: Path) -> Any:
    """The small model as sentence-transformers runs it."""
    return load_model(str(tiny))
