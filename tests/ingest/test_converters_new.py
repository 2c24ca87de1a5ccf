"""Presentations, tables of office programs and web archives, made up."""

import gzip
import io
from datetime import date
from typing import Any

import openpyxl
import pptx
import pytest
from pptx.util import Inches

from rag.errors import UnreadableError
from rag.ingest.converters import read_drafts
from rag.ingest.sandbox import Sandbox

SENTENCES = [
    "The ferry to Skarvik will be withdrawn in October, the shipping office said on Monday.",
    "Its last captain, Oda Rein, said that nobody had asked the island before the decision.",
    "The office denied that and pointed to two meetings in the school hall in spring.",
]
PAGE = (
    "<html><head><title>Ferry withdrawn</title><meta property='article:published_time' content='2024-09-02'></head>"
    f"<body><article><h1>Ferry withdrawn</h1>{''.join(f'<p>{s}</p>' for s in SENTENCES)}</article></body></html>"
)


def presentation() -> bytes:
    made: Any = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    slide.shapes.title.text = "Ferry withdrawn"
    slide.placeholders[1].text = "\n".join(SENTENCES[:2])
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for row, column, text in ((0, 0, "Year"), (0, 1, "Passengers"), (1, 0, "2023"), (1, 1, "41,200")):
        table.cell(row, column).text = text
    slide.notes_slide.notes_text_frame.text = SENTENCES[2]
    made.core_properties.author = "Oda Rein"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_a_presentation_is_its_slides_tables_and_notes() -> None:
    (draft,) = read_drafts(presentation(), "a.pptx").drafts
    assert draft.text.split("\n") == [
        "Ferry withdrawn", *SENTENCES[:2], "Year | Passengers", "2023 | 41,200", SENTENCES[2]
    ]  # fmt: skip
    assert draft.fields["author"].value == "Oda Rein"


def workbook(*rows: list[Any], before: list[Any] | None = None) -> bytes:
    made: Any = openpyxl.Workbook()
    sheet = made.active
    if before:
        sheet.append(before)
        sheet = made.create_sheet()
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("before", [None, ["Exported by the library"]])
def test_a_workbook_is_an_article_a_row(before: list[Any] | None) -> None:
    data = workbook(
        ["Headline", "Published", "Body", "Pages"], ["Ferry withdrawn", date(2024, 9, 2), SENTENCES[0], 3], [],
        ["Second", "3 September 2024", SENTENCES[1], None], ["Third", None, None, 4], before=before,
    )  # fmt: skip
    result = read_drafts(data, "a.xlsx")
    assert [d.text for d in result.drafts] == SENTENCES[:2]
    assert [d.part for d in result.drafts] == ["#2", "#4"]
    assert str(result.drafts[0].fields["published"].value).startswith("2024-09-02")
    assert [f.part for f in result.failures] == ["#5"] and "“Pages”" in result.skipped[0].reason


def test_a_workbook_without_known_names_says_so() -> None:
    with pytest.raises(UnreadableError, match="no first row with names that are known"):
        read_drafts(workbook(["a", "b"], ["c", "d"]), "a.xlsx")


def archive(*pages: tuple[str, str, bytes, str], packed: bool = True) -> bytes:
    out = b""
    for address, kind, content, status in pages:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
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
        ("https://news.example/ferry", "text/html; charset=utf-8", PAGE.encode(), "200 OK"),
        ("https://news.example/gone", "text/html", b"<html><body>Not found</body></html>", "404 Not Found"),
        ("https://news.example/boat.png", "image/png", b"\x89PNG\r\n\x1a\n", "200 OK"),
        ("https://news.example/menu", "text/html", b"<html><body><a href='/'>Home</a></body></html>", "200 OK"),
        packed=packed,
    )
    result = read_drafts(data, name)
    (draft,) = result.drafts
    assert draft.text.split("\n\n") == SENTENCES
    assert (draft.part, draft.fields["url"].value) == ("https://news.example/ferry",) * 2
    assert [f.part for f in (*result.failures, *result.skipped)] == ["https://news.example/menu"]


def test_a_broken_web_archive_says_so() -> None:
    with pytest.raises(UnreadableError, match="web archive"):
        read_drafts(b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: x\r\n\r\nnothing", "a.warc")


def test_the_sandbox_reads_them_too() -> None:
    page = archive(("https://news.example/ferry", "text/html", PAGE.encode(), "200 OK"))
    table = workbook(["Headline", "Body"], ["Ferry withdrawn", SENTENCES[0]])
    with Sandbox() as sandbox:
        for data, name in ((presentation(), "a.pptx"), (table, "a.xlsx"), (page, "a.warc.gz")):
            assert sandbox.read(data, name).drafts[0].text
