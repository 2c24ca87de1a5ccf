"""JSON, JSONL, CSV and TSV: fields known by their usual names, bad records reported, the others kept."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import Failure, ReadOptions, ReadResult, read_drafts
from rag.ingest.draft import Draft


def read(value: Any, name: str = "a.json", **field_map: str) -> ReadResult:
    return read_drafts(json.dumps(value).encode(), name, ReadOptions(field_map=field_map))


def one(value: Any, **field_map: str) -> Draft:
    (draft,) = read(value, **field_map).drafts
    return draft


@pytest.mark.parametrize("name", ["text", "body", "content", "articleBody", "full_text", "Body"])
def test_a_text_under_its_usual_names(name: str) -> None:
    draft = one({name: "Words."})
    assert (draft.text, draft.part, draft.is_bounded) == ("Words.", "", True)


@pytest.mark.parametrize(
    ("field", "name"),
    [("title", "headline"), ("title", "Title"), ("published", "published_at"), ("published", "publishedAt"),
     ("published", "date"), ("published", "datePublished"), ("publisher", "source"), ("publisher", "site"),
     ("publisher", "publisher"), ("author", "byline"), ("author", "author"), ("url", "url"), ("url", "link")],
)  # fmt: skip
def test_fields_under_their_usual_names(field: str, name: str) -> None:
    stated = one({"text": "Words.", name: "x"}).fields[field]
    assert stated.value == "x" and name in stated.origin


def test_schema_org_as_it_is_published() -> None:
    article = {
        "@type": "NewsArticle", "headline": "A", "articleBody": "Words.", "datePublished": "2023-11-02T10:00:00+09:00",
        "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}], "publisher": {"name": "The Example"},
    }  # fmt: skip
    (draft,) = read({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, article]}).drafts
    values = {name: stated.value for name, stated in draft.fields.items()}
    assert values == {
        "title": "A",
        "published": "2023-11-02T10:00:00+09:00",
        "author": ["Jane Doe", "John Roe"],
        "publisher": "The Example",
    }


def test_a_map_for_other_names() -> None:
    draft = one({"Kopf": "A", "inhalt": {"voll": "Words."}, "title": "not this"}, title="Kopf", text="inhalt.voll")
    assert draft.text == "Words." and draft.fields["title"].value == "A"


def test_html_in_a_field_becomes_text() -> None:
    assert (
        one({"content": "<p>He said&nbsp;so.<br>Twice.</p><script>x()</script><p>A &lt; B</p>"}).text
        == "He said so.\nTwice.\nA < B"
    )
    assert one({"text": "a < b and b > c, R&D"}).text == "a < b and b > c, R&D"


@pytest.mark.parametrize("stamp", [1698919200, 1698919200000, "1698919200"])
def test_points_in_time(stamp: Any) -> None:
    assert one({"text": "x", "date": stamp}).fields["published"].value == datetime(2023, 11, 2, 10, tzinfo=UTC)


def test_a_list_is_an_article_a_record() -> None:
    result = read([{"text": "a"}, {"teaser": "b"}, 3, {"text": "c"}])
    assert [(d.text, d.part) for d in result.drafts] == [("a", "#1"), ("c", "#4")]
    assert [f.part for f in result.failures] == ["#2", "#3"]
    assert "“teaser”: name the fields, as in --map text=" in result.failures[0].reason


def test_objects_around_records() -> None:
    assert [
        d.part for d in read({"meta": {"n": 2}, "articles": [{"text": "a"}, {"_source": {"text": "b"}}]}).drafts
    ] == ["#1", "#2"]


def test_a_bad_line_is_reported_and_the_others_are_kept() -> None:
    result = read_drafts(b'{"text": "a"}\n{"text": \n\n{"text": "b"}\n{"x": 1}', "a.jsonl")
    assert [(d.text, d.part) for d in result.drafts] == [("a", "#1"), ("b", "#4")]
    assert [f.part for f in result.failures] == ["#2", "#5"]
    assert result.failures[0].reason.startswith("is not valid JSON")


def test_json_lines_named_json() -> None:
    assert len(read_drafts(b'{"text": "a"}\n{"text": "b"}\n', "a.json").drafts) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"text": ', "not valid JSON"),
        (b'{"a": 1}', "no text under a name that is known, but “a”"),
        (b"[]", "holds no articles"),
        (b"[" * 100_000, "nested too deeply"),
        (b'[{"text": ""}]', "the first of 1 records has an empty text"),
    ],
)
def test_json_without_articles(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read_drafts(data, "a.json")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter(delimiter: str) -> None:
    rows = [["Title", "Body", "Date"], ["A", '"Two\nlines, and; a ""quote"""', "2023-11-02"]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig")
    (draft,) = read_drafts(data, "a.csv").drafts
    assert draft.text == 'Two\nlines, and; a "quote"' and draft.part == "#1"
    assert draft.fields["title"].value == "A" and draft.fields["published"].value == "2023-11-02"


def test_rows_of_another_width_are_reported() -> None:
    result = read_drafts(b"title,text\nA,a\nB,b,c\n\nC,c\n", "a.csv")
    assert [d.part for d in result.drafts] == ["#1", "#3"]
    assert result.failures == (Failure("#2", "has 3 columns, and the first row names 2 (line 3)"),)


def test_csv_without_names_says_what_to_do() -> None:
    with pytest.raises(
        UnreadableError, match="no first row with names that are known, but “Kopf”, “Inhalt”: name the fields"
    ):
        read_drafts(b"Kopf,Inhalt\nA,a\n", "a.csv")
    (draft,) = read_drafts(
        b"Kopf,Inhalt\nA,a\n", "a.csv", ReadOptions(field_map={"title": "Kopf", "text": "Inhalt"})
    ).drafts
    assert draft.text == "a"


def test_more_articles_than_allowed() -> None:
    with pytest.raises(UnreadableError, match="more than 2 articles"):
        read_drafts(b'{"text": "a"}\n' * 3, "a.jsonl", ReadOptions(max_articles=2))


def test_a_row_with_an_open_quotation_mark_is_lost_alone_and_its_lines_are_told() -> None:
    rows = 'title,text\nA,"one\ntwo.\nB,"b, whole"\nC,"c, whole"\nD,"The ""big"" gate, 3\nfeet"\n'
    result = read_drafts(rows.encode(), "a.csv")
    assert [d.text for d in result.drafts] == ["b, whole", "c, whole", 'The "big" gate, 3\nfeet']
    assert "lines 2 to 3, a quotation mark may be left open there" in result.failures[0].reason


def test_a_quotation_mark_of_the_text_stays() -> None:
    rows = 'title\ttext\n"A"\t"The pipe is 5" wide.\n"B"\t"He said "no" twice."\n'
    assert [d.text for d in read_drafts(rows.encode(), "a.tsv").drafts] == [
        '"The pipe is 5" wide.',
        'He said "no" twice.',
    ]


def test_what_programs_write_in_cells() -> None:
    rows = "date,author,content,url\n2023-02-13,\"['Ann Lee', 'Bo Stein']\",Words.,nan\nNaT,nan,nan,nan\n"
    result = read_drafts(rows.encode(), "a.csv")
    assert result.drafts[0].fields["author"].value == ["Ann Lee", "Bo Stein"] and "url" not in result.drafts[0].fields
    assert [one.reason for one in result.failures] == ["has an empty text"]


def test_lead_and_text_of_factiva_are_one() -> None:
    (draft,) = read_drafts(b"HD,LP,TD\nA,The lead.,The rest.\n", "a.csv").drafts
    assert draft.text == "The lead.\nThe rest."


def test_a_list_of_addresses_says_that_it_is_one() -> None:
    with pytest.raises(UnreadableError, match=r"the first in it has no text .* give its address, and it is fetched"):
        read({"articles": [{"url": "https://a.example/x", "title": "A"}]})
