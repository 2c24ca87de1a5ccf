"""Opens the chat page in one command: `python app.py [--port N]`. Settings come from RAG_* and rag.toml.

Knows nothing of what the page shows: `rag.ui` builds and serves it. `rag serve` can do more.
"""

import argparse
import os
import sys

from rag.errors import RagError
from rag.settings import load_settings
from rag.ui.server import serve
from rag.ui.shelf import open_library


def main() -> int:
    """Serve the page. Returns the exit status: 1 for an error, said in one line on stderr."""
    parser = argparse.ArgumentParser(description="Open Rashomon's chat page on this machine (127.0.0.1).")
    given = os.environ.get("GRADIO_SERVER_PORT") or None
    parser.add_argument(
        "--port", type=int, default=given, help="default: GRADIO_SERVER_PORT, else the first free from 7860"
    )
    port: int | None = parser.parse_args().port
    try:
        serve(open_library(load_settings()), port=port)
    except RagError as e:
        print(f"error: {e}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
