"""axe-core finds nothing in any state of the page, wide and narrow, light and dark."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import Corpus

Look = Callable[..., Any]
SHOTS = os.environ.get("RAG_SHOTS")  # a folder for a picture of each state


def found(page: Any, *, colours_only: bool = False) -> list[str]:
    options = {"resultTypes": ["violations"]} | ({"runOnly": ["color-contrast"]} if colours_only else {})
    return [
        f"{v['id']} ({v['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in page.evaluate("options => axe.run(document, options)", options)["violations"]
        for node in v["nodes"]
    ]


def check(states: Iterator[str], view: Any, name: str) -> None:
    """Each state, in light and in dark."""
    axe = pytest.importorskip("axe_playwright_python.base")
    page, wrong = view.page, dict[str, list[str]]()
    for n, state in enumerate(states):
        page.evaluate("script => { if (!window.axe) eval(script); }", axe.AXE_SCRIPT)
        for dark in (False, True):
            page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
            if SHOTS:
                page.screenshot(path=Path(SHOTS) / f"{name}-{n:02}-{state.replace(' ', '-')}{'-dark' * dark}.png")
            if of_state := found(page, colours_only=dark):
                wrong[f"{state}{', dark' * dark}"] = of_state
        page.evaluate("document.body.classList.remove('dark')")
    assert wrong == {}


def of_conversation(view: Any, narrow: bool) -> Iterator[str]:
    page = view.page
    yield "start"
    for n, question in enumerate(("contested", "declined", "unsupported", "fault"), 1):
        view.ask(question)
        page.locator(".reply :is(.verdict, .error)").nth(n - 1).wait_for()
        page.locator("#ask .submit-button").wait_for()
        yield question
    for _ in range(10):  # the last answer, scrolled into view, may take the quote away
        page.mouse.move(0, 0)
        page.locator("#exchange-3 a.marker").hover()
        if page.locator("#peek").count():
            break
    page.locator("#peek").wait_for()
    yield "the quote beside its number"
    page.keyboard.press("Escape")
    page.click("[data-act=like][data-n='3'][data-rating=up]")
    page.locator(".note input").wait_for()
    page.click("#scope summary")
    yield "filter and note"
    page.click("#exchange-3 .actions summary")
    yield "export"
    page.keyboard.press("Escape")
    page.click("#scope [data-act=engine]")
    page.locator(".choice").wait_for()
    page.click(".lacking summary")
    yield "engines"
    page.fill(".own input", "openai-like:m@https://models.example/v1")
    page.click(".own button")
    page.locator(".choice", has_text="Send text to").wait_for()
    yield "a yes before text leaves"
    page.keyboard.press("Escape")
    page.locator("#exchange-3 a.marker").click()
    page.click(".quote.current .cite summary")
    yield "a source and its citation"
    page.keyboard.press("Escape")
    page.locator(".card:has(.quote.current) [data-act=read]").click()
    page.locator(".sheet .reader").wait_for()
    page.click(".metadata summary")
    yield "reader"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    if narrow:
        page.click("[data-act=menu]")
    yield "side"
    page.locator(".kept .open").first.focus()
    for key in ("F2", "Delete"):
        page.keyboard.press(key)
        page.locator("dialog.confirm").wait_for()
        yield f"asked at {key}"
        page.keyboard.press("Escape")
        page.locator("dialog.confirm").wait_for(state="detached")
        page.locator(".kept .open").first.focus()
    page.keyboard.press("Escape")
    view.ask("slow")
    page.locator(".steps .done").first.wait_for()
    yield "working"
    page.locator("[data-act=retry]").first.click()
    page.locator(".toast").wait_for()
    yield "refused meanwhile"
    page.click("#ask .stop-button")
    page.get_by_text("Stopped.").wait_for()
    page.locator("#ask .submit-button").wait_for()
    yield "stopped"


def of_collection(view: Any, folder: Path, go: threading.Event) -> Iterator[str]:
    page = view.page
    view.articles()
    page.locator("#rows .empty").wait_for()
    yield "nothing yet"
    files = [folder / f"{n}.md" for n in range(9)] + [folder / "tool.exe"]
    for n, file in enumerate(files):
        file.write_text(
            f"---\ntitle: Kiln {n}\npublisher: Orrel Echo\npublished: 2024-05-0{n + 1}\ntags: kilns\n---\n"
            f"A kiln burst in Orrel. The potter Una Reed said that {n + 3} kilns were lost.\n"
        )
    page.set_input_files("#files", files)
    page.locator(".progress").wait_for()
    yield "reading"
    go.set()
    page.locator(".results .example").first.wait_for()
    yield "what came in"
    page.fill("#address", "http://127.0.0.1:9/a")
    page.press("#address", "Enter")
    page.locator(".results", has_text="127.0.0.1").wait_for()
    page.click("#shelf-scope summary")
    yield "plot, filter with tags, a failure"
    page.keyboard.press("Escape")
    page.locator("#rows .pick").first.check()
    yield "chosen"
    page.click("[data-act=removeall]")
    yield "asked before they go"
    page.keyboard.press("Escape")
    page.fill("#find", "zebra")
    page.locator("#rows .empty").wait_for()
    yield "none found"


SIZES = pytest.mark.parametrize("width", [1440, 390])


@SIZES
def test_in_the_conversation(look: Look, serve: Any, scripted: Any, width: int) -> None:
    with serve(scripted()) as url:
        view = look(url, width=width)
        check(of_conversation(view, width < 640), view, f"talk-{width}")


@SIZES
def test_in_the_collection(look: Look, serve: Any, corpus: Corpus, tmp_path: Path, width: int) -> None:
    go, embed = threading.Event(), corpus.embedder.embed
    corpus.embedder.embed = lambda texts: go.wait(120) and embed(texts)  # pyright: ignore[reportAttributeAccessIssue]
    with serve(corpus) as url:
        view = look(url, width=width)
        check(of_collection(view, tmp_path, go), view, f"shelf-{width}")
