"""Files as programs and people leave them, kind by kind, each kind several times: made up."""

import base64
import io
import json
import textwrap
import zipfile
from datetime import date
from typing import Any

import docx
import pytest

from rag.ingest.converters import read_drafts
from rag.ingest.metadata import make_article
from rag.types import Article

TITLE = "Lindvik sells its fish hall"
SENTENCES = [
    "The harbour board of Lindvik voted on Monday to sell the old fish hall to a hotel company.",
    "“We got twice what it was worth,” said its chairman, Tore Moen, after the vote of seven to two.",
    "The fishermen's union denied that it had agreed to the sale, and asked the county to stop it.",
]
TEXT = "".join(f"<p>{s}</p>" for s in SENTENCES)


def articles(data: bytes | str, name: str) -> list[Article]:
    drafts = read_drafts(data.encode() if isinstance(data, str) else data, name).drafts
    return [make_article(draft, name).article for draft in drafts]


def lines(data: bytes | str, name: str) -> list[str]:
    (article,) = articles(data, name)
    return [line for line in article.text.split("\n") if line]


def document(*parts: str | list[list[str]]) -> bytes:
    """A Word document of paragraphs and tables."""
    made: Any = docx.Document()
    for part in parts:
        if isinstance(part, str):
            made.add_paragraph(part)
            continue
        table = made.add_table(len(part), len(part[0]))
        for i, row in enumerate(part):
            for j, cell in enumerate(row):
                table.cell(i, j).text = cell
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_table_of_a_word_document_is_its_rows(place: int) -> None:
    rows = [["Bidder", "Offer"], ["Fjord Stay", "9 million"], ["Union", ""]]
    parts: list[Any] = list(SENTENCES)
    parts.insert(place, rows)
    said: list[str] = list(SENTENCES)
    said[place:place] = ["Bidder | Offer", "Fjord Stay | 9 million", "Union"]
    assert lines(document(*parts), "a.docx") == said


NEXIS = """Page 1 of 1
{title}
Lindvik Post
March {day}, 2024 Monday
Copyright 2024 Lindvik Post AS All Rights Reserved
Section: NEWS; Pg. 3
Length: 120 words
Byline: Ida Holm
Body
{text}
Load-Date: March 29, 2024
End of Document"""
FACTIVA = """{title}

By Ida Holm
120 words
{day} March 2024
Lindvik Post
LINPO
English
(c) 2024 Lindvik Post AS

{text}

Document LINPO00020240304ek340000{day}"""
PROQUEST = """Document 1 of 3

{title}

Author: Ida Holm

Publication info: Lindvik Post ; Lindvik [Lindvik]. {day} Mar 2024: 3.

Full text: {text}

Subject: Harbours

Publication title: Lindvik Post

Publication date: Mar {day}, 2024
____________________________________________________________"""


@pytest.mark.parametrize("form", [NEXIS, FACTIVA, PROQUEST])
@pytest.mark.parametrize("kind", ["docx", "txt"])
def test_the_articles_of_one_export_are_told_apart(form: str, kind: str) -> None:
    text = "\n".join(form.format(title=f"{TITLE} {n}", day=n + 4, text="\n".join(SENTENCES)) for n in range(3))
    found = articles(document(*text.split("\n")) if kind == "docx" else text, f"a.{kind}")
    assert [a.title for a in found] == [f"{TITLE} {n}" for n in range(3)]
    assert {(a.publisher, a.author) for a in found} == {("Lindvik Post", "Ida Holm")}
    assert [a.published for a in found] == [date(2024, 3, n + 4) for n in range(3)]
    assert all(a.text.split("\n") == SENTENCES for a in found)


RECORD = {"title": TITLE, "date": "2024-03-04"}


@pytest.mark.parametrize(
    "record",
    [
        {**RECORD, "content": [{"type": "text", "text": s} for s in SENTENCES]},
        {**RECORD, "body": [{"content": SENTENCES[0]}, {"image": "a.jpg"}, {"content": "\n".join(SENTENCES[1:])}]},
        {**RECORD, "paragraphs": SENTENCES},
        {**RECORD, "content": {"rendered": TEXT}, "title": {"rendered": TITLE}},
        {"webTitle": TITLE, "webPublicationDate": "2024-03-04T08:00:00Z", "fields": {"body": TEXT}},
        {"_id": 1, **RECORD, "_source": {"text": "\n".join(SENTENCES)}},
        {"version": "https://jsonfeed.org/version/1.1", "title": "Post",
         "items": [{"title": TITLE, "content_html": TEXT, "date_published": "2024-03-04T08:00:00Z"}]},
    ],
)  # fmt: skip
def test_a_record_whose_text_is_in_parts_or_in_an_object_is_one_article(record: object) -> None:
    (article,) = articles(json.dumps(record), "a.json")
    assert (article.title, article.published) == (TITLE, date(2024, 3, 4))
    assert [line for line in article.text.split("\n") if line] == SENTENCES


def test_a_page_of_records_under_the_name_of_a_text_is_several() -> None:
    page = {"content": [{"title": f"{TITLE} {n}", "text": s} for n, s in enumerate(SENTENCES)], "last": True}
    assert [a.text for a in articles(json.dumps(page), "a.json")] == SENTENCES


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["3/4/2024", "13/4/2024"], date(2024, 4, 3)),
        (["3/4/2024", "3/14/2024"], date(2024, 3, 4)),
        (["3/4/2024", "5/6/2024"], None),
        (["3/4/2024", "13/4/2024", "3/14/2024"], None),
    ],
)
def test_days_of_a_table_are_read_as_its_others_show(days: list[str], first: date | None) -> None:
    rows = "\n".join(f"{TITLE},{SENTENCES[0][:-1]} {n}.,{day}" for n, day in enumerate(days))
    assert articles(f"title,text,date\n{rows}", "a.csv")[0].published == first


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac-roman"])
@pytest.mark.parametrize("where", [0, 1, 3])
def test_a_piece_in_another_encoding_costs_the_rest_nothing(encoding: str, where: int) -> None:
    pieces = [s.encode() for s in SENTENCES]
    pieces.insert(where, "Café owners were glad, one of them told the paper on Monday night.".encode(encoding))
    (article,) = articles(b"\n\n".join(pieces), "a.txt")
    assert all(s in article.text for s in SENTENCES) and "\ufffd" not in article.text


def mail(body: bytes | str, *headers: str) -> bytes:
    head = "\r\n".join(["From: Ida Holm <ida@post.example>", f"Subject: {TITLE}", *headers, "", ""])
    return head.encode() + (body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode())


@pytest.mark.parametrize("width", [40, 60, 72])
def test_flowed_mail_is_read_in_paragraphs(width: int) -> None:
    body = "\n\n".join(" \n".join(textwrap.wrap(s, width)) for s in SENTENCES)
    kind = "Content-Type: text/plain; charset=utf-8; format=flowed"
    assert lines(mail(body, kind), "a.eml") == SENTENCES
    packed = base64.encodebytes(body.encode())
    assert lines(mail(packed, kind, "Content-Transfer-Encoding: base64"), "a.eml") == SENTENCES


@pytest.mark.parametrize("mark", [">", "> ", "> > "])
def test_quoted_mail_is_read_without_its_marks(mark: str) -> None:
    body = "Read this, it is bad news.\n\n" + "\n".join(mark + s for s in SENTENCES)
    assert lines(mail(body, "Content-Type: text/plain; charset=utf-8"), "a.eml")[1:] == SENTENCES


@pytest.mark.parametrize(
    "posted",
    [
        "<div>Posted on <a href='/x'><time datetime='2024-03-04T08:00:00+01:00'>March 4, 2024</time></a></div>",
        "<p class='meta'><a href='/x' rel='bookmark'><time datetime='2024-03-04'>4.3.2024</time></a></p>",
        "<span><a href='/a'>Ida Holm</a></span> <span><a href='/x'><time>4 March 2024</time></a></span>",
    ],
)
def test_a_time_that_is_a_link_to_the_page_itself_is_its_day(posted: str) -> None:
    page = f"<html><title>{TITLE}</title><body><article><h1>{TITLE}</h1>{posted}{TEXT}</article></body></html>"
    assert articles(page, "a.html")[0].published == date(2024, 3, 4)


@pytest.mark.parametrize("form", ["{0}<hr>{1}<p>{2}<p>{3}", "<div><b>{0}</b><br><br>{1}<p>{2}</p><p>{3}</p></div>"])
def test_bare_text_above_the_first_paragraph(form: str) -> None:
    page = f"<html><title>{TITLE}</title><body>{form.format(f'<h2>{TITLE}</h2>', *SENTENCES)}</body></html>"
    assert [line for line in lines(page, "a.html") if line != TITLE] == SENTENCES


def test_an_article_in_the_data_of_a_page_keeps_its_paragraphs() -> None:
    record = json.dumps({"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n\n".join(SENTENCES)})
    page = f"<html><script type='application/ld+json'>{record}</script><body><div id='root'></div></body></html>"
    assert lines(page, "a.html") == SENTENCES


def test_a_page_with_a_short_title_in_a_dense_script_has_it_once() -> None:
    page = (
        "<html><title>어시장 매각</title><body><h1>어시장 매각</h1>"
        "<p>린드빅 항만위원회는 월요일 어시장을 호텔에 팔기로 했다.</p>"
        "<p>어민 노조는 동의한 적이 없다고 부인하며 군청에 중단을 요청했다.</p></body></html>"
    )
    (article,) = articles(page, "a.html")
    assert article.title == "어시장 매각" and "어시장 매각" not in article.text


@pytest.mark.parametrize(
    "entry",
    [f"<content>{' '.join(SENTENCES)}</content>", f"<content type='html'>{TEXT.replace('<', '&lt;')}</content>"],
)
def test_an_entry_with_a_text_and_no_teaser_is_whole(entry: str) -> None:
    whole = f"<title>Post</title><entry><title>{TITLE}</title>{entry}</entry>"
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'>{whole}</feed>"
    assert " ".join(articles(feed, "a.atom")[0].text.split()) == " ".join(SENTENCES)


def test_short_pages_of_a_book_are_named() -> None:
    out = io.BytesIO()
    pages = {"cover": "<p>Weekly</p>", "one": TEXT * 3}
    items = "".join(f"<item id='{n}' href='{n}.xhtml' media-type='application/xhtml+xml'/>" for n in pages)
    with zipfile.ZipFile(out, "w") as book:
        book.writestr(
            "META-INF/container.xml",
            "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
            "<rootfile full-path='c.opf'/></rootfiles></container>",
        )
        spine = "".join(f"<itemref idref='{n}'/>" for n in pages)
        book.writestr(
            "c.opf",
            f"<package xmlns='http://www.idpf.org/2007/opf'><metadata/><manifest>{items}</manifest><spine>{spine}</spine>"
            "</package>",
        )
        for name, body in pages.items():
            book.writestr(f"{name}.xhtml", f"<html><body>{body}</body></html>")
    result = read_drafts(out.getvalue(), "a.epub")
    assert [d.part for d in result.drafts] == ["one.xhtml"]
    assert [(f.part, "fewer than 100 words" in f.reason) for f in result.skipped] == [("cover.xhtml", True)]
