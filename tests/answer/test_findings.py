"""Answers without a language model: the nearest sentence first, then what others say, nothing claimed beyond that."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rag.answer.evidence import Evidence, Voice
from rag.answer.findings import DISAGREE, ONLY_NEAR, SOURCES, write
from rag.types import UNNAMED, Answer, Article

MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
DENIED = Voice(speaker="Ida Falk", stance="denies", denies=True)


def evidence(
    text: str, id: str = "a", *, meaning: float = 0.8, voice: Voice | None = None, published: date | None = None,
    vector: Sequence[float] = (1.0, 0.0),
) -> Evidence:  # fmt: skip
    """A sentence of an article where other words stand around it."""
    article = Article(id=id, text=f"Before. {text} After.", title=f"Title {id}", path=f"{id}.txt",
                      publisher=f"Paper {id}", published=published or date(2024, 5, 17))  # fmt: skip
    return Evidence(article=article, start=8, end=8 + len(text), score=meaning, meaning=meaning, coverage=0.5,
                    voice=voice or Voice(), vector=np.array(vector, np.float32))  # fmt: skip


def written(found: Sequence[Evidence], question: str = "Did it?", **given: bool) -> Answer:
    *pieces, answer = list(write(question, found, 7, **given))  # pyright: ignore
    assert isinstance(answer, Answer)
    assert "".join(str(p) for p in pieces) == answer.text
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert {int(n) for n in MARKER.findall(answer.text)} == {c.number for c in answer.citations}
    more = re.search(r"and \d+ more sources?.*", answer.text)
    for c in answer.citations:
        assert any(e.article.id == c.article_id and e.article.text[c.start : c.end] == c.quote for e in found)
        assert c.quote in answer.text.replace("\\", "") or (more and f"[{c.number}]" in more[0])
    return answer


def test_the_nearest_sentence_stands_first_with_its_outlet_and_day() -> None:
    answer = written([evidence("Maren Holt steered the ferry.")])
    assert answer.text == "Maren Holt steered the ferry. [1] — Paper a, 17 May 2024"
    assert (answer.verdict, answer.engine) == ("answered", "extractive")


def test_a_speaker_whom_the_sentence_does_not_name_is_named_before_it() -> None:
    voice = Voice(speaker="Tove Lund", via="the clerk")
    answer = written([evidence("She would mediate.", voice=voice)])
    assert answer.text.startswith("**Tove Lund** (according to the clerk): She would mediate. [1]")
    assert [(p.speaker, p.via) for p in answer.positions] == [("Tove Lund", "the clerk")]


def test_an_unknown_speaker_is_not_the_outlet() -> None:
    answer = written([evidence("“We will not pay for it.”", voice=Voice(speaker=UNNAMED))])
    assert answer.positions[0].speaker == UNNAMED
    assert not answer.text.startswith("**")


def test_each_source_is_heard_once_and_the_first_twice() -> None:
    found = [
        evidence("The bakers want more pay.", "a"),
        evidence("Nine per cent is what the bakers want.", "a", meaning=0.79),
        evidence("The guild asks for nine per cent.", "b", meaning=0.78, voice=Voice(speaker="Tove Lund")),
        evidence("Nine per cent is fair, said Lund.", "c", meaning=0.77, voice=Voice(speaker="Lund")),
    ]
    found.insert(2, evidence("They are paid little.", "a", meaning=0.785))
    assert [c.quote for c in written(found).citations] == [found[0].text, found[1].text, found[3].text]


def test_at_most_five_other_sources_are_shown_and_the_rest_counted() -> None:
    answer = written([evidence(f"the {word * 3} mill is old.", f"s{n}") for n, word in enumerate("abcdefghi")])
    assert len(answer.citations) == SOURCES + 1
    assert answer.text.endswith("- and 3 more sources.")


def test_what_is_much_farther_than_the_first_is_left_out() -> None:
    answer = written([evidence("The mill burned down."), evidence("The mill was built of oak.", "b", meaning=0.2)])
    assert [c.article_id for c in answer.citations] == ["a"]


def test_nothing_near_is_said_without_claiming_that_the_articles_are_silent() -> None:
    answer = written([evidence("The mill was built of oak.", meaning=-0.2)])
    assert answer.verdict == "declined"
    assert answer.text.startswith(
        "Nothing in these 7 articles seems to answer this.\n\nThe nearest lines:\n\n- The mill"
    )


def test_lines_that_are_not_very_near_are_called_the_nearest() -> None:
    answer = written([evidence("The mill was built of oak.", meaning=0.3)])
    assert answer.text.startswith("The mill") and answer.text.endswith(ONLY_NEAR)


def test_a_denial_of_what_another_source_says_makes_a_dispute() -> None:
    found = [
        evidence("The ferry carried barrels."),
        evidence("She denied that the ferry carried any.", "b", voice=DENIED),
    ]
    answer = written(found)
    assert answer.verdict == "contested"
    assert answer.text.index("**Said**") < answer.text.index("**Denied**") < answer.text.index("Ida Falk")
    assert [p.stance for p in answer.positions] == ["asserts", "denies"]


def test_the_best_sentence_stands_behind_the_sides_where_it_is_on_none() -> None:
    best = evidence("The ferry was built for barrels.", "c", meaning=0.9, vector=(0.0, 1.0))
    said, denied = evidence("The ferry carried barrels."), evidence("She denied that.", "b", voice=DENIED)
    answer = written([best, said, denied])
    assert answer.text.startswith(f"{DISAGREE}\n\n**Said**")
    assert answer.text.endswith(f"**Also said**\n\n- {best.text} [3] — Paper c, 17 May 2024")
    assert [p.citations for p in answer.positions] == [(1,), (2,)]


def test_who_doubts_it_is_a_side_of_a_dispute_but_makes_none() -> None:
    said, denied = evidence("The ferry carried barrels."), evidence("She denied that.", "b", voice=DENIED)
    doubted = evidence("Lund could not confirm it.", "c", voice=Voice(speaker="Lund", stance="doubts"))
    assert [p.stance for p in written([said, denied, doubted]).positions] == ["asserts", "denies", "doubts"]
    assert written([said, doubted]).verdict == "answered"


@pytest.mark.parametrize("question", ["Why did it carry them?", "And what’s aboard?", "On which ferry?"])
def test_a_denial_contradicts_no_answer_to_a_question_that_takes_no_yes(question: str) -> None:
    found = [evidence("The ferry carried barrels."), evidence("She denied that.", "b", voice=DENIED)]
    assert written(found, question).verdict == "answered"


def test_of_a_side_five_sources_are_quoted_and_the_rest_cited() -> None:
    said = [evidence(f"The ferry carried {word * 3} barrels.", f"s{n}") for n, word in enumerate("abcdefg")]
    answer = written([*said, evidence("She denied that the ferry carried any.", "d", voice=DENIED)])
    assert "- and 2 more sources [6][7]" in answer.text
    assert [p.stance for p in answer.positions] == [*["asserts"] * 7, "denies"]


@pytest.mark.parametrize(
    "denial",
    [
        evidence("She denied that the ferry carried any.", "a", voice=DENIED),  # one source, not two
        evidence("She denied that the mill burned.", "b", voice=DENIED, vector=(0.0, 1.0)),  # of something else
        evidence("She denied that the ferry carried any.", "b", voice=DENIED, meaning=0.3),  # far from the question
        evidence("The ferry did not sail.", "b", voice=Voice(speaker="Ida Falk", stance="denies")),  # nobody denied
    ],
)
def test_what_is_no_denial_of_it_is_no_dispute(denial: Evidence) -> None:
    assert written([evidence("The ferry carried barrels."), denial]).verdict == "answered"


def test_one_who_says_that_it_was_not_so_does_not_contradict_who_denies_it() -> None:
    denial = evidence("She denied that the ferry carried any.", "b", voice=DENIED)
    assert written([evidence("The ferry never carried barrels."), denial]).verdict == "answered"


def test_a_denial_of_something_beside_it_is_on_no_side() -> None:
    denied = evidence("She denied that the ferry carried any.", "b", voice=DENIED)
    beside = replace(evidence("He denied that it was late.", "c", voice=DENIED), coverage=denied.coverage / 2)
    answer = written([evidence("The ferry carried barrels."), denied, beside])
    assert answer.verdict == "contested" and "c" not in [c.article_id for c in answer.citations]


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("Divers counted 340 crates of oranges there.", "Divers counted 350 crates of oranges there.", "contested"),
        ("The body was found by Ann Lee near the quay.", "The body was found by Tom Roe near the quay.", "contested"),
        ("Divers counted 340 crates of oranges there.", "Divers counted 340 crates of apples there.", "answered"),
        ("Divers counted 1,000 crates of oranges there.", "Divers counted 1000 crates of oranges there.", "answered"),
        ("Divers counted 340 crates of oranges there.", "The mill has 350 workers, and burned in spring.", "answered"),
    ],
)
def test_two_versions_of_a_sentence_with_another_value_are_a_dispute(one: str, other: str, verdict: str) -> None:
    assert written([evidence(one, "a"), evidence(other, "b")]).verdict == verdict


def test_a_denial_has_a_line_among_many_sources() -> None:
    others = [evidence(f"{word * 3} speaks of it here.", f"s{n}") for n, word in enumerate("abcdefghi")]
    denial = evidence("She denied it.", "z", meaning=0.6, voice=DENIED)
    assert "z" in [c.article_id for c in written([*others, denial]).citations]


def test_a_summary_is_left_to_a_language_model_and_says_so() -> None:
    answer = written([evidence("The mill burned down."), evidence("The guild struck.", "b")], summary=True)
    assert "`rag models setup`" in answer.text.split("\n")[-1]
    assert len(answer.citations) == 2
    assert written([evidence("The mill burned down.", meaning=-0.3)], summary=True).verdict == "answered"


@pytest.mark.parametrize(
    ("published", "said"),
    [
        (date(2023, 11, 7), "(Nov. 5: 5 November 2023)"),
        (date(2023, 11, 2), ""),  # a coming day is not last year's
    ],
)
def test_a_day_without_a_year_is_explained_only_where_its_reading_is_sure(published: date, said: str) -> None:
    answer = written([evidence("The inquiry opens on Nov. 5 in Veldt.", published=published)])
    assert answer.text.partition(f"{published.year}")[2].strip() == said


def test_markup_of_an_article_stays_its_own_words() -> None:
    answer = written([evidence("It said *no* and [1] twice.")])
    assert answer.text.startswith("It said \\*no\\* and \\[1] twice. [1]")
