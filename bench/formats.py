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
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate
from sets import DATA, rows

from rag import Corpus, Settings
from rag.text.characters import plain_text

Row = dict[str, Any]
# Has a shape for nearly every letter of the articles; where it isn't installed (Debian: fonts-dejavu-core), reportlab's
# own font writes fewer of them.
_FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


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
    font = _FONT if _FONT.exists() else Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    pdfmetrics.registerFont(TTFont("body", str(font)))
    style = getSampleStyleSheet()["Normal"].clone("body", fontName="body", spaceAfter=8)
    for i, row in enumerate(articles):
        flow = [Paragraph(html.escape(p), style) for p in map(plain_text, paragraphs(row))]
        SimpleDocTemplate(str(folder / f"{i:04}.pdf"), title=row["title"] or "Untitled").build(flow)


def body(text: str, title: str) -> str:
    """The text without white space, and without its headline: some formats hold it in the text, some beside it."""
    first, _, rest = text.partition("\n")
    return "".join((rest if letters(first) == letters(title) else text).split())


def letters(text: str) -> str:
    """Letters and digits alone."""
    return "".join(c for c in text.casefold() if c.isalnum())


def number(path: str) -> int:
    """Which article a file or record is: 'html/0004.html' and 'all.jsonl#5' are 4."""
    name, _, record = Path(path).name.partition("#")
    return int(record) - 1 if record else int(Path(name).stem)


def main() -> int:
    """Write, ingest, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=840)
    articles = rows(DATA / "polnear" / "train" / "articles.jsonl")[: parser.parse_args().articles]
    titles = [row["title"] or "" for row in articles]
    written = [body(plain_text(row["text"]), title) for row, title in zip(articles, titles, strict=True)]
    print(f"{len(articles)} articles, {len(set(written))} different texts")
    formats: dict[str, Callable[[Sequence[Row], Path], None]] = {
        "text": as_text,
        "html": as_html,
        "jsonl": as_jsonl,
        "pdf": as_pdf,
    }
    kept: dict[str, dict[int, str]] = {}
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
            kept[name] = {(n := number(a.path)): body(a.text, titles[n]) for a in found}
            equal = sum(text == written[n] for n, text in kept[name].items())
            print(
                f"{name:6} articles {len(found):4}  as written {equal:4}  failed {len(report.of('failed'))}  "
                f"{report.seconds:6.1f} s  again {again:.2f} s",
                flush=True,
            )
        alike = [n for n in kept["text"] if len({texts.get(n) for texts in kept.values()}) == 1]
        print(f"the same text in all four: {len(alike)} of {len(kept['text'])}")
        with Corpus.open(Settings(home=Path(tmp) / "home-all"), embedder=NoEmbedder()) as corpus:
            for name in formats:
                corpus.ingest([Path(tmp) / name])
            together = len(corpus.articles())
        print(f"all four together: {together} articles, {together - len(kept['text'])} more than in the text alone")
    whole = len(set(written))
    return 0 if together == whole and all(len(texts) == whole for texts in kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
