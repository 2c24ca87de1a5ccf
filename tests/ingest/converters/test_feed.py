"""Feeds: the articles that they hold whole, when each was published, and excerpts that aren't followed."""

from datetime import date

import pytest

from tests.ingest import fuzz
from tests.ingest.converters.story import MORE, SENTENCES, TEXT, TITLE, article, draft, read, values


def rss(*items: str) -> str:
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    held = "".join(f"<item><title>The dam</title>{item}</item>" for item in items)
    return f"<rss version='2.0' {space}><channel><title>Post</title><language>de</language>{held}</channel></rss>"


def atom(entry: str) -> str:
    entry = f"<entry><title>{TITLE}</title>{entry}</entry>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Post</title>{entry}</feed>"


def test_a_feed_gives_the_articles_that_it_holds() -> None:
    found = draft(fuzz.feed(), "a.xml")
    assert found.text.split("\n") == list(fuzz.PARAGRAPHS)
    assert values(found) == {
        "title": fuzz.TITLE,
        "url": fuzz.URL,
        "publisher": "The Example",
        "published": "Thu, 02 Nov 2023 23:30:00 -0500",
        "published_from": "page",
    }


def test_a_feed_of_excerpts_is_not_followed() -> None:
    result = read(fuzz.feed(full=False), "a.xml")
    (told,) = result.skipped
    assert not result.drafts and told.part == fuzz.URL and "give the feed's address" in told.reason


@pytest.mark.parametrize(
    ("teaser", "whole", "kept"),
    [
        ("The dam.", f"{SENTENCES[0]} {MORE}", True),
        ("", " ".join(SENTENCES * 3), True),
        ("The upper reservoir will be drained.", f"{SENTENCES[0]} {MORE} […]", False),
    ],
)
def test_items_that_are_whole_and_those_that_are_cut(teaser: str, whole: str, kept: bool) -> None:
    item = f"<description>{teaser}</description><content:encoded>{whole}</content:encoded>"
    result = read(rss(item, f"<description>{' '.join(SENTENCES * 4)}</description>"), "a.rss")
    assert len(result.drafts) == 1 + kept and len(result.skipped) == 1 - kept
    assert not kept or result.drafts[0].text == whole


@pytest.mark.parametrize(
    "content",
    [f"<content>{' '.join(SENTENCES)}</content>", f"<content type='html'>{TEXT.replace('<', '&lt;')}</content>"],
)
def test_an_entry_with_a_text_and_no_teaser_is_whole(content: str) -> None:
    assert article(atom(content), "a.atom").text.split() == " ".join(SENTENCES).split()


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2024/03/15", date(2024, 3, 15)),
        ("15.03.2024", date(2024, 3, 15)),
        ("Mo, 25 Mär 2024", date(2024, 3, 25)),
        ("Fri, 15 Mar 2024 01:45:08 +02:00", date(2024, 3, 15)),
        ("soon", None),
    ],
)
def test_days_of_feeds_are_read_or_told(said: str, day: date | None) -> None:
    item = f"<pubDate>{said}</pubDate><description>{' '.join(SENTENCES * 4)}</description>"
    found = article(rss(item), "a.rss")
    assert found.published == day and (day is not None or said in (found.note or ""))


def test_an_update_is_not_a_publication() -> None:
    entry = f"<updated>2024-01-01T00:00:00Z</updated><content>{' '.join(SENTENCES)}</content>"
    assert "published" not in draft(atom(entry), "a.atom").fields


def test_a_feed_that_states_its_days_as_dublin_core_does() -> None:
    feed = fuzz.feed().replace(b"<pubDate>Thu, 02 Nov 2023 23:30:00 -0500</pubDate>", b"<dc:date>2023-11-02</dc:date>")
    feed = feed.replace(b"<rss ", b'<rss xmlns:dc="http://purl.org/dc/elements/1.1/" ').replace(
        f"<link>{fuzz.URL}</link>".encode(), b"<guid>tag:a.example,2023:1</guid>"
    )
    (found,) = read(feed, "a.rss").drafts
    assert found.fields["published"].value == "2023-11-02" and "url" not in found.fields
    changed = feed.replace(b"dc:date>", b"dc:modified>")
    assert "published" not in read(changed, "a.rss").drafts[0].fields
