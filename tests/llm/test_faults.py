"""Whatever the model's server does, there is an answer in time, with the reason and the articles' own sentences."""

import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag import Corpus
from rag.errors import LlmError
from rag.llm.stream import Deadlines
from tests.llm.conftest import SUPPORTED, ModelServer, Script, Scripted, model_of

QUESTION = "How many crates of oranges were counted on the sea floor?"
TOTAL = 6.0
AskWith = Callable[..., Corpus]


def slow_start(s: Scripted) -> None:
    s.hold(30)


def stall(s: Scripted) -> None:
    s.begin()
    s.chunk(SUPPORTED + " And then the harbour")
    s.hold(30)


def cut(s: Scripted) -> None:
    s.begin()
    s.chunk("Divers counted")


def endless(s: Scripted) -> None:
    s.begin()
    while not s.server.over.is_set():
        s.chunk("and so on and on ")


def trickle(s: Scripted) -> None:
    s.begin()
    while not s.server.over.is_set():
        s.chunk("a")
        s.hold(0.2)


def failing(status: int, said: str = '{"error": {"message": "no"}}', **headers: str) -> Script:
    return lambda s: s.send(status, said, **headers)


def beginning_with(data: str) -> Script:
    def script(s: Scripted) -> None:
        s.begin()
        s.write(f"data: {data}\n\n")

    return script


def empty(s: Scripted) -> None:
    s.begin()
    s.chunk(None, "stop")
    s.write("data: [DONE]\n\n")


EXCEEDED = '{"error": {"message": "the request exceeds the available context size"}}'
NO_MEMORY = '{"error": "model requires more system memory (8.4 GiB)\\nthan is available"}'
FAULTS = {
    "slow start": (slow_start, "did not begin to answer within 1 s"),
    "stall in the middle": (stall, "stopped in the middle of its answer for 1 s"),
    "cut stream": (cut, "broke off in the middle"),
    "401": (failing(401), "refused the key (401): check OPENAI_LIKE_API_KEY"),
    "404": (failing(404), "knows no model 'small' (404)"),
    "429 with Retry-After": (failing(429, Retry_After="120"), "(429), and asks to wait 120 s"),
    "429 without Retry-After": (failing(429), "takes no more requests just now (429)"),
    "500 always": (failing(500), "is out of order (the server answered 500)"),
    "malformed JSON": (beginning_with("{not json"), "something that is no completion"),
    "wrong content type": (lambda s: s.send(200, "<p>Hello</p>", "text/html"), "answered with text/html"),
    "empty answer": (empty, "answered nothing"),
    "endless answer": (endless, "did not stop"),
    "endless and slow": (trickle, "did not end within"),
    "window exceeded": (failing(400, EXCEEDED), "has a window too small"),
    "out of memory": (
        failing(500, NO_MEMORY),
        "memory (500). Its server says: model requires more system memory (8.4 GiB) than",
    ),
    "an error in the middle": (
        beginning_with('{"error": {"message": "gone"}}'),
        "reported an error of its own while it answered. Its server says: gone",
    ),
    "unknown status": (failing(418), "did not accept the request (418)"),
    "sends elsewhere": (failing(307, Location="http://127.0.0.1:1/"), "sends elsewhere (status 307)"),
}


@pytest.fixture(autouse=True)
def _warm(server: ModelServer) -> None:
    """The provider's package is imported at its first request, which is not what is timed here."""
    assert list(model_of(server.spec).stream("", "Hello", longest=5))
    server.requests.clear()


def deadlined(corpus: Corpus, total: float = TOTAL) -> Corpus:
    assert corpus.model
    corpus.model.deadlines = Deadlines(connect=1, first=1, between=1, total=total)
    return corpus


def writing(fault: Script) -> Script:
    """The fault where the model writes; it judges that the evidence answers."""
    return lambda s: s.answer("Yes") if "one word" in s.prompt else fault(s)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_time_with_its_reason_and_the_articles_own_words(
    name: str, server: ModelServer, ask_with: AskWith
) -> None:
    fault, reason = FAULTS[name]
    server.script = writing(fault)
    total = 2.0 if name == "endless and slow" else TOTAL
    corpus = deadlined(ask_with(server.spec), total)
    corpus.search(QUESTION)
    began = time.monotonic()
    answer = corpus.ask(QUESTION)
    assert time.monotonic() - began < total + 1
    assert any(reason in notice for notice in answer.notices), answer.notices
    assert reason in answer.text and "340 crates" in answer.text
    assert answer.verdict == "answered" and answer.citations
    for c in answer.citations:
        assert corpus.article(c.article_id).text[c.start : c.end] == c.quote and f"[{c.number}]" in answer.text
    assert answer.engine == ("openai-like:small" if name == "stall in the middle" else "extractive")


def test_a_server_that_is_not_there(ask_with: AskWith) -> None:
    answer = deadlined(ask_with("openai-like:small@http://127.0.0.1:9/v1")).ask(QUESTION)
    assert "cannot be reached at http://127.0.0.1:9/v1" in answer.notices[0]
    assert answer.engine == "extractive" and "340 crates" in answer.text


def in_a_moment(s: Scripted) -> None:
    s.send(429, "{}", Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True))


@pytest.mark.parametrize("fault", [failing(500), failing(429, Retry_After="1"), in_a_moment])
def test_what_a_retry_can_help_is_tried_again_when_the_server_asks_for_it(
    fault: Script, server: ModelServer, ask_with: AskWith
) -> None:
    wrote = list[Scripted]()

    def once(s: Scripted) -> None:
        wrote.append(s)
        fault(s) if len(wrote) == 1 else s.answer(SUPPORTED)

    server.script = writing(once)
    answer = deadlined(ask_with(server.spec)).ask(QUESTION)
    assert len([s for s in wrote if "say who says so" in s.prompt]) == 2
    assert answer.engine == "openai-like:small" and answer.notices == ()


@pytest.mark.parametrize("fault", [failing(401), failing(404), failing(400), failing(429, Retry_After="120")])
def test_what_no_retry_can_help_or_is_not_worth_the_wait_is_not(
    fault: Script, server: ModelServer, ask_with: AskWith
) -> None:
    server.script = fault
    deadlined(ask_with(server.spec)).ask(QUESTION)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "spec",
    ["openai:gpt-4o-mini", "openai:no-such-model", "anthropic:claude-sonnet-4-0"],
)
def test_a_key_is_in_no_answer_log_or_traceback(
    spec: str, server: ModelServer, ask_with: AskWith, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "sk-veldt-4711"
    monkeypatch.setenv("OPENAI_API_KEY", secret)
    monkeypatch.setenv("ANTHROPIC_API_KEY", secret)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{server.root}/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.root)
    server.script = lambda s: s.send(401, f'{{"error": {{"message": "Incorrect API key provided: {secret}"}}}}')
    caplog.set_level(logging.DEBUG)
    answer = deadlined(ask_with(spec)).ask(QUESTION)
    assert "refused the key (401)" in answer.notices[0] and secret not in str(answer)
    with pytest.raises(LlmError) as caught:
        list(model_of(spec).stream("", "Hello", longest=5))
    assert secret not in "".join(traceback.format_exception(caught.value))
    assert len(server.requests) == 2
    assert secret not in caplog.text


def test_a_missing_key_is_named(ask_with: AskWith, server: ModelServer) -> None:
    answer = ask_with("openai:gpt-4o-mini").ask(QUESTION)
    assert "set OPENAI_API_KEY" in answer.notices[0] and "340 crates" in answer.text


def test_leaving_the_stream_stops_the_request(server: ModelServer) -> None:
    server.script = trickle
    pieces = model_of(server.spec).stream("", "Hello", longest=1000)
    assert next(pieces) == "a"
    pieces.close()  # type: ignore[attr-defined]
    assert server.left.wait(10)
