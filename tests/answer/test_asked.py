"""What a question wants, and the value in a sentence that may be it."""

import pytest

from rag.answer.asked import asked, gives_name, speakers_in, unframed, value_in


@pytest.mark.parametrize(
    ("question", "manner"),
    [
        ("Who denied the sale?", "speaker"),
        ("Who else has confirmed it?", "speaker"),
        ("What did the ministry say of the sale?", "speech"),
        ("How many crates did Holt speak of?", "speech"),
        ("What, according to Brandt, was found?", "speech"),
        ("Did Norland sell rifles to Sudrey?", "whether"),
        ("Is it confirmed that the ship left Rysk?", "whether"),
        ("How many rifles were sold?", "value"),
        ("When was the station built?", "value"),
        ("Who built the station?", "value"),
        ("Which river does the Aven flow into?", "value"),
        ("How did the rifles reach Sudrey?", "open"),
        ("What does Sudrey pay with?", "open"),
    ],
)
def test_what_a_question_wants(question: str, manner: str) -> None:
    assert asked(question).manner == manner


@pytest.mark.parametrize(
    ("question", "sentence", "value"),
    [
        ("How many rifles were sold?", "In ten shipments, Norland sold 4,000 rifles.", "4,000"),
        ("How many rifles were sold?", "Norland sold them in ten shipments of rifles.", None),
        ("What is the population of Rysk?", "Rysk had 1,473 people and a density of 54.2 per mile.", "1,473"),
        ("When was Holt born?", "Holt was born in 1905 in Rysk and died in 1971.", "1905"),
        ("Who directed the film?", "The film, directed by Maren Holt, opened at the Astoria.", "Maren Holt"),
        ("Where was Holt born?", "Holt was born in Rysk, and Brandt knew her.", "Rysk"),
        ("Which river does the Aven flow into?", "The Aven flows into the Tarn River.", "Tarn River"),
        ("What is the profession of Dale Ross?", "Dale Ross was a British poet born in Rysk.", "British poet"),
        ("When was the station built?", "The station is large.", None),
    ],
)
def test_the_value_in_a_sentence(question: str, sentence: str, value: str | None) -> None:
    found = value_in(sentence, asked(question))
    assert (found and found.text) == value
    assert found is None or sentence[found.start : found.end].strip() == found.text


def test_a_question_for_several_things_has_several_right_answers() -> None:
    assert asked("Which countries bought rifles?").lists
    assert not asked("Which country bought rifles?").lists
    assert not asked("How many rifles were bought?").lists
    assert asked("Which Norlandish and Sudreyan ports are named?").lists
    assert not asked("Which company owns the ports?").lists


def test_a_body_is_no_person() -> None:
    sentence = "The NIS, Rysk’s council and the Ministry of Works met Maren Holt."
    found = value_in(sentence, asked("Who leads the agency?"))
    assert found is not None
    assert found.text == "Maren Holt"


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("What did Maren Holt and the mayor say?", "Maren Holt and the mayor"),
        ("How many did Holt speak of?", "Holt"),
        ("Who denied it?", ""),
        ("According to Holt, what was sold?", ""),
    ],
)
def test_whose_words_are_asked_for(question: str, who: str) -> None:
    assert speakers_in(question) == who


@pytest.mark.parametrize(
    ("question", "so"),
    [
        ("Is it true that ships left?", "ships left?"),
        ("Has it been established that the ships carried arms?", "the ships carried arms?"),
        ("Is there any proof that ships left?", "ships left?"),
        ("Is the ministry right that ships left?", "ships left?"),
        ("Has the council evidence that ships left?", "ships left?"),
        ("Is the minister right?", "Is the minister right?"),
        ("Did ships leave?", "Did ships leave?"),
        ("What proof is there that ships left?", "What proof is there that ships left?"),
    ],
)
def test_what_frames_a_thing_that_may_be_so(question: str, so: str) -> None:
    assert unframed(question) == so
    assert question == so or asked(question).manner == "whether"


@pytest.mark.parametrize(
    ("sentence", "gives"),
    [
        ("The freighter Linde lay at anchor.", True),
        ("Linde, an old vessel of Norland, lay at anchor.", True),
        ("The ship was called the Linde.", True),
        ("The ship lay at anchor off Norland, the Herald wrote.", False),
        ("Brandt told the Herald about the ship.", False),
    ],
)
def test_a_name_is_given_to_the_thing_whose_name_is_asked_for(sentence: str, gives: bool) -> None:
    assert gives_name(sentence, asked("What is the name of the ship?")) is gives


def test_a_word_that_only_opens_a_sentence_is_no_name() -> None:
    question = asked("Who owns the port?")
    text = "Shells went by sea. Many shells were old."
    assert value_in("Shells went by sea.", question, text="") is not None
    assert value_in("Shells went by sea.", question, text=text) is None


def test_what_opens_as_a_question_whether_it_is_so_stays_one() -> None:
    assert asked("Did the Linde sink, or do they say otherwise?").manner == "whether"
    assert asked("Did Brandt say that it sank?").manner == "speech"
    assert asked("Which paper ran the story of the Linde?").manner == "speaker"
