"""axe-core finds nothing serious in any state of the page, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest

Look = Callable[..., Any]


def serious(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.base")
    page.evaluate(axe.AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{v['id']} ({v['impact']}): {node['html'][:160]} {node['failureSummary'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (390, False)])
def test_no_state_has_a_serious_violation(look: Look, states_url: str, width: int, dark: bool) -> None:
    view = look(states_url, width=width, dark=dark)
    page = view.page
    assert serious(page) == []
    for n, question in enumerate(("contested", "declined", "unsupported"), 1):
        view.ask(question)
        view.answered(n)
        assert serious(page) == [], question
    page.click("[data-act=like][data-n='3'][data-rating=up]")
    page.locator(".note input").wait_for()
    page.click("#scope summary")
    assert serious(page) == [], "filter, note"
    page.keyboard.press("Escape")
    page.click("#scope [data-act=engine]")
    page.locator(".choice").wait_for()
    page.click(".lacking summary")
    assert serious(page) == [], "engine"
    page.keyboard.press("Escape")
    page.locator("#exchange-3 a.marker").click()
    page.locator(".card:has(.quote.current) [data-act=read]").click()
    page.locator(".sheet .reader").wait_for()
    page.click(".metadata summary")
    assert serious(page) == [], "reader"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    view.articles()
    assert serious(page) == [], "articles"
    view.page.click("[data-act=view][data-view=ask]")
    view.ask("slow")
    page.locator(".steps .done").first.wait_for()
    assert serious(page) == [], "working"
    page.click("#ask .stop-button")
