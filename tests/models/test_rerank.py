"""A cross-encoder as reranker: a tiny real one, made here with random weights."""

from pathlib import Path

import pytest

from rag.errors import ModelError
from rag.models.rerank import load_reranker
from rag.types import Article, Hit, Passage
from tests.models.conftest import small_bert, word_tokenizer


def save_tiny(folder: Path, labels: int = 1) -> Path:
    """A BERT of one layer, 8 wide, with random weights, saved as a model is."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(0)
    tokenizer = word_tokenizer("who denied it the ministry title ship left port".split())
    config = small_bert(len(tokenizer), 8, num_labels=labels, initializer_range=1.0)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
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
