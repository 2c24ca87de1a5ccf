"""The endpoints for programs, through gradio_client; and many who ask at once."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.corpus import Corpus
from rag.jsonform import answer_to_dict, hit_to_dict
from rag.settings import Settings
from rag.types import Answer, Event, Turn
from rag.ui.login import hash_password

QUESTION = "Did North Korea supply weapons to Russia?"
client = pytest.importorskip("gradio_client")
# A busy machine is slow, not broken.
get = partial(httpx.get, timeout=120, verify=False)
post = partial(httpx.post, timeout=120, verify=False)


def connect(url: str, **options: Any) -> Any:
    return client.Client(
        url, verbose=False, analytics_enabled=False, ssl_verify=False, httpx_kwargs={"timeout": 120}, **options
    )


def test_ask_gives_the_answer_as_json(page_url: str, sample: Corpus) -> None:
    api = connect(page_url)
    answer = api.predict(QUESTION, api_name="/ask")
    assert answer["question"] == QUESTION and answer["verdict"] in ("answered", "contested")
    assert answer.keys() == answer_to_dict(sample.ask(QUESTION)).keys()
    first = answer["citations"][0]
    assert sample.article(first["article_id"]).text[first["start"] : first["end"]] == first["quote"]
    assert first["file"].endswith(".md") and "path" not in first
    publisher = sample.articles()[0].publisher
    narrowed = api.predict(QUESTION, outlets=[publisher], api_name="/ask")
    assert {c["publisher"] for c in narrowed["citations"]} == {publisher}
    with pytest.raises(client.exceptions.AppError, match="question is empty"):
        api.predict("  ", api_name="/ask")
    with pytest.raises(client.exceptions.AppError, match="after: 'May' is not a day"):
        api.predict(QUESTION, after="May", api_name="/ask")
    for name in ("/ask", "/search"):
        with pytest.raises(client.exceptions.AppError, match="no article has the tags project=hill"):
            api.predict(QUESTION, tags=["project=hill"], api_name=name)


def test_search_gives_passages_and_everything_is_documented(page_url: str, sample: Corpus) -> None:
    api = connect(page_url)
    found = api.predict(QUESTION, k=3, api_name="/search")
    assert [h["id"] for h in found] == [hit_to_dict(h)["id"] for h in sample.search(QUESTION, 3)]
    endpoints = api.view_api(return_format="dict")["named_endpoints"]
    assert list(endpoints) == ["/ask", "/search", "/ingest"]
    assert all(endpoint["description"] for endpoint in endpoints.values())


def test_ingest_takes_uploaded_files_and_nothing_else(serve: Any, words: Any, tmp_path: Path) -> None:
    (tmp_path / "kiln.md").write_text("---\ntitle: Kilns\n---\nEleven kilns were lost in Orrel, the potter said.\n")
    (tmp_path / "tool.exe").write_text("x")
    with Corpus.open(Settings(home=tmp_path / "home"), embedder=words) as corpus, serve(corpus) as url:
        api = connect(url)
        files = [client.handle_file(str(tmp_path / name)) for name in ("kiln.md", "tool.exe")]
        done = api.predict(files=files, api_name="/ingest")
        assert done["articles"] == 1
        assert [r["status"] for r in done["results"]] == ["added", "failed"]
        assert "kilns" in api.predict("What was lost in Orrel?", api_name="/ask")["text"]
        # By hand: the client would upload a file of its own machine.
        secret = {"path": str(tmp_path / "kiln.md"), "meta": {"_type": "gradio.FileData"}}
        called = post(f"{url}gradio_api/call/ingest", json={"data": [[secret], None]})
        events = get(f"{url}gradio_api/call/ingest/{called.json()['event_id']}").text
        assert "event: error" in events and "event: complete" not in events
        with pytest.raises(client.exceptions.AppError, match="not an address"):
            api.predict(urls=["/etc/passwd"], api_name="/ingest")
        assert corpus.counts()["articles"] == 1


def test_a_program_logs_in(serve: Any, scripted: Any) -> None:
    with serve(scripted(), users={"ines": hash_password("a long enough one")}) as url:
        api = connect(url, auth=("ines", "a long enough one"))
        assert api.predict("contested", api_name="/ask")["verdict"] == "contested"
        with pytest.raises(Exception, match=r"\w"):
            connect(url, auth=("ines", "a wrong one"))


def test_twenty_at_once_each_get_their_own(serve: Any, scripted: Any) -> None:
    def script(question: str, history: Sequence[Turn]) -> Iterator[Event]:
        for n in range(20):
            yield Event(kind="text", text=f"{question} {n}")
        yield Event(kind="answer", answer=Answer(question=question, verdict="answered", text=f"to {question}"))

    with serve(scripted(script)) as url:
        clients = [connect(url) for _ in range(20)]

        def ask(n: int) -> list[str]:
            return [clients[n].predict(f"{n}-{k}", api_name="/ask")["text"] for k in range(3)]

        with ThreadPoolExecutor(20) as pool:
            assert list(pool.map(ask, range(20))) == [[f"to {n}-{k}" for k in range(3)] for n in range(20)]
