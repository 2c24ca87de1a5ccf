"""Questions that name outlets, days and things by other names, asked of a real corpus."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rag import Corpus, Settings
from rag.errors import RagError
from rag.retrieve.search import Rerank

Write = Callable[..., Path]


@pytest.fixture
def news(corpus: Corpus, write: Write) -> Corpus:
    """Three reports on one ship, of two outlets, one without a date."""
    text = "The ship left the harbour of Najin. The ministry in Kyiv said that the ship carried wheat."
    write("news/a.md", text + " It was the first.", title="Ship", publisher="The Gazette", published="2023-10-06")
    write("news/b.md", text + " It was a later one.", title="Ship", publisher="Herald", published="2023-10-30")
    write("news/c.md", text + " Nobody knows when.", title="Ship", publisher="Herald")
    corpus.ingest(corpus.settings.home.parent / "news")
    return corpus


def names(corpus: Corpus, question: str, k: int = 8) -> list[str]:
    return [Path(hit.article.path).name for hit in corpus.search(question, k)]


def test_the_outlet_and_the_day_that_are_named_come_first(news: Corpus) -> None:
    assert names(news, "What left the harbour, according to the Gazette?")[0] == "a.md"
    assert names(news, "What left the harbour, in the report of October 30, 2023?")[0] == "b.md"
    assert sorted(names(news, "What left the harbour, according to the Gazette?")) == ["a.md", "b.md", "c.md"]


def test_constraints_are_shown_with_the_answer_and_before_it(news: Corpus) -> None:
    events = list(news.stream("What did the ship carry, according to the Gazette?"))
    shown = "outlet The Gazette (“the Gazette”): 1 article, preferred"
    assert events[0].text == "Searching 3 articles" and shown in events[1].text
    assert events[-1].answer and events[-1].answer.constraints == (shown,)


def test_a_constraint_that_nothing_meets_is_shown_and_empties_nothing(news: Corpus) -> None:
    answer = news.ask("What was published in 2019 about the ship?")
    assert "no article, not used" in answer.constraints[0]
    assert answer.citations


def test_other_names_are_found(news: Corpus) -> None:
    understood = news._searcher.understand
    from rag.retrieve.query import make_query

    assert not understood(make_query("What did Kiev say?")).names  # no name is known of itself
    assert "najin" in understood(make_query("What left Nahjin?")).names


def test_the_users_own_aliases(news: Corpus) -> None:
    (news.settings.home / "aliases.yaml").write_text("- [ship, Boaty]\n- [Herald, The Old Lady]\n")
    answer = news.ask("What left the harbour according to the Old Lady?")
    assert "outlet Herald" in answer.constraints[0]
    (news.settings.home / "aliases.yaml").write_text("Herald")
    with Corpus.open(news.settings, embedder=news.embedder) as again, pytest.raises(RagError, match=r"aliases\.yaml"):
        again.search("What left?")


def test_what_is_known_follows_the_corpus(news: Corpus, write: Write) -> None:
    question = "What left the harbour, according to the Tribune?"
    assert news.ask(question).constraints == ()
    write("news/d.md", "Another ship left the harbour of Odesa.", title="Tribune's", publisher="Tribune")
    news.ingest(news.settings.home.parent / "news")
    assert news.ask(question).constraints


def test_the_sentences_around_a_hit_travel_with_it(tmp_path: Path, write: Write, corpus: Corpus) -> None:
    write("long.md", " ".join(f"Sentence number {n} has a few words." for n in range(40)), title="Long")
    corpus.ingest(tmp_path / "long.md")
    hit = corpus.search("number 20", 1)[0]
    assert hit.context
    start, end = hit.context
    around = hit.article.text[start:end]
    assert hit.passage.text in around and len(around) > len(hit.passage.text)


def test_a_reranker_that_is_not_there_is_named(tmp_path: Path, news: Corpus) -> None:
    from rag.errors import ModelError

    settings = Settings(home=news.settings.home, reranker=str(tmp_path / "none"))
    with Corpus.open(settings, embedder=news.embedder) as corpus, pytest.raises(ModelError, match="RAG_RERANKER"):
        corpus.search("What left?")


def test_a_reranker_is_loaded_once_by_all_who_ask_at_once(news: Corpus) -> None:
    loaded = list[int]()

    def load() -> Rerank:
        loaded.append(1)
        time.sleep(0.05)
        return lambda question, hits: list(hits)

    finder = news._searcher
    finder._load_reranker = load
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: news.search("What left?"), range(8)))
    assert loaded == [1]
