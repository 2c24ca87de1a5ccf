"""What grows with the corpus: reads measured over corpora of several sizes, the growth from one to the next beside.

    OMP_NUM_THREADS=1 python bench/scale.py [--sizes 2000,20000] [--folder FOLDER] [--questions 60] [--no-chroma]
    python bench/scale.py --sizes 177501 --folder FOLDER --kills 10      # into corpora that were built before

Needs ../shared/data beside the project. An article is twenty paragraphs of PolNeAR's articles put together by chance,
some five passages, with a title, one of 60 outlets, one of 1,000 days, one of ten tags, and a rare tag in a hundred.
They are written in bulk with the catalog's own functions, 500 in a transaction; the vector index is filled from the
catalog as ever. A build that was stopped goes on where it was. The stand-in embedder adds up a vector a word, made of
the word's hash, so passages that share words are near; it goes by the default model's name, so that `rag ask` opens
the corpus with the real one. Seconds are of the processor, so the corpus should lie in the memory's cache.
"""

import argparse
import hashlib
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from printed import table
from sets import POLNEAR, ROOT, rows
from speed import Figures, rag_process, times_of

from rag.corpus import CATALOG_FILE, Corpus
from rag.index import rows as index_rows
from rag.ingest.attribution import find_statements
from rag.settings import DEFAULT_EMBEDDER, load_settings
from rag.text import sentence_spans, stemmed, stems
from rag.types import Article, Filter, Passage, Statement
from rag.ui.corpus_view import Shown, filter_html, overview_html
from rag.ui.parts import rows_html
from rag.ui.shelf import Library, UserShelf

PARAGRAPHS, A_PASSAGE, BANDS = 20, 4, 42

clock = time.process_time  # other processes on the machine change it little


class StandIn:
    """An embedder of hashes."""

    name, dimensions, max_tokens = DEFAULT_EMBEDDER, 384, 256

    def tokens(self, text: str) -> list[int]:
        """About a token for five characters."""
        return [1] * (len(text) // 5 + 1)

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (len(texts), 384)."""
        made = [sum(map(word, stems(text)), np.zeros(384, np.float32)) + 1e-3 for text in texts]
        return np.stack([v / np.linalg.norm(v) for v in made]) if made else np.zeros((0, 384), np.float32)

    def embed_query(self, text: str) -> np.ndarray:
        """As a passage's."""
        return self.embed([text])[0]


@cache
def word(stem: str) -> np.ndarray:
    """A word's vector."""
    seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(384, np.float32)


@cache
def paragraphs() -> list[tuple[str, str, np.ndarray, np.ndarray, list[Statement]]]:
    """PolNeAR's paragraphs: text, stems, vector, sentences' vectors, statements."""
    texts = [p.strip() for row in rows(POLNEAR / "articles.jsonl") for p in row["text"].split("\n")]
    embed, said = StandIn().embed, lambda text: find_statements(Article(id="x", title="", path="", text=text))
    return [
        (text, stemmed(text), embed([text])[0], embed([text[a:b] for a, b in sentence_spans(text)]), said(text))
        for text in texts
        if 20 <= len(text.split()) <= 120
    ]


def made(number: int) -> tuple[Article, list[Any]]:
    """The article of that number, and its paragraphs."""
    chance = random.Random(number)
    chosen = [chance.choice(paragraphs()) for _ in range(PARAGRAPHS + chance.randrange(4))]
    text = "\n\n".join(p[0] for p in chosen)
    ident = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Article(
        id=ident, story=ident, text=text, title=" ".join(chosen[0][0].split()[:9]), path=f"/made/{number:07}.md",
        publisher=f"Outlet {int(60 * chance.random() ** 2):02}", published_from="given",
        published=date(2020, 1, 1) + timedelta(days=chance.randrange(1000)),
        tags=(f"project={number % 10}", *["rare=yes"] * (number % 100 == 0)),
    ), chosen  # fmt: skip


def put(db: sqlite3.Connection, number: int) -> None:
    """Write the article of that number."""
    (article, chosen), noise = made(number), np.random.default_rng(number)
    passages, vectors, sentences, said, at = [], [], [], list[Statement](), 0
    known: dict[str, str] = {}
    index_rows.stemmed = known.__getitem__  # they are known from the paragraphs
    for some in (chosen[n : n + A_PASSAGE] for n in range(0, len(chosen), A_PASSAGE)):
        text = "\n\n".join(p[0] for p in some)
        end, known[text] = at + len(text), "\n".join(p[1] for p in some)
        passages.append(Passage(id=f"{article.id}:{at}-{end}", article_id=article.id, start=at, end=end, text=text))
        vector = np.sum([p[2] for p in some], axis=0) + 0.01 * noise.standard_normal(384, np.float32)
        vectors.append(vector / np.linalg.norm(vector))
        sentences.append(np.concatenate([p[3] for p in some]))
        for p in some:
            said += [moved(s, article.id, at) for s in p[4]]
            at += len(p[0]) + 2
    chance = random.Random(article.id)
    bands = [chance.getrandbits(60) for _ in range(BANDS)]
    index_rows.write_article(db, article, passages, np.stack(vectors), "[]", bands, sentences, said)
    source = (article.path, "", article.path, article.id, article.id, "{}", "")
    db.execute(f"INSERT INTO sources ({index_rows.SOURCE}) VALUES (?, ?, ?, ?, ?, ?, ?)", source)


def moved(s: Statement, ident: str, by: int) -> Statement:
    """A paragraph's statement in an article, `by` characters on."""
    cue, source = (span and (span[0] + by, span[1] + by) for span in (s.cue, s.source))
    return replace(s, article_id=ident, cue=cue, source=source, content=tuple((a + by, b + by) for a, b in s.content))


def build(home: Path, size: int, chroma: bool) -> None:
    """A corpus of that size, from where it stands; the first article sets what it is made with."""
    with Corpus.open(load_settings(home=home), embedder=StandIn()) as corpus:
        (home / "first.md").write_text(f"---\ntitle: The first\n---\n\n{paragraphs()[0][0]}")
        if not corpus.counts()["articles"]:
            corpus.ingest(home / "first.md")
        for at in range(corpus.counts()["articles"], size, 500):
            with corpus._catalog.database.writing() as db:
                for number in range(at, min(at + 500, size)):
                    put(db, number)
        index_rows.stemmed = stemmed
        print(f"{size:,} articles: {clock():.0f} s", file=sys.stderr)
        if chroma and corpus.index.sync():
            print(f"with Chroma's index: {clock():.0f} s", file=sys.stderr)


def figures_of(part: str, corpus: Corpus, questions: Sequence[str]) -> Figures:
    """What a process of its own measures: the page's first view, questions, those of a user, or an ingest."""
    home, began = corpus.settings.home, clock()
    if part == "page":
        shelf = UserShelf(Library(corpus))
        overview_html(shelf.inventory, sample=False), filter_html(shelf.inventory, Filter(), shelf.number(Filter()))
        rows_html(shelf, Shown())
        return {"the page's first view, ms": 1000 * (clock() - began)}
    if part == "user":
        with Corpus.open(load_settings(home=home / "user"), shared=corpus) as own:
            own.ingest((ROOT / "docs").glob("*.md"))
            return times_of(own.ask, "question of a user with own articles", questions[:20], clock)
    if part == "ingest":
        (home / "new").mkdir(exist_ok=True)
        for n in range(40):  # in the place of those of the last time
            text = f"{made(10_000_000 + n)[0].text}\n\nThe council sat until {time.time_ns()}, its clerk said."
            (home / "new" / f"{n}.md").write_text(text)
        began = clock()
        corpus.ingest(home / "new")
        return {"ingest of 40 articles, s": clock() - began}
    found = times_of(corpus.search, "search", questions, clock)
    found |= times_of(corpus.ask, "question", questions, clock)
    for name, where in {
        "an outlet": Filter(publisher="outlet 07"), "the largest outlet": Filter(publisher="Outlet 00"),
        "a month": Filter(after=date(2021, 3, 1), before=date(2021, 3, 31)), "a tag": Filter(tag="project=3"),
        "a rare tag": Filter(tag="rare=yes"),
    }.items():  # fmt: skip
        found |= times_of(partial(corpus.search, where=where), f"search in {name}", questions[:20], clock)
    return found | {"memory of a process that was asked, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def killed(home: Path, times: int) -> None:
    """Print what is lost when ingests of 40 articles each are killed, at moments drawn by chance."""
    chance, lost, written = random.Random(0), 0, 0
    kept = "SELECT DISTINCT a.id FROM articles a JOIN passages p ON p.article_id = a.id WHERE state != 'removing'"
    with closing(sqlite3.connect(home / CATALOG_FILE)) as db:
        before = {i for (i,) in db.execute(kept)}
        for number in range(times):
            folder = home / "killed" / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            for n in range(40):
                (folder / f"{n}.md").write_text(f"{made(20_000_000 + n)[0].text}\n\nThe {number}th council sat.")
            process = subprocess.Popen([sys.executable, "-m", "rag", "ingest", str(folder), "--home", str(home)])
            time.sleep(chance.uniform(2, 40))
            process.kill()
            process.wait()
            now = {i for (i,) in db.execute(kept)}
            lost, written, before = lost + len(before - now), written + len(now - before), now
    print(f"killed {times} times, {written} of {40 * times} articles written, {lost} lost of {len(before):,}")


def measured(home: Path, size: int, chroma: bool, questions: Sequence[str]) -> Figures:
    """All figures of a corpus, which is built first; in processes of their own, whose memory would count as this's."""
    found: Figures = {}
    for part in ("build", "page", "asking", "user", *["ingest"] * chroma):
        one = [sys.executable, __file__, "--part", part, "--folder", str(home), "--questions", str(len(questions))]
        one += ["--sizes", str(size), *["--no-chroma"] * (not chroma)]
        found |= json.loads(subprocess.run(one, stdout=subprocess.PIPE, check=True).stdout or "{}")
    cold, listed = [rag_process(home, "ask", question) for question in questions[:3]], rag_process(home, "list")
    return found | {
        "`rag ask`, cold, s": sorted(seconds for _, seconds, _ in cold)[1], "its memory, MB": max(m for *_, m in cold),
        "`rag list`, the first lines, s on the wall": listed[0], "`rag list`, all, s": listed[1],
        "catalog, GB": (home / CATALOG_FILE).stat().st_size / 1e9,
        "Chroma, GB": sum(f.stat().st_size for f in (home / "chroma").rglob("*") if f.is_file()) / 1e9,
    }  # fmt: skip


def main() -> None:
    """Build, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", default="2000,20000")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "rag-scale")
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--no-chroma", action="store_true", help="leave the vector index unfilled, and ingest no more")
    parser.add_argument("--kills", type=int, default=0, help="measure nothing: kill so many ingests into each corpus")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    given = parser.parse_args()
    questions = [q["question"] for q in rows(POLNEAR / "who_said.jsonl")[: given.questions]]
    if given.part == "build":
        build(given.folder, int(given.sizes), not given.no_chroma)
    elif given.part:
        with Corpus.open(load_settings(home=given.folder), embedder=StandIn()) as corpus:
            print(json.dumps(figures_of(given.part, corpus, questions)))
    elif given.kills:
        for size in given.sizes.split(","):
            killed(given.folder / size, given.kills)
    else:
        sizes = list(map(int, given.sizes.split(",")))
        tables = [measured(given.folder / str(size), size, not given.no_chroma, questions) for size in sizes]

        def row(name: str) -> list[str]:
            values = [figures[name] for figures in tables]
            growth = f"{values[-1] / values[0]:.1f}" if values[0] else ""
            return [name, *(f"{v:,.3g}" if v < 100 else f"{v:,.0f}" for v in values), growth]

        table(["", *(f"{size:,}" for size in sizes), "growth"], map(row, tables[0]))


if __name__ == "__main__":
    main()
