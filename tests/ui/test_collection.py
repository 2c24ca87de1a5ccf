"""The collection in a real browser: the list, search and filters; files in, asked about, mended and removed."""

from collections.abc import Callable
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
        page.set_input_files("#files", [tmp_path / "kiln.md", tmp_path / "tool.exe"])
        page.locator(".results").wait_for()
        assert "kiln.md added" in " ".join(page.inner_text(".results .added").split())
        assert "no kind of file" in page.inner_text(".results .failed")
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


def test_search_and_filter(look: Look, states_url: str) -> None:
    view = look(states_url)
    page = view.page
    view.articles()
    assert page.locator(".plot").count() == 0  # so few are seen better in the list
    assert "3 articles, 3 outlets" in page.inner_text(".overview")
    page.fill("#find", "coast")
    page.locator("#rows .hint", has_text="1 article").wait_for()
    page.fill("#find", "")
    page.locator("#rows li").nth(2).wait_for()
    page.click("#shelf-scope summary")
    page.check("#shelf-scope input[value='Veldt Herald']")
    page.click("#shelf-scope [type=submit]")
    page.locator("#shelf-scope summary", has_text="Veldt Herald").wait_for()
    assert page.locator("#rows li").count() == 1
    page.click("[data-act=view][data-view=ask]")
    assert "Veldt Herald" in page.inner_text("#scope summary")
    page.click("#scope [data-act=clear] >> visible=true")
    page.locator("#scope summary", has_text="All 3 articles").wait_for()


def test_a_filter_applies_to_questions(look: Look, page_url: str, sample: Corpus) -> None:
    view = look(page_url)
    page = view.page
    publisher = sample.articles()[0].publisher
    page.click("#scope summary")
    page.check(f"#scope input[value='{publisher}']")
    page.click("#scope [type=submit]")
    page.locator("#scope summary", has_text="1 article").wait_for()
    view.ask("Did North Korea supply weapons to Russia?")
    view.answered()
    assert {o.inner_text() for o in page.locator(".card .outlet").all()} == {publisher}


def test_an_address_that_may_not_be_fetched_is_told(look: Look, serve: Any, sample: Corpus, tmp_path: Path) -> None:
    with serve(sample, Settings(home=tmp_path / "home")) as url:
        view = look(url)
        view.articles()
        view.page.fill("#address", "http://127.0.0.1:9/a")
        view.page.press("#address", "Enter")
        view.page.locator(".results .failed").wait_for()
        assert sample.counts()["articles"] == view.page.locator("#rows li").count()
