"""No line can be made slow to judge: long words, long rows of marks, thousands of labels."""

import time
from datetime import date

import pytest

from rag.ingest.clean import clean
from rag.ingest.draft import Draft
from rag.ingest.metadata import to_article
from rag.text.characters import plain_text
from rag.text.dates import resolve

BODY = "The council of Elmford voted on Monday to close the old river bridge for repairs until spring."


@pytest.mark.parametrize(
    "odd",
    [
        "a" * 50_000, "A" * 50_000, "a-" * 30_000, "By " + "A " * 20_000, "© " * 20_000, "( " * 20_000, "12 " * 20_000,
        "A. " * 20_000, "x@" * 20_000, "{" * 30_000, "Jan " * 20_000, "the " * 30_000, "." * 30_000, "> " * 20_000,
        "\n".join(["Read more"] * 5_000), "\n".join(["By " + "Aa " * 25] * 500), "\n".join(["a" * 590] * 100),
        "\n".join(["65 F"] * 5_000), "\n".join(["© " * 25] * 500), "\n".join(["Foo bar"] * 5_000),
    ],
    ids=lambda odd: odd[:12],
)  # fmt: skip
def test_odd_pages(odd: str) -> None:
    page = plain_text(f"{odd}\n{BODY}\n{odd}")
    began = time.process_time()
    cleaned = clean(page)
    found = to_article(Draft(text=page), cleaned, "a.txt")
    resolve(found.text, date(2024, 3, 1))
    assert BODY in found.text
    assert time.process_time() - began < 6  # all take under one second on an idle machine
