"""What a message can be beside a question of fact: a few plain forms, and nothing that only looks like one."""

import pytest

from rag.answer.forms import Form, form_of


@pytest.mark.parametrize(
    ("message", "form"),
    [
        ("Hello!", Form("greeting")),
        ("thank you very much", Form("greeting")),
        ("What can you do?", Form("greeting")),
        ("Hello! Can you help me with some questions?", Form("greeting")),
        ("hi there, what can you do?", Form("greeting")),
        ("what kind of documents are in here? whats it all about", Form("collection")),
        ("Could you give me a short timeline of the strike?", Form("timeline", "the strike")),
        ("What are these articles about?", Form("collection")),
        ("what is in here", Form("collection")),
        ("which outlets are there?", Form("collection")),
        ("List all articles", Form("collection")),
        ("Timeline of the bakers' strike", Form("timeline", "the bakers' strike")),
        ("Give me a chronology of the inquiry.", Form("timeline", "the inquiry")),
        ("What does Tove Lund say about the mill?", Form("says", "the mill", "Tove Lund")),
        ("what did the harbour office say", Form("says", "", "the harbour office")),
        ("Please summarise the strike", Form("summary", "the strike")),
        ("Compare what Lund and Holt say", Form("summary", "what Lund and Holt say")),
    ],
)
def test_forms_are_known(message: str, form: Form) -> None:
    assert form_of(message) == form


@pytest.mark.parametrize(
    "message",
    ["Who helped the bakers?", "What is this ban about in Veldt?", "When did the strike begin?", "Hello Kitty sales?",
     "Was there a timeline?", "Hello! Who won?",
     "What is it about the mill that burned?", "What did the mill cost?"],
)  # fmt: skip
def test_everything_else_is_a_question_of_fact(message: str) -> None:
    assert form_of(message) == Form("fact", message)
