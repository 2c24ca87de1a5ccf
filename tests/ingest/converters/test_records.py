"""JSON, JSONL, CSV and TSV: fields known by their usual names, bad records reported, the others kept."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from rag.ingest.converters import Failure, ReadResult
from rag.ingest.draft import Draft
from tests.ingest.converters.story import MORE, SENTENCES, TEXT, TITLE, article, articles, draft, read, refused, values


def records(value: Any) -> ReadResult:
    return read(json.dumps(value), "a.json")


def one(value: Any, **field_map: str) -> Draft:
    return draft(json.dumps(value), "a.json", field_map=field_map)


@pytest.mark.parametrize("name", ["text", "body", "content", "articleBody", "full_text", "Body"])
def test_a_text_under_its_usual_names(name: str) -> None:
    found = one({name: "Words."})
    assert (found.text, found.part, found.is_bounded) == ("Words.", "", True)


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
    record = {
        "@type": "NewsArticle", "headline": "A", "articleBody": "Words.", "datePublished": "2023-11-02T10:00:00+09:00",
        "author": [{"@type": "Person", "name": "Jane Doe"}, {"name": "John Roe"}], "publisher": {"name": "The Example"},
    }  # fmt: skip
    found = one({"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "x"}, record]})
    assert values(found) == {
        "title": "A",
        "published": "2023-11-02T10:00:00+09:00",
        "author": ["Jane Doe", "John Roe"],
        "publisher": "The Example",
    }


STATED = {"title": TITLE, "date": "2024-03-04"}


@pytest.mark.parametrize(
    "record",
    [
        {**STATED, "content": [{"type": "text", "text": s} for s in SENTENCES]},
        {**STATED, "body": [{"content": SENTENCES[0]}, {"image": "a.jpg"}, {"content": "\n".join(SENTENCES[1:])}]},
        {**STATED, "paragraphs": SENTENCES},
        {**STATED, "content": {"rendered": TEXT}, "title": {"rendered": TITLE}},
        {"webTitle": TITLE, "webPublicationDate": "2024-03-04T08:00:00Z", "fields": {"body": TEXT}},
        {"_id": 1, **STATED, "_source": {"text": "\n".join(SENTENCES)}},
        {"version": "https://jsonfeed.org/version/1.1", "title": "Post",
         "items": [{"title": TITLE, "content_html": TEXT, "date_published": "2024-03-04T08:00:00Z"}]},
    ],
)  # fmt: skip
def test_a_record_whose_text_is_in_parts_or_in_an_object_is_one_article(record: object) -> None:
    found = article(json.dumps(record), "a.json")
    assert (found.title, found.published) == (TITLE, date(2024, 3, 4))
    assert [line for line in found.text.split("\n") if line] == SENTENCES


def test_a_map_for_other_names() -> None:
    found = one({"Kopf": "A", "inhalt": {"voll": "Words."}, "title": "not this"}, title="Kopf", text="inhalt.voll")
    assert found.text == "Words." and found.fields["title"].value == "A"


def test_html_in_a_field_becomes_text() -> None:
    markup = "<p>He said&nbsp;so.<br>Twice.</p><script>x()</script><p>A &lt; B</p>"
    assert one({"content": markup}).text == "He said so.\nTwice.\nA < B"
    assert one({"text": "a < b and b > c, R&D"}).text == "a < b and b > c, R&D"


@pytest.mark.parametrize("stamp", [1698919200, 1698919200000, "1698919200"])
def test_points_in_time(stamp: Any) -> None:
    assert one({"text": "x", "date": stamp}).fields["published"].value == datetime(2023, 11, 2, 10, tzinfo=UTC)


def test_a_list_is_an_article_a_record() -> None:
    result = records([{"text": "a"}, {"teaser": "b"}, 3, {"text": "c"}])
    assert [(d.text, d.part) for d in result.drafts] == [("a", "#1"), ("c", "#4")]
    assert [f.part for f in result.failures] == ["#2", "#3"]
    assert "“teaser”: name the fields, as in --map text=" in result.failures[0].reason


@pytest.mark.parametrize("around", [{"meta": {"n": 2}, "articles": []}, {"content": [], "last": True}])
def test_objects_around_records(around: dict[str, Any]) -> None:
    held = [{"title": TITLE, "text": SENTENCES[0]}, {"_source": {"text": SENTENCES[1]}}]
    found = records({name: held if value == [] else value for name, value in around.items()}).drafts
    assert [(d.part, d.text) for d in found] == [("#1", SENTENCES[0]), ("#2", SENTENCES[1])]


def test_a_bad_line_is_reported_and_the_others_are_kept() -> None:
    result = read('{"text": "a"}\n{"text": \n\n{"text": "b"}\n{"x": 1}', "a.jsonl")
    assert [(d.text, d.part) for d in result.drafts] == [("a", "#1"), ("b", "#4")]
    assert [f.part for f in result.failures] == ["#2", "#5"]
    assert result.failures[0].reason.startswith("is not valid JSON")


def test_json_lines_named_json() -> None:
    assert len(read('{"text": "a"}\n{"text": "b"}\n', "a.json").drafts) == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"text": ', "not valid JSON"),
        ('{"a": 1}', "no text under a name that is known, but “a”"),
        ("[]", "holds no articles"),
        ("[" * 100_000, "nested too deeply"),
        ('[{"text": ""}]', "the first of 1 records has an empty text"),
    ],
)
def test_json_without_articles(data: str, said: str) -> None:
    assert said in refused(data, "a.json")


def test_more_articles_than_allowed() -> None:
    assert "more than 2 articles" in refused('{"text": "a"}\n' * 3, "a.jsonl", max_articles=2)


# Tables


def csv(*rows: str) -> ReadResult:
    return read("\n".join(rows), "a.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_any_delimiter(delimiter: str) -> None:
    rows = [["Title", "Body", "Date"], ["A", '"Two\nlines, and; a ""quote"""', "2023-11-02"]]
    (found,) = read("\r\n".join(delimiter.join(row) for row in rows).encode("utf-8-sig"), "a.csv").drafts
    assert found.text == 'Two\nlines, and; a "quote"' and found.part == "#1"
    assert found.fields["title"].value == "A" and found.fields["published"].value == "2023-11-02"


@pytest.mark.parametrize(("stated", "mark"), [("sep=;", ";"), ('"sep=|"', "|"), ("sep=\t", "\t")])
def test_a_line_that_states_the_delimiter(stated: str, mark: str) -> None:
    (found,) = csv(stated, mark.join(("Title", "Text")), mark.join(("The dam", SENTENCES[0]))).drafts
    assert found.text == SENTENCES[0]


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
    (found,) = csv(header, f'The dam,"Holm, Ida",Ostrand Post,2024-03-14,{SENTENCES[0]}').drafts
    expected = {"title": "The dam", "author": "Holm, Ida", "publisher": "Ostrand Post", "published": "2024-03-14"}
    assert values(found) == expected


def test_columns_that_are_not_known_are_named() -> None:
    (told,) = csv("title,text,Zeitung,issn", f"The dam,{SENTENCES[0]},Ostrand Post,1").skipped
    assert told.part == "columns" and "“Zeitung”, “issn”" in told.reason


def test_csv_without_names_says_what_to_do() -> None:
    said = "no first row with names that are known, but “Kopf”, “Inhalt”: name the fields"
    assert said in refused("Kopf,Inhalt\nA,a\n", "a.csv")
    assert draft("Kopf,Inhalt\nA,a\n", "a.csv", field_map={"title": "Kopf", "text": "Inhalt"}).text == "a"


@pytest.mark.parametrize(
    ("rows", "lost", "line"),
    [
        (["A,one,1", "B,two", "C,three,3"], "#2", "line 3"),
        (["A,one,1", "B,two,2,2", "", "C,three,3"], "#2", "line 3"),
        (['"A,one,1', "B,two,2", "C,three,3"], "#1", "line 2"),
        (["A,first,1", 'B,"second,2', 'C,"third, ""C""",3'], "#2", "line 3"),
    ],
)
def test_a_row_that_is_lost_is_told_with_its_line(rows: list[str], lost: str, line: str) -> None:
    result = csv("title,text,no", *rows)
    (failure,) = result.failures
    assert (failure.part, len(result.drafts)) == (lost, 2) and line in failure.reason
    assert ("quotation mark" in failure.reason) == any(row.count('"') % 2 for row in rows)


def test_a_row_of_another_width_is_told_with_both_widths() -> None:
    result = csv("title,text", "A,a", "B,b,c", "", "C,c")
    assert [d.part for d in result.drafts] == ["#1", "#3"]
    assert result.failures == (Failure("#2", "has 3 columns, and the first row names 2 (line 3)"),)


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["3/4/2024", "13/4/2024"], date(2024, 4, 3)),
        (["3/4/2024", "3/14/2024"], date(2024, 3, 4)),
        (["3/4/2024", "5/6/2024"], None),
        (["3/4/2024", "13/4/2024", "3/14/2024"], None),
    ],
)
def test_days_of_a_table_are_read_as_its_others_show(days: list[str], first: date | None) -> None:
    rows = "\n".join(f'{TITLE},"{MORE} {n}.",{day}' for n, day in enumerate(days))
    assert articles(f"title,text,date\n{rows}", "a.csv")[0].published == first


def test_a_row_with_an_open_quotation_mark_is_lost_alone_and_its_lines_are_told() -> None:
    rows = 'title,text\nA,"one\ntwo.\nB,"b, whole"\nC,"c, whole"\nD,"The ""big"" gate, 3\nfeet"\n'
    result = read(rows, "a.csv")
    assert [d.text for d in result.drafts] == ["b, whole", "c, whole", 'The "big" gate, 3\nfeet']
    assert "lines 2 to 3, a quotation mark may be left open there" in result.failures[0].reason


def test_a_quotation_mark_of_the_text_stays() -> None:
    rows = 'title\ttext\n"A"\t"The pipe is 5" wide.\n"B"\t"He said "no" twice."\n'
    assert [d.text for d in read(rows, "a.tsv").drafts] == [
        '"The pipe is 5" wide.',
        'He said "no" twice.',
    ]


def test_what_programs_write_in_cells() -> None:
    rows = "date,author,content,url\n2023-02-13,\"['Ann Lee', 'Bo Stein']\",Words.,nan\nNaT,nan,nan,nan\n"
    result = read(rows, "a.csv")
    assert result.drafts[0].fields["author"].value == ["Ann Lee", "Bo Stein"] and "url" not in result.drafts[0].fields
    assert [one.reason for one in result.failures] == ["has an empty text"]


def test_lead_and_text_of_factiva_are_one() -> None:
    (found,) = read(b"HD,LP,TD\nA,The lead.,The rest.\n", "a.csv").drafts
    assert found.text == "The lead.\nThe rest."


def test_a_list_of_addresses_says_that_it_is_one() -> None:
    why = refused(json.dumps({"articles": [{"url": "https://a.example/x", "title": "A"}]}), "a.json")
    assert "the first in it has no text" in why and "give its address, and it is fetched" in why
