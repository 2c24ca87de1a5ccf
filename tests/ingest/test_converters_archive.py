"""Compressed files and ZIP archives of any format, bounded."""

import bz2
import gzip
import importlib.util
import io
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import Failure, ReadOptions, read_drafts

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parent / "fuzz.py")
assert _spec and _spec.loader
fuzz: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")])
def test_a_packed_file_is_read_as_what_is_in_it(pack: Any, suffix: str) -> None:
    (draft,) = read_drafts(pack(fuzz.mail()), f"a.eml{suffix}").drafts
    assert draft.fields["title"].value == fuzz.TITLE
    assert read_drafts(pack(b"one ") + pack(b"two"), f"a.txt{suffix}").drafts[0].text == "one two"
    with pytest.raises(UnreadableError, match="packed, and damaged"):
        read_drafts(pack(b"words " * 100)[:-9], f"a.txt{suffix}")
    with pytest.raises(UnreadableError, match="unpacks to more than the 1,000 bytes"):
        read_drafts(pack(bytes(100_000)), f"a.txt{suffix}", ReadOptions(max_container_bytes=1000))


def test_an_archive_gives_the_articles_of_its_members() -> None:
    inner = fuzz.packed({"c.txt": b"deep words"})
    data = fuzz.packed({
        "../../etc/a.txt": b"words", "b.jsonl": b'{"text": "one"}\n{"x": 1}\n{"text": "two"}', "in.zip": inner,
        "style.css": b"p {}", "bad.pdf": b"words", "__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "empty.txt": b"",
        "no.md": b"---\ningest: false\n---\nx",
    })  # fmt: skip
    result = read_drafts(data, "a.zip")
    assert [(d.part, d.text) for d in result.drafts] == [
        ("../../etc/a.txt", "words"),
        ("b.jsonl#1", "one"),
        ("b.jsonl#3", "two"),
        ("in.zip/c.txt", "deep words"),
    ]
    assert [f.part for f in result.failures] == ["b.jsonl#2", "bad.pdf", "empty.txt"]
    assert [f.part for f in result.skipped] == ["style.css", "__MACOSX/._a.txt", ".DS_Store", "no.md"]


def test_an_archive_in_an_archive_in_an_archive_is_not_read() -> None:
    data = fuzz.packed({"a.txt": b"words"})
    for _ in range(3):
        data = fuzz.packed({"in.zip": data})
    (failure,) = read_drafts(data, "a.zip").failures
    assert failure == Failure("in.zip/in.zip", "is packed more than twice over: unpack it")


def test_limits_of_an_archive() -> None:
    many = fuzz.packed({f"{n}.txt": b"x" for n in range(5)})
    with pytest.raises(UnreadableError, match="has 5 members, more than 4"):
        read_drafts(many, "a.zip", ReadOptions(max_members=4))
    large = fuzz.packed({f"{n}.txt": b"word " * 100 for n in range(3)})
    result = read_drafts(large, "a.zip", ReadOptions(max_container_bytes=1200))
    assert len(result.drafts) == 2 and "unpacks to 500 bytes, more than" in result.failures[0].reason


def test_an_encrypted_member_is_reported() -> None:
    data = bytearray(fuzz.packed({"a.txt": b"words", "b.txt": b"other"}))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1  # the flag of encryption
    result = read_drafts(bytes(data), "a.zip")
    assert result.failures == (Failure("a.txt", "is encrypted: unpack it"),) and result.drafts[0].text == "other"


def test_an_empty_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w"):
        pass
    with pytest.raises(UnreadableError, match="is an empty archive"):
        read_drafts(out.getvalue(), "a.zip")


def test_what_was_saved_with_a_page_belongs_to_it() -> None:
    data = fuzz.packed(
        {"a/X.html": fuzz.page(), "a/X_files/ad.html": b"<html><p>Buy</p></html>", "b_files/c.txt": b"x"}
    )
    result = read_drafts(data, "a.zip")
    assert [d.part for d in result.drafts] == ["a/X.html", "b_files/c.txt"] and not result.failures
    assert result.skipped == (Failure("a/X_files/ad.html", "belongs to the saved page a/X.html"),)
