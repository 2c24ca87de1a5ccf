"""`rag mcp` as a client meets it: a process of its own, the protocol over its standard input and output."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters, stdio_client

_OFFLINE = Path(__file__).parent.parent / "offline"
_ROOT = Path(__file__).parent.parent.parent


def value(result: Any) -> Any:
    assert not result.is_error, result
    told = result.structured_content
    return told["result"] if told and set(told) == {"result"} else told or json.loads(result.content[0].text)


async def test_search_ask_and_show_over_stdio(tmp_path: Path) -> None:
    env = os.environ | {"PYTHONPATH": f"{_OFFLINE}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    server = StdioServerParameters(command=sys.executable, args=["-m", "rag", "mcp"], env=env, cwd=str(tmp_path))
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        assert {t.name for t in (await session.list_tools()).tools} == {"search", "ask", "show"}
        hits = value(await session.call_tool("search", {"question": "Who heads the spy agency?", "k": 2}))
        assert len(hits) == 2
        for k, found in ((0, 1), (-3, 1), (10**9, 50)):
            assert len(value(await session.call_tool("search", {"question": "weapons", "k": k}))) <= found
        answer = value(await session.call_tool("ask", {"question": "How many containers did Kirby speak of?"}))
        assert answer["verdict"] and answer["citations"]
        for c in answer["citations"]:
            article = value(await session.call_tool("show", {"article_id": c["article_id"]}))
            assert article["text"][c["start"] : c["end"]] == c["quote"]
        for tool in ("search", "ask"):
            none = await session.call_tool(tool, {"question": "weapons", "tags": ["project=hill"]})
            assert none.is_error and "no article has the tags project=hill" in none.content[0].text
        wrong = await session.call_tool("show", {"article_id": "nothing"})
        assert wrong.is_error and "rag list" in wrong.content[0].text
