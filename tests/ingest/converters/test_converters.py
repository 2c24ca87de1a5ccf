"""Which format a file is in, what is refused and why; broken files of every format do no harm."""

import os
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import SUFFIXES, converter_of
from rag.ingest.sandbox import ReadLimits, Sandbox
from tests.ingest import fuzz
from tests.ingest.converters.story import draft, refused

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n", "a.txt", "pdf"),
        (b"junk before\n%PDF-1.7\n", "a.pdf", "pdf"),
        (b"<!doctype html><p>x", "a.txt", "html"),
        (b"<!-- saved -->\n<HTML lang=de>", "a.md", "html"),
        (b"<html><body>Log in", "report.pdf", "html"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "a.txt", "feed"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html>", "a.xml", "html"),
        (b"{\\rtf1 x}", "a.txt", "rtf"),
        (b"Subject: x\nFrom: y\n\nz", "a.txt", "mail"),
        (b"Date: the day we met\nA love story.", "a.txt", "text"),
        (b"From Seoul, our reporter writes", "a.txt", "text"),
        (b"From a@b.org Thu Nov  2 10:00:00 2023\nSubject: x", "a.txt", "mbox"),
        (b"no tags", "a.html", "text"),
        (b"a,b", "a.csv", "csv"),
        (b'{"text": "x"}', "-", "json"),
        (b"\x1f\x8b", "a.txt", "gzip"),
        (b"words", "A.MD", "markdown"),
        *((b"words", name, "text") for name in ("a.Txt", "a.text", "a", ".md", "", "-", "Report of Nov. 2")),
    ],
)
def test_the_format_is_found_by_content_then_suffix(data: bytes, name: str, kind: str) -> None:
    assert converter_of(data, name).name == kind


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (PNG, "a.txt", "is a picture, not an article"),
        (PNG, "a.pdf", "is a picture, not an article"),
        (b"", "a.txt", "is empty"),
        (b"\0\0\n", "a.txt", "is empty"),
        (b" \n\t\r\n ", "a.html", "is empty"),
        (b"words", "a.pdf", "is named .pdf but isn't in that format"),
        (b"words", "a.docx", "is named .docx but isn't in that format"),
        (b"words", "a.zip", "is named .zip but isn't in that format"),
        (b"<?xml version='1.0'?><nitf/>", "a.xml", "is named .xml but isn't in that format"),
        (b"PK\x03\x04 cut off", "a.docx", "is a damaged ZIP, DOCX or EPUB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "a.doc", "old Office file or an Outlook message: save it as .docx"),
        (b"words", "a.exe", "of a format that isn't read (.exe): see docs/formats.md"),
        (b"words", "a.md.bak", "of a format that isn't read (.bak)"),
        (b"a\0b" * 20, "a.txt", "is not text"),
        (b"text \0 text", "a.txt", "is not text"),
        (os.urandom(4000), "a.txt", "is not text"),
        (bytes(b or 1 for b in os.urandom(4000)), "a.txt", "is not text"),
        (b"words\n" * 4_000_000, "a.txt", "has 24,000,000 bytes, more than the 20,971,520"),
    ],
    ids=lambda value: value[:20] if isinstance(value, bytes) else None,
)
def test_what_is_not_read_is_named_with_the_fix(data: bytes, name: str, said: str) -> None:
    assert said in refused(data, name)


def test_a_file_may_be_as_large_as_allowed_and_no_larger() -> None:
    assert draft("x" * 1000, "a.txt", max_bytes=1000)
    assert "has 1,001 bytes, more than the 1,000" in refused("x" * 1001, "a.txt", max_bytes=1000)


def test_the_suffixes_are_lower_case_with_a_dot() -> None:
    known = (
        ".txt .md .html .mhtml .pdf .docx .pptx .xlsx .rtf .epub .eml .mbox .json .jsonl .csv .tsv .gz .bz2 .xz .zip"
    )
    assert set(known.split()) < SUFFIXES
    assert all(s.startswith(".") and s == s.lower() for s in SUFFIXES)


# Broken files


@pytest.fixture(scope="module")
def sandbox() -> Any:
    with Sandbox(ReadLimits(seconds=10)) as opened:
        yield opened


@pytest.mark.parametrize("name", sorted(fuzz.VALID))
def test_the_files_that_are_broken_were_whole(name: str, sandbox: Sandbox) -> None:
    result = sandbox.read(fuzz.VALID[name](), name)
    assert result.drafts and not result.failures
    for found in result.drafts:
        assert fuzz.SENTENCES[1] in " ".join(found.text.split())


def test_broken_files_give_drafts_or_a_reason(sandbox: Sandbox) -> None:
    for what, name, data in fuzz.broken(seed=7, count=50):
        try:
            result = sandbox.read(data, name)
        except UnreadableError as e:
            assert "crashed" not in str(e) and "took more" not in str(e), (what, name, str(e))
            assert len(str(e)) < 600
        else:
            assert result.drafts or result.failures or result.skipped, (what, name)


@pytest.mark.parametrize(
    "what", ["gzip of 2 GB", "ZIP of 240 MB of zeros", "YAML aliases", "XML entities in a DOCX", "deep JSON"]
)
def test_bombs_are_defused(what: str) -> None:
    name, make = fuzz.BOMBS[what]
    with Sandbox() as sandbox:
        try:
            result = sandbox.read(make(), name)
        except UnreadableError as e:
            assert "needed more" not in str(e) and "took more" not in str(e)
        else:
            assert not result.drafts and result.failures
