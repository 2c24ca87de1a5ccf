"""The public names, and the form of an answer for programs: neither changes by accident."""

import json
import tomllib
from inspect import signature
from pathlib import Path

import pytest

import rag
from rag import Corpus
from rag.jsonform import answer_to_dict

ANSWER = ["question", "verdict", "text", "citations", "positions", "unsupported", "constraints", "engine", "seconds"]
CITATION = [
    "number", "article_id", "title", "publisher", "published", "published_from", "url", "path", "quote", "start", "end",
]  # fmt: skip


def test_the_public_names() -> None:
    assert rag.__all__ == [
        "Answer", "Article", "Citation", "Corpus", "Entry", "Event", "FileResult", "Filter", "Hit", "IngestReport",
        "Passage", "Position", "RagError", "Settings", "Statement", "Turn", "ask",
    ]  # fmt: skip
    assert all(hasattr(rag, name) for name in rag.__all__)


def test_what_a_corpus_does() -> None:
    public = {name for name in vars(Corpus) if not name.startswith("_")}
    assert public >= {
        "open", "close", "ingest", "search", "ask", "aask", "stream", "astream", "articles", "article", "remove",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["ask", "stream"])
def test_the_async_twins_take_what_theirs_take(name: str) -> None:
    assert list(signature(getattr(Corpus, f"a{name}")).parameters) == list(signature(getattr(Corpus, name)).parameters)


def test_the_version_is_that_of_the_package() -> None:
    pyproject = Path(__file__).resolve().parent.parent / "pyproject.toml"
    assert tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["version"] == rag.__version__


def test_the_answers_keys_are_those_of_the_design(sample: Corpus) -> None:
    answer = sample.ask("How many containers does Kirby say were handed over to Russia?")
    found = json.loads(json.dumps(answer_to_dict(answer)))
    assert list(found) == ANSWER
    assert found["citations"]
    assert all(list(c) == CITATION for c in found["citations"])
    assert found["unsupported"] == []
    assert all(list(p)[:4] == ["stance", "speaker", "text", "citations"] for p in found["positions"])
    for attribute in ANSWER:
        assert hasattr(answer, attribute)
