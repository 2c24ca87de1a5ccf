"""What a page says of its article: each field from the best place that states it, with that place."""

import json
from datetime import date
from typing import Any

import pytest

from rag.ingest.converters.html import read_html
from rag.ingest.converters.html_metadata import of_text
from rag.ingest.draft import Draft
from rag.types import Article
from tests.ingest.converters.story import TEXT, TITLE, article, page

ASIDE = "<aside><h3>Most read</h3><p>A dam.</p></aside>"


def site(body: str = "", head: str = "", around: str = ASIDE, url: str | None = None) -> Draft:
    """The draft of a page of a site; `body` stands above the text."""
    html = page(f"{around}<article><h1>{TITLE}</h1>{body}{TEXT}</article>", head, f"{TITLE} | The Quay Post")
    return read_html(html.replace("<html>", '<html lang="en">'), url)


def stated(found: Draft, field: str) -> tuple[Any, str]:
    return found.fields[field].value, found.fields[field].origin


def ld(record: object) -> str:
    return f'<script type="application/ld+json">{record if isinstance(record, str) else json.dumps(record)}</script>'


def test_fields_come_with_where_they_stand() -> None:
    record = {
        "@type": ["NewsArticle"], "headline": TITLE, "datePublished": "2024-03-04T06:00:00+01:00",
        "dateModified": "2024-03-09", "publisher": {"@type": "Organization", "name": "The Quay Post"},
        "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Stein"}],
    }  # fmt: skip
    graph = [{"@type": "WebSite", "name": "The Site", "datePublished": "2001-01-01"}, record]
    head = ld({"@context": "https://schema.org", "@graph": graph})
    found = site(head=head + '<link rel="canonical" href="https://quay.example/bridge">')
    assert stated(found, "published") == (date(2024, 3, 4), "JSON-LD datePublished")
    assert found.fields["published_from"].value == "page"
    assert stated(found, "author") == (["Ann Lee", "Bo Stein"], "JSON-LD author")
    assert stated(found, "publisher") == ("The Quay Post", "JSON-LD publisher")
    assert stated(found, "url") == ("https://quay.example/bridge", "canonical link")
    assert stated(found, "language") == ("en", "html lang")
    assert found.fields["title"].value == TITLE


def test_meta_fields_are_read_where_json_ld_is_broken() -> None:
    head = (
        ld('{"@type": "NewsArticle", "datePublished": ')
        + '<meta property="article:published_time" content="2024-03-04T05:00:00Z">'
        '<meta property="og:site_name" content="Quay"><meta name="author" content="Ada Writer">'
        '<meta property="og:url" content="https://quay.example/dam"><meta property="og:title" content="The dam">'
    )
    found = site(head=head)
    assert stated(found, "published") == (date(2024, 3, 4), "article:published_time")
    assert stated(found, "publisher") == ("Quay", "og:site_name")
    assert stated(found, "author") == ("Ada Writer", "meta author")
    assert stated(found, "url") == ("https://quay.example/dam", "og:url")
    assert stated(found, "title") == ("The dam", "og:title")


def test_marked_elements_are_read_where_the_head_says_nothing() -> None:
    found = site("<p class='byline'>By Ada Writer</p>")
    assert stated(found, "title") == (TITLE, "h1 element")
    assert stated(found, "publisher") == ("The Quay Post", "title element")
    assert stated(found, "author") == ("Ada Writer", "byline")
    assert "published" not in found.fields and "published_from" not in found.fields


# JSON-LD

RECORD = json.dumps({"@type": "NewsArticle", "datePublished": "2024-03-14", "author": {"name": "Ida Holm"}})


@pytest.mark.parametrize(
    "script",
    [
        f"//<![CDATA[\n<!--\n{RECORD}\n-->\n//]]>",
        RECORD[:-1] + ",}",
        RECORD[:-1] + ',"description":"One\nline\ttwo"}',
        f"{RECORD};",
        f"[{RECORD},]",
        f"/* made by a template */ {RECORD}",
    ],
)
def test_json_ld_that_is_broken_a_little(script: str) -> None:
    found = article(page(TEXT, ld(script)))
    assert (found.published, found.author) == (date(2024, 3, 14), "Ida Holm")


TOR = {"@id": "p1", "@type": "Person", "name": "Tor Lund"}


@pytest.mark.parametrize(
    "graph",
    [
        [{"@type": "NewsArticle", "author": {"@id": "p1"}}, TOR],
        [TOR, {"@type": "Report", "author": [{"@id": "p1"}, {"@id": "p2"}]}, TOR | {"@id": "p2", "name": "Per Dal"}],
        [
            {"@type": ["Article", "NewsArticle"], "author": {"@type": "Person", "@id": "p1"}},
            TOR | {"name": ["Tor Lund"]},
        ],
    ],
)
def test_json_ld_that_points_to_its_own_records(graph: list[dict[str, Any]]) -> None:
    names = "Tor Lund, Per Dal" if len(graph) == 3 else "Tor Lund"
    assert article(page(TEXT, ld({"@graph": graph}))).author == names


# Who wrote it


@pytest.mark.parametrize(
    ("said", "authors"),
    [
        ("By IDA HOLM, PER DALBY and ABBY BYSTROM", "Ida Holm, Per Dalby, Abby Bystrom"),
        ("by Toby Byfield & Ann Lee", "Toby Byfield, Ann Lee"),
        ("Von Max Muster und Eva Klein", "Max Muster, Eva Klein"),
        ("By Ida Holm", "Ida Holm"),
    ],
)
def test_a_byline_that_is_taken_out_names_the_author(said: str, authors: str) -> None:
    found = article(page(f"<article><h1>{TITLE}</h1><p>{said}</p>{TEXT}</article>"))
    assert found.author == authors and said not in found.text
    assert article(page(TEXT, f'<meta name="author" content="{said}">')).author == authors


@pytest.mark.parametrize(
    "teaser",
    [
        "<nav><a rel='author' href='/x'>Tor Lund</a></nav>",
        "<ul><li><a rel='author' href='/p'>Tor Lund</a></li></ul>",
        "<ol><li><span class='byline'>Tor Lund</span> on the harbour</li></ol>",
        "<aside><span class='byline'>Tor Lund</span></aside>",
        "<footer><span itemprop='author'><span itemprop='name'>Tor Lund</span></span></footer>",
    ],
)
def test_authors_of_teasers_are_no_authors(teaser: str) -> None:
    assert article(page(f"<article><h1>{TITLE}</h1>{TEXT}</article>{teaser}")).author is None


# When it was published


@pytest.mark.parametrize(
    ("posted", "origin"),
    [
        ('<time datetime="2024-03-04T08:00">today</time>', "time element"),
        ("<div class='byline'>By Ann Lee, March 4, 2024</div>", "posting line"),
        (
            "<div>Posted on <a href='/x'><time datetime='2024-03-04T08:00:00+01:00'>Monday</time></a></div>",
            "time element",
        ),
        ("<p class='meta'><a href='/x' rel='bookmark'><time datetime='2024-03-04'>4.3.</time></a></p>", "time element"),
        (
            "<span><a href='/a'>Ida Holm</a></span> <span><a href='/x'><time>4 March 2024</time></a></span>",
            "time element",
        ),
    ],
)
def test_a_day_beside_the_headline(posted: str, origin: str) -> None:
    assert stated(site(posted), "published") == (date(2024, 3, 4), origin)


def test_a_clock_in_the_masthead_is_not_the_publication() -> None:
    found = site(around="<div class='now'>Monday, November 23, 2026</div>")
    assert "published" not in found.fields and "published_from" not in found.fields
    assert "November 23, 2026" in found.fields["note"].value


@pytest.mark.parametrize(
    ("body", "head", "around"),
    [
        ("", '<meta property="article:modified_time" content="2024-03-09">', ""),
        ("", ld({"@type": "NewsArticle", "dateModified": "2024-03-09"}), ""),
        ("", "", "<aside><time datetime='2024-02-01'>1 Feb</time></aside>"),
        ("<p class='updated'>Updated: March 9, 2024</p>", "", ""),
        ("<p>The dam was first filled on May 3, 1931, by the queen, who crossed it on foot.</p>", "", ""),
        ("", "", "<footer><p>© 2024 The Quay Post</p></footer>"),
    ],
)
def test_other_dates_are_not_the_publication(body: str, head: str, around: str) -> None:
    assert "published" not in site(body, head, around).fields


def test_the_date_in_the_address_is_taken_last() -> None:
    address = "https://quay.example/2024/03/04/bridge"
    found = site(url=address)
    assert stated(found, "published") == (date(2024, 3, 4), "URL path")
    assert found.fields["published_from"].value == "url" and found.fields["url"].value == address
    assert stated(site('<time datetime="2024-03-05">today</time>', url=address), "published")[0] == date(2024, 3, 5)


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1900-01-01", "1969-12-31T23:00:00Z"])
def test_a_day_of_a_template_is_refused(day: str) -> None:
    head = ld({"@type": "NewsArticle", "datePublished": day})
    byline = f"<h1>{TITLE}</h1><p class='byline'>By Ida Holm | 14 March 2024</p>"
    found = article(page(f"<article>{byline}{TEXT}</article>", head))
    assert (found.published, found.author) == (date(2024, 3, 14), "Ida Holm")
    assert article(page(f"<article>{TEXT}</article>", head)).published is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-11-18T10:40:00Z", date(2019, 11, 18)),
        ("Mon, 18 Nov 2019 10:40", date(2019, 11, 18)),
        ("18 de novembro de 2019", date(2019, 11, 18)),
        ("18.11.2019", date(2019, 11, 18)),
        ("November 2019", None),
        ("0001-01-01", None),
        ("2999-01-01", None),
        ("© 2019", None),
    ],
)
def test_dates_in_words(text: str, day: date | None) -> None:
    assert of_text(text) == day


def _data(script: str, above: str = "") -> Article:
    page = f"""<html lang=en><head><title>Hall</title><script type="application/ld+json">{script}</script></head>
    <article><h1>Hall</h1>{above}<p>The town opened a covered market hall on Saturday after three years of building.</p>
    <p>The mayor cut the ribbon and said that rents for stalls would stay frozen until next year.</p></article>"""
    return article(page)


RECORD = '"@type": "NewsArticle", "datePublished": "2021-10-09", "author": {"name": "Colm Treacy"}'


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "WebSite"}\n{' + RECORD + "}",
        "<!-- {" + RECORD.replace('"', "&quot;") + "} -->",
        '{"headline": "Harle\\\'s hall", ' + RECORD + "};",
        '{"image":,' + RECORD + ",,}",
    ],
)
def test_records_that_a_template_has_spoilt(script: str) -> None:
    made = _data(script)
    assert (made.author, str(made.published)) == ("Colm Treacy", "2021-10-09")


def test_what_a_page_states_and_cant_be_used_is_told() -> None:
    assert "are damaged" in str(_data('{"headline": "A "b" c", ' + RECORD + "}").note)
    made = _data('{"@type": "NewsArticle", "datePublished": "{{ date }}", "author": {"name": "{{author}}"}}')
    assert made.author is None and made.published is None
    assert "1970-01-01" in str(_data('{"@type": "NewsArticle", "datePublished": "1970-01-01"}').note)


def test_the_day_of_an_archives_copy_is_not_the_articles() -> None:
    address = "https://archive.ph/20240312100000/https://www.a.example/x"
    made = _data("", f'<link rel="canonical" href="{address}"><p>12 Mar 2024 10:00</p>')
    assert (made.url, made.published) == ("https://www.a.example/x", None)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Story by MARY-ANN BYBEE; photographs by DEREK van den BERG", "Mary-Ann Bybee"),
        ("BY TOBY O'BYRNE, Political Correspondent", "Toby O'Byrne"),
    ],
)
def test_bylines_with_a_photographer_or_a_role(line: str, author: str) -> None:
    assert _data("", f"<p>{line}</p>").author == author
