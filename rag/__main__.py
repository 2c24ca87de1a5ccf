"""The command `rag`, and `python -m rag`: ends in a line however early or late it is interrupted."""

import os
import signal
import sys
from contextlib import suppress
from typing import NoReturn


def stopped() -> NoReturn:
    """End as a command does that was interrupted, with a line on stderr and exit status 130."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # once is enough
    with suppress(OSError):
        sys.stderr.write("rag: stopped; what was done is kept, and the same command goes on from there\n")
        sys.stderr.flush()
        sys.stdout.flush()
    os._exit(130)  # what else runs in threads is not waited for: what they do is kept whole, or not at all


def main() -> None:
    """Run the command line."""
    try:
        from rag.cli import main as run

        run()
    except KeyboardInterrupt:
        stopped()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
