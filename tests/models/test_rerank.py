"""A cross-encoder as reranker: a tiny real one, made here with random weights."""

from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.rerank import load_reranker
from rag.types import Article, Hit, Passage


def save_tiny(folder: Path, labels: int = 1) -> Path:
    """A BERT of one layer, 8 wide, with random weights, saved as a model is."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    torch.manual_seed(0)
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"who denied it the ministry title ship left port".split()]
    tokenizer = Tokenizer(WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()  # pyright: ignore
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=64,
    )  # fmt: skip
    config = BertConfig(
        vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=64, num_labels=labels, initializer_range=1.0,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return folder


def hit(text: str, score: float) -> Hit:
    article = Article(id=text, text=text, title="title", path="a.md")
    return Hit(
        passage=Passage(id=text, article_id=text, start=0, end=len(text), text=text), article=article, score=score
    )


def test_hits_are_ordered_by_the_models_score(tmp_path: Path) -> None:
    rerank = load_reranker(str(save_tiny(tmp_path)))
    given = [hit("the ministry denied it", 1.0), hit("ship left port", 0.9), hit("the ship", 0.8)]
    found = rerank("who denied it", given)
    assert {h.passage.id for h in found} == {h.passage.id for h in given}
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)
    assert len({h.score for h in found}) == 3
    # the same pairs in any order and batch have the same scores
    (alone,) = rerank("who denied it", given[1:2])
    assert alone.score == pytest.approx(next(h.score for h in found if h.passage.id == "ship left port"), abs=1e-5)
    assert rerank("who denied it", []) == []


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere.*RAG_RERANKER"):
        load_reranker(str(tmp_path / "nowhere"))


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    import torch

    folder = save_tiny(tmp_path)
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="could not be loaded"):
        load_reranker(str(folder))


def test_a_classifier_of_several_classes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="3 scores"):
        load_reranker(str(save_tiny(tmp_path, labels=3)))
