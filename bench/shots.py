"""The pictures of the page in docs/, over the sample corpus: `python bench/shots.py [FOLDER]`.

Takes each state at 390, 820 and 1440 pixels, light and dark: the start, an answer, a source, the article, an answer
declined, the filter, the engines, what is being worked on, the side on narrow screens, the collection, a file added.
Four go to docs/. Needs Chromium and Pillow.
"""

import argparse
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from page import ARGUMENTS
from PIL import Image
from playwright.sync_api import sync_playwright

from rag.sample import open_sample
from rag.settings import load_settings
from rag.ui.server import launch
from rag.ui.shelf import Library

QUESTION = "Did North Korea supply weapons to Russia?"
UNKNOWN = "Who painted the ceiling of the Sistine Chapel?"
ADDED = (
    "---\ntitle: A kiln bursts in Orrel\npublisher: Orrel Echo\npublished: 2024-05-02\n---\nA kiln burst in Orrel on "
    "Thursday. The potter Una Reed said that eleven kilns were lost. The mayor, Ivo Lund, denied that they were old.\n"
)
SIZES = {390: 844, 820: 1180, 1440: 900}
IN_DOCS = {
    "answer-1440-light": "page",
    "answer-1440-dark": "page-dark",
    "articles-1440-light": "page-articles",
    "source-390-light": "page-phone",
}


class Fresh(Library):
    """The library with no conversations of before."""

    folder = Path(tempfile.mkdtemp(prefix="page-"))  # pyright: ignore[reportAssignmentType]


def take(page: Any, folder: Path, name: str) -> None:
    """One picture, with few colours, so that it is small."""
    page.wait_for_timeout(700)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(200)
    picture.save(folder / f"{name}.png", optimize=True)
    if name in IN_DOCS:
        docs = Path(__file__).resolve().parent.parent / "docs"
        picture.save(docs / f"{IN_DOCS[name]}.png", optimize=True)


def ask(page: Any, question: str, times: int) -> None:
    """Ask, and wait until it is answered."""
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    page.locator(".verdict").nth(times - 1).wait_for()
    page.locator("#ask .submit-button").wait_for()


def states(page: Any, folder: Path, kind: str, file: Path) -> None:
    """Go through them; `kind` is the pictures' ending, `file` the one to add."""
    page.locator(".example").first.wait_for()
    take(page, folder, f"start-{kind}")
    ask(page, QUESTION, 1)
    take(page, folder, f"answer-{kind}")
    page.locator("#thread a.marker:visible").nth(1).hover()
    take(page, folder, f"hover-{kind}")
    page.mouse.move(2, 2)
    page.locator("#thread a.marker:visible").nth(1).click()
    take(page, folder, f"source-{kind}")
    page.locator(".card:has(.quote.current) [data-act=read]").click()
    page.locator(".sheet .reader").wait_for()
    take(page, folder, f"reader-{kind}")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    if page.locator("[data-act=menu]").is_visible():
        page.click("[data-act=menu]")
    page.click("#side [data-act=clear]")
    page.locator(".start").wait_for()
    ask(page, UNKNOWN, 1)
    take(page, folder, f"declined-{kind}")
    page.click("#scope summary")
    take(page, folder, f"filter-{kind}")
    page.keyboard.press("Escape")
    page.click("#scope [data-act=engine]")
    page.locator(".choice").wait_for()
    take(page, folder, f"engine-{kind}")
    page.keyboard.press("Escape")
    if page.locator("[data-act=menu]").is_visible():
        page.click("[data-act=menu]")
        take(page, folder, f"side-{kind}")
        page.keyboard.press("Escape")
    page.click("[data-act=view][data-view=articles]")
    take(page, folder, f"articles-{kind}")
    page.set_input_files("#files", [file])
    page.locator(".results").wait_for()
    page.locator(".results .example").first.wait_for()
    take(page, folder, f"added-{kind}")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES), help="widths, of 390, 820 and 1440")
    parser.add_argument("--schemes", nargs="*", default=["light", "dark"])
    parser.add_argument("folder", type=Path, nargs="?", default=Path(tempfile.mkdtemp(prefix="shots-")))
    given = parser.parse_args()
    folder: Path = given.folder
    folder.mkdir(exist_ok=True, parents=True)
    file = Path(tempfile.mkdtemp()) / "kiln.md"
    file.write_text(ADDED)
    settings = load_settings()
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for width in given.sizes:
            height = SIZES[width]
            for scheme in given.schemes:
                shutil.rmtree(Fresh.folder, ignore_errors=True)
                own = load_settings(home=Path(tempfile.mkdtemp(prefix="home-")))
                served = launch(Fresh(open_sample(settings), own))
                size = {"width": width, "height": height}
                page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
                page.goto(served.local_url)
                states(page, folder, f"{width}-{scheme}", file)
                page.context.close()
                served.close()
        browser.close()
    print(folder)


if __name__ == "__main__":
    main()
