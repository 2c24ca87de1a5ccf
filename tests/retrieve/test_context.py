"""The sentences around a passage."""

from rag.retrieve.context import context
from rag.types import Article, Passage

TEXT = "The first one stands here. The second one follows it. The third one is found. The fourth one ends it."


def around(found: str, text: str = TEXT) -> str:
    start = text.index(found)
    article = Article(id="a", text=text, title="T", path="a.md")
    first, last = context(article, Passage(id="p", article_id="a", start=start, end=start + len(found), text=found))
    return text[first:last]


def test_the_sentence_before_and_the_one_after() -> None:
    assert around("The third one is found.") == TEXT[TEXT.index("The second") :]
    assert around("The second one follows it.") == TEXT[: TEXT.index(" The fourth")]


def test_at_the_ends_of_the_article() -> None:
    assert around("The first one stands here.") == TEXT[: TEXT.index(" The third")]
    assert around(TEXT) == TEXT


def test_a_sentence_that_is_too_long_is_left_out() -> None:
    long = "It goes on " + "and on " * 100 + "to here."
    text = f"{long} Found here. {long}"
    assert around("Found here.", text) == "Found here."
