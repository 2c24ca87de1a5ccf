"""Pages to articles: every sentence of the article, nothing of what stands around it. The pages are made up."""

import textwrap
import time

import pytest

from rag.ingest.clean import clean_draft
from rag.ingest.converters.html import read_html
from tests.ingest.converters.story import (
    MORE,
    QUOTED,
    SENTENCES,
    TEXT,
    TITLE,
    article,
    draft,
    lines,
    page,
    paragraphs,
    read,
    refused,
)

RELATED = [
    "Ferry captain keeps sailing through the worst week",
    "Council was warned of floods three years ago",
    "Ten photographs of the river in winter",
    "What the new girders are really made of",
]
LINKS = "<ul>" + "".join(f'<li><a href="/{n}">{text}</a></li>' for n, text in enumerate(RELATED)) + "</ul>"
NAV = "".join(f'<li><a href="/{s}">{s}</a></li>' for s in ("Home", "World", "Business", "Culture", "Sport"))


def site(body: str, below: str = "") -> str:
    """A page of a site with all that stands around an article."""
    return page(
        f"<header><div class='logo'>The Quay Post</div><nav><ul>{NAV}</ul></nav></header>"
        f"<div class='layout'><article><h1>{TITLE}</h1>{body}</article><aside><h3>Most read</h3>{LINKS}</aside></div>"
        f"{below}<footer><p>© 2026 The Quay Post. All rights reserved.</p></footer>",
        title=f"{TITLE} | The Quay Post",
    )


FIRST, *REST = SENTENCES
LINKED = "No one was hurt when the deck gave way in the night."
SCRIPT = "<script>document.write('The bridge was closed for ever, said nobody at all on that day.');</script>"
BOXES = (
    '<div class="share-bar"><a href="#">Facebook</a> <a href="#">Twitter</a> <a href="#">Email</a></div>'
    '<div class="newsletter"><h3>Get our newsletter</h3><p>The best of the week, every Friday morning.</p>'
    '<form><input name="mail"><button>Sign up</button></form></div><div class="ad-slot"><p>Advertisement</p></div>'
)
SENT = "<div class='hide'><p>This article has been sent to the address that you gave to us. Thank you.</p></div>"
LEAD = "The farmers below the dam have waited nine weeks for that, and the board has met six times."
SECTIONS = "".join(
    f"<section><h3>{t}</h3><p>{t}, told by those who were there that night.</p></section>" for t in RELATED
)
PAGES = {
    "an article": (site(TEXT), SENTENCES),
    "a sentence that is a link": (
        site(f"<p>{FIRST}</p><p><a href='/y'>{LINKED}</a></p>{paragraphs(*REST)}"),
        [FIRST, LINKED, *REST],
    ),
    "a link within a sentence": (
        site(TEXT.replace("four millimetres", "<a href='/g'>four millimetres</a>")),
        SENTENCES,
    ),
    "boxes in the middle": (site(f"<p>{FIRST}</p>{BOXES}{paragraphs(*REST)}"), SENTENCES),
    "a labelled list of links in the middle": (
        site(f"<p>{FIRST}</p><p>READ MORE:</p>{LINKS}{paragraphs(*REST)}"),
        SENTENCES,
    ),
    "a list of sentences": (
        site(f"{TEXT}<ul><li>Open by day.</li><li>Closed by night.</li></ul>"),
        [*SENTENCES, "Open by day.", "Closed by night."],
    ),
    "teasers outside the article": (site(TEXT, below=SECTIONS), SENTENCES),
    "a lead above the text": (
        site(f"<div class='summary'>{LEAD}</div><div class='text'>{TEXT}</div>"),
        [LEAD, *SENTENCES],
    ),
    "a hidden box": (site(TEXT + SENT), SENTENCES),
    "a hidden article": (site(f"<div style='display: none'>{TEXT}</div>"), SENTENCES),
    "scripts between the paragraphs": (site(SCRIPT + SCRIPT.join(f"<p>{s}{SCRIPT}</p>" for s in SENTENCES)), SENTENCES),
    "a control character": (site(TEXT.replace(" ", "\x1b ", 1)), SENTENCES),
    "a layout of tables": (
        page(f"<table><tr><td width=150>{LINKS}</td><td><h1>{TITLE}</h1>{TEXT}</td></tr></table>"),
        SENTENCES,
    ),
    "AMP": (
        f"<!doctype html><html amp lang='en'><head><title>{TITLE}</title></head><body><amp-sidebar><ul>{NAV}</ul>"
        f"</amp-sidebar><main><h1>{TITLE}</h1><amp-img src='a.jpg'></amp-img>{TEXT}<amp-ad></amp-ad></main></body>",
        SENTENCES,
    ),
    "a body for the phone and one for the desk": (
        page(f"<div class='phone'>{TEXT}</div><div class='desk'>{TEXT}</div>"),
        SENTENCES,
    ),
    "a body twice in sections": (page(f"<main><section>{TEXT}</section><section>{TEXT}</section></main>"), SENTENCES),
    "a body to print": (page(f"<article>{TEXT}</article><div id='print'>{TEXT}</div>"), SENTENCES),
    "parts that are headed as the page is": (
        page(f"<article><h1>{TITLE}</h1><h1>I. The dam</h1>{TEXT}<h1>“No money”</h1><p>{MORE}</p></article>"),
        ["I. The dam", *SENTENCES, "“No money”", MORE],
    ),
    "bare text above the first paragraph": (
        page(f"<article><h1>{TITLE}</h1>{FIRST}<hr>{''.join(f'{s}<p>' for s in REST)}</article>"),
        SENTENCES,
    ),
    "a short title in a dense script": (
        page(
            "<h1>어시장 매각</h1><p>린드빅 항만위원회는 월요일 어시장을 호텔에 팔기로 했다.</p>"
            "<p>어민 노조는 동의한 적이 없다고 부인하며 군청에 중단을 요청했다.</p>",
            title="어시장 매각",
        ),
        [
            "린드빅 항만위원회는 월요일 어시장을 호텔에 팔기로 했다.",
            "어민 노조는 동의한 적이 없다고 부인하며 군청에 중단을 요청했다.",
        ],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_article_is_all_that_is_left_a_paragraph_a_line(name: str) -> None:
    html, expected = PAGES[name]
    found = read_html(html)
    assert [line for line in found.text.split("\n") if line] == expected
    assert found.is_bounded


@pytest.mark.parametrize(
    "block",
    [
        f"<blockquote>{QUOTED}</blockquote>",
        f"<ul><li>{QUOTED}</li></ul>",
        f"<h3>{QUOTED}</h3>",
        f"<figure><img><figcaption>{QUOTED}</figcaption></figure>",
        f"<section><p>{QUOTED}</p></section>",
    ],
)
def test_bare_text_behind_block_children(block: str) -> None:
    assert lines(page(f"<div>{TEXT}{block}{MORE}</div>"))[-2:] == [QUOTED, MORE]
    breaks = "<br><br>".join(SENTENCES)
    assert lines(page(f"<table><tr><td>{breaks}{block}{MORE}</td></tr></table>"))[-2:] == [QUOTED, MORE]


@pytest.mark.parametrize("form", ["{0}<hr>{1}<p>{2}<p>{3}", "<div><b>{0}</b><br><br>{1}<p>{2}</p><p>{3}</p></div>"])
def test_bare_text_between_breaks(form: str) -> None:
    found = lines(page(form.format(f"<h2>{TITLE}</h2>", *SENTENCES)))
    assert [line for line in found if line != TITLE] == SENTENCES[:3]


def test_a_question_that_an_interview_repeats_stays() -> None:
    asked = "<p><b>And what did the county say to that?</b></p>"
    body = "".join(f"{asked}<p>{s}</p>" for s in SENTENCES)
    assert article(page(f"<article>{body}</article>")).text.count("And what did the county say") == 4


@pytest.mark.parametrize("share", ["", "<div>Share</div>", "<div>Copy link</div>", "<span>Tweet</span><hr>"])
@pytest.mark.parametrize(
    "hour",
    ["<time datetime='2024-03-14T1{n}:05'>14 March 2024 1{n}:05</time>", "<time>{n}8:30</time>",
     "<b><time>{n}.15 Uhr</time></b>", "<time>1{n}h05</time>", "<i>1{n}:05 GMT</i>", "<b>{n}.15 Uhr</b>", "1{n}h05"],
)  # fmt: skip
def test_a_live_report_keeps_its_hours_and_loses_its_buttons(hour: str, share: str) -> None:
    entries = "".join(
        f"<section><div>{hour.format(n=n)}</div><p>{s}</p>{share}</section>" for n, s in enumerate(SENTENCES)
    )
    found = lines(page(f"<article><h1>{TITLE}</h1>{entries}</article>"))
    assert found[1::2] == SENTENCES and len(found) == 2 * len(SENTENCES)
    assert all(any(c.isdigit() for c in line) for line in found[::2])


@pytest.mark.parametrize(
    ("announced", "stays"),
    [
        ("The board put three papers on the table:", True),
        ("These are the letters that it has had so far:", True),
        ("READ MORE:", False),
        ("Related:", False),
    ],
)
def test_a_list_of_links_that_a_sentence_announces(announced: str, stays: bool) -> None:
    links = [f"The {name} report on the reservoir of 2023" for name in ("first", "second", "third")]
    listed = "".join(f"<li><a href='/{n}'>{text}</a></li>" for n, text in enumerate(links))
    found = lines(page(f"<article>{TEXT}<p>{announced}</p><ul>{listed}</ul><p>{MORE}</p></article>"))
    assert found == [*SENTENCES, *([announced, *links] if stays else []), MORE]


@pytest.mark.parametrize("width", [55, 72])
@pytest.mark.parametrize(("tag", "end", "gap"), [("pre", "\n", "\n"), ("div", "<br>\n", "<br>")])
def test_lines_of_a_fixed_width(width: int, tag: str, end: str, gap: str) -> None:
    texts = [*SENTENCES, MORE, QUOTED]
    body = (end + gap).join(end.join(textwrap.wrap(s, width)) for s in texts)
    assert lines(page(f"<div><h1>{TITLE}</h1><{tag}>{body}</{tag}></div>")) == texts


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


def test_captions_of_the_articles_pictures_stand_once_in_their_place_and_are_known() -> None:
    lead, inner = "The dam at dawn on Monday.", "Divers looking at the third sluice. Photo: A. Stein"
    other = "The mayor of the next town at a fair."
    body = (
        f"<figure><img src='a.jpg' alt='{lead}'><figcaption>{lead}</figcaption></figure><p>{FIRST}</p>"
        f"<div class='image'><img src='b.jpg'><p class='wp-caption-text'>{inner}</p></div>{paragraphs(*REST)}"
        f"<figure><figcaption>{lead}</figcaption></figure><aside><figure><figcaption>{other}</figcaption></figure></aside>"
        f"<figure><figcaption><a href='/fair'>{other}</a></figcaption></figure><p>{MORE}</p>"
    )
    found = read_html(site(body))
    assert [line for line in found.text.split("\n") if line] == [lead, FIRST, inner, *REST, MORE]
    assert found.captions == (lead, inner)


def test_credits_behind_the_last_sentence_go_and_a_sentence_with_such_words_stays() -> None:
    last = "Reporting the damage took the council nine days, and the letter reached the ministry only in the new year."
    tail = (
        f"<p>{last}</p><p>Reach the reporter at <a href='mailto:a@quay.example'>a@quay.example</a></p>"
        "<p>Reporting by Ann Lee; Editing by Bo Stein</p>"
    )
    assert clean_draft(read_html(site(TEXT + tail))).text.split("\n\n") == [*SENTENCES, last]


def test_an_article_in_the_data_of_a_page_keeps_its_paragraphs() -> None:
    record = '{"@type": "NewsArticle", "articleBody": "' + "\\n\\n".join(SENTENCES) + '"}'
    assert lines(page("<div id='root'></div>", f"<script type='application/ld+json'>{record}</script>")) == SENTENCES


def test_broken_markup_is_read() -> None:
    text = read_html(f"<html><body><div><h1>{TITLE}<h1><p>{'<p><b>'.join(SENTENCES)}</i></div></td>").text
    assert all(s in text for s in SENTENCES)


def test_nesting_of_thousands_of_levels_ends_in_time() -> None:
    start = time.perf_counter()
    text = read_html(site("<div>" * 5000 + TEXT + "</div>" * 5000)).text
    assert time.perf_counter() - start < 10
    assert all(s in text for s in SENTENCES)


# Encodings


@pytest.mark.parametrize(
    ("declared", "real", "words"),
    [
        ("iso-8859-1", "latin-1", "Die Brücke über den Fluß wurde am Montag wieder für den Verkehr geöffnet. "),
        ("iso-8859-1", "utf-8", "Die Brücke über den Fluß wurde am Montag wieder für den Verkehr geöffnet. "),
        ("windows-1252", "cp1252", "“Größe” und “Übermaß” sind früh zählbar. "),
        ("utf-8", "cp1252", "“Größe” und “Übermaß” sind früh zählbar. "),
        ("ascii", "cp1252", "“Größe” und “Übermaß” sind früh zählbar. "),
        ("utf-8", "cp1251", "Решение приняли в четверг, сообщил совет. "),
    ],
)
def test_bytes_are_read_as_what_they_are_whatever_is_declared(declared: str, real: str, words: str) -> None:
    plain = TEXT.replace("“", "").replace("”", "")
    found = article(page(f"<p>{words * 4}</p>{plain}", f'<meta charset="{declared}">').encode(real)).text
    assert words.strip() in found and "\ufffd" not in found


# What is no article


@pytest.mark.parametrize(
    "nothing",
    [
        "<",
        "<html></html>",
        "<html><head><title>T</title></head></html>",
        page(f"<nav><ul>{NAV}</ul></nav><p>Log in</p>"),
        page("<h1>404</h1><p>Not found.</p>"),
        page("<script>" + "var text = 'The bridge was opened.';" * 200 + "</script>"),
        page("<div><p>页面不存在。</p></div>"),
        "<html><body><div id=root></div><script>{}</script></body></html>",
    ],
)
def test_a_page_without_an_article_is_unreadable(nothing: str) -> None:
    why = refused(nothing)
    assert "no article was found" in why and "print it to PDF" in why


def test_a_short_page_is_read_when_it_is_marked_as_an_article() -> None:
    sentence = "The council closed the old bridge on Monday, and nobody knows for how long."
    assert draft(page(f"<article><h1>Bridge closed</h1><p>{sentence}</p></article>")).text == sentence
    assert "no article was found" in refused(page(f"<div><h1>Bridge closed</h1><p>{sentence}</p></div>"))


@pytest.mark.parametrize(
    "sentences",
    [
        ["水务局周四投票决定，将上游水库排空两个夏天。", "局长说，大坝自上次勘测以来移动了四毫米。", "钓鱼协会否认。"],
        ["採石場は六月に再開されると町議会が火曜日に決めた。", "近所の人々は約束が守られるか疑っている。"],
        ["เหมืองหินจะเปิดอีกครั้งในเดือนมิถุนายน.", "เพื่อนบ้านสงสัยในคำสัญญานั้น."],
    ],
)
def test_few_words_are_enough_in_a_script_without_spaces(sentences: list[str]) -> None:
    assert lines(page(f"<main>{paragraphs(*sentences)}</main>", title="水库")) == sentences


INDEX = [
    "<article><h2><a href='/{n}'>Story {n}</a></h2><p>{s}</p></article>",
    "<article><a href='/{n}'><h2>Story {n}</h2></a><p>{s}</p></article>",
    "<li><a href='/{n}'>What the county said of the dam in year number {n}</a></li>",
]


@pytest.mark.parametrize("form", INDEX)
def test_a_page_of_links_to_articles_is_skipped_and_an_article_above_them_is_none(form: str) -> None:
    body = "".join(form.format(n=n, s=s) for n, s in enumerate(SENTENCES * 5))
    result = read(page(f"<main><ul>{body}</ul></main>"), "a.html")
    assert not result.drafts and "a page of links to articles" in result.skipped[0].reason
    teasers = "".join(form.format(n=n, s=QUOTED) for n in range(5))
    assert lines(page(f"<article><h1>{TITLE}</h1>{TEXT * 3}</article>{teasers}"))[0] == FIRST


def stub(record: str) -> str:
    return f'<script type="application/ld+json">{record}</script>'


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ("<script src='https://challenges.cloudflare.com/turnstile/v0/api.js'></script>", "captcha"),
        ("<script src='https://geo.captcha-delivery.com/captcha/i.js'></script>", "captcha"),
        ("<script src='https://static.geetest.com/v4/gt4.js'></script>", "captcha"),
        ("<script src='https://www.google.com/recaptcha/api.js'></script>", "captcha"),
        ("<script src='https://consent.cookiebot.com/uc.js'></script>", "cookies"),
        ("<link rel='stylesheet' href='https://sdk.privacy-center.org/didomi.css'>", "cookies"),
        ("<script src='https://app.usercentrics.eu/latest/main.js'></script>", "cookies"),
        (stub('{"@type":"Article","isAccessibleForFree":false}'), "paid for"),
        (stub('[{"@type":"WebSite"},{"@type":"NewsArticle","isAccessibleForFree":"False"}]'), "paid for"),
        (stub('{"@graph":[{"@type":"Report","isAccessibleForFree":"false"}]}'), "paid for"),
    ],
)
def test_walls_before_an_article_are_skipped_and_told(head: str, why: str) -> None:
    (skipped,) = read(page("<h1>One moment</h1><p>Please wait.</p>", head), "a.html").skipped
    assert why in skipped.reason
    if why == "paid for":
        assert "not all of the article is free" in (article(page(TEXT, head)).note or "")
