"""Kills and crowds: what is lost, what is wrong, what ends in a traceback. Exit status 1 when anything does.

    python bench/attack.py [--kills 40] [--others 5] [--askers 200] [--slow 500] [--articles 120] [--seed 0]

Articles made by code are ingested by `rag` in processes of their own, which are killed at random moments or
interrupted. Connections to other machines are written down and refused. A row of the table is an attack: how often it
was tried, articles lost, outcomes that were wrong, tracebacks. Torn indexes and models, harmed catalogs, full and
read-only disks and held locks are not drawn by chance: tests/test_recovery.py and tests/index meet them.
"""

import argparse
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from printed import table
from sets import ROOT

from rag.corpus import CATALOG_FILE
from rag.index.catalog import Catalog

QUESTION = "Who denied the sale?"
WORDS = (
    "harbour council ferry grain clinic orchard tunnel survey mayor engineer budget storm bridge school market".split()
)


class Attack:
    """One run: a folder of articles, homes, and the table."""

    def __init__(self, folder: Path, articles: int, seed: int) -> None:
        """Write the articles."""
        self.folder, self.random = folder, random.Random(seed)
        self.files = folder / "articles"
        self.files.mkdir()
        for number in range(articles):
            (self.files / f"{number:04}.md").write_text(self.article(number), encoding="utf-8")
        self.table: dict[str, Counter[str]] = defaultdict(Counter)
        self.said: list[str] = []
        self.log = folder / "connections"
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("RAG_")} | {
            "RAG_CACHE": str(folder / "cache"),
            "RAG_TEST_CONNECTIONS": str(self.log),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "offline"), str(ROOT)]),
        }

    def article(self, number: int) -> str:
        """Front matter, and twenty sentences with a word of the article's own."""
        lines = [
            f"{self.random.choice(WORDS).capitalize()} official {number} denied on Monday that the {w} of town "
            f"{number} was sold for {self.random.randrange(2, 900)} crowns, entry{number}."
            for w in self.random.choices(WORDS, k=20)
        ]
        return f"---\ntitle: Town {number}\npublisher: Paper {number % 7}\n---\n" + "\n\n".join(lines)

    # Running rag

    def command(self, *arguments: str, home: Path) -> list[str]:
        """The command line of `rag` on a home."""
        return [sys.executable, "-m", "rag", *arguments, "--home", str(home)]

    def rag(self, row: str, *arguments: str, home: Path) -> tuple[int, str, str]:
        """A command to its end: its status and what it printed; a traceback is counted."""
        command = self.command(*arguments, home=home)
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        self.check_output(row, done.stderr + done.stdout)
        return done.returncode, done.stdout, done.stderr

    def check_output(self, row: str, output: str) -> None:
        """Count a traceback."""
        if "Traceback" in output or "Exception ignored" in output:
            self.table[row]["tracebacks"] += 1
            self.said.append(f"{row}: {output.strip()[-800:]}")

    def wrong(self, row: str, what: str) -> None:
        """Count a wrong outcome, and say what it was."""
        self.table[row]["wrong"] += 1
        self.said.append(f"{row}: {what}")
        print(f"WRONG {row}: {what}", file=sys.stderr, flush=True)

    def stopped(
        self, row: str, sent: signal.Signals, latest: float, *arguments: str, home: Path, held: int = 0
    ) -> None:
        """A command that is sent a signal at a random moment, within `latest` s of the home holding so many."""
        process = subprocess.Popen(self.command(*arguments, home=home), env=self.env, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        while held and process.poll() is None and rows(home) < held:
            time.sleep(0.02)
        try:
            process.wait(self.random.uniform(0.05, latest))
        except subprocess.TimeoutExpired:
            process.send_signal(sent)
        out, err = process.communicate()
        self.check_output(row, out + err)
        self.table[row]["tried"] += 1

    # What must hold

    def there(self, home: Path) -> dict[str, str]:
        """The paths of the articles, each with its text; nothing where there is no catalog yet."""
        if not (home / CATALOG_FILE).exists():
            return {}
        with closing(Catalog(home / CATALOG_FILE)) as catalog:
            if damage := catalog.database.damage():
                self.said.append(f"the catalog of {home} is damaged: {damage}")
                return {}
            return {Path(a.path).name: a.text for a in catalog.articles()}

    def keeps(self, row: str, home: Path, expected: set[str]) -> set[str]:
        """Count what is missing of the articles that should be there; what there is."""
        now = self.there(home)
        self.table[row]["lost"] += len(expected - now.keys())
        for name, text in now.items():
            file = self.files / name
            if file.exists() and text not in file.read_text(encoding="utf-8"):
                self.wrong(row, f"{name} is not its file's text")
        return set(now)

    def whole(self, row: str, home: Path, expected: set[str]) -> None:
        """After one more ingest everything is there, in step, and answers come without a note."""
        status, out, err = self.rag(row, "ingest", str(self.files), "--json", home=home)
        if status or json.loads(out)["notices"]:
            self.wrong(row, f"ingest ended with {status}: {(err or out)[-400:]}")
        self.keeps(row, home, expected)
        with closing(Catalog(home / CATALOG_FILE)) as catalog:
            counts, generation = catalog.counts(), int(catalog.meta("generation") or 1)
            with catalog.database.reading() as db:
                passages = {i for (i,) in db.execute("SELECT id FROM passages")}
        if counts["pending"] or counts["removing"] or counts["unembedded"]:
            self.wrong(row, f"left undone: {counts}")
        held = vectors(home / "chroma" / f"g{generation:04}")
        if held != passages:
            self.wrong(row, f"{len(held)} vectors for {len(passages)} passages")

    def filled(self, name: str) -> Path:
        """A home with all articles."""
        home = self.folder / name
        if not home.exists():
            self.rag("setting up", "ingest", str(self.files), home=home)
        return home

    @property
    def names(self) -> set[str]:
        """The names of the articles' files."""
        return {file.name for file in self.files.iterdir()}

    # Attacks

    def kill_ingests(self, kills: int) -> None:
        """Ingests, killed and begun again."""
        row, home, seen = "kill: ingest", self.folder / "ingest", set[str]()
        for number in range(kills):
            if len(seen) == len(self.names):  # begun anew
                self.whole(row, home, seen)
                shutil.rmtree(home)
                seen = set()
            held = self.random.randrange(len(seen), len(self.names) + 1)  # a kill falls anywhere in an ingest
            self.stopped(row, signal.SIGKILL, 1.0, "ingest", str(self.files), home=home, held=held)
            seen = self.keeps(row, home, seen)
            print(f"  kill {number + 1}: {len(seen)} articles", file=sys.stderr, flush=True)
        self.whole(row, home, self.names)

    def kill_others(self, kills: int) -> None:
        """Prunes, rebuilds, edits and removals killed; commands interrupted."""
        home, gone = self.filled("others"), self.folder / "gone"
        gone.mkdir()
        for number in range(kills):  # each prune finds one file more away
            shutil.move(self.files / f"{number:04}.md", gone)
            self.stopped("kill: prune", signal.SIGKILL, 6.0, "ingest", str(self.files), "--prune", home=home)
            self.keeps("kill: prune", home, self.names)
        self.rag("kill: prune", "ingest", str(self.files), "--prune", home=home)
        for file in list(gone.iterdir()):
            shutil.move(file, self.files)
        self.whole("kill: prune", home, self.names)
        for _ in range(kills):
            self.kill_rebuild("kill: rebuild", home)
        self.whole("kill: rebuild", home, self.names)
        listed = json.loads(self.rag("kill: edit", "list", "--json", home=home)[1])
        ids = [a["id"] for a in sorted(listed, key=lambda a: a["path"])[:kills]]
        for ident in ids:
            self.stopped("kill: edit", signal.SIGKILL, 6.0, "edit", ident, "--title", "New", home=home)
            self.keeps("kill: edit", home, self.names)
        self.whole("kill: edit", home, self.names)
        left = self.names
        for number, ident in enumerate(ids):
            self.stopped("kill: remove", signal.SIGKILL, 6.0, "remove", ident, home=home)
            left -= {f"{number:04}.md"}
            self.keeps("kill: remove", home, left)
        self.whole("kill: remove", home, left)
        for command in (["ingest", str(self.files)], ["ask", QUESTION], ["list"]):
            for _ in range(kills):
                self.stopped("Ctrl-C", signal.SIGINT, 6.0, *command, home=home)
                self.keeps("Ctrl-C", home, left)

    def kill_rebuild(self, row: str, home: Path) -> None:
        """A rebuild killed; a question is answered, and told that the index isn't finished if it isn't."""
        self.stopped(row, signal.SIGKILL, 10.0, "ingest", "--rebuild", home=home)
        self.keeps(row, home, self.names)
        status, out, err = self.rag(row, "ask", QUESTION, "--json", home=home)
        with closing(Catalog(home / CATALOG_FILE)) as catalog:
            is_unfinished = catalog.counts()["unembedded"] > 0
        if status or is_unfinished != ("not finished" in out):
            self.wrong(row, f"ask ended with {status}, unfinished is {is_unfinished}: {err[-300:]}")

    def crowd(self, askers: int, slow: int) -> None:
        """Many at once, and many that never finish their requests."""
        home = self.filled("crowd")
        with self.served(home) as (url, port):
            with ThreadPoolExecutor(askers) as pool:
                for answer in pool.map(lambda _: ask(url), range(askers)):
                    self.table["askers at once"]["tried"] += 1
                    if "denied" not in answer:
                        self.wrong("askers at once", answer[-300:])
            held = list[socket.socket]()
            for _ in range(slow):
                one = socket.create_connection(("127.0.0.1", port))
                one.sendall(b"POST /gradio_api/call/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n")
                held.append(one)
            self.table["slow connections"]["tried"] += len(held)
            if "denied" not in (answer := ask(url)):
                self.wrong("slow connections", answer[-300:])
            for one in held:
                one.close()

    @contextmanager
    def served(self, home: Path) -> Iterator[tuple[str, int]]:
        """`rag serve` over a home, as (address, port); interrupted in the end."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        log = self.folder / f"serve{port}.log"
        with log.open("w") as out:
            command = self.command("serve", "--port", str(port), home=home)
            server = subprocess.Popen(command, env=self.env, stdout=out, stderr=out)
            url = f"http://127.0.0.1:{port}"
            deadline = time.monotonic() + 300
            while True:
                try:
                    urllib.request.urlopen(url, timeout=60).close()
                    break
                except OSError:
                    if time.monotonic() > deadline or server.poll() is not None:
                        raise
                    time.sleep(0.5)
            try:
                yield url, port
            finally:
                server.send_signal(signal.SIGINT)
                try:
                    server.wait(60)
                except subprocess.TimeoutExpired:
                    server.kill()
        self.check_output("serve", log.read_text())


def rows(home: Path) -> int:
    """How many articles the catalog holds, 0 while there is none."""
    try:
        with closing(sqlite3.connect(f"file:{home / CATALOG_FILE}?mode=ro", uri=True)) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def ask(url: str) -> str:
    """The page's answer for programs, as it comes."""
    data = json.dumps({"data": [QUESTION, None, "", "", None]}).encode()
    request = urllib.request.Request(
        f"{url}/gradio_api/call/ask", data=data, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=600) as response:
            event = json.load(response)["event_id"]
        with urllib.request.urlopen(f"{url}/gradio_api/call/ask/{event}", timeout=600) as response:
            return response.read().decode()
    except OSError as e:
        return f"no answer: {e}"


def vectors(folder: Path) -> set[str]:
    """The ids that a Chroma folder holds."""
    import chromadb

    client = chromadb.PersistentClient(path=str(folder), settings=chromadb.config.Settings(anonymized_telemetry=False))
    ids = {i for collection in client.list_collections() for i in collection.get(include=[])["ids"]}
    client.close()
    return ids


def main() -> int:
    """Run, print the table; 1 when anything was lost, wrong, or ended in a traceback, or a connection was tried."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name, default in (("kills", 40), ("others", 5), ("askers", 200), ("slow", 500), ("articles", 120), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--only", choices=("kill_ingests", "kill_others", "crowd"))
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="rashomon-attack-"))
    attack = Attack(folder, options.articles, options.seed)
    steps: dict[str, Callable[[], None]] = {
        "kill_ingests": lambda: attack.kill_ingests(options.kills),
        "kill_others": lambda: attack.kill_others(options.others),
        "crowd": lambda: attack.crowd(options.askers, options.slow),
    }
    try:
        for name, step in steps.items():
            if options.only in (None, name):
                step()
        tried = attack.log.read_text().splitlines() if attack.log.exists() else []
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.articles} articles, seed {options.seed}\n")
    counted = ("tried", "lost", "wrong", "tracebacks")
    table(["attack", *counted], ([row, *(n[c] for c in counted)] for row, n in attack.table.items()))
    print(f"\nConnections to other machines: {len(tried)} {tried[:3] or ''}")
    for line in attack.said:
        print(f"FAILED: {line}")
    return 1 if attack.said or tried or any(c["lost"] for c in attack.table.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
