"""The corpus as a LlamaIndex retriever and query engine.

The engine's `response` is our answer, its `source_nodes` are our citations: verbatim spans with article and offsets in
their metadata. Uses no LlamaIndex `Settings` and needs no LLM.
"""

from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.corpus import Corpus
from rag.jsonform import answer_to_dict, hit_to_dict
from rag.types import Answer, Citation, Filter, Hit


class CorpusRetriever(BaseRetriever):
    """Finds passages: nodes with the passage's text, the fused score, and where it is from as metadata."""

    def __init__(self, corpus: Corpus, k: int = 8, where: Filter | None = None) -> None:
        """Search an open corpus.

        Args:
            k: how many passages a query gives.
            where: which articles may answer.
        """
        super().__init__(callback_manager=CallbackManager([]))
        self._corpus, self._k, self._where = corpus, k, where

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_of_hit(hit) for hit in self._corpus.search(query_bundle.query_str, self._k, self._where)]


class CorpusQueryEngine(BaseQueryEngine):
    """Answers questions with checked citations, by the engine that the corpus is set to."""

    def __init__(self, corpus: Corpus, where: Filter | None = None) -> None:
        """Ask an open corpus.

        Args:
            where: which articles may answer.
        """
        super().__init__(callback_manager=CallbackManager([]))
        self._corpus, self._where = corpus, where

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return _response(self._corpus.ask(query_bundle.query_str, where=self._where))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return _response(await self._corpus.aask(query_bundle.query_str, where=self._where))


def _response(answer: Answer) -> Response:
    values = answer_to_dict(answer)
    nodes = [_of_citation(c) for c in answer.citations]
    return Response(
        response=answer.text,
        source_nodes=nodes,
        metadata={
            k: values.get(k, []) for k in ("verdict", "positions", "unsupported", "notices", "engine", "seconds")
        },
    )


def _of_citation(c: Citation) -> NodeWithScore:
    metadata = {"number": c.number, "article_id": c.article_id, "title": c.title, "publisher": c.publisher,
                "published": c.published.isoformat() if c.published else None, "published_from": c.published_from,
                "url": c.url, "path": c.path, "start": c.start, "end": c.end}  # fmt: skip
    return NodeWithScore(node=_node(f"{c.article_id}:{c.start}:{c.end}", c.quote, metadata), score=None)


def _of_hit(hit: Hit) -> NodeWithScore:
    values = hit_to_dict(hit)
    metadata = {k: values[k] for k in ("article_id", "title", "publisher", "published", "published_from", "url", "path",
                                     "start", "end", "similarity")}  # fmt: skip
    return NodeWithScore(node=_node(hit.passage.id, hit.passage.text, metadata), score=hit.score)


def _node(id: str, text: str, metadata: dict[str, Any]) -> TextNode:
    offsets = ["article_id", "start", "end", "number", "similarity", "path", "published_from"]
    return TextNode(id_=id, text=text, metadata=metadata, start_char_idx=metadata["start"],
                    end_char_idx=metadata["end"], excluded_llm_metadata_keys=offsets,
                    excluded_embed_metadata_keys=list(metadata))  # fmt: skip
