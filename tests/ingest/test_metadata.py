"""Drafts to articles: plain text, ids, dates, titles."""

from datetime import date, datetime
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.clean import clean
from rag.ingest.draft import Cleaned, Draft, Stated
from rag.ingest.metadata import first_headline, to_article
from rag.text.characters import plain_text
from rag.types import Article


def article(text: str = "A ship left the port of Rajin.", path: str = "a.md", **fields: Any) -> Article:
    """The article of a text and of fields that the user states; a Stated states its own origin."""
    stated = {n: v if isinstance(v, Stated) else Stated(v, "front matter") for n, v in fields.items()}
    return to_article(Draft(text=text, fields=stated), Cleaned(text=plain_text(text)), path)


def saved(text: str, **fields: Any) -> Article:
    """The article of a page's text, its furniture taken out."""
    stated = {n: v if isinstance(v, Stated) else Stated(v, "og:meta") for n, v in fields.items()}
    return to_article(Draft(text=text, fields=stated), clean(plain_text(text)), "a.txt")


def test_the_id_is_of_the_text_alone() -> None:
    one = article(title="One", publisher="A", published="2023-11-02")
    assert article(path="elsewhere.txt", title="Two").id == one.id
    assert article("A ship left the port of Rajin. ").id == one.id
    assert article("A  ship\u00a0left the port of Rajin.\r\n").id == one.id
    assert article("A ship left the port of Najin.").id != one.id


def test_fields() -> None:
    stated = {
        "title": " The  title\nof it ", "publisher": "The Times", "author": ["Ada", "Bob"], "published": "2023-11-02",
        "published_from": "url", "url": "https://example.org", "language": "en", "original_title": "제목", "note": "n",
    }  # fmt: skip
    found = article(**stated, unknown="passed over")
    assert found == Article(
        id=found.id, text="A ship left the port of Rajin.", title="The title of it", path="a.md", publisher="The Times",
        author="Ada, Bob", published=date(2023, 11, 2), published_from="url", url="https://example.org", language="en",
        original_title="제목", note="n", provenance=dict.fromkeys(
            ["title", "publisher", "author", "published", "url", "language", "original_title", "note"], "front matter"
        ),
    )  # fmt: skip


def test_what_is_not_stated_is_unknown() -> None:
    found = article()
    assert (found.publisher, found.author, found.published, found.published_from) == (None, None, None, "unknown")
    assert article(publisher=" ", author="").publisher is None


@pytest.mark.parametrize("text", ["", " \n ", "… — !?", "\u200b\ufeff", "😀"])
def test_a_text_without_words_is_no_article(text: str) -> None:
    with pytest.raises(UnreadableError, match="holds no words"):
        article(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2023, 11, 2), date(2023, 11, 2)),
        (datetime(2023, 11, 2, 23, 59), date(2023, 11, 2)),
        ("2023-11-02", date(2023, 11, 2)),
        ("2023-11-02T09:30:00+09:00", date(2023, 11, 2)),
        ("2023-11-02T09:30:00Z", date(2023, 11, 2)),
        ("2023-11-02T23:30:00-05:00", date(2023, 11, 2)),
        ("Thu, 2 Nov 2023 23:30:00 +0900", date(2023, 11, 2)),
        ("November 2, 2023 5:02 PM", date(2023, 11, 2)),
        ("2. November 2023, 17:02 Uhr", date(2023, 11, 2)),
        ("2023년 11월 2일", date(2023, 11, 2)),
        ("31/10/2023", date(2023, 10, 31)),
        (20231102, date(2023, 11, 2)),
        ("", None),
        (None, None),
    ],
)
def test_dates(value: object, expected: date | None) -> None:
    assert article(published=value).published == expected


@pytest.mark.parametrize("value", ["yesterday", "November 2", "02/11/2023", "2023-13-01", 2023, ["2023-11-02"], False])
def test_a_date_that_is_none_is_named(value: object) -> None:
    with pytest.raises(UnreadableError, match="published") as raised:
        article(published=value)
    assert repr(value) in str(raised.value)


@pytest.mark.parametrize(
    ("published", "stated", "expected"),
    [
        ("2023-11-02", None, "given"),
        ("2023-11-02", "page", "page"),
        ("2023-11-02", "unknown", "unknown"),
        (None, None, "unknown"),
        (None, "page", "unknown"),
    ],
)
def test_published_from(published: str | None, stated: str | None, expected: str) -> None:
    assert article(published=published, published_from=stated).published_from == expected


@pytest.mark.parametrize("value", ["website", "Page", 1, ["page"]])
def test_published_from_must_be_one_of_four(value: object) -> None:
    with pytest.raises(UnreadableError, match="page, url, given, unknown"):
        article(published="2023-11-02", published_from=value)


def test_the_day_leads_where_the_language_has_it_so() -> None:
    assert article(published="02/11/2023", language="fr").published == date(2023, 11, 2)


def test_a_date_of_the_page_that_is_none_is_told_and_the_article_stays() -> None:
    found = article(published=Stated("02/11/2023", "meta date"))
    assert (found.published, found.published_from) == (None, "unknown")
    assert "meta date states '02/11/2023'" in (found.note or "")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("front matter", "given"),
        ("sidecar a.txt.yaml", "given"),
        ("given", "given"),
        ("URL", "url"),
        ("JSON-LD", "page"),
    ],
)
def test_where_a_date_is_from_shows_in_its_origin(origin: str, expected: str) -> None:
    found = article(published=Stated("2023-11-02", origin))
    assert (found.published_from, found.provenance["published"]) == (expected, origin)


BODY = "The council of Elmford voted on Monday to close the old river bridge for repairs until spring."


def test_the_page_states_what_the_markup_does_not() -> None:
    page = f"Council closes old bridge\nBy Jane Doe\nPosted on: 2024-03-01\n{BODY}\nCopyright © Elm Ledger"
    found = saved(page)
    assert (found.title, found.author, found.publisher) == ("Council closes old bridge", "Jane Doe", "Elm Ledger")
    assert (found.published, found.published_from) == (date(2024, 3, 1), "page")
    assert dict(found.provenance) == {
        "title": "headline",
        "author": "byline",
        "publisher": "copyright note",
        "published": "posting line",
    }
    over = saved(page, title="T", author="A", publisher="P", published="2024-03-02")
    assert (over.title, over.author, over.publisher, over.published) == ("T", "A", "P", date(2024, 3, 2))
    assert set(over.provenance.values()) == {"og:meta"}


def test_the_url_states_outlet_and_day() -> None:
    found = saved(BODY, url="https://www.theguardian.com/world/2023/nov/02/x")
    assert (found.publisher, found.published) == ("The Guardian", date(2023, 11, 2))
    found = saved(BODY, url="https://english.hani.co.kr/2023/11/02/story.html")
    assert (found.publisher, found.published, found.published_from) == ("Hankyoreh", date(2023, 11, 2), "url")
    found = saved(BODY, url="https://news.elmford.example/a/20231102001")
    assert (found.publisher, found.published) == ("news.elmford.example", None)
    assert found.provenance["publisher"] == "domain of the URL"


def test_a_day_in_the_url_goes_before_a_posting_line() -> None:
    found = saved(f"Posted on: 2024-03-02\n{BODY}", url="https://elm.example/2024/03/01/bridge")
    assert (found.published, found.published_from) == (date(2024, 3, 1), "url")


def test_a_masthead_date_is_no_publication_and_a_stated_one_ends_the_doubt() -> None:
    page = f"54 F\nFriday, March 1, 2024\nCouncil closes old bridge in Elmford\n{BODY}"
    assert (saved(page).published, saved(page).published_from) == (None, "unknown")
    assert "Friday, March 1, 2024" in (saved(page).note or "")
    assert saved(page, published="2024-02-01").note is None


def test_the_title_without_the_outlet() -> None:
    assert saved(BODY, title="Bridge closed | The Guardian", publisher="The Guardian").title == "Bridge closed"


@pytest.mark.parametrize(
    ("text", "headline"),
    [
        ("# Council closes the old bridge\n\nBody.", "Council closes the old bridge"),
        ("He said so.\nShe said no.", "He said so."),
        ("## Weather\nIt rained.", "Weather"),
        ("***\nIt rained.", "It rained."),
    ],
)
def test_first_headline(text: str, headline: str) -> None:
    assert first_headline(text) == headline


def test_a_beginning_that_is_long_is_cut_at_a_word() -> None:
    title = first_headline("word " * 60 + "end.")
    assert len(title) <= 82 and title.endswith("word …")


# Fails while metadata.py strips the line empty.
def test_an_article_has_a_title_whatever_its_first_line() -> None:
    assert article("###\n\nIt rained all day.").title
    assert article("> \n# \nIt rained all day.").title


@pytest.mark.parametrize("value", ["0001-01-01", "1970-01-01T01:00:00+01:00", "1899-11-30", "2099-01-01", "25/03/24"])
def test_a_day_that_no_article_can_be_of_is_told_and_not_taken(value: str) -> None:
    made = article(published=Stated(value, "feed entry"))
    assert made.published is None and made.note is not None and value in made.note


def test_the_users_day_is_taken_as_it_is() -> None:
    assert article(published="1970-01-01").published == date(1970, 1, 1)


def test_a_byline_in_the_text_ranks_above_the_author_of_a_document() -> None:
    text = "By Nora Finch\n\nThe bees of the Aller valley have come through the winter well, the keepers said."
    assert saved(text, author=Stated("admin", "document properties")).author == "Nora Finch"
    assert article(author=Stated("By Nora Finch", "the record's “BY”")).author == "Nora Finch"


def test_a_copy_in_an_archive_has_the_address_of_its_page() -> None:
    made = article(
        url=Stated("https://web.archive.org/web/20240312100000/https://www.a.example/bees", "canonical link")
    )
    assert (made.url, made.publisher, made.published) == ("https://www.a.example/bees", "a.example", None)
    assert article(url="https://a.example/share?of=https://b.example/x").publisher == "a.example"
