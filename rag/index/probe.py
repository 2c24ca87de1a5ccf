"""Opens a Chroma folder in a process of its own and prints its ids: a torn index can take down whoever opens it.

Run as `python -m rag.index.probe FOLDER COLLECTION DIMENSIONS`; exit status 0 when it opened and could be searched.
"""

import sys
from pathlib import Path

import numpy as np

from rag.index.vectors import open_folder


def main(folder: str, name: str, dimensions: str) -> None:
    """Open, search once, print every id on a line of its own."""
    index = open_folder(Path(folder), name)
    index.search(np.ones(int(dimensions), np.float32), 1)
    for passage_id in index.ids():
        sys.stdout.write(passage_id + "\n")
    index.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
