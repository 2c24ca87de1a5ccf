"""What is kept of 492 saved web pages, and what is left out: trafilatura's own evaluation set.

    python bench/pages.py [--half dev|check] [--limit N] [--others] [--show 10]      (needs ../shared/data)

`page_segments`: for each page a few texts that must be kept (`with`) and a few that must not (`without`). White space
is folded; precision and recall are over all segments: kept `with` are true positives, kept `without` false ones. A page
is lost when at most a third of its two or more `with` segments are kept. The halves are by the page's host. Pages are
ingested through `Corpus`, as a user's are. `--others` puts plain trafilatura beside it; `--show` prints lost pages of
the dev half.
"""

import argparse
import gzip
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sets import DATA, half_of, rows

from rag import Corpus
from rag.settings import load_settings

FOLDER = DATA / "page_segments"
Row = dict[str, Any]


def folded(text: str) -> str:
    """White space as single spaces."""
    return " ".join(text.split())


def ours(pages: Sequence[Row]) -> dict[str, str]:
    """The text that an ingest keeps of each page, by its file; none for what can't be read."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        files = Path(work) / "files"
        files.mkdir()
        for page in pages:
            (files / page["file"].removesuffix(".gz")).write_bytes(gzip.decompress(_bytes(page)))
        with Corpus.open(load_settings(home=Path(work) / "home")) as corpus:
            report = corpus.ingest([files])
            return {
                f"{Path(r.path).name}.gz": corpus.article(r.article_id).text for r in report.results if r.article_id
            }


def trafilatura(pages: Sequence[Row]) -> dict[str, str]:
    """The same by the plain library."""
    from trafilatura import extract

    return {p["file"]: extract(gzip.decompress(_bytes(p)).decode("utf-8", "replace")) or "" for p in pages}


def _bytes(page: Row) -> bytes:
    return (FOLDER / "html" / page["file"]).read_bytes()


def line(name: str, half: str, pages: Sequence[Row], kept: dict[str, str], show: int = 0) -> str:
    """One row of the table."""
    right = wrong = wanted = 0
    lost = list[str]()
    for page in pages:
        text = folded(kept.get(page["file"], ""))
        own = [folded(s) in text for s in page["with"]]
        right, wanted = right + sum(own), wanted + len(own)
        wrong += sum(folded(s) in text for s in page["without"])
        if len(own) > 1 and 3 * sum(own) <= len(own):
            lost.append(f"{page['file']} {page['url']}")
    if show and half == "dev":
        print("\n".join(lost[:show]))
    precision, recall = right / max(1, right + wrong), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"| {name} | {half} | {precision:.3f} | {recall:.3f} | {f1:.3f} | {len(lost)} of {len(pages)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--limit", type=int, help="a sample of so many pages of each half, the same always")
    parser.add_argument("--others", action="store_true")
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    ways: dict[str, Callable[[Sequence[Row]], dict[str, str]]] = {"ours": ours}
    ways |= {"plain trafilatura": trafilatura} if args.others else {}
    lines = ["| page_segments | half | precision | recall | F1 | pages lost |", "|---|---|---:|---:|---:|---:|"]
    halves: list[str] = [args.half] if args.half else ["dev", "check"]
    for half in halves:
        pages = [p for p in rows(FOLDER / "segments.jsonl") if half_of(urlsplit(p["url"]).netloc) == half]
        if args.limit and args.limit < len(pages):
            pages = random.Random(half).sample(pages, args.limit)
        lines += [line(name, half, pages, way(pages), args.show) for name, way in ways.items()]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
