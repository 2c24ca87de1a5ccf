"""What a question asks for, and which sentences hold one."""

import pytest

from rag.answer.expect import Kind, expected, holds


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How many shells were sent?", "number"),
        ("how much did the ferry cost?", "number"),
        ("What percentage of the voters agreed?", "number"),
        ("What was the number of the dead?", "number"),
        ("By how far did they miss?", "number"),
        ("When did the ferry sail?", "time"),
        ("Since when is the harbour closed?", "time"),
        ("In what year was the line opened?", "time"),
        ("On which day of the week did it rain?", "time"),
        ("How long did the talks last?", "time"),
        ("Who denied it?", "person"),
        ("To whom was the ferry sold?", "person"),
        ("Whose ship was it?", "person"),
        ("Where did the train end up?", "place"),
        ("From which port did it sail?", "place"),
        ("Which North Korean port is named?", "place"),
        ("What country bought them?", "place"),
        ("Sailing of the ferry - dates?", "time"),
        ("Why was the place where it fell closed?", "reason"),
        ("What were the crates on the ferry meant for?", "reason"),
        ("For what purpose did it sail?", "reason"),
        ("What was the main reason?", "reason"),
    ],
)
def test_the_kind_asked_for(question: str, kind: Kind) -> None:
    assert expected(question) == kind


@pytest.mark.parametrize(
    "question",
    [
        "How did the minister react?",
        "What did the man who left say?",
        "What did he say on the day when he left?",
        "Did they say why it fell?",
        "What happened to the prices that nobody knew?",
        "Did the ministry deny it?",
        "",
    ],
)
def test_no_kind_is_read_into_a_question(question: str) -> None:
    assert expected(question) == "any"


@pytest.mark.parametrize(
    ("kind", "sentence", "question"),
    [
        ("number", "The ferry carried 1,200 crates.", "How many crates did it carry?"),
        ("number", "About a dozen ships came.", "How many ships came?"),
        ("number", "It sold the 7.62mm model.", "How many models are sold?"),
        ("time", "It sailed on Tuesday.", "When did it sail?"),
        ("time", "The line opened in 2013.", "When did the line open?"),
        ("time", "It sailed on 3 March.", "When did it sail?"),
        ("person", "It was the envoy, Ilse Brandt, who denied it.", "Who denied it?"),
        ("person", "A high-ranking source denied it.", "Who denied it?"),
        ("person", "Brandt denied it.", "Who denied it?"),
        ("place", "The crates left from Veldt at night.", "Where did the crates leave from?"),
        ("place", "They went through the Black Sea.", "Where did they go?"),
        ("any", "It rained.", "What happened?"),
        ("time", "It sailed on Sept. 13.", "On what day did it sail?"),
        ("time", "It had sailed the year before; the line opened in 2013.", "In which year did the line open?"),
        ("time", "It sailed in September.", "In what month did it sail?"),
        ("reason", "It was closed because of the flood.", "Why was it closed?"),
        ("reason", "The order was aimed at filling the stores.", "What was the purpose of the order?"),
    ],
)
def test_a_sentence_that_holds_one(kind: Kind, sentence: str, question: str) -> None:
    assert holds(kind, sentence, question)


@pytest.mark.parametrize(
    ("kind", "sentence", "question"),
    [
        ("number", "The ferry carried crates.", "How many crates did it carry?"),
        ("number", "The 1,200 crates were heavy.", "How much did the 1,200 crates weigh?"),
        ("time", "It sailed from the harbour.", "When did it sail?"),
        ("time", "It sailed with 300 crates.", "When did it sail?"),
        ("time", "The strike of 2013 was ended by the mayor.", "When was the strike of 2013 ended?"),
        ("person", "They denied it at once.", "Who denied it?"),
        ("person", "The plan of Brandt was denied.", "Who denied the plan of Brandt?"),
        ("place", "The crates left at night.", "Where did the crates leave from?"),
        ("place", "The crates left from Veldt.", "Where did the crates from Veldt go?"),
        ("time", "It was put off in October.", "On what new date will it sail?"),
        ("time", "It sailed on Tuesday.", "In what year did it sail?"),
        ("reason", "It was closed on Tuesday.", "Why was it closed?"),
        ("reason", "It has been closed since May 2.", "Why is it closed?"),
    ],
)
def test_a_sentence_that_holds_none(kind: Kind, sentence: str, question: str) -> None:
    assert not holds(kind, sentence, question)
