"""What readers make of front matter, encodings and a whole page, beyond what the tests of each format look at."""

import os
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from rag.errors import UnreadableError
from rag.ingest.converters import Failure, ReadOptions, read_drafts
from rag.ingest.draft import Draft, Stated

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Ministry denies arms shipments | The Harbour Times</title>
  <meta property="og:title" content="Ministry denies arms shipments">
  <meta property="og:site_name" content="The Harbour Times">
  <meta property="og:type" content="article">
  <meta property="og:url" content="https://harbour.example/world/ministry-denies">
  <link rel="canonical" href="https://harbour.example/world/ministry-denies">
  <meta name="author" content="Ada Writer">
  <meta property="article:published_time" content="2023-11-02T09:30:00+00:00">
  <script>window.dataLayer = ["tracking-token"];</script>
  <style>.ad { color: red }</style>
</head>
<body>
  <header><nav><ul><li><a href="/">Front page</a></li><li><a href="/sport">Sport</a></li>
    <li><a href="/subscribe">Subscribe now</a></li></ul></nav></header>
  <aside class="ad advertisement"><p>Buy one mattress, get another mattress free!</p></aside>
  <main><article>
    <h1>Ministry denies arms shipments</h1>
    <p class="byline">By Ada Writer</p>
    <p>The defence ministry denied on Thursday that it had ever shipped artillery shells across the border, a day
    after a lawmaker told reporters that ten ships had left the port of Rajin at night.</p>
    <p>“We have never sold a single shell,” a spokesman said at a briefing in the capital. He called the reports
    an invention of hostile forces and said that no further comment would be made.</p>
    <p>Two analysts who study satellite pictures said that the number of containers on the pier had grown from
    40 in August to more than 300 in October, which they could not explain otherwise.</p>
    <p>The lawmaker, a member of the intelligence committee, stood by his account on Friday and asked for the
    pictures to be published in full.</p>
  </article></main>
  <footer><p>© 2023 The Harbour Times. All rights reserved.</p><a href="/cookies">Cookie settings</a></footer>
</body>
</html>
"""


def draft(content: bytes | str, name: str = "a.md", options: ReadOptions | None = None) -> Draft:
    data = content.encode() if isinstance(content, str) else content
    result = read_drafts(data, name, options or ReadOptions())
    assert not result.failures and not result.skipped
    (only,) = result.drafts
    return only


def reason(content: bytes | str, name: str = "a.md", options: ReadOptions | None = None) -> str:
    with pytest.raises(UnreadableError) as raised:
        draft(content, name, options)
    return str(raised.value)


def front(fields: Mapping[str, object]) -> dict[str, Stated]:
    return {name: Stated(value, "front matter") for name, value in fields.items()}


# Names and sizes


@pytest.mark.parametrize("name", ["A.MD", "a.Txt", "a.markdown", "a.text"])
def test_suffixes_in_any_case(name: str) -> None:
    assert draft("some text", name) == Draft(text="some text")


@pytest.mark.parametrize("name", ["a", ".md", ""])
def test_text_without_a_suffix_is_text(name: str) -> None:
    assert draft("some text", name) == Draft(text="some text")


@pytest.mark.parametrize(("name", "said"), [("a.pdf", "is named .pdf"), ("a.md.bak", ".bak")])
def test_another_suffix_is_named_with_what_to_do(name: str, said: str) -> None:
    told = reason("some text", name)
    assert said in told and ("docs/formats.md" in told or "damaged" in told)


def test_a_file_that_is_too_large_states_both_sizes() -> None:
    options = ReadOptions(max_bytes=1000)
    assert draft("x" * 1000, "a.txt", options)
    said = reason("x" * 1001, "a.txt", options)
    assert "1,001" in said and "1,000" in said


# Text


@pytest.mark.parametrize("content", ["", " \n\t\r\n "])
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_an_empty_file_is_unreadable(name: str, content: str) -> None:
    assert "is empty" in reason(content, name)


@pytest.mark.parametrize("content", [b"text \0 text", b"\0 \1\2", os.urandom(4000)])
def test_a_binary_file_is_not_text(content: bytes) -> None:
    assert "is not text" in reason(content, "a.txt")


def test_a_picture_is_named_as_one() -> None:
    assert "is a picture" in reason(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", "a.txt")


def test_bytes_without_zeros_that_no_encoding_gives_sense_are_not_text() -> None:
    assert "is not text" in reason(bytes(b or 1 for b in os.urandom(4000)), "a.txt")


LONG = (
    "Le ministère a démenti mardi avoir livré des obus à l'étranger. « Nous n'avons jamais vendu d'armes », a déclaré "
    "le porte-parole à Séoul. Les députés de l'opposition ont exigé une enquête dès la rentrée."
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_encodings(encoding: str) -> None:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    assert draft(marks.get(encoding, b"") + LONG.encode(encoding), "a.txt") == Draft(text=LONG)


def test_the_quotes_and_dashes_of_windows() -> None:
    text = "The “port” – in Rajin – isn’t open, a witness said… It cost €5 and no one else saw the ship leave."
    assert draft(text.encode("cp1252"), "a.txt") == Draft(text=text)


def test_text_has_no_front_matter() -> None:
    assert draft("---\ntitle: T\n---\nbody", "a.txt") == Draft(text="---\ntitle: T\n---\nbody")


# Markdown


def test_front_matter() -> None:
    found = draft("---\ntitle: 'T: a title'\npublished: 2023-11-02\n---\nThe body.\n\n---\nStill.\n")
    fields = front({"title": "T: a title", "published": date(2023, 11, 2)})
    assert found == Draft(text="The body.\n\n---\nStill.\n", fields=fields)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-11-02", date(2023, 11, 2)),
        ("'2023-11-02'", "2023-11-02"),
        ("2023-11-02 10:00:00", datetime(2023, 11, 2, 10)),
    ],
)
def test_dates_unquoted_and_quoted(value: str, expected: object) -> None:
    assert draft(f"---\npublished: {value}\n---\nbody").fields == front({"published": expected})


def test_front_matter_after_a_byte_order_mark_and_with_windows_line_ends() -> None:
    found = draft(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nbody\r\n")
    assert found.fields == front({"title": "T"}) and found.text.strip() == "body"


@pytest.mark.parametrize(
    "text", ["---\ntitle: T\nno end of it", "---", "# Title\n---\nx: y\n---\n", "----\na: b\n----\nc"]
)
def test_what_is_no_front_matter_is_text(text: str) -> None:
    assert draft(text) == Draft(text=text)


def test_empty_front_matter() -> None:
    assert draft("---\n---\nbody") == Draft(text="body")


def test_front_matter_may_end_with_points() -> None:
    assert draft("---\na: b\n...\nbody") == Draft(text="body", fields=front({"a": "b"}))


@pytest.mark.parametrize("head", ["title: [unclosed", "a: b: c", "\tx: y", "title: 'open"])
def test_front_matter_that_is_not_yaml(head: str) -> None:
    assert "not YAML" in reason(f"---\n{head}\n---\nbody")


@pytest.mark.parametrize("head", ["- a\n- b", "just words", "42"])
def test_front_matter_that_is_no_list_of_fields(head: str) -> None:
    assert "title: …" in reason(f"---\n{head}\n---\nbody")


def test_front_matter_with_a_day_that_no_calendar_has() -> None:
    said = reason("---\npublished: 2023-02-31\n---\nbody")
    assert "front matter" in said or "published" in said


def test_front_matter_runs_no_code() -> None:
    assert "not YAML" in reason("---\na: !!python/object/apply:os.getcwd []\n---\nbody")


@pytest.mark.parametrize(("value", "left_out"), [("false", True), ("no", True), ("true", False), ("'false'", False)])
def test_ingest_false_leaves_a_file_out(value: str, left_out: bool) -> None:
    result = read_drafts(f"---\ningest: {value}\n---\nbody".encode(), "a.md")
    assert len(result.drafts) == (not left_out)
    assert result.skipped == ((Failure("", "says ingest: false in its front matter"),) if left_out else ())


def test_front_matter_without_text() -> None:
    assert "holds no text" in reason("---\ntitle: T\n---\n \n")


# HTML


@pytest.fixture(scope="module")
def page() -> Draft:
    return draft(PAGE, "page.html")


def test_a_page_s_fields_are_found(page: Draft) -> None:
    expected = {
        "title": "Ministry denies arms shipments",
        "publisher": "The Harbour Times",
        "author": "Ada Writer",
        "published_from": "page",
        "url": "https://harbour.example/world/ministry-denies",
    }
    assert {name: page.fields[name].value for name in expected} == expected
    assert str(page.fields["published"].value)[:10] == "2023-11-02"
    assert all(stated.origin for stated in page.fields.values())


@pytest.mark.parametrize(
    "sentence", ["We have never sold a single shell", "from\n40 in August", "stood by his account on Friday"]
)
def test_a_page_s_article_is_kept(page: Draft, sentence: str) -> None:
    assert " ".join(sentence.split()) in " ".join(page.text.split())


@pytest.mark.parametrize("clutter", ["mattress", "Subscribe", "Cookie", "All rights", "tracking-token", "color", "<p"])
def test_a_page_s_clutter_is_not(page: Draft, clutter: str) -> None:
    assert clutter not in page.text


def test_a_page_without_a_date_has_none() -> None:
    bare = "\n".join(line for line in PAGE.splitlines() if "published_time" not in line).replace("© 2023", "©")
    found = draft(bare, "a.html")
    assert "published" not in found.fields and "published_from" not in found.fields


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<html><head><title>T</title></head></html>", "<"])
def test_a_page_without_an_article(page: str) -> None:
    assert "no article was found" in reason(page, "a.html")


def test_a_page_of_another_encoding() -> None:
    found = draft(
        PAGE.replace('charset="utf-8"', 'charset="windows-1252"')
        .replace("in the capital", "at the café")
        .encode("cp1252"),
        "a.html",
    )
    assert "“We have never sold a single shell,”" in found.text and "café" in found.text
