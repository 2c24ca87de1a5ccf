"""What an installation takes on the disk: `python bench/size.py`, in the environment that it was installed into.

Sums the files of all packages that `pip install .` brings, and tells how much would go with each requirement.
"""

import importlib.metadata as metadata
import tomllib
from collections.abc import Sequence

from packaging.requirements import Requirement
from page import ROOT


def brought(requirements: Sequence[str]) -> dict[str, int]:
    """The packages that these bring, each with the bytes of its files."""
    waiting = [Requirement(r) for r in requirements]
    wanted, sizes = dict[str, set[str]](), dict[str, int]()
    while waiting:
        one = waiting.pop()
        name = one.name.lower().replace("_", "-")
        if name in wanted and one.extras <= wanted[name]:
            continue
        wanted.setdefault(name, set()).update(one.extras)
        found = metadata.distribution(name)
        sizes[name] = sum(file.size or 0 for file in found.files or ())
        for text in found.requires or ():
            needed = Requirement(text)
            extras = ("", *one.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return sizes


def main() -> None:
    """Print the figures."""
    requirements: list[str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    whole = brought(requirements)
    print(f"{len(whole)} packages, {sum(whole.values()) / 1e6:,.0f} MB")
    for left_out in requirements:
        rest = brought([r for r in requirements if r != left_out])
        gone = sum(whole.values()) - sum(whole[name] for name in rest)
        if gone:
            print(f"without {Requirement(left_out).name}: {len(whole) - len(rest)} packages, {gone / 1e6:.1f} MB less")


if __name__ == "__main__":
    main()
