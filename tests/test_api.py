"""The public names, and how what they give is shown in a notebook."""

import tomllib
from inspect import signature
from pathlib import Path

import pytest

import rag
from rag import Article, Corpus, FileResult, IngestReport


def test_the_public_names() -> None:
    assert rag.__all__ == [
        "Answer", "Article", "Citation", "Corpus", "Entry", "Event", "FileResult", "Filter", "Hit", "IngestReport",
        "Passage", "Position", "RagError", "Settings", "Statement", "Turn", "ask",
    ]  # fmt: skip
    assert all(hasattr(rag, name) for name in rag.__all__)


@pytest.mark.parametrize("name", ["ask", "stream"])
def test_the_async_twins_take_what_theirs_take(name: str) -> None:
    assert list(signature(getattr(Corpus, f"a{name}")).parameters) == list(signature(getattr(Corpus, name)).parameters)


def test_the_version_is_that_of_the_package() -> None:
    pyproject = Path(__file__).resolve().parent.parent / "pyproject.toml"
    assert tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]["version"] == rag.__version__


def test_what_a_notebook_shows_is_short_and_has_the_sources(sample: Corpus) -> None:
    answer = sample.ask("Did North Korea supply weapons to Russia?")
    assert str(answer) == answer.text
    assert repr(answer).startswith(f"Answer({answer.verdict}: ") and len(repr(answer)) < 200
    shown = answer._repr_markdown_()  # pyright: ignore[reportPrivateUsage]
    titles = {c.title for c in answer.citations}
    assert shown.startswith(answer.text) and [shown.count(title) for title in titles] == [1] * len(titles)
    article = sample.articles()[0]
    assert article.title in repr(article) and len(repr(article)) < 300
    head = article._repr_markdown_()  # pyright: ignore[reportPrivateUsage]
    assert article.title in head and len(head) < 1000 < len(article.text)
    (hit,) = sample.search("port of Najin", 1)
    assert hit.article.title in repr(hit) and len(repr(hit)) < 400
    assert repr(sample) == f"Corpus({str(sample.settings.home)!r}, 5 articles, {sample.counts()['passages']} passages)"


def test_a_report_names_what_failed() -> None:
    added = [FileResult(path=f"{n}.md", status="added") for n in range(1200)]
    failed = FileResult(path="x.pdf", status="failed", reason="is empty")
    report = IngestReport(results=(*added, failed), seconds=2)
    assert repr(report) == "IngestReport(1,200 added, 1 failed, 2.0 s; x.pdf: is empty)"
    assert repr(IngestReport()) == "IngestReport(nothing to do, 0.0 s)"


def test_words_of_others_are_no_markup_in_a_notebook() -> None:
    article = Article(id="a", title="T", path="a.md", text="<b>*Bold*</b> [x](http://x.example)")
    shown = article._repr_markdown_()  # pyright: ignore[reportPrivateUsage]
    assert r"\<b\>\*Bold\*\</b\> \[x\](http://x.example)" in shown
