"""E-mail, saved pages and feeds: whose words they are, and which dates aren't publication dates."""

import importlib.util
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import ReadOptions, read_drafts
from rag.ingest.draft import Stated

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parent / "fuzz.py")
assert _spec and _spec.loader
fuzz: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)


def message(plain: str | None = None, html: str | None = None, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Date"] = "Jane Doe <jane@example.org>", "Fri, 05 Jan 2024 09:00:00 +0000"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    if plain is not None:
        made.set_content(plain)
    if html is not None:
        made.add_alternative(html, subtype="html")
    return made


def test_a_message_states_who_wrote_it_and_no_publication_date() -> None:
    (draft,) = read_drafts(fuzz.mail(), "a.eml").drafts
    assert draft.text.split() == fuzz.TEXT.split()
    assert draft.fields == {
        "title": Stated(fuzz.TITLE, "Subject header"),
        "author": Stated("Jane Doe", "From header"),
        "note": Stated("e-mail from Jane Doe, sent Fri, 05 Jan 2024 09:00:00 +0000", "message headers"),
    }


def test_who_passes_an_article_on_is_not_its_author() -> None:
    head = "From: The Desk <d@example.org>\nDate: Thu, 2 Nov 2023 07:00\nSubject: x"
    body = f"FYI\n\n---------- Forwarded message ---------\n{head}\n\n{fuzz.TEXT}\n"
    (draft,) = read_drafts(message(body, Subject="Fwd: WG: North denies").as_bytes(), "a.eml").drafts
    assert "author" not in draft.fields and "published" not in draft.fields
    assert draft.fields["title"].value == "North denies"
    assert "forwarded: From: The Desk" in draft.fields["note"].value
    assert "Forwarded message" not in draft.text and fuzz.SENTENCES[0] in draft.text


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
    (draft,) = read_drafts(made.as_bytes(), "a.eml").drafts
    assert draft.text.split() == fuzz.TEXT.split()
    assert not {"author", "published"} & set(draft.fields) and "Gesendet: Montag" in draft.fields["note"].value
    assert "Zur Info" in draft.removed[-1].text


def test_what_a_page_in_a_message_leaves_out_is_kept_account_of() -> None:
    page = fuzz.page("A page").decode().replace("<body>", "<body><p><a href='/x'>View in browser</a></p>")
    (draft,) = read_drafts(message("Look.", page, Subject="x").as_bytes(), "a.eml").drafts
    assert "View in browser" in [removed.text for removed in draft.removed]


def test_encoded_headers_and_bodies() -> None:
    data = message("Der Minister äußerte sich.", Subject="Rüstung").as_bytes()
    (draft,) = read_drafts(data, "a.eml").drafts
    assert draft.text.strip() == "Der Minister äußerte sich." and draft.fields["title"].value == "Rüstung"


def test_the_plain_body_is_preferred_and_the_markup_read_where_there_is_no_other() -> None:
    page = fuzz.page("A page").decode()
    both = message(fuzz.TEXT, page, Subject="x").as_bytes()
    assert read_drafts(both, "a.eml").drafts[0].text.split() == fuzz.TEXT.split()
    stub = message("See this in your browser", page, Subject="x").as_bytes()
    assert fuzz.SENTENCES[0] in read_drafts(stub, "a.eml").drafts[0].text


def test_attachments_are_read_as_the_files_that_they_are() -> None:
    made = message("Please find attached.", Subject="x")
    made.add_attachment(fuzz.docx(), maintype="application", subtype="octet-stream", filename="a.docx")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")
    made.add_attachment(b"words", maintype="application", subtype="pdf", filename="b.pdf")
    result = read_drafts(made.as_bytes(), "a.eml")
    assert [d.part for d in result.drafts] == ["a.docx"]
    assert [f.part for f in result.skipped] == ["logo.png"] and [f.part for f in result.failures] == ["b.pdf"]


def test_a_message_attached_to_a_message() -> None:
    made = message("See below.", Subject="x")
    made.add_attachment(message(fuzz.TEXT, Subject="Inner"))
    (draft,) = read_drafts(made.as_bytes(), "a.eml").drafts
    assert draft.fields["title"].value == "Inner"


def test_a_message_without_text() -> None:
    with pytest.raises(UnreadableError, match="message without text"):
        read_drafts(message("", Subject="x").as_bytes(), "a.eml")


def test_a_mailbox_is_an_article_a_message() -> None:
    data = fuzz.VALID["a.mbox"]() + b"From jane@example.org Fri Jan  5 09:00:00 2024\nSubject: x\nFrom: y\n\n"
    result = read_drafts(data.replace(b"It was report 1.", b"\n>From the port."), "a.mbox")
    assert [(d.part, d.fields["title"].value) for d in result.drafts] == [("#1", "No 1"), ("#2", "No 2")]
    assert "\nFrom the port." in result.drafts[0].text
    assert [f.part for f in result.failures] == ["#3"]


def test_a_saved_page_has_the_address_that_it_was_saved_from() -> None:
    (draft,) = read_drafts(fuzz.mhtml(), "a.mhtml").drafts
    assert fuzz.SENTENCES[0] in draft.text
    assert draft.fields["url"].value == fuzz.URL
    assert str(draft.fields["published"].value).startswith("2023-11-02")  # the page's, not the day of saving


def test_a_page_by_another_name_and_with_its_address() -> None:
    (draft,) = read_drafts(fuzz.page(), "a.txt", ReadOptions(url=fuzz.URL)).drafts
    assert draft.fields["url"].value == fuzz.URL and draft.fields["title"].value == fuzz.TITLE


def test_a_feed_gives_the_articles_that_it_holds() -> None:
    (draft,) = read_drafts(fuzz.feed(), "a.xml").drafts
    assert draft.text.split("\n") == list(fuzz.PARAGRAPHS)
    assert {name: stated.value for name, stated in draft.fields.items()} == {
        "title": fuzz.TITLE,
        "url": fuzz.URL,
        "publisher": "The Example",
        "published": "Thu, 02 Nov 2023 23:30:00 -0500",
        "published_from": "page",
    }


def test_a_feed_of_excerpts_is_not_followed() -> None:
    result = read_drafts(fuzz.feed(full=False), "a.xml")
    (told,) = result.skipped
    assert not result.drafts and told.part == fuzz.URL and "give the feed's address" in told.reason


def test_an_update_is_not_a_publication() -> None:
    words = "He said so and she denied it on the same day in the same town. " * 12
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A</title><updated>2024-01-01T00:00:00Z</updated>"
        f"<content>{words}</content></entry></feed>"
    )
    (draft,) = read_drafts(atom.encode(), "a.atom").drafts
    assert "published" not in draft.fields


def test_a_feed_that_states_its_days_as_dublin_core_does() -> None:
    feed = fuzz.feed().replace(b"<pubDate>Thu, 02 Nov 2023 23:30:00 -0500</pubDate>", b"<dc:date>2023-11-02</dc:date>")
    feed = feed.replace(b"<rss ", b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" ').replace(
        f"<link>{fuzz.URL}</link>".encode(), b"<guid>tag:a.example,2023:1</guid>"
    )
    (draft,) = read_drafts(feed, "a.rss").drafts
    assert draft.fields["published"].value == "2023-11-02" and "url" not in draft.fields
    changed = feed.replace(b"dc:date>", b"dc:modified>")
    assert "published" not in read_drafts(changed, "a.rss").drafts[0].fields
