"""A model's Markdown in pieces to sentences with markers."""

import pytest

from rag.answer.verification.drafts import DraftSentence, sentences

DRAFT = """## What they say
Here it is:
- The *first* claim [1]. **The second** claim.[2, 3] A third [4-6]!
1. According to passage 2, the fourth claim stands.

"One. Two," he said [^7]. See [the page](http://evil.example/x) ![x](http://evil.example/y.png) <img src=x>."""


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_sentences_come_the_same_in_any_pieces(size: int) -> None:
    found = list(sentences(DRAFT[i : i + size] for i in range(0, len(DRAFT), size)))
    assert found == [
        DraftSentence("What they say", opens=True),
        DraftSentence("Here it is:", opens=True),
        DraftSentence("The first claim.", (1,), opens=True, item=True),
        DraftSentence("The second claim.", (2, 3), item=True),
        DraftSentence("A third!", (4, 5, 6), item=True),
        DraftSentence("The fourth claim stands.", (2,), opens=True, item=True),
        DraftSentence("“One. Two,” he said.", (7,), opens=True),
        DraftSentence("See the page x .", (), opens=False),
    ]


def test_a_marker_may_stand_before_the_dash_of_an_item() -> None:
    assert list(sentences(["- [1] - The first claim [2]."])) == [
        DraftSentence("The first claim.", (1, 2), opens=True, item=True)
    ]


def test_a_sentence_comes_before_the_text_is_whole() -> None:
    taken: list[str] = []

    def pieces():  # noqa: ANN202
        for piece in ("The first claim. [1] ", "And now the second", " one [2]."):
            taken.append(piece)
            yield piece

    first = next(sentences(pieces()))
    assert first == DraftSentence("The first claim.", (1,), opens=True)
    assert len(taken) == 2


@pytest.mark.parametrize("text", ["", "\n\n", "[1]", "```", "---"])
def test_nothing_is_no_sentence(text: str) -> None:
    assert list(sentences([text])) == []


@pytest.mark.parametrize(
    ("text", "kept", "markers"),
    [
        ("He said this in passage 2.", "He said this.", (2,)),
        ("It sank, as stated in passages 1 and 3.", "It sank.", (1, 3)),
        ("It sank. [42e3adf0]", "It sank.", ()),
        ("It stands in passage 2 of the treaty.", "It stands in passage 2 of the treaty.", ()),
        ("The law says so in article 9.", "The law says so in article 9.", ()),
    ],
)
def test_a_passage_named_at_the_end_is_a_marker(text: str, kept: str, markers: tuple[int, ...]) -> None:
    assert [(s.text, s.markers) for s in sentences([text])] == [(kept, markers)]


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "Lindsey Graham, R-S.C., a candidate, said so. He left."
    assert [s.text for s in sentences([text])] == ["Lindsey Graham, R-S.C., a candidate, said so.", "He left."]
