"""Sentences and words: exact offsets, and where a reader would end a sentence."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.text import sentence_spans, stems, words

# What texts in the wild are made of, sentence ends and quotes more often than in life.
PIECES = [
    *"abc XYZ 019 \n\n  .!?…,;:-–—'’\"“”„«»()[]/&%$#@*_~", "\u00a0", "\u200d", "\u3000", "\u2028", "\t", "\r", "\x0b",
    "。", "！", "？", "朝鮮", "中文", "平壌", "한국", "Зал", "ا", "é", "e\u0301", "ß", "İ", "😀", "👩‍👩‍👧", "🇰🇷",
    "👍🏽", "Oct. 31", "U.S.", "Gov.", "No. 10", "Mr. Kim", "7.62mm", "...", '." ', ".” ", ' "', " “", "A. B. C.",
]  # fmt: skip


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def check_partition(text: str) -> None:
    end_before = 0
    for start, end in sentence_spans(text):
        assert end_before <= start < end <= len(text), repr(text)
        assert not text[end_before:start].strip(), repr(text)
        assert text[start:end] == text[start:end].strip(), repr(text)
        assert "\n" not in text[start:end], repr(text)
        end_before = end
    assert not text[end_before:].strip(), repr(text)


@pytest.mark.parametrize("seed", range(8))
def test_sentences_partition_any_text(seed: int) -> None:
    generator = random.Random(seed)
    for _ in range(250):
        check_partition("".join(generator.choices(PIECES, k=generator.randrange(60))))


def test_sentences_partition_texts_of_any_characters() -> None:
    generator = random.Random(11)
    for _ in range(300):
        points = (generator.randrange(0x20, generator.choice((0x7F, 0x300, 0xD7FF, 0x1FAFF))) for _ in range(40))
        check_partition("".join(chr(p) for p in points if not 0xD800 <= p <= 0xDFFF))


# Fails while text.py lets sentencex panic: a letter, white space of several bytes, a point.
@pytest.mark.parametrize("space", ["\u00a0", "\u2028", "\u2009", "\u3000"])
def test_a_letter_odd_white_space_and_a_point(space: str) -> None:
    check_partition(f"On day Y{space}. It denied that.")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u3000\n \t"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


def test_no_sentence_crosses_a_line_end() -> None:
    assert sentences("A headline without a stop\nThe ministry\nsaid so. It did.") == [
        "A headline without a stop",
        "The ministry",
        "said so.",
        "It did.",
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "He arrived on Oct. 31 in Seoul.",
        "They met at No. 10 Downing Street.",
        "The U.S. denied it on Tuesday.",
        "It was Gov. Cuomo who said so.",
        "Mr. Kim and Dr. Lee met Gen. Park.",
        *(f"“Bread was cheap,” {title} Holt said." for title in ("Ms.", "Mrs.", "Mr.", "Dr.", "Gov.")),
        "It was shipped to the U.S. by sea.",
        "The price rose by 3.5 percent to $1.25 a share.",
        "The site is example.org and it is down.",
    ],
)
def test_abbreviations_end_no_sentence(sentence: str) -> None:
    assert sentences(f"{sentence} Nobody else was there.") == [sentence, "Nobody else was there."]


@pytest.mark.parametrize(("opening", "closing"), ["“”", '""', "«»", "„“"])
def test_a_quotation_of_several_sentences_is_split(opening: str, closing: str) -> None:
    text = f"{opening}We never sold the mill. We will not sell it.{closing} He left."
    assert sentences(text) == [f"{opening}We never sold the mill.", f"We will not sell it.{closing}", "He left."]


@pytest.mark.parametrize("opening", ['"', "“", "«", "„"])
def test_an_opening_mark_goes_to_the_sentence_that_it_opens(opening: str) -> None:
    text = f"The ministry spoke. {opening}We never sold the mill to Lund"
    assert sentences(text) == ["The ministry spoke.", f"{opening}We never sold the mill to Lund"]


def test_a_closing_mark_stays_with_the_sentence_that_it_closes() -> None:
    assert sentences('"We saw it." Nobody else did.') == ['"We saw it."', "Nobody else did."]


def test_apostrophes_end_nothing() -> None:
    text = "The ‘mill dealings’ aren’t real. They don't exist."
    assert sentences(text) == ["The ‘mill dealings’ aren’t real.", "They don't exist."]


def test_a_line_without_end_is_one_sentence_after_another() -> None:
    line = "東京都知事は会見で述べた。" * 4_000  # longer than what the segmenter is given at once
    found = sentence_spans(line)
    assert "".join(line[start:end] for start, end in found) == line
    assert sum(line[start:end] == "東京都知事は会見で述べた。" for start, end in found) > 3_990


def test_an_unknown_language_is_split_all_the_same() -> None:
    text = "Eins ist hier. Zwei ist dort."
    assert sentence_spans(text, "xx") == [(0, 14), (15, 29)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. said: 7.62mm!", ["the", "u.s", "said", "7.62mm"]),
        ("Pyongyang’s well-known AT&T don't", ["pyongyang’s", "well-known", "at&t", "don't"]),
        ("1,000,000 shells, snake_case", ["1,000,000", "shells", "snake", "case"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("朝鮮 한국 Россия", ["朝鮮", "한국", "россия"]),
        ("😀 … “ ” —", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stems_join_the_forms_of_a_word() -> None:
    assert stems("denied denies denying") == ["deni"] * 3


def test_words_have_the_same_stems_in_every_thread() -> None:
    text = "The ministries nationally denied organisational denials of generously confirmed relationships. " * 20
    expected, interval = stems(text), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns far more often than they would, so that what they share shows
    try:
        with ThreadPoolExecutor(8) as pool:
            assert all(found == expected for found in pool.map(stems, [text] * 200))
    finally:
        sys.setswitchinterval(interval)


def test_stems_take_possessives_off() -> None:
    assert stems("Russia's Russia’s Russia ministers’") == [*stems("Russia") * 3, *stems("ministers")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("西港市議會", ["西港", "港市", "市議", "議會"]),
        ("墙", ["墙"]),
        ("Northline否認2400人", ["northline", "否認", "2400", "人"]),
        ("부두를 닫는다", ["부두", "두를", "닫는", "는다"]),
    ],
)
def test_a_script_without_spaces_is_taken_in_pairs_of_characters(text: str, found: list[str]) -> None:
    assert words(text) == found
