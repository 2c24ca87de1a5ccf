"""Speed and memory over PolNeAR's articles, beside the limit that the model sets.

    python bench/speed.py [--articles 840] [--rounds 3] [--workers N]        (needs ../shared/data beside the project)

The limit is the same passages, encoded by ONNX Runtime and nothing else. Everything runs in a process of its own, in
turn, `--rounds` times; the least of each figure is printed (of memory the most), since whatever else the machine does
only adds. `--workers` ingests by this process and by so many others, and measures nothing else.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from printed import table
from sets import POLNEAR, as_files, rows

from rag.corpus import CATALOG_FILE, Corpus
from rag.index.catalog import Catalog
from rag.indexing import embedded_text
from rag.models.embed import load_embedder
from rag.settings import load_settings

Figures = dict[str, float]
QUESTIONS = [q["question"] for q in rows(POLNEAR / "who_said.jsonl")[:100]]


def times_of(
    ask: Callable[[str], object], name: str, questions: Sequence[str], now: Callable[[], float] = time.perf_counter
) -> Figures:
    """Milliseconds that questions take: half of them take less than p50, all but one in twenty less than p95."""
    ask(questions[0])  # is not counted
    marks = [now()]
    for question in questions:
        ask(question)
        marks.append(now())
    times = sorted(1000 * (b - a) for a, b in pairwise(marks))
    return {f"{name}, p50 ms": times[len(times) // 2], f"{name}, p95 ms": times[len(times) * 95 // 100]}


def clock(name: str) -> Callable[[], Figures]:
    """Seconds from now, on the wall and of the processor; the processor's are less troubled by other processes."""
    wall, processor = time.perf_counter(), time.process_time()
    return lambda: {f"{name}, s": time.perf_counter() - wall,
                    f"{name}, processor s": time.process_time() - processor}  # fmt: skip


# Each of these runs in a process of its own.


def ingest(files: str, home: str, workers: str | None = None) -> Figures:
    """The files into a corpus, then questions at once; the processor's seconds are this process's, not the workers'."""
    with Corpus.open(load_settings(home=Path(home))) as corpus:
        corpus.embedder.embed(["a first text"])
        took = clock("ingest")
        report = corpus.ingest(Path(files), workers=workers)
        assert not report.of("failed")
        return took() | times_of(corpus.search, "search straight after it", QUESTIONS)


def encoding(home: str) -> Figures:
    """The corpus's passages, encoded by ONNX Runtime, and nothing done with them."""
    settings, catalog = load_settings(), Catalog(Path(home) / CATALOG_FILE)
    with catalog.database.reading() as db:
        ids = [i for (i,) in db.execute("SELECT id FROM passages ORDER BY number").fetchall()]
    passages = [embedded_text(article, passage) for passage, article in catalog.passages(ids).values()]
    catalog.close()
    embedder = load_embedder(settings.embedder, settings.cache)
    embedder.embed(["a first text"])
    took = clock("encoding alone")
    embedder.embed(passages)
    return {"passages": len(passages)} | took()


def warm(home: str) -> Figures:
    """Questions, searched and answered, in a process that has been asked before."""
    with Corpus.open(load_settings(home=Path(home))) as corpus:
        return times_of(corpus.search, "search", QUESTIONS) | times_of(corpus.ask, "answer", QUESTIONS)


def rag_process(home: Path, *arguments: str) -> tuple[float, float, float]:
    """`rag` in a process of its own: seconds to its first output, of the processor in all, and MB of memory."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "rag", *arguments, "--home", str(home)], stdout=subprocess.PIPE)
    assert process.stdout
    first = process.stdout.read(1000) and time.perf_counter() - began
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert not status, (arguments, status)
    return first, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def cold(home: Path) -> Figures:
    """What `rag ask` takes."""
    seconds, processor, memory = rag_process(home, "ask", QUESTIONS[0])
    return {"rag ask, s": seconds, "rag ask, processor s": processor, "memory of rag ask, MB": memory}


PARTS: dict[str, Callable[..., Figures]] = {f.__name__: f for f in (ingest, encoding, warm)}


def measured(part: str, *arguments: object) -> Figures:
    """A part in a process of its own: its figures, and its peak memory."""
    command = [sys.executable, "-W", "ignore", __file__, "--part", part, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stderr}")
    figures = json.loads(done.stdout.splitlines()[-1])
    print(part, {key: round(value, 1) for key, value in figures.items()}, file=sys.stderr)
    return figures


def main() -> None:
    """Measure in turn, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=840)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers")
    parser.add_argument("--part", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part:
        part, *arguments = given.part
        figures = PARTS[part](*arguments)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print("\n" + json.dumps(figures | {f"memory of {part}, MB": memory}))
        return
    found: Figures = {}
    with tempfile.TemporaryDirectory() as tmp:
        root = Path(tmp)
        files = as_files(rows(POLNEAR / "articles.jsonl")[: given.articles], root / "files")
        if given.workers:
            measured("ingest", files, root / "usual")
            measured("ingest", files, root / "workers", given.workers)
            return
        for n in range(given.rounds):
            home = root / f"home{n}"
            for figures in (measured("ingest", files, home), measured("encoding", home), cold(home),
                            measured("warm", home)):  # fmt: skip
                for key, value in figures.items():
                    found[key] = (max if key.endswith("MB") else min)(found.get(key, value), value)
    print(f"{given.articles} articles")
    table(["", ""], ([key, f"{value:,.1f}"] for key, value in found.items()))


if __name__ == "__main__":
    main()
