"""Which format a file is in, and the plain ones: text and Markdown."""

from datetime import date

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import SUFFIXES, Failure, converter_of, read_drafts
from rag.ingest.converters.text import unwrapped
from rag.ingest.draft import Stated

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def text_of(data: bytes, name: str = "a.txt") -> str:
    (draft,) = read_drafts(data, name).drafts
    return draft.text


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
        (b"words", "", "text"),
        (b"words", "-", "text"),
        (b'{"text": "x"}', "-", "json"),
        (b"words", "Report of Nov. 2", "text"),
        (b"\x1f\x8b", "a.txt", "gzip"),
    ],
)
def test_the_format_is_found_by_content_then_suffix(data: bytes, name: str, kind: str) -> None:
    assert converter_of(data, name).name == kind


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (PNG, "a.txt", "is a picture, not an article"),
        (PNG, "a.pdf", "is a picture, not an article"),
        (b"", "a.txt", "is empty"),
        (b"\0\0\n", "a.txt", "is empty"),
        (b" \n", "a.html", "is empty"),
        (b"words", "a.pdf", r"is named \.pdf but isn't in that format"),
        (b"words", "a.docx", r"is named \.docx but isn't in that format"),
        (b"words", "a.zip", r"is named \.zip but isn't in that format"),
        (b"PK\x03\x04 cut off", "a.docx", "is a damaged ZIP, DOCX or EPUB"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "a.doc", r"old Office file .*save it as \.docx"),
        (b"words", "a.exe", r"of a format that isn't read \(\.exe\)"),
        (b"a\0b" * 20, "a.txt", "is not text"),
        (b"<?xml version='1.0'?><nitf/>", "a.xml", "is named .xml but isn't in that format"),
        (b"words\n" * 4_000_000, "a.txt", "has 24,000,000 bytes, more than the 20,971,520"),
    ],
)
def test_what_is_not_read_is_named_with_the_fix(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_drafts(data, name)


def test_the_suffixes_are_lower_case_with_a_dot() -> None:
    assert {
        ".txt",
        ".md",
        ".html",
        ".mhtml",
        ".pdf",
        ".docx",
        ".rtf",
        ".epub",
        ".eml",
        ".mbox",
        ".json",
        ".jsonl",
    } < SUFFIXES
    assert {".csv", ".tsv", ".gz", ".bz2", ".xz", ".zip"} < SUFFIXES
    assert all(s.startswith(".") and s == s.lower() for s in SUFFIXES)


WORDS = "Der Minister äußerte sich über die Rüstungsgeschäfte: „nichts ist wahr“, sagte er gegenüber der Zeitung. "


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_text_in_any_encoding(encoding: str) -> None:
    assert text_of((WORDS * 5).encode(encoding)) == WORDS * 5


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1251", "Министерство обороны заявило, что поставок оружия не было и не будет. "),
        ("euc-kr", "국방부는 수요일 러시아에 포탄을 보냈다는 보도를 부인했다. "),
        ("shift_jis", "国防省は水曜日、ロシアに砲弾を送ったとの報道を否定した。"),
        ("euc_jp", "国防省は水曜日、ロシアに砲弾を送ったとの報道を否定した。"),
        ("gb18030", "国防部星期三否认了向俄罗斯运送炮弹的报道，并说这是没有的事。"),
        ("big5", "國防部星期三否認了向俄羅斯運送砲彈的報導，並說這是沒有的事。"),
        ("cp1252", "Der Minister äußerte sich über die Rüstungsgeschäfte: „nichts ist wahr“, sagte er. "),
        ("cp1250", "Ministerstwo zaprzeczyło w środę, że wysłało pociski do Rosji, i że kiedykolwiek to zrobi. "),
        ("cp1252", "El ministerio negó el miércoles que enviara proyectiles; «mañana tampoco», añadió. "),
        ("latin-1", "Le ministère a nié mercredi avoir envoyé des obus à la Russie, a déclaré l'élu. "),
    ],
)
def test_text_of_other_countries(encoding: str, words: str) -> None:
    assert text_of((words * 8).encode(encoding)) == words * 8


def test_a_character_cut_in_two_at_the_end_does_not_change_the_rest() -> None:
    assert text_of("Größe".encode()[:-1] + "ß".encode()[:1]).startswith("Größ")


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    paragraph = (
        "The ministry denied on Wednesday that it had sent shells to\n"
        "Russia, and said that it would not send any, now or ever, and\n"
    )
    text = (paragraph * 4 + "that was that.\n\n") * 2
    assert unwrapped(text).strip().count("\n") == 2
    assert unwrapped(text).split() == text.split()


@pytest.mark.parametrize(
    "text",
    [
        "A headline\nBy Jane Doe\nA paragraph that goes on for quite a while, with all its words in a line.\nNext.\n"
        * 3,
        "a\nb\n",
        "",
    ],
)
def test_lines_that_are_paragraphs_stay(text: str) -> None:
    assert unwrapped(text) == text


def test_markdown_states_its_fields() -> None:
    (draft,) = read_drafts(b"---\ntitle: A\npublished: 2023-11-02\nempty:\n---\nText.", "a.md").drafts
    assert draft.text == "Text."
    assert draft.fields == {
        "title": Stated("A", "front matter"),
        "published": Stated(date(2023, 11, 2), "front matter"),
    }
    assert not draft.is_bounded


def test_markdown_that_says_so_is_skipped() -> None:
    result = read_drafts(b"---\ningest: false\n---\nText.", "a.md")
    assert result.drafts == () and result.skipped == (Failure("", "says ingest: false in its front matter"),)


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        (b"a: [", "not YAML"),
        (b"- a", "not a list of fields"),
        (b"a: &a [x]\nb: *a", "aliases"),
        (b"a: !!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_markdown_with_bad_front_matter(front: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_drafts(b"---\n" + front + b"\n---\nText.", "a.md")
