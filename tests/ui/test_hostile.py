"""Two hundred hostile texts through every place of the page that shows words of others: nothing runs, nothing loads."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rag.corpus import Corpus
from rag.settings import Settings
from rag.types import Answer, Event, Position, Turn
from tests.ui.hostile import TEXTS

Look = Callable[..., Any]

# What our own HTML never holds, and attributes that run or load; our own icons are the only svg.
FOUND = """() => [...document.querySelectorAll("#desk *, dialog *")].filter(e =>
  ["IMG", "IFRAME", "SCRIPT", "OBJECT", "EMBED", "VIDEO", "AUDIO", "STYLE", "LINK", "META", "BASE",
   "MATH", "PICTURE"].includes(e.tagName)
  || (e.closest("svg") && e.closest("svg").querySelector("script, image, use, a, foreignObject, animate"))
  || [...e.attributes].some(a => a.name.startsWith("on") || (a.name === "style" && a.value.includes("url"))
     || (["href", "src", "action", "formaction", "ping", "srcset", "poster", "background", "data"].includes(a.name)
         && !/^(#(source|answer)-[0-9-]+|https:..fine.example.*)$/.test(a.value) ))
).map(e => e.outerHTML.slice(0, 200))"""


def safe(page: Any) -> None:
    assert page.evaluate(FOUND) == []
    assert page.evaluate("window.hit") is None


def test_there_are_two_hundred() -> None:
    assert len(TEXTS) == len(set(TEXTS)) == 200


def test_in_answers_sources_and_the_article_list(
    look: Look, serve: Any, scripted: Any, make_article: Any, make_citation: Any
) -> None:
    addresses = ("javascript:window.hit=1", "https://fine.example/a", "data:text/html,x", "//evil.example/")
    articles = [
        make_article(f"a{n}", f"{t}\n{t}", publisher=t, title=t, author=t, note=t, url=addresses[n % 4])
        for n, t in enumerate(TEXTS)
    ]
    cited = tuple(make_citation(n, a, t) for n, (a, t) in enumerate(zip(articles, TEXTS, strict=True), 1))

    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        yield Event(kind="searching", text=question)
        text = "\n\n".join(f"{t}\n\nHe said so [{n}]." for n, t in enumerate(TEXTS, 1))
        yield Event(kind="text", text=text)
        verdict = "contested" if "sides" in question else "declined" if "none" in question else "answered"
        positions = tuple(
            Position(
                stance=("asserts", "denies")[n % 2], speaker=t, text=t, citations=(n,), publisher=t, via=t, value=t
            )
            for n, t in enumerate(TEXTS if verdict == "contested" else (), 1)
        )
        yield Event(
            kind="answer",
            answer=Answer(
                question=question, verdict=verdict, text=text, citations=cited, positions=positions,
                unsupported=tuple(TEXTS),
            ),
        )  # fmt: skip

    with serve(scripted(script, articles, notices=tuple(TEXTS))) as url:
        view = look(url)
        page = view.page
        view.ask(" ".join(TEXTS)[:3000])
        view.answered()
        safe(page)
        assert page.locator("#panel .card").count() == 200
        markers = page.locator(".reply .text a.marker")
        assert markers.count() >= 200  # some texts hold a marker themselves; it leads to our own card
        assert page.locator(".card mark").nth(4).text_content() == TEXTS[4]
        for kind, n in (("sides", 2), ("none", 3)):
            view.ask(kind)
            view.answered(n)
            safe(page)
        page.locator("[data-act=edit]").first.click()
        page.locator(".card [data-act=read]").first.click()
        page.locator(".sheet .reader").wait_for()
        safe(page)
        page.keyboard.press("Escape")
        view.articles()
        page.click("#rows [data-act=more]")
        page.locator("#rows li").nth(99).wait_for()
        page.click("#shelf-scope summary")
        safe(page)
        page.reload()  # as it was kept
        page.locator(".exchange").nth(2).wait_for(state="attached")
        safe(page)


def test_through_ingest_and_the_extractive_answer(look: Look, serve: Any, words: Any, tmp_path: Path) -> None:
    lines = (
        json.dumps({"title": t, "author": t, "publisher": t, "url": "javascript:window.hit=1",
                    "text": f"The ferry sailed on Monday. The captain said: {t}. It was a calm day, number {n}."})
        for n, t in enumerate(TEXTS)
    )  # fmt: skip
    (tmp_path / "all.jsonl").write_text("\n".join(lines))
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        corpus.ingest([tmp_path / "all.jsonl"])
        with serve(corpus) as url:
            view = look(url, ask="What did the captain say?")
            safe(view.page)
            view.articles()
            names = [t.replace("/", "∕").replace("\n", " ").replace("\\", " ")[:80] for t in TEXTS]
            files = [
                {
                    "name": f"{n}{'.txt' if k % 10 == 0 else '.exe'}",
                    "mimeType": "text/plain",
                    "buffer": f"{n} {k}".encode(),
                }
                for k, n in enumerate(names)
            ]
            view.page.set_input_files("#files", files)
            view.page.locator(".results").wait_for(timeout=60_000)
            # the suggested questions, which come a moment later, are in a list of their own
            assert view.page.locator(".results li:not(:has(.example))").count() == 200
            safe(view.page)
