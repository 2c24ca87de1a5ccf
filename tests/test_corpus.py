"""The whole path through class Corpus: articles in, cited answers out, over the sample and over small corpora."""

import asyncio
import json
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from rag import Answer, Corpus, Event, Filter, Settings, Turn
from rag.errors import EmptyCorpusError, FilterError, HomeError, IndexMismatchError, NotFoundError, QuestionError
from rag.index import sync

CASES = Path(__file__).resolve().parent.parent / "eval" / "sample.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in CASES.read_text(encoding="utf-8").splitlines()]
Write = Callable[..., Path]


@pytest.fixture
def stocked(corpus: Corpus, stories: list[Path]) -> Corpus:
    """The small corpus with the three stories."""
    corpus.ingest(stories)
    return corpus


def check(answer: Answer, corpus: Corpus) -> None:
    """What holds of every answer."""
    assert answer.text
    assert answer.verdict in ("answered", "contested", "declined")
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for c in answer.citations:
        article = corpus.article(c.article_id)
        assert article.text[c.start : c.end] == c.quote != ""
        assert f"[{c.number}]" in answer.text
        for name in ("title", "publisher", "published", "path"):
            assert getattr(c, name) == getattr(article, name)


# Articles


def test_a_new_corpus_is_empty_and_says_what_became_of_each_file(
    corpus: Corpus, stories: list[Path], tmp_path: Path
) -> None:
    assert (tmp_path / "home").is_dir()
    assert corpus.articles() == corpus.problems() == []
    assert corpus.counts()["articles"] == 0
    assert not corpus.is_sample
    report = corpus.ingest([*stories, tmp_path / "gone.txt"])
    assert [r.status for r in report.results] == ["added", "added", "added", "failed"]
    assert [r.path for r in report.of("added")] == [str(p) for p in stories]
    assert all(r.reason for r in report.of("failed")) and report.seconds >= 0
    assert {a.id for a in corpus.articles()} == {r.article_id for r in report.of("added")}
    assert len(corpus.ingest(str(stories[0])).results) == 1  # one path alone


def test_the_path_is_as_it_was_ingested(
    corpus: Corpus, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("news/2024/ferry.md", "Divers counted 340 crates of oranges on the sea floor.")
    monkeypatch.chdir(tmp_path)
    corpus.ingest(["news"])
    assert [a.path for a in corpus.articles()] == ["news/2024/ferry.md"]
    answer = corpus.ask("How many crates of oranges on the sea floor?")
    assert {c.path for c in answer.citations} == {"news/2024/ferry.md"}


def test_a_removed_article_is_not_cited_again(stocked: Corpus, stories: list[Path]) -> None:
    question = "How many crates of oranges did divers count?"
    (ferry,) = (a for a in stocked.articles() if a.title == "Ferry aground")
    assert stocked.article(ferry.id[:10]) == ferry
    assert ferry.id in {c.article_id for c in stocked.ask(question).citations}
    assert stocked.remove(ferry.id[:8]) == ferry
    assert ferry not in stocked.articles()
    assert ferry.id not in {c.article_id for c in stocked.ask(question).citations}
    assert ferry.id not in {h.article.id for h in stocked.search(question, 50)}
    for gone in (stocked.article, stocked.remove):
        with pytest.raises(NotFoundError):
            gone(ferry.id)
    assert stories[0].exists()
    assert [r.status for r in stocked.ingest(stories).results] == ["added", "unchanged", "unchanged"]
    assert ferry in stocked.articles() and stocked.problems() == []


# Questions


def test_a_speaker_in_wide_letters_is_the_same_speaker(corpus: Corpus, write: Write) -> None:
    text = "The bells are cast anew\nＡＮＮ ＬＥＥ said that ４ bells were poured on Monday. Ann Lee said no more."
    (result,) = corpus.ingest(write("bells.txt", text)).results
    said = corpus.statements(result.article_id or "")
    kept = corpus.article(result.article_id or "").text
    assert kept == text and said and all(c.isascii() for s in said for c in s.speaker)
    assert any("４ bells were poured" in kept[a:b] for s in said for a, b in s.content)


def test_a_citation_tells_the_page_of_its_document(corpus: Corpus, tmp_path: Path) -> None:
    pages = [
        ("The bells are cast anew", "The foundry poured the largest bell on Monday, the sexton said."),
        ("Oyster beds recover", "The beds hold four million oysters again, a survey found in May."),
        ("Night trams return", "Trams will run until two in the morning, the transport office said."),
    ]
    canvas = Canvas(str(tmp_path / "week.pdf"), invariant=1)
    for head, line in pages:
        canvas.setFont("Helvetica", 16)
        canvas.drawString(60, 700, head)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 670, line)
        canvas.showPage()
    canvas.save()
    corpus.ingest(tmp_path / "week.pdf")
    answer = corpus.ask("How many oysters do the beds hold?")
    assert {c.quote: c.page for c in answer.citations}[pages[1][1]] == 2 and "page 2" in answer.text
    (hit, *_) = corpus.search("Until when will trams run?")
    assert hit.article.page(hit.article.text.index("Trams will")) == 3


def test_every_citation_is_the_articles_own_words(sample: Corpus) -> None:
    for question in QUESTIONS[::4]:
        answer = sample.ask(question)
        check(answer, sample)
        assert answer.question == question
        assert answer.engine == "extractive"
        assert answer.seconds > 0
        assert {Path(c.path).parent.name for c in answer.citations} <= {"corpus"}


def test_hits_are_passages_of_articles_best_first(sample: Corpus) -> None:
    hits = sample.search("Who heads the spy agency?", k=5)
    assert len(hits) == 5
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    for h in hits:
        assert h.article.text[h.passage.start : h.passage.end] == h.passage.text
        assert h.passage.article_id == h.article.id
        assert h.dense_rank or h.lexical_rank
    assert hits[0].article.publisher == "Hankyoreh"
    assert len(sample.search("Who heads the spy agency?")) == 8


def test_a_stream_tells_searches_reads_writes_and_ends_with_the_answer(sample: Corpus) -> None:
    for question in (QUESTIONS[0], "How many tanks has Pyongyang delivered to Moscow?", "zzyzx qwrtp?"):
        events = list(sample.stream(question))
        kinds = [e.kind for e in events]
        assert kinds[:2] == ["searching", "reading"]
        assert set(kinds[2:-1]) == {"text"}
        assert kinds[-1] == "answer"
        assert all(e.text for e in events[:-1]) and all(e.answer is None for e in events[:-1])
        answer = events[-1].answer
        assert answer is not None
        assert "".join(e.text for e in events if e.kind == "text") == answer.text
        asked = sample.ask(question)
        assert (asked.text, asked.citations) == (answer.text, answer.citations)


def test_a_stream_may_be_left_early(stocked: Corpus) -> None:
    for steps in range(1, 4):
        events = stocked.stream("How many crates of oranges?")
        assert [next(events).kind for _ in range(steps)]
        events.close()  # type: ignore[attr-defined]
    check(stocked.ask("How many crates of oranges?"), stocked)


@pytest.mark.parametrize("question", ["", "  \n", "?!", "x " * 2000])
def test_a_question_that_cannot_be_asked(question: str, sample: Corpus) -> None:
    for call in (sample.ask, sample.search, lambda q: next(sample.stream(q))):
        with pytest.raises(QuestionError):
            call(question)


def test_an_empty_corpus_says_how_to_fill_it(corpus: Corpus) -> None:
    for call in (corpus.ask, corpus.search, lambda q: list(corpus.stream(q))):
        with pytest.raises(EmptyCorpusError, match=r"home is empty.*rag ingest"):
            call("Who denied it?")


def test_a_closed_corpus_has_ended_its_threads_and_says_so(tmp_path: Path, words: Any, stories: list[Path]) -> None:
    before = set(threading.enumerate())
    with Corpus.open(Settings(home=tmp_path / "mine"), embedder=words) as corpus:
        corpus.ingest(stories)
        corpus.ask("How many crates?")
    assert set(threading.enumerate()) <= before
    for call in (lambda: corpus.ask("How many crates?"), corpus.articles, lambda: corpus.ingest(stories)):
        with pytest.raises(HomeError, match="closed"):
            call()
    corpus.close()


def test_history_completes_a_question_that_leans_on_it(sample: Corpus) -> None:
    history = [
        Turn("user", "Which lawmaker said that the spy agency could not confirm the deliveries from Rajin?"),
        Turn("assistant", "Youn Kun-youn."),
    ]
    answer = sample.ask("And of which party is he?", history=history)
    assert answer.question == "And of which party is he?"
    assert any("Democratic Party" in c.quote for c in answer.citations)
    check(answer, sample)
    without = sample.ask("And of which party is he?")
    assert (without.text, without.verdict) != (answer.text, answer.verdict)


# Filters


def test_filters_choose_who_may_answer(stocked: Corpus) -> None:
    ferry, strike, museum = (
        next(a for a in stocked.articles() if a.title == t) for t in ("Ferry aground", "Bakers strike", "A painting")
    )
    for where, passing in [
        (Filter(publisher="Osterby Post"), {strike, museum}),
        (Filter(publisher=("Osterby Post", "veldt gazette")), {ferry, strike, museum}),
        (Filter(after=date(2024, 3, 1), before=date(2024, 4, 1)), {ferry, strike}),
        (Filter(article=(museum.id, ferry.id)), {museum, ferry}),
        (Filter(publisher="Osterby Post", before=date(2024, 12, 31)), {strike}),
        (Filter(), {ferry, strike, museum}),
        (None, {ferry, strike, museum}),
    ]:
        assert set(stocked.articles(where)) == passing, where
        hits = stocked.search("the harbour of Veldt, the bakers of Osterby, the ferry", 20, where)
        assert {h.article for h in hits} == passing, where
        assert {h.article for h in hits if h.dense_rank} == passing, where
        assert {c.article_id for c in stocked.ask("What of Osterby and Veldt?", where=where).citations} <= {
            a.id for a in passing
        }


def test_an_unknown_publisher_names_those_there_are(stocked: Corpus) -> None:
    for call in (stocked.ask, stocked.search):
        with pytest.raises(FilterError, match=r"Nowhere Times.*Osterby Post, Veldt Gazette"):
            call("How many crates?", where=Filter(publisher="Nowhere Times"))


def test_a_filter_that_nothing_passes(stocked: Corpus) -> None:
    for where in (
        Filter(after=date(2025, 1, 1)),
        Filter(after=date(2024, 4, 1), before=date(2024, 3, 1)),
        Filter(publisher="Veldt Gazette", after=date(2024, 3, 2)),
        Filter(article="nosuch"),
        Filter(publisher=()),
    ):
        with pytest.raises(FilterError, match=r"2024-03-01.*2024-04-01"):
            stocked.ask("How many crates?", where=where)


def test_a_date_filter_where_no_date_is_known(corpus: Corpus, write: Write) -> None:
    corpus.ingest([write("museum.md", "The museum of Osterby bought a painting.")])
    with pytest.raises(FilterError, match="none of them has a known date"):
        corpus.ask("Who painted it?", where=Filter(after=date(2020, 1, 1)))


# Rebuilding, and another model


@pytest.mark.parametrize("changed", ["model", "length of passages"])
def test_another_index_is_refused_until_a_rebuild(
    changed: str, tmp_path: Path, words: object, stories: list[Path]
) -> None:
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:  # type: ignore[arg-type]
        corpus.ingest(stories)
    settings = Settings(home=tmp_path / "home", passage_tokens=12 if changed != "model" else 0)
    other = type(words)("other words") if changed == "model" else words  # type: ignore[call-arg]
    with Corpus.open(settings, embedder=other) as corpus:  # type: ignore[arg-type]
        before = corpus.counts()["passages"]
        calls = [lambda: corpus.ask("How many crates?"), lambda: corpus.search("crates")]
        for call in (*calls, *([lambda: corpus.ingest(stories)] if changed == "model" else [])):
            with pytest.raises(IndexMismatchError, match="rag ingest --rebuild") as raised:
                call()
            assert changed != "model" or all(f'"{e.name}"' in str(raised.value) for e in (words, other))
        assert len(corpus.articles()) == 3
        assert any("--rebuild" in p for p in corpus.problems())
        corpus.ingest(rebuild=True)
        assert corpus.problems() == []
        assert changed == "model" or corpus.counts()["passages"] > before
        check(corpus.ask("How many crates?"), corpus)


def test_a_second_corpus_on_the_same_home_answers_and_says_how(
    tmp_path: Path, words: object, stories: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "EXACT_UP_TO", 0)
    settings = Settings(home=tmp_path / "home")
    with Corpus.open(settings, embedder=words) as first:  # type: ignore[arg-type]
        first.ingest(stories)
        assert first.notices == ()
        with Corpus.open(settings, embedder=words) as second:  # type: ignore[arg-type]
            a, b = (c.ask("How many crates of oranges did divers count?") for c in (first, second))
            assert (a.text, a.citations) == (b.text, b.citations)
            assert any("another process" in n for n in second.notices)


# Async


@pytest.fixture
def gated(tmp_path: Path, words: object, stories: list[Path]) -> Iterator[tuple[Corpus, threading.Event]]:
    """A corpus whose model waits at a question until the event is set."""
    gate = threading.Event()

    class Gated(type(words)):  # type: ignore[misc]
        def embed_query(self, text: str) -> np.ndarray:
            assert gate.wait(20), "the event loop was blocked"
            return super().embed_query(text)

    with Corpus.open(Settings(home=tmp_path / "home"), embedder=Gated()) as corpus:
        gate.set()
        corpus.ingest(stories)
        gate.clear()
        yield corpus, gate
        gate.set()


async def tick(gate: threading.Event, ticks: int = 20) -> int:
    """Opens the gate after some turns of the event loop: never, if the loop is blocked meanwhile."""
    for _ in range(ticks):
        await asyncio.sleep(0.001)
    gate.set()
    return ticks


async def test_the_async_twins_leave_the_loop_free_and_give_the_same(gated: tuple[Corpus, threading.Event]) -> None:
    corpus, gate = gated
    asked = ("How many crates of oranges?", [Turn("user", "Hello")], Filter(publisher="veldt gazette"))

    async def collect() -> list[Event]:
        return [e async for e in corpus.astream(*asked)]

    answer, ticks = await asyncio.gather(corpus.aask(*asked), tick(gate))
    gate.clear()
    events, _ = await asyncio.gather(collect(), tick(gate))
    expected = list(corpus.stream(*asked))
    assert ticks == 20 and expected[-1].answer and events[-1].answer
    assert (answer.text, answer.citations) == (expected[-1].answer.text, expected[-1].answer.citations)
    assert [(e.kind, e.text) for e in events] == [(e.kind, e.text) for e in expected]


async def test_async_errors_are_those_of_ask(corpus: Corpus) -> None:
    with pytest.raises(EmptyCorpusError):
        await corpus.aask("Who?")
    with pytest.raises(QuestionError):
        _ = [e async for e in corpus.astream(" ")]


async def test_astream_can_be_cancelled_while_it_waits(gated: tuple[Corpus, threading.Event]) -> None:
    corpus, gate = gated
    seen: asyncio.Queue[str] = asyncio.Queue()

    async def collect() -> None:
        async for event in corpus.astream("How many crates of oranges?"):
            await seen.put(event.kind)

    task = asyncio.create_task(collect())
    first = await seen.get()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gate.set()
    assert first == "searching" and seen.empty()
    check(await corpus.aask("How many crates of oranges?"), corpus)


class Endless(Corpus):
    """Answers with text without end, and says when it has been stopped."""

    stopped = threading.Event()
    made = 0

    def stream(self, *_: object, **__: object) -> Generator[Event]:
        try:
            while True:
                self.made += 1
                yield Event(kind="text", text="more ")
        finally:
            self.stopped.set()


@pytest.mark.parametrize("leave", ["aclose", "break", "cancel"])
async def test_nothing_is_made_for_one_who_has_left(leave: str, tmp_path: Path, words: Any) -> None:
    Endless.stopped.clear()
    with Endless.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:

        async def some() -> None:
            async for _ in corpus.astream("What?"):
                if corpus.made > 3 and leave == "break":
                    break

        if leave == "aclose":
            stream = corpus.astream("What?")
            await anext(stream)
            await stream.aclose()
        elif leave == "break":
            await some()
        else:
            task = asyncio.create_task(some())
            while corpus.made < 3:
                await asyncio.sleep(0.001)
            task.cancel()
        assert await asyncio.to_thread(corpus.stopped.wait, 30)
        made = corpus.made
        await asyncio.sleep(0.05)
        assert corpus.made == made


def test_a_follow_up_that_no_article_has_a_word_of_does_not_repeat_the_answer_before(sample: Corpus) -> None:
    history = [Turn("user", "Who heads the NIS?"), Turn("assistant", "Kim Kyou-hyun. [1]")]
    assert sample.ask("qwrtz", history=history).verdict == "declined"
    assert sample.ask("Why?", history=history).verdict == "answered"


def test_a_short_question_on_something_else_is_not_led_away_by_the_one_before(sample: Corpus) -> None:
    history = [Turn("user", "How do I bake sourdough bread?"), Turn("assistant", "Nothing seems to answer this.")]
    alone = sample.ask("What about shells?")
    assert alone.verdict == "answered"
    assert sample.ask("What about shells?", history=history).text == alone.text


def test_a_history_without_end_is_cut(stocked: Corpus) -> None:
    history = [Turn("user", "x " * 1_000_000)] * 20 + [Turn("user", "How many crates?")] * 100_000
    check(stocked.ask("How many crates of oranges?", history), stocked)


# Threads


def test_sixteen_threads_ask_while_one_ingests(stocked: Corpus, write: Write) -> None:
    more = [
        write(f"more/{n}.md", f"Town {n} has a ferry of its own. It carries {n} goats.", title=f"Town {n}")
        for n in range(60)
    ]
    start = threading.Barrier(17)

    def ask(n: int) -> list[Answer]:
        start.wait(60)
        return [stocked.ask(f"How many goats does the ferry of town {(n + i) % 60} carry?") for i in range(5)]

    def ingest() -> int:
        start.wait(60)
        return sum(len(stocked.ingest([path]).of("added")) for path in more)

    with ThreadPoolExecutor(17) as pool:
        asking = [pool.submit(ask, n) for n in range(16)]
        ingesting = pool.submit(ingest)
        assert ingesting.result(120) == 60
        answers = [a for future in asking for a in future.result(120)]
    assert len(answers) == 80
    for answer in answers:
        check(answer, stocked)
    assert stocked.counts()["articles"] == 63
    assert stocked.problems() == []
    assert {h.article.title for h in stocked.search("goats", 100)} >= {f"Town {n}" for n in range(60)}


def test_one_file_ingested_by_many_threads_is_there_once(corpus: Corpus, stories: list[Path]) -> None:
    paths = stories
    with ThreadPoolExecutor(4) as pool:
        reports = [f.result(60) for f in [pool.submit(corpus.ingest, paths) for _ in range(4)]]
    assert sorted(r.status for report in reports for r in report.results) == ["added"] * 3 + ["unchanged"] * 9
    assert corpus.counts()["articles"] == 3


def test_a_question_to_a_closed_corpus_is_refused_in_words(stocked: Corpus) -> None:
    query = stocked.understood("What sank?")
    stocked.close()
    with pytest.raises(HomeError, match="is closed"):
        stocked._embedding.question(f"{query.text} And why?")
    with pytest.raises(HomeError, match="is closed"):
        stocked.ask("What sank?")


def test_a_question_whose_embedding_failed_can_be_asked_again(stocked: Corpus) -> None:
    embed = stocked.embedder.embed_query
    failures = iter([RuntimeError("no memory")])

    def fails_once(text: str) -> np.ndarray:
        for failure in failures:
            raise failure
        return embed(text)

    stocked.embedder.embed_query = fails_once  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="no memory"):
        stocked.search("Who counted the crates?")
    assert stocked.search("Who counted the crates?")[0].article.title == "Ferry aground"
