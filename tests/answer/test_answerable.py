"""Whether the evidence covers what is asked, on articles made up for the purpose, with the default model."""

from datetime import date

import pytest

from rag.answer import answerable
from rag.answer.answerable import Assessment, assess, rarity, signs
from rag.answer.evidence import Evidence, weigh
from rag.answer.reader import Reading
from rag.answer.wanted import wanted
from rag.index.embed import Embedder, embed_parts
from rag.retrieve.query import search_terms
from rag.text import sentence_spans
from rag.types import Article, Hit, Passage

FERRY = (
    "The ferry Linde ran aground off Veldt on Monday morning. Its captain, Maren Holt, blamed a broken radar. "
    "The harbour office denied that any light was out. Divers counted 340 crates of oranges on the sea floor. "
    "The owner, the Sund Transport Company, would not comment. The ferry was built in Osterby in 1987."
)


def found(question: str, embedder: Embedder, text: str = FERRY) -> list[Evidence]:
    article = Article(id="a", text=text, title="Ferry aground", path="a.txt", published=date(2024, 5, 17))
    passage = Passage(id="a0", article_id="a", start=0, end=len(text), text=text)
    similarity = float(embedder.embed_query(question) @ embedder.embed([text])[0])
    hits = [Hit(passage=passage, article=article, score=0.03, similarity=similarity)]
    _, sentences = embed_parts(embedder, [text], [sentence_spans(text)])
    return weigh(question, search_terms(question), hits, embedder.embed_query(question), sentences)


def assessed(question: str, embedder: Embedder) -> Assessment:
    return assess(question, found(question, embedder))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many crates did divers count on the sea floor?", "340"),
        ("When did the ferry run aground off Veldt?", "Monday"),
        ("What did the harbour office deny?", "light"),
        ("What did the captain of the ferry blame?", "radar"),
        ("In what year was the ferry built in Osterby?", "1987"),
    ],
)
def test_what_the_article_says_is_answered(question: str, answer: str, embedder: Embedder) -> None:
    a = assessed(question, embedder)
    assert a.answered
    assert answer in a.answering[0].text
    assert a.missing == ""


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many passengers were on the ferry?", "how many passengers"),
        ("How many captains has the ferry had?", "how many captains"),
        ("What did the mayor of Krona say about the ferry?", "“Krona”"),
        ("How much did the ferry cost?", "how much"),
        ("Who repaired the engine of the train?", "who repaired the engine of the train"),
    ],
)
def test_what_is_only_on_the_topic_is_declined_and_named(question: str, missing: str, embedder: Embedder) -> None:
    a = assessed(question, embedder)
    assert not a.answered
    assert a.missing.startswith(missing)


def test_a_question_of_many_things_is_answered_by_all_the_evidence(embedder: Embedder) -> None:
    about = (
        "Which ferry ran aground off Veldt on a Monday morning with crates of oranges on board, while its captain "
        "Maren Holt blamed a broken radar and the harbour office denied that any light was out?"
    )
    other = (
        "Which airline, according to Krona Times and Bergen Post, cancelled all flights to Malmoe and Aarhus after "
        "pilots walked out, while its director Per Falk blamed the union and promised passengers refunds in June?"
    )
    assert assessed(about, embedder).answered
    assert not assessed(other, embedder).answered


def test_signs(embedder: Embedder) -> None:
    w = wanted("How many crates did Maren Holt not count?")
    evidence = found(w.question, embedder)
    by_text = {e.text: signs(w, e, rarity(w.content, evidence)) for e in evidence}
    divers = by_text["Divers counted 340 crates of oranges on the sea floor."]
    built = by_text["The ferry was built in Osterby in 1987."]
    assert (divers["count missing"], built["count missing"]) == (0, 1)
    assert divers["names missing"] == 0
    assert divers["negation asked only"] == 1


@pytest.mark.parametrize("name", ["STC", "Sund"])
def test_initials_of_a_name_are_the_name(name: str, embedder: Embedder) -> None:
    w = wanted(f"Did the {name} comment?")
    evidence = found(w.question, embedder)
    owner = next(e for e in evidence if "owner" in e.text)
    assert signs(w, owner, rarity(w.content, evidence))["names missing"] == 0


def test_the_day_of_publication_is_known_of_a_sentence(embedder: Embedder) -> None:
    w = wanted("What ran aground in May 2024?")
    evidence = found(w.question, embedder)
    assert signs(w, evidence[0], rarity(w.content, evidence))["names missing"] == 0


def test_no_evidence_answers_nothing() -> None:
    a = assess("How many ferries ran aground?", [])
    assert (a.answered, a.probability, a.answering) == (False, 0, ())


class Finds:
    """A reader that finds one text, where it stands."""

    def __init__(self, answer: str) -> None:
        self.answer = answer

    def read(self, question: str, text: str) -> Reading | None:
        at = text.find(self.answer)
        return Reading(start=at, end=at + len(self.answer), margin=1.0) if at >= 0 else None


def test_a_reader_decides_where_there_is_one(embedder: Embedder) -> None:
    question = "How many passengers were on the ferry?"
    evidence = found(question, embedder)
    a = assess(question, evidence, Finds("340 crates"))
    assert a.short is not None
    assert FERRY[slice(*a.short)] == "340 crates"
    assert a.answering[0].text == "Divers counted 340 crates of oranges on the sea floor."
    assert 0.5 < a.probability < 1
    none = assess("What did the harbour office deny?", evidence, Finds("not there"))
    assert (none.answered, none.short) == (False, None)


def test_every_sign_has_its_weight(embedder: Embedder) -> None:
    weights = answerable.weights()
    w = wanted("Who?")
    evidence = found("Who?", embedder)
    assert {"intercept", *signs(w, evidence[0], {})} == set(weights["sentence"])
    assert {"intercept", *answerable.together(w, evidence)} == set(weights["together"])
