"""Other names of a thing, from alias files; other spellings of a name, from the corpus's own names."""

from collections.abc import Callable

import pytest

from rag.errors import RagError
from rag.retrieve.names import Aliases, Spellings, make_aliases, read_aliases

ALIASES = make_aliases([("North Korea", "DPRK", "the North"), ("United States", "US"), ("Kyiv", "Kiev")])
TEXTS = [
    "A ship left Najin. Youn Kun-youn asked why.",
    "President Zelenskiy spoke in Odessa.",
    "They may trade a clear case; Clear skies.",
]


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What does the DPRK want?", (("DPRK", ("North Korea", "the North")),)),
        ("What of north-korea?", (("north-korea", ("DPRK", "the North")),)),
        ("Who left KIEV?", (("KIEV", ("Kyiv",)),)),
        ("What did the US say of Kyiv?", (("US", ("United States",)), ("Kyiv", ("Kiev",)))),
        ("What did he tell us?", ()),
        ("Who sails the North Sea, or the north?", ()),
        ("North Korea and the DPRK?", (("North Korea", ("the North",)), ("DPRK", ("the North",)))),
        ("Who is it?", ()),
    ],
)
def test_aliases(question: str, others: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    assert ALIASES.others(question) == others


def test_without_aliases_nothing_has_another_name() -> None:
    assert make_aliases([]) == Aliases()
    assert Aliases().others("North Korea") == ()


def test_a_file_of_aliases() -> None:
    assert read_aliases("# ours\n- [Kyiv, ' Kiev ']\n- [Rason]\n", "a.yaml") == [("Kyiv", "Kiev"), ("Rason",)]
    assert read_aliases("", "a.yaml") == []


@pytest.mark.parametrize("text", ["Kyiv: Kiev", "- Kyiv", "- [1, 2]", "- ['']", "- [a", "text"])
def test_a_file_of_another_form_is_named(text: str) -> None:
    with pytest.raises(RagError, match=r"mine\.yaml.*Kyiv, Kiev"):
        read_aliases(text, "mine.yaml")


def counted(words: dict[str, int]) -> Callable[[str, int], int]:
    return lambda word, most: min(words.get(word, 0), most)


def holding(stem: str) -> list[str]:
    return [text for text in TEXTS if stem in text.casefold()]


@pytest.mark.parametrize(
    ("question", "spellings"),
    [
        ("What left Rajin?", (("Rajin", ("najin",)),)),
        ("What did Zelensky say?", (("Zelensky", ("zelenskiy",)),)),
        ("Which ship reached Odesa?", (("Odesa", ("odessa",)),)),
        ("What did Yun Kun-yun ask?", (("Yun Kun-yun", ("youn kun youn",)),)),
        ("What left Najin?", ()),
        ("Who is Cleary?", ()),  # 'Clear' is a word there, not a name
        ("what left rajin?", ()),
        ("Who is in Iran?", ()),
    ],
)
def test_spellings(question: str, spellings: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    vocabulary = {"ship": 9, "left": 1, "najin": 1, "zelenskiy": 1, "odessa": 1, "clear": 1, "kun": 1, "youn": 1}
    assert Spellings(lambda: list(vocabulary), counted(vocabulary), 3, holding).spellings(question) == spellings


def test_a_name_that_the_corpus_has_often_is_left_alone() -> None:
    there = {"rajin": 40, "najin": 50}
    assert Spellings(lambda: list(there), counted(there), 100, holding).spellings("What left Rajin?") == ()


def test_words_are_read_once_and_not_before_a_name_is_asked_for() -> None:
    read: list[int] = []

    def words() -> list[str]:
        read.append(1)
        return ["najin"]

    names = Spellings(words, counted({"najin": 1}), 3, holding)
    names.spellings("what is it?")
    assert not read
    assert names.spellings("What left Rajin?") == names.spellings("And Rajin?") == (("Rajin", ("najin",)),)
    assert len(read) == 1
