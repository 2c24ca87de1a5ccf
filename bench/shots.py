"""The four pictures of the page in docs/, over the sample corpus: `python bench/shots.py [FOLDER]`.

An answer, light and dark, and the articles on a wide screen; a source on a telephone's. Needs Chromium and Pillow.
"""

import argparse
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from page import ARGUMENTS
from PIL import Image
from playwright.sync_api import sync_playwright
from sets import ROOT

from rag.sample import open_sample
from rag.settings import load_settings
from rag.ui.server import launch
from rag.ui.shelf import Library

QUESTION = "Did North Korea supply weapons to Russia?"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
VIEWS = (("page", WIDE, "light"), ("page-dark", WIDE, "dark"), ("page-phone", PHONE, "light"))


class Fresh(Library):
    """The library with no conversations of before."""

    folder = Path(tempfile.mkdtemp(prefix="page-"))  # pyright: ignore[reportAssignmentType]


def take(page: Any, file: Path) -> None:
    """One picture, with few colours, so that it is small."""
    page.wait_for_timeout(700)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(200)
    picture.save(file, optimize=True)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "docs")
    folder: Path = parser.parse_args().folder
    folder.mkdir(exist_ok=True, parents=True)
    served = launch(Fresh(open_sample(load_settings()), load_settings(home=Path(tempfile.mkdtemp(prefix="home-")))))
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name, size, scheme in VIEWS:
            page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
            page.goto(served.local_url)
            page.locator(".example").first.wait_for()
            page.fill("#ask textarea", QUESTION)
            page.press("#ask textarea", "Enter")
            page.locator(".verdict").first.wait_for()
            page.locator("#ask .submit-button").wait_for()
            if name == "page-phone":
                page.locator("#thread a.marker:visible").nth(1).click()
            take(page, folder / f"{name}.png")
            if name == "page":
                page.click("[data-act=view][data-view=articles]")
                take(page, folder / "page-articles.png")
            page.context.close()
        browser.close()
    served.close()


if __name__ == "__main__":
    main()
