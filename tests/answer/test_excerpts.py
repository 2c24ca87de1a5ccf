"""What a model is shown: no word twice, in parts that fit."""

from rag.answer.evidence import Evidence
from rag.answer.excerpts import Excerpt, excerpts, in_parts
from rag.types import Article

TEXT = "The mill at Osterby closed. It had run since 1881. Nobody was told. The mayor wrote a letter."


def sentence(text: str, id: str = "a", lead: str = "") -> Evidence:
    article = Article(id=id, text=TEXT, title="Mill", path="mill.md")
    start = TEXT.index(text)
    return Evidence(article=article, start=start, end=start + len(text), score=1, meaning=1, coverage=1,
                    lead=TEXT.index(lead) if lead else None)  # fmt: skip


def test_excerpts_that_overlap_are_one() -> None:
    first = sentence("It had run since 1881.", lead="The mill")
    shown = excerpts("sentences", [first, sentence("Nobody was told."), sentence("The mill at Osterby closed.")], [])
    assert [TEXT[x.start : x.end] for x in shown] == [
        "The mill at Osterby closed. It had run since 1881.",
        "Nobody was told.",
    ]
    two = [first, sentence("The mill at Osterby closed.", id="b")]
    assert len(excerpts("sentences", two, [])) == 2


def test_parts_hold_what_fits_each_excerpt_once() -> None:
    long = Article(id="l", text="word " * 500, title="", path="")
    several = [Excerpt(sentence("Nobody").article, 0, 27), Excerpt(long, 0, 2500), Excerpt(long, 0, 500)]
    parts = in_parts([*several, *several[:1] * 3], room=200, most=3)
    assert [len(p) for p in parts] == [2, 3] and all(x is not several[1] for p in parts for x in p)
    assert in_parts(several, room=10, most=3) == []
