"""E-mail and saved pages: whose words they are, and which dates aren't publication dates."""

import base64
import textwrap
from email.message import EmailMessage

import pytest

from rag.ingest.draft import Stated
from tests.ingest import fuzz
from tests.ingest.converters.story import SENTENCES, TITLE, draft, lines, read, refused


def message(plain: str | None = None, html: str | None = None, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Date"] = "Jane Doe <jane@example.org>", "Fri, 05 Jan 2024 09:00:00 +0000"
    for name, value in headers.items():
        made[name] = value
    if plain is not None:
        made.set_content(plain)
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made


def test_a_message_states_who_wrote_it_and_no_publication_date() -> None:
    found = draft(fuzz.mail(), "a.eml")
    assert found.text.split() == fuzz.TEXT.split()
    assert found.fields == {
        "title": Stated(fuzz.TITLE, "Subject header"),
        "author": Stated("Jane Doe", "From header"),
        "note": Stated("e-mail from Jane Doe, sent Fri, 05 Jan 2024 09:00:00 +0000", "message headers"),
    }


def test_who_passes_an_article_on_is_not_its_author() -> None:
    head = "From: The Desk <d@example.org>\nDate: Thu, 2 Nov 2023 07:00\nSubject: x"
    body = f"FYI\n\n---------- Forwarded message ---------\n{head}\n\n{fuzz.TEXT}\n"
    found = draft(message(body, Subject="Fwd: WG: North denies").as_bytes(), "a.eml")
    assert "author" not in found.fields and "published" not in found.fields
    assert found.fields["title"].value == "North denies"
    assert "forwarded: From: The Desk" in found.fields["note"].value
    assert "Forwarded message" not in found.text and fuzz.SENTENCES[0] in found.text


def test_encoded_headers_and_bodies() -> None:
    found = draft(message("Der Minister äußerte sich.", Subject="Rüstung").as_bytes(), "a.eml")
    assert found.text.strip() == "Der Minister äußerte sich." and found.fields["title"].value == "Rüstung"


def test_the_plain_body_is_preferred_and_the_markup_read_where_there_is_no_other() -> None:
    page = fuzz.page("A page").decode()
    both = message(fuzz.TEXT, page, Subject="x").as_bytes()
    assert draft(both, "a.eml").text.split() == fuzz.TEXT.split()
    stub = message("See this in your browser", page, Subject="x").as_bytes()
    assert fuzz.SENTENCES[0] in draft(stub, "a.eml").text


def test_attachments_are_read_as_the_files_that_they_are() -> None:
    made = message("Please find attached.", Subject="x")
    made.add_attachment(fuzz.docx(), maintype="application", subtype="octet-stream", filename="a.docx")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(b"words", maintype="application", subtype="pdf", filename="b.pdf")
    made.add_attachment(message(fuzz.TEXT, Subject="Inner"))
    result = read(made.as_bytes(), "a.eml")
    assert [d.fields["title"].value for d in result.drafts] == [fuzz.TITLE, "Inner"]
    assert result.drafts[0].part == "a.docx"
    assert [f.part for f in result.skipped] == ["logo.png"] and [f.part for f in result.failures] == ["b.pdf"]


def test_a_message_without_text() -> None:
    assert "message without text" in refused(message("", Subject="x").as_bytes(), "a.eml")


def post(body: bytes | str, *headers: str) -> bytes:
    head = "\r\n".join(["From: Ida Holm <ida@post.example>", f"Subject: {TITLE}", *headers, "", ""])
    return head.encode() + (body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode())


PLAIN = "Content-Type: text/plain; charset=utf-8"


@pytest.mark.parametrize("width", [40, 72])
def test_flowed_mail_is_read_in_paragraphs(width: int) -> None:
    body = "\n\n".join(" \n".join(textwrap.wrap(s, width)) for s in SENTENCES)
    flowed = f"{PLAIN}; format=flowed"
    assert lines(post(body, flowed), "a.eml") == SENTENCES
    packed = base64.encodebytes(body.encode())
    assert lines(post(packed, flowed, "Content-Transfer-Encoding: base64"), "a.eml") == SENTENCES


@pytest.mark.parametrize("mark", [">", "> ", "> > "])
def test_quoted_mail_is_read_without_its_marks(mark: str) -> None:
    body = "Read this, it is bad news.\n\n" + "\n".join(mark + s for s in SENTENCES)
    assert lines(post(body, PLAIN), "a.eml")[1:] == SENTENCES


def test_a_mailbox_is_an_article_a_message() -> None:
    data = fuzz.VALID["a.mbox"]() + b"From jane@example.org Fri Jan  5 09:00:00 2024\nSubject: x\nFrom: y\n\n"
    result = read(data.replace(b"It was report 1.", b"\n>From the port."), "a.mbox")
    assert [(d.part, d.fields["title"].value) for d in result.drafts] == [("#1", "No 1"), ("#2", "No 2")]
    assert "\nFrom the port." in result.drafts[0].text
    assert [f.part for f in result.failures] == ["#3"]


def test_a_saved_page_has_the_address_that_it_was_saved_from() -> None:
    found = draft(fuzz.mhtml(), "a.mhtml")
    assert fuzz.SENTENCES[0] in found.text and found.fields["url"].value == fuzz.URL
    assert str(found.fields["published"].value).startswith("2023-11-02")  # the page's, not the day of saving


def test_a_page_by_another_name_and_with_its_address() -> None:
    found = draft(fuzz.page(), "a.txt", url=fuzz.URL)
    assert found.fields["url"].value == fuzz.URL and found.fields["title"].value == fuzz.TITLE


@pytest.mark.parametrize("markup", [False, True])
def test_header_lines_of_a_message_passed_on_in_any_language(markup: bool) -> None:
    head = ["Von: Ada Roe <ada@example.org>", "Gesendet: Montag, 13. Februar 2023 07:00", "An: Kim", "Betreff: Bienen"]
    made = message(Subject="WG: Bienen")
    if markup:
        escaped = "<br>".join(line.replace("<", "&lt;") for line in head)
        body = "".join(f"<p>{paragraph}</p>" for paragraph in fuzz.PARAGRAPHS)
        made.set_content(f"<html><body><p>Zur Info</p><p>{escaped}</p>{body}</body></html>", subtype="html")
    else:
        made.set_content("\n".join(["Zur Info", "", *head, "", fuzz.TEXT]))
    found = draft(made.as_bytes(), "a.eml")
    assert found.text.split() == fuzz.TEXT.split()
    assert not {"author", "published"} & set(found.fields) and "Gesendet: Montag" in found.fields["note"].value
    assert "Zur Info" in found.removed[-1].text


def test_what_a_page_in_a_message_leaves_out_is_kept_account_of() -> None:
    page = fuzz.page("A page").decode().replace("<body>", "<body><p><a href='/x'>View in browser</a></p>")
    found = draft(message("Look.", page, Subject="x").as_bytes(), "a.eml")
    assert "View in browser" in [removed.text for removed in found.removed]
