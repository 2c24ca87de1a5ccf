"""Timelines: the day that a sentence names, else its article's; in the article's words where it can't be placed."""

from datetime import date

import pytest

from rag.answer.evidence import Evidence
from rag.answer.timeline import timeline
from rag.types import Article


@pytest.mark.parametrize(
    ("text", "published", "said_on", "dated_by"),
    [
        ("The mill closed on 3 May 2021.", date(2024, 6, 2), "2021-05-03", "sentence"),
        ("The mill closed.", date(2024, 6, 2), "(2024-06-02)", "article"),
        ("The mill closed on Oct. 13.", None, "“Oct. 13”", "unknown"),
        ("The mill closed.", None, "unknown", "unknown"),
    ],
)
def test_the_day_of_a_line(text: str, published: date | None, said_on: str, dated_by: str) -> None:
    article = Article(id="a", title="Mill", path="a.md", text=text, published=published)
    [entry] = timeline([Evidence(article=article, start=0, end=len(text), score=1, meaning=0.9, coverage=0.9)])
    assert (entry.said_on, entry.dated_by) == (said_on, dated_by)
