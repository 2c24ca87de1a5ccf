"""What is kept of saved pages, and their dates, against two sets of other people's pages, by their own rules.

    python bench/extraction.py                      # ours beside plain trafilatura, on both halves of both sets; dates
    python bench/extraction.py --rules              # and ours with each rule of html_article left out
    python bench/extraction.py --limit 4            # of so many pages of each set

`article_extraction` (scrapinghub/article-extraction-benchmark, evaluate.py): words are runs of letters and digits as
they stand; shingles of four words, as multisets; precision and recall a page, averaged over the pages that have any;
F1 of the averages. Captions and the names of a table's columns, which the benchmark's texts leave out, are left out.
`page_segments` (trafilatura's own evaluation): white space folded; precision and recall over all segments that must
and must not be kept; a page is lost when at most a third of its two or more segments are kept.
The halves are every other page in the order of their names: rules are made on A and checked on B.
"""

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

from printed import table
from sets import DATA, rows

_WORD = re.compile(r"\w+")
Shares = tuple[float, float]


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """A text's runs of `size` words; a shorter text is one run."""
    words = _WORD.findall(text)
    runs = (tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))
    return Counter(run for run in runs if run)


def compared(true: str, found: str) -> tuple[int, int, int]:
    """True positives, false positives and false negatives among the shingles."""
    expected, got = shingles(true), shingles(found)
    both = (expected & got).total()
    return both, got.total() - both, expected.total() - both


def shares(counts: tuple[int, int, int]) -> Shares:
    """Precision and recall of a page, with the benchmark's conventions for the empty."""
    tp, fp, fn = counts
    if fp == fn == 0:
        return 1.0, 1.0
    return (tp / (tp + fp) if tp + fp else 0.0), (tp / (tp + fn) if tp + fn else 0.0)


def averaged(pages: list[tuple[int, int, int]]) -> tuple[float, float, float]:
    """F1, precision and recall over pages."""
    precision = statistics.mean(shares(c)[0] for c in pages if c[0] + c[1] > 0)
    recall = statistics.mean(shares(c)[1] for c in pages if c[0] + c[2] > 0)
    return 2 * precision * recall / (precision + recall), precision, recall


def ours(page: bytes) -> str:
    """What is kept of a page, captions and names of columns left out."""
    from rag.errors import UnreadableError
    from rag.ingest.clean import clean_draft
    from rag.ingest.converters.html import read_html

    try:
        kept = clean_draft(read_html(page))
    except UnreadableError:
        return ""
    ends = [0, *(at for span in kept.captions for at in span), len(kept.text)]
    text = "".join(kept.text[start:end] for start, end in zip(ends[::2], ends[1::2], strict=True))
    return "\n".join(_COLUMN.sub(r"\1", line) if " | " in line else line for line in text.split("\n"))


_COLUMN = re.compile(r"(^| \| )[^|:]{1,30}: ")


def without(rule: str) -> Callable[[bytes], str]:
    """Ours with one rule of `html_article` left out."""

    def call(page: bytes) -> str:
        from rag.ingest.converters import html_article

        rules = html_article.RULES
        html_article.RULES = tuple(r for r in rules if r.__name__ != rule)  # pyright: ignore
        try:
            return ours(page)
        finally:
            html_article.RULES = rules  # pyright: ignore

    return call


def plain_trafilatura(page: bytes) -> str:
    """The library as it comes, without comments."""
    from trafilatura import extract

    from rag.ingest.converters.html_blocks import decoded

    return extract(decoded(page), include_comments=False) or ""


def folded(text: str) -> str:
    """White space as one space."""
    return " ".join(text.split())


def segments(rows: list[dict[str, Any]], found: dict[str, str]) -> tuple[list[float], int]:
    """F of all pages, of half A and of half B, and how many pages are lost."""
    halves = [[0, 0, 0], [0, 0, 0]]
    lost = 0
    for number, row in enumerate(rows):
        text = folded(found[row["file"]])
        kept = sum(folded(segment) in text for segment in row["with"])
        half = halves[number % 2]
        half[0] += kept
        half[1] += len(row["with"]) - kept
        half[2] += sum(folded(segment) in text for segment in row["without"])
        lost += len(row["with"]) >= 2 and kept <= len(row["with"]) / 3
    whole = [a + b for a, b in zip(*halves, strict=True)]
    return [2 * tp / (2 * tp + fn + fp) for tp, fn, fp in (whole, *halves)], lost


_STATED = re.compile(
    r'"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)'
    r'|(?:article:published_time|itemprop=["\']datePublished)["\'][^>]*?(?:content|datetime)=["\'](\d{4}-\d\d-\d\d)'
    r'|(?:content|datetime)=["\'](\d{4}-\d\d-\d\d)[^"\']*["\'][^>]*?(?:article:published_time|itemprop=["\']datePublished)'
)


def stated_date(page: str) -> date | None:
    """The one day that a page's markup states as published; None when it states none, several or the year 1.

    Read from the page's characters, apart from the reader that is measured.
    """
    days = {next(part for part in found.groups() if part) for found in _STATED.finditer(page)}
    return date.fromisoformat(days.pop()) if len(days) == 1 and not min(days).startswith("0") else None


def dates(pages: dict[str, bytes]) -> None:
    """Print how many of the stated days are found, and right; the library htmldate beside."""
    from htmldate import find_date

    from rag.errors import UnreadableError
    from rag.ingest.converters.html import read_html

    def own(page: bytes) -> tuple[str | None, str]:
        try:
            fields = read_html(page).fields
        except UnreadableError:
            return None, ""
        found = fields.get("published")
        return (str(found.value), found.origin) if found else (None, "")

    def library(page: bytes) -> tuple[str | None, str]:
        return find_date(page, original_date=True, extensive_search=False), "page"

    expected = {key: day for key, page in pages.items() if (day := stated_date(page.decode()))}
    print(f"\nDates: {len(expected)} of {len(pages)} pages state one day of publication in their markup.")
    for name, find in (("ours", own), ("htmldate", library)):
        found = {key: find(page) for key, page in pages.items()}
        answered = [key for key in expected if found[key][0]]
        right = [key for key in answered if found[key][0] == str(expected[key])]
        more = sum(bool(value) for key, (value, _) in found.items() if key not in expected)
        rest = f"on the other pages {more} of {len(pages) - len(expected)}"
        print(f"  {name}: found {len(answered)}, right {len(right)}; {rest}")
        for key in sorted(set(expected) - set(right)):
            print(f"    {key[:8]} states {expected[key]}, found {found[key]}")
        if name == "ours":
            print("   ", dict(Counter(origin for _, origin in found.values() if origin).most_common()))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", action="store_true", help="measure ours with each rule left out")
    parser.add_argument("--limit", type=int)
    options = parser.parse_args()
    truth: dict[str, Any] = json.loads((DATA / "article_extraction" / "ground_truth.json").read_text())
    articles = {key: page("article_extraction", f"{key}.html.gz") for key in sorted(truth)[: options.limit]}
    marked = rows(DATA / "page_segments" / "segments.jsonl")[: options.limit]
    pages = {row["file"]: page("page_segments", row["file"]) for row in marked}
    measured: dict[str, Callable[[bytes], str]] = {"ours": ours, "plain trafilatura": plain_trafilatura}
    if options.rules:
        from rag.ingest.converters.html_article import RULES

        measured |= {f"without {rule.__name__}": without(rule.__name__) for rule in RULES}

    def row(name: str, extract: Callable[[bytes], str]) -> list[object]:
        extract(next(iter(articles.values())))  # its imports are not the pages' time
        start = time.process_time()
        found = {key: extract(html) for key, html in articles.items()}
        milliseconds = 1000 * (time.process_time() - start) / len(articles)
        counts = [compared(truth[key]["articleBody"], found[key]) for key in articles]
        f, lost = segments(marked, {key: extract(html) for key, html in pages.items()})
        figures = (*averaged(counts), averaged(counts[::2])[0], averaged(counts[1::2])[0], *f)
        return [name, *(f"{x:.4f}" for x in figures), lost, f"{milliseconds:.0f}"]

    print(f"article_extraction: {len(articles)} pages; page_segments: {len(pages)} pages")
    headings = ["extractor", "articles F1", "prec.", "recall", "half A", "half B", "segments F", "half A", "half B",
                "lost", "ms"]  # fmt: skip
    table(headings, (row(name, extract) for name, extract in measured.items()))
    dates(articles)


def page(name: str, file: str) -> bytes:
    """A saved page of a set."""
    return gzip.decompress((DATA / name / "html" / file).read_bytes())


if __name__ == "__main__":
    main()
