"""Where the folders that travel with the package lie: corpus/, prompts/, eval/.

In an installed wheel they are under rag/_data; in a checkout they are at its top.
"""

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of that name.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    here = Path(__file__).resolve().parent
    for candidate in (here / "_data" / name, here.parent / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"the folder {name}/ is missing from this installation of rashomon: install it again")
