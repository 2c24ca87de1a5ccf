"""What comes out of PDFs: PolNeAR's articles drawn in several layouts and read again.

    python bench/pdf.py                  # 60 articles in five layouts, and 12 of them printed by Chromium in two
    python bench/pdf.py --articles 10

Of each layout: F1 of whole paragraphs (a paragraph counts where it comes out as one line, character for character but
for white space) and F1 of shingles of four words (as bench/extraction.py). The first is that of how lines become
paragraphs, the second that of the order of reading and of hyphens. Words are divided somewhere after their fourth
letter, so that a layout with hyphens is harder than a real one. Headlines count as wrong paragraphs in all layouts.
"""

import argparse
import html
import io
import random
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from extraction import averaged, compared
from printed import table
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from sets import DATA, rows

_FONT, _SIZE, _LEAD, _MARGIN, _GUTTER = "Times-Roman", 10.5, 13, 60, 20
_ROWS = int((A4[1] - 2 * _MARGIN - 40) / _LEAD)
# columns, drawn row by row, indent of a first line, gap between paragraphs, words divided, a running head, justified
_LAYOUTS: dict[str, tuple[int, bool, int, bool, bool, str, bool]] = {
    "one column, gaps, head": (1, False, 0, True, False, "The Elm Ledger", False),
    "one column, indents, hyphens, justified": (1, False, 14, False, True, "The Elm Ledger", True),
    "two columns, gaps": (2, False, 0, True, False, "", False),
    "two row by row, indents, hyphens, justified": (2, True, 10, False, True, "The Elm Ledger", True),
    "three row by row, gaps, hyphens": (3, True, 0, True, True, "", False),
}
_STYLES = {
    "Chromium, one column": "body{font:12pt serif}",
    "Chromium, two, indents, justified": "body{font:11pt serif} div{column-count:2;text-align:justify;hyphens:auto} "
    "p{margin:0;text-indent:1em}",
}


def width(text: str) -> float:
    """Of a text in points."""
    return stringWidth(text, _FONT, _SIZE)


def wrapped(paragraph: str, room: float, indent: float, divides: bool) -> list[str]:
    """A paragraph's lines."""
    lines, line, left = list[str](), "", room - indent
    for word in paragraph.split():
        if width(f"{line} {word}".strip()) <= left:
            line = f"{line} {word}".strip()
            continue
        cuts = range(len(word) - 3, 3, -1) if divides and word.isalpha() and len(word) > 8 else ()
        cut = next((cut for cut in cuts if width(f"{line} {word[:cut]}-") <= left), 0)
        lines.append(f"{line} {word[:cut]}-" if cut else line)
        line, left = word[cut:], room
    return [*lines, line]


def drawn(row: dict[str, Any], layout: str) -> bytes:
    """The article as a PDF."""
    columns, by_rows, indent, gap, divides, head, justified = _LAYOUTS[layout]
    room = (A4[0] - 2 * _MARGIN - _GUTTER * (columns - 1)) / columns
    flow: list[tuple[str, float, bool]] = []  # text, indent, whether it is a paragraph's last line
    for paragraph in filter(str.strip, row["text"].split("\n")):
        lines = wrapped(paragraph, room, indent, divides)
        flow += [(line, indent if i == 0 else 0, i == len(lines) - 1) for i, line in enumerate(lines)]
        flow += [("", 0, True)] if gap else []
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=A4, invariant=1)
    for page, start in enumerate(range(0, len(flow), _ROWS * columns), 1):
        if head:
            canvas.drawString(_MARGIN, A4[1] - 40, head)
            canvas.drawRightString(A4[0] - _MARGIN, 30, str(page))
        canvas.setFont(_FONT, _SIZE)
        places = [(n % _ROWS, n // _ROWS, line) for n, line in enumerate(flow[start : start + _ROWS * columns])]
        for at, column, (text, shift, is_last) in sorted(places) if by_rows else places:
            x, y = _MARGIN + column * (room + _GUTTER) + shift, A4[1] - _MARGIN - 30 - _LEAD * at
            spaces = text.count(" ")
            wide = (room - shift - width(text)) / spaces if justified and spaces and not is_last else 0
            canvas.drawString(x, y, text, wordSpace=wide)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def printed(row: dict[str, Any], style: str) -> bytes:
    """The article as Chromium prints it."""
    paragraphs = "".join(f"<p>{html.escape(p)}</p>" for p in row["text"].split("\n") if p.strip())
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder) / "a.html", Path(folder) / "a.pdf"
        page.write_text(f"<html lang=en><meta charset=utf-8><style>{style}</style><div>{paragraphs}</div>")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={pdf}", str(page)]
        subprocess.run(command, capture_output=True, check=True)
        return pdf.read_bytes()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=60)
    options = parser.parse_args()
    from rag.ingest.converters.pdf import read_pdf

    articles = list(rows(DATA / "polnear" / "train" / "articles.jsonl"))
    random.Random(3).shuffle(articles)
    articles = [row for row in articles if 1500 < len(row["text"]) < 9000][: options.articles]

    def row(name: str, pdfs: list[bytes]) -> list[object]:
        right = wrong = missed = 0
        counts: list[tuple[int, int, int]] = []
        for article, pdf in zip(articles, pdfs, strict=False):
            want, got = ([" ".join(p.split()) for p in text.split("\n") if p.strip()]
                         for text in (article["text"], read_pdf(pdf).text))  # fmt: skip
            both = (Counter(want) & Counter(got)).total()
            right, wrong, missed = right + both, wrong + len(got) - both, missed + len(want) - both
            counts.append(compared("\n".join(want), "\n".join(got)))
        return [name, f"{2 * right / (2 * right + wrong + missed):.3f}", f"{averaged(counts)[0]:.4f}"]

    made = {name: [drawn(article, name) for article in articles] for name in _LAYOUTS}
    made |= {name: [printed(article, style) for article in articles[:12]] for name, style in _STYLES.items()}
    table(["layout", "paragraphs F1", "shingles F1"], [row(name, pdfs) for name, pdfs in made.items()])


if __name__ == "__main__":
    main()
