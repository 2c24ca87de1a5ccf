"""The Model Context Protocol on the page's own server, as its client and as others meet it."""

import asyncio
import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.corpus import Corpus
from rag.settings import Settings
from rag.ui.login import hash_password
from rag.ui.shelf import Library, UserShelf

pytest.importorskip("mcp", reason="the extra mcp is not installed")
import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from rag.integrations.mcp import OverHttp

SECRET = "a long enough one"
get = partial(httpx.get, timeout=120, verify=False)
post = partial(httpx.post, timeout=120, verify=False)
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
JSON = {"accept": "application/json, text/event-stream"}


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def call(url: str, *calls: tuple[str, dict[str, Any]], headers: dict[str, str] | None = None) -> list[Any]:
    """What the tools give, each as (is it an error, its value); the first is the list of their names."""

    async def ask() -> list[Any]:
        async with (
            httpx2.AsyncClient(headers=headers, timeout=120) as http,
            Client(streamable_http_client(f"{url}mcp", http_client=http)) as client,
        ):
            found = [{t.name for t in (await client.list_tools()).tools}]
            return found + [value(await client.call_tool(name, given)) for name, given in calls]

    # In a thread: the browser of other tests has a running loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask()).result()


def value(result: Any) -> tuple[bool, Any]:
    content = result.structured_content
    if content is None:
        return result.is_error, result.content[0].text
    return result.is_error, content["result"] if set(content) == {"result"} else content


def test_a_client_finds_asks_and_reads(serve: Any, sample: Corpus) -> None:
    with serve(sample, mcp=OverHttp) as url:
        question = {"question": "Did North Korea supply weapons to Russia?"}
        names, (_, hits), (_, answer), (wrong, said) = call(
            url, ("search", question | {"k": 2}), ("ask", question), ("show", {"article_id": "nothing"})
        )
        assert names == {"search", "ask", "show"} and len(hits) == 2
        assert wrong and "no article" in said
        first = answer["citations"][0]
        (_, article) = call(url, ("show", {"article_id": first["article_id"]}))[1]
        assert article["text"][first["start"] : first["end"]] == first["quote"]


def test_other_hosts_and_pages_are_not_answered(serve: Any, scripted: Any) -> None:
    with serve(scripted(), mcp=OverHttp) as url:
        assert post(f"{url}mcp", json=LIST, headers=JSON).status_code == 200
        assert post(f"{url}mcp", json=LIST, headers=JSON | {"host": "evil.example"}).status_code == 421
        assert post(f"{url}mcp", json=LIST, headers=JSON | {"origin": "http://evil.example"}).status_code == 403
        assert post(f"{url}mcp", content=b"x" * 1_500_000, headers=JSON).status_code == 413
        assert get(f"{url}mcp", headers=JSON).status_code == 405
    with serve(scripted()) as url:  # not asked for, not there
        assert post(f"{url}mcp", json=LIST, headers=JSON).status_code in (404, 405)


@dataclass(frozen=True)
class Shared:
    url: str
    paul: str  # an article of Paul's


@pytest.fixture
def shared(serve: Any, words: Any, tmp_path: Path) -> Iterator[Shared]:
    """A page for two users, with an article that one of them uploaded before it was opened."""
    upload = tmp_path / "kilns.md"
    upload.write_text("---\ntitle: A secret kiln\n---\nEleven kilns were lost in Orrel, the potter Una Reed said.\n")
    users = {"ines": hash_password(SECRET), "paul": hash_password(SECRET)}
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus:
        library = Library(corpus)
        UserShelf(library, "paul").add_uploads([(upload, "kilns.md")])
        with serve(library, users=users, mcp=OverHttp) as url:
            yield Shared(url, library.corpus_of("paul").articles()[0].id)
        library.close()


def test_each_user_reads_what_is_theirs(shared: Shared) -> None:
    show = ("show", {"article_id": shared.paul})
    assert call(shared.url, show, headers=basic("paul", SECRET))[1][0] is False
    refused, said = call(shared.url, show, headers=basic("ines", SECRET))[1]
    assert refused and "kiln" not in json.dumps(said)


def test_nobody_reads_without_a_password_and_guesses_are_slowed(shared: Shared) -> None:
    def ask(**headers: str) -> int:
        return post(f"{shared.url}mcp", json=LIST, headers=JSON | headers).status_code

    assert ask() == 401
    assert ask(**{"x-rashomon-user": "paul"}) == 401
    assert ask(**basic("paul", SECRET)) == 200
    guesses = [ask(**basic("paul", f"guess {n}")) for n in range(8)]
    assert guesses[0] == 401 and guesses[-1] == 429
    assert ask(**basic("paul", SECRET)) == 200  # whose session has begun goes on


def test_the_page_begins_with_what_everybody_may_see(shared: Shared) -> None:
    form, page = {"username": "ines", "password": SECRET}, {"accept": "text/html"}
    with httpx.Client(base_url=shared.url, timeout=120) as client:
        assert client.post("login", data=form, headers=page).status_code == 303
        assert "secret kiln" not in client.get("config").text
        assert "secret kiln" not in client.get("").text
