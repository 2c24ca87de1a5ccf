"""Plain text: what a reader sees, in one form; and the words that a search compares."""

import random
import unicodedata
from datetime import date

import pytest

from rag.text import words
from rag.text.characters import plain_text, same_width
from rag.text.dates import resolve
from rag.text.numbers import figures


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("one\n\n\n\n\ntwo", "one\n\ntwo"),
        ("one\n \t \n\u00a0\ntwo", "one\n\ntwo"),
        ("a\u00a0b\u2009c\u3000d\u202fe", "a b c d e"),
        ("many   spaces\t\ttabs", "many spaces tabs"),
        ("  indented  \n  lines  ", "indented\nlines"),
        ("zero\u200bwidth\ufeff mark\u2060s", "zerowidth marks"),
        ("the ter\u00admi\u00adnal", "the terminal"),
        ("the ﬁrst oﬃcial ﬂood", "the first official flood"),
        ("½ of ５ m²", "½ of ５ m²"),
        ("\u202ealc\u202c \u2066x\u2069 \u200ey\u200f", "alc x y"),
        ("e\u0301 A\u030a", "é Å"),
        ("bell\x07 del\x7f", "bell del"),
        ("👩\u200d👩\u200d👧 می\u200cخواهم", "👩\u200d👩\u200d👧 می\u200cخواهم"),
        ("half \ud83d surrogate", "half ? surrogate"),
        ("", ""),
    ],
)
def test_plain_text(raw: str, kept: str) -> None:
    assert plain_text(raw) == kept


# Fails while \x0b, \x0c and \x85 are deleted.
@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\n\x0c\n"])
def test_plain_text_joins_no_words_that_a_page_break_parts(separator: str) -> None:
    assert plain_text(f"one{separator}two").split() == ["one", "two"]


# Fails while marks are composed before others are deleted.
def test_plain_text_of_plain_text_is_itself() -> None:
    generator = random.Random(5)
    pieces = [*"ab .\n\r\té😀", *"\u00a0\u200b\u202e\ufeff\u0301\u1100\u1161\x00\x0c"]
    for _ in range(500):
        once = plain_text("".join(generator.choices(pieces, k=30)))
        assert plain_text(once) == once, repr(once)
        assert unicodedata.is_normalized("NFC", once), repr(once)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("１２０ ｔｏｎｓ of ＤＵＳＴ", "120 tons of dust"),
        ("the ﬁrst oﬃce", "the first office"),
        ("quar\u00adry and le\u00advel", "quarry and level"),
        ("zero\u200bwidth \ufeffmarks", "zerowidth marks"),
        ("ﾎﾙﾑ", "ホルム"),
        ("採石場，重開", "採石場 重開"),
    ],
)
def test_search_reads_compatibility_forms_as_what_they_stand_for(written: str, plain: str) -> None:
    assert words(written) == words(plain)
    assert words(plain_text(f"“{written},” she said.")) == [*words(plain), "she", "said"]


def test_wide_digits_have_their_value_and_stay_as_they_are_shown() -> None:
    text = plain_text("It cost ＄１，２００ on １２ March ２０２４, or ５０％ more.")
    assert "１，２００" in text and len(same_width(text)) == len(text)
    cost, more = (f for f in figures(text) if f.key in ("1200", "50"))
    assert (cost.unit, more.unit) == ("dollar", "percent") and text[more.start : more.end] == "５０％"
    (mention,) = resolve(text, None)
    assert mention.date == date(2024, 3, 12) and mention.text == "１２ March ２０２４"
