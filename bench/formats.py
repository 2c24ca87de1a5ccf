"""The same articles in every format: what is read of each.

    python bench/formats.py                             # both tables: 840 articles of PolNeAR, and 60 as PDF
    python bench/formats.py --articles 10 --only page Word

The first table: an article is the same where all its words come out in their order, and nothing else; its statements
are the same where who says what, in which words, is found as in the text itself.
The second, of PDFs in five layouts and printed by Chromium in two (12 of the articles): F1 of whole paragraphs (a
paragraph counts where it comes out as one line, character for character but for white space), which is that of how
lines become paragraphs; and F1 of shingles of four words (as bench/extraction.py), which is that of the order of
reading and of hyphens. Words are divided somewhere after their fourth letter, so that a layout with hyphens is harder
than a real one. Headlines count as wrong paragraphs in all layouts.
"""

import argparse
import email.message
import html
import io
import json
import random
import subprocess
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import docx
from extraction import averaged, compared
from printed import table
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from sets import POLNEAR, Row, as_file, rows

from rag.ingest.attribution import find_statements
from rag.ingest.converters import read_drafts
from rag.ingest.converters.pdf import read_pdf
from rag.ingest.metadata import make_article
from rag.text.characters import plain_text
from rag.types import Article

# The formats


def _paragraphs(row: Row) -> str:
    return "".join(f"<p>{html.escape(p)}</p>" for p in row["text"].split("\n") if p.strip())


def _page(row: Row) -> bytes:
    title = html.escape(row["title"] or "")
    head = f"<html><title>{title}</title><body><article><h1>{title}</h1>"
    return f"{head}{_paragraphs(row)}</article></body></html>".encode()


def _markdown(row: Row) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return as_file(row, Path(folder) / "a.md").read_bytes()


def _docx(row: Row) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for paragraph in plain_text(row["text"]).split("\n"):  # no control characters, which XML can't hold
        document.add_paragraph(paragraph)
    document.save(out)
    return out.getvalue()


def _rtf(row: Row) -> bytes:
    escaped = "".join(c if c < "\x80" and c not in "\\{}" else f"\\u{ord(c)}?" for c in row["text"])
    return ("{\\rtf1\\ansi " + escaped.replace("\n", "\\par\n") + "}").encode()


def _mail(row: Row) -> bytes:
    message = email.message.EmailMessage()
    message["From"], message["Subject"] = "Ida Holm <ida@elm.example>", " ".join((row["title"] or "News").split())
    message.set_content(row["text"])
    return message.as_bytes()


_BOOK = {
    "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="a.opf"/></rootfiles></container>',
    "a.opf": '<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="a" href="a.xhtml" '
    'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>',
}


def _epub(row: Row) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, content in {**_BOOK, "a.xhtml": _paragraphs(row)}.items():
            book.writestr(name, content)
    return out.getvalue()


FORMATS: dict[str, tuple[str, Callable[[Row], bytes]]] = {
    "text": (".txt", lambda row: row["text"].encode()),
    "Markdown": (".md", _markdown),
    "page": (".html", _page),
    "Word": (".docx", _docx),
    "JSONL": (".jsonl", lambda row: json.dumps(dict(row)).encode()),
    "RTF": (".rtf", _rtf),
    "e-mail": (".eml", _mail),
    "EPUB": (".epub", _epub),
    "PDF": (".pdf", lambda row: drawn(row, "one column, gaps, head")),
}


def said(article: Article) -> Counter[tuple[str, str]]:
    """Who says what in an article."""
    found = find_statements(article)
    return Counter((s.speaker, " ".join(" ".join(article.text[a:b] for a, b in s.content).split())) for s in found)


def read_again(articles: Sequence[Row], formats: Sequence[str]) -> Iterator[list[object]]:
    """A row a format: articles whose words are the same, and statements that are."""
    texts = [plain_text(row["text"]) for row in articles]
    expected = [said(Article(id="a", text=text, title=row["title"] or "", path="a", author=row["author"]))
                for row, text in zip(articles, texts, strict=True)]  # fmt: skip
    for name in formats:
        suffix, make = FORMATS[name]
        words = both = statements = not_one = 0
        for row, text, own in zip(articles, texts, expected, strict=True):
            file = f"a{suffix}"
            out = [make_article(draft, file).article for draft in read_drafts(make(row), file).drafts]
            not_one += len(out) != 1
            words += len(out) == 1 and out[0].text.split() == text.split()
            got = sum((said(article) for article in out), Counter[tuple[str, str]]())
            both, statements = both + (got & own).total(), statements + got.total()
        f1 = 2 * both / (statements + sum(own.total() for own in expected))
        yield [name, len(articles), not_one, words, statements, f"{f1:.4f}"]


# PDF

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


def drawn(row: Row, layout: str) -> bytes:
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


def printed(row: Row, style: str) -> bytes:
    """The article as Chromium prints it."""
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder) / "a.html", Path(folder) / "a.pdf"
        page.write_text(f"<html lang=en><meta charset=utf-8><style>{style}</style><div>{_paragraphs(row)}</div>")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--print-to-pdf={pdf}", str(page)]
        subprocess.run(command, capture_output=True, check=True)
        return pdf.read_bytes()


def pdf_row(name: str, articles: Sequence[Row], pdfs: Sequence[bytes]) -> list[object]:
    """F1 of a layout."""
    both = expected = found = 0
    counts: list[tuple[int, int, int]] = []
    for article, pdf in zip(articles, pdfs, strict=False):
        own, got = ([" ".join(p.split()) for p in text.split("\n") if p.strip()]
                    for text in (article["text"], read_pdf(pdf).text))  # fmt: skip
        both += (Counter(own) & Counter(got)).total()
        expected, found = expected + len(own), found + len(got)
        counts.append(compared("\n".join(own), "\n".join(got)))
    return [name, f"{2 * both / (expected + found):.3f}", f"{averaged(counts)[0]:.4f}"]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--only", nargs="*", choices=FORMATS, default=list(FORMATS))
    given = parser.parse_args()
    articles = rows(POLNEAR / "articles.jsonl")
    table(["format", "articles", "not one article", "same words", "statements", "F1 of statements"],
          read_again(articles[: given.articles], given.only))  # fmt: skip
    if "PDF" in given.only:
        random.Random(3).shuffle(articles)
        some = [row for row in articles if 1500 < len(row["text"]) < 9000][: min(given.articles or 60, 60)]
        made = {name: [drawn(article, name) for article in some] for name in _LAYOUTS}
        made |= {name: [printed(article, style) for article in some[:12]] for name, style in _STYLES.items()}
        print()
        table(["PDF", "paragraphs F1", "shingles F1"], (pdf_row(name, some, pdfs) for name, pdfs in made.items()))


if __name__ == "__main__":
    main()
