"""What the page's tests share: one browser, one served page over a corpus made for them, scripted corpora."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from rag.corpus import Corpus
from rag.errors import NotFoundError
from rag.llm.model import Model, load_model
from rag.settings import Settings
from rag.types import Answer, Article, Citation, Event, Filter, Position, Statement, Turn
from rag.ui.server import launch
from rag.ui.shelf import Library
from tests.llm.conftest import server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["server"]  # a fixture
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

Script = Callable[[str, Sequence[Turn]], Iterator[Event]]


def article(id: str, text: str, publisher: str = "Harbour Gazette", day: date | None = None, **known: Any) -> Article:
    found = "page" if day else "unknown"
    title = known.pop("title", f"Article {id}")
    return Article(
        id=id, text=text, title=title, path=f"in/{id}.html", publisher=publisher, published=day, published_from=found,
        **known,
    )  # fmt: skip


def citation(number: int, of: Article, quote: str) -> Citation:
    start = of.text.index(quote)
    return Citation(
        number=number, article_id=of.id, title=of.title, publisher=of.publisher, published=of.published,
        published_from=of.published_from, url=of.url, path=of.path, quote=quote, start=start, end=start + len(quote),
    )  # fmt: skip


SAYS = "The harbour office said the captain had not slept for thirty hours."
DENIES = "“The captain was rested,” said Ines Tarn, a spokeswoman for the ferry line."
DOUBTS = "The union doubts that anyone can say how long he slept."
ARTICLES = (
    article("a1", f"The ferry Linnet ran aground at dawn.\n{SAYS}", day=date(2024, 3, 2), author="R. Moor",
            url="https://gazette.example/a1"),
    article("a2", f"The ferry line spoke on Monday.\n{DENIES}", "Veldt Herald", date(2024, 3, 4)),
    article("a3", f"A week on nobody agrees.\n{DOUBTS}", "Coast Radio", date(2024, 3, 9)),
)  # fmt: skip
CITATIONS = tuple(citation(n, a, q) for n, (a, q) in enumerate(zip(ARTICLES, (SAYS, DENIES, DOUBTS), strict=True), 1))


def contested(question: str) -> Answer:
    """An answer with three sides."""
    held = (("asserts", "the harbour office"), ("denies", "Ines Tarn"), ("doubts", "the union"))
    positions = tuple(
        Position(stance=stance, speaker=speaker, text=c.quote, citations=(c.number,))  # pyright: ignore[reportArgumentType]
        for (stance, speaker), c in zip(held, CITATIONS, strict=True)
    )
    text = "The harbour office says so [1]. The ferry line denies it [2]. The union doubts it [3]."
    return Answer(question=question, verdict="contested", text=text, citations=CITATIONS, positions=positions)


@dataclass
class Scripted:
    """A corpus of given articles that answers as its script says."""

    script: Script
    settings: Settings
    all: Sequence[Article] = ARTICLES
    is_sample: bool = False
    notices: tuple[str, ...] = ()
    histories: list[tuple[Turn, ...]] = field(default_factory=list)
    engines: list[str | None] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {"articles": len(self.all)}

    @property
    def revision(self) -> str:
        return str(len(self.all))

    def tags(self) -> list[str]:
        return []

    def dates(self) -> tuple[str, str] | None:
        days = sorted(a.published.isoformat() for a in self.all if a.published)
        return (days[0], days[-1]) if days else None

    def outlets_and_days(self, letters: int = 10) -> list[tuple[str | None, str | None, int]]:
        return [(a.publisher, a.published.isoformat()[:letters] if a.published else None, 1) for a in self.all]

    def listed(
        self, where: Filter | None = None, words: str = "", order: str = "newest", start: int = 0, most: int = 50
    ) -> tuple[list[Article], int]:
        found = [
            a
            for a in self.all
            if words.casefold() in f"{a.title} {a.publisher}".casefold()
            and (where is None or where.publishers is None or (a.publisher or "").casefold() in where.publishers)
        ]
        return found[start : start + most], len(found)

    def statements(self, id: str) -> list[Statement]:
        return []

    def places(self, id: str) -> list[str]:
        return []

    def ask(self, question: str, llm: str | None = None) -> Answer:
        """For questions that are tried before they are offered; not noted."""
        return next(e.answer for e in self.script(question, ()) if e.answer)

    def articles(self, where: Filter | None = None) -> list[Article]:
        return list(self.all)

    def article(self, id: str) -> Article:
        for one in self.all:
            if one.id == id:
                return one
        raise NotFoundError(id)

    def model_of(self, llm: str | None) -> Model | None:
        return load_model(llm or self.settings.llm)

    def stream(
        self, question: str, history: Sequence[Turn] = (), where: Filter | None = None, *, llm: str | None = None
    ) -> Iterator[Event]:
        self.histories.append(tuple(history))
        self.engines.append(llm)
        yield from self.script(question, history)


def states(question: str, history: Sequence[Turn]) -> Iterator[Event]:
    """Answers by the question's words: contested, declined, unsupported, slow, fault; else it is answered."""
    yield Event(kind="searching", text="Searching 3 articles")
    yield Event(kind="reading", text="Reading 7 passages")
    if "slow" in question:
        for n in range(3000):  # longer than a busy machine takes to stop it
            yield Event(kind="text", text=f"word{n} ")
            time.sleep(0.1)
    if "fault" in question:
        raise KeyError("secret")
    if "contested" in question:
        answer = contested(question)
    elif "declined" in question:
        answer = Answer(question=question, verdict="declined", text="The articles do not say.", citations=CITATIONS)
    else:
        unsupported = ("He had been drunk.",) if "unsupported" in question else ()
        text = f"About {question}: he had not slept [1]."
        answer = Answer(
            question=question, verdict="answered", text=text, citations=CITATIONS[:1], unsupported=unsupported
        )
    yield Event(kind="text", text=answer.text)
    yield Event(kind="answer", answer=answer)


class Watched:
    """A browser page that remembers what went wrong: errors, dialogs, and requests to other machines."""

    def __init__(
        self, browser: "Browser", url: str, width: int = 1440, height: int = 900, dark: bool = False, name: str = ""
    ) -> None:
        """Open `url`; with a name, it is the login page."""
        self.wrong: list[str] = []
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(120_000)  # a busy machine is slow, not broken
        self.page.on("pageerror", lambda e: self.wrong.append(f"error: {e}"))
        self.page.on(
            "console", lambda m: self.wrong.append(f"console: {m.text} {m.location}") if m.type == "error" else None
        )
        self.page.on("dialog", lambda d: (self.wrong.append(f"dialog: {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self.wrong.append(f"request: {r.url}") if elsewhere(r.url) else None)
        self.page.goto(url)
        if name:
            self.page.fill("#username", name)
            self.page.fill("#password", "a long enough one")
            self.page.click("button")
        self.page.locator(".thread").wait_for()

    def ask(self, question: str) -> None:
        self.page.fill("#ask textarea", question)
        self.page.press("#ask textarea", "Enter")

    def answered(self, times: int = 1) -> None:
        self.page.locator(".reply .verdict").nth(times - 1).wait_for()
        self.page.locator("#ask .submit-button").wait_for()

    def articles(self) -> None:
        self.page.click("[data-act=view][data-view=articles]")


def elsewhere(url: str) -> bool:
    return urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"


@contextmanager
def served(corpus: object, own: Settings | None = None, **options: Any) -> Iterator[str]:
    library = corpus if isinstance(corpus, Library) else Library(corpus, own)  # pyright: ignore[reportArgumentType]
    page = launch(library, port=0, **options)
    try:
        yield page.local_url
    finally:
        page.close()


@pytest.fixture(scope="session")
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


@pytest.fixture(scope="session")
def serve(browser: "Browser") -> Callable[..., Any]:
    """Serves a corpus for as long as a `with` block: `with serve(corpus) as url`.

    After the browser, whose event loop Gradio then finds; without one it makes several and closes none.
    """
    return served


@pytest.fixture(scope="session")
def scripted(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Scripted]:
    """Makes a scripted corpus with a home of its own."""

    def make(script: Script = states, all: Sequence[Article] = ARTICLES, **known: Any) -> Scripted:
        return Scripted(script, Settings(home=tmp_path_factory.mktemp("home")), all, **known)

    return make


@pytest.fixture(scope="session")
def page_url(serve: Any, sample: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the sample, with a home for a collection of one's own."""
    with serve(sample, Settings(home=tmp_path_factory.mktemp("own") / "home")) as url:
        yield url


@pytest.fixture(scope="session")
def states_url(serve: Any, scripted: Callable[..., Scripted]) -> Iterator[str]:
    """The page over a scripted corpus that shows each state."""
    with serve(scripted()) as url:
        yield url


@pytest.fixture
def look(browser: "Browser") -> Iterator[Callable[..., Watched]]:
    """Opens a page in the browser, and asks a question there; at the end nothing may have gone wrong in any."""
    opened = list[Watched]()

    def open_page(url: str, ask: str = "", **options: Any) -> Watched:
        opened.append(Watched(browser, url, **options))
        if ask:
            opened[-1].ask(ask)
            opened[-1].answered()
        return opened[-1]

    yield open_page
    wrong = [w for view in opened for w in view.wrong]
    for context in {id(view.context): view.context for view in opened}.values():
        context.close()
    assert wrong == []


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    return article


@pytest.fixture(scope="session")
def make_citation() -> Callable[..., Citation]:
    return citation


@pytest.fixture(scope="session")
def a_contested_answer() -> Answer:
    return contested("Who slept? contested")


@pytest.fixture(scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")
