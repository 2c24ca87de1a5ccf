"""Hits weighed by their closest sentence, by its words and its meaning, and by the question's phrases: by hand."""

from collections.abc import Mapping, Sequence
from math import log

import numpy as np
import pytest

from rag.retrieve.constraints import Constraint
from rag.retrieve.query import Query, make_query
from rag.retrieve.rescoring import MEANING, WORDS, PassageFields, Sentences, closest, phrase_scores
from rag.text import stemmed
from rag.types import Article, Hit, Passage

NOTHING = Sentences(clauses=lambda text: np.zeros((1, 2), np.float32), of=lambda ids: {})


def hit(i: str, text: str, score: float = 1.0, similarity: float | None = None) -> Hit:
    article = Article(id=f"of-{i}", text=text, title="T", path="a.md")
    passage = Passage(id=i, article_id=article.id, start=0, end=len(text), text=text)
    return Hit(passage=passage, article=article, score=score, similarity=similarity)


def fields(hits: Sequence[Hit]) -> Mapping[str, PassageFields]:
    return {h.passage.id: PassageFields(h.article.title, "", stemmed(h.passage.text)) for h in hits}


def order(question: str | Query, *texts: str) -> list[str]:
    query = make_query(question) if isinstance(question, str) else question
    hits = [hit(str(n), text) for n, text in enumerate(texts)]
    return [texts[int(h.passage.id)] for h in closest(query, hits, [1.0] * len(hits), fields(hits), NOTHING)]


APART = "The harbour lies north of the town. The crane is old. Nobody greased it."
TOGETHER = "The town is small. Somebody greased the crane of the harbour."
HOLT = "On board Gen. Holt counted the shells."
NAMED = Query(
    text="What did Rajin export?", terms=("rajin", "export"), aliases=(("Rajin", ("Najin", "Rason Special City")),)
)
OUTLET = Constraint(words="Harbour Herald", outlet="Harbour Herald", articles=2)
OF_OUTLET = Query(text="t", terms=("harbour", "herald", "crane"), constraints=(OUTLET,))


@pytest.mark.parametrize(
    ("question", "texts", "first"),
    [
        pytest.param("Who greased the harbour crane?", [APART, TOGETHER], TOGETHER, id="words in one sentence"),
        pytest.param("Who denied it?", ["He laughs.", "He denies it."], "He denies it.", id="forms of a word are one"),
        pytest.param("Which ship carried rye?", [*["A ship sank."] * 5, "Rye lay there."], "Rye lay there.", id="rare"),
        pytest.param("Who counted shells on board?", ["On board he slept. Someone counted. Shells lay there.", HOLT],
                     HOLT, id="an abbreviation ends no sentence"),
        pytest.param("Who greased the crane?", ["The crane\nwas never greased", "He greased the crane"],
                     "He greased the crane", id="a line ends a sentence"),
        pytest.param(NAMED, ["Exports doubled there.", "Najin doubled exports."], "Najin doubled exports.", id="name"),
        pytest.param(NAMED, ["It doubled exports.", "Rason Special City stopped exports."],
                     "Rason Special City stopped exports.", id="another name of several words"),
        pytest.param(NAMED, ["Exports rose.", "Special exports rose."], "Exports rose.", id="a part of a name"),
        pytest.param(OF_OUTLET, ["The Harbour Herald asked.", "The crane fell."], "The crane fell.", id="outlet"),
    ],
)  # fmt: skip
def test_the_passage_with_the_closest_sentence_is_first(question: str | Query, texts: list[str], first: str) -> None:
    assert order(question, *texts)[0] == first


def vectors(of: Mapping[str, Sequence[Sequence[float]]], *clauses: Sequence[float]) -> Sentences:
    return Sentences(
        clauses=lambda text: np.array(clauses, np.float32),
        of=lambda ids: {i: np.array(of[i], np.float32) for i in ids if i in of},
    )


def test_meaning_by_hand() -> None:
    # b's second sentence is nearest to the second clause; c's vectors are not kept, so its passage's cosine stands
    kept = vectors({"a": [[0.6, 0.8]], "b": [[1, 0], [0, 1]]}, [0.8, 0.6], [0, 1])
    hits = [hit("a", "x", 1.0), hit("b", "y", 0.8), hit("c", "z", 0.5, similarity=0.5)]
    found = closest(Query(text="t", terms=("none",)), hits, [1.0, 1.0, 1.0], fields(hits), kept)
    assert [(h.passage.id, h.score) for h in found] == [
        ("a", pytest.approx(1.0 + MEANING * 0.96)),
        ("b", pytest.approx(0.8 + MEANING)),
        ("c", pytest.approx(0.5 + MEANING * 0.5)),
    ]


def test_what_is_added_is_boosted_as_the_score_was() -> None:
    hits = [hit("a", "The crane fell.", 1.0), hit("b", "The crane fell.", 0.5)]
    found = closest(Query(text="t", terms=("crane",)), hits, [2.0, 1.0], fields(hits), NOTHING)
    assert [h.score for h in found] == pytest.approx([1.0 + WORDS, 0.5 + WORDS / 2])


def test_no_hits() -> None:
    assert closest(make_query("Who?"), [], [], {}, NOTHING) == []


def passage_fields(text: str, title: str = "", publisher: str = "") -> PassageFields:
    return PassageFields(title, publisher, stemmed(text))


def test_the_fields_of_a_passage_are_stems_between_spaces() -> None:
    found = passage_fields("The ships sailed. Nobody denied it.", "Denials", "The Herald")
    assert found.all == " denial  denial  the herald  the ship sail  nobodi deni it "


def test_phrases_by_hand() -> None:
    # three stems with a space around each, and the empty title's and publisher's two: lengths of 4 + 4, all the same
    passages = {"a": passage_fields("port of malmo"), "b": passage_fields("malmo of port")}
    assert phrase_scores(["port of", "of malmo"], passages, 100) == {
        "a": pytest.approx(2 * log((100 - 1 + 0.5) / (1 + 0.5)))
    }


def test_a_phrase_of_the_title_counts_twice() -> None:
    found = phrase_scores(
        ["old port"],
        {"a": passage_fields("A new crane.", "Old port"), "b": passage_fields("An old port.", "A crane")},
        100,
    )
    assert found["a"] > found["b"]


def test_a_rare_phrase_counts_more() -> None:
    common = {str(n): passage_fields("the old port") for n in range(9)}
    found = phrase_scores(["old port", "new crane"], common | {"x": passage_fields("a new crane")}, 1_000)
    assert found["x"] > found["0"]


@pytest.mark.parametrize(
    ("phrase", "passages", "scored"),
    [
        pytest.param(
            "denied shipments", [passage_fields("He denies the shipment, denying shipments.")], 1, id="forms of a word"
        ),
        pytest.param(
            "port malmo", [passage_fields("It left the port. Malmo was closed.")], 0, id="over the end of a sentence"
        ),
        pytest.param(
            "herald old", [passage_fields("Old ships.", "T", "The Herald")], 0, id="from the outlet to the text"
        ),
        pytest.param("old port", [passage_fields("old port")] * 50, 0, id="stands nearly everywhere"),
        pytest.param("old port", [], 0, id="no passages"),
    ],
)
def test_which_passages_have_a_phrase(phrase: str, passages: list[PassageFields], scored: int) -> None:
    assert len(phrase_scores([phrase], {str(n): p for n, p in enumerate(passages)}, 100)) == scored
    assert phrase_scores([], {str(n): p for n, p in enumerate(passages)}, 100) == {}
