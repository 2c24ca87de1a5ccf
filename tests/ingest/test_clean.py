"""Furniture out, the article in: what holds of every page, and of prose that has no furniture."""

import json
from pathlib import Path

import pytest

from rag.ingest.clean import clean, mark_captions
from rag.ingest.clean_shape import ends_sentence

POLNEAR = Path(__file__).parents[3] / "shared/data/polnear/train/articles.jsonl"

BODY = """\
The town council of Elmford voted on Monday to close the old river bridge for repairs until spring.
“We cannot wait for another flood,” said the mayor, Ada Brook, after a meeting of four hours.
Shopkeepers on the far bank of the river fear that they will lose their customers in the winter."""


def test_a_masthead_date_is_told_and_not_used() -> None:
    cleaned = clean(f"54 F\nFriday, March 1, 2024\nCouncil of Elmford votes to close the old bridge\n{BODY}")
    assert "published" not in cleaned.fields
    assert "Friday, March 1, 2024" in cleaned.fields["note"].value


def test_what_stands_in_other_articles_of_the_outlet() -> None:
    habit = "The voice of the valley since the great flood"
    page = f"{habit}\n{BODY}\nOur rivers, our towns, our people and their stories"
    assert clean(page).removed == ()
    cleaned = clean(page, lambda line: line.startswith(("The voice", "Our rivers")))
    assert [r.text for r in cleaned.removed] == [page.split("\n")[0], page.split("\n")[-1]]


def test_a_sentence_of_the_body_stays_however_often_it_stands_elsewhere() -> None:
    page = BODY
    assert clean(page, lambda line: True).text == page


def test_text_that_is_clean_keeps_all_but_the_second_caption() -> None:
    caption = "The old bridge at Elmford on a day of high water."
    page = f"Share\n{caption}\n{caption}\n{BODY}\nRelated stories"
    cleaned = mark_captions(page)
    assert cleaned.text == page.replace(f"{caption}\n{caption}", caption)
    assert [cleaned.text[a:b] for a, b in cleaned.captions] == [caption]


def test_refrains_stay() -> None:
    page = f"{BODY}\nNever again!\nNever again!\n{BODY} He left."
    assert clean(page).text.count("Never again!") == 2


@pytest.mark.skipif(not POLNEAR.exists(), reason="needs ../shared/data")
def test_clean_prose_stays_as_it_is() -> None:
    """840 articles that are prose already. What goes was read line by line: addresses, credits, code, one-day notes.

    No line that goes may be a sentence of an article. Lines there all end with a point, furniture too, so that a
    line counts as one by its words: a verb's worth of them, none an address.
    """
    unchanged = 0
    gone: list[str] = []
    for line in POLNEAR.read_text(encoding="utf-8").strip().split("\n"):
        text = json.loads(line)["text"]
        cleaned = clean(text)
        unchanged += cleaned.text.split() == text.split()
        gone += [
            r.text for r in cleaned.removed if r.reason not in ("code", "address", "byline", "a date or time alone")
        ]
    assert unchanged >= 790
    long = [line for line in gone if ends_sentence(line) and len(line.split()) > 4]
    assert len(long) <= 8, long
