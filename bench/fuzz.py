"""300 broken files through the sandbox: none may crash, hang or bloat anything. Prints a table.

Run it: python bench/fuzz.py [--count 300] [--seed 0]
"""

import argparse
import importlib.util
import resource
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from rag.errors import UnreadableError
from rag.ingest.sandbox import Limits, Sandbox

_spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).parent.parent / "tests" / "ingest" / "fuzz.py")
assert _spec and _spec.loader
fuzz: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fuzz)


class Peak:
    """The most memory that the children of this process held, looked at 100 times a second."""

    def __init__(self) -> None:
        """Begin to look."""
        self.bytes = 0
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            for child in psutil.Process().children(recursive=True):
                try:
                    self.bytes = max(self.bytes, child.memory_info().rss)
                except psutil.Error:
                    continue
            time.sleep(0.01)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    peak = Peak()
    table: dict[str, Counter[str]] = {}
    slowest, slowest_name, escaped = 0.0, "", 0
    began, largest = time.perf_counter(), 0
    own_before = psutil.Process().memory_info().rss
    with Sandbox(Limits()) as sandbox:
        for what, name, data in fuzz.broken(options.seed, options.count):
            largest = max(largest, len(data))
            started, reason = time.perf_counter(), ""
            try:
                result = sandbox.read(data, name)
                outcome = "drafts" if result.drafts else "nothing"
            except UnreadableError as e:
                reason = str(e)
                outcome = next((k for k in ("crashed", "took more", "needed more") if reason.startswith(k)), "refused")
            except Exception as e:  # what must not happen
                outcome, reason = "escaped", repr(e)
                escaped += 1
            seconds = time.perf_counter() - started
            if seconds > slowest:
                slowest, slowest_name = seconds, f"{what}, {name}"
            table.setdefault(what, Counter())[outcome] += 1
            if options.verbose or outcome in ("crashed", "took more", "needed more", "escaped"):
                print(f"  {what}: {name} ({len(data):,} bytes): {outcome} in {seconds:.1f} s {reason[:150]}")
        starts = sandbox.starts
    kinds = ["drafts", "nothing", "refused", "took more", "needed more", "crashed", "escaped"]
    print(f"\n{'what was done':<28}" + "".join(f"{kind:>13}" for kind in kinds))
    for what, counts in table.items():
        print(f"{what:<28}" + "".join(f"{counts[kind] or '':>13}" for kind in kinds))
    total = sum(table.values(), Counter())
    print(f"{'all ' + str(total.total()):<28}" + "".join(f"{total[kind]:>13}" for kind in kinds))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"\n{time.perf_counter() - began:.0f} s in all; slowest {slowest:.1f} s ({slowest_name}); {starts} workers")
    print(f"peak resident memory: worker {peak.bytes / 1e6:,.0f} MB, ingest {own / 1e6:,.0f} MB (this script's own")
    print(f"generator of broken files included; {own_before / 1e6:,.0f} MB before the first)")
    raise SystemExit(1 if escaped or peak.bytes > 2**30 or own > 2**30 else 0)


if __name__ == "__main__":
    main()
