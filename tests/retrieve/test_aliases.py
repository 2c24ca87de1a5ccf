"""Other names of a thing: from alias files."""

import pytest

from rag.errors import RagError
from rag.retrieve.aliases import Aliases, make_aliases, read_aliases

ALIASES = make_aliases([("North Korea", "DPRK", "the North"), ("United States", "US"), ("Kyiv", "Kiev")])


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
