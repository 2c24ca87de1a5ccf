"""Paths to files: what there is to read, in which order, its bytes, and what a sidecar says of it."""

import io
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag.errors import UnreadableError
from rag.ingest import read
from rag.ingest.converters import read_drafts
from rag.ingest.draft import Stated
from rag.ingest.read import File, find_files, read_bytes, read_sidecar
from rag.ingest.sandbox import Sandbox

Write = Callable[..., Path]
READER = Sandbox()  # reads feeds, and there are none here: it starts nothing


def files(*paths: Path | str) -> list[File]:
    return list(find_files(paths, READER))


def names(*paths: Path) -> list[str]:
    return [Path(f.path).name for f in files(*paths)]


def at(path: Path) -> File:
    return File(path=str(path), key=str(path), name=path.name)


def fault(file: File) -> str:
    with pytest.raises(UnreadableError) as raised:
        read_bytes(file)
    return str(raised.value)


# Finding


def test_folders_are_searched_in_order_and_hidden_files_passed_over(tmp_path: Path, write: Write) -> None:
    found = ("b.txt", "a/2.md", "a/1.md", ".hidden.md", ".git/x.md", "c.png", "a/z/deep.html")
    for name in (*found, "~$b.docx", "__MACOSX/x.txt"):
        write(name, "x")
    assert names(tmp_path) == ["1.md", "2.md", "deep.html", "b.txt", "c.png"]


def test_a_file_named_twice_is_found_once(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a.md", "x")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.md").symlink_to(path)
    found = files(path, "a.md", tmp_path, str(tmp_path / "." / "a.md"))
    assert [(f.path, f.key) for f in found] == [(str(path), str(path.resolve()))]


def test_files_are_found_as_they_are_asked_for(tmp_path: Path, write: Write) -> None:
    found = find_files([write("a.md", "x"), tmp_path / "later.md"], READER)
    assert next(found).name == "a.md"
    write("later.md", "y")
    assert next(found).fault is None


def test_what_is_no_article_is_skipped_in_a_folder_and_tried_where_it_was_named(tmp_path: Path, write: Write) -> None:
    path = write("a.png", "x")
    (found,) = files(tmp_path)
    assert found.skip
    (named,) = files(path)
    assert named.skip is None and named.fault is None
    assert (named.path, named.key, named.name) == (str(path), str(path.resolve()), "a.png")


@pytest.mark.parametrize("name", ["a.md", "a.TXT", "a.html", "a.jsonl", "a.csv.gz", "a.zip"])
def test_every_format_that_is_read_is_taken_from_a_folder(name: str, tmp_path: Path, write: Write) -> None:
    write(name, "x")
    assert [f.skip for f in files(tmp_path)] == [None]


def test_symbolic_links_to_folders_are_not_followed_in_a_circle(tmp_path: Path, write: Write) -> None:
    write("folder/a.md", "x")
    (tmp_path / "folder" / "loop").symlink_to(tmp_path / "folder", target_is_directory=True)
    (tmp_path / "folder" / "dead.md").symlink_to(tmp_path / "nowhere.md")
    (tmp_path / "folder" / "self.md").symlink_to(tmp_path / "folder" / "self.md")
    assert names(tmp_path) == ["a.md"]


# Faults


@pytest.mark.parametrize("name", ["self.md", "long" * 100 + ".md", "nowhere.md"])
def test_a_path_that_leads_to_no_file_is_unreadable(name: str, tmp_path: Path) -> None:
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (file,) = files(tmp_path / name)
    assert file.path == str(tmp_path / name)
    assert fault(file) and (name != "nowhere.md" or "no such file" in fault(file))


@pytest.mark.parametrize("address", ["http://", "http://user@:80/"])
def test_an_address_that_is_none_is_unreadable(address: str) -> None:
    (file,) = files(address)
    assert (file.path, file.key) == (address, address)
    assert fault(file)


def test_a_fault_stops_no_other_path(tmp_path: Path, write: Write) -> None:
    found = files(tmp_path / "nowhere.md", write("a.md", "x"))
    assert [bool(f.fault) for f in found] == [True, False]


# Bytes


def test_the_digest_is_of_the_bytes(write: Write) -> None:
    one, same, other = write("a.md", "text"), write("b.md", "text"), write("c.md", "Text")
    digests = [read_bytes(at(p)) for p in (one, same, other)]
    assert digests[0] == digests[1] != digests[2]
    assert digests[0][0] == b"text"


def test_a_file_that_is_too_large_states_the_limit(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 1000)
    assert len(read_bytes(at(write("a.txt", "x" * 1000)))[0]) == 1000
    assert "1,000" in fault(at(write("b.txt", "x" * 1001)))
    assert "1,000" in fault(File(path="-", key="-", data=b"x" * 1001))


def test_a_folder_with_the_name_of_a_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    assert "cannot be opened" in fault(at(tmp_path / "a.md"))


def test_bytes_that_came_from_elsewhere_are_not_looked_for_on_the_disk(tmp_path: Path, write: Write) -> None:
    path = write("a.md", "on the disk")
    write("a.md.yaml", "title: On the disk")
    file = File(path=str(path), key="web", name="a.md", data=b"from the web", url="https://example.org/a.md")
    assert read_bytes(file)[0] == b"from the web"
    assert read_sidecar(file) == {}


# Standard input


def given(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


def test_standard_input_is_a_file_known_by_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for data in (b"one", b"two", b"one"):
        given(monkeypatch, data)
        (file,) = files("-")
        assert (file.path, file.data) == ("standard input", data)
        assert read_bytes(file)[0] == data
        keys.append(file.key)
    assert keys[0] == keys[2] != keys[1]
    assert read_drafts(b"one", file.name).drafts[0].text == "one"


def test_standard_input_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    given(monkeypatch, b"x" * 1000)
    (file,) = files("-")
    assert len(file.data or b"") <= 11
    assert "larger" in fault(file)


# Sidecars


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_a_sidecar_states_fields_and_is_no_article(suffix: str, tmp_path: Path, write: Write) -> None:
    path = write("a.html", "page")
    sidecar = write(f"a.html{suffix}", "title: 'T: a title'\npublished: 2023-11-02\nnote:\n")
    page, beside = files(tmp_path)
    assert (page.path, page.skip) == (str(path), None)
    assert (beside.path, beside.skip) == (str(sidecar), "what it says belongs to a.html")
    origin = f"sidecar a.html{suffix}"
    assert read_sidecar(page) == {
        "title": Stated("T: a title", origin),
        "published": Stated(date(2023, 11, 2), origin),
    }


def test_the_digest_changes_with_the_sidecar(tmp_path: Path, write: Write) -> None:
    path = write("a.txt", "text")
    digests = [read_bytes(at(path))[1]]
    for said in ("title: One", "title: Two"):
        write("a.txt.yaml", said)
        data, digest = read_bytes(at(path))
        assert data == b"text"
        digests.append(digest)
    (tmp_path / "a.txt.yaml").unlink()
    assert read_bytes(at(path))[1] == digests[0]
    assert len(set(digests)) == 3


def test_a_file_without_a_sidecar(write: Write) -> None:
    assert read_sidecar(at(write("a.txt", "text"))) == {}
    write("b.txt.yaml", "")
    assert read_sidecar(at(write("b.txt", "text"))) == {}


@pytest.mark.parametrize(
    "said",
    [b"title: [unclosed", b"- a", b"just words", b"a: !!python/object/apply:os.getcwd []", b"published: 2023-02-31",
     b"title: \xff\xfe", b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"],
)  # fmt: skip
def test_a_sidecar_that_is_no_list_of_fields_is_named(said: bytes, tmp_path: Path, write: Write) -> None:
    path = write("a.txt", "text")
    (tmp_path / "a.txt.yaml").write_bytes(said)
    with pytest.raises(UnreadableError, match=r"sidecar a\.txt\.yaml"):
        read_sidecar(at(path))


def test_what_a_browser_saved_with_a_page_is_no_article(tmp_path: Path, write: Write) -> None:
    for name in ("X.html", "X_files/ad.html"):
        write(name, "x")
    assert [f.skip for f in files(tmp_path)] == [None, "belongs to the saved page X.html"]
