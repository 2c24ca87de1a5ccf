import json
import time
from datetime import date
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.clean import clean_draft
from rag.ingest.converters.html import read_html
from rag.ingest.converters.html_metadata import of_text
from rag.text.printed_dates import day_in_url

TITLE = "Harbour bridge reopens after the winter storms"
PARAGRAPHS = [
    "The old harbour bridge was opened to traffic again on Monday, nine weeks after floods had torn away its deck.",
    "Engineers replaced forty steel girders and said that the structure would now carry lorries of up to thirty tons.",
    "“We have waited for this day since the new year,” said Mara Lind, who runs the ferry that stood in for it.",
    "The ministry puts the cost at eleven million crowns, two million more than the council had been told in January.",
    "A second inspection is planned for the autumn, when the river is low and divers can reach the older foundations.",
]
RELATED = [
    "Ferry captain keeps sailing through the worst week",
    "Council was warned of floods three years ago",
    "Ten photographs of the river in winter",
    "What the new girders are really made of",
]
NAV = "".join(f'<li><a href="/{s}">{s}</a></li>' for s in ("Home", "World", "Business", "Culture", "Sport"))


def paragraphs() -> str:
    return "".join(f"<p>{text}</p>" for text in PARAGRAPHS)


def related() -> str:
    return "<ul>" + "".join(f'<li><a href="/{n}">{text}</a></li>' for n, text in enumerate(RELATED)) + "</ul>"


def page(body: str | None = None, head: str = "", above: str = "", below: str = "", title: str = TITLE) -> str:
    return f"""<!doctype html><html lang="en"><head><title>{title} | The Quay Post</title>{head}</head><body>
    <header><div class="logo">The Quay Post</div>{above}<nav><ul>{NAV}</ul></nav></header>
    <div class="layout"><article><h1>{title}</h1>{paragraphs() if body is None else body}</article>
    <aside><h3>Most read</h3>{related()}</aside></div>{below}
    <footer><p>© 2026 The Quay Post. All rights reserved.</p></footer></body></html>"""


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def ld(record: dict[str, Any]) -> str:
    return f'<script type="application/ld+json">{json.dumps(record)}</script>'


def test_the_article_is_all_that_is_left_a_paragraph_a_line() -> None:
    draft = read_html(page())
    assert lines(draft.text) == PARAGRAPHS
    assert draft.is_bounded


def test_sentences_of_neighbouring_blocks_never_run_together() -> None:
    text = read_html(
        page("".join(f"<p>{p}</p>" for p in PARAGRAPHS) + "<ul><li>Open by day.</li><li>Closed by night.</li></ul>")
    ).text
    assert "day.Closed" not in text.replace(" ", "")
    assert {"Open by day.", "Closed by night."} <= set(lines(text))


def test_related_lists_in_the_text_go_with_their_label() -> None:
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><p>READ MORE:</p>{related()}" + "".join(
        f"<p>{p}</p>" for p in PARAGRAPHS[2:]
    )
    assert lines(read_html(page(body)).text) == PARAGRAPHS


def test_a_linked_statement_stays() -> None:
    linked = "No one was hurt when the deck gave way in the night."
    body = f"<p>{PARAGRAPHS[0]}</p><p><a href='/y'>{linked}</a></p>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])
    assert lines(read_html(page(body)).text) == [PARAGRAPHS[0], linked, *PARAGRAPHS[1:]]


def test_links_within_a_sentence_stay() -> None:
    body = paragraphs().replace("forty steel girders", '<a href="/g">forty steel girders</a>')
    assert lines(read_html(page(body)).text) == PARAGRAPHS


def test_share_bars_newsletter_boxes_and_advertisements_in_the_middle_go() -> None:
    box = (
        '<div class="share-bar"><a href="#">Facebook</a> <a href="#">Twitter</a> <a href="#">Email</a></div>'
        '<div class="newsletter"><h3>Get our newsletter</h3><p>The best of the week, every Friday morning.</p>'
        '<form><input name="mail"><button>Sign up</button></form></div>'
        '<div class="ad-slot"><span>Advertisement</span></div>'
    )
    body = f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{box}" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[2:])
    assert lines(read_html(page(body)).text) == PARAGRAPHS


def test_a_caption_stands_once_at_most() -> None:
    caption = "The bridge at dawn on Monday, seen from the ferry landing below the town."
    figure = f"<figure><img src='a.jpg' alt='{caption}'><figcaption>{caption}</figcaption></figure><p>{caption}</p>"
    text = read_html(
        page(f"<p>{PARAGRAPHS[0]}</p>{figure}<p>{caption}</p>" + paragraphs().replace(f"<p>{PARAGRAPHS[0]}</p>", ""))
    ).text
    assert text.count(caption) == 1
    assert all(p in text for p in PARAGRAPHS)


def test_captions_of_the_articles_pictures_stand_in_their_place_and_are_known() -> None:
    lead, inner = "The bridge at dawn on Monday.", "Divers looking at the third pier. Photo: A. Stein"
    other, last = (
        "The mayor of the next town at a fair.",
        "The ferry will stop on the day after that, its owner said at noon.",
    )
    body = (
        f"<figure><img src='a.jpg'><figcaption>{lead}</figcaption></figure><p>{PARAGRAPHS[0]}</p>"
        f"<div class='image'><img src='b.jpg'><p class='wp-caption-text'>{inner}</p></div>"
        + "".join(f"<p>{p}</p>" for p in PARAGRAPHS[1:])
        + f"<aside><figure><figcaption>{other}</figcaption></figure></aside>"
        f"<figure><figcaption><a href='/fair'>{other}</a></figcaption></figure><p>{last}</p>"
    )
    draft = read_html(page(body))
    assert lines(draft.text)[:4] == [lead, PARAGRAPHS[0], inner, PARAGRAPHS[1]]
    assert draft.captions == (lead, inner) and other not in draft.text


def test_a_short_page_is_read_when_it_is_marked_as_an_article() -> None:
    sentence = "The council closed the old bridge on Monday, and nobody knows for how long."
    short = f"<html><title>Bridge closed</title><body>%s<h1>Bridge closed</h1><p>{sentence}</p>%s</body></html>"
    assert read_html(short % ("<article>", "</article>")).text == sentence
    with pytest.raises(UnreadableError, match="no article was found"):
        read_html(short % ("<div>", "</div>"))


def test_a_control_character_in_a_page_costs_nothing_but_itself() -> None:
    broken = [PARAGRAPHS[0].replace(" ", "\x1b ", 1), *PARAGRAPHS[1:]]
    assert lines(read_html(page("".join(f"<p>{p}</p>" for p in broken))).text) == PARAGRAPHS


def test_contact_and_credit_lines_after_the_last_sentence_go() -> None:
    tail = (
        "<p>Reach the reporter at <a href='mailto:a@quay.example'>a@quay.example</a></p>"
        "<p>Reporting by Ann Lee; Editing by Bo Stein</p>"
    )
    assert lines(clean_draft(read_html(page(paragraphs() + tail))).text) == PARAGRAPHS


def test_a_last_sentence_with_such_words_stays() -> None:
    last = "Reporting the damage took the council nine days, and the letter reached the ministry only in the new year."
    assert lines(read_html(page(paragraphs() + f"<p>{last}</p>")).text) == [*PARAGRAPHS, last]


def test_promotions_outside_the_article_element_go() -> None:
    below = "".join(
        f"<section><h3>{t}</h3><p>{t}, told by those who were there that night.</p></section>" for t in RELATED
    )
    assert lines(read_html(page(below=below)).text) == PARAGRAPHS


def test_a_lead_above_the_text_is_kept() -> None:
    lead = "Nine weeks of detours are over for the people on both sides of the river, the council says."
    body = f"<div class='summary'>{lead}</div><div class='text'>{paragraphs()}</div>"
    assert lines(read_html(page(body)).text) == [lead, *PARAGRAPHS]


def test_hidden_text_is_left_out_unless_it_is_the_article() -> None:
    hidden = "<div class='hide'><p>This article has been sent to the address that you gave to us. Thank you.</p></div>"
    assert lines(read_html(page(paragraphs() + hidden)).text) == PARAGRAPHS
    assert lines(read_html(page(f"<div style='display: none'>{paragraphs()}</div>")).text) == PARAGRAPHS


def test_fields_come_with_where_they_stand() -> None:
    record = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "The Quay Post", "datePublished": "2001-01-01"},
            {
                "@type": ["NewsArticle"],
                "headline": TITLE,
                "datePublished": "2024-03-04T06:00:00+01:00",
                "dateModified": "2024-03-09",
                "author": [{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Stein"}],
                "publisher": {"@type": "Organization", "name": "The Quay Post"},
            },
        ],
    }
    head = ld(record) + '<link rel="canonical" href="https://quay.example/bridge">'
    fields = read_html(page(head=head)).fields
    assert (fields["published"].value, fields["published"].origin) == (date(2024, 3, 4), "JSON-LD datePublished")
    assert fields["published_from"].value == "page"
    assert fields["author"].value == ["Ann Lee", "Bo Stein"]
    assert (fields["publisher"].value, fields["publisher"].origin) == ("The Quay Post", "JSON-LD publisher")
    assert (fields["url"].value, fields["url"].origin) == ("https://quay.example/bridge", "canonical link")
    assert (fields["language"].value, fields["language"].origin) == ("en", "html lang")
    assert fields["title"].value == TITLE


def test_broken_json_ld_is_passed_over() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script>'
    head += '<meta property="article:published_time" content="2024-03-04T05:00:00Z">'
    head += '<meta property="og:site_name" content="Quay">'
    fields = read_html(page(head=head)).fields
    assert (fields["published"].value, fields["published"].origin) == (date(2024, 3, 4), "article:published_time")
    assert (fields["publisher"].value, fields["publisher"].origin) == ("Quay", "og:site_name")


def test_a_time_in_the_articles_header_and_a_posting_line() -> None:
    timed = read_html(page('<time datetime="2024-03-04T08:00">today</time>' + paragraphs())).fields["published"]
    assert (timed.value, timed.origin) == (date(2024, 3, 4), "time element")
    posted = read_html(page("<div class='byline'>By Ann Lee, March 4, 2024</div>" + paragraphs())).fields["published"]
    assert (posted.value, posted.origin) == (date(2024, 3, 4), "posting line")


def test_a_clock_in_the_masthead_is_not_the_publication() -> None:
    fields = read_html(page(above="<div class='now'>Monday, November 23, 2026</div>")).fields
    assert "published" not in fields and "published_from" not in fields
    assert "November 23, 2026" in fields["note"].value


def test_dates_of_change_copyright_and_other_articles_are_not_the_publication() -> None:
    head = '<meta property="article:modified_time" content="2024-03-09">' + ld(
        {"@type": "NewsArticle", "dateModified": "2024-03-09"}
    )
    below = "<aside><time datetime='2024-02-01'>1 Feb</time></aside>"
    updated = "<p class='updated'>Updated: March 9, 2024</p>"
    assert "published" not in read_html(page(updated + paragraphs(), head=head, below=below)).fields


def test_a_date_in_the_text_is_not_the_publication() -> None:
    body = paragraphs() + "<p>The bridge was first opened on May 3, 1931, by the queen, who crossed it on foot.</p>"
    assert "published" not in read_html(page(body)).fields


def test_the_date_in_the_address_is_taken_last() -> None:
    fields = read_html(page(), url="https://quay.example/2024/03/04/bridge").fields
    assert (fields["published"].value, fields["published"].origin) == (date(2024, 3, 4), "URL path")
    assert fields["published_from"].value == "url"
    assert fields["url"].value == "https://quay.example/2024/03/04/bridge"


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2019/11/18/x", date(2019, 11, 18)),
        ("https://a.example/2019/nov/18/x", date(2019, 11, 18)),
        ("https://a.example/news/2019-11-18-x.html", date(2019, 11, 18)),
        ("https://a.example/20191118/x", date(2019, 11, 18)),
        ("https://a.example/2019/11/x", None),
        ("https://a.example/story/4082679002/", None),
        ("https://a.example/2019/13/40/x", None),
    ],
)
def test_dates_in_addresses(url: str, day: date | None) -> None:
    assert day_in_url(url) == day


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


@pytest.mark.parametrize(
    "nothing",
    [
        "",
        "<html></html>",
        f"<html><body><nav><ul>{NAV}</ul></nav><p>Log in</p></body></html>",
        "<html><body><h1>404</h1><p>Not found.</p></body></html>",
        "<html><body><script>" + "var text = 'The bridge was opened.';" * 200 + "</script></body></html>",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20,
    ],
)
def test_a_page_without_an_article_is_unreadable(nothing: bytes | str) -> None:
    with pytest.raises(UnreadableError):
        read_html(nothing)


def test_scripts_in_the_place_of_text_are_not_text() -> None:
    script = "<script>document.write('The bridge was closed for ever, said nobody at all on that day.');</script>"
    body = f"{script}<p>{PARAGRAPHS[0]}{script}</p>" + "".join(f"<p>{p}</p>{script}" for p in PARAGRAPHS[1:])
    assert lines(read_html(page(body)).text) == PARAGRAPHS


def test_broken_markup_is_read() -> None:
    body = "<p>" + "<p><b>".join(PARAGRAPHS) + "</i></div></td>"
    text = read_html(f"<html><body><div><h1>{TITLE}<h1>{body}").text
    assert all(p in text for p in PARAGRAPHS)


def test_latin_1_bytes_are_read_by_their_declaration() -> None:
    word = "Die Brücke über den Fluß wurde am Montag wieder für den Verkehr geöffnet, neun Wochen nach dem Sturm."
    html = page(
        f"<p>{word}</p><p>{word.replace('Montag', 'Freitag')}</p>", head='<meta charset="iso-8859-1">', title="Brücke"
    )
    assert word in read_html(html.encode("latin-1")).text
    assert word in read_html(html.encode("utf-8")).text  # says Latin-1, is UTF-8


def test_an_article_in_a_table_layout() -> None:
    html = f"""<html><head><title>{TITLE}</title></head><body><table><tr><td width=150>{related()}</td>
    <td><h1>{TITLE}</h1>{paragraphs()}</td></tr></table></body></html>"""
    assert lines(read_html(html).text) == PARAGRAPHS


def test_an_amp_page() -> None:
    html = f"""<!doctype html><html amp lang="en"><head><title>{TITLE}</title></head><body>
    <amp-sidebar><ul>{NAV}</ul></amp-sidebar><main><h1>{TITLE}</h1><amp-img src="a.jpg" width="9" height="9"></amp-img>
    {paragraphs()}<amp-ad width="300" height="250"></amp-ad></main></body></html>"""
    assert lines(read_html(html).text) == PARAGRAPHS


def test_nesting_of_thousands_of_levels_ends_in_time() -> None:
    start = time.perf_counter()
    text = read_html(page("<div>" * 5000 + paragraphs() + "</div>" * 5000)).text
    assert time.perf_counter() - start < 10
    assert all(p in text for p in PARAGRAPHS)
