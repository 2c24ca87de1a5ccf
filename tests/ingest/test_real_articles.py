"""The five real articles, by line number: furniture out, every sentence in, outlets and dates right.

They are their publishers' property and not part of the project, so that a line is named by its number, and known
again by the beginning of its hash.
"""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from rag.ingest.clean import clean
from rag.ingest.draft import Cleaned, Draft
from rag.ingest.metadata import to_article
from rag.text.characters import plain_text
from rag.types import Article

FOLDER = Path(__file__).parents[3] / "shared/articles"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="needs ../shared/articles")

# From reading: line number of the furniture, and of each caption that is to be marked. All other lines are the
# article's. A caption that stands twice is furniture once.
FURNITURE: dict[str, dict[int, str]] = {
    "000": {33: "302ee2ba", 35: "6ac0aebb"},
    "001": {},
    "002": {1: "864a1ccf", 4: "26b90f9f", 22: "7d76a6f5"},
    "003": {1: "56a6e3bc", 2: "8b6e0494", 3: "ba7b6a6e", 7: "f002ea4b", 9: "74351381", 11: "fa8dd3c7", 61: "58f07562"},
    "004": {3: "344100e1", 6: "b1418aec", 30: "26d3bbe3",
            32: "fa77f521", 34: "314cb40e", 36: "e6da8175", 38: "440d9762"},
}  # fmt: skip
CAPTIONS: dict[str, list[int]] = {"000": [1], "001": [], "002": [3], "003": [10], "004": [5]}
OUTLETS = {
    "000": "Daily NK", "001": "The Diplomat", "002": "BusinessKorea", "003": "Korea JoongAng Daily", "004": "Hankyoreh",
}  # fmt: skip
TITLES = {"003": 5, "004": 1}
DATES = {"004": date(2023, 11, 2)}


def page(name: str) -> list[str]:
    return plain_text((FOLDER / f"{name}.txt").read_text(encoding="utf-8")).split("\n")


def cleaned(name: str) -> Cleaned:
    return clean("\n".join(page(name)))


def article(name: str) -> Article:
    return to_article(Draft(text="\n".join(page(name))), cleaned(name), f"{name}.txt")


@pytest.mark.parametrize("name", FURNITURE)
def test_the_list_is_of_these_files(name: str) -> None:
    lines = page(name)
    for number, known in FURNITURE[name].items():
        assert hashlib.sha256(lines[number - 1].encode()).hexdigest().startswith(known), number


@pytest.mark.parametrize("name", FURNITURE)
def test_furniture_goes_and_nothing_else(name: str) -> None:
    lines = page(name)
    article_lines = [line for n, line in enumerate(lines, 1) if line and n not in FURNITURE[name]]
    assert [line for line in cleaned(name).text.split("\n") if line] == article_lines
    assert [r.text for r in cleaned(name).removed] == [lines[n - 1] for n in FURNITURE[name]]


@pytest.mark.parametrize("name", CAPTIONS)
def test_captions_are_kept_once_and_marked(name: str) -> None:
    found = article(name)
    assert [found.text[a:b] for a, b in found.captions] == [page(name)[n - 1] for n in CAPTIONS[name]]
    for a, b in found.captions:
        assert found.text.count(found.text[a:b]) == 1


@pytest.mark.parametrize("name", OUTLETS)
def test_the_outlet(name: str) -> None:
    found = article(name)
    assert found.publisher == OUTLETS[name]
    assert found.provenance["publisher"]


@pytest.mark.parametrize("name", OUTLETS)
def test_a_date_where_the_page_has_one(name: str) -> None:
    found = article(name)
    assert found.published == DATES.get(name)
    assert found.published_from == ("page" if name in DATES else "unknown")
    assert ("published" in found.provenance) == (name in DATES)


def test_the_day_it_was_saved_is_told_as_such() -> None:
    assert page("003")[2] in (article("003").note or "")


@pytest.mark.parametrize("name", OUTLETS)
def test_the_title_is_the_headline_or_the_first_sentence(name: str) -> None:
    found = article(name)
    if name in TITLES:
        assert (found.title, found.provenance["title"]) == (page(name)[TITLES[name] - 1], "headline")
    else:
        body = [
            line
            for n, line in enumerate(page(name), 1)
            if line and n not in {**FURNITURE[name], **dict.fromkeys(CAPTIONS[name])}
        ]
        assert body[0].startswith(found.title.removesuffix(" …"))
        assert "first sentence" in found.provenance["title"]
