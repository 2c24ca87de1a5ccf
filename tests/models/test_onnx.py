"""The exported model gives the vectors of the model it was exported from."""

import json
import random
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models import onnx
from rag.models.onnx import OnnxEmbedder, export, exported

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WORDS = "the ministry denied shells Rajin Oct. 31 U.S. “quoted” don’t 7.62mm 朝鮮 한국 Россия 😀 👩‍👩‍👧 é \n !?".split(
    " "
)


def texts(number: int = 200) -> list[str]:
    generator = random.Random(4)
    lengths = [400 if n % 50 == 0 else generator.randrange(1, 25) for n in range(number - 3)]
    return ["", "a", "x" * 5000, *(" ".join(generator.choices(WORDS, k=length)) for length in lengths)]


def test_the_vectors_are_those_of_the_model(embedder: OnnxEmbedder, default_model: "SentenceTransformer") -> None:
    expected = default_model.encode_document(texts(), normalize_embeddings=True, show_progress_bar=False)
    vectors = embedder.embed(texts())
    assert vectors.shape == (200, 384) and vectors.dtype == np.float32
    assert float((vectors * expected).sum(1).min()) >= 0.9999
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text in texts(20):
        expected = default_model.encode_query([text], normalize_embeddings=True, show_progress_bar=False)[0]
        vector = embedder.embed_query(text)
        assert vector.shape == (384,) and vector.dtype == np.float32
        assert float(vector @ expected) >= 0.9999


def test_a_vector_does_not_depend_on_its_company(embedder: OnnxEmbedder) -> None:
    some = texts(30)
    together = embedder.embed(some)
    alone = np.stack([embedder.embed([t])[0] for t in some])
    assert np.allclose(together, alone, atol=1e-5)


PARTS = "The mayor opened the bridge. “No,” said 서울’s envoy 😀, “not yet.” It rained.\nNobody paid."


def spans_of(text: str) -> list[tuple[int, int]]:
    return [(text.index(part), text.index(part) + len(part)) for part in ("The mayor", "“No,” said 서울", "paid.")]


def test_parts_are_pooled_from_the_text_s_own_tokens(
    embedder: OnnxEmbedder, default_model: "SentenceTransformer"
) -> None:
    some = [f"A title\n{PARTS}", "", PARTS, PARTS + " And more. " * 40]
    parts = [spans_of(t) if t else [] for t in some]
    vectors, found = embedder.embed_parts(some, parts)
    assert np.allclose(vectors, embedder.embed(some), atol=1e-6)
    assert [m.shape for m in found] == [(3, 384), (0, 384), (3, 384), (3, 384)]
    for text, spans, matrix in zip(some, parts, found, strict=True):
        features = default_model.tokenizer(text, return_offsets_mapping=True, return_tensors="pt", truncation=True)
        offsets = features.pop("offset_mapping")[0].tolist()
        tokens = default_model(dict(features))["token_embeddings"][0].detach().numpy()
        for (start, end), vector in zip(spans, matrix, strict=True):
            own = [i for i, (a, b) in enumerate(offsets) if start <= a < end and b > a]
            expected = tokens[own].mean(0)
            assert np.allclose(vector, expected / np.linalg.norm(expected), atol=1e-4)


def test_a_part_that_is_the_whole_text_is_near_the_text(embedder: OnnxEmbedder) -> None:
    vectors, ((part,),) = embedder.embed_parts([PARTS], [[(0, len(PARTS))]])
    assert float(vectors[0] @ part) > 0.98


def test_a_part_beyond_what_the_model_reads_is_embedded_alone(embedder: OnnxEmbedder) -> None:
    long = "Ten ships left the port. " * 100 + "The mayor denied it."
    at = long.index("The mayor")
    _, ((part,),) = embedder.embed_parts([long], [[(at, len(long))]])
    assert np.allclose(part, embedder.embed(["The mayor denied it."])[0], atol=1e-5)


@pytest.fixture(scope="module")
def exported_tiny(tiny: Path, tiny_model: "SentenceTransformer", tmp_path_factory: pytest.TempPathFactory) -> Any:
    return OnnxEmbedder(export("tiny", str(tiny), tiny_model, tmp_path_factory.mktemp("exported")))


def test_a_prompt_shifts_no_part(exported_tiny: OnnxEmbedder, tiny_model: "SentenceTransformer") -> None:
    whole = "passage: It rained. It poured."
    features = tiny_model.tokenizer(whole, return_offsets_mapping=True, return_tensors="pt")
    offsets = features.pop("offset_mapping")[0].tolist()
    tokens = tiny_model(dict(features))["token_embeddings"][0].detach().numpy()
    expected = tokens[[i for i, (a, b) in enumerate(offsets) if a >= whole.index("It poured") and b > a]].mean(0)
    _, ((part,),) = exported_tiny.embed_parts(["It rained. It poured."], [[(11, 21)]])
    assert np.allclose(part, expected / np.linalg.norm(expected), atol=1e-4)


def test_a_model_that_pools_otherwise_has_parts_embedded_alone(
    tiny: Path, tiny_model: "SentenceTransformer", tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer, models

    first = SentenceTransformer(modules=[tiny_model[0], models.Pooling(32, pooling_mode="cls")], device="cpu")
    loaded = OnnxEmbedder(export("first", str(tiny), first, tmp_path))
    vectors, ((part,),) = loaded.embed_parts(["It rained. It poured."], [[(11, 21)]])
    assert np.allclose(vectors, loaded.embed(["It rained. It poured."]), atol=1e-6)
    assert np.allclose(part, loaded.embed(["It poured."])[0], atol=1e-6)


def test_a_question_and_its_parts_come_from_one_pass(embedder: OnnxEmbedder) -> None:
    question = "Who greased the crane, and who paid for it?"
    parts = [(0, 21), (27, 43)]
    vector, found = embedder.embed_question(question, parts)
    assert np.allclose(vector, embedder.embed_query(question), atol=1e-6)
    _, (expected,) = embedder.embed_parts([question], [parts])
    assert np.allclose(found, expected, atol=1e-6)
    assert embedder.embed_question(question, [])[1].shape == embedder.embed([]).shape == (0, 384)
    assert embedder.embed_parts([], [])[1] == []


def test_tokens_are_all_of_the_text_s(embedder: OnnxEmbedder, default_model: "SentenceTransformer") -> None:
    for text in texts(30):
        expected = default_model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)
        assert embedder.tokens(text) == expected["input_ids"]
    assert len(embedder.tokens("shells " * 1000)) >= 1000


def test_prompts_are_put_before_passages_and_questions(
    exported_tiny: OnnxEmbedder, tiny_model: "SentenceTransformer"
) -> None:
    loaded = exported_tiny
    document = tiny_model.encode_document(["It rained."], normalize_embeddings=True)[0]
    query = tiny_model.encode_query(["It rained."], normalize_embeddings=True)[0]
    assert not np.allclose(document, query, atol=1e-3)
    assert np.allclose(loaded.embed(["It rained."])[0], document, atol=1e-5)
    assert np.allclose(loaded.embed_query("It rained."), query, atol=1e-5)
    vector, (part,) = loaded.embed_question("It rained.", [(0, 10)])
    assert np.allclose(vector, query, atol=1e-5)
    # the part has its own words alone, but in the company of the prompt
    assert not np.allclose(part, loaded.embed_parts(["It rained."], [[(0, 10)]])[1][0][0], atol=1e-5)


def test_threads_embed_at_once(embedder: OnnxEmbedder) -> None:
    some = texts(8)
    expected = embedder.embed(some)
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(embedder.embed(some))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(np.allclose(vectors, expected, atol=1e-6) for vectors in found)


def test_an_export_with_other_vectors_is_not_kept(
    tiny: Path, tiny_model: "SentenceTransformer", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "_MIN_COSINE", 1.1)
    with pytest.raises(ModelError, match=r"1\.1"):
        export("tiny", str(tiny), tiny_model, tmp_path)
    assert exported("tiny", str(tiny), tmp_path) is None
    assert list((tmp_path / "models").iterdir()) == []


def test_an_export_is_found_by_name_and_files(tiny: Path, tiny_model: "SentenceTransformer", tmp_path: Path) -> None:
    assert exported("tiny", str(tiny), tmp_path) is None
    folder = export("tiny", str(tiny), tiny_model, tmp_path)
    assert exported("tiny", str(tiny), tmp_path) == folder
    # As by a process that began before the first was done: what it made is thrown away.
    assert export("tiny", str(tiny), tiny_model, tmp_path) == folder
    assert exported("other", str(tiny), tmp_path) is None
    assert json.loads((folder / "model.json").read_text())["name"] == "tiny"
    assert list((tmp_path / "models").iterdir()) == [folder]
