"""What writes the answers: chosen on the page, kept, and never sending text away unasked."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import Corpus
from rag.errors import LlmError
from rag.settings import Settings
from rag.ui.engines import Engine, UserEngines, engine
from rag.ui.shelf import Library, UserShelf
from tests.llm.conftest import ModelServer

Look = Callable[..., Any]
SAID = "The potter Una Reed said that eleven kilns were lost."
KILNS = f"---\ntitle: A kiln bursts\npublisher: Orrel Echo\n---\nA kiln burst in Orrel on Thursday. {SAID}\n"


@pytest.fixture
def model(server: ModelServer) -> str:
    """The setting of a small model that is served on this machine, and says the same to every question."""
    server.script = lambda s: s.answer(f"{SAID} [1]")
    return server.spec


@pytest.fixture
def kilns(tmp_path: Path, words: Any) -> Iterator[Corpus]:
    (tmp_path / "kilns.md").write_text(KILNS)
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        corpus.ingest([tmp_path / "kilns.md"])
        yield corpus


def test_an_engine_is_told_by_its_setting() -> None:
    assert engine("extractive") == Engine(setting="extractive")
    away = engine("openai:gpt-4o-mini")
    assert away.leaves == "api.openai.com" and away.name == "openai:gpt-4o-mini"
    near = engine("openai-like:small@http://127.0.0.1:9/v1")
    assert near.leaves == "" and near.name == "openai-like:small"
    with pytest.raises(LlmError, match="names no model"):
        engine("nothing")


def test_what_is_there_is_listed_and_what_is_missing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kilns: Corpus
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "http://127.0.0.1:9")
    kilns.settings = kilns.settings.model_copy(update={"llm": "openai-like:small@http://127.0.0.1:9/v1"})
    found = UserEngines(kilns, tmp_path / "x.json", is_alone=True).all()
    assert [e.setting for e in found[:2]] == ["extractive", kilns.settings.llm]
    assert "set OPENAI_API_KEY" in [e.detail for e in found if e.begin == "openai:"]
    assert [e.usable for e in found] == sorted((e.usable for e in found), reverse=True)
    shared = UserEngines(kilns, tmp_path / "x.json", is_alone=False)
    assert [e.setting for e in shared.all()] == ["extractive", kilns.settings.llm] and shared.proposed() == []


def test_a_choice_is_kept_and_a_broken_file_is_none(tmp_path: Path, kilns: Corpus, model: str) -> None:
    file = tmp_path / "engines" / "x.json"
    choice = UserEngines(kilns, file, is_alone=True)
    assert choice.now.setting == "extractive"
    choice.choose(model)
    assert choice.now.setting == model
    for broken in ("[]", "{", '{"llm": 3}', '{"llm": "nothing"}', "\N{SNOWMAN}"):
        file.write_text(broken)
        assert choice.now.setting == "extractive"


def test_where_there_is_a_login_users_take_what_the_owner_set(kilns: Corpus, model: str) -> None:
    library = Library(kilns)
    ines = UserShelf(library, "ines").engines
    with pytest.raises(LlmError, match="not for you to choose"):
        ines.choose(model)
    UserShelf(library).engines.choose(model)
    assert UserShelf(library).engines.now.setting == model and ines.now.setting == "extractive"
    ines.choose("extractive")
    file = next(f for f in (library.folder / "engines").iterdir() if f.name != "local.json")
    file.write_text(json.dumps({"llm": model}))  # as if the owner had set it once and does no more
    assert ines.now.setting == "extractive"


def test_one_question_can_be_answered_by_another_engine(kilns: Corpus, model: str) -> None:
    question = "How many kilns were lost?"
    assert kilns.ask(question).engine == "extractive"
    written = kilns.ask(question, llm=model)
    assert written.engine == "openai-like:small", written
    assert SAID.rstrip(".") in written.text
    assert written.citations[0].quote in kilns.articles()[0].text
    with pytest.raises(LlmError, match="names no model"):
        kilns.ask(question, llm="nothing")


def test_the_engine_is_switched_on_the_page_and_stays(look: Look, serve: Any, kilns: Corpus, model: str) -> None:
    with serve(kilns) as url:
        view = look(url)
        page = view.page
        page.click("#scope [data-act=engine]")
        page.locator(".engine-row[aria-pressed=true]", has_text="Quotes only").wait_for()
        page.fill("#engine-name", model)
        page.press("#engine-name", "Enter")
        page.locator(".engine-row[aria-pressed=true]", has_text="openai-like:small").wait_for()
        assert page.inner_text(".engine-row[aria-pressed=true] .in-use") == "Chosen, not tried yet"
        page.keyboard.press("Escape")
        assert "Written by small on this machine" in page.inner_text("#scope .chip[data-act=engine]")
        assert "Nothing leaves this machine" in page.inner_text("#side")
        view.ask("How many kilns were lost?")
        view.answered()
        assert "openai-like:small" in page.inner_text(".made")
        assert page.locator(".reply a.marker").count() >= 1
        page.reload()
        page.locator("#scope .chip", has_text="Written by small").wait_for()
        page.click("#side [data-act=engine]")
        page.locator(".in-use", has_text="In use").wait_for()
        page.locator(".engine-row", has_text="Quotes only").click()
        page.locator(".engine-row[aria-pressed=true]", has_text="Quotes only").wait_for()


def test_text_leaves_only_after_a_yes(look: Look, serve: Any, scripted: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    corpus = scripted()
    with serve(corpus) as url:
        view = look(url)
        page = view.page

        def choose() -> None:
            page.fill("#engine-name", "openai:tiny")
            page.press("#engine-name", "Enter")
            page.locator(".choice h2", has_text="Send text to api.openai.com?").wait_for()

        page.click("#scope [data-act=engine]")
        choose()
        page.locator(".choice").get_by_text("Go back").click()
        page.locator(".engine-row[aria-pressed=true]", has_text="Quotes only").wait_for()
        choose()
        page.locator(".choice").get_by_text("Send text there").click()
        page.locator(".choice .error", has_text="OPENAI_API_KEY").wait_for()  # and nothing has changed
        assert "Nothing leaves this machine" in page.inner_text("#side")
        monkeypatch.setenv("OPENAI_API_KEY", "x")
        choose()
        page.locator(".choice").get_by_text("Send text there").click()
        page.locator(".engine-row[aria-pressed=true]", has_text="api.openai.com").wait_for()
        page.keyboard.press("Escape")
        assert "Text goes to api.openai.com" in page.inner_text("#side")
        view.ask("contested")
        view.answered()
        assert corpus.engines == ["openai:tiny"]
