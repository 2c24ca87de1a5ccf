"""What of a page is its article: tables, entries, quotations, lists, teasers. The pages are made up."""

import re

import pytest

from tests.ingest.converters.story import SENTENCES, TEXT, TITLE, article, lines, page, read


def test_cells_that_span_rows_and_columns() -> None:
    table = (
        "<table><tr><th rowspan=2>Blast<th colspan=2>Dust<tr><th>2022<th>2023<tr><td rowspan=2>North<td>81<td>88"
        "<tr><td>79<br>(late)<td>90</table>"
    )
    rows = ["Blast: North | Dust 2022: 81 | Dust 2023: 88", "Blast: North | Dust 2022: 79 (late) | Dust 2023: 90"]
    assert lines(page(f"<article>{TEXT}{table}<p>{SENTENCES[0][::-1]}.</p></article>"))[4:6] == rows


@pytest.mark.parametrize("hour", ["1{n}:02 12 February", "<a href='#b'><time>{n}m ago</time></a>", "1{n}:45 p.m."])
@pytest.mark.parametrize("tag", ["li", "article", "div"])
def test_entries_of_a_live_report_are_whole(hour: str, tag: str) -> None:
    whole = [(re.sub("<.*?>", "", hour.format(n=n)), f"Part {n}", s) for n, s in enumerate(SENTENCES)]
    body = "".join(
        f"<{tag}><header><div>{hour.format(n=n)}</div><h3>Part {n}</h3></header><p>{s}</p><footer>Go</footer></{tag}>"
        for n, s in enumerate(SENTENCES)
    )
    assert lines(page(f"<main><h1>{TITLE}</h1>{body}</main>")) == [line for entry in whole for line in entry]


def test_teasers_of_many_words_are_no_article_unless_one_is_marked() -> None:
    body = "".join(f"<div><h2><a href='/{n}'>Story {n}</a></h2><p>{s}</p></div>" for n, s in enumerate(SENTENCES))
    (skipped,) = read(page(f"<main>{body}</main>"), "a.html").skipped
    assert "links" in skipped.reason
    assert SENTENCES[0] in article(page(f"<article>{body}</article>")).text


def test_a_last_line_as_heavy_as_a_paragraph_stays_without_a_full_stop() -> None:
    last = (
        f"{SENTENCES[1][:-1]}, and that no blast would be set off on the days on which the school has its examinations"
    )
    text = "\n\n".join([*SENTENCES, last, "More on this"])
    assert article(text, "a.txt").text.endswith(last)


@pytest.mark.parametrize("by", ["<footer>— Edith Crane</footer>", "<cite>— Edith Crane</cite>", "<p>— Edith Crane</p>"])
@pytest.mark.parametrize("new", [True, False])
def test_a_quotation_stands_with_who_says_it_and_one_that_repeats_the_text_goes(by: str, new: bool) -> None:
    said = "Twenty lorries a day is too many for this lane." if new else SENTENCES[1]
    quote = f"<figure class=pullquote><blockquote><p>{said}</p>{by}</blockquote></figure>"
    body = f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>{SENTENCES[2]}</p>{quote}<p>{SENTENCES[3]}</p>"
    quoted = [said, "— Edith Crane"] if new else []
    assert lines(page(f"<article><h1>{TITLE}</h1>{body}</article>")) == [*SENTENCES[:3], *quoted, SENTENCES[3]]


def test_a_logo_is_no_title_and_a_list_of_links_in_a_div_is_a_list() -> None:
    links = ["Study of the dust, 2022", "Letter of the county", "Minutes of the council"]
    listed = "".join(f"<a href='/{n}'>{link}</a>" for n, link in enumerate(links))
    body = f"<p>Papers that the county released on Monday:</p><div>{listed}</div><p>{SENTENCES[3]}</p>"
    logo = f"<header><h1><a href='/'>Fell Post</a></h1></header><article><h1>{TITLE}</h1>{TEXT[: TEXT.rfind('<p>')]}"
    found = article(page(f"{logo}{body}<h1>What comes next</h1>{TEXT}</article>", title=f"{TITLE} | Fell Post"))
    assert found.title == TITLE
    assert [line for line in found.text.split("\n") if line in links] == links


@pytest.mark.parametrize("style", ["display:none", ""])
def test_pages_of_an_article_that_are_hidden_are_told(style: str) -> None:
    second = f"<div class=page style='{style}'><p>{' '.join(SENTENCES[:2])}</p></div>"
    note = article(page(f"<article><h1>{TITLE}</h1><div class=page>{TEXT}</div>{second}</article>")).note or ""
    assert ("hides more of the article" in note) == bool(style)
