"""Exact search equals a plain computation, whatever was written, filtered or kept in memory before."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from rag.index import exact
from rag.index.exact import ExactSearch
from rag.index.outbox import Outbox
from rag.types import Article, Filter
from tests.conftest import WordEmbedder
from tests.index.conftest import Shelf as Opened

Shelf = Any
FILTERS = [
    None,
    Filter(publisher="p1"),
    Filter(publisher=("P0", "p2")),
    Filter(after=date(2023, 1, 10)),
    Filter(after=date(2023, 1, 5), before=date(2023, 1, 9)),
    Filter(publisher="nobody"),
]


class Plain:
    """The articles with random vectors, and the search written out."""

    def __init__(self, shelf: Shelf, seed: int = 3) -> None:
        self.shelf = shelf
        self.random = np.random.default_rng(seed)
        self.rows: dict[str, tuple[Article, np.ndarray]] = {}

    def put(self, number: int, version: int = 0) -> Article:
        day = date(2023, 1, 1) + timedelta(number) if number % 5 else None
        text = "\n".join(f"article {number} version {version} line {m}" for m in range(number % 4 + 1))
        article = self.shelf.article(
            text, publisher=f"P{number % 3}", published=day, published_from="given" if day else "unknown"
        )
        passages = self.shelf.passages(article)
        vectors = self.random.standard_normal((len(passages), 16)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        self.shelf.catalog.put(article, passages, vectors, self.shelf.source(article, f"{number}.md"))
        self.rows = {i: row for i, row in self.rows.items() if not row[0].text.startswith(f"article {number} ")}
        self.rows |= {p.id: (article, v) for p, v in zip(passages, vectors, strict=True)}
        return article

    def search(self, vector: np.ndarray, k: int, where: Filter | None, among: set[str] | None = None) -> Any:
        publishers = where.publisher if where else None
        outlets = {p.lower() for p in ([publishers] if isinstance(publishers, str) else publishers or ())}
        scores = [
            (i, float(v @ vector))
            for i, (a, v) in self.rows.items()
            if (among is None or a.id in among)
            and (not outlets or (a.publisher or "").lower() in outlets)
            and (not where or not where.after or (a.published and a.published >= where.after))
            and (not where or not where.before or (a.published and a.published <= where.before))
        ]
        return sorted(scores, key=lambda hit: (-hit[1], hit[0]))[:k]

    def check(self, search: ExactSearch, k: int = 7, *, among: set[str] | None = None) -> None:
        vector = self.random.standard_normal(16).astype(np.float32)
        vector /= np.linalg.norm(vector)
        for where in FILTERS:
            expected = self.search(vector, k, where, among)
            found = search.search(vector, k, where, pending_only=among is not None)
            assert [i for i, _ in found] == [i for i, _ in expected]
            assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-5)


@pytest.fixture
def plain(shelf: Shelf) -> Plain:
    return filled(shelf)


def filled(shelf: Shelf) -> Plain:
    made = Plain(shelf)
    for number in range(30):
        made.put(number)
    return made


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """What tests only read."""
    shelf = Opened(tmp_path_factory.mktemp("exact"), WordEmbedder())
    yield filled(shelf)
    shelf.catalog.close()


@pytest.mark.parametrize("k", [1, 7, 75, 1000])
def test_as_computed_plainly(k: int, unchanged: Plain) -> None:
    search = ExactSearch(unchanged.shelf.catalog.database)
    for _ in range(2):
        unchanged.check(search, k)


@pytest.mark.parametrize("kept", [20_000, 20, 0])
def test_by_signs_first(kept: int, unchanged: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "KEPT_EMBEDDINGS", kept)
    search = ExactSearch(unchanged.shelf.catalog.database)
    for k in (3, 3, 20, 20):
        unchanged.check(search, k)


# Fails while the signs are those of other passages, or the wrong end of the ranking is compared.
def test_the_nearest_by_their_signs_hold_the_nearest(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "_LEAST", 0)
    monkeypatch.setattr(exact, "KEPT_EMBEDDINGS", 0)
    plain = Plain(shelf)
    for number in range(300):
        plain.put(number)
    search, held = ExactSearch(shelf.catalog.database), 0
    for _ in range(20):
        vector = plain.random.standard_normal(16).astype(np.float32)
        vector /= np.linalg.norm(vector)
        expected = {i for i, _ in plain.search(vector, 10, None)}
        held += len(expected & {i for i, _ in search.search(vector, 10)})
    assert held >= 0.75 * 200  # in so few dimensions; by chance 54


def test_after_every_change(plain: Plain) -> None:
    search = ExactSearch(plain.shelf.catalog.database)
    for number in (3, 40, 7):
        plain.check(search)
        plain.put(number, version=1)
        plain.check(search)
    gone = next(a for a, _ in plain.rows.values())
    plain.shelf.catalog.remove(gone.id)
    plain.rows = {i: row for i, row in plain.rows.items() if row[0].id != gone.id}
    plain.check(search)


def test_only_what_is_pending(plain: Plain) -> None:
    search, outbox = ExactSearch(plain.shelf.catalog.database), Outbox(plain.shelf.catalog.database)
    everything = {a.id for a, _ in plain.rows.values()}
    plain.check(search, among=everything)
    outbox.mark_indexed(outbox.pending_rows(1000)[1])
    plain.check(search, among=set())
    new = plain.put(50)
    plain.check(search, among={new.id})
    plain.check(search)


# Fails while exact.py knows the number of pending articles only.
def test_only_what_is_pending_when_others_are_than_before(plain: Plain) -> None:
    search, outbox = ExactSearch(plain.shelf.catalog.database), Outbox(plain.shelf.catalog.database)
    for one in sorted({a.id for a, _ in plain.rows.values()})[:2]:
        outbox.mark_indexed(outbox.pending_rows(1000)[1])
        outbox.compare({i for i in plain.shelf.indexed() if not i.startswith(one)})
        plain.check(search, among={one})


def test_passages_without_embedding_are_passed_over(shelf: Shelf) -> None:
    search = ExactSearch(shelf.catalog.database)
    assert search.search(shelf.vector("text"), 5) == []
    shelf.put("a text", "1.md", embed=False)
    there = shelf.put("another text", "2.md")
    assert [i.split(":")[0] for i, _ in search.search(shelf.vector("text"), 5)] == [there.id]
    shelf.catalog.forget_embeddings("new")
    assert search.search(shelf.vector("text"), 5) == []
