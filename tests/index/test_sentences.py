"""Sentences' vectors: kept with their passages, looked up, and made anew where they are missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.corpus import Corpus
from rag.index.catalog import Catalog
from rag.index.sentences import SentenceVectors, kept_vectors
from rag.models.embed import Embedder
from rag.settings import Settings
from rag.text import sentence_spans
from rag.types import Hit

Shelf = Any
LINES = "The bridge is closed. Two lorries wait. Nobody says why.\nThe mayor will open it in May."


def alone(shelf: Shelf, text: str) -> np.ndarray:
    return shelf.embedder.embed([text[a:b] for a, b in sentence_spans(text)])


def never(texts: Sequence[str]) -> np.ndarray:
    raise AssertionError(f"{texts} were embedded")


def test_kept_vectors_are_found_and_nothing_is_embedded_until_they_leave(shelf: Shelf) -> None:
    passages = shelf.passages(shelf.article(LINES))
    vectors = [alone(shelf, p.text) for p in passages]
    article = shelf.put(LINES, kept={"sentences": vectors})
    found = SentenceVectors(shelf.catalog.database, never).of(passages[::-1])
    assert [m.shape for m in found] == [(1, 64), (3, 64)]
    assert all(
        m.dtype == np.float32 and np.allclose(m, v, atol=1e-3) for m, v in zip(found, vectors[::-1], strict=True)
    )
    embeddings = shelf.embedder.embed([passages[0].text])
    for leaves, left in (
        (lambda: shelf.catalog.revise(article, passages[:1], embeddings, {}, sentences=vectors[:1]), 1),
        (lambda: shelf.catalog.forget_embeddings("another model"), 0),
    ):
        leaves()
        with shelf.catalog.database.reading() as db:
            assert db.execute("SELECT count(*) FROM sentences").fetchone() == (left,)


def test_what_is_not_kept_is_made(shelf: Shelf) -> None:
    passages = shelf.passages(shelf.put(LINES))
    vectors = SentenceVectors(shelf.catalog.database, shelf.embedder.embed)
    assert kept_vectors(shelf.catalog.database, [p.id for p in passages]) == {}
    for matrix, passage in zip(vectors.of(passages), passages, strict=True):
        assert np.allclose(matrix, alone(shelf, passage.text), atol=1e-6)
    assert vectors.of([]) == []


def test_vectors_of_another_number_of_sentences_are_not_used(shelf: Shelf) -> None:
    passages = shelf.passages(shelf.article(LINES))
    shelf.put(LINES, kept={"sentences": [alone(shelf, "It rained."), alone(shelf, passages[1].text)]})
    found = SentenceVectors(shelf.catalog.database, shelf.embedder.embed).of(passages)
    assert np.allclose(found[0], alone(shelf, passages[0].text), atol=1e-6)
    assert np.allclose(found[1], alone(shelf, passages[1].text), atol=1e-3)


def test_an_ingest_keeps_every_sentence_s_vector(tmp_path: Path, embedder: Embedder, write: Any) -> None:
    write("in/a.md", LINES.replace("\n", " ") * 12, title="Bridge closed")
    write("in/b.md", "A ferry sank off Linde at dawn. All eleven on board were saved.", title="Ferry sinks")
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=embedder) as corpus:
        corpus.ingest(tmp_path / "in")
        hits: list[Hit] = corpus.search("Why is the bridge closed?")
        assert len(hits) >= 2
        catalog = Catalog(tmp_path / "home" / "catalog.sqlite3")
        found = SentenceVectors(catalog.database, never).of([h.passage for h in hits])
        catalog.close()
    for hit, matrix in zip(hits, found, strict=True):
        passage = f"{hit.article.title}\n{hit.passage.text}"
        at = len(passage) - len(hit.passage.text)
        spans = [(at + a, at + b) for a, b in sentence_spans(hit.passage.text)]
        _, (expected,) = embedder.embed_parts([passage], [spans])  # type: ignore[attr-defined]
        assert np.allclose(matrix, expected, atol=1e-3)
