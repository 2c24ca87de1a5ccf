"""The page for programs: /ask, /search, /ingest through gradio_client or HTTP, and the Model Context Protocol.

Says what a server of that protocol gets and must give; `rag.integrations.mcp` makes one. A JSON object with a key
`path` is taken by gradio_client for a file to download, so what an article's file is called is given as `file`.
Knows nothing of what the page shows.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import gradio as gr
from gradio.events import api as endpoint  # pyright: ignore[reportUnknownVariableType]
from starlette.types import Receive, Scope, Send

from rag.errors import RagError
from rag.ingest.fetch import is_url
from rag.jsonform import answer_to_dict, hit_to_dict
from rag.types import Filter
from rag.ui.corpus_view import filter_of
from rag.ui.guard import user_of
from rag.ui.shelf import Library, UserShelf

_MOST: Final = 50
T = TypeVar("T")


def add_endpoints(library: Library) -> None:
    """Add the endpoints to the page that is being built."""

    def ask(
        question: str,
        outlets: list[str] | None = None,
        after: str = "",
        before: str = "",
        tags: list[str] | None = None,
        request: gr.Request | None = None,
    ) -> dict[str, Any]:
        """Ask the articles one question: who said what, when, in which article, and who disputes it.

        Args:
            question: The question, in words.
            outlets: Only articles of these outlets; all when left out.
            after: Only articles of this day or later, like 2023-10-01.
            before: Only articles of this day or earlier.
            tags: Only articles that have every one of these tags.

        Returns:
            The answer: verdict (answered, contested, declined), text, citations (verbatim quotes), positions.
        """
        shelf, where = _shelf(library, request), _filter(outlets, after, before, tags)
        return _safe(answer_to_dict(_in_words(lambda: shelf.ask(question, where=where))))

    def search(
        question: str, k: int = 8, outlets: list[str] | None = None, after: str = "", before: str = "",
        tags: list[str] | None = None, request: gr.Request | None = None,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Find the passages of the articles nearest to a question.

        Args:
            question: The question, in words.
            k: How many passages, at most 50.
            outlets: Only articles of these outlets; all when left out.
            after: Only articles of this day or later, like 2023-10-01.
            before: Only articles of this day or earlier.
            tags: Only articles that have every one of these tags.

        Returns:
            The passages, best first, each with its article, its offsets and its score.
        """
        shelf, where = _shelf(library, request), _filter(outlets, after, before, tags)
        hits = _in_words(lambda: shelf.search(question, min(max(k, 1), _MOST), where))
        return [_safe(hit_to_dict(h)) for h in hits]

    def ingest(
        files: list[gr.FileData] | None = None, urls: list[str] | None = None, request: gr.Request | None = None
    ) -> dict[str, Any]:
        """Add articles: uploaded files, or addresses of pages and feeds.

        Args:
            files: Files, uploaded before (gradio_client's handle_file does it).
            urls: Addresses, http or https.

        Returns:
            What became of each file (results), and how many articles there are now.
        """
        shelf = _shelf(library, request)
        given = [(uploaded(f["path"]), f.get("orig_name") or Path(f["path"]).name) for f in map(dict, files or ())]
        if wrong := [u for u in urls or () if not is_url(u)]:
            raise gr.Error(f"not an address: {wrong[0]!r}", print_exception=False)
        results = [*_in_words(lambda: shelf.add_uploads(given)).results] if given else []
        if urls:
            results += _in_words(lambda: shelf.ingest(urls)).results
        return {"results": [_safe(asdict(r)) for r in results], "articles": shelf.inventory.articles}

    for function in (ask, search, ingest):
        endpoint(function, api_name=function.__name__)


def uploaded(path: str) -> Path:
    """A file that was uploaded to this page. It may be gone: of two uploads of the same bytes one takes it.

    Raises:
        gr.Error: it lies elsewhere.
    """
    from gradio.utils import get_upload_folder

    file, folder = Path(path).resolve(), Path(get_upload_folder()).resolve()
    if folder not in file.parents:
        raise gr.Error("no uploaded file of that name", print_exception=False)
    return file


def _shelf(library: Library, request: gr.Request | None) -> UserShelf:
    return UserShelf(library, user_of(request.headers) if request else "")


def _filter(outlets: list[str] | None, after: str, before: str, tags: list[str] | None) -> Filter | None:
    given = filter_of({"publisher": outlets, "after": after, "before": before, "tag": tags})
    for name, text, day in (("after", after, given.after), ("before", before, given.before)):
        if text and day is None:
            raise gr.Error(f"{name}: {text!r} is not a day like 2023-10-01", print_exception=False)
    return given or None


def _in_words(work: Callable[[], T]) -> T:
    try:
        return work()
    except RagError as e:
        raise gr.Error(str(e), print_exception=False) from e


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {"file" if k == "path" else k: _safe(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return [_safe(v) for v in value] if isinstance(value, list | tuple) else value  # pyright: ignore[reportUnknownVariableType]


class ToolServer(Protocol):
    """A server of the protocol as an ASGI application, which answers while its lifespan lasts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        ...

    def lifespan(self, app: Any) -> AbstractAsyncContextManager[None]:
        """What must be entered before the first request."""
        ...


# From what tells whose collection it is, by a request's headers, to a server.
MakeTools = Callable[[Callable[[Mapping[str, str]], UserShelf]], ToolServer]
