"""The page in a real browser (Debian's Chromium), over the sample corpus; and its API through gradio_client.

What the sample can't give (a slow answer to stop, hostile words from a model) comes from a scripted corpus.
"""

import os
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from rag.corpus import Corpus
from rag.errors import QuestionError, RagError
from rag.jsonform import answer_to_dict
from rag.types import Answer, Article, Citation, Event, Filter, Turn
from rag.ui.page import examples, follow, free_port, launch, turns
from rag.ui.sources import Exchange

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
QUESTION = "Did North Korea supply weapons to Russia?"
HOSTILE = (
    "<img src=http://evil.example/a.png onerror=alert(1)> ![x](http://evil.example/b.png) "
    "<script>fetch('http://evil.example/c')</script> [x](javascript:alert(1)) <svg/onload=alert(1)> "
    "<iframe src=http://evil.example/d></iframe> $$\\href{javascript:alert(1)}{x}$$"
)

Script = Callable[[str, Sequence[Turn]], Iterator[Event]]


@dataclass
class Scripted:
    """A corpus of one article that answers as its script says."""

    script: Script
    only: Article
    is_sample: bool = False
    notices: tuple[str, ...] = ()
    asked: list[tuple[Turn, ...]] = field(default_factory=list)

    def articles(self) -> list[Article]:
        return [self.only]

    def article(self, id: str) -> Article:
        return self.only

    def stream(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Iterator[Event]:
        self.asked.append(tuple(history))
        yield from self.script(question, history)


def article(text: str = "Night fell. A ship left Rajin.", **known: str) -> Article:
    return Article(id="a", text=text, path="a.txt", **{"title": "Ships", **known})


def citation(of: Article) -> Citation:
    return Citation(
        number=1, article_id=of.id, title=of.title, publisher=of.publisher, published=of.published,
        published_from=of.published_from, url=of.url, path=of.path, quote=of.text, start=0, end=len(of.text),
    )  # fmt: skip


@contextmanager
def served(corpus: object) -> Iterator[str]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    page = launch(corpus, port=port)  # pyright: ignore[reportArgumentType]
    try:
        yield page.local_url
    finally:
        page.close(verbose=False)


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: pip install playwright"
    )
    if not shutil.which(CHROMIUM):
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A browser page that remembers what went wrong: errors, dialogs, and requests to other machines."""

    def __init__(self, browser: "Browser", url: str, width: int = 1440, height: int = 900, dark: bool = False) -> None:
        self.wrong: list[str] = []
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.page = context.new_page()
        self.page.on("pageerror", lambda e: self.wrong.append(f"error: {e}"))
        self.page.on("console", lambda m: self.wrong.append(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("dialog", lambda d: (self.wrong.append(f"dialog: {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self.wrong.append(f"request: {r.url}") if elsewhere(r.url) else None)
        self.page.goto(url)

    def ask(self, question: str) -> None:
        self.page.fill("#ask textarea", question)
        self.page.press("#ask textarea", "Enter")

    def answered(self, times: int = 1) -> None:
        self.page.locator(".reply .verdict").nth(times - 1).wait_for(timeout=30_000)
        self.page.locator("#ask .submit-button").wait_for()


def elsewhere(url: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"


def test_a_question_is_answered_with_its_sources(browser: "Browser", sample: Corpus) -> None:
    with served(sample) as url:
        view = Watched(browser, url)
        assert f"{len(sample.articles())} articles" in view.page.inner_text("#masthead")
        assert "sample corpus" in view.page.inner_text("#masthead")
        view.ask(QUESTION)
        view.answered()
        cards = view.page.locator(".card").all()
        assert cards
        for card in cards:
            title, quote = card.locator("h3").inner_text(), card.locator("mark").text_content()
            assert any(quote in a.text for a in sample.articles() if a.title == title)
        marker = view.page.locator(".reply a.marker").first
        marker.click()
        target = view.page.locator(".card:target")
        assert target.locator(".number").inner_text() == marker.inner_text().strip("[]")
        assert target.locator("mark").is_visible()
        view.page.click("#new")
        view.page.locator("#chat .example").first.click()
        view.answered()
        assert view.wrong == []


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_sources_stand_below(browser: "Browser", sample: Corpus, dark: bool) -> None:
    with served(sample) as url:
        view = Watched(browser, url, width=390, height=844, dark=dark)
        view.ask(QUESTION)
        view.answered()
        box, card = view.page.locator("#ask").bounding_box(), view.page.locator(".card").first.bounding_box()
        assert box and card and card["y"] > box["y"] + box["height"]
        assert view.page.evaluate("document.documentElement.scrollWidth") <= 390
        background = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (max(map(int, re.findall(r"\d+", background)[:3])) < 60) == dark
        assert view.wrong == []


def test_progress_is_seen_stop_stops_and_a_follow_up_knows_the_turns_before(browser: "Browser") -> None:
    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="searching", text="Searching")
        yield Event(kind="reading", text="Reading 7 passages")
        if "slow" in question:
            time.sleep(0.4)
            for n in range(200):
                yield Event(kind="text", text=f"word{n} ")
                time.sleep(0.1)
        yield Event(kind="answer", answer=Answer(question=question, verdict="answered", text=f"About {question}"))

    corpus = Scripted(script, article())
    with served(corpus) as url:
        view = Watched(browser, url)
        view.ask("first")
        view.answered()
        view.ask("slow")
        view.page.get_by_text("Reading 7 passages").wait_for()
        view.page.get_by_text("word2").wait_for()
        view.page.click("#ask .stop-button")
        view.page.get_by_text("Stopped.").wait_for()
        view.page.locator("#ask .submit-button").wait_for()
        stopped = view.page.inner_text("#chat")
        time.sleep(0.6)
        assert view.page.inner_text("#chat") == stopped
        view.ask("third")
        view.answered(2)
        assert "word2" in view.page.inner_text("#chat")
        assert corpus.asked[-1] == (Turn("user", "first"), Turn("assistant", "About first"))
        assert view.wrong == []


def test_hostile_words_stay_words(browser: "Browser") -> None:
    bad = article(
        text=HOSTILE, title=HOSTILE, publisher=HOSTILE, author=HOSTILE, url="javascript:alert(1)", note=HOSTILE
    )

    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="searching", text=HOSTILE)
        yield Event(kind="text", text=HOSTILE)
        time.sleep(0.2)
        if "fail" in question:
            raise QuestionError(HOSTILE)
        text = f"{HOSTILE} [1]\n\n```mermaid\ngraph TD\n```"
        answer = Answer(
            question=question, verdict="contested", text=text, citations=(citation(bad),), unsupported=(HOSTILE,)
        )
        yield Event(kind="answer", answer=answer)

    with served(Scripted(script, bad, notices=(HOSTILE,))) as url:
        view = Watched(browser, url)
        view.ask(HOSTILE)
        view.answered()
        view.ask("fail")
        view.page.locator(".reply .error").wait_for()
        assert view.page.locator(".card mark").text_content() == HOSTILE
        assert view.page.locator(".reply .text").first.inner_text().startswith(HOSTILE[:40])
        for tag in ("img", "iframe", "script"):
            assert view.page.locator(f"#chat {tag}, #panel {tag}, #masthead {tag}").count() == 0
        view.page.wait_for_timeout(300)
        assert view.wrong == []


def test_a_declined_answer_says_so(browser: "Browser") -> None:
    near = article()

    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        answer = Answer(question=question, verdict="declined", text="They do not say.", citations=(citation(near),))
        yield Event(kind="answer", answer=answer)

    with served(Scripted(script, near)) as url:
        view = Watched(browser, url)
        view.ask("Who won the cup?")
        view.answered()
        assert "Not answered" in view.page.inner_text("#chat")
        assert "Nearest passages, which do not answer it" in view.page.inner_text("#panel")


def test_the_api_gives_the_answer_as_json(sample: Corpus) -> None:
    client = pytest.importorskip("gradio_client")
    with served(sample) as url:
        api = client.Client(url, verbose=False, analytics_enabled=False)
        answer = api.predict(QUESTION, api_name="/ask")
        assert answer["question"] == QUESTION and answer["verdict"] in ("answered", "contested")
        assert answer.keys() == answer_to_dict(sample.ask(QUESTION)).keys()
        first = answer["citations"][0]
        assert sample.article(first["article_id"]).text[first["start"] : first["end"]] == first["quote"]
        with pytest.raises(client.exceptions.AppError, match=r"\w"):
            api.predict("  ", api_name="/ask")
        assert list(api.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]


def test_every_response_forbids_what_is_remote(sample: Corpus) -> None:
    httpx = pytest.importorskip("httpx")
    with served(sample) as url:
        for path in ("", "config", "nothing-here"):
            policy = httpx.get(url + path).headers["content-security-policy"]
            assert "default-src 'self'" in policy and "http" not in policy
        assert httpx.get(url + "monitoring/summary").status_code in (403, 404)
        assert "fonts.g" not in httpx.get(url + "theme.css").text


def test_only_loopback_is_served(sample: Corpus) -> None:
    with pytest.raises(RagError, match=r"loopback only: host '0\.0\.0\.0'"):
        launch(sample, host="0.0.0.0")


def test_a_taken_port_is_an_error_and_is_passed_over() -> None:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        port = s.getsockname()[1]
        assert free_port("127.0.0.1", port) > port
        with pytest.raises(RagError, match=f"port {port}"):
            launch(Scripted(lambda q, h: iter(()), article()), port=port)  # pyright: ignore[reportArgumentType]


def test_examples_come_from_titles_spread_over_the_corpus() -> None:
    articles = [article(title=f"T{n}") for n in range(9)]
    assert examples(articles, sample=False) == tuple(f"What is reported about “T{n}”?" for n in (0, 3, 6))
    assert examples([], sample=False) == ()
    assert QUESTION in examples(articles, sample=True)


def test_errors_end_up_in_the_exchange_and_faults_do_not_show_their_insides() -> None:
    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="text", text="x")
        raise QuestionError("too long: 9") if question == "long" else KeyError("secret")

    corpus = Scripted(script, article())
    *_, said = follow(corpus, "long", [])  # pyright: ignore[reportArgumentType]
    assert said.error == "too long: 9" and said.answer is None
    *_, said = follow(corpus, "fault", [])  # pyright: ignore[reportArgumentType]
    assert "went wrong" in said.error and "secret" not in said.error


def test_stopped_and_failed_exchanges_are_no_turns() -> None:
    answer = Answer(question="a", verdict="answered", text="b")
    done, stopped = Exchange(1, "a", answer=answer), Exchange(2, "c", stopped=True)
    assert turns([done, stopped, Exchange(3, "d", error="e")]) == (Turn("user", "a"), Turn("assistant", "b"))
