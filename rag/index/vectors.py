"""The vector index: Chroma, embedded in this process or as a server.

Takes and gives ids, vectors and the few fields to filter by; the texts stay in the catalog. Nothing here is the
only copy of anything.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import numpy as np

from rag.errors import RagError
from rag.index.outbox import IndexRow
from rag.models.arrays import Vector
from rag.types import Filter

# Chroma takes at most 5,461 rows a call, its cloud 300.
_BATCH = 300
_PAGE = 5_000


class VectorIndex:
    """A Chroma collection, with embeddings of our own and cosine distance."""

    def __init__(self, client: Any, name: str) -> None:
        """Use the collection of that name, and make it if it isn't there."""
        self._client = client
        self._collection = client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    def upsert(self, rows: Sequence[IndexRow]) -> None:
        """Put vectors in, over those of the same passage id."""
        for at in range(0, len(rows), _BATCH):
            batch = rows[at : at + _BATCH]
            self._collection.upsert(
                ids=[r.passage_id for r in batch],
                embeddings=np.stack([r.embedding for r in batch]),
                metadatas=[
                    {"article": r.article_id, "publisher": r.publisher.casefold(), "published": r.published}
                    | {f"tag:{tag.casefold()}": True for tag in r.tags}
                    for r in batch
                ],
            )

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Take vectors out; ids that aren't there are passed over."""
        for at in range(0, len(passage_ids), _BATCH):
            self._collection.delete(ids=list(passage_ids[at : at + _BATCH]))

    def search(self, vector: Vector, k: int, where: Filter | None = None) -> list[tuple[str, float]]:
        """The nearest as (passage id, cosine), best first."""
        found = self._collection.query(
            query_embeddings=[vector], n_results=k, include=["distances"], where=chroma_where(where)
        )
        distances = cast(list[float], found["distances"][0])
        return [(i, 1.0 - d) for i, d in zip(cast(list[str], found["ids"][0]), distances, strict=True)]

    def ids(self) -> Iterator[str]:
        """The ids of all vectors."""
        offset = 0
        while page := cast(list[str], self._collection.get(include=[], limit=_PAGE, offset=offset)["ids"]):
            yield from page
            offset += len(page)

    def vectors(self, passage_ids: Sequence[str]) -> dict[str, Vector]:
        """The vectors of those of these passages that are there."""
        found = self._collection.get(ids=list(passage_ids), include=["embeddings"])
        return dict(zip(cast(list[str], found["ids"]), found["embeddings"], strict=True))

    def count(self) -> int:
        """How many vectors there are."""
        return self._collection.count()

    def drop(self, name: str) -> None:
        """Delete another collection; one that isn't there is passed over."""
        from chromadb.errors import NotFoundError

        with contextlib.suppress(NotFoundError):
            self._client.delete_collection(name)

    def close(self) -> None:
        """Let go of files and connections."""
        with contextlib.suppress(Exception):  # whatever state it is in, there is nothing left to save
            self._client.close()
            # Closing a server's client leaves the connections of its two parts open (chromadb 1.5.9).
            for part in (self._client, self._client._admin_client):
                if (session := getattr(part._server, "_session", None)) is not None:
                    session.close()


def chroma_where(where: Filter | None) -> dict[str, Any] | None:
    """A filter in Chroma's form. Dates are stored as numbers, 20231102; 0 is an article without a date."""
    if not where:
        return None
    parts: list[dict[str, Any]] = []
    for field, values in (("publisher", where.publishers), ("article", where.articles)):
        if values is not None:
            parts.append({field: {"$in": list(values)}})
    parts += [{f"tag:{tag}": True} for tag in where.tags]
    if where.after is not None or where.before is not None:
        parts.append({"published": {"$gte": int(f"{where.after:%Y%m%d}") if where.after else 1}})
    if where.before is not None:
        parts.append({"published": {"$lte": int(f"{where.before:%Y%m%d}")}})
    return parts[0] if len(parts) == 1 else {"$and": parts}


def open_folder(folder: Path, name: str) -> VectorIndex:
    """The collection in a folder of this machine. One process at a time: hold the lock."""
    chromadb = _chromadb()
    folder.mkdir(parents=True, exist_ok=True)
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    return VectorIndex(chromadb.PersistentClient(path=str(folder), settings=settings), name)


def open_server(url: str, name: str) -> VectorIndex:
    """The collection on a running Chroma server.

    Raises:
        RagError: the address is not of the form http://host:port.
    """
    try:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError as e:
        raise RagError(f"RAG_CHROMA={url!r} is not an address like http://localhost:8000 ({e})") from e
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RagError(f"RAG_CHROMA={url!r} is not an address like http://localhost:8000")
    chromadb = _chromadb()
    client = chromadb.HttpClient(
        host=parts.hostname,
        port=port,
        ssl=parts.scheme == "https",
        settings=chromadb.config.Settings(anonymized_telemetry=False),
        tenant=os.environ.get("CHROMA_TENANT", "default_tenant"),
        database=os.environ.get("CHROMA_DATABASE", "default_database"),
        headers={"x-chroma-token": key} if (key := os.environ.get("CHROMA_API_KEY")) else None,
    )
    return VectorIndex(client, name)


def _chromadb() -> Any:
    import chromadb  # half a second: only a process that uses it pays

    return chromadb
