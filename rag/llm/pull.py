"""A GGUF file fetched from the Hugging Face hub: in pieces, begun again where it stopped, its checksum held against it.

The hub's own client begins a file anew (since 2.x), which for a file of 9 GB is no help. Knows nothing of models.
"""

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from rag.errors import LlmError

_PIECE = 1 << 20
_PART = 206  # the server gives what was asked for; else it begins anew
_CONNECT, _SILENT = 10.0, 60.0


def pull(repo: str, file: str, folder: Path, progress: Callable[[int, int], None] | None = None) -> tuple[Path, str]:
    """Fetch a file of a repository; what was fetched before an interruption is kept and gone on with.

    Args:
        progress: called with bytes that are there, and bytes in all (0 where the hub doesn't say).

    Returns:
        Where it lies, and its SHA-256.

    Raises:
        LlmError: the hub can't be reached, has no such file, breaks off, or has another SHA-256 for it.
    """
    try:
        path, tag = _fetched(repo, file, folder, progress or (lambda done, total: None))
    except Exception as e:  # what the hub's client raises has no base of its own
        raise LlmError(
            f"{repo}/{file} could not be fetched ({type(e).__name__}): check both names and the network; "
            "the same command goes on where it stopped"
        ) from None
    with path.open("rb") as f:
        digest = hashlib.file_digest(f, "sha256").hexdigest()
    if len(tag) == len(digest) and tag != digest:  # the hub tags a large file with its SHA-256
        path.unlink()
        raise LlmError(f"{file} has the SHA-256 {digest}, the hub tells {tag}: it was thrown away, fetch it again")
    return path, digest


def _fetched(repo: str, file: str, folder: Path, progress: Callable[[int, int], None]) -> tuple[Path, str]:
    """Where the file lies, and how the hub tags it."""
    hub: Any = import_module("huggingface_hub")  # its types are partly unknown
    url, headers = str(hub.hf_hub_url(repo, file)), dict[str, str](hub.utils.build_hf_headers())
    about = hub.get_hf_file_metadata(url)
    tag, size = about.etag or "", about.size or 0
    path = folder / Path(file).name
    part = path.with_name(f"{path.name}.{tag[:12] or 'new'}.part")  # of another version no piece is used
    folder.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.stat().st_size != size:
        _download(url, headers, part, size, progress)
        part.replace(path)
    return path, tag


def _download(url: str, headers: dict[str, str], part: Path, size: int, progress: Callable[[int, int], None]) -> None:
    done = part.stat().st_size if part.exists() else 0
    if size and done >= size:
        return
    range_headers = headers | ({"Range": f"bytes={done}-"} if done else {}) | {"Accept-Encoding": "identity"}
    timeout = httpx.Timeout(_SILENT, connect=_CONNECT)
    with httpx.stream("GET", url, headers=range_headers, timeout=timeout, follow_redirects=True) as answer:
        answer.raise_for_status()
        done = done if answer.status_code == _PART else 0
        with part.open("ab" if done else "wb") as f:
            for piece in answer.iter_raw(_PIECE):
                f.write(piece)
                done += len(piece)
                progress(done, size)
    if size and done != size:
        raise ValueError(f"{done:,} bytes of {size:,}")
