"""The sample corpus: five digests, each ingested whole, with what its front matter says."""

from pathlib import Path

import pytest
import yaml

from rag import Corpus

FOLDER = Path(__file__).resolve().parent.parent / "corpus"
DIGESTS = sorted(p.name for p in FOLDER.glob("*.md") if p.name != "README.md")
FIELDS = {"title", "publisher", "author", "published", "published_from", "original_title", "language", "note"}


def test_they_ingest_cleanly_and_the_readme_is_no_article(corpus: Corpus) -> None:
    report = corpus.ingest([FOLDER])
    by_name = {Path(r.path).name: r for r in report.results}
    assert {name for name, r in by_name.items() if r.status == "added"} == set(DIGESTS)
    assert by_name["README.md"].status == "skipped"
    assert by_name["aliases.yaml"].status == "skipped"
    assert len(by_name) == 7
    assert {Path(a.path).name for a in corpus.articles()} == set(DIGESTS)


@pytest.mark.parametrize("name", DIGESTS)
def test_an_article_is_its_file(name: str, sample: Corpus) -> None:
    _, head, body = (FOLDER / name).read_text(encoding="utf-8").split("---\n", 2)
    stated = yaml.safe_load(head)
    assert set(stated) == FIELDS
    (article,) = (a for a in sample.articles() if Path(a.path).name == name)
    for field in FIELDS:
        assert getattr(article, field) == stated[field], field
    assert article.text == body.strip()
    assert (article.published is None) == (article.published_from == "unknown")


def test_only_one_of_them_is_dated(sample: Corpus) -> None:
    assert [str(a.published) for a in sample.articles() if a.published] == ["2023-11-02"]
