"""The conversation in a real browser (Debian's Chromium): over the sample corpus, and in every state."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import Corpus
from rag.types import Turn

QUESTION = "Did North Korea supply weapons to Russia?"
Look = Callable[..., Any]


def test_a_question_is_answered_and_each_marker_leads_to_its_words(look: Look, page_url: str, sample: Corpus) -> None:
    view = look(page_url)
    page = view.page
    assert f"{len(sample.articles())} articles" in page.inner_text("#side")
    assert "Nothing leaves this machine" in page.inner_text("#side")
    page.evaluate("document.fonts.ready")  # which are our own: nothing is asked for elsewhere
    assert page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)") != []
    page.locator(".example").first.click()
    view.answered()
    cards = page.locator(".card").all()
    assert cards
    for card in cards:
        title = card.locator("h3").inner_text()
        for quote in card.locator("mark").all_text_contents():
            assert any(quote in a.text for a in sample.articles() if a.title == title)
    assert len({card.locator("h3").inner_text() for card in cards}) == len(cards)  # a card an article
    quotes = page.locator(".quote").count()
    marker = page.locator(".reply a.marker:visible").last
    marker.hover()
    words = page.inner_text("#peek p")
    marker.click()
    card = page.locator(".quote.current")
    assert card.locator("mark").inner_text() == words
    assert card.locator(".number").inner_text() == marker.inner_text()
    assert card.evaluate("e => document.activeElement === e")
    card.locator("mark").wait_for()
    page.click(".step [data-act=next]")
    assert page.locator(".quote.current .number").inner_text() != marker.inner_text() or quotes == 1
    title = page.locator(".card:has(.quote.current) h3").inner_text()
    quote = page.locator(".card:has(.quote.current) mark").first.text_content()
    page.locator(".card:has(.quote.current) [data-act=read]").click()
    assert page.locator(".sheet .reader h2").inner_text() == title
    page.locator(".sheet .reader").wait_for()
    assert quote in [m.text_content() for m in page.locator(".reader mark").all()]
    assert page.locator(".reader mark").first.is_visible()


@pytest.mark.parametrize(("width", "dark"), [(390, True), (820, False)])
def test_on_narrow_screens_the_source_comes_over_the_answer(
    look: Look, states_url: str, width: int, dark: bool
) -> None:
    view = look(states_url, width=width, height=844, dark=dark, ask="contested")
    assert not view.page.locator("#panel").is_visible()
    view.page.locator("a.marker:visible").first.click()
    assert view.page.locator("#panel .quote.current").is_visible()
    view.page.keyboard.press("Escape")
    assert not view.page.locator("#panel").is_visible()
    view.page.click("[data-act=menu]")
    assert view.page.locator(".side-foot").is_visible()
    assert view.page.evaluate("document.documentElement.scrollWidth") <= width
    background = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", background)[:3])) < 60) == dark


def test_progress_is_seen_stop_stops_and_a_follow_up_knows_the_turns_before(
    look: Look, serve: Any, scripted: Any
) -> None:
    corpus = scripted()
    with serve(corpus) as url:
        view = look(url, ask="first")
        page = view.page
        view.ask("slow")
        page.locator(".steps .done", has_text="Reading 7 passages").wait_for()
        assert "Writing" in page.inner_text(".steps .now")
        page.get_by_text("word2").wait_for()
        page.click("#ask .stop-button")
        page.get_by_text("Stopped.").wait_for()
        page.locator("#ask .submit-button").wait_for()
        stopped = page.inner_text("#exchange-2")
        view.ask("third")
        view.answered(2)
        assert page.inner_text("#exchange-2") == stopped
        assert "word2" in page.inner_text("#thread")
        assert corpus.histories[-1] == (Turn("user", "first"), Turn("assistant", "About first: he had not slept [1]."))
        page.locator("[data-act=retry]").nth(1).click()  # the stopped one: what came after it goes
        page.locator(".reply[aria-busy=true]", has_text="word1 ").wait_for()
        page.click("#ask .stop-button")
        page.get_by_text("Stopped.").wait_for()
        assert page.locator(".exchange").count() == 2
        page.locator("[data-act=edit]").first.click()
        page.wait_for_function("document.querySelector('#ask textarea').value === 'first'")
        view.ask("first, edited")
        page.locator(".question", has_text="first, edited").wait_for()
        view.answered()
        assert page.locator(".exchange").count() == 1


def test_a_contested_answer_shows_its_sides(look: Look, states_url: str) -> None:
    view = look(states_url, ask="contested")
    page = view.page
    assert [s.inner_text().split()[0] for s in page.locator(".side h3").all()] == ["Says", "Doubts", "Denies"]
    assert "The harbour office says so; the union doubts it; Ines Tarn denies it." in page.inner_text(".verdict")
    assert "The ferry line denies it" in page.inner_text(".reply > .text")
    assert page.locator(".balance i").count() == 3
    denial = page.locator(".side.denies .position")
    assert "Ines Tarn" in denial.inner_text() and "Veldt Herald" in denial.inner_text()
    assert "4 Mar 2024" in denial.inner_text()
    assert page.locator(".timeline .dot").count() == 3
    page.locator(".timeline .lane.denies .dot").click()
    assert page.locator(".card:has(.quote.current) .outlet").inner_text() == "Veldt Herald"
    link = page.locator(".card a.away")
    assert link.get_attribute("href") == "https://gazette.example/a1"
    assert set((link.get_attribute("rel") or "").split()) >= {"noopener", "noreferrer"}
    link.click()
    dialog = page.locator("dialog.confirm")
    assert "https://gazette.example/a1" in dialog.inner_text()
    dialog.get_by_text("Cancel").click()
    dialog.wait_for(state="detached")
    assert len(view.context.pages) == 1


def test_what_is_declined_or_not_supported_says_so_and_the_sources_follow(look: Look, states_url: str) -> None:
    view = look(states_url, ask="declined")
    page = view.page
    assert "Nothing near" in page.inner_text(".verdict")
    assert page.locator(".nearest li").count() == 3
    assert "Nearest passages" in page.inner_text("#panel")
    view.ask("unsupported")
    view.answered(2)
    assert "He had been drunk." in page.inner_text(".unsupported")
    assert "not supported" in page.inner_text(".unsupported")
    page.locator(".cards[data-n='2']:not([hidden])").wait_for()  # of the answer in view
    page.evaluate("document.querySelector('#thread').scrollTop = 0")
    page.locator(".cards[data-n='1']:not([hidden])").wait_for()
    assert page.locator(".cards[data-n='2']").is_hidden()


def test_the_keyboard_alone_suffices(look: Look, states_url: str) -> None:
    view = look(states_url)
    page = view.page
    page.locator("#ask textarea").wait_for()
    page.wait_for_function("document.activeElement.matches('#ask textarea')")
    page.keyboard.type("contested")
    page.keyboard.press("Enter")
    view.answered()
    page.locator(".position a.marker").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('quote')")
    page.keyboard.press("]")
    assert page.locator(".quote.current .number").inner_text() == "2"
    for _ in ("the number", "copying the citation", "reading the article"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".sheet .reader").wait_for()
    page.keyboard.press("Escape")
    page.locator(".sheet").wait_for(state="hidden")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('marker')")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.matches('#ask textarea')")
    page.locator("#scope summary").focus()
    for key in ("Enter", "Tab", "ArrowDown", "ArrowDown", "Space", "Tab"):  # the outlets are one tab stop
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.name") == "after"
    assert page.locator("#scope .boxes input").nth(2).is_checked()
    page.keyboard.press("Escape")
    page.locator("#side .skip").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#ask textarea')")


def test_a_conversation_is_found_again_and_answers_go_out_and_are_rated(
    look: Look, serve: Any, scripted: Any, tmp_path: Path
) -> None:
    corpus = scripted()
    with serve(corpus) as url:
        view = look(url, ask="unsupported")
        page = view.page
        page.reload()
        page.locator(".exchange .question", has_text="unsupported").wait_for()
        assert "he had not slept" in page.inner_text(".reply")
        for form, words in (("md", "[^1]: “The harbour office said"), ("json", '"verdict": "answered"')):
            page.click(".actions .menu summary")
            with page.expect_download() as saved:
                page.click(f".actions [data-form={form}]")
            assert saved.value.suggested_filename == f"unsupported.{form}"
            saved.value.save_as(tmp_path / form)
            assert words in (tmp_path / form).read_text()
        view.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.click("[data-act=copy]")
        page.locator(".toast").wait_for()
        assert "[^1]" in page.evaluate("navigator.clipboard.readText()")
        for form, words in (("text", "The harbour office said"), ("md", "> The harbour"), ("bib", "@article{a1,")):
            page.click(".quote .cite summary")
            page.click(f".quote [data-form={form}]")
            page.wait_for_function("words => navigator.clipboard.readText().then((t) => t.includes(words))", arg=words)
        page.click("[data-act=like][data-rating=down]")
        page.fill(".note input", "The log says otherwise.")
        page.press(".note input", "Enter")
        page.locator(".thanks").wait_for()
        lines = (corpus.settings.home / "feedback.jsonl").read_text().splitlines()
        last = json.loads(lines[-1])
        assert (last["rating"], last["note"]) == ("down", "The log says otherwise.")
        assert (last["question"], last["verdict"]) == ("unsupported", "answered")
        assert last["answer"]["citations"][0]["quote"].startswith("The harbour office")
        page.click("#side [data-act=clear]")
        page.locator(".start").wait_for()
        page.click(".kept .open")
        page.locator(".exchange .question", has_text="unsupported").wait_for()
        page.focus(".kept .open")
        page.keyboard.press("F2")
        page.fill("dialog.confirm input", "The captain")
        page.keyboard.press("Enter")
        page.locator(".kept .open", has_text="The captain").wait_for()
        page.hover(".kept li")
        page.click(".kept [data-act=delete]")
        page.click("dialog.confirm .primary")
        page.locator(".start").wait_for()
        assert page.locator(".kept li").count() == 0


def test_what_was_folded_out_stays_so_and_nothing_is_asked_twice(look: Look, states_url: str) -> None:
    view = look(states_url, ask="contested")
    page = view.page
    page.click(".prose summary")
    page.click("[data-act=like][data-rating=up]")  # draws the conversation anew
    page.locator(".note input").wait_for()
    assert page.locator(".prose .text").is_visible()
    view.ask("slow")
    page.locator(".reply[aria-busy=true]").wait_for()
    page.locator("[data-act=retry]").first.click()
    page.locator(".toast", has_text="still being answered").wait_for()
    page.click("#ask .stop-button")
    page.get_by_text("Stopped.").wait_for()
    assert page.locator(".exchange").count() == 2


def test_a_question_is_not_lost_between_two_answers(look: Look, states_url: str) -> None:
    view = look(states_url)
    for n in range(1, 6):
        view.ask(f"question {n}")
        view.answered(n)
    assert view.page.locator(".question h2").all_inner_texts() == [f"question {n}" for n in range(1, 6)]
