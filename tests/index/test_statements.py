"""Statements come back from the catalog as they went in, and go with their article."""

from pathlib import Path

import pytest

from rag import Corpus, Settings
from rag.index import statements
from rag.types import Statement
from tests.conftest import WordEmbedder


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Holt said it rained.\n\nThe harbour was closed for a day.")
    corpus = Corpus.open(Settings(home=tmp_path / "home"), embedder=WordEmbedder())
    corpus.ingest(tmp_path / "in")
    return corpus


def test_statements_are_kept(corpus: Corpus) -> None:
    (article,) = corpus.articles()
    database = corpus._catalog.database
    said = Statement(article_id=article.id, content=((10, 19),), cue=(5, 9), source=None, speaker="Holt", via="a clerk",
                     direct=True, stance="doubts")  # fmt: skip
    assert statements.missing(database) == [article.id]
    statements.put(database, article.id, [said])
    assert statements.of(database, [article.id, "other"]) == {article.id: (said,)}
    assert statements.missing(database) == []
    statements.put(database, article.id, [])
    assert statements.of(database, [article.id]) == {article.id: ()}


def test_statements_go_with_their_article(corpus: Corpus) -> None:
    (article,) = corpus.articles()
    database = corpus._catalog.database
    statements.put(database, article.id, [])
    corpus.remove(article.id)
    assert statements.of(database, [article.id]) == {}
