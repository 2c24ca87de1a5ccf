"""The same articles in every format: what is read of each, and in what time.

    python bench/formats.py [--only page Word]       # PolNeAR's 840 articles in nine formats, or in these
    python bench/formats.py --timed 120 --beside DIR # the time instead, beside the code of another checkout, in turn

An article is the same where all its words come out in their order, and nothing else; its statements are the same where
who says what, in which words, is told as for the text itself. Time is that of the processor, from bytes to articles
(read, cleaned, fields found; not split, attributed or embedded), least of two rounds, each in a process of its own;
`saved pages` are those of article_extraction, as they were saved, and plain trafilatura's time stands beside them.
"""

import argparse
import email.message
import html
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from printed import table
from sets import DATA, as_file, rows

Row = Mapping[str, Any]
_ROUNDS = 2


def _page(row: Row) -> bytes:
    said = "".join(f"<p>{html.escape(p)}</p>" for p in row["text"].split("\n") if p.strip())
    title = html.escape(row["title"] or "")
    return f"<html><title>{title}</title><body><article><h1>{title}</h1>{said}</article></body></html>".encode()


def _markdown(row: Row) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return as_file(row, Path(folder) / "a.md").read_bytes()


def _docx(row: Row) -> bytes:
    import docx

    from rag.text.characters import plain_text

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
    pages = {**_BOOK, "a.xhtml": "".join(f"<p>{html.escape(p)}</p>" for p in row["text"].split("\n"))}
    with zipfile.ZipFile(out, "w") as book:
        for name, held in pages.items():
            book.writestr(name, held)
    return out.getvalue()


def _pdf(row: Row) -> bytes:
    from pdf import drawn

    return drawn(dict(row), "one column, gaps, head")


FORMATS: dict[str, tuple[str, Callable[[Row], bytes]]] = {
    "text": (".txt", lambda row: row["text"].encode()),
    "Markdown": (".md", _markdown),
    "page": (".html", _page),
    "Word": (".docx", _docx),
    "JSONL": (".jsonl", lambda row: json.dumps(dict(row)).encode()),
    "RTF": (".rtf", _rtf),
    "e-mail": (".eml", _mail),
    "EPUB": (".epub", _epub),
    "PDF": (".pdf", _pdf),
}


def articles_of(data: bytes, name: str) -> Iterator[Any]:
    """The articles of a file, by this checkout's code or by that of before the converters (03ef676)."""
    try:
        from rag.ingest.converters import read_drafts
        from rag.ingest.metadata import make_article

        yield from (make_article(draft, name).article for draft in read_drafts(data, name).drafts)
    except ModuleNotFoundError:
        from rag.ingest.batch import to_articles  # pyright: ignore
        from rag.ingest.formats import read_drafts  # pyright: ignore

        drafts: Any = read_drafts(data, name).drafts  # pyright: ignore
        yield from (m.article for m in to_articles([(d, name) for d in drafts], lambda *_: ({}, 0)))  # pyright: ignore


def same(articles: list[dict[str, Any]], formats: list[str]) -> Iterator[list[object]]:
    """A row a format: articles whose words are the same, and statements that are."""
    from rag.ingest.attribution import find_statements
    from rag.text.characters import plain_text
    from rag.types import Article

    def said(article: Article) -> Counter[tuple[str, str]]:
        found = find_statements(article)
        return Counter((s.speaker, " ".join(" ".join(article.text[a:b] for a, b in s.content).split())) for s in found)

    texts = [plain_text(row["text"]) for row in articles]
    told = [said(Article(id="a", text=text, title=row["title"] or "", path="a", author=row["author"]))
            for row, text in zip(articles, texts, strict=True)]  # fmt: skip
    for name in formats:
        suffix, make = FORMATS[name]
        words = both = found = lost = 0
        for row, text, wanted in zip(articles, texts, told, strict=True):
            out = list(articles_of(make(row), f"a{suffix}"))
            lost += len(out) != 1
            words += len(out) == 1 and out[0].text.split() == text.split()
            got = sum((said(article) for article in out), Counter[tuple[str, str]]())
            both, found = both + (got & wanted).total(), found + got.total()
        yield [name, len(articles), lost, words, found, f"{2 * both / (found + sum(t.total() for t in told)):.4f}"]


def timed(folder: Path) -> float:
    """Milliseconds of the processor a file, for the files of a folder."""
    from rag.errors import UnreadableError

    files = [(file.name, file.read_bytes()) for file in sorted(folder.iterdir())]

    def read(data: bytes, name: str) -> None:
        with suppress(UnreadableError):  # a page without an article
            list(articles_of(data, name))

    read(files[0][1], files[0][0])  # its imports are not the files' time
    start = time.process_time()
    for name, data in files:
        read(data, name)
    return 1000 * (time.process_time() - start) / len(files)


def library(folder: Path) -> float:
    """The same for plain trafilatura on pages."""
    from extraction import plain_trafilatura

    pages = [file.read_bytes() for file in sorted(folder.iterdir())]
    plain_trafilatura(pages[0])
    start = time.process_time()
    for page in pages:
        plain_trafilatura(page)
    return 1000 * (time.process_time() - start) / len(pages)


def speeds(articles: list[dict[str, Any]], formats: list[str], beside: Path | None) -> Iterator[list[object]]:
    """A row a format: milliseconds an article, the other checkout's, and the ratio."""
    import gzip

    here = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as tmp:
        for name in formats:
            suffix, make = FORMATS[name]
            (Path(tmp) / name).mkdir()
            for number, row in enumerate(articles):
                (Path(tmp) / name / f"{number:04}{suffix}").write_bytes(make(row))
        (Path(tmp) / "saved pages").mkdir()
        for file in sorted((DATA / "article_extraction" / "html").glob("*.gz")):
            (Path(tmp) / "saved pages" / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        for name in (*formats, "saved pages"):
            codes = {"ours": (here, "timed"), **({"beside": (beside, "timed")} if beside else {})}
            codes |= {"trafilatura": (here, "library")} if name in ("page", "saved pages") else {}
            least: dict[str, float] = {}
            for _ in range(_ROUNDS):
                for code, (home, part) in codes.items():
                    command = [sys.executable, "-W", "ignore", __file__, "--part", part, str(Path(tmp) / name)]
                    environment = os.environ | {"PYTHONPATH": str(home)}
                    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
                    if done.returncode:
                        raise SystemExit(f"{name}, {code} failed:\n{done.stderr}")
                    least[code] = min(least.get(code, float("inf")), float(done.stdout.split()[-1]))
            others = [least.get("beside"), least.get("trafilatura")]
            yield [name, f"{least['ours']:.2f}", *(f"{least['ours'] / o:.2f}" if o else "" for o in others)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int)
    parser.add_argument("--only", nargs="*", choices=FORMATS, default=list(FORMATS))
    parser.add_argument("--timed", type=int, default=0, help="take the time of so many articles instead")
    parser.add_argument("--beside", type=Path, help="another checkout")
    parser.add_argument("--part", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        print({"timed": timed, "library": library}[given.part[0]](Path(given.part[1])))
        return
    articles = rows(DATA / "polnear" / "train" / "articles.jsonl")
    if given.timed:
        table(["format", "ms an article", "to the other code's", "to plain trafilatura's"],
              speeds(articles[: given.timed], given.only, given.beside))  # fmt: skip
    else:
        table(["format", "articles", "not one article", "same words", "statements", "F1 of statements"],
              same(articles[: given.articles], given.only))  # fmt: skip


if __name__ == "__main__":
    main()
