"""What a question imports, and how long that takes: the packages with the most milliseconds.

python bench/imports.py [rag's arguments]       (without arguments: ask "Who denied it?")

The milliseconds of a package are those of its own modules, without what they import of others.
"""

import re
import subprocess
import sys
from collections import Counter

# import time:       412 |       7401 |   rag.corpus
_LINE = re.compile(r"import time: +(?P<own>\d+) \| +\d+ \| +(?P<name>[\w.]+)")
HEAVY = ("torch", "sentence_transformers", "transformers", "gradio", "llama_index", "chromadb")


def main() -> None:
    """Print the table."""
    arguments = sys.argv[1:] or ["ask", "Who denied it?"]
    totals: Counter[str] = Counter()
    for _ in range(3):
        command = [sys.executable, "-X", "importtime", "-m", "rag", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found: Counter[str] = Counter()
        for line in _LINE.finditer(done.stderr):
            found[line["name"].split(".")[0]] += int(line["own"])
        totals = min((t for t in (totals, found) if t), key=lambda t: t.total())
    for name, microseconds in totals.most_common(20):
        print(f"{name:24} {microseconds / 1000:8.1f} ms")
    print(f"{'all':24} {totals.total() / 1000:8.1f} ms")
    print("imported of the heavy ones:", ", ".join(h for h in HEAVY if h in totals) or "none")


if __name__ == "__main__":
    main()
