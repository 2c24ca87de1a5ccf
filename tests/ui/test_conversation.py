"""Conversations: how one is followed, kept and exported; and who may see what."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.answer.findings import ONLY_NEAR
from rag.corpus import Corpus
from rag.errors import EmptyCorpusError, QuestionError
from rag.types import Answer, Event, Filter, Turn
from rag.ui.conversation import Conversation, Exchange, follow
from rag.ui.corpus_view import filter_of
from rag.ui.export import as_json, as_markdown, citation, file_name
from rag.ui.plot import Inventory, is_long, plot_html
from rag.ui.questions import tried_questions
from rag.ui.running import Cancelled, Running
from rag.ui.saved import Conversations, keep_feedback
from rag.ui.shelf import safe_name

ANSWER = Answer(question="a", verdict="answered", text="b")


def test_only_questions_that_are_answered_well_are_offered(corpus: Corpus, write: Callable[..., Path]) -> None:
    corpus.ingest(
        [write("kiln.md", "A kiln burst in Orrel. Una Reed said that the kilns of Orrel were old.", title="Kiln")]
    )
    offered = tried_questions(corpus)
    assert "What did Una Reed say?" in offered
    for question in offered:
        answer = corpus.ask(question)
        assert answer.verdict != "declined" and ONLY_NEAR not in answer.text


def test_of_no_articles_nothing_is_offered(corpus: Corpus) -> None:
    assert tried_questions(corpus) == ()


def test_work_goes_on_without_its_page_and_can_be_ended() -> None:
    going, go = threading.Event(), threading.Event()

    def work(show: Callable[[int], None]) -> str:
        for n in range(1, 1000):
            show(n)
            going.set()
            go.wait(10)
        return "done"

    running = Running(work, 0)
    going.wait(10)
    looks = running.follow(0.01)
    assert next(looks) == 1
    looks.close()  # the page is gone
    assert running.running and running.worth_showing
    running.cancel()
    go.set()
    list(running.follow())
    with pytest.raises(Cancelled):
        _ = running.outcome
    assert not running.running


def test_a_conversation_is_called_otherwise_and_keeps_its_day(tmp_path: Path) -> None:
    kept = Conversations(tmp_path, "")
    talk = kept.keep(Conversation(exchanges=(Exchange(1, "Who slept?", answer=ANSWER),)))
    day = kept.list()[0].updated
    kept.rename(talk.id, "  The   captain ")
    assert [(k.title, k.updated) for k in kept.list()] == [("The captain", day)]
    kept.rename(talk.id, "")
    assert kept.list()[0].title == "Who slept?" and kept.rename("0" * 16, "x") is None


def test_a_citation_is_copied_in_three_forms(
    make_article: Callable[..., Any], make_citation: Callable[..., Any]
) -> None:
    article = make_article("a1", "He {slept}.", day=date(2024, 3, 2), author="R. Moor", title="Night")
    cited = make_citation(1, article, "He {slept}.")
    assert citation(cited, article, "text") == "“He {slept}.” R. Moor, Night, Harbour Gazette, 2024-03-02. in/a1.html"
    assert citation(cited, None, "md") == "> He {slept}.\n\nNight, Harbour Gazette, 2024-03-02"
    bib = citation(cited, article, "bib")
    assert bib.startswith("@article{a1,") and "author = {R. Moor}" in bib and "note = {“He slept.”}" in bib
    assert file_name("Did the captain sleep? / ../x", "md") == "did-the-captain-sleep-x.md"
    assert file_name("???", "json") == "answer.json"


def test_errors_end_up_in_the_exchange_and_faults_do_not_show_their_insides(scripted: Any) -> None:
    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="text", text="x")
        raise {"long": QuestionError("too long: 9"), "none": EmptyCorpusError("`rag ingest`")}.get(
            question, KeyError("secret")
        )

    *_, said = follow(scripted(script), "long", Conversation())
    assert said.error == "too long: 9" and said.answer is None
    *_, said = follow(scripted(script), "none", Conversation())
    assert "drop them on this page" in said.error and "rag ingest" not in said.error
    *_, said = follow(scripted(script), "fault", Conversation())
    assert "went wrong" in said.error and "secret" not in said.error


def test_the_last_is_shown_and_what_is_fast_is_passed_over() -> None:
    def work(show: Callable[[int], None]) -> str:
        for n in range(1000):
            show(n)
            time.sleep(0.0005)
        return "done"

    running = Running(work, -1)
    shown = list(running.follow(0.02))
    assert shown[-1] == 999 and len(shown) < 100 and shown == sorted(shown)
    assert running.outcome == "done" and list(running.follow()) == [999]


def test_what_is_no_longer_shown_is_no_longer_made(scripted: Any) -> None:
    ended, went_on = threading.Event(), threading.Event()

    def endless(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        try:
            for n in range(10_000_000):
                yield Event(kind="text", text=f"{n} ")
                went_on.wait(0.01)
        finally:
            ended.set()

    shown = follow(scripted(endless), "a", Conversation())
    assert next(shown).text.startswith("0")
    shown.close()
    assert ended.wait(30)


def test_stopped_and_failed_exchanges_are_no_turns() -> None:
    exchanges = (Exchange(1, "a", answer=ANSWER), Exchange(2, "c", stopped=True), Exchange(3, "d", error="e"))
    talk = Conversation("", exchanges)
    assert talk.turns == (Turn("user", "a"), Turn("assistant", "b"))
    assert talk.until(2).exchanges == exchanges[:1]
    assert Conversation("", (Exchange(1, "a"),)).stopped().exchanges[0].stopped


def test_a_conversation_is_kept_as_it_is_for_its_user(tmp_path: Path, a_contested_answer: Answer) -> None:
    talk = Conversation("", (Exchange(1, "a", steps=("Searching",), answer=a_contested_answer, rated="up",
                                 where=Filter(tag="a", after=date(2024, 3, 4))),))  # fmt: skip
    mine = Conversations(tmp_path, "ines")
    kept = mine.keep(talk)
    assert kept == replace(talk, id=kept.id) == mine.load(kept.id)
    assert mine.keep(kept) == kept and [k.id for k in mine.list()] == [kept.id]
    others = Conversations(tmp_path, "paul")
    assert others.load(kept.id) is None and others.list() == []
    others.delete(kept.id)
    assert mine.load("../" + kept.id) is None and mine.load(kept.id) is not None
    mine.delete(kept.id)
    assert mine.list() == []


def test_markdown_has_footnotes_and_json_is_the_answer(a_contested_answer: Answer) -> None:
    answer = replace(a_contested_answer, text=r"So it was [1, 2]; \[3] stays, [9] leads nowhere.", unsupported=("No.",))
    text = as_markdown(answer)
    assert r"So it was [^1][^2]; \[3] stays, [9] leads nowhere." in text
    assert "[^2]: ““The captain was rested,”" in text and "Veldt Herald, 2024-03-04" in text
    assert "- No." in text and "**Ines Tarn** denies" in text
    asked_of = as_markdown(answer, Filter(publisher=("Veldt Herald", "Coast Radio"), before=date(2024, 3, 4)))
    assert "Only articles of this filter were asked: Veldt Herald, Coast Radio, to 4 Mar 2024." in asked_of
    assert json.loads(as_json(answer))["citations"][0]["published"] == "2024-03-02"


def test_what_cites_nothing_is_not_called_found() -> None:
    greeting = Answer(question="hello", verdict="answered", text="Ask about the articles.", engine="extractive")
    assert as_markdown(greeting) == "# hello\n\n*About this collection*\n\nAsk about the articles.\n"


def test_feedback_is_a_line_of_json(tmp_path: Path) -> None:
    keep_feedback(tmp_path / "home" / "f.jsonl", ANSWER, "up", "good", "ines")
    keep_feedback(tmp_path / "home" / "f.jsonl", ANSWER, "down")
    first, second = map(json.loads, (tmp_path / "home" / "f.jsonl").read_text().splitlines())
    assert first.keys() == {"time", "user", "rating", "note", "question", "verdict", "answer"}
    assert (first["rating"], first["note"], second["rating"]) == ("up", "good", "down")
    with pytest.raises(ValueError, match="up or down, not 'sideways'"):
        keep_feedback(tmp_path / "f", ANSWER, "sideways")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../a.txt", "a.txt"), ("C:\\x\\b.html", "b.html"), (".htaccess", "htaccess"),
        ("a\u202egnp.txt", "agnp.txt"),
        ("<img src=x>.md", "img src=x.md"), ("", "file"), ("..", "file"), (f"{'a' * 300}.txt", f"{'a' * 100}.txt"),
    ],
)  # fmt: skip
def test_a_files_name_is_made_safe(name: str, plain: str) -> None:
    assert safe_name(name) == plain


def test_filters_are_those_of_the_corpus() -> None:
    where = filter_of({"publisher": "veldt herald", "after": "2024-03-04", "before": "nonsense"})
    assert where == Filter(publisher=("veldt herald",), after=date(2024, 3, 4))


@pytest.mark.parametrize("years", [0, 1, 9])
def test_the_plot_counts_every_dated_article(years: int) -> None:
    between = (date(2010, 1, 5), date(2010 + years, 3, 9))
    held = Inventory((("One", between[0], 5), ("Two", between[1], 4), (None, None, 1)), between=between)
    html = plot_html(held)
    if is_long(*between):  # then the first of a month may stand for its days
        assert html == plot_html(replace(held, rows=tuple((o, d and d.replace(day=1), n) for o, d, n in held.rows)))
    assert html.count("<rect") == 2 and "1 undated" in html and "up to 5 a" in html
    assert plot_html(Inventory((("One", None, 900),))) == ""
    assert plot_html(Inventory((("One", date(2010, 1, 5), 900),), between=(date(2010, 1, 5),) * 2)) == ""
