"""The pictures of the page in docs/, over the sample corpus: `python bench/shots.py [FOLDER]`.

Takes the start, an answer, a source and the collection at 390, 820 and 1440 pixels, light and dark; four go to docs/.
Needs Chromium and Pillow.
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
SIZES = {390: 844, 820: 1180, 1440: 900}
IN_DOCS = {
    "source-1440-light": "page", "source-1440-dark": "page-dark", "articles-1440-light": "page-articles",
    "source-390-light": "page-phone",
}  # fmt: skip


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


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path(tempfile.mkdtemp(prefix="shots-")))
    folder: Path = parser.parse_args().folder
    folder.mkdir(exist_ok=True, parents=True)
    served = launch(Fresh(open_sample(load_settings())))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                shutil.rmtree(Fresh.folder, ignore_errors=True)
                size = {"width": width, "height": height}
                page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
                page.goto(str(served.local_url))
                page.locator(".example").first.wait_for()
                take(page, folder, f"start-{width}-{scheme}")
                page.fill("#ask textarea", QUESTION)
                page.press("#ask textarea", "Enter")
                page.locator(".verdict").wait_for()
                take(page, folder, f"answer-{width}-{scheme}")
                page.locator("#thread a.marker:visible").nth(1).click()
                take(page, folder, f"source-{width}-{scheme}")
                page.keyboard.press("Escape")
                page.click("[data-act=view][data-view=articles]")
                take(page, folder, f"articles-{width}-{scheme}")
        browser.close()
    served.close(verbose=False)
    print(folder)


if __name__ == "__main__":
    main()
