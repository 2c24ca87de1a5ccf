"""The corpus in LlamaIndex's hands: its retriever and query engine interfaces, its agents' tools."""

import json

from llama_index.core.agent.workflow import ReActAgent
from llama_index.core.schema import QueryBundle
from llama_index.core.tools import QueryEngineTool
from llama_index.llms.openai_like import OpenAILike

from rag import Corpus
from rag.integrations.llama_index import CorpusQueryEngine, CorpusRetriever
from tests.llm.conftest import ModelServer, Scripted

QUESTION = "How many containers did Kirby speak of?"


def test_the_retriever_gives_our_hits(sample: Corpus) -> None:
    nodes = CorpusRetriever(sample, k=3).retrieve(QUESTION)
    hits = sample.search(QUESTION, 3)
    assert [n.node.node_id for n in nodes] == [h.passage.id for h in hits]
    assert [n.score for n in nodes] == [h.score for h in hits]
    for n in nodes:
        m = n.node.metadata
        assert sample.article(m["article_id"]).text[m["start"] : m["end"]] == n.text


def test_the_engine_gives_our_answer_and_citations(sample: Corpus) -> None:
    response = CorpusQueryEngine(sample).query(QueryBundle(QUESTION))
    answer = sample.ask(QUESTION)
    assert str(response) == answer.text
    assert [n.text for n in response.source_nodes] == [c.quote for c in answer.citations]
    assert response.metadata and response.metadata["verdict"] == answer.verdict
    for n in response.source_nodes:
        m = n.node.metadata
        assert sample.article(m["article_id"]).text[m["start"] : m["end"]] == n.text


async def test_the_engine_answers_without_blocking(sample: Corpus) -> None:
    assert str(await CorpusQueryEngine(sample).aquery(QUESTION)) == sample.ask(QUESTION).text


async def test_an_agent_can_use_it_as_a_tool(sample: Corpus) -> None:
    tool = QueryEngineTool.from_defaults(CorpusQueryEngine(sample), name="news", description="Asks the articles.")
    output = await tool.acall(input=QUESTION)
    assert sample.ask(QUESTION).text == output.content


async def test_an_agent_asks_it_and_answers(sample: Corpus, server: ModelServer) -> None:
    """LlamaIndex's own ReAct agent, its model a scripted server."""

    def script(s: Scripted) -> None:
        if len(server.requests) > 1:
            s.answer("Thought: I can answer without using any more tools.\nAnswer: More than 1,000 [1].")
        else:
            asks = json.dumps({"input": QUESTION})
            s.answer(f"Thought: I need to use a tool.\nAction: news\nAction Input: {asks}")

    server.script = script
    model = OpenAILike(model="small", api_base=f"{server.root}/v1", api_key="none", is_chat_model=True)
    tool = QueryEngineTool.from_defaults(CorpusQueryEngine(sample), name="news", description="Asks the articles.")
    said = await ReActAgent(tools=[tool], llm=model).run(QUESTION)
    assert "More than 1,000 [1]." in str(said)
    (call,) = said.tool_calls
    assert call.tool_name == "news" and sample.ask(QUESTION).text == call.tool_output.content
    nodes = call.tool_output.raw_output.source_nodes
    assert [n.text for n in nodes] == [c.quote for c in sample.ask(QUESTION).citations]
    assert sample.ask(QUESTION).text in server.requests[-1].prompt
