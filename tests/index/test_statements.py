"""Statements in the catalog: written with their article, read whole, gone with it."""

from pathlib import Path

import numpy as np

from rag.index.catalog import Catalog
from rag.index.rows import Source
from rag.types import Article, Passage, Statement

TEXT = "Ann Poe said that the port was shut."
ARTICLE = Article(id="a", text=TEXT, title="t", path="t.txt")
PASSAGE = Passage(id="a:0-36", article_id="a", start=0, end=36, text=TEXT)
TOLD = Statement(
    article_id="a", content=((13, 35),), cue=(8, 12), source=(0, 7), speaker="Ann Poe", description="mayor",
    stance="denies",
)  # fmt: skip
NOBODY = Statement(article_id="a", content=((0, 4), (5, 9)), cue=None, source=None, speaker="unnamed", via="Bob Roe")


def test_statements_come_back_as_they_were(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite")
    vectors = np.zeros((1, 4), dtype=np.float32)
    source = Source(key="k", path="t.txt", digest="d", article_id="a")
    catalog.put(ARTICLE, [PASSAGE], vectors, source, statements=[TOLD, NOBODY])
    assert catalog.statements_of(["a", "b"]) == {"a": [TOLD, NOBODY], "b": []}
    catalog.revise(ARTICLE, [PASSAGE], vectors, {}, statements=[NOBODY])
    assert catalog.statements_of(["a"]) == {"a": [NOBODY]}
    catalog.put(ARTICLE, [PASSAGE], vectors, source)
    assert catalog.statements_of(["a"]) == {"a": []}
    catalog.close()
