"""Values compared by what they mean."""

import pytest

from rag.answer.values import compatible, dates, names, numbers, same_name, whole_numbers


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("1,000 barrels", "a thousand barrels", True),
        ("ten crates", "10 crates", True),
        ("more than 1 million shells", "1.2 million shells", True),
        ("more than 1 million shells", "800,000 shells", False),
        ("about 100 boats", "95 boats", True),
        ("about 100 boats", "150 boats", False),
        ("up to 40 boats", "35 boats", True),
        ("twenty-five boats", "25 boats", True),
        ("1,000 containers", "1 million shells", True),  # of different things: nothing stands against the other
        ("$3 million", "£3 million", True),
        ("$3 million", "$4 million", False),
        ("12 percent", "15 %", False),
    ],
)
def test_numbers(a: str, b: str, same: bool) -> None:
    (x,), (y,) = numbers(f"They counted {a}."), numbers(f"They counted {b}.")
    assert compatible(x, y) is same


def test_what_is_a_number_and_what_is_a_date() -> None:
    text = "On 3 May 2021 and in 1998, 1,400 people paid $2.5 million; the 1990s and No. 10-A are none."
    assert [v.text for v in numbers(text) if v.unit] == ["1,400", "$2.5 million"]
    assert [v.text for v in dates(text)] == ["3 May 2021", "1998", "1990s"]
    for v in (*numbers(text), *dates(text)):
        assert text[v.start : v.end].strip() == v.text


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("3 May 2021", "May 3, 2021", True),
        ("3 May 2021", "2021", True),
        ("1886", "the 1880s", True),
        ("1886", "1901-1902", False),
        ("3 May", "3 May 2021", True),
        ("3 May", "4 May 2021", False),
        ("May 2021", "June 2021", False),
    ],
)
def test_dates(a: str, b: str, same: bool) -> None:
    (x,), (y,) = dates(f"It began on {a}."), dates(f"It began on {b}.")
    assert compatible(x, y) is same


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Rysk Harbour", "Rysk", True),
        ("Vasno", "Vasna", True),  # one letter: a spelling
        ("Iran", "Iraq", False),  # too short for that
        ("First Coast War", "Second Coast War", False),
        ("Maren Holt", "Jonas Brandt", False),
    ],
)
def test_names(a: str, b: str, same: bool) -> None:
    (x,), (y,) = names(f"it was {a}"), names(f"it was {b}")
    assert compatible(x, y) is same


def test_words_that_name_nobody_are_no_names() -> None:
    assert [v.text for v in names("However, Maren Holt left Rysk on Monday, May 3.")] == ["Maren Holt", "Rysk"]


def test_one_bearer_of_a_name() -> None:
    assert same_name("the Coast Guard", "Coast Guard")
    assert same_name("Maren Holt", "Holt")
    assert not same_name("Maren Holt", "Maren Brandt")
    assert not same_name("the Herald", "the Herald’s source")
    assert same_name("the Herald’s source", "the source")


def test_a_range_is_one_number_with_the_unit_behind_it() -> None:
    (value,) = numbers("They stayed away for five or six hours.")
    assert (value.text, value.low, value.high, value.unit) == ("five or six", 5, 6, {"hour"})


def test_a_month_alone_is_a_date_where_something_leads_to_it() -> None:
    assert [v.text for v in dates("It began in October, failed in February and June, and may march on.")] == [
        "October", "February", "June",
    ]  # fmt: skip
    assert dates("May Holt marched.") == []
    (month,), (day,), (other,) = dates("in May"), dates("on 3 May"), dates("on 3 June")
    assert compatible(month, day)
    assert not compatible(month, other)


@pytest.mark.parametrize(
    ("text", "digits"),
    [("over a thousand containers", "1000 containers"), ("more than 1,000 containers", "1000 containers"),
     ("US$3.45 million was frozen", "3450000 was frozen"), ("forty men and up to 800 more", "40 men and 800 more"),
     ("two bodies", "two bodies"), ("on Oct. 13, 2023", "on Oct. 13, 2023"),
     ("ten to twelve ships", "ten to twelve ships"),
     ("dozens of ships", "dozens of ships"), ("", "")],
)  # fmt: skip
def test_larger_numbers_in_digits(text: str, digits: str) -> None:
    assert whole_numbers(text) == digits
