"""The waiting lines between the catalog and the vector index."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from rag.index.outbox import Outbox

Shelf = Any


@pytest.fixture
def outbox(shelf: Shelf) -> Outbox:
    return Outbox(shelf.catalog.database)


def test_what_the_vector_index_is_told(shelf: Shelf, outbox: Outbox) -> None:
    put = shelf.put("one\ntwo", publisher="Herald", published=date(2023, 11, 2), published_from="given")
    bare = shelf.put("three", "b.md")
    rows, marks = outbox.pending_rows(100)
    assert {i for i, _ in marks} == {put.id, bare.id}
    sent = {(r.passage_id, r.article_id, r.publisher, r.published) for r in rows}
    assert sent == {
        (f"{put.id}:0-3", put.id, "Herald", 20231102),
        (f"{put.id}:4-7", put.id, "Herald", 20231102),
        (f"{bare.id}:0-5", bare.id, "", 0),
    }
    by_id = {r.passage_id: r.embedding for r in rows}
    assert np.array_equal(by_id[f"{put.id}:4-7"], shelf.vector("two"))


def test_whole_articles_and_about_as_many_as_asked_for(shelf: Shelf, outbox: Outbox) -> None:
    shelf.fill(10, lines=3)
    seen: list[str] = []
    while True:
        rows, marks = outbox.pending_rows(4)
        if not marks:
            break
        assert (len(rows), len(marks)) == (6, 2)
        seen += [i for i, _ in marks]
        outbox.mark_indexed(marks)
    assert len(seen) == len(set(seen)) == 10
    assert outbox.bounds() == (len(shelf.indexed()), 30) == (30, 30)


def test_an_article_that_waits_to_be_embedded_is_left_waiting(shelf: Shelf, outbox: Outbox) -> None:
    shelf.put("not embedded", "a.md", embed=False)
    there = shelf.put("embedded", "b.md")
    rows, marks = outbox.pending_rows(100)
    assert [r.article_id for r in rows] == [i for i, _ in marks] == [there.id]


def test_an_article_that_changed_meanwhile_stays_pending(shelf: Shelf, outbox: Outbox) -> None:
    shelf.put("the text", title="Old")
    _, marks = outbox.pending_rows(100)
    shelf.put("the text", title="New")
    outbox.mark_indexed(marks)
    assert shelf.catalog.counts()["pending"] == 1
    assert outbox.bounds() == (0, 1)


def test_an_article_that_was_removed_meanwhile_is_not_indexed(shelf: Shelf, outbox: Outbox) -> None:
    put = shelf.put("the text")
    _, marks = outbox.pending_rows(100)
    shelf.catalog.remove(put.id)
    outbox.mark_indexed(marks)
    assert (shelf.catalog.counts()["indexed"], shelf.catalog.counts()["removing"]) == (0, 1)


def test_articles_on_their_way_out(shelf: Shelf, outbox: Outbox) -> None:
    gone, kept = shelf.put("one\ntwo", "a.md"), shelf.put("three", "b.md")
    shelf.catalog.remove(gone.id)
    assert {a: sorted(p) for a, p in outbox.removing().items()} == {gone.id: [f"{gone.id}:0-3", f"{gone.id}:4-7"]}
    outbox.purge([gone.id, kept.id])
    assert outbox.removing() == {}
    assert shelf.catalog.articles() == [kept]
    assert shelf.sound()


def test_everything_or_some_of_it_again(shelf: Shelf, outbox: Outbox) -> None:
    a, b, c = shelf.fill(3)
    outbox.mark_indexed(outbox.pending_rows(100)[1])
    ours = {article.id: {p.id for p in shelf.passages(article)} for article in (a, b, c)}
    everything = set().union(*ours.values())
    lost = sorted(ours[a.id])[0]
    assert outbox.compare(everything - {lost} | {"nobody:0-1"}) == everything
    assert [i for i, _ in outbox.pending_rows(100)[1]] == [a.id]
    assert outbox.bounds() == (6, 9)
    shelf.catalog.remove(b.id)
    outbox.start_anew()
    assert shelf.catalog.counts() | {"pending": 2, "removing": 1, "indexed": 0} == shelf.catalog.counts()
    assert outbox.bounds() == (0, 9)


def test_an_index_that_holds_everything_is_left_as_it_is(shelf: Shelf, outbox: Outbox) -> None:
    shelf.fill(3)
    outbox.mark_indexed(outbox.pending_rows(100)[1])
    held = shelf.indexed()
    assert outbox.compare(held) == outbox.compare(held | {"left over"}) == held
    assert shelf.catalog.counts()["pending"] == 0
    assert outbox.bounds() == (len(held), 9) == (9, 9)


def test_what_waits_is_not_expected_in_the_index_and_does_not_go_twice(shelf: Shelf, outbox: Outbox) -> None:
    shelf.fill(2)
    assert outbox.bounds() == (0, 6)
    everything = {p.id for a in shelf.catalog.articles() for p in shelf.passages(a)}
    assert outbox.compare(everything) == outbox.compare(set()) == everything
    assert shelf.catalog.counts()["pending"] == 2


def test_every_new_beginning_is_a_new_generation(shelf: Shelf, outbox: Outbox) -> None:
    shelf.fill(1)
    generations = [shelf.catalog.meta("generation")]
    for _ in range(2):
        outbox.start_anew()
        generations.append(shelf.catalog.meta("generation"))
    assert generations == [None, "2", "3"]


def test_a_sample_is_spread_over_what_the_index_should_hold(shelf: Shelf, outbox: Outbox) -> None:
    assert outbox.sample() == {}
    articles = shelf.fill(20)
    outbox.mark_indexed(outbox.pending_rows(1000)[1])
    sample = outbox.sample(10)
    passages = {p.id: p for a in articles for p in shelf.passages(a)}
    assert len({passages[i].article_id for i in sample}) == 10 and shelf.passages(articles[-1])[-1].id in sample
    assert all(np.array_equal(vector, shelf.vector(passages[i].text)) for i, vector in sample.items())
    shelf.put("not told yet", "new.md")
    assert set(outbox.sample(1000)) == set(passages)
