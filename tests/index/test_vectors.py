"""The vector index on a real Chroma, in a folder and on a server."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import RagError
from rag.index import vectors
from rag.index.outbox import IndexRow
from rag.index.vectors import VectorIndex, open_folder, open_server
from rag.types import Filter


def rows(number: int, seed: int = 0, first: int = 0) -> list[IndexRow]:
    generator = np.random.default_rng(seed)
    found = generator.standard_normal((number, 16)).astype(np.float32)
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    return [
        IndexRow(
            passage_id=f"a{n // 3}:{n}",
            article_id=f"a{n // 3}",
            publisher=("Herald", "Straße", "")[n % 3],
            tags=("topic=tram",) if n % 5 == 0 else (),
            published=(0, 20231101, 20231102, 20231103)[n % 4],
            embedding=found[n - first],
        )
        for n in range(first, first + number)
    ]


def nearest(given: list[IndexRow], vector: np.ndarray, k: int) -> list[str]:
    return [r.passage_id for r in sorted(given, key=lambda r: -float(r.embedding @ vector))[:k]]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    opened = open_folder(tmp_path / "chroma", "passages")
    yield opened
    opened.close()


def test_the_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    given = rows(100)
    index.upsert(given)
    vector = given[42].embedding
    found = index.search(vector, 10)
    assert [i for i, _ in found] == nearest(given, vector, 10)
    assert found[0][1] == pytest.approx(1.0, abs=1e-5)
    by_id = {r.passage_id: float(r.embedding @ vector) for r in given}
    assert [s for _, s in found] == pytest.approx([by_id[i] for i, _ in found], abs=1e-5)


def test_an_empty_index_finds_nothing(index: VectorIndex) -> None:
    assert index.search(np.ones(16, np.float32), 5) == []
    assert list(index.ids()) == []
    assert index.count() == 0
    index.upsert([])
    index.delete([])


def test_fewer_than_k(index: VectorIndex) -> None:
    index.upsert(rows(3))
    assert len(index.search(np.ones(16, np.float32), 50)) == 3


def test_upsert_over_an_id_that_is_there(index: VectorIndex) -> None:
    index.upsert(rows(10))
    changed = rows(10, seed=1)
    index.upsert(changed)
    assert index.count() == 10
    assert sorted(index.ids()) == sorted(r.passage_id for r in changed)
    for row in changed:
        ((first, score),) = index.search(row.embedding, 1)
        assert (first, score) == (row.passage_id, pytest.approx(1.0, abs=1e-5))


def test_delete_passes_over_ids_that_are_not_there(index: VectorIndex) -> None:
    index.upsert(rows(6))
    index.delete(["a0:0", "nobody", "a1:5"])
    index.delete(["a0:0"])
    assert sorted(index.ids()) == ["a0:1", "a0:2", "a1:3", "a1:4"]
    assert index.count() == 4
    assert "a0:0" not in dict(index.search(rows(6)[0].embedding, 6))


def test_more_rows_than_a_batch_and_than_a_page(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "_PAGE", 97)
    given = rows(2 * vectors._BATCH + 1)
    index.upsert(given)
    assert sorted(index.ids()) == sorted(r.passage_id for r in given)
    index.delete([r.passage_id for r in given[1:]])
    assert list(index.ids()) == [given[0].passage_id]


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        (Filter(), lambda r: True),
        (Filter(publisher="HERALD"), lambda r: r.publisher == "Herald"),
        (Filter(publisher=("Herald", "STRASSE")), lambda r: r.publisher != ""),
        (Filter(tag="Topic=Tram"), lambda r: r.tags != ()),
        (Filter(article=("a1", "a2")), lambda r: r.article_id in ("a1", "a2")),
        (Filter(after=date(2023, 11, 2)), lambda r: r.published >= 20231102),
        (Filter(before=date(2023, 11, 2)), lambda r: 0 < r.published <= 20231102),
        (
            Filter(publisher="herald", after=date(2023, 11, 2), before=date(2023, 11, 2)),
            lambda r: r.publisher == "Herald" and r.published == 20231102,
        ),
        (Filter(publisher="nobody"), lambda r: False),
    ],
)
def test_search_with_filters(where: Filter, holds: Callable[[IndexRow], bool], index: VectorIndex) -> None:
    given = rows(60)
    index.upsert(given)
    vector = rows(1, seed=9)[0].embedding
    assert [i for i, _ in index.search(vector, 60, where)] == nearest([r for r in given if holds(r)], vector, 60)


def test_it_is_there_when_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        opened = open_folder(tmp_path / "chroma", "passages")
        opened.upsert(rows(10))
        opened.close()
    again = open_folder(tmp_path / "chroma", "passages")
    assert len(list(again.ids())) == 10
    again.close()


def test_on_a_server(server: Any) -> None:
    index = open_server(server.url, "passages")
    given = rows(vectors._BATCH + 10)
    index.upsert(given)
    index.delete([given[0].passage_id])
    vector = given[5].embedding
    assert [i for i, _ in index.search(vector, 10)] == nearest(given[1:], vector, 10)
    of_outlet = [r for r in given[1:] if r.publisher == "Herald"]
    assert [i for i, _ in index.search(vector, 10, Filter(publisher="Herald"))] == nearest(of_outlet, vector, 10)
    other = open_server(f"127.0.0.1:{server.port}", "others")
    assert list(other.ids()) == []
    assert len(list(index.ids())) == len(given) - 1
    index.close()
    other.close()


# Fails while vectors.py passes urlsplit's ValueError on.
@pytest.mark.parametrize(
    "url", ["", "http://", "ftp://localhost:8000", "http://localhost:port", "http://localhost:99999"]
)
def test_a_bad_address_is_named(url: str) -> None:
    with pytest.raises(RagError, match="RAG_CHROMA") as raised:
        open_server(url, "passages")
    assert repr(url) in str(raised.value)
