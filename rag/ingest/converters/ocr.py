"""Text from pictures of pages, by the program Tesseract where it is installed, within a time for each file.

It is given a picture on its standard input and writes a table of words; no file is written. Knows nothing of articles.
"""

import math
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median
from typing import Any

from rag.ingest.converters.pdf_lines import Box, Line
from rag.text.characters import plain_text

OCR_SECONDS = 240.0
"""How long it may take for all pictures of a file."""

INSTALL = "install Tesseract (tesseract-ocr), or run ocrmypdf in.pdf out.pdf and read what that gives"
_DPI, _MOST_PIXELS = 300, 30_000_000
_BELIEVED = 50  # of 100: as sure as Tesseract must be of half of a page's words for them to be its text


def _listed(pages: list[int]) -> str:
    return f"page{'s' if len(pages) > 1 else ''} " + ", ".join(map(str, pages[:20])) + (" …" if len(pages) > 20 else "")


def recognised(document: Any, unread: Mapping[int, Box | None]) -> tuple[dict[int, list[Line]], list[str]]:
    """What Tesseract reads on pages or parts of them, each paragraph as a line of its own, and what became of each."""
    found, became = dict[int, list[Line]](), dict[str, list[int]]()
    program, ends = tesseract(), time.monotonic() + OCR_SECONDS
    listed = subprocess.run([program, "--list-langs"], capture_output=True).stdout.decode() if program else ""
    installed = [name.strip() for name in listed.split("\n")[1:] if name.strip()]
    languages = [name for name in installed if name not in ("osd", "equ")]
    by = f"by Tesseract, in {', '.join(languages)}"
    for number, part in sorted(unread.items()):
        what = "with a picture over most of it" if part else "without text, pictures perhaps"
        if not program or not languages:
            became.setdefault(f"{what}: {INSTALL}", []).append(number)
            continue
        # With the data for it, it turns a page that lies on its side.
        command = [program, "stdin", "stdout", "-l", "+".join(languages), "--psm", "1" if "osd" in installed else "3"]
        table = _table(command, document[number - 1], part, ends - time.monotonic())
        if table is None:
            outcome = f"{what}, not read: the time for it ran out ({OCR_SECONDS:g} s)"
        elif texts := _paragraphs(table):
            outcome = f"read from the picture {by}, which may have erred"
            found[number] = [
                Line(text=text, left=0, right=1, bottom=-5.0 * i, top=1 - 5.0 * i, page=number)  # alike no line of type
                for i, text in enumerate(texts)
            ]
        else:
            outcome = f"{what}, on which no words could be made out {by}"
        became.setdefault(outcome, []).append(number)
    return found, [f"{_listed(pages)} {outcome}" for outcome, pages in became.items()]


def _table(command: Sequence[str], page: Any, part: Box | None, seconds: float) -> str | None:
    """Tesseract's table of the words on a page, or a part of it; nothing where its time ran out."""
    if seconds <= 0:
        return None
    scale = min(_DPI / 72, (_MOST_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    picture = bitmap.to_numpy()
    if part:
        left, bottom, right, top = (side * page.get_height() for side in part)
        place, corners = bitmap.get_posconv(page), ((left, bottom), (right, top))
        columns, rows = (
            sorted(max(0, at) for at in ends) for ends in zip(*(place.to_bitmap(*c) for c in corners), strict=True)
        )
        picture = picture[slice(*rows), slice(*columns)]
    page.close()
    height, width = picture.shape[:2]
    done = subprocess.run(
        [*command, "tsv"],
        input=b"P5 %d %d 255\n" % (width, height) + picture.tobytes(),
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},  # its threads wait for one another where others compute
        # It ends by itself, since a reader may end no process. Windows has no alarm, only the sandbox's own limit.
        preexec_fn=partial(signal.alarm, math.ceil(seconds)) if hasattr(signal, "alarm") else None,
    )
    # By the alarm, or by the limit of processor time that it has from the reader.
    return None if done.returncode in (-14, -24) else done.stdout.decode("utf-8", "replace")


def _paragraphs(table: str) -> list[str]:
    """The paragraphs of Tesseract's table of words; none where it takes half of the words for misread itself."""
    rows = [row.split("\t") for row in table.split("\n")[1:]]
    words = [float(row[10]) for row in rows if row[0] == "5" and row[11].strip()]
    if not words or median(words) < _BELIEVED:
        return []
    laid_out = "".join({"3": "\n\n", "4": "\n", "5": f" {row[-1]}"}.get(row[0], "") for row in rows)
    texts: list[str] = []
    for text in (plain_text(" ".join(part.replace("-\n ", "").split())) for part in re.split(r"\n\s*\n", laid_out)):
        if texts and text[:1].islower():  # Tesseract parts ragged lines
            texts[-1] += f" {text}"
        elif any(c.isalnum() for c in text):
            texts.append(text)
    return texts


def tesseract() -> str | None:
    """The program Tesseract, where it is installed."""
    return shutil.which("tesseract")
