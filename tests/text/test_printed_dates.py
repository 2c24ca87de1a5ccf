"""Days that pages print: in their addresses, and in the digits of any script."""

from datetime import date

import pytest

from rag.text.printed_dates import day_in_url, printed_dates


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2019/11/18/x", date(2019, 11, 18)),
        ("https://a.example/2019/nov/18/x", date(2019, 11, 18)),
        ("https://a.example/news/2019-11-18-x.html", date(2019, 11, 18)),
        ("https://a.example/20191118/x", date(2019, 11, 18)),
        ("https://a.example/2019/11/x", None),
        ("https://a.example/story/4082679002/", None),
        ("https://a.example/2019/13/40/x", None),
    ],
)
def test_dates_in_addresses(url: str, day: date | None) -> None:
    assert day_in_url(url) == day


def test_wide_digits_are_digits() -> None:
    (printed,) = printed_dates("２０２４年３月１２日")
    assert printed.date == date(2024, 3, 12)
