"""From files to answers: what becomes of each file, and that nothing is lost whatever stops an ingest."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag import Corpus, Settings
from rag.errors import FieldError, NotFoundError
from rag.index import lexical
from rag.index.sync import SyncedIndex
from rag.types import Filter, IngestReport

Write = Callable[..., Path]

ARMS = "North denies sending arms to Russia\nThe ministry denied on Tuesday that it ever sold shells to anyone."
PORT = "Ships seen leaving the port at night\nTen ships left Rajin at night, an agency said after it saw pictures."
RAIN = "It rained for a week in the capital\nThe river rose by two metres and the lower town was evacuated."
BAKERS = "The bakers of the lower town went on strike\nNobody sold any bread on Monday."


def statuses(report: IngestReport) -> dict[str, str]:
    return {Path(r.path).name: r.status for r in report.results}


def titles(corpus: Corpus) -> set[str]:
    return {a.title for a in corpus.articles()}


def first(corpus: Corpus, question: str, **where: Any) -> str:
    return corpus.search(question, where=Filter(**where) or None)[0].passage.text


def content(home: Path) -> dict[str, list[Any]]:
    """Everything in the catalog."""
    db = sqlite3.connect(home / "catalog.sqlite3")
    tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    tables.remove("unspaced")  # which keeps no text that could be read: its index is in tables of its own
    found = {t: sorted(db.execute(f"SELECT * FROM {t}").fetchall(), key=repr) for t in tables}
    db.close()
    return found


def whole(corpus: Corpus) -> None:
    """Nothing is damaged, waits, or is answered by other means than it should be."""
    assert corpus.problems() == []
    counts = corpus.counts()
    assert (counts["pending"], counts["removing"], counts["unembedded"]) == (0, 0, 0)


# What becomes of each file


def test_statuses(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/1.md", ARMS, title="One", note="page 2 was not read")
    write("in/2.txt", PORT)
    write("in/3.md", ARMS, title="The same as one")
    write("in/4.png", "an image")
    write("in/5.md", "---\ningest: false\n---\nA readme.")
    write("in/6.md", "")
    report = corpus.ingest([tmp_path / "in", tmp_path / "nowhere.md"])
    assert statuses(report) == {
        "1.md": "added", "2.txt": "added", "3.md": "duplicate", "4.png": "skipped", "5.md": "skipped", "6.md": "failed",
        "nowhere.md": "failed",
    }  # fmt: skip
    reasons = {Path(r.path).name: r.reason or "" for r in report.results}
    assert reasons["1.md"] == "page 2 was not read"
    assert "1.md" in reasons["3.md"]
    assert "ingest: false" in reasons["5.md"]
    assert "empty" in reasons["6.md"]
    assert "no such file" in reasons["nowhere.md"]
    assert reasons["4.png"]
    assert titles(corpus) == {"One", "Ships seen leaving the port at night"}
    whole(corpus)


def test_ingesting_twice_changes_nothing(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    for n, text in enumerate((ARMS, PORT, RAIN, ARMS)):
        write(f"in/{n}.md", text, publisher="Herald")
    corpus.ingest([tmp_path / "in"])
    before = content(tmp_path / "home")
    report = corpus.ingest([tmp_path / "in"])
    assert set(statuses(report).values()) == {"unchanged"}
    assert content(tmp_path / "home") == before
    whole(corpus)


def test_a_file_whose_text_or_fields_changed(corpus: Corpus, write: Write) -> None:
    corpus.ingest([write("a.md", ARMS, title="Wrong", publisher="Herald")])
    assert statuses(corpus.ingest([write("a.md", ARMS, title="Right", publisher="Tribune")])) == {"a.md": "changed"}
    (article,) = corpus.articles()
    assert (article.title, article.publisher) == ("Right", "Tribune")
    assert statuses(corpus.ingest([write("a.md", PORT)])) == {"a.md": "changed"}
    assert titles(corpus) == {"Ships seen leaving the port at night"}
    assert all("denied" not in h.passage.text for h in corpus.search("Who denied it?"))
    whole(corpus)


# Fails while ingesting.py links instead of putting.
def test_a_file_whose_fields_changed_and_whose_text_another_holds_too(corpus: Corpus, write: Write) -> None:
    corpus.ingest([write("a.md", ARMS, title="Wrong"), write("b.md", ARMS, title="Other")])
    corpus.ingest([write("a.md", ARMS, title="Right")])
    assert titles(corpus) == {"Right"}


# Fails while ingesting.py links to an article on its way out.
def test_a_text_that_moved_to_another_file_is_not_lost(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    corpus.ingest([write("in/a.md", ARMS)])
    write("in/a.md", PORT)
    write("in/b.md", ARMS)
    corpus.ingest([tmp_path / "in"])
    assert len(corpus.articles()) == 2
    assert {hit.article.text for hit in corpus.search("Who denied selling shells?")} == {ARMS, PORT}
    whole(corpus)


@pytest.mark.parametrize("at_once", [True, False])
def test_files_that_swap_their_texts(at_once: bool, corpus: Corpus, write: Write, tmp_path: Path) -> None:
    corpus.ingest([write("in/a.md", ARMS), write("in/b.md", PORT)])
    paths = [write("in/a.md", PORT), write("in/b.md", ARMS)]
    for given in [paths] if at_once else [[p] for p in paths]:
        corpus.ingest(given)
    assert len(corpus.articles()) == 2
    assert {Path(a.path).name: a.text[:5] for a in corpus.articles()} == {"a.md": "Ships", "b.md": "North"}
    whole(corpus)


# Fails while a panic of sentencex, which is no Exception, ends the ingest.
def test_a_file_that_cannot_be_split_stops_no_other(corpus: Corpus, write: Write) -> None:
    # U+2028 after a letter and before a point makes the sentence segmenter panic.
    odd = write("odd.md", "The ministry said on day Y\u2028. It denied that. " * 40)
    report = corpus.ingest([write("a.md", ARMS), odd, write("c.md", PORT)])
    assert {statuses(report)[name] for name in ("a.md", "c.md")} == {"added"}
    assert {ARMS, PORT} <= {a.text for a in corpus.articles()}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_file_name_that_is_no_text_stops_no_other(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/a.md", ARMS)
    (tmp_path / "in" / os.fsdecode(b"caf\xe9.md")).write_text(PORT)
    report = corpus.ingest([tmp_path / "in"])
    assert ARMS in {a.text for a in corpus.articles()}
    assert len(report.results) == 2


def test_progress_is_told(corpus: Corpus, write: Write) -> None:
    """A file is done when its articles are in the catalog, not when it was read."""
    told: list[tuple[int, int, int]] = []
    corpus.ingest(
        [write("a.md", ARMS), write("b.md", PORT)],
        progress=lambda done, total, _: told.append((done, corpus.counts()["articles"], total)),
    )
    assert told[0] == (0, 0, 2) and told[-1] == (2, 2, 2) and told == sorted(told)
    assert all(done == held for done, held, _ in told)


def test_one_long_text_can_be_ended_while_it_is_embedded(corpus: Corpus, words: Any, write: Write) -> None:
    """Whoever follows an ingest is told of it all the while, and ends it by raising: the page's button does."""
    go, told, embed = threading.Event(), list[int](), words.embed

    def held_up(texts: Sequence[str]) -> np.ndarray:
        go.wait(60)
        return embed(texts)

    def progress(done: int, of: int, path: str) -> None:
        told.append(done)
        if len(told) > 8:  # one file tells of four steps
            go.set()
            raise KeyboardInterrupt

    words.embed = held_up
    with pytest.raises(KeyboardInterrupt):
        corpus.ingest(
            [write("long.txt", "\n\n".join(f"Ship {n} left the port of Rajin." for n in range(2_000)))],
            progress=progress,
        )
    assert set(told) == {0}
    assert corpus.counts()["articles"] == 0


def test_a_short_text_does_not_wait_for_a_long_one(corpus: Corpus, words: Any, write: Write) -> None:
    go, embed = threading.Event(), words.embed

    def held_up(texts: Sequence[str]) -> np.ndarray:
        if any("Rajin" in text for text in texts):
            go.wait(60)
        return embed(texts)

    def progress(done: int, of: int, path: str) -> None:
        if corpus.counts()["articles"] == 1 and not go.is_set():
            go.set()
            raise KeyboardInterrupt

    words.embed = held_up
    long = "\n\n".join(f"Ship {n} left the port of Rajin." for n in range(4_000))
    with pytest.raises(KeyboardInterrupt):
        corpus.ingest([write("a-short.txt", "The mill burned down on Monday."), write("b-long.txt", long)],
                      progress=progress)  # fmt: skip
    assert [a.title for a in corpus.articles()] == ["The mill burned down on Monday."]


# Fails while corpus.py keeps one spelling.
def test_publishers_spelled_in_two_ways_are_both_found(corpus: Corpus, write: Write) -> None:
    corpus.ingest(
        [write("a.md", ARMS, publisher="Herald"), write("b.md", PORT, publisher="HERALD"), write("c.md", RAIN)]
    )
    hits = corpus.search("ships and shells", where=Filter(publisher="herald"))
    assert {h.article.publisher for h in hits if h.dense_rank} == {"Herald", "HERALD"}


# Fields from beside the file, and from the user


def test_a_sidecar_states_the_fields_of_its_file(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/a.txt", ARMS)
    write("in/a.txt.yaml", "publisher: Herald\npublished: 2023-11-02\nurl: https://example.org/arms\n")
    report = corpus.ingest([tmp_path / "in"])
    assert statuses(report) == {"a.txt": "added", "a.txt.yaml": "skipped"}
    (article,) = corpus.articles()
    assert (article.publisher, article.published, article.published_from) == ("Herald", date(2023, 11, 2), "given")
    assert article.url == "https://example.org/arms"
    assert article.provenance["publisher"] == article.provenance["published"] == "sidecar a.txt.yaml"
    write("in/a.txt.yaml", "publisher: Tribune\n")
    assert statuses(corpus.ingest([tmp_path / "in"]))["a.txt"] == "changed"
    (article,) = corpus.articles()
    assert (article.publisher, article.published) == ("Tribune", None)
    whole(corpus)


def test_a_sidecar_is_believed_rather_than_the_file_and_a_broken_one_fails_it(corpus: Corpus, write: Write) -> None:
    path = write("a.md", ARMS, title="Of the file", publisher="Herald")
    write("a.md.yaml", "title: Of the sidecar\n")
    corpus.ingest([path])
    (article,) = corpus.articles()
    assert (article.title, article.publisher) == ("Of the sidecar", "Herald")
    write("a.md.yaml", "title: [unclosed")
    report = corpus.ingest([path, write("b.txt", PORT)])
    assert statuses(report) == {"a.md": "failed", "b.txt": "added"}
    assert "sidecar a.md.yaml" in (report.of("failed")[0].reason or "")


def test_an_edit_outlives_a_new_ingest_of_the_changed_file(corpus: Corpus, write: Write) -> None:
    path = write("a.md", ARMS, title="Of the file", publisher="Herald", author="Ada")
    corpus.ingest([path])
    (before,) = corpus.articles()
    edited = corpus.edit(before.id[:6], title="Edited", published="2022-11-08", author="")
    assert corpus.articles() == [edited]
    assert (edited.id, edited.text, edited.publisher) == (before.id, ARMS, "Herald")
    assert (edited.title, edited.author) == ("Edited", None)
    assert (edited.published, edited.published_from) == (date(2022, 11, 8), "given")
    assert first(corpus, "Who denied it?", after=date(2022, 11, 8), before=date(2022, 11, 8))
    whole(corpus)
    assert statuses(corpus.ingest([path])) == {"a.md": "unchanged"}
    for text in (ARMS + " It said so again.", PORT):
        corpus.ingest([write("a.md", text, title="Of the file", publisher="Tribune", author="Ada")])
        (after,) = corpus.articles()
        assert after.text == text
        assert (after.title, after.published, after.author) == ("Edited", date(2022, 11, 8), None)
        assert after.publisher == "Tribune"
    corpus.edit(after.id, publisher="Mine")
    corpus.ingest(rebuild=True)
    (rebuilt,) = corpus.articles()
    assert (rebuilt.title, rebuilt.publisher, rebuilt.published) == ("Edited", "Mine", date(2022, 11, 8))
    whole(corpus)


def test_an_edit_of_no_field_or_to_no_value_changes_nothing(corpus: Corpus, write: Write) -> None:
    corpus.ingest([write("a.md", ARMS)])
    (before,) = corpus.articles()
    for field, value in (("text", "x"), ("id", "x"), ("published", "yesterday"), ("publishd", "2022-11-08")):
        with pytest.raises(FieldError, match=field):
            corpus.edit(before.id, **{field: value})
    with pytest.raises(NotFoundError):
        corpus.edit("nobody", title="T")
    assert corpus.articles() == [before]


# Several articles in a file


def records(*texts: str, **fields: str) -> str:
    return "".join(json.dumps({"text": text, **fields}) + "\n" for text in texts)


def test_a_record_that_vanishes_from_its_file_leaves_the_corpus(corpus: Corpus, write: Write) -> None:
    path = write("a.jsonl", records(ARMS, PORT, RAIN))
    report = corpus.ingest([path])
    assert [r.status for r in report.results] == ["added"] * 3
    assert [r.path.removeprefix(str(path)) for r in report.results] == ["#1", "#2", "#3"]
    assert [r.status for r in corpus.ingest([path]).results] == ["unchanged"] * 3
    write("a.jsonl", records(ARMS, RAIN))
    corpus.ingest([path])
    assert {a.text for a in corpus.articles()} == {ARMS, RAIN}
    assert all("Rajin" not in h.passage.text for h in corpus.search("Which ships left Rajin?"))
    assert {r.status for r in corpus.ingest([path]).results} == {"unchanged"}
    write("a.jsonl", records(PORT))
    corpus.ingest([path])
    assert {a.text for a in corpus.articles()} == {PORT}
    whole(corpus)


def test_an_edit_follows_its_article_when_records_move(corpus: Corpus, write: Write) -> None:
    seen = (
        PORT + " They carried coal, it said, and no shells: the crews had shown their papers to the harbour master, who"
    )
    seen += " who let them go before the tide turned."
    path = write("a.jsonl", records(ARMS, seen, RAIN, publisher="Herald"))
    corpus.ingest([path])
    of_ships = next(a for a in corpus.articles() if a.text == seen)
    corpus.edit(of_ships.id, publisher="Tribune")

    def publishers() -> dict[str, str | None]:
        return {a.text: a.publisher for a in corpus.articles()}

    longer = seen + " Nobody saw them return."
    for texts, statuses in [
        ((seen, RAIN, ARMS), ["unchanged"] * 3),  # all of them move
        ((RAIN, seen), ["unchanged"] * 2),  # and two of them change places, while one leaves
        ((RAIN, longer), ["unchanged", "changed"]),  # the same article, longer
        ((RAIN, BAKERS), ["unchanged", "added"]),  # another article in its place
    ]:
        write("a.jsonl", records(*texts, publisher="Herald"))
        assert [r.status for r in corpus.ingest([path]).results] == statuses
        assert publishers() == {t: "Tribune" if t in (seen, longer) else "Herald" for t in texts}
        whole(corpus)


def test_a_record_that_breaks_leaves_the_others(corpus: Corpus, write: Write) -> None:
    path = write("a.jsonl", records(ARMS) + "{broken\n" + records(RAIN))
    report = corpus.ingest([path])
    assert sorted(r.status for r in report.results) == ["added", "added", "failed"]
    assert {a.text for a in corpus.articles()} == {ARMS, RAIN}


# Files that are gone


def test_what_is_gone_from_a_folder_stays_until_it_is_pruned(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/a.md", ARMS)
    gone = write("in/sub/b.jsonl", records(PORT, RAIN))
    other = write("in2/c.md", BAKERS)
    corpus.ingest([tmp_path / "in", tmp_path / "in2"])
    gone.unlink()
    other.unlink()
    corpus.ingest([tmp_path / "in"])
    assert len(corpus.articles()) == 4
    report = corpus.ingest([tmp_path / "in"], prune=True)
    assert sorted(r.status for r in report.results) == ["removed", "removed", "unchanged"]
    assert {r.path for r in report.of("removed")} == {f"{gone}#1", f"{gone}#2"}
    assert all(r.reason and r.article_id for r in report.of("removed"))
    assert {Path(a.path).name for a in corpus.articles()} == {"a.md", "c.md"}
    assert all("Rajin" not in h.passage.text for h in corpus.search("Which ships left Rajin?"))
    whole(corpus)


def test_a_prune_removes_nothing_that_is_there(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/a.md", ARMS)
    copy = write("in/b.md", ARMS)
    failing = write("in/c.md", PORT)
    corpus.ingest([tmp_path / "in"])
    copy.unlink()
    failing.write_text("")
    report = corpus.ingest([tmp_path / "in"], prune=True)
    assert statuses(report)["c.md"] == "failed"
    assert {a.text for a in corpus.articles()} == {ARMS, PORT}
    whole(corpus)


def test_a_folder_that_is_gone_is_no_reason_to_prune_another(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("in/a.md", ARMS)
    write("in-2/b.md", PORT)
    corpus.ingest([tmp_path / "in", tmp_path / "in-2"])
    shutil.rmtree(tmp_path / "in-2")
    corpus.ingest([tmp_path / "in"], prune=True)
    assert len(corpus.articles()) == 2


# Copies

WIRE = [
    "The defence ministry denied on Thursday that it had ever shipped artillery shells across the northern border.",
    "A day earlier a lawmaker had told reporters that ten ships left the port of Rajin at night with their lights out.",
    "Two analysts who study satellite pictures said that the number of containers on the pier had grown to 300.",
    "The lawmaker, a member of the intelligence committee, asked for the pictures to be published in full.",
]
STRIKE = [
    "Bakers in the lower town stopped their ovens on Monday and asked the guild for nine per cent more pay.",
    "The guild offered four per cent and a day of rest, which the bakers turned down after a vote in the market hall.",
    "Bread was brought from the next valley on carts, and a loaf was sold for twice what it had cost on Sunday.",
]
FLOOD = [
    "The river rose by two metres in a night and carried off the footbridge that had stood since the great fire.",
    "Families of the lower quarter slept in the school, where the mayor promised them dry rooms before the winter.",
]


def story_of(corpus: Corpus, name: str) -> set[str]:
    """The file names of an article's copies."""
    (article,) = (a for a in corpus.articles() if Path(a.path).name == name)
    return {Path(a.path).name for a in corpus.copies(article.id)}


@pytest.mark.parametrize("at_once", [True, False])
def test_a_near_copy_of_another_outlet_is_one_story(at_once: bool, corpus: Corpus, write: Write) -> None:
    cut = ["An agency reported the following from the capital.", *WIRE[:3]]
    paths = [
        write("wire.md", "\n\n".join(WIRE), title="Ministry denies", publisher="Herald"),
        write("copy.md", "\n\n".join(cut), title="No shells sent, says ministry", publisher="Tribune"),
        write("other.md", "\n\n".join(STRIKE), title="Bakers strike", publisher="Tribune"),
    ]
    for given in [paths] if at_once else [[p] for p in paths]:
        assert {r.status for r in corpus.ingest(given).results} == {"added"}
    assert len(corpus.articles()) == 3
    assert story_of(corpus, "wire.md") == {"copy.md"}
    assert story_of(corpus, "copy.md") == {"wire.md"}
    assert story_of(corpus, "other.md") == set()
    whole(corpus)
    corpus.edit(corpus.articles()[0].id, note="checked")
    corpus.ingest(rebuild=True)
    assert story_of(corpus, "wire.md") == {"copy.md"}


def test_three_stories_are_merged_by_a_fourth(corpus: Corpus, write: Write) -> None:
    # Each part is half of the whole, which is looked for near them, and less than half of any other part.
    lines = [*WIRE, *STRIKE, *FLOOD]
    parts = [lines[:5], lines[3:8], [*lines[6:], *lines[:2]]]
    for n, part in enumerate(parts):
        corpus.ingest([write(f"{n}.md", "\n\n".join(part), title=f"Part {n}", publisher=f"Outlet {n}")])
    assert all(story_of(corpus, f"{n}.md") == set() for n in range(3))
    corpus.ingest([write("all.md", "\n\n".join(lines), title="The week", publisher="Digest")])
    names = {"0.md", "1.md", "2.md", "all.md"}
    assert all(story_of(corpus, name) == names - {name} for name in names)
    assert len({a.story for a in corpus.articles()}) == 1
    whole(corpus)


def test_only_the_same_text_is_a_duplicate(corpus: Corpus, write: Write) -> None:
    text = "\n\n".join(WIRE)
    corpus.ingest([write("a.md", text, title="The ministry denies it all again")])
    report = corpus.ingest(
        [write("b.txt", text), write("c.md", text.upper()), write("d.md", text + "\n\n" + STRIKE[0])]
    )
    assert statuses(report) == {"b.txt": "duplicate", "c.md": "added", "d.md": "added"}
    assert story_of(corpus, "a.md") == {"c.md", "d.md"}
    whole(corpus)


# The model is not needed for what is there


def test_unchanged_files_do_not_load_the_model(
    tmp_path: Path, words: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: object) -> Any:
        raise AssertionError("the model was loaded")

    write("in/a.md", ARMS)
    write("in/b.jsonl", records(PORT, RAIN))
    settings = Settings(home=tmp_path / "home", embedder="words")
    with Corpus.open(settings, embedder=words) as corpus:
        corpus.ingest([tmp_path / "in"])
    monkeypatch.setattr("rag.embedding.load_embedder", load)
    with Corpus.open(settings) as corpus:
        report = corpus.ingest([tmp_path / "in"])
        assert [r.status for r in report.results] == ["unchanged"] * 3 and report.notices == ()
        assert corpus.articles() and corpus.copies(corpus.articles()[0].id) == []
        write("in/c.md", STRIKE[0])
        with pytest.raises(AssertionError, match="the model was loaded"):
            corpus.ingest([tmp_path / "in"])


# Another model


class Breaking:
    """The small embedder, until it has embedded so many texts."""

    def __init__(self, words: Any, name: str, texts: int) -> None:
        self._words = words
        self.name, self.dimensions, self.max_tokens = name, words.dimensions, words.max_tokens
        self.left = texts

    def tokens(self, text: str) -> list[int]:
        return self._words.tokens(text)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.left -= len(texts)
        if self.left < 0:
            raise MemoryError("no memory left")
        return self._words.embed(texts)

    def embed_query(self, text: str) -> np.ndarray:
        return self._words.embed_query(text)


def filled(home: Path, words: Any, write: Write, articles: int = 6) -> None:
    for n in range(articles):
        write(f"in/{n}.md", "\n\n".join(f"Sentence {m} of article{n} says word{n}x{m}." for m in range(40)))
    with Corpus.open(Settings(home=home), embedder=words) as corpus:
        corpus.ingest([home.parent / "in"])
        whole(corpus)


def all_there(corpus: Corpus, articles: int = 6) -> None:
    """Every article is there once, found by its words and by its vectors."""
    assert len(corpus.articles()) == articles
    database = corpus._catalog.database
    for n in range(articles):
        assert len(lexical.search(database, [f"word{n}x7"], 10)) == 1
    passages = [i for i, _ in lexical.search(database, ["sentence"], 10_000)]
    assert len(passages) == corpus.counts()["passages"]
    found = [i for i, _ in corpus.index.search(corpus.embedder.embed_query("word1x7"), 10_000)]
    assert sorted(found) == sorted(passages)
    assert corpus.notices == ()


@pytest.mark.parametrize("again", [True, False], ids=["rebuild", "ingest"])
def test_a_rebuild_that_is_interrupted_goes_on(again: bool, tmp_path: Path, words: Any, write: Write) -> None:
    filled(tmp_path / "home", words, write, articles=30)
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=Breaking(words, "other", 150)) as corpus:
        with pytest.raises(MemoryError):
            corpus.ingest(rebuild=True)
        assert 0 < corpus.counts()["unembedded"] < corpus.counts()["passages"]
        assert any("rebuild is not finished" in problem for problem in corpus.problems())
        corpus.embedder.left = 10**9  # type: ignore[attr-defined]
        assert any("not finished" in notice for notice in corpus.ask("Who says word1x7?").notices)
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=Breaking(words, "other", 10**9)) as corpus:
        assert corpus.search("word1x7")
        corpus.ingest([] if again else [tmp_path / "in"], rebuild=again)
        whole(corpus)
        all_there(corpus, 30)
        assert not any("not finished" in notice for notice in corpus.ask("Who says word1x7?").notices)


# Fails while corpus.py rebuilds in two transactions.
def test_a_rebuild_that_is_killed_between_its_steps_goes_on(
    tmp_path: Path, words: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path / "home", words, write)

    def killed(_: SyncedIndex) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SyncedIndex, "reopen", killed)
        settings = Settings(home=tmp_path / "home", passage_tokens=20)
        with Corpus.open(settings, embedder=words) as corpus, pytest.raises(KeyboardInterrupt):
            corpus.ingest(rebuild=True)
    with Corpus.open(Settings(home=tmp_path / "home", passage_tokens=20), embedder=words) as corpus:
        corpus.ingest([tmp_path / "in"])
        all_there(corpus)


# Killed

INGEST = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("shared", sys.argv[1])
shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shared)
from rag import Corpus, Settings
print("ready", flush=True)
with Corpus.open(Settings(home=Path(sys.argv[2])), embedder=shared.WordEmbedder()) as corpus:
    corpus.ingest([sys.argv[3]])
"""


def test_an_ingest_killed_at_random_moments_loses_nothing(tmp_path: Path, words: Any, write: Write) -> None:
    generator = random.Random(6)
    for n in range(120):
        write(f"in/{n:03}.md", "\n\n".join(f"Sentence {m} of article{n} says word{n}x{m}." for m in range(20)))
    conftest = Path(__file__).parent / "conftest.py"
    command = [sys.executable, "-c", INGEST, str(conftest), str(tmp_path / "home"), str(tmp_path / "in")]
    killed = 0
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(generator.uniform(0.1, 1.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
            assert corpus._catalog.database.damage() is None
            for article in corpus.articles():
                ((found, _),) = lexical.search(corpus._catalog.database, [article.text.split()[-1]], 10)
                assert found.startswith(article.id)
                assert corpus.search(article.text.split()[-1])
    assert killed
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        corpus.ingest([tmp_path / "in"])
        report = corpus.ingest([tmp_path / "in"])
        assert set(statuses(report).values()) == {"unchanged"}
        whole(corpus)
        all_there(corpus, 120)


# Fails while a file counts as read as soon as one of its articles is written: the others were never read in.
def test_a_file_of_many_articles_killed_in_the_middle_goes_on_where_it_was(tmp_path: Path, words: Any) -> None:
    export, home, articles = tmp_path / "export.jsonl", tmp_path / "home", 500
    texts = [f"The bakers of article{n} asked for word{n} more pay." for n in range(articles)]
    export.write_text("".join(json.dumps({"title": f"Report {n}", "text": t}) + "\n" for n, t in enumerate(texts)))
    command = [sys.executable, "-c", INGEST, str(Path(__file__).parent / "conftest.py"), str(home), str(export)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with Corpus.open(Settings(home=home), embedder=words) as corpus:
        while corpus.counts()["articles"] < 100:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        written = corpus.counts()["articles"]
        assert 100 <= written < articles
        embedded, embed = list[str](), words.embed
        words.embed = lambda texts: (embedded.extend(texts), embed(texts))[1]  # each article is a passage, a sentence
        report = corpus.ingest(export)
        assert len(report.of("unchanged")) == written
        assert len(report.of("added")) == articles - written
        assert len(embedded) == 2 * (articles - written)
        assert [a.text for a in sorted(corpus.articles(), key=lambda a: int(a.title.split()[1]))] == texts
        again = corpus.ingest(export)
        assert len(again.of("unchanged")) == articles and len(embedded) == 2 * (articles - written)
        whole(corpus)
