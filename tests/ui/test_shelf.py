"""What a user adds is his alone: nobody else sees it, nor is answered otherwise for it; no upload replaces another."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Corpus, Settings
from rag.jsonform import answer_to_dict, hit_to_dict
from rag.types import IngestReport
from rag.ui.saved import user_folder
from rag.ui.shelf import Library, UserShelf

DAM = [
    "The river board said on Monday that the dam above Tolna holds 40 million cubic metres and is sound.",
    "An engineer, Dagny Pell, told the council that two of its gates had not been opened for nine years.",
    "The mayor of Tolna denied that anybody had been told to leave, and asked for a survey before the thaw.",
    "Farmers below the dam moved their herds to the upper meadows all the same, and the school closed early.",
]
QUESTIONS = ("What did Dagny Pell say about the gates?", "Who denied it?", "What did the Quay Gazette say of the dam?")


def upload(shelf: UserShelf, tmp_path: Path, *texts: str, name: str = "dam.md") -> IngestReport:
    files = list[tuple[Path, str]]()
    for text in texts:
        file = tmp_path / f"upload{len(list(tmp_path.iterdir()))}"
        file.write_text(text)
        files.append((file, name))
    return shelf.add_uploads(files)


@pytest.fixture
def library(tmp_path: Path, words: Any) -> Iterator[Library]:
    """A collection with one article, which is everybody's."""
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        (tmp_path / "in").mkdir()
        text = "---\ntitle: The dam is sound\npublisher: Veldt Herald\npublished: 2023-04-05\n---\n" + "\n\n".join(DAM)
        (tmp_path / "in" / "dam.md").write_text(text)
        corpus.ingest([tmp_path / "in"])
        library = Library(corpus)
        yield library
        library.close()


def seen(shelf: UserShelf) -> list[Any]:
    """All that the page tells a user."""
    seen = list[Any]()
    for question in QUESTIONS:
        events = list(shelf.stream(question))
        answers = [answer_to_dict(e.answer) | {"seconds": 0} for e in events if e.answer]
        seen += [[(e.kind, e.text) for e in events], answers, [hit_to_dict(h) for h in shelf.search(question, 8)]]
    return [
        *seen,
        shelf.corpus.articles(),
        [shelf.corpus.copies(a.id) for a in shelf.corpus.articles()],
        shelf.corpus.counts(),
    ]


def test_what_one_user_adds_changes_nothing_for_another(library: Library, tmp_path: Path) -> None:
    ines, paul = UserShelf(library, "ines"), UserShelf(library, "paul")
    before = seen(paul)
    invented = [*DAM, "Dagny Pell said that the gates were blown open by the mayor himself."]
    head = "---\npublisher: Quay Gazette\npublished: 2023-04-06\n---\n"
    upload(ines, tmp_path, "\n\n".join(invented), head + "\n\n".join(DAM[::-1]), "\n\n".join(DAM))
    assert len(ines.corpus.articles()) == 3  # of which one is her own copy of what is everybody's
    assert len(library.corpus.articles()) == 1
    assert seen(paul) == before
    listed, number = ines.corpus.listed(order="title")
    assert {a.id for a in listed} == {a.id for a in ines.corpus.articles()} and number == 3
    assert [a.id for a in ines.corpus.listed(start=1, most=1)[0]] == [ines.corpus.listed()[0][1].id]
    assert "Searching 3 articles" in str(seen(ines))
    assert any("blown open" in h.passage.text for h in ines.search("Who blew the gates open?", 8))
    assert len({a.story for a in ines.corpus.articles()}) == 1
    # The other adds the same: to him it is new, and he is told of no file that is not his.
    report = upload(paul, tmp_path, "\n\n".join(invented))
    assert [r.status for r in report.results] == ["added"]
    assert user_folder("ines") not in str(report)
    assert {Path(a.path).parent.name for a in paul.corpus.articles()} == {"in", user_folder("paul")}
    assert {Path(a.path).parent.name for a in ines.corpus.articles()} == {"in", user_folder("ines")} or len(
        ines.corpus.articles()
    ) == 3


def test_what_is_everybodys_is_nobodys_to_change(library: Library, tmp_path: Path) -> None:
    ines = UserShelf(library, "ines")
    upload(ines, tmp_path, "\n\n".join(DAM[:2]))
    mine = next(a for a in ines.corpus.articles() if ines.may_change(a))
    (shared,) = (a for a in ines.corpus.articles() if not ines.may_change(a))
    assert ines.edit(mine.id, {"publisher": "My own"}).publisher == "My own"
    for change in (lambda: ines.edit(shared.id, {"title": "T"}), lambda: ines.remove(shared.id)):
        with pytest.raises(Exception, match="not yours"):
            change()
    assert UserShelf(library, "paul").find_article(mine.id) is None
    ines.remove(mine.id)
    assert [a.id for a in ines.corpus.articles()] == [shared.id]
    assert list(ines.uploads.iterdir()) == []


@pytest.mark.parametrize("user", ["", "ines"])
def test_uploads_of_one_name_are_both_kept(user: str, library: Library, tmp_path: Path) -> None:
    shelf = UserShelf(library, user)
    report = upload(shelf, tmp_path, DAM[0], DAM[1])
    assert [r.status for r in report.results] == ["added"] * 2
    assert [r.status for r in upload(shelf, tmp_path, DAM[2]).results] == ["added"]
    texts = {a.text for a in shelf.corpus.articles()}
    assert {DAM[0], DAM[1], DAM[2]} < texts
    names = sorted(file.name for file in shelf.uploads.iterdir())
    assert names == ["dam (2).md", "dam (3).md", "dam.md"]
    for article in shelf.corpus.articles():
        assert article.text in Path(article.path).read_text()
    assert [r.status for r in upload(shelf, tmp_path, DAM[2]).results] == ["duplicate"]
    twice = next(a for a in shelf.corpus.articles() if a.text == DAM[2])
    shelf.remove(twice.id)
    assert len(list(shelf.uploads.iterdir())) == 2


def test_the_same_file_uploaded_twice_at_once_is_read_once(library: Library, tmp_path: Path) -> None:
    """Gradio puts the same bytes under the same name into one place: what one of them takes is gone for the other."""
    shelf, file, other = UserShelf(library, "ines"), tmp_path / "sent", tmp_path / "sent too"
    file.write_text(DAM[0])
    other.write_text(DAM[1])
    report = shelf.add_uploads([(file, "dam.md"), (file, "dam.md")])
    assert [r.status for r in report.results] == ["added"]
    report = shelf.add_uploads([(file, "dam.md"), (other, "dam.md")])  # as the other page, a moment later
    assert {r.status: r.path for r in report.results}["failed"] == "dam.md"
    assert {DAM[0], DAM[1]} < {a.text for a in shelf.corpus.articles()}


KILLED = """
import os, sys
from pathlib import Path
from rag import Corpus, Settings
from rag.ui.shelf import Library, UserShelf
Corpus.ingest = lambda *_, **__: os._exit(9)
corpus = Corpus.open(Settings(home=Path(sys.argv[1])))
UserShelf(Library(corpus), sys.argv[2]).add_uploads([(Path(sys.argv[3]), "gates.md")])
"""


@pytest.mark.parametrize("user", ["", "ines"])
def test_what_a_killed_page_had_not_read_yet_is_read_by_the_next_one(
    user: str, library: Library, tmp_path: Path, words: Any
) -> None:
    (tmp_path / "upload").write_text("The gates of Tolna\n\nDagny Pell said that the gates were opened on Sunday.")
    command = [sys.executable, "-c", KILLED, str(library.home_to_write), user, str(tmp_path / "upload")]
    assert subprocess.run(command, check=False).returncode == 9
    (file,) = UserShelf(library, user).uploads.iterdir()
    assert file.read_text().startswith("The gates") and not library.corpus.has_read(file)
    library.take_up_uploads()
    (gates,) = [a for a in UserShelf(library, user).corpus.articles() if "gates were opened" in a.text]
    assert (library.corpus.counts()["articles"] == 1) == bool(user)
    assert not [mark for folder in library.waiting.iterdir() for mark in folder.iterdir()]
    library.corpus_of(user).remove(gates.id)
    library.take_up_uploads()  # read once, and taken out since: it does not come back
    assert gates.id not in {a.id for a in UserShelf(library, user).corpus.articles()}
