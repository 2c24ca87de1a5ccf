"""Which corpus a question goes to: the user's where there is one, the sample where nothing was chosen."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Corpus, Filter, Settings, ask
from rag.errors import EmptyCorpusError, FilterError
from rag.sample import open_corpus, open_sample

QUESTION = "How many containers does Kirby say were handed over to Russia?"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    empty = tmp_path / "work"
    empty.mkdir()
    monkeypatch.chdir(empty)
    return empty


def test_in_an_empty_folder_the_sample_answers_and_nothing_is_left(folder: Path) -> None:
    answer = ask(QUESTION)
    assert answer.verdict == "answered"
    assert any("1,000 containers" in c.quote for c in answer.citations)
    assert {Path(c.path).parent.name for c in answer.citations} == {"corpus"}
    assert list(folder.iterdir()) == []


def test_a_home_with_articles_is_used_instead(folder: Path, write: Callable[..., Path]) -> None:
    path = write("ferry.md", "Maren Holt heads the spy agency of Veldt. She took office in May.", title="Veldt")
    ask(QUESTION)  # of the sample, which is not mixed into it
    with Corpus.open(Settings()) as corpus:
        corpus.ingest([path])
    answer = ask("Who heads the spy agency?")
    assert {c.path for c in answer.citations} == {str(path)}
    with open_corpus(Settings()) as corpus:
        assert not corpus.is_sample
        assert [a.title for a in corpus.articles()] == ["Veldt"]


def test_an_emptied_default_home_is_no_obstacle(folder: Path) -> None:
    Corpus.open(Settings()).close()
    with open_corpus(Settings()) as corpus:
        assert corpus.is_sample


def test_a_chosen_home_that_is_empty_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_HOME", "mine")
    with pytest.raises(EmptyCorpusError, match=r"mine is empty.*rag ingest"):
        ask(QUESTION)
    assert list(folder.iterdir()) == []


def test_the_sample_is_indexed_once() -> None:
    with open_sample(Settings()) as first:
        revision = first.counts(), first.articles()
    with open_sample(Settings()) as second:
        assert (second.counts(), second.articles()) == revision
        assert second.is_sample


def test_a_cache_that_cannot_be_written_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with open_sample(Settings(cache=tmp_path / "file" / "cache")) as corpus:
        assert any("1,000 containers" in c.quote for c in corpus.ask(QUESTION).citations)
    assert list(temporary.iterdir()) == []


def test_a_filter_that_nothing_passes_is_an_error_for_the_collection_too(sample: Corpus) -> None:
    with pytest.raises(FilterError, match="no article is by Nobody"):
        sample.ask("What are these articles about?", where=Filter(publisher="Nobody"))
