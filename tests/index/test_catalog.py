"""The catalog: every change in one step, the full text in step with it, readers beside writers."""

import random
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.errors import HomeError, NotFoundError
from rag.index import lexical
from rag.index.catalog import Catalog
from rag.index.exact import ExactSearch
from rag.index.outbox import Outbox
from rag.types import Filter, Statement

Shelf = Any
Beside = Callable[..., "subprocess.Popen[str]"]


def found(shelf: Shelf, *terms: str) -> set[str]:
    """Ids of the articles in which the full text search finds any of the terms."""
    return {i.split(":")[0] for i, _ in lexical.search(shelf.catalog.database, terms, 1000)}


def ids(shelf: Shelf, **where: Any) -> set[str]:
    return {a.id for a in shelf.catalog.articles(Filter(**where))}


# What is there


def test_an_article_comes_back_as_it_was_put(shelf: Shelf) -> None:
    stated = {
        "title": "T", "path": "in/a.md", "publisher": "Herald", "author": "Ada", "published": date(2023, 11, 2),
        "published_from": "url", "url": "https://example.org", "language": "en", "original_title": "제목", "note": "n",
    }  # fmt: skip
    put = shelf.put("😀 one ’ line\nänother", **stated)
    assert shelf.catalog.article(put.id) == put
    assert shelf.catalog.articles() == [put]
    passages = shelf.catalog.passages([p.id for p in shelf.passages(put)])
    assert [p for p, _ in passages.values()] == shelf.passages(put)
    assert {a for _, a in passages.values()} == {put}


def test_a_list_comes_in_parts_without_its_texts(shelf: Shelf) -> None:
    for n, (title, outlet) in enumerate([("Über Nacht", "Zeit"), ("Beta", None), ("alpha", "Änder"), ("old", "Y")]):
        day = date(2023, 1, 1 + n) if n < 3 else None
        shelf.put(f"text{n}", f"{n}.md", title=title, publisher=outlet, published=day)
    catalog = shelf.catalog
    assert [a.title for a in catalog.articles()] == ["alpha", "Beta", "Über Nacht", "old"]

    def titles(**given: Any) -> tuple[list[str], int]:
        found, number = catalog.listed(**given)
        assert not any(a.text for a in found)
        return [a.title for a in found], number

    assert titles() == (["alpha", "Beta", "Über Nacht", "old"], 4)
    assert titles(order="oldest", most=2) == (["Über Nacht", "Beta"], 4)
    assert titles(order="title", start=2) == (["old", "Über Nacht"], 4)
    assert titles(order="outlet")[0] == ["old", "Über Nacht", "alpha", "Beta"]
    assert titles(words="ÜBER zeit") == (["Über Nacht"], 1)
    assert titles(words="beta") == (["Beta"], 1)
    assert titles(where=Filter(publisher="zeit"), most=0) == ([], 1)


def test_an_article_is_known_by_the_beginning_of_its_id(shelf: Shelf) -> None:
    put = shelf.put("one text")
    assert shelf.catalog.article(put.id[:4]) == put
    for other in ("no such id", "%", "_" * 16, "' OR 1=1 --", "*", ""):
        with pytest.raises(NotFoundError, match=r"no article.*rag list"):
            shelf.catalog.article(other)
    for n in range(40):
        shelf.put(f"text {n}", f"{n}.md")
    shared = next(c for c in "0123456789abcdef" if sum(a.id.startswith(c) for a in shelf.catalog.articles()) > 1)
    with pytest.raises(NotFoundError, match="several"):
        shelf.catalog.article(shared)


def test_meta_and_corpus_id(shelf: Shelf, tmp_path: Path) -> None:
    assert shelf.catalog.meta("fingerprint") is None
    shelf.catalog.set_meta("fingerprint", "a")
    shelf.catalog.set_meta("fingerprint", "b")
    again, other = Catalog(shelf.path), Catalog(tmp_path / "other" / "catalog.sqlite3")
    assert again.meta("fingerprint") == "b"
    assert again.meta("corpus_id") == shelf.catalog.meta("corpus_id") != other.meta("corpus_id")
    again.close()
    other.close()


# Filters


def test_filters(shelf: Shelf) -> None:
    days = [None, date(2023, 11, 1), date(2023, 11, 2), date(2023, 11, 3)]
    a, b, c, d = (
        shelf.put(f"text{n}", f"{n}.md", publisher=p, published=day, published_from="given" if day else "unknown").id
        for n, (p, day) in enumerate(zip(["Herald", "HERALD", "Tribune", None], days, strict=True))
    )
    assert ids(shelf) == {a, b, c, d}
    assert ids(shelf, publisher="herald") == {a, b}
    assert ids(shelf, publisher=("TRIBUNE", "Herald")) == {a, b, c}
    assert ids(shelf, publisher="Her%") == ids(shelf, publisher="") == ids(shelf, publisher=()) == set()
    assert ids(shelf, after=date(2023, 11, 2)) == {c, d}
    assert ids(shelf, before=date(2023, 11, 2)) == {b, c}
    assert ids(shelf, after=date(2023, 11, 2), before=date(2023, 11, 2)) == {c}
    assert ids(shelf, after=date(2024, 1, 1)) == set()
    assert ids(shelf, article=(a, d)) == {a, d}
    assert ids(shelf, article=a, publisher="Tribune") == set()
    assert shelf.catalog.publishers() == ["HERALD", "Herald", "Tribune"]
    put = shelf.put("text", publisher="Österreich Газета")  # SQLite's own NOCASE knows ASCII only
    assert ids(shelf, publisher="ÖSTERREICH ГАЗЕТА") == {put.id}


# Changes


def test_the_same_put_twice_is_the_same(shelf: Shelf) -> None:
    once = shelf.put("one text\nof two")
    counts = shelf.catalog.counts()
    assert shelf.put("one text\nof two") == once
    assert shelf.catalog.counts() == counts
    assert shelf.catalog.articles() == [once]
    assert shelf.sound()


def test_a_changed_file_switches_in_one_step(shelf: Shelf) -> None:
    old = shelf.put("the ministry denied it", "a.md", title="Wrong", publisher="Herald")
    new = shelf.put("the ministry confirmed it", "a.md", title="Wrong", publisher="Herald")
    assert shelf.catalog.articles() == [new]
    assert found(shelf, "ministry") == found(shelf, "confirmed") == {new.id}
    assert found(shelf, "denied") == set()
    new = shelf.put(new.text, "a.md", title="Right", publisher="Tribune")
    assert shelf.catalog.articles() == [new]
    assert found(shelf, "wrong") == found(shelf, "herald") == set()
    assert found(shelf, "right") == found(shelf, "tribune") == {new.id}
    assert shelf.catalog.passages([p.id for p in shelf.passages(old)]) == {}
    with pytest.raises(NotFoundError):
        shelf.catalog.article(old.id)
    assert shelf.sound()


def test_two_files_with_the_same_text_keep_one_article_until_both_are_gone(shelf: Shelf) -> None:
    one = shelf.put("the text", path="1.md")
    shelf.catalog.link(shelf.source(shelf.article("the text", path="2.md")))
    assert [s.path for s in shelf.catalog.sources_of(one.id)] == ["1.md", "2.md"]
    assert [a.path for a in shelf.catalog.articles()] == ["1.md"]
    other = shelf.put("another text", path="1.md")
    assert {a.id: a.path for a in shelf.catalog.articles()} == {one.id: "2.md", other.id: "1.md"}
    shelf.put("another text", path="2.md")
    assert [a.id for a in shelf.catalog.articles()] == [other.id]
    assert found(shelf, "text") == {other.id}
    assert shelf.catalog.forget_sources("1.md") == [other.id]
    assert ids(shelf) == found(shelf, "text") == {other.id}
    assert shelf.catalog.article(other.id).path == "2.md"
    assert shelf.catalog.forget_sources("1.md") == shelf.catalog.forget_sources("nowhere.md") == []
    assert shelf.sound()


def test_a_removed_article_is_gone_from_every_search_at_once(shelf: Shelf) -> None:
    gone, kept = shelf.put("the one text", "1.md"), shelf.put("the other text", "2.md")
    shelf.catalog.remove(gone.id)
    assert ids(shelf) == found(shelf, "text") == {kept.id}
    assert shelf.catalog.sources_at("1.md") == []
    counts = shelf.catalog.counts()
    assert (counts["articles"], counts["passages"], counts["removing"]) == (1, 1, 1)
    shelf.catalog.remove("no such id")
    assert shelf.sound()


# Fails while link leaves the state removing.
def test_a_removed_article_that_another_file_is_linked_to_is_not_lost(shelf: Shelf) -> None:
    # a.md held the text, was given another; b.md holds it now.
    put = shelf.put("the text", "a.md")
    shelf.put("another text", "a.md")
    shelf.catalog.link(shelf.source(put, "b.md"))
    outbox = Outbox(shelf.catalog.database)
    outbox.purge(outbox.removing())
    assert put.id in ids(shelf)


def test_embeddings_must_be_as_many_as_passages(shelf: Shelf) -> None:
    article = shelf.article("one\ntwo")
    with pytest.raises(ValueError, match="1 embeddings for 2 passages"):
        shelf.catalog.put(article, shelf.passages(article), np.zeros((1, 64), np.float32), shelf.source(article))
    assert shelf.catalog.articles() == []


def test_a_failed_put_changes_nothing(shelf: Shelf) -> None:
    kept = shelf.put("the text", "a.md")
    article = shelf.article("another\nanother")
    (passage, _) = shelf.passages(article)
    with pytest.raises(sqlite3.IntegrityError):
        shelf.catalog.put(article, [passage, passage], None, shelf.source(article, "a.md"))
    assert shelf.catalog.articles() == [kept]
    assert found(shelf, "text") == {kept.id} and found(shelf, "another") == set()
    assert shelf.sound()


def test_states_and_how_many_passages_there_are_are_kept_through_every_change(shelf: Shelf) -> None:
    outbox = Outbox(shelf.catalog.database)

    def holds(pending: int, indexed: int, removing: int, *, found: int, in_index: int) -> None:
        counts = shelf.catalog.counts()
        assert [counts[state] for state in ("pending", "indexed", "removing")] == [pending, indexed, removing]
        with shelf.catalog.database.reading() as db:
            (rows,) = db.execute("SELECT count(*) FROM passages").fetchone()
        assert (counts["passages"], outbox.bounds()) == (found, (in_index, rows))

    holds(0, 0, 0, found=0, in_index=0)
    a, b, c = shelf.fill(3)
    holds(3, 0, 0, found=9, in_index=0)
    outbox.mark_indexed(outbox.pending_rows(1000)[1])
    holds(0, 3, 0, found=9, in_index=9)
    shelf.catalog.remove(a.id)
    holds(0, 2, 1, found=6, in_index=6)
    shelf.put(b.text, "1.md", title="New")
    holds(1, 1, 1, found=6, in_index=3)
    shelf.revise(c, note="n")
    holds(2, 0, 1, found=6, in_index=0)
    outbox.mark_indexed(outbox.pending_rows(1000)[1])
    outbox.compare(shelf.indexed() - {shelf.passages(c)[0].id})
    holds(1, 1, 1, found=6, in_index=3)
    outbox.purge([a.id, b.id])
    holds(1, 1, 0, found=6, in_index=3)
    shelf.put("three\nand four", "2.md")
    holds(1, 1, 1, found=5, in_index=3)


def test_forgotten_embeddings_leave_the_full_text(shelf: Shelf) -> None:
    articles = shelf.fill(3)
    shelf.catalog.forget_embeddings("new")
    assert shelf.catalog.meta("fingerprint") == "new"
    assert set(shelf.catalog.unembedded()) == {a.id for a in articles}
    assert shelf.catalog.counts()["unembedded"] == 9
    assert found(shelf, "common") == {a.id for a in articles}
    assert shelf.sound()


@pytest.mark.parametrize("seed", range(2))
def test_the_full_text_follows_every_change(seed: int, shelf: Shelf) -> None:
    generator = random.Random(seed)
    outbox = Outbox(shelf.catalog.database)
    sources: dict[str, str] = {}
    for step in range(200):
        number, key = generator.randrange(6), f"{generator.randrange(4)}.md"
        text = "\n".join(f"only{number} line{m}" for m in range(number % 3 + 1))
        article = shelf.article(text)
        match generator.choice(("put", "put", "put", "link", "remove", "purge", "index", "unindex", "forget")):
            case "put":
                shelf.put(text, key, title=f"title{generator.randrange(3)}", publisher=generator.choice((None, "P")))
                sources[key] = article.id
            case "link" if article.id in sources.values():
                shelf.catalog.link(shelf.source(article, key))
                sources[key] = article.id
            case "remove":
                shelf.catalog.remove(article.id)
                sources = {k: i for k, i in sources.items() if i != article.id}
            case "purge":
                outbox.purge(outbox.removing())
            case "index":
                outbox.mark_indexed(outbox.pending_rows(1000)[1])
            case "unindex":
                outbox.compare(shelf.indexed() - {p.id for p in shelf.passages(article)})
            case "forget":
                shelf.catalog.forget_embeddings(str(step))
            case _:
                pass
        assert shelf.sound(), f"step {step}"
        assert ids(shelf) == set(sources.values()), f"step {step}"
        assert found(shelf, "line0") == set(sources.values()), f"step {step}"
        assert found(shelf, f"only{number}") == {article.id} & set(sources.values()), f"step {step}"
        assert {k: s.article_id for k in sources for s in shelf.catalog.sources_at(k)} == sources, f"step {step}"


# Sources and parts


def sources(shelf: Shelf, key: str) -> dict[str, str]:
    return {s.part: s.article_id for s in shelf.catalog.sources_at(key)}


def test_the_parts_of_a_file_come_and_go_each_alone(shelf: Shelf) -> None:
    one, two, three = (shelf.put(f"text{n}", "a.jsonl", part=f"#{n}") for n in (1, 2, 3))
    assert sources(shelf, "a.jsonl") == {"#1": one.id, "#2": two.id, "#3": three.id}
    assert ids(shelf) == {one.id, two.id, three.id}
    new = shelf.put("another", "a.jsonl", part="#2")
    assert list(sources(shelf, "a.jsonl").items()) == [("#1", one.id), ("#2", new.id), ("#3", three.id)]
    assert shelf.catalog.forget_sources("a.jsonl", ["#1", "#2"]) == [three.id]
    assert ids(shelf) == found(shelf, "text1", "text2", "text3", "another") == {one.id, new.id}
    assert sorted(shelf.catalog.forget_sources("a.jsonl")) == sorted([one.id, new.id])
    assert ids(shelf) == set() and shelf.catalog.sources_at("a.jsonl") == []
    assert shelf.catalog.counts()["removing"] == 4
    assert shelf.sound()


def test_keys_under_a_folder(shelf: Shelf) -> None:
    for n, key in enumerate(("/a/1.md", "/a/b/2.md", "/ab/3.md", "/a_/4.md", "/a")):
        shelf.put(f"text{n}", key)
    assert sorted(shelf.catalog.keys_under("/a")) == ["/a/1.md", "/a/b/2.md"]
    assert shelf.catalog.keys_under("/%") == shelf.catalog.keys_under("/b") == []


# What else is kept of an article


def test_captions_provenance_and_what_was_removed(shelf: Shelf) -> None:
    captions, provenance = ((0, 3), (4, 7)), {"title": "front matter", "publisher": "사진 “domain”"}
    removed = [("Share — “teilen”", "buttons"), ("Share — “teilen”", "buttons"), ("© 2023", "copyright note")]
    put = shelf.put("one two", captions=captions, provenance=provenance, kept={"removed": removed})
    assert shelf.catalog.article(put.id) == put
    assert (put.captions, put.provenance) == (captions, provenance)
    assert shelf.catalog.removed(put.id) == removed
    assert shelf.catalog.removed("nobody") == shelf.catalog.removed(shelf.put("bare", "b.md").id) == []


def test_statements_come_back_as_they_were_and_leave_with_their_article(shelf: Shelf) -> None:
    known = {"article_id": shelf.article("Ann Poe said that the port was shut.").id}
    denial = Statement(**known, content=((13, 35),), cue=(8, 12), source=(0, 7), speaker="Ann Poe", description="mayor",
                       stance="denies")  # fmt: skip
    nobody = Statement(**known, content=((0, 4), (5, 9)), cue=None, source=None, speaker="unnamed", via="Bob Roe")
    put = shelf.put("Ann Poe said that the port was shut.", kept={"statements": [denial, nobody]})
    assert shelf.catalog.statements_of([put.id, "b"]) == {put.id: [denial, nobody], "b": []}
    passages = shelf.passages(put)
    shelf.catalog.revise(put, passages, shelf.embedder.embed([put.text]), {}, statements=[nobody])
    assert shelf.catalog.statements_of([put.id]) == {put.id: [nobody]}
    shelf.put(put.text)
    assert shelf.catalog.statements_of([put.id]) == {put.id: []}


def test_an_article_without_a_story_is_its_own(shelf: Shelf) -> None:
    put = shelf.put("one", story="")
    assert shelf.catalog.article(put.id).story == put.id
    assert [a.id for a in shelf.catalog.story(put.id)] == [put.id]


def test_stories_are_merged_when_a_copy_joins_them(shelf: Shelf) -> None:
    day = {"published_from": "given"}
    one = shelf.put("one", "1.md", published=date(2023, 11, 3), **day)
    two = shelf.put("two", "2.md", published=date(2023, 11, 1), **day)
    three = shelf.put("three", "3.md")
    stranger = shelf.put("stranger", "4.md")
    joined = shelf.put(
        "five", "5.md", story=one.id, published=date(2023, 11, 2), kept={"merged": [two.id, three.id]}, **day
    )
    assert [a.id for a in shelf.catalog.story(one.id)] == [two.id, joined.id, one.id, three.id]
    assert shelf.catalog.story(two.id) == shelf.catalog.story(three.id) == []
    assert [a.id for a in shelf.catalog.story(stranger.id)] == [stranger.id]
    shelf.catalog.remove(joined.id)
    assert joined.id not in {a.id for a in shelf.catalog.story(one.id)}


def test_near_are_those_that_share_bands_the_most_first(shelf: Shelf) -> None:
    few = shelf.put("few", "1.md", kept={"bands": [1, 2, -(2**63)]})
    most = shelf.put("most", "2.md", kept={"bands": [1, 2, 3, 2**63 - 1]})
    shelf.put("none", "3.md", kept={"bands": [7, 8]})
    assert [a.id for a in shelf.catalog.near([1, 2, 3])] == [most.id, few.id]
    assert [a.id for a in shelf.catalog.near([1, 2, 3], limit=1)] == [most.id]
    assert [a.id for a in shelf.catalog.near([2**63 - 1])] == [most.id]
    assert [a.id for a in shelf.catalog.near([-(2**63)])] == [few.id]
    assert shelf.catalog.near([]) == shelf.catalog.near([9]) == []
    shelf.catalog.remove(most.id)
    assert [a.id for a in shelf.catalog.near([1, 2, 3])] == [few.id]


def test_a_revised_article_keeps_what_is_kept_of_it(shelf: Shelf) -> None:
    kept = {"removed": [("Share", "buttons")], "bands": [1, 2]}
    put = shelf.put("the text", "a.md", title="Wrong", publisher="Herald", kept=kept)
    shelf.catalog.link(shelf.source(put, "b.md", note="stays"))
    revised = replace(put, title="Right", publisher="Tribune")
    shelf.revise(revised, title="Right", publisher="Tribune")
    assert shelf.catalog.articles() == [revised]
    assert found(shelf, "wrong") == found(shelf, "herald") == set()
    assert found(shelf, "right") == found(shelf, "tribune") == {put.id}
    assert shelf.catalog.removed(put.id) == kept["removed"]
    assert [a.id for a in shelf.catalog.near([1])] == [put.id]
    set_there = {"title": "Right", "publisher": "Tribune"}
    assert [(s.key, s.edits) for s in shelf.catalog.sources_of(put.id)] == [
        ("a.md", set_there),
        ("b.md", {"note": "stays"} | set_there),
    ]
    shelf.revise(revised, title="Righter")
    assert [s.edits for s in shelf.catalog.sources_at("a.md")] == [set_there | {"title": "Righter"}]
    assert shelf.catalog.counts()["pending"] == 1
    assert shelf.sound()


def test_counts_dates_and_what_waits(shelf: Shelf) -> None:
    outbox = Outbox(shelf.catalog.database)
    assert shelf.catalog.count() == 0 and shelf.catalog.dates() is None and not shelf.catalog.is_waiting()
    shelf.put("undated", "0.md")
    assert shelf.catalog.dates() is None
    first, last = date(2022, 1, 1), date(2024, 2, 29)
    for n, day in enumerate((last, date(2023, 5, 5), first), 1):
        shelf.put(f"text{n}", f"{n}.md", published=day, published_from="given", publisher="Herald")
    assert shelf.catalog.count() == 4
    assert shelf.catalog.count(Filter(publisher="HERALD")) == 3
    assert shelf.catalog.count(Filter(after=date(2023, 5, 5))) == 2
    assert shelf.catalog.dates() == ("2022-01-01", "2024-02-29")
    assert shelf.catalog.is_waiting()
    outbox.mark_indexed(outbox.pending_rows(100)[1])
    assert not shelf.catalog.is_waiting()
    shelf.catalog.remove(shelf.article("text1").id)
    assert shelf.catalog.is_waiting()
    assert shelf.catalog.count() == 3 and shelf.catalog.dates() == ("2022-01-01", "2023-05-05")


# Several at once

TEXTS = ("old words here\nand more", "new words there\nand more")

READER = """
import sys
from pathlib import Path
from rag.index import lexical
from rag.index.catalog import Catalog
catalog = Catalog(Path(sys.argv[1]))
print("ready", flush=True)
for _ in range(60):
    (article,) = catalog.articles()
    hits = lexical.search(catalog.database, ["words"], 10)
    assert len(hits) == 1, hits
    assert len({i.split(":")[0] for i in catalog.passages([hits[0][0]])}) <= 1
catalog.close()
"""


def test_threads_read_while_one_writes(shelf: Shelf) -> None:
    shelf.put(TEXTS[0], "a.md")
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            articles = shelf.catalog.articles()
            hits = lexical.search(shelf.catalog.database, ["words"], 10)
            if len(articles) != 1 or articles[0].text not in TEXTS or len(hits) != 1:
                wrong.append((articles, hits))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for n in range(60):
        shelf.put(TEXTS[n % 2], "a.md")
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert shelf.sound()


def test_threads_write_at_once(shelf: Shelf) -> None:
    def write(n: int) -> None:
        for m in range(10):
            shelf.put(f"text {n} {m}", f"{n}-{m}.md")

    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(shelf.catalog.articles()) == 40
    assert shelf.sound()


def test_another_process_reads_while_this_one_writes(shelf: Shelf, beside: Beside) -> None:
    shelf.put(TEXTS[0], "a.md")
    reader = beside(READER, shelf.path)
    n = 0
    while reader.poll() is None:
        n += 1
        shelf.put(TEXTS[n % 2], "a.md")
    assert reader.returncode == 0
    assert n > 0


# The file


def test_a_closed_catalog_says_so(shelf: Shelf) -> None:
    shelf.put("text")
    shelf.catalog.close()
    for use in (shelf.catalog.articles, shelf.catalog.counts, lambda: shelf.put("other")):
        with pytest.raises(HomeError, match="is closed"):
            use()
    shelf.catalog.close()
    again = Catalog(shelf.path)
    assert len(again.articles()) == 1
    again.close()


@pytest.mark.parametrize("place", ["file/home/catalog.sqlite3", "file/catalog.sqlite3", "folder"])
def test_a_catalog_that_cannot_be_made_says_where(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(HomeError, match="--home or RAG_HOME") as raised:
        Catalog(tmp_path / place)
    assert str(tmp_path) in str(raised.value)


def test_a_file_that_is_no_catalog_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite3"
    path.write_text("not a database " * 1000)
    with pytest.raises(HomeError):
        Catalog(path)
    assert path.read_text() == "not a database " * 1000


@pytest.mark.parametrize("version", [5, 999])
def test_a_catalog_of_another_schema_is_left_as_it_is_and_both_are_named(version: int, shelf: Shelf) -> None:
    put = shelf.put("the text")
    shelf.catalog.close()
    of_version(shelf.path, version)
    with pytest.raises(HomeError, match=rf"schema {version}, .* reads 6 and 7.*into a new home \(--home or RAG_HOME\)"):
        Catalog(shelf.path)
    of_version(shelf.path, 7)
    shelf.catalog = Catalog(shelf.path)
    assert shelf.catalog.articles() == [put]


def of_version(path: Path, version: int, script: str = "") -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"{script}; PRAGMA user_version = {version}")


SIX = """
DROP TABLE signs; DROP TABLE unspaced; DROP INDEX articles_by_state; ALTER TABLE articles DROP COLUMN passages;
CREATE TABLE signs (passage INTEGER PRIMARY KEY, bits BLOB NOT NULL); -- had a row a passage
INSERT INTO signs SELECT number, zeroblob(1) FROM passages
"""


def test_a_catalog_of_the_schema_before_gets_what_it_lacks(shelf: Shelf) -> None:
    article = shelf.put("The ships sailed. Nobody denied it.\nAnother passage\nof 上野駅", tags=("a=b",))
    (first, second, third) = [p.id for p in shelf.passages(article)]
    gone = shelf.put("another\nwent 上野駅", key="b.md")
    shelf.catalog.remove(gone.id)
    assert lexical.stems(shelf.catalog.database, [first, second, "gone"]) == {
        first: ("A title", "", "the ship sail\nnobodi deni it"),
        second: ("A title", "", "anoth passag"),
    }
    counts = shelf.catalog.counts()
    shelf.catalog.close()
    of_version(shelf.path, 6, SIX)
    shelf.catalog = Catalog(shelf.path)
    assert shelf.catalog.counts() == counts
    assert lexical.search(shelf.catalog.database, ["上野", "野駅"], 9) == [(third, 2)]
    search = ExactSearch(shelf.catalog.database)
    for text, of in (("Another passage", second), ("of 上野駅", third)):
        assert search.search(shelf.vector(text), 1)[0][0] == of
    assert shelf.catalog.article(article.id).text == article.text
    shelf.catalog.close()
    shelf.catalog = Catalog(shelf.path)
    assert shelf.sound()


def test_damage_is_found(shelf: Shelf) -> None:
    shelf.fill(20)
    assert shelf.sound()
    with shelf.catalog.database.writing() as db:
        db.execute("UPDATE articles SET text = replace(text, 'common', 'changed')")
    assert not shelf.sound()
