"""What `rag doctor` looks at, and what it finds."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rag import Corpus, Settings
from rag.doctor import Check, examine


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {c.name: c for c in checks}


def test_all_is_well_before_anything_is_ingested(tmp_path: Path) -> None:
    checks = by_name(examine(Settings(home=tmp_path / "home")))
    assert all(c.ok for c in checks.values())
    assert {"python", "rashomon", "chromadb", "torch", "cache", "home", "embedding model", "corpus"} <= set(checks)
    assert "ONNX" in checks["embedding model"].detail
    assert "sample" in checks["corpus"].detail
    assert not (tmp_path / "home").exists()


def test_a_corpus_in_order_is_counted(tmp_path: Path, write: Callable[..., Path]) -> None:
    settings = Settings(home=tmp_path / "home")
    with Corpus.open(settings) as corpus:
        corpus.ingest([write("a.txt", "The ferry ran aground off Veldt.")])
    checks = by_name(examine(settings))
    assert all(c.ok for c in checks.values())
    assert checks["corpus"].detail.startswith("1 articles, 1 passages")
    assert checks["indexes"].detail.startswith("in order")


@pytest.mark.parametrize(("name", "fix"), [("home", "RAG_HOME"), ("cache", "RAG_CACHE")])
def test_a_folder_that_cannot_be_written(name: str, fix: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(**{"home": tmp_path / "home", name: tmp_path / "file" / "x"})  # type: ignore[arg-type]
    check = by_name(examine(settings))[name]
    assert not check.ok
    assert "file" in check.detail and fix in check.fix


def test_an_index_that_another_process_uses_is_told(corpus: Corpus, write: Callable[..., Path], tmp_path: Path) -> None:
    with Corpus.open(Settings(home=tmp_path / "real")) as first:
        first.ingest([write("a.txt", "The ferry ran aground off Veldt.")])
        found = [c for c in examine(first.settings) if c.name == "indexes"]
    assert [c.ok for c in found] == [False]
    assert "another process" in found[0].detail
