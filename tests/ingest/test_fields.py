"""The user's own tags: given at ingest or in front matter, kept, and asked by."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag import Corpus
from rag.errors import FilterError
from rag.index.vectors import chroma_where
from rag.ingest.fields import tags_of
from rag.types import Filter

Write = Callable[..., Path]
TRAMS = "Night trams return to the harbour line\nTrams will run until two in the morning, the transport office said."
BELLS = "The bells of Saint Olave are cast anew\nThe foundry poured the largest bell on Monday, the sexton said."
OYSTERS = "Oyster beds recover in the northern bay\nThe beds hold four million oysters again, a survey found in May."


def tagged(corpus: Corpus, *tags: str) -> set[str]:
    return {a.title.split()[0] for a in corpus.articles(Filter(tag=tags))}


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ("a, project=b", ("a", "project=b")),
        (["a", "A", " b  c "], ("a", "b c")),
        ("", ()),
        (2024, ("2024",)),
        ({"project": "b", "n": 2}, ("project=b", "n=2")),
    ],
)
def test_how_tags_are_written(written: Any, tags: tuple[str, ...]) -> None:
    assert tags_of(written) == tags


def test_tags_given_at_ingest_stay_and_add_up(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("files/bells.txt", BELLS)
    trams = write("files/trams.md", f"---\ntags: [transport]\n---\n{TRAMS}")
    corpus.ingest(tmp_path / "files", tags=["project=north"])
    write("files/oysters.txt", OYSTERS)
    corpus.ingest(tmp_path / "files")
    assert tagged(corpus, "project=north") == {"The", "Night"} == tagged(corpus, "PROJECT=North")
    assert tagged(corpus, "project=north", "transport") == {"Night"}
    corpus.ingest(trams, tags=["late"])
    assert tagged(corpus, "late", "project=north", "transport") == {"Night"}
    assert {r.status for r in corpus.ingest(trams, tags=["late"]).results} == {"unchanged"}
    trams.write_text(trams.read_text() + "\nThe first one leaves at eleven.")
    corpus.ingest(tmp_path / "files")
    assert tagged(corpus, "late", "project=north") == {"Night"}


def test_a_tag_filters_search_and_answers(corpus: Corpus, write: Write, tmp_path: Path) -> None:
    write("files/a.txt", BELLS)
    write("files/b.md", f"---\ntags: {{project: bay}}\n---\n{OYSTERS}")
    corpus.ingest(tmp_path / "files")
    found = corpus.search("What did the sexton say of the bell?", where=Filter(tag="project=bay"))
    assert {h.article.title for h in found} == {OYSTERS.split("\n")[0]}
    answer = corpus.ask("What did the survey find?", where=Filter(tag="project=bay"))
    assert {c.title for c in answer.citations} == {OYSTERS.split("\n")[0]}
    with pytest.raises(FilterError, match="no article has the tags project=hill; there are: project=bay"):
        corpus.ask("What did the survey find?", where=Filter(tag="project=hill"))
    assert chroma_where(Filter(tag=("a", "B"))) == {"$and": [{"tag:a": True}, {"tag:b": True}]}
    (article,) = corpus.articles(Filter(tag="project=bay"))
    assert corpus.edit(article.id, tags="bay, food").tags == ("bay", "food")
    assert tagged(corpus, "food") == {"Oyster"}


def test_tags_on_the_page() -> None:
    from rag.ui.corpus_view import filter_html, filter_of
    from rag.ui.plot import Inventory

    where = filter_of({"tag": ["metal", "Project=North"]})
    assert where.tags == ("metal", "project=north")
    shown = filter_html(Inventory(tags=("bay", "metal", "project=north")), where, 1)
    assert 'name="tag" value="metal" checked' in shown and 'name="tag" value="bay">' in shown
    assert "Tags" not in filter_html(Inventory(), Filter(), 1)


def test_tags_on_the_command_line(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rag.cli import main

    write("a.txt", BELLS)
    write("b.txt", OYSTERS)
    home = str(tmp_path / "home")
    for command in (
        ["ingest", str(tmp_path / "a.txt"), "--tag", "project=north"],
        ["ingest", str(tmp_path / "b.txt")],
    ):
        with pytest.raises(SystemExit):
            main([*command, "--home", home])
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(["list", "--tag", "project=north", "--home", home, "--json"])
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["title"], listed["tags"]) == (BELLS.split("\n")[0], ["project=north"])
