"""Furniture out, the article in: what holds of every page, and of prose that has no furniture."""

import json
from pathlib import Path

import pytest

from rag.ingest.clean import clean, clean_draft
from rag.ingest.draft import Draft, Removed
from rag.text.lines import ends_sentence

POLNEAR = Path(__file__).parents[3] / "shared/data/polnear/train/articles.jsonl"

BODY = """\
The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
“We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.
Shopkeepers on the far bank of the river fear that they will lose their customers in the winter."""


def test_a_masthead_date_is_told_and_not_used() -> None:
    cleaned = clean(f"54 F\nFriday, March 1, 2024\nCouncil of Elmford votes to close the old bridge\n{BODY}")
    assert "published" not in cleaned.fields
    assert "Friday, March 1, 2024" in cleaned.fields["note"].value


def test_an_article_that_its_reader_found_loses_lines_for_what_they_say_alone() -> None:
    caption = "The old bridge at Elmford on a day of high water."
    dates = "June 9 – Elmford, Town Hall\nJune 10 – Quayside, The Old Mill\nJune 12 – Harrow, The Corn Exchange"
    page = f"The bridge\n{caption}\n{caption}\n{BODY}\n{dates}\nReach the desk at desk@ledger.example"
    cleaned = clean(page, is_bounded=True)
    assert cleaned.text == f"The bridge\n{caption}\n{BODY}\n{dates}"
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == [caption]
    assert dates not in clean(page).text


def test_what_a_reader_knows_and_left_out_is_carried_on() -> None:
    caption = "A heron on the pier"
    running = Removed("The Elm Ledger, page 1", "running head")
    cleaned = clean_draft(Draft(text=f"{BODY}\n{caption}\nShare", captions=(caption,), removed=(running,)))
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == [caption]
    assert cleaned.removed == (running, Removed("Share", "no sentence, behind the last sentence of the article"))


@pytest.mark.parametrize(
    "line",
    [
        "(Reporting by Ann Lee; Editing by Bo Stein)",
        "Additional reporting by Ann Lee.",
        "By Ann Lee in Quayside",
        "Please send your questions about this report to desk@ledger.example.",
        "© 2024 The Elm Ledger",
        "Posted on: 2024-03-01 10:20 GMT",
    ],
)
def test_lines_behind_an_article_that_say_who_wrote_it_and_whose_it_is(line: str) -> None:
    assert [r.text for r in clean(f"{BODY}\n{line}").removed] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Follow the money.",
        "Follow-up talks on Facebook began on Monday and went on into the night.",
        "Ann Lee contributed to the fund.",
        "Contributing: the weather and the war.",
        "Quayside 14 11 6 15 — 44",
        "“Please direct your questions to press@ministry.example,” a spokesman said.",
    ],
)
def test_lines_that_are_like_them_stay(line: str) -> None:
    assert clean(f"{BODY}\n{line}", is_bounded=True).text == f"{BODY}\n{line}"


def test_refrains_stay() -> None:
    page = f"{BODY}\nNever again!\nNever again!\n{BODY} He left."
    assert clean(page).text.count("Never again!") == 2


@pytest.mark.skipif(not POLNEAR.exists(), reason="needs ../shared/data")
def test_clean_prose_stays_as_it_is() -> None:
    """840 articles that are prose already. What goes was read line by line: addresses, credits, code, one-day notes.

    No line that goes may be a sentence of an article. Lines there all end with a point, furniture too, so that a
    line counts as one by its words: a verb's worth of them, none an address or handle ("Follow … on Twitter @…").
    """
    unchanged = 0
    gone: list[str] = []
    for line in POLNEAR.read_text(encoding="utf-8").strip().split("\n"):
        text = json.loads(line)["text"]
        cleaned = clean(text)
        unchanged += cleaned.text.split() == text.split()
        gone += [
            r.text
            for r in cleaned.removed
            if r.reason not in ("code", "address", "byline", "credits", "a date or time alone") and "@" not in r.text
        ]
    assert unchanged >= 760
    long = [line for line in gone if ends_sentence(line) and len(line.split()) > 4]
    assert len(long) <= 8, long
