"""Dates in text: what is one, what it means seen from the day of publication, what isn't one."""

from datetime import date

import pytest

from rag.text.dates import DateMention, resolve

THURSDAY = date(2023, 11, 2)


def said(text: str, published: date | None = THURSDAY) -> list[tuple[str, str | None, str]]:
    return [(m.text, m.date and m.date.isoformat(), m.precision) for m in resolve(text, published)]


@pytest.mark.parametrize(
    ("text", "mention", "day", "precision"),
    [
        ("He left last Wednesday.", "last Wednesday", "2023-11-01", "day"),
        ("He left last Thursday.", "last Thursday", "2023-10-26", "day"),
        ("It said so in a statement Tuesday.", "Tuesday", "2023-10-31", "day"),
        ("It said so on Thursday.", "Thursday", "2023-11-02", "day"),
        ("They will vote on Friday.", "Friday", "2023-11-03", "day"),
        ("It will fail, he said Friday.", "Friday", "2023-10-27", "day"),
        ("They meet next Tuesday.", "next Tuesday", "2023-11-07", "day"),
        ("A radio reported on Oct. 31 that", "Oct. 31", "2023-10-31", "day"),
        ("crates on Sept. 7 to 8, a boat", "Sept. 7 to 8", "2023-09-07", "day"),
        ("ten ships had left by the 30th.", "the 30th", "2023-10-30", "day"),
        ("since early August, ships", "early August", "2023-08-01", "month"),
        ("around the middle of October, a team", "the middle of October", "2023-10-01", "month"),
        ("closed in February 2020 for two years", "February 2020", "2020-02-01", "month"),
        ("on Nov. 1", "Nov. 1", "2023-11-01", "day"),
        ("the vote on Nov. 7 matters", "Nov. 7", "2023-11-07", "day"),
        ("the storm of Dec. 20", "Dec. 20", None, "day"),
        ("the storm had come on Dec. 20", "Dec. 20", None, "day"),
        ("she said that it would open again on Dec. 20", "Dec. 20", None, "day"),
        ("Work on the quay is to begin on 3 June.", "3 June", "2024-06-03", "day"),
        ("The court has set a hearing for May 20.", "May 20", "2024-05-20", "day"),
        ("The clerks are to meet on 9 March.", "9 March", "2024-03-09", "day"),
        ("He asked for a delay until a vote for July 1.", "July 1", "2024-07-01", "day"),
        ("Voters go to the polls on June 5.", "June 5", None, "day"),
        ("The treaty expires on 30 April.", "30 April", None, "day"),
        ("the fair will open on Dec. 20", "Dec. 20", "2023-12-20", "day"),
        ("dated 2023-11-02 it", "2023-11-02", "2023-11-02", "day"),
        ("on 2 November 2023", "2 November 2023", "2023-11-02", "day"),
        ("on November 2nd, 2023", "November 2nd, 2023", "2023-11-02", "day"),
        ("Wednesday, June 12, 2024", "Wednesday, June 12, 2024", "2024-06-12", "day"),
        ("yesterday they left", "yesterday", "2023-11-01", "day"),
        ("they left last week", "last week", "2023-10-23", "day"),
        ("the second this year", "this year", "2023-01-01", "year"),
        ("In September, the port closed", "September", "2023-09-01", "month"),
        ("In December, the port closed", "December", "2022-12-01", "month"),
        ("It will close in December.", "December", "2023-12-01", "month"),
        ("three days ago a ship", "three days ago", "2023-10-30", "day"),
        ("opened in 2013 but", "2013", "2013-01-01", "year"),
        ("during the 2021 talks", "2021", "2021-01-01", "year"),
        ("in June of this year.", "June of this year", "2023-06-01", "month"),
        ("on 31/10/2023", "31/10/2023", "2023-10-31", "day"),
        ("on 11/02/2023", "11/02/2023", None, "day"),
    ],
)
def test_one_mention(text: str, mention: str, day: str | None, precision: str) -> None:
    assert said(text) == [(mention, day, precision)]


@pytest.mark.parametrize(
    "text",
    [
        "The parties may march on.", "Theresa May said so.", "It may go.", "Black Friday sales rose.", "On Feb. 30 it",
        "Resolution 2375 of the council",
        "2013 shells were found", "USA Today reported it.", "a 7.62mm rifle, 1,000 of",
        "No. 10 checkpoint", "the 38th parallel", "from 1998-2003", "a second ship and one third of it",
    ],
)  # fmt: skip
def test_no_mention(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("text", ["last Wednesday", "Tuesday", "Oct. 31", "by the 30th.", "early August", "this year"])
def test_without_a_day_of_publication_it_stays_open(text: str) -> None:
    (mention,) = resolve(text, None)
    assert mention.date is None


@pytest.mark.parametrize(("text", "day"), [("Nov. 1, 2022", date(2022, 11, 1)), ("in 2013", date(2013, 1, 1))])
def test_what_is_absolute_needs_none(text: str, day: date) -> None:
    assert [m.date for m in resolve(text, None)] == [day]


def test_a_leap_day_and_the_turn_of_a_year() -> None:
    assert said("it closed on Feb. 29") == [("Feb. 29", None, "day")]
    assert said("it closed on Feb. 29", date(2024, 3, 2)) == [("Feb. 29", "2024-02-29", "day")]
    assert said("on Dec. 31 and Monday", date(2024, 1, 2)) == [
        ("Dec. 31", "2023-12-31", "day"),
        ("Monday", "2024-01-01", "day"),
    ]
    assert said("last month, by the 30th.", date(2024, 3, 2)) == [
        ("last month", "2024-02-01", "month"),
        ("the 30th", None, "day"),
    ]


def test_offsets_are_exact_and_in_order() -> None:
    text = "On Oct. 31 and Nov. 1, then on Tuesday, in May 2020, he said “yesterday”.\nBy the 30th, too."
    mentions = resolve(text, THURSDAY)
    assert [m.text for m in mentions] == ["Oct. 31", "Nov. 1", "Tuesday", "May 2020", "yesterday", "the 30th"]
    for m in mentions:
        assert isinstance(m, DateMention) and text[m.start : m.end] == m.text
