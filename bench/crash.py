"""Kills an ingest with SIGKILL at random moments, and counts what is lost. Exit status 1 when anything is.

    python bench/crash.py [--kills 40] [--articles N] [--seed 0]

The PolNeAR articles are written as files and ingested by `rag ingest` in a process of its own, killed, and begun again
in the same home until an ingest ends by itself; then a new home is begun, until there were so many kills. Some kills
fall while the vector index is written. A second process asks meanwhile.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import chromadb
from sets import DATA, as_files, rows

from rag.corpus import CATALOG_FILE
from rag.index import lexical
from rag.index.catalog import Catalog
from rag.ingest.metadata import plain_text
from rag.ingest.read import find_files, read_bytes
from rag.ingest.sandbox import Sandbox
from rag.text import sentence_spans, words
from rag.types import Article

SENTENCES = 50
# An ingest is killed so many seconds after its start, at most; and so many after the vector index began to be written.
LATEST, LATEST_WRITING = 25.0, 1.0
KILLS_WHILE_WRITING = 5
# The chance that an ingest is left alone until it writes the vector index, which it does at its end.
AIMED = 0.2
QUESTIONS = (
    ("ask", "Who said that the deal was bad?"),
    ("search", "What did the senator say about the vote?"),
    ("ask", "How many people were killed?"),
    ("search", "campaign in New Hampshire"),
)


class Crashes:
    """One run of the benchmark: homes, kills, and what they led to."""

    def __init__(self, folder: Path, files: Path, seed: int) -> None:
        """Ingest the files into homes under the folder."""
        self.folder, self.files = folder, files
        self.random = random.Random(seed)
        self.texts = _texts(files)
        self.count: Counter[str] = Counter()
        self.failures: list[str] = []
        self.homes: list[dict[str, object]] = []

    def home(self, kills: int) -> int:
        """Ingest into a new home with at most so many kills; how many were made."""
        home = self.folder / f"home{len(self.homes)}"
        began, made, writing, seen = time.perf_counter(), 0, 0, set[str]()
        self.count["torn here"] = 0
        while made < kills:
            whole = len(seen) == len(self.texts)
            if whole and writing == KILLS_WHILE_WRITING:
                break
            writing += whole
            aimed = whole or self.random.random() < AIMED
            if not self._killed(home, aimed=aimed, ask=bool(seen)):
                break
            made += 1
            seen = self._after_kill(home, seen)
            print(f"  home {len(self.homes)}, kill {made}: {len(seen)} articles in", file=sys.stderr, flush=True)
        self._ingest_to_end(home)
        self._ingest_to_end(home)
        state = self._state(home)
        self.homes.append({"kills": made, "torn": self.count["torn here"], **state,
                           "seconds": round(time.perf_counter() - began)})  # fmt: skip
        return made

    def _killed(self, home: Path, *, aimed: bool, ask: bool) -> bool:
        """Start an ingest and kill it; False when it was faster. Another process asks meanwhile."""
        mark = home / "chroma" / "WRITING"
        began = time.time()
        ingest = subprocess.Popen(_rag("ingest", str(self.files), home=home), stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)  # fmt: skip
        asking = self._ask(home) if ask else None
        if aimed:  # wait for the vector index to be written
            while ingest.poll() is None and not (mark.exists() and mark.stat().st_mtime >= began):
                time.sleep(0.01)
            left = self.random.uniform(0, LATEST_WRITING)
        else:
            left = self.random.uniform(0.2, LATEST)
        try:
            ingest.wait(left)
        except subprocess.TimeoutExpired:
            ingest.send_signal(signal.SIGKILL)
            ingest.wait()
        if asking is not None:
            self._answered(*asking)
        return ingest.returncode == -signal.SIGKILL

    def _ask(self, home: Path) -> tuple[str, "subprocess.Popen[str]"]:
        command, question = self.random.choice(QUESTIONS)
        arguments = _rag(command, question, "--json", home=home)
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        return f"rag {command} {question!r}", process

    def _answered(self, what: str, process: "subprocess.Popen[str]") -> None:
        out, err = process.communicate(timeout=300)
        if process.returncode == 0 and out.strip():
            self.count["asks answered"] += 1
        else:
            self.count["asks failed"] += 1
            self.failures.append(f"{what} ended with {process.returncode}: {err.strip()[-500:]}")

    def _after_kill(self, home: Path, seen: set[str]) -> set[str]:
        """The articles that are there after a kill: the catalog is sound, and none of those seen before is gone."""
        self.count["kills"] += 1
        if (home / "chroma" / "WRITING").exists():
            self.count["torn"] += 1
            self.count["torn here"] += 1
        if not (home / CATALOG_FILE).exists():
            return set()
        with closing(Catalog(home / CATALOG_FILE)) as catalog:
            self._check(catalog.database.damage() is None, f"the catalog is damaged: {catalog.database.damage()}")
            now = {s.key for a in catalog.articles() for s in catalog.sources_of(a.id)}
        self._check(seen <= now, f"the articles of {len(seen - now)} files were there before a kill and not after it")
        return now

    def _ingest_to_end(self, home: Path) -> None:
        done = subprocess.run(_rag("ingest", str(self.files), "--json", home=home), capture_output=True, text=True,
                              check=False)  # fmt: skip
        self._check(done.returncode == 0, f"rag ingest ended with {done.returncode}: {done.stderr.strip()[-500:]}")
        self._check('"notices": []' in done.stdout, f"rag ingest had a notice: {done.stdout[-500:]}")

    def _state(self, home: Path) -> dict[str, object]:
        """What the home holds in the end, every count of it checked."""
        with closing(Catalog(home / CATALOG_FILE)) as catalog:
            self._check(catalog.database.damage() is None, "the catalog is damaged in the end")
            there = Counter(a.id for a in catalog.articles())
            held_by = {s.key: a for a in catalog.articles() for s in catalog.sources_of(a.id)}
            lost = len(self.texts.keys() - held_by.keys())
            self._check(lost == 0, f"the articles of {lost} files are lost")
            self._check(max(there.values()) == 1, "an article is there twice")
            strange = [
                key for key, a in held_by.items() if not set(a.text.split("\n")) <= set(self.texts[key].split("\n"))
            ]
            self._check(len(strange) <= len(held_by) - len(there), f"lines that are not their file's: {strange[:3]}")
            with catalog.database.reading() as db:
                (sources,) = db.execute("SELECT count(*) FROM sources").fetchone()
            self._check(sources == len(list(self.files.iterdir())), f"{sources} sources")
            counts = catalog.counts()
            self._check(not counts["pending"] and not counts["removing"] and not counts["unembedded"], f"{counts}")
            with catalog.database.reading() as db:
                indexed = {i for (i,) in db.execute("SELECT id FROM passages")}
            held = self._chroma_ids(home, catalog)
            self._check(len(held) == len(set(held)) and set(held) == indexed,
                        f"Chroma holds {len(held)} vectors, the catalog {len(indexed)} indexed passages: "
                        f"{len(indexed - set(held))} missing, {len(set(held) - indexed)} too many")  # fmt: skip
            found = sum(
                self._is_found(catalog, article, sentence) for article, sentence in self._sentences(catalog.articles())
            )
            self._check(found == SENTENCES, f"{SENTENCES - found} of {SENTENCES} sentences were not found")
        return {"articles": len(there), "passages": len(indexed), "vectors": len(held), "lost": lost, "found": found}

    def _sentences(self, articles: list[Article]) -> list[tuple[Article, str]]:
        sampled: list[tuple[Article, str]] = []
        while len(sampled) < SENTENCES:
            article = self.random.choice(articles)
            start, end = self.random.choice(sentence_spans(article.text))
            if 6 <= len(words(article.text[start:end])) <= 60:
                sampled.append((article, article.text[start:end]))
        return sampled

    def _is_found(self, catalog: Catalog, article: Article, sentence: str) -> bool:
        """Whether the full text index finds the sentence, as one phrase, in its article."""
        hits = lexical.search(catalog.database, [sentence], 20)
        passages = catalog.passages([i for i, _ in hits])
        return any(p.article_id == article.id and sentence in p.text for p, _ in passages.values())

    def _chroma_ids(self, home: Path, catalog: Catalog) -> list[str]:
        client = chromadb.PersistentClient(path=str(home / "chroma" / f"g{int(catalog.meta('generation') or 1):04}"))
        (collection,) = client.list_collections()
        ids = collection.get(include=[])["ids"]
        client.close()
        return ids

    def _check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.failures.append(otherwise)
            print(f"FAILED: {otherwise}", file=sys.stderr, flush=True)


def _rag(*arguments: str, home: Path) -> list[str]:
    return [sys.executable, "-m", "rag", *arguments, "--home", str(home)]


def _texts(files: Path) -> dict[str, str]:
    """The text of every file, as it is kept before any furniture is taken out, by the file's key."""
    with Sandbox() as reader:
        return {
            file.key: plain_text(draft.text)
            for file in find_files([files], reader)
            for draft in reader.read(read_bytes(file)[0], file.name).drafts
        }


def main() -> int:
    """Run, print the table; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--articles", type=int, help="only the first N articles")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name in [n for n in os.environ if n.startswith(("RAG_HOME", "RAG_CHROMA"))]:
        del os.environ[name]
    folder = Path(tempfile.mkdtemp(prefix="rashomon-crash-"))
    began = time.perf_counter()
    try:
        files = as_files(rows(DATA / "polnear" / "train" / "articles.jsonl")[: options.articles], folder / "articles")
        crashes = Crashes(folder, files, options.seed)
        left = options.kills
        while left > 0:
            made = crashes.home(left)
            if not made:
                crashes.failures.append(f"the ingest ended before it could be killed, {left} kills were not made")
                break
            left -= made
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(crashes.texts)} files, seed {options.seed}")
    headings = ("home", *crashes.homes[0])
    print(" | ".join(f"{h:>8}" for h in headings))
    for number, home in enumerate(crashes.homes):
        print(" | ".join(f"{v:>8}" for v in (number, *home.values())))
    count = crashes.count
    print(f"{count['kills']} kills, {count['torn']} torn indexes met, {count['asks answered']} asks answered, "
          f"{count['asks failed']} failed, {time.perf_counter() - began:.0f} s")  # fmt: skip
    for failure in crashes.failures:
        print(f"FAILED: {failure}")
    return 1 if crashes.failures else 0


if __name__ == "__main__":
    sys.exit(main())
