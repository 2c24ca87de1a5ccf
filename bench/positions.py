"""Everything that is measured of who said what, who disputes it, and when nobody says.

python bench/positions.py                  (needs ../shared beside the project; about half an hour)
python bench/positions.py --homes FOLDER   keeps the ingested corpora there for the next run
python bench/positions.py --only who_said  one part: statements, who_said, decline, ramdocs, disputed

Who said it: PolNeAR's questions, each asked of the whole corpus of 840 articles, and of its own article's passages
alone; right when the first line names the speaker. The halves are those of `bench/statements.py`.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import decline
import disputed
import ramdocs
import statements
from data import DATA, as_files, rows

from rag.answer import answerable, extractive
from rag.answer.evidence import weigh
from rag.ingest.dates import resolve
from rag.retrieve.query import search_terms
from rag.types import Answer

# Passages that a question's own article is looked for among, and that a question reads.
WIDE, READ = 200, 12


def who_said(homes: Path) -> list[str]:
    """The rows of the table: of each half, the share of questions whose speaker the first line names."""
    folder = DATA / "polnear" / "train"
    articles = rows(folder / "articles.jsonl")
    files = {a["id"]: f"{n:04}.md" for n, a in enumerate(articles)}
    named: dict[tuple[str, str], list[bool]] = {}
    spent: list[float] = []
    with decline.kept(homes / "polnear", lambda: as_files(articles, homes / "polnear-files")) as (corpus, vectors):
        for q in rows(folder / "who_said.jsonl"):
            question, half = q["question"], statements.half(q["article"])
            everywhere = _first_line(corpus.ask(question))
            hits = [h for h in corpus.search(question, WIDE) if h.article.path.endswith(files[q["article"]])][:READ]
            asked = corpus.embedder.embed_query(question)
            found = weigh(question, search_terms(question), hits, asked, vectors.of([h.passage for h in hits]))
            told = {a.id: corpus.statements(a.id) for a in {h.article.id: h.article for h in hits}.values()}
            began = time.process_time()
            assessment = answerable.assess(question, found, None, told)
            *_, answer = extractive.write(question, [extractive.Part(question, found, assessment)], resolve, told)
            spent.append(time.process_time() - began)
            assert isinstance(answer, Answer)
            for where, line in (("840 articles", everywhere), ("its article alone", _first_line(answer))):
                named.setdefault((where, half), []).append(_names(q, line))
    lines = ["| who said it, asked of | half | first line names the speaker | of |", "|---|---|---|---|"]
    for (where, half), right in sorted(named.items()):
        lines.append(f"| {where} | {half} | {sum(right) / len(right):.3f} | {len(right)} |")
    spent.sort()
    return [*lines, "", f"to assess, find and write: {1000 * spent[len(spent) // 2]:.1f} ms of processor time (median)"]


def _first_line(answer: Answer) -> str:
    return "" if answer.verdict == "declined" else answer.text.split("\n")[0]


def _names(question: dict[str, Any], line: str) -> bool:
    return any(name.casefold() in line.casefold() for name in question["names"])


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--homes", type=Path)
    options.add_argument("--only")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as work:
        homes = given.homes or Path(work)

        def declining() -> list[str]:
            sys.argv[1:] = ["--homes", str(homes)]
            decline.main()
            return []

        parts: dict[str, Callable[[], list[str]]] = {
            "statements": lambda: [statements.table()],
            "who_said": lambda: who_said(homes),
            "decline": declining,
            "ramdocs": ramdocs.table,
            "disputed": disputed.table,
        }
        for name, part in parts.items():
            if given.only in (None, name):
                print(f"\n## {name}\n", flush=True)
                print("\n".join(part()), flush=True)


if __name__ == "__main__":
    main()
