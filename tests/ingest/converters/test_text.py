"""Plain text and Markdown: what its bytes say, its paragraphs, and the fields before it."""

from collections.abc import Mapping
from datetime import date, datetime

import pytest

from rag.ingest.converters import Failure
from rag.ingest.converters.text import unwrapped
from rag.ingest.draft import Draft, Stated
from tests.ingest.converters.story import SENTENCES, article, draft, read, refused

# Encodings

GERMAN = "Der Minister äußerte sich über die Rüstungsgeschäfte: „nichts ist wahr“, sagte er gegenüber der Zeitung. "
FRENCH = "Le ministère a nié mercredi avoir envoyé des obus à la Russie, a déclaré l'élu à la rentrée. "
JAPANESE = "国防省は水曜日、ロシアに砲弾を送ったとの報道を否定した。"


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        *((encoding, GERMAN) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
        ("cp1252", GERMAN),
        ("latin-1", FRENCH),
        ("cp1250", "Ministerstwo zaprzeczyło w środę, że wysłało pociski do Rosji, i że kiedykolwiek to zrobi. "),
        ("cp1251", "Министерство обороны заявило, что поставок оружия не было и не будет. "),
        ("euc-kr", "국방부는 수요일 러시아에 포탄을 보냈다는 보도를 부인했다. "),
        ("shift_jis", JAPANESE),
        ("euc_jp", JAPANESE),
        ("gb18030", "国防部星期三否认了向俄罗斯运送炮弹的报道，并说这是没有的事。"),
        ("big5", "國防部星期三否認了向俄羅斯運送砲彈的報導，並說這是沒有的事。"),
    ],
)
def test_text_in_any_encoding(encoding: str, words: str) -> None:
    assert draft((words * 8).encode(encoding), "a.txt") == Draft(text=words * 8)


def test_a_short_text_with_the_quotes_and_dashes_of_windows() -> None:
    text = "The “port” – in Rajin – isn’t open, a witness said… It cost €5 and no one else saw the ship leave."
    assert draft(text.encode("cp1252"), "a.txt") == Draft(text=text)


def test_a_character_cut_in_two_at_the_end_does_not_change_the_rest() -> None:
    assert draft("Größe".encode()[:-1] + "ß".encode()[:1], "a.txt").text.startswith("Größ")


@pytest.mark.parametrize("encoding", ["cp1252", "mac-roman"])
@pytest.mark.parametrize("where", [0, 3])
def test_a_piece_in_another_encoding_costs_the_rest_nothing(encoding: str, where: int) -> None:
    pieces = [s.encode() for s in SENTENCES]
    pieces.insert(where, "Café owners were glad, one of them told the paper on Monday night.".encode(encoding))
    text = article(b"\n\n".join(pieces), "a.txt").text
    assert all(s in text for s in SENTENCES) and "\ufffd" not in text


# Paragraphs


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    paragraph = (
        "The ministry denied on Wednesday that it had sent shells to\n"
        "Russia, and said that it would not send any, now or ever, and\n"
    )
    text = (paragraph * 4 + "that was that.\n\n") * 2
    assert unwrapped(text).strip().count("\n") == 2
    assert unwrapped(text).split() == text.split()


LONG_LINE = "A paragraph that goes on for quite a while, with all its words in a line."


@pytest.mark.parametrize("text", [f"A headline\nBy Jane Doe\n{LONG_LINE}\nNext.\n" * 3, "a\nb\n", ""])
def test_lines_that_are_paragraphs_stay(text: str) -> None:
    assert unwrapped(text) == text


# Markdown


def front(fields: Mapping[str, object]) -> dict[str, Stated]:
    return {name: Stated(value, "front matter") for name, value in fields.items()}


@pytest.mark.parametrize(
    ("head", "fields"),
    [
        ("title: 'T: a title'\nempty:\n", {"title": "T: a title"}),
        ("published: 2023-11-02\n", {"published": date(2023, 11, 2)}),
        ("published: '2023-11-02'\n", {"published": "2023-11-02"}),
        ("published: 2023-11-02 10:00:00\n", {"published": datetime(2023, 11, 2, 10)}),
        ("", {}),
    ],
)
@pytest.mark.parametrize("end", ["---", "..."])
def test_front_matter(head: str, end: str, fields: dict[str, object]) -> None:
    found = draft(f"---\n{head}{end}\nThe body.\n\n---\nStill.\n", "a.md")
    assert found == Draft(text="The body.\n\n---\nStill.\n", fields=front(fields))


def test_front_matter_after_a_byte_order_mark_and_with_windows_line_ends() -> None:
    found = draft(b"\xef\xbb\xbf---\r\ntitle: T\r\n---\r\nbody\r\n", "a.md")
    assert found.fields == front({"title": "T"}) and found.text.strip() == "body"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "---\ntitle: T\nno end of it"),
        ("a.md", "---"),
        ("a.md", "# Title\n---\nx: y\n---\n"),
        ("a.md", "----\na: b\n----\nc"),
        ("a.txt", "---\ntitle: T\n---\nbody"),
    ],
)
def test_what_is_no_front_matter_is_text(name: str, text: str) -> None:
    assert draft(text, name) == Draft(text=text)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("title: [unclosed", "not YAML"),
        ("a: b: c", "not YAML"),
        ("\tx: y", "not YAML"),
        ("a: !!python/object/apply:os.getcwd []", "not YAML"),
        ("a: &a [x]\nb: *a", "aliases"),
        ("- a\n- b", "not a list of fields"),
        ("just words", "title: …"),
        ("published: 2023-02-31", "front matter"),
    ],
)
def test_front_matter_that_cannot_be_read(head: str, said: str) -> None:
    assert said in refused(f"---\n{head}\n---\nbody", "a.md")


@pytest.mark.parametrize(("value", "left_out"), [("false", True), ("no", True), ("true", False), ("'false'", False)])
def test_ingest_false_leaves_a_file_out(value: str, left_out: bool) -> None:
    result = read(f"---\ningest: {value}\n---\nbody", "a.md")
    assert len(result.drafts) == (not left_out)
    assert result.skipped == ((Failure("", "says ingest: false in its front matter"),) if left_out else ())


def test_front_matter_without_text() -> None:
    assert "holds no text" in refused("---\ntitle: T\n---\n \n", "a.md")
