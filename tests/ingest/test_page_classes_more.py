"""Further pages and files of the kinds in `test_page_classes`, each kind three times, made up."""

import io
import json
import re
import zipfile

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import read_drafts
from rag.ingest.metadata import Made, make_article
from rag.text import words
from rag.text.characters import plain_text, same_width
from rag.text.dates import resolve
from rag.text.numbers import figures
from rag.text.printed_dates import printed_dates

TITLE = "Quarry at Holm Fell is to open again"
SENTENCES = [
    "The quarry at Holm Fell will open again in June, the parish council decided after a vote on Tuesday.",
    "Its owner, Marit Sand, promised that no lorry would pass the school before nine in the morning.",
    "Neighbours doubt that: the last owner had promised the same, a retired teacher told the council.",
    "The county has asked for a study of the dust, which is to be ready before the first blast.",
]
TEXT = "".join(f"<p>{s}</p>" for s in SENTENCES)


def made(body: str | bytes, head: str = "", name: str = "a.html") -> Made:
    page = body if isinstance(body, bytes) else f"<html><title>{TITLE}</title>{head}<body>{body}</body></html>".encode()
    (draft,) = read_drafts(page, name).drafts
    return make_article(draft, name)


def lines(body: str) -> list[str]:
    return [line for line in made(body).article.text.split("\n") if line]


@pytest.mark.parametrize(
    "parts",
    [("What was decided", "What comes next"), ("1. The vote", "2. The dust"), ("“No lorries”", "A study")],
)
def test_parts_that_are_headed_as_the_page_is(parts: tuple[str, str]) -> None:
    first, second = parts
    half = "".join(f"<p>{s}</p>" for s in SENTENCES[:2]), "".join(f"<p>{s}</p>" for s in SENTENCES[2:])
    body = f"<article><h1>{TITLE}</h1><h1>{first}</h1>{half[0]}<h1>{second}</h1>{half[1]}</article>"
    assert lines(body) == [first, *SENTENCES[:2], second, *SENTENCES[2:]]


@pytest.mark.parametrize(
    "hour",
    ["<time>{n}8:30</time>", "<b><time>{n}.15 Uhr</time></b>", "<time>1{n}h05</time>", "<span>1{n}:05 GMT</span>",
     "<b>{n}.15 Uhr</b>", "1{n}h05", "<i>{n}:45 p.m.</i>"],
)  # fmt: skip
def test_hours_of_a_live_report(hour: str) -> None:
    entries = "".join(f"<section><div>{hour.format(n=n)}</div><p>{s}</p></section>" for n, s in enumerate(SENTENCES))
    found = lines(f"<article><h1>{TITLE}</h1>{entries}</article>")
    assert [line for line in found if len(line) > 20] == SENTENCES and len(found) == 2 * len(SENTENCES)


@pytest.mark.parametrize(
    "graph",
    [
        [{"@type": "NewsArticle", "author": {"@id": "p1"}}, {"@id": "p1", "@type": "Person", "name": "Tor Lund"}],
        [{"@id": "p1", "@type": "Person", "name": "Tor Lund"}, {"@type": "Report", "author": [{"@id": "p1"}]}],
        [
            {"@type": ["Article", "NewsArticle"], "author": {"@type": "Person", "@id": "p1"}},
            {"@id": "p1", "@type": "Person", "name": ["Tor Lund"]},
        ],
    ],
)
def test_references_of_json_ld(graph: list[object]) -> None:
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert made(TEXT, head).article.author == "Tor Lund"


@pytest.mark.parametrize(
    "teaser",
    [
        "<nav><a rel='author' href='/x'>Tor Lund</a></nav>",
        "<ol><li><span class='byline'>Tor Lund</span> on the harbour</li></ol>",
        "<footer><span itemprop='author'><span itemprop='name'>Tor Lund</span></span></footer>",
    ],
)
def test_teasers_name_no_author(teaser: str) -> None:
    assert made(f"<article><h1>{TITLE}</h1>{TEXT}</article>{teaser}").article.author is None


@pytest.mark.parametrize(
    ("teaser", "whole", "kept"),
    [
        ("The quarry opens.", " ".join(SENTENCES[:2]), True),
        ("", " ".join(SENTENCES * 3), True),
        ("The quarry at Holm Fell will open.", " ".join(SENTENCES[:2]) + " […]", False),
    ],
)
def test_items_that_are_whole_and_those_that_are_cut(teaser: str, whole: str, kept: bool) -> None:
    space = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    item = f"<item><title>a</title><description>{teaser}</description><content:encoded>{whole}</content:encoded></item>"
    other = f"<item><title>b</title><description>{' '.join(SENTENCES * 4)}</description></item>"
    feed = f"<rss version='2.0' {space}><channel><title>Fell News</title>{item}{other}</channel></rss>"
    result = read_drafts(feed.encode(), "a.rss")
    assert len(result.drafts) == 1 + kept and len(result.skipped) == 1 - kept


@pytest.mark.parametrize(
    ("rows", "lost", "line"),
    [
        (["A,one,1", "B,two", "C,three,3"], "#2", "line 3"),
        (["A,one,1", "B,two,2,2", "C,three,3"], "#2", "line 3"),
        (['"A,one,1', "B,two,2", "C,three,3"], "#1", "line 2"),
    ],
)
def test_a_row_that_is_lost_is_told_with_its_line(rows: list[str], lost: str, line: str) -> None:
    result = read_drafts("\n".join(["title,text,no", *rows]).encode(), "a.csv")
    (failure,) = result.failures
    assert (failure.part, len(result.drafts)) == (lost, 2) and line in failure.reason


@pytest.mark.parametrize("name", ["__MACOSX/x/._page.html", "drafts/~$quarry.docx", ".git/config.txt/.hidden.md"])
def test_junk_in_archives(name: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("quarry.txt", " ".join(SENTENCES))
        archive.writestr(name, b"\0\1\2")
    result = read_drafts(packed.getvalue(), "a.zip")
    assert (len(result.drafts), len(result.failures), len(result.skipped)) == (1, 0, 1)


@pytest.mark.parametrize(
    "sentences",
    [
        ("採石場は六月に再開されると町議会が火曜日に決めた。", "近所の人々は約束が守られるか疑っている。"),
        ("採石場六月重新開放，鄉議會星期二投票決定。", "鄰居懷疑卡車是否真的會避開學校。", "縣政府要求研究粉塵。"),
        ("เหมืองหินจะเปิดอีกครั้งในเดือนมิถุนายน.", "เพื่อนบ้านสงสัยในคำสัญญานั้น."),
    ],
)
def test_pages_in_scripts_without_spaces(sentences: tuple[str, ...]) -> None:
    found = made("<main>" + "".join(f"<p>{s}</p>" for s in sentences) + "</main>").article.text
    assert all(s in found for s in sentences)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("１２０ ｔｏｎｓ of ＤＵＳＴ", "120 tons of dust"),
        ("the ﬁrst oﬃce", "the first office"),
        ("quar\u00adry and le\u00advel", "quarry and level"),
        ("zero\u200bwidth \ufeffmarks", "zerowidth marks"),
        ("ﾎﾙﾑ", "ホルム"),
    ],
)
def test_search_reads_compatibility_forms_as_what_they_stand_for(written: str, plain: str) -> None:
    assert words(written) == words(plain)
    kept = plain_text(f"“{written},” she said.")
    assert words(kept) == [*words(plain), "she", "said"]


def test_wide_digits_have_their_value_and_stay_as_they_are_shown() -> None:
    text = plain_text("It cost ＄１，２００ on １２ March ２０２４, or ５０％ more.")
    assert "１，２００" in text and len(same_width(text)) == len(text)
    cost, more = (f for f in figures(text) if f.key in ("1200", "50"))
    assert (cost.unit, more.unit) == ("dollar", "percent") and text[more.start : more.end] == "５０％"
    (mention,) = resolve(text, None)
    assert str(mention.date) == "2024-03-12" and mention.text == "１２ March ２０２４"
    (printed,) = printed_dates("２０２４年３月１２日")
    assert str(printed.date) == "2024-03-12"


def test_a_comma_between_signs_without_spaces_is_no_word() -> None:
    assert words("採石場，重開") == words("採石場 重開")


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("<script src='https://geo.captcha-delivery.com/captcha/i.js'></script>", "captcha"),
        ("<script src='https://static.geetest.com/v4/gt4.js'></script>", "captcha"),
        ("<script src='https://www.google.com/recaptcha/api.js'></script>", "captcha"),
        ("<script src='https://cdn.cookielaw.org/onetrust/otSDKStub.js'></script>", "cookies"),
        ("<link rel='stylesheet' href='https://sdk.privacy-center.org/didomi.css'>", "cookies"),
        ("<script src='https://app.usercentrics.eu/latest/main.js'></script>", "cookies"),
        ('<script type="application/ld+json">{"@type":"Report","isAccessibleForFree":"False"}</script>', "paid for"),
        ('<script type="application/ld+json">[{"@type":"WebSite"},{"@type":"NewsArticle","isAccessibleForFree":false}]'
         "</script>", "paid for"),
        ('<script type="application/ld+json">{"@graph":[{"@type":"Article","isAccessibleForFree":"false"}]}</script>',
         "paid for"),
    ],
)  # fmt: skip
def test_walls_before_an_article_are_skipped_and_told(head: str, why: str) -> None:
    (skipped,) = read_drafts(f"<html><head>{head}</head><body><h1>Quarry</h1></body></html>".encode(), "a.html").skipped
    assert why in skipped.reason
    if why == "paid for":
        assert "not all of the article is free" in (made(TEXT, head).article.note or "")


@pytest.mark.parametrize("names", ["Zeitung,ISSN", "Ressort,Seite", "kop,krant,pagina"])
def test_columns_that_no_table_knows_are_named(names: str) -> None:
    rows = f"title,text,{names}\nQuarry,{SENTENCES[0].replace(',', '')}{',x' * len(names.split(','))}"
    result = read_drafts(rows.encode(), "a.csv")
    assert len(result.drafts) == 1 and all(f"“{name}”" in result.skipped[0].reason for name in names.split(","))


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><th rowspan=2>Blast<th colspan=2>Dust<tr><th>2022<th>2023<tr><td rowspan=2>North<td>81<td>88"
        "<tr><td>79<br>(late)<td>90</table>",
        "<div role=table><p role=row><i role=columnheader>Blast</i><i role=columnheader>Dust 2022</i>"
        "<i role=columnheader>Dust 2023</i></p><p role=row><b role=cell>North</b><b role=cell>81</b>"
        "<b role=cell>88</b></p><p role=row>"
        "<b role=rowheader>North</b><b role=cell>79 (late)</b><b role=cell>90</b></p></div>",
    ],
)
def test_cells_that_span_rows_and_columns_and_cells_by_their_role(table: str) -> None:
    rows = ["Blast: North | Dust 2022: 81 | Dust 2023: 88", "Blast: North | Dust 2022: 79 (late) | Dust 2023: 90"]
    assert lines(f"<article>{TEXT}{table}<p>{SENTENCES[0][::-1]}.</p></article>")[4:6] == rows


@pytest.mark.parametrize("hour", ["1{n}:02 12 February", "<a href='#b'><time>{n}m ago</time></a>", "1{n}:02 GMT"])
@pytest.mark.parametrize("tag", ["li", "article", "div"])
def test_entries_of_a_live_report_are_whole(hour: str, tag: str) -> None:
    whole = [(re.sub("<.*?>", "", hour.format(n=n)), f"Part {n}", s) for n, s in enumerate(SENTENCES)]
    body = "".join(
        f"<{tag}><header><div>{hour.format(n=n)}</div><h3>Part {n}</h3></header><p>{s}</p><footer>Go</footer></{tag}>"
        for n, s in enumerate(SENTENCES)
    )
    assert lines(f"<main><h1>{TITLE}</h1>{body}</main>") == [line for entry in whole for line in entry]


WALL = " ".join(SENTENCES[:2])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (f"<p>{WALL}</p><script src='/cdn-cgi/challenge-platform/h/b/v1'></script>", "captcha"),
        (f"<div id='sp_message_container_1'><h1>Your privacy</h1><p>{WALL}</p></div>", "cookies"),
        (
            "".join(f"<div><h2><a href='/{n}'>Story {n}</a></h2><p>{s}</p></div>" for n, s in enumerate(SENTENCES)),
            "links",
        ),
    ],
)
def test_walls_and_teasers_of_many_words_are_no_article_unless_one_is_marked(body: str, why: str) -> None:
    (skipped,) = read_drafts(f"<html><body><main>{body}</main></body></html>".encode(), "a.html").skipped
    assert why in skipped.reason
    assert SENTENCES[0] in made(f"<article>{body}</article>").article.text


def test_a_page_without_its_text_names_what_to_do() -> None:
    with pytest.raises(UnreadableError, match="print it to PDF"):
        read_drafts(b"<html><body><div id=root></div><script>{}</script></body></html>", "a.html")


def test_a_last_line_as_heavy_as_a_paragraph_stays_without_a_full_stop() -> None:
    last = (
        f"{SENTENCES[1][:-1]}, and that no blast would be set off on the days on which the school has its examinations"
    )
    text = "\n\n".join([*SENTENCES, last, "More on this"])
    assert made(text.encode(), name="a.txt").article.text.endswith(last)


@pytest.mark.parametrize("by", ["<footer>— Edith Crane</footer>", "<cite>— Edith Crane</cite>", "<p>— Edith Crane</p>"])
@pytest.mark.parametrize("new", [True, False])
def test_a_quotation_stands_with_who_says_it_and_one_that_repeats_the_text_goes(by: str, new: bool) -> None:
    said = "Twenty lorries a day is too many for this lane." if new else SENTENCES[1]
    quote = f"<figure class=pullquote><blockquote><p>{said}</p>{by}</blockquote></figure>"
    body = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>{quote}<p>{SENTENCES[3]}</p>"
    told = [said, "— Edith Crane"] if new else []
    assert lines(f"<article><h1>{TITLE}</h1>{body}</article>") == [*SENTENCES[:3], *told, SENTENCES[3]]


def test_a_logo_is_no_title_and_a_list_of_links_in_a_div_is_a_list() -> None:
    links = ["Study of the dust, 2022", "Letter of the county", "Minutes of the council"]
    listed = "".join(f"<a href='/{n}'>{link}</a>" for n, link in enumerate(links))
    body = f"<p>Papers that the county released on Monday:</p><div>{listed}</div><p>{SENTENCES[3]}</p>"
    logo = f"<header><h1><a href='/'>Fell Post</a></h1></header><article><h1>{TITLE}</h1>{TEXT[: TEXT.rfind('<p>')]}"
    page = made(f"{logo}{body}<h1>What comes next</h1>{TEXT}</article>", f"<title>{TITLE} | Fell Post</title>")
    assert page.article.title == TITLE
    assert [line for line in page.article.text.split("\n") if line in links] == links


@pytest.mark.parametrize("style", ["display:none", ""])
def test_pages_of_an_article_that_are_hidden_are_told(style: str) -> None:
    second = f"<div class=page style='{style}'><p>{WALL}</p></div>"
    note = made(f"<article><h1>{TITLE}</h1><div class=page>{TEXT}</div>{second}</article>").article.note or ""
    assert ("hides more of the article" in note) == bool(style)
