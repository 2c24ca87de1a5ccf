"""Compressed files, ZIP archives of any format and web archives, bounded."""

import bz2
import gzip
import io
import lzma
import zipfile
from typing import Any

import pytest

from rag.ingest.converters import Failure
from tests.ingest import fuzz
from tests.ingest.converters.story import SENTENCES, TEXT, draft, page, read, refused


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")])
def test_a_packed_file_is_read_as_what_is_in_it(pack: Any, suffix: str) -> None:
    assert draft(pack(fuzz.mail()), f"a.eml{suffix}").fields["title"].value == fuzz.TITLE
    assert draft(pack(b"one ") + pack(b"two"), f"a.txt{suffix}").text == "one two"
    assert "packed, and damaged" in refused(pack(b"words " * 100)[:-9], f"a.txt{suffix}")
    large = refused(pack(bytes(100_000)), f"a.txt{suffix}", max_container_bytes=1000)
    assert "unpacks to more than the 1,000 bytes" in large


# ZIP archives


def test_an_archive_gives_the_articles_of_its_members() -> None:
    inner = fuzz.packed({"c.txt": b"deep words"})
    junk = ["style.css", "__MACOSX/._a.txt", ".DS_Store", "x/~$b.docx", ".git/config.txt/.hidden.md"]
    data = fuzz.packed({
        "../../etc/a.txt": b"words", "b.jsonl": b'{"text": "one"}\n{"x": 1}\n{"text": "two"}', "in.zip": inner,
        "bad.pdf": b"words", "empty.txt": b"", "no.md": b"---\ningest: false\n---\nx", **dict.fromkeys(junk, b"\0\1\2"),
    })  # fmt: skip
    result = read(data, "a.zip")
    assert [(d.part, d.text) for d in result.drafts] == [
        ("../../etc/a.txt", "words"),
        ("b.jsonl#1", "one"),
        ("b.jsonl#3", "two"),
        ("in.zip/c.txt", "deep words"),
    ]
    assert [f.part for f in result.failures] == ["b.jsonl#2", "bad.pdf", "empty.txt"]
    assert [f.part for f in result.skipped] == ["no.md", *junk]


def test_an_archive_in_an_archive_in_an_archive_is_not_read() -> None:
    data = fuzz.packed({"a.txt": b"words"})
    for _ in range(3):
        data = fuzz.packed({"in.zip": data})
    (failure,) = read(data, "a.zip").failures
    assert failure == Failure("in.zip/in.zip", "is packed more than twice over: unpack it")


def test_limits_of_an_archive() -> None:
    many = fuzz.packed({f"{n}.txt": b"x" for n in range(5)})
    assert "has 5 members, more than 4" in refused(many, "a.zip", max_members=4)
    large = fuzz.packed({f"{n}.txt": b"word " * 100 for n in range(3)})
    result = read(large, "a.zip", max_container_bytes=1200)
    assert len(result.drafts) == 2 and "unpacks to 500 bytes, more than" in result.failures[0].reason


def test_an_encrypted_member_is_reported() -> None:
    data = bytearray(fuzz.packed({"a.txt": b"words", "b.txt": b"other"}))
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1  # the flag of encryption
    result = read(bytes(data), "a.zip")
    assert result.failures == (Failure("a.txt", "is encrypted: unpack it"),) and result.drafts[0].text == "other"


def test_an_empty_archive() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w"):
        pass
    assert "is an empty archive" in refused(out.getvalue(), "a.zip")


# Web archives


def archive(*pages: tuple[str, str, str, str], packed: bool) -> bytes:
    """Each page its address, its type, its content and the status of the answer."""
    out = b""
    for address, kind, content, status in pages:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n{content}".encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2024-09-03T10:00:00Z\r\n"
            "WARC-Record-ID: <urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8>\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
        )
        record = head.encode() + answer + b"\r\n\r\n"
        out += gzip.compress(record) if packed else record
    return out


@pytest.mark.parametrize(("name", "packed"), [("crawl.warc.gz", True), ("crawl.warc", False), ("-", False)])
def test_a_web_archive_is_its_pages(name: str, packed: bool) -> None:
    data = archive(
        ("https://news.example/ferry", "text/html; charset=utf-8", page(f"<article>{TEXT}</article>"), "200 OK"),
        ("https://news.example/gone", "text/html", page("Not found"), "404 Not Found"),
        ("https://news.example/boat.png", "image/png", "\x89PNG\r\n\x1a\n", "200 OK"),
        ("https://news.example/menu", "text/html", page("<a href='/'>Home</a>"), "200 OK"),
        packed=packed,
    )
    result = read(data, name)
    (found,) = result.drafts
    assert found.text.split("\n\n") == SENTENCES
    assert (found.part, found.fields["url"].value) == ("https://news.example/ferry",) * 2
    assert [f.part for f in (*result.failures, *result.skipped)] == ["https://news.example/menu"]


def test_a_broken_web_archive_says_so() -> None:
    data = "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\nnothing"
    assert "web archive" in refused(data, "a.warc")


def test_what_was_saved_with_a_page_belongs_to_it() -> None:
    data = fuzz.packed(
        {"a/X.html": fuzz.page(), "a/X_files/ad.html": b"<html><p>Buy</p></html>", "b_files/c.txt": b"x"}
    )
    result = read(data, "a.zip")
    assert [d.part for d in result.drafts] == ["a/X.html", "b_files/c.txt"] and not result.failures
    assert result.skipped == (Failure("a/X_files/ad.html", "belongs to the saved page a/X.html"),)
