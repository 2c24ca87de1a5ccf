"""The page's collection as a program reads it over the Model Context Protocol: search, ask, show.

Says what a server of the protocol gets and must give; `rag.integrations.mcp` makes one. Knows nothing of the protocol.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.types import Receive, Scope, Send

from rag.errors import NotFoundError
from rag.types import Answer, Article, Filter, Hit
from rag.ui.shelf import Shelf


@dataclass(frozen=True)
class Reading:
    """What the user of a shelf may read of it."""

    shelf: Shelf

    def search(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """The nearest passages. Raises what `Corpus.search` raises."""
        return self.shelf.search(question, k, where)

    def ask(self, question: str, *, where: Filter | None = None) -> Answer:
        """The answer to a question. Raises what `Corpus.ask` raises."""
        for event in self.shelf.stream(question, where=where):
            if event.answer is not None:
                return event.answer
        raise AssertionError("a stream ends with its answer")

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises what `Corpus.article` raises."""
        found = self.shelf.article(article_id)
        if found is None:
            raise NotFoundError(f"no article {article_id!r}: `rag list` shows them")
        return found


class Tools(Protocol):
    """A server of the protocol as an ASGI application, which answers while its lifespan lasts."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        ...

    def lifespan(self, app: Any) -> AbstractAsyncContextManager[None]:
        """What must be entered before the first request."""
        ...


# From what tells whose collection it is, by a request's headers, to a server.
MakeTools = Callable[[Callable[[Mapping[str, str]], Reading]], Tools]
