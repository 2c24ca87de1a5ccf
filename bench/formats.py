"""The same 840 articles as text, HTML, JSON lines and PDF: the same articles, the same text, none twice.

python bench/formats.py [--articles N]       (needs ../shared/data beside the project, and pip install '.[test]')

Vectors don't matter here, so a stand-in makes them.
"""

import argparse
import html
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import reportlab
from data import DATA, rows
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate

from rag import Corpus, Settings

Row = dict[str, Any]


class NoEmbedder:
    """Vectors that say nothing."""

    name, dimensions, max_tokens = "none", 8, 256

    def tokens(self, text: str) -> list[int]:
        """A token a word."""
        return [0] * len(text.split())

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), 8)."""
        return np.full((len(texts), 8), 8**-0.5, np.float32)

    def embed_query(self, text: str) -> np.ndarray:
        """Shape (8,)."""
        return self.embed([text])[0]


def paragraphs(row: Row) -> list[str]:
    """The article's paragraphs."""
    return [p.strip() for p in row["text"].split("\n") if p.strip()]


def as_text(articles: Sequence[Row], folder: Path) -> None:
    """A text file an article."""
    for i, row in enumerate(articles):
        (folder / f"{i:04}.txt").write_text("\n\n".join(paragraphs(row)), encoding="utf-8")


def as_html(articles: Sequence[Row], folder: Path) -> None:
    """A page an article, with a headline, meta tags, a menu and a foot."""
    for i, row in enumerate(articles):
        body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs(row))
        title, outlet = html.escape(row["title"] or "Untitled"), html.escape(row["publisher"] or "")
        (folder / f"{i:04}.html").write_text(
            f"<html><head><title>{title}</title><meta property='og:site_name' content='{outlet}'></head><body>"
            f"<nav><a href='/'>Home</a><a href='/news'>News</a></nav><article><h1>{title}</h1>{body}</article>"
            f"<footer>© {outlet}. All rights reserved.</footer></body></html>",
            encoding="utf-8",
        )


def as_jsonl(articles: Sequence[Row], folder: Path) -> None:
    """One file, an article a line."""
    lines = (json.dumps({"headline": r["title"], "body": r["text"], "source": r["publisher"]}) for r in articles)
    (folder / "all.jsonl").write_text("\n".join(lines), encoding="utf-8")


def as_pdf(articles: Sequence[Row], folder: Path) -> None:
    """A PDF an article, its paragraphs in a font that has curly quotes."""
    pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
    style = getSampleStyleSheet()["Normal"].clone("body", fontName="Vera", spaceAfter=8)
    for i, row in enumerate(articles):
        flow = [Paragraph(html.escape(p), style) for p in paragraphs(row)]
        SimpleDocTemplate(str(folder / f"{i:04}.pdf"), title=row["title"] or "Untitled").build(flow)


def squeezed(text: str, title: str) -> str:
    """The text without white space, and without its headline: some formats hold it in the text, some beside it."""
    whole, head = "".join(text.split()), "".join(title.split()).rstrip(".")
    return whole.removeprefix(head).removeprefix(".") if head else whole


def main() -> int:
    """Write, ingest, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=840)
    number = parser.parse_args().articles
    articles = rows(DATA / "polnear" / "train" / "articles.jsonl")[:number]
    whole = {squeezed(r["text"], "") for r in articles}
    wanted = whole | {squeezed(r["text"], r["title"] or "") for r in articles}
    print(f"{len(articles)} articles, {len(whole)} different texts")
    formats: dict[str, Callable[[Sequence[Row], Path], None]] = {
        "text": as_text, "html": as_html, "jsonl": as_jsonl, "pdf": as_pdf,
    }  # fmt: skip
    ids: dict[str, set[str]] = {}
    with tempfile.TemporaryDirectory() as tmp:
        for name, write in formats.items():
            folder = Path(tmp) / name
            folder.mkdir()
            write(articles, folder)
            with Corpus.open(Settings(home=Path(tmp) / f"home-{name}"), embedder=NoEmbedder()) as corpus:
                report = corpus.ingest([folder])
                began = time.perf_counter()
                corpus.ingest([folder])
                again = time.perf_counter() - began
                found = corpus.articles()
            ids[name] = {a.id for a in found}
            equal = sum({squeezed(a.text, ""), squeezed(a.text, a.title)} & wanted != set() for a in found)
            print(f"{name:6} articles {len(found):4}  text equal {equal:4}  failed {len(report.of('failed'))}  "
                  f"{report.seconds:6.1f} s  again {again:.2f} s")  # fmt: skip
        with Corpus.open(Settings(home=Path(tmp) / "home-all"), embedder=NoEmbedder()) as corpus:
            for name in formats:
                corpus.ingest([Path(tmp) / name])
            together = len(corpus.articles())
        print(f"all four together: {together} articles, {together - len(ids['text'])} more than in the text alone")
    return 0 if together == len(whole) and all(len(i) == len(whole) for i in ids.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
