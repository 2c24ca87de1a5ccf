"""Conversations: how one is followed, kept and exported; and who may see what."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rag.errors import QuestionError
from rag.types import Answer, Event, Filter, Turn
from rag.ui.conversation import Conversation, Exchange, examples, follow, from_dict, to_dict
from rag.ui.corpus_view import Shown, filter_of, passes
from rag.ui.export import as_json, as_markdown
from rag.ui.newest import Newest
from rag.ui.plot import plot_html
from rag.ui.saved import Conversations, keep_feedback
from rag.ui.shelf import safe_name

ANSWER = Answer(question="a", verdict="answered", text="b")


def test_examples_come_from_titles_spread_over_the_corpus(make_article: Callable[..., Any]) -> None:
    articles = [make_article(str(n), "x", title=f"T{n}") for n in range(9)]
    assert examples(articles, sample=False) == tuple(f"What is reported about “T{n}”?" for n in (0, 3, 6))
    assert examples([], sample=False) == ()
    assert examples(articles, sample=True)


def test_errors_end_up_in_the_exchange_and_faults_do_not_show_their_insides(scripted: Any) -> None:
    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="text", text="x")
        raise QuestionError("too long: 9") if question == "long" else KeyError("secret")

    *_, said = follow(scripted(script), "long", Conversation())
    assert said.error == "too long: 9" and said.answer is None
    *_, said = follow(scripted(script), "fault", Conversation())
    assert "went wrong" in said.error and "secret" not in said.error


def test_the_last_is_shown_and_what_is_fast_is_passed_over() -> None:
    def numbers() -> Iterator[int]:
        yield from range(1000)

    shown = list(Newest(numbers(), worth=lambda n: n > 0, patience=1, pause=0.02))
    assert shown[-1] == 999 and len(shown) < 100 and shown == sorted(shown)

    def broken() -> Iterator[int]:
        yield 1
        raise KeyError("x")

    with pytest.raises(KeyError):
        list(Newest(broken(), worth=lambda n: True, patience=1, pause=0))


def test_what_is_no_longer_shown_is_no_longer_made() -> None:
    ended, went_on = threading.Event(), threading.Event()

    def endless() -> Iterator[int]:
        try:
            for n in range(10_000_000):
                yield n
                went_on.wait(0.01)
        finally:
            ended.set()

    news = Newest(endless(), worth=lambda n: True, patience=1, pause=0)
    assert next(iter(news)) >= 0
    news.close()
    assert ended.wait(30)


def test_stopped_and_failed_exchanges_are_no_turns() -> None:
    exchanges = (Exchange(1, "a", answer=ANSWER), Exchange(2, "c", stopped=True), Exchange(3, "d", error="e"))
    talk = Conversation("", exchanges)
    assert talk.turns == (Turn("user", "a"), Turn("assistant", "b"))
    assert talk.until(2).exchanges == exchanges[:1]
    assert Conversation("", (Exchange(1, "a"),)).stopped().exchanges[0].stopped


def test_a_conversation_is_kept_as_it_is_for_its_user(tmp_path: Path, a_contested_answer: Answer) -> None:
    talk = Conversation("", (Exchange(1, "a", steps=("Searching",), answer=a_contested_answer, rated="up"),))
    assert from_dict(json.loads(json.dumps(to_dict(talk)))) == talk
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
    assert json.loads(as_json(answer))["citations"][0]["published"] == "2024-03-02"


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


def test_filters_are_those_of_the_corpus(make_article: Callable[..., Any]) -> None:
    dated, undated = make_article("a", "x", "Veldt Herald", date(2024, 3, 4)), make_article("b", "x")
    where = filter_of({"publisher": "veldt herald", "after": "2024-03-04", "before": "nonsense"})
    assert where == Filter(publisher=("veldt herald",), after=date(2024, 3, 4))
    assert passes(dated, where) and not passes(undated, where)
    assert not passes(undated, Filter(before=date(2030, 1, 1)))
    assert Shown("herald ARTICLE").of([dated, undated]) == [dated]


@pytest.mark.parametrize("years", [0, 1, 9])
def test_the_plot_counts_every_dated_article(make_article: Callable[..., Any], years: int) -> None:
    days = [date(2010, 1, 5), date(2010, 1, 5), date(2010 + years, 3, 9)]
    articles = [make_article(str(n), "x", f"Outlet {n}", day) for n, day in enumerate(days)]
    html = plot_html([*articles, make_article("z", "x")])
    assert html.count("<rect") == 3 and "1 undated" in html and "up to 2 a" in html
    assert "nothing to plot" in plot_html([make_article("z", "x")])
