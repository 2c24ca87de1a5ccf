"""Kinds of pages and files that lost something once, each with several of its kind, made up."""

import json
from datetime import date

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import ReadResult, read_drafts
from rag.ingest.metadata import Made, make_article
from rag.text.characters import plain_text

SENTENCES = [
    "The water board of Ostrand voted on Thursday to drain the upper reservoir for two summers.",
    "Its chair, Lena Vik, said that the dam had moved by four millimetres since the last survey.",
    "“We would rather be dry than sorry,” she told the farmers who had come to the meeting.",
    "The fishing club denied that it had been asked before the plan was printed.",
]
TEXT = "".join(f"<p>{s}</p>" for s in SENTENCES)
MORE = "The work is to cost nineteen million crowns, of which the county pays a third."
QUOTED = "Nobody had looked under the sluice since the flood of 2009, the survey says."


def page(body: str, head: str = "", title: str = "Ostrand drains its upper reservoir") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def made(data: bytes, name: str = "a.html") -> Made:
    (draft,) = read_drafts(data, name).drafts
    return make_article(draft, name)


def lines(data: bytes, name: str = "a.html") -> list[str]:
    return [line for line in made(data, name).article.text.split("\n") if line]


@pytest.mark.parametrize(
    "block",
    [
        f"<blockquote>{QUOTED}</blockquote>",
        f"<ul><li>{QUOTED}</li></ul>",
        f"<h3>{QUOTED}</h3>",
        f"<figure><img><figcaption>{QUOTED}</figcaption></figure>",
        f"<ol><li>{QUOTED}</li></ol>",
        f"<section><p>{QUOTED}</p></section>",
    ],
)
def test_bare_text_behind_block_children(block: str) -> None:
    assert lines(page(f"<div>{TEXT}{block}{MORE}</div>"))[-2:] == [QUOTED, MORE]
    breaks = "<br><br>".join(SENTENCES)
    assert lines(page(f"<table><tr><td>{breaks}{block}{MORE}</td></tr></table>"))[-2:] == [QUOTED, MORE]


@pytest.mark.parametrize(
    "twice",
    [
        f"<div class='phone'>{TEXT}</div><div class='desk'>{TEXT}</div>",
        f"<main><section>{TEXT}</section><section>{TEXT}</section></main>",
        f"<article>{TEXT}</article><div id='print'>{TEXT}</div>",
    ],
)
def test_a_body_that_stands_twice_is_kept_once(twice: str) -> None:
    assert lines(page(twice)) == SENTENCES


def test_a_question_that_an_interview_repeats_stays() -> None:
    asked = "<p><b>And what did the county say to that?</b></p>"
    body = "".join(f"{asked}<p>{s}</p>" for s in SENTENCES)
    assert made(page(f"<article>{body}</article>")).article.text.count("And what did the county say") == 4


@pytest.mark.parametrize("share", ["<div>Share</div>", "<div>Copy link</div>", "<span>Tweet</span><hr>"])
def test_a_live_report_keeps_its_hours_and_loses_its_buttons(share: str) -> None:
    entries = "".join(
        f"<div><p><time datetime='2024-03-14T1{n}:05'>14 March 2024 1{n}:05</time></p><h2>Part {n}</h2>"
        f"<p>{s}</p>{share}</div>"
        for n, s in enumerate(SENTENCES)
    )
    found = lines(page(f"<article><h1>Ostrand drains its upper reservoir</h1>{entries}</article>"))
    assert [line for line in found if "March" in line] == [f"14 March 2024 1{n}:05" for n in range(4)]
    assert all(s in found for s in SENTENCES) and not {"Share", "Copy link", "Tweet"} & set(found)


def test_headings_marked_as_h1_stay() -> None:
    body = f"<h1>Ostrand drains its upper reservoir</h1><h1>I. The dam</h1>{TEXT}<h1>II. The money</h1><p>{MORE}</p>"
    assert lines(page(f"<article>{body}</article>")) == ["I. The dam", *SENTENCES, "II. The money", MORE]


@pytest.mark.parametrize(
    ("announced", "stays"),
    [
        ("The board put three papers on the table:", True),
        ("These are the letters that it has had so far:", True),
        ("The plans of the other towns are the following:", True),
        ("READ MORE:", False),
        ("Related:", False),
    ],
)
def test_a_list_of_links_that_a_sentence_announces(announced: str, stays: bool) -> None:
    links = [f"The {name} report on the reservoir of 2023" for name in ("first", "second", "third")]
    listed = "".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(links))
    found = lines(page(f"<article>{TEXT}<p>{announced}</p><ul>{listed}</ul><p>{MORE}</p></article>"))
    assert found == [*SENTENCES, *([announced, *links] if stays else []), MORE]


@pytest.mark.parametrize("width", [55, 60, 72])
@pytest.mark.parametrize("tag", ["pre", "div"])
def test_lines_of_a_fixed_width(width: int, tag: str) -> None:
    import textwrap

    end = "\n" if tag == "pre" else "<br>\n"
    gap = "\n" if tag == "pre" else "<br>"
    body = (end + gap).join(end.join(textwrap.wrap(s, width)) for s in [*SENTENCES, MORE, QUOTED])
    assert lines(page(f"<div><h1>Ostrand drains its upper reservoir</h1><{tag}>{body}</{tag}></div>")) == [
        *SENTENCES,
        MORE,
        QUOTED,
    ]


@pytest.mark.parametrize(
    ("names", "cells", "row"),
    [
        (["Payer", "Share"], ["County", "6.3"], "Payer: County | Share: 6.3"),
        (["", "2023", "2024"], ["Trout", "120", "80"], "Trout | 2023: 120 | 2024: 80"),
        (["Town", "Litres", "Due"], ["Ostrand", "", "May"], "Town: Ostrand | Due: May"),
    ],
)
def test_a_row_says_its_columns(names: list[str], cells: list[str], row: str) -> None:
    head = "".join(f"<th>{name}</th>" for name in names)
    first = "".join(f"<td>{cell}</td>" for cell in cells)
    other = "".join(f"<td>{cell}x</td>" for cell in cells)
    table = f"<table><tr>{head}</tr><tr>{first}</tr><tr>{other}</tr></table>"
    assert row in lines(page(f"<article>{TEXT}{table}<p>{MORE}</p></article>"))


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
    article = made(page(TEXT, f'<script type="application/ld+json">{script}</script>')).article
    assert (article.published, article.author) == (date(2024, 3, 14), "Ida Holm")


def test_json_ld_that_points_to_its_own_records() -> None:
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "author": [{"@id": "#ida"}, {"@id": "#per"}], "publisher": {"@id": "#paper"}},
            {"@id": "#ida", "@type": "Person", "name": "Ida Holm"},
            {"@id": "#per", "@type": "Person", "name": "Per Dal"},
            {"@id": "#paper", "@type": "Organization", "name": "Ostrand Post"},
        ]
    }
    article = made(page(TEXT, f'<script type="application/ld+json">{json.dumps(graph)}</script>')).article
    assert (article.author, article.publisher) == ("Ida Holm, Per Dal", "Ostrand Post")


@pytest.mark.parametrize("day", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1900-01-01", "1969-12-31T23:00:00Z"])
def test_a_day_of_a_template_is_refused(day: str) -> None:
    record = json.dumps({"@type": "NewsArticle", "datePublished": day})
    head = f'<script type="application/ld+json">{record}</script>'
    byline = "<h1>Ostrand drains its upper reservoir</h1><p class='byline'>By Ida Holm | 14 March 2024</p>"
    article = made(page(f"<article>{byline}{TEXT}</article>", head)).article
    assert (article.published, article.author) == (date(2024, 3, 14), "Ida Holm")
    assert made(page(f"<article>{TEXT}</article>", head)).article.published is None


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
    found = made(page(f"<article><h1>Ostrand drains its upper reservoir</h1><p>{said}</p>{TEXT}</article>"))
    assert found.article.author == authors and said not in found.article.text
    assert made(page(TEXT, f'<meta name="author" content="{said}">')).article.author == authors


def test_authors_of_teasers_are_no_authors() -> None:
    teasers = "<ul><li><a rel='author' href='/p'>Per Dal</a></li></ul><aside><span class='byline'>Bo Ek</span></aside>"
    assert made(page(f"<article>{TEXT}</article>{teasers}")).article.author is None


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>", "captcha"),
        ("<script src='https://js.hcaptcha.com/1/api.js'></script>", "captcha"),
        ("<script src='https://consent.cookiebot.com/uc.js'></script>", "cookies"),
        ('<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":false}</script>', "paid for"),
    ],
)
def test_what_is_no_article_is_skipped_with_the_reason(head: str, why: str) -> None:
    (skipped,) = read_drafts(page("<h1>One moment</h1><p>Please wait.</p>", head), "a.html").skipped
    assert why in skipped.reason


def test_an_article_that_says_it_is_not_free_says_so() -> None:
    head = '<script type="application/ld+json">{"@type":"Article","isAccessibleForFree":"False"}</script>'
    assert "not all of the article is free" in (made(page(TEXT, head)).article.note or "")


def test_few_words_are_enough_in_a_script_without_spaces() -> None:
    text = "".join(
        f"<p>{s}</p>"
        for s in (
            "水务局周四投票决定，将上游水库排空两个夏天。",
            "局长说，大坝自上次勘测以来移动了四毫米。",
            "钓鱼协会否认事先收到过任何通知。",
        )
    )
    assert len(lines(page(f"<div>{text}</div>", title="水库"))) == 3
    with pytest.raises(UnreadableError):
        read_drafts(page("<div><p>页面不存在。</p></div>", title="水库"), "a.html")


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("the ter\u00admi\u00adnal", "the terminal"),
        ("the ﬁrst oﬃcial ﬂood", "the first official flood"),
        ("zero\u200bwidth", "zerowidth"),
        ("a\ufeffb", "ab"),
        ("½ of ５ m²", "½ of ５ m²"),
    ],
)
def test_characters_that_no_reader_sees_are_not_kept(shown: str, kept: str) -> None:
    assert plain_text(shown) == kept


@pytest.mark.parametrize(("declared", "real"), [("utf-8", "cp1252"), ("utf-8", "cp1251"), ("ascii", "cp1252")])
def test_bytes_that_are_not_as_declared_are_read_as_what_they_are(declared: str, real: str) -> None:
    said = (
        "Решение приняли в четверг, сообщил совет. "
        if real == "cp1251"
        else "“Größe” und “Übermaß” sind früh zählbar. "
    )
    data = page(f"<div><p>{said * 4}</p>{TEXT.replace('“', '').replace('”', '')}</div>", f'<meta charset="{declared}">')
    found = made(data.decode().encode(real)).article.text
    assert said.strip() in found and "\ufffd" not in found


def csv(header: str, *rows: str) -> ReadResult:
    return read_drafts("\n".join((header, *rows)).encode(), "a.csv")


@pytest.mark.parametrize(
    "header",
    [
        "Title,Authors,pubtitle,pubdate,FullText",
        "Title,Byline,Publication title,Publication date,Full text",
        "title,author,media_name,publish_date,text",
        "Headline,Byline,Publication,Date,Body",
        "HD,BY,SN,PD,TD",
    ],
)
def test_columns_of_the_usual_exports(header: str) -> None:
    (draft,) = csv(header, f'The dam,"Holm, Ida",Ostrand Post,2024-03-14,{SENTENCES[0]}').drafts
    fields = {name: stated.value for name, stated in draft.fields.items()}
    assert fields == {"title": "The dam", "author": "Holm, Ida", "publisher": "Ostrand Post", "published": "2024-03-14"}


def test_columns_that_are_not_known_are_named() -> None:
    (told,) = csv("title,text,Zeitung,issn", f"The dam,{SENTENCES[0]},Ostrand Post,1").skipped
    assert told.part == "columns" and "“Zeitung”, “issn”" in told.reason


@pytest.mark.parametrize(("stated", "mark"), [("sep=;", ";"), ('"sep=|"', "|"), ("sep=\t", "\t")])
def test_a_line_that_states_the_delimiter(stated: str, mark: str) -> None:
    (draft,) = csv(stated, mark.join(("Title", "Text")), mark.join(("The dam", SENTENCES[0]))).drafts
    assert draft.text == SENTENCES[0]


def test_a_quotation_mark_left_open_loses_one_row_and_says_which() -> None:
    result = csv("title,text,no", "A,first,1", 'B,"second,2', 'C,"third, ""C""",3', "D,fourth,4")
    assert [draft.text for draft in result.drafts] == ["first", 'third, "C"', "fourth"]
    (lost,) = result.failures
    assert lost.part == "#2" and "line 3" in lost.reason and "quotation mark" in lost.reason


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
    words = " ".join(SENTENCES * 4)
    feed = (
        f"<rss version='2.0'><channel><title>Post</title><language>de</language><item><title>The dam</title>"
        f"<pubDate>{said}</pubDate><description>{words}</description></item></channel></rss>"
    )
    article = made(feed.encode(), "a.rss").article
    assert article.published == day and (day is not None or said in (article.note or ""))


def test_a_short_item_beside_its_teaser_is_whole() -> None:
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    whole = f"<content:encoded>{SENTENCES[0]} {MORE}</content:encoded>"
    item = f"<item><title>a</title><description>The dam.</description>{whole}</item>"
    (draft,) = read_drafts(f"<rss version='2.0' {space}><channel>{item}</channel></rss>".encode(), "a.rss").drafts
    assert draft.text == f"{SENTENCES[0]} {MORE}"


def test_lock_files_in_archives_are_left_out_quietly() -> None:
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", " ".join(SENTENCES))
        for name in ("~$notes.docx", ".DS_Store", "__MACOSX/._a.txt", "x/~$b.docx"):
            archive.writestr(name, b"Ida")
    result = read_drafts(packed.getvalue(), "a.zip")
    assert len(result.drafts) == 1 and not result.failures and len(result.skipped) == 4


INDEX = [
    "<article><h2><a href='/{n}'>Story {n}</a></h2><p>{s}</p></article>",
    "<article><a href='/{n}'><h2>Story {n}</h2></a><p>{s}</p></article>",
    "<li><a href='/{n}'>What the county said of the dam in year number {n}</a></li>",
]


@pytest.mark.parametrize("form", INDEX)
def test_a_page_of_links_to_articles_is_skipped(form: str) -> None:
    body = "".join(form.format(n=n, s=s) for n, s in enumerate(SENTENCES * 5))
    result = read_drafts(page(f"<main><ul>{body}</ul></main>"), "a.html")
    assert not result.drafts and "a page of links to articles" in result.skipped[0].reason


@pytest.mark.parametrize("form", INDEX)
def test_an_article_with_teasers_under_it_is_none(form: str) -> None:
    teasers = "".join(form.format(n=n, s=QUOTED) for n in range(5))
    own = f"<article><h1>Ostrand drains its upper reservoir</h1>{TEXT * 3}</article>"
    assert lines(page(own + teasers))[0] == SENTENCES[0]
