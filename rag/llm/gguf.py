"""A GGUF file run in this process by llama.cpp (xllamacpp), which serves it on a loopback port.

The server ends with the process, or when it is closed. Knows nothing of what is asked.
"""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import LlmError
from rag.llm.spec import Spec

# Tokens of prompt and answer, unless set: on a processor the reading of a prompt takes most of the time (a core and a
# model of 1.5 billion parameters: some 25 tokens a second), and the passages with the evidence come first in it.
WINDOW = 3_072


class GgufServer:
    """A running server of one file; `spec` is where it is reached."""

    def __init__(self, spec: Spec, window: int = WINDOW) -> None:
        """Load the file and start to serve it.

        Raises:
            LlmError: the extra isn't installed, or the file isn't there or no GGUF.
        """
        try:
            llama: Any = import_module("xllamacpp")
        except ModuleNotFoundError:
            raise LlmError("gguf models need an extra: pip install 'rashomon[gguf]'") from None
        path = Path(spec.model)
        if not path.is_file():
            raise LlmError(f"there is no file {path}: `rag models` says which models there are")
        with path.open("rb") as f:
            if f.read(4) != b"GGUF":
                raise LlmError(f"{path} is no GGUF file")
        params: Any = llama.CommonParams()
        params.model.path = str(path)
        params.port, params.ui, params.verbosity = 0, False, -1
        params.n_ctx, params.n_parallel, params.warmup = window or WINDOW, 1, False
        # Threads wait for one another: on a core that another process uses too they hold all up, the more if they spin.
        free = max(1, round(len(os.sched_getaffinity(0)) - os.getloadavg()[0]))
        for threads in (params.cpuparams, params.cpuparams_batch):
            threads.n_threads, threads.poll = free, 0
        try:
            self._server: Any = llama.Server(params)
        except RuntimeError as e:
            raise LlmError(f"{path} cannot be loaded: {e}") from None
        self.spec = Spec("gguf", path.name, f"{self._server.listening_address}/v1")

    def close(self) -> None:
        """End it."""
        self._server = None
