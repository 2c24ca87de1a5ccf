"""What of a page is its article: tables, entries, quotations, lists, walls, teasers. The pages are made up."""

import re

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import read_drafts
from rag.ingest.metadata import Made, make_article

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
    "hour",
    ["<time>{n}8:30</time>", "<b><time>{n}.15 Uhr</time></b>", "<time>1{n}h05</time>", "<span>1{n}:05 GMT</span>",
     "<b>{n}.15 Uhr</b>", "1{n}h05", "<i>{n}:45 p.m.</i>"],
)  # fmt: skip
def test_hours_of_a_live_report(hour: str) -> None:
    entries = "".join(f"<section><div>{hour.format(n=n)}</div><p>{s}</p></section>" for n, s in enumerate(SENTENCES))
    found = lines(f"<article><h1>{TITLE}</h1>{entries}</article>")
    assert [line for line in found if len(line) > 20] == SENTENCES and len(found) == 2 * len(SENTENCES)


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
