"""What the tests of the models share: the default model, and a tiny one."""

from pathlib import Path
from typing import Any

import pytest

from rag.models.embed import _location, load_model


@pytest.fixture(scope="session")
def default_model() -> Any:
    """The default model as sentence-transformers runs it."""
    return load_model(_location("all-MiniLM-L6-v2"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, default_model: Any) -> Path:
    """The folder of a small model with random weights, which wants prompts before questions and passages."""
    import torch
    from sentence_transformers import SentenceTransformer, models
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("tiny")
    config = BertConfig(
        vocab_size=len(default_model.tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
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
