"""What an answer has to hold, read from the question."""

import pytest

from rag.answer.wanted import counted, names, negated, wanted, whole_months


def test_a_question_taken_apart() -> None:
    w = wanted("How many ports did Osterby use in Sept. 2019?")
    assert w.content == ("port", "osterbi", "use", "septemb", "2019")
    assert w.names == ("osterbi", "septemb", "2019")
    assert (w.head, w.counts, w.negated) == (("port",), True, False) or w.head[0] == "port"


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How many ports were used?", "how many ports"),
        ("Who signed the contract?", "who signed the contract"),
        ("Which company made the crates?", "which company made the crates"),
        ("Which company has Lund bought?", "which company"),
        ("When was the harbour built?", "when that was"),
        ("Where was Lund born?", "where that was"),
        ("Why did the ferry sink?", "why"),
        ("Did the ferry sink?", ""),
    ],
)
def test_the_thing_asked_for_in_words(question: str, thing: str) -> None:
    assert wanted(question).thing == thing


def test_names_are_capitalised_words_and_numbers_but_not_the_first() -> None:
    assert names("Did Tove Lund sell 30 crates of 7.62mm?") == ["Tove", "Lund", "30", "7.62mm"]
    assert names("Ferries of the harbour?") == []


@pytest.mark.parametrize(
    "text", ["It was not so.", "It hasn't sunk.", "nobody came", "the non-members", "He failed to."]
)
def test_negated(text: str) -> None:
    assert negated(text)


@pytest.mark.parametrize("text", ["A notable knot in the north.", "Nonetheless it sank.", "They noted it."])
def test_not_negated(text: str) -> None:
    assert not negated(text)


@pytest.mark.parametrize(
    "sentence", ["11 ships left.", "Dozens of ships left.", "Ten Osterby cargo ships left.", "It lost 1,200 ships."]
)
def test_a_number_of_the_thing(sentence: str) -> None:
    assert counted(["ship"], sentence)


@pytest.mark.parametrize(
    "sentence", ["10 shipments of ships.", "Ships since 2011.", "11 men left the ships.", "It left."]
)
def test_no_number_of_the_thing(sentence: str) -> None:
    assert not counted(["ship"], sentence)


def test_months_are_written_out() -> None:
    assert whole_months("On Sept. 13 and 1 Nov, in March") == "On September 13 and 1 November, in March"


def test_numbers_stand_in_digits_however_they_are_spelled() -> None:
    w = wanted("Who shipped over a thousand containers?")
    assert w.numbered
    assert w.names == ("1000",)
    assert "1000" in w.content
    assert not wanted("Who shipped two containers in 2019?").numbered


def test_whoever_speaks_need_not_be_called_what_the_question_calls_him() -> None:
    w = wanted("Which lawmaker said that ships left?")
    assert w.head == ()
    assert "lawmak" not in w.content
    assert wanted("Which lawmaker owns the ships?").head == ("lawmak",)


def test_what_frames_the_question_is_not_wanted() -> None:
    assert wanted("Is it true that ships left?").content == ("ship", "left")


def test_the_thing_asked_for_ends_at_its_verb() -> None:
    assert wanted("Which technical fault made the launch fail?").head == ("technic", "fault")
    assert wanted("Which paper ran the story?").head == ("paper",)
    assert wanted("Which armed group sold them?").head == ("arm", "group")


def test_what_a_time_is_called_need_not_be_said() -> None:
    asked = wanted("On what date was the Linde anchored at Veldt?")
    assert asked.head == () and asked.content == ("lind", "anchor", "veldt")


def test_an_office_before_a_name_is_no_name() -> None:
    assert wanted("What did President Marsh say to the President?").names == ("marsh", "presid")
