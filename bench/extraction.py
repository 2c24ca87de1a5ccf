"""Article text and publication dates of saved pages, by the published rule of the article extraction benchmark.

    python bench/extraction.py                      # ours beside plain trafilatura, both halves, dates
    python bench/extraction.py --worst 10           # and the pages with most lost or left in
    python bench/extraction.py --others             # and other extractors, those that are installed

The rule (scrapinghub/article-extraction-benchmark, evaluate.py): words are runs of letters and digits as they stand;
shingles of four words, as multisets; precision and recall a page, averaged over the pages that have any; F1 of the
averages. The halves are every other page in the order of their names: rules were made on A and checked on B.
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
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[2] / "shared" / "data" / "article_extraction"
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


def ours(page: str, *, captions: bool = False) -> str:
    """What is kept of a page, read as bytes as a file holds them; captions, which are marked, counted apart."""
    from rag.errors import UnreadableError
    from rag.ingest.clean import clean_draft
    from rag.ingest.formats.html import read_html

    try:
        kept = clean_draft(read_html(page.encode()))
    except UnreadableError:
        return ""
    ends = [0, *(at for span in kept.captions for at in span), len(kept.text)]
    parts = zip(ends[::2], ends[1::2], strict=True)
    return kept.text if captions else "".join(kept.text[start:end] for start, end in parts)


def with_captions(page: str) -> str:
    """The same with its captions, which the benchmark's texts don't hold."""
    return ours(page, captions=True)


def plain_trafilatura(page: str) -> str:
    """The library as it comes, without comments."""
    from trafilatura import extract

    return extract(page, include_comments=False) or ""


def _others() -> dict[str, Callable[[str], str]]:
    """Other extractors; each is imported when it is called."""

    def trafilatura(**settings: Any) -> Callable[[str], str]:
        def call(page: str) -> str:
            from trafilatura import extract

            return extract(page, include_comments=False, **settings) or ""

        return call

    def readability(page: str) -> str:
        from rag.ingest.formats.html_lines import second_opinion
        from rag.ingest.formats.html_tree import parsed

        return second_opinion(parsed(page))

    def justext(page: str) -> str:
        import justext as library

        found = library.justext(page.encode(), library.get_stoplist("English"))
        return "\n".join(part.text for part in found if not part.is_boilerplate)

    def resiliparse(page: str) -> str:
        from resiliparse.extract.html2text import extract_plain_text

        return extract_plain_text(page, main_content=True, alt_texts=False)

    def newspaper(page: str) -> str:
        from newspaper import Article

        article = Article("https://example.org/")
        article.download(input_html=page)
        article.parse()
        return article.text

    def goose(page: str) -> str:
        from goose3 import Goose

        return Goose().extract(raw_html=page).cleaned_text

    return {
        "trafilatura fast": trafilatura(fast=True), "trafilatura precision": trafilatura(favor_precision=True),
        "trafilatura recall": trafilatura(favor_recall=True), "trafilatura dedup": trafilatura(deduplicate=True),
        "trafilatura no tables": trafilatura(include_tables=False), "readability": readability, "jusText": justext,
        "resiliparse": resiliparse, "newspaper4k": newspaper, "goose3": goose,
    }  # fmt: skip


def measured(
    name: str, extract: Callable[[str], str], pages: dict[str, str], truth: dict[str, Any]
) -> dict[str, tuple[int, int, int]]:
    """Run an extractor over the pages and print its row."""
    extract(next(iter(pages.values())))  # its imports are not the pages' time
    counts: dict[str, tuple[int, int, int]] = {}
    times: list[float] = []
    for key, page in pages.items():
        start = time.perf_counter()
        try:
            text = extract(page)
        except Exception as e:  # another library's failure is a page without text
            print(f"  {name}: {key[:8]}: {type(e).__name__}: {str(e).splitlines()[0][:80] if str(e) else ''}")
            text = ""
        times.append(time.perf_counter() - start)
        counts[key] = compared(truth[key]["articleBody"], text)
    f1, precision, recall = averaged(list(counts.values()))
    halves = [averaged([counts[key] for key in list(pages)[i::2]])[0] for i in (0, 1)]
    slow = max(times) * 1000
    print(
        f"| {name:<22} | {f1:.4f} | {precision:.4f} | {recall:.4f} | {halves[0]:.4f} | {halves[1]:.4f} "
        f"| {statistics.mean(times) * 1000:4.0f} | {slow:5.0f} |",
        flush=True,
    )
    return counts


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


def dates(pages: dict[str, str]) -> None:
    """Print how many of the stated days are found, and right; the library htmldate beside."""
    from htmldate import find_date

    from rag.errors import UnreadableError
    from rag.ingest.formats.html import read_html

    def own(page: str) -> tuple[str | None, str]:
        try:
            fields = read_html(page.encode()).fields
        except UnreadableError:
            return None, ""
        found = fields.get("published")
        return (str(found.value), found.origin) if found else (None, "")

    def library(page: str) -> tuple[str | None, str]:
        return find_date(page, original_date=True, extensive_search=False), "page"

    expected = {key: day for key, page in pages.items() if (day := stated_date(page))}
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
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="list the N pages with the lowest F1")
    parser.add_argument("--others", action="store_true", help="measure other extractors too")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    truth: dict[str, Any] = json.loads((options.data / "ground_truth.json").read_text())
    files = {key: options.data / "html" / f"{key}.html.gz" for key in sorted(truth)}
    pages = {key: gzip.decompress(file.read_bytes()).decode() for key, file in files.items()}
    print(f"{len(pages)} pages")
    print("| extractor              | F1     | prec.  | recall | half A | half B | ms   | worst |")
    print("|------------------------|--------|--------|--------|--------|--------|------|-------|")
    counts = measured("ours", ours, pages, truth)
    measured("ours, with captions", with_captions, pages, truth)
    measured("plain trafilatura", plain_trafilatura, pages, truth)
    for name, extract in _others().items() if options.others else ():
        try:
            measured(name, extract, pages, truth)
        except ImportError as e:
            print(f"  {name}: not installed ({e.name})")
    for key in sorted(counts, key=lambda k: sum(shares(counts[k])))[: options.worst]:
        precision, recall = shares(counts[key])
        print(f"  {key[:8]} precision {precision:.3f} recall {recall:.3f} {truth[key].get('url', '')}")
    dates(pages)


if __name__ == "__main__":
    main()
