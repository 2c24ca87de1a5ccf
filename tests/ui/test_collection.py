"""The collection in a real browser: the list, search and filters; files in, asked about, mended and removed."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag.corpus import Corpus
from rag.settings import Settings

Look = Callable[..., Any]
KILN = (
    "---\ntitle: A kiln bursts in Orrel\npublisher: Orrel Echo\npublished: 2024-05-02\n---\n"
    "A kiln burst in Orrel on Thursday. The potter Una Reed said that eleven kilns were lost.\n"
)


def test_a_file_is_added_asked_about_mended_and_removed(look: Look, serve: Any, sample: Corpus, tmp_path: Path) -> None:
    (tmp_path / "kiln.md").write_text(KILN)
    (tmp_path / "tool.exe").write_text("x")
    with serve(sample, Settings(home=tmp_path / "home")) as url:
        view = look(url)
        page = view.page
        view.articles()
        assert page.locator("#rows li").count() == len(sample.articles())
        page.fill("#address", "http://127.0.0.1:9/a")  # which may not be fetched
        page.press("#address", "Enter")
        page.locator(".results .failed").wait_for()
        assert page.locator("#rows li").count() == len(sample.articles()) == sample.counts()["articles"]
        page.set_input_files("#files", [tmp_path / "kiln.md", tmp_path / "tool.exe"])
        page.locator(".results .added").wait_for()
        assert "kiln.md added" in " ".join(page.inner_text(".results .added").split())
        assert "not a kind of file" in page.inner_text(".results .failed")
        assert "1 article came in, of 1 outlet. 1 file could not be read." in page.inner_text(".results .came")
        page.get_by_role("button", name="Read A kiln bursts").wait_for()
        page.locator("#side", has_text="1 article").wait_for()
        page.click("[data-act=view][data-view=ask]")
        view.ask("How many kilns were lost?")
        view.answered()
        assert "eleven kilns were lost" in page.inner_text(".reply")
        view.articles()
        page.click(".row-open")
        page.locator(".reader h2", has_text="A kiln bursts").wait_for()
        assert "eleven kilns" in page.inner_text(".reader .body")
        page.click(".metadata summary")
        page.fill(".metadata [name=author]", "A. Pell")
        page.click(".metadata [type=submit]")
        page.locator(".reader .author", has_text="A. Pell").wait_for()
        page.click(".metadata summary")
        page.click("[data-act=remove]")
        page.click("dialog.confirm .primary")
        page.locator(".results .removed").wait_for()
        assert page.locator("#rows .empty").is_visible()
        assert not list((tmp_path / "home" / "page" / "uploads").rglob("*.md"))


def test_the_list_is_searched_and_a_filter_applies_to_it_and_to_questions(
    look: Look, page_url: str, sample: Corpus
) -> None:
    view = look(page_url)
    page = view.page
    article = sample.articles()[0]
    of_outlet = sum(a.publisher == article.publisher for a in sample.articles())
    view.articles()
    assert page.locator(".plot").count() == 0  # so few are seen better in the list
    assert f"{len(sample.articles())} articles" in page.inner_text(".overview")
    page.fill("#find", article.title)
    page.locator("#rows .hint", has_text="1 article").wait_for()
    page.fill("#find", "")
    page.locator("#rows li").nth(2).wait_for()
    page.click("#shelf-scope summary")
    page.check(f"#shelf-scope input[value='{article.publisher}']")
    page.click("#shelf-scope [type=submit]")
    page.locator("#shelf-scope summary", has_text=article.publisher).wait_for()
    page.wait_for_function("document.activeElement.matches('#shelf-scope summary')")  # though it was drawn anew
    assert page.locator("#rows li").count() == of_outlet
    page.click("[data-act=view][data-view=ask]")
    assert article.publisher in page.inner_text("#scope summary")
    view.ask("Did North Korea supply weapons to Russia?")
    view.answered()
    assert set(page.locator(".card .outlet").all_inner_texts()) == {article.publisher}
    said = f"Only articles of this filter were asked: {article.publisher}."
    assert said in page.inner_text(".reply")
    page.click("#scope button[data-act=apply] >> visible=true")
    page.locator("#scope summary", has_text=f"All {len(sample.articles())} articles").wait_for()
    assert page.locator(".filter input:checked").count() == 0
    assert said in page.inner_text(".reply")


def test_reading_outlives_a_reload_is_asked_meanwhile_and_can_be_cancelled(
    look: Look, serve: Any, words: Any, tmp_path: Path
) -> None:
    go, embed = threading.Event(), words.embed

    def held_up(texts: Sequence[str]) -> Any:
        go.wait(120)
        return embed(texts)

    files = [tmp_path / f"report {n:02}.txt" for n in range(60)]
    for n, file in enumerate(files):
        file.write_text(" ".join(f"Ship {n} left the quay of Orrel with {k} crates of pears." for k in range(60)))
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        (tmp_path / "kiln.md").write_text(KILN)
        corpus.ingest([tmp_path / "kiln.md"])
        corpus.ask("Who spoke?")  # what is embedded once for all questions is embedded before the embedder is held up
        words.embed = held_up
        with serve(corpus) as url:
            view = look(url)
            page = view.page
            view.articles()
            page.set_input_files("#files", files)
            page.locator(".progress", has_text="of 60: ").wait_for()
            page.reload()
            view.wrong.clear()  # Gradio's own word on the stream that ends with the page
            page.click("[data-act=view][data-view=ask]")
            view.ask("How many kilns were lost?")
            view.answered()
            assert "eleven kilns were lost" in page.inner_text(".reply")
            view.articles()
            page.locator(".progress", has_text="of 60: ").wait_for()
            page.click(".progress [data-act=stop]")
            go.set()
            page.locator("#outcome .error", has_text="Cancelled").wait_for()
            kept = corpus.counts()["articles"]
            assert kept < 60 and len(list((tmp_path / "home" / "page" / "uploads").rglob("*.txt"))) == kept - 1


def test_articles_that_are_ticked_are_removed_together(look: Look, serve: Any, corpus: Corpus, tmp_path: Path) -> None:
    for n in range(4):
        (tmp_path / f"{n}.md").write_text(KILN.replace("eleven", f"{n + 2}").replace("A kiln", f"Kiln {n}"))
    corpus.ingest([tmp_path / f"{n}.md" for n in range(4)])
    with serve(corpus) as url:
        view = look(url)
        page = view.page
        view.articles()
        assert not page.locator("#rows .bulk").is_visible()
        page.locator("#rows .pick").nth(0).check()
        page.locator("#rows .pick").nth(2).check()
        assert page.inner_text("#rows .picked") == "2 chosen"
        page.click("#rows [data-act=removeall]")
        page.click("dialog.confirm >> text=Cancel")
        assert page.locator("#rows li").count() == 4
        page.click("#rows [data-act=removeall]")
        page.click("dialog.confirm .primary")
        page.locator(".results .came", has_text="2 articles").wait_for()
        assert page.locator(".results .removed").count() == 2 and corpus.counts()["articles"] == 2
        page.wait_for_function("document.querySelectorAll('#rows li').length === 2")
        assert page.locator("#rows .pick:checked").count() == 0  # a tick is its article's
        page.locator("#rows .pick").nth(0).check()
        page.click("#rows [data-act=pickall]")
        page.click("#rows [data-act=removeall]")
        page.click("dialog.confirm .primary")
        page.locator("#rows .empty", has_text="Add the first files").wait_for()
        assert page.locator("#files").count() == 1 and not page.locator("#find").is_visible()
        page.click("[data-act=view][data-view=ask]")
        page.locator(".start .bring", has_text="There are no articles yet").wait_for()
        assert corpus.counts()["articles"] == 0 and (tmp_path / "0.md").exists()
