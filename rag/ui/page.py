"""The chat page in Gradio: a question goes to a corpus, its events come back into the chat and the panel.

Knows nothing of retrieval, models or how HTML is made (`rag.ui.sources` makes it). It serves loopback only:
there is no login yet. The browser is told by a content security policy to load nothing from elsewhere.
"""

import ipaddress
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import gradio as gr
from gradio.components import Component
from gradio.events import api as endpoint  # pyright: ignore[reportUnknownVariableType]
from gradio.themes import Base
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.corpus import Corpus
from rag.errors import NotFoundError, RagError
from rag.jsonform import answer_to_dict
from rag.types import Article, Turn
from rag.ui.sources import Exchange, chat_html, header_html, sources_html

_log = logging.getLogger(__name__)

DEFAULT_PORT: Final = 7860
_PORTS_TRIED: Final = 100
_REDRAW_SECONDS: Final = 0.05  # between two drawings of a growing answer; each sends and lays out all of it
_READY: Final[dict[str, Any]] = {"submit_btn": "Ask", "stop_btn": False}
_AT_ONCE: Final = 20  # questions worked on at the same time
_WAITING: Final = 200  # questions waiting behind them, before the next is refused
_SAMPLE_EXAMPLES: Final = (
    "Did North Korea supply weapons to Russia?",
    "How many shells did North Korea send to Russia?",
    "Which port did the weapons leave from?",
)
# The system's fonts, so that none is fetched; the colours are in style.css, for Gradio's own parts too.
_SANS: Final = ("ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
# Gradio's own start-up code is inline, and its HTML component compiles its template: hence the two unsafe ones.
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)

# Brings a new question to the top of the view once, and leaves the reader's own scrolling alone after that.
_SHOW_QUESTION: Final = """() => requestAnimationFrame(() => {
  const chat = document.querySelector("#chat"), rows = chat.querySelectorAll(".user-row");
  if (rows.length > Number(chat.dataset.asked ?? 0)) rows[rows.length - 1].scrollIntoView({block: "start"});
  chat.dataset.asked = rows.length;
})"""

# What one drawing of the page changes: a component's new value, by component.
Drawing = dict[Component, Any]


class Headers:
    """ASGI middleware that adds the security headers to every response. Gradio itself sends none."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app that answers."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; add the headers when the response starts."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = _POLICY
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self._app(scope, receive, send_with_headers)


def follow(corpus: Corpus, question: str, exchanges: Sequence[Exchange]) -> Iterator[Exchange]:
    """Ask, and give the exchange as it stands after each event worth drawing. Errors end up in the exchange."""
    number = exchanges[-1].number + 1 if exchanges else 1
    now = Exchange(number, question, status="Searching…")
    yield now
    drawn = 0.0
    try:
        for event in corpus.stream(question, history=turns(exchanges)):
            if event.kind == "answer":
                now = replace(now, answer=event.answer, status="")
            elif event.kind == "text":
                now = replace(now, text=now.text + event.text, status="Writing…")
                if time.monotonic() - drawn < _REDRAW_SECONDS:
                    continue
                drawn = time.monotonic()
            else:
                now = replace(now, status=f"{event.text.rstrip('.…')}…")
            yield now
    except RagError as e:
        yield replace(now, error=str(e), status="")
    except Exception:  # a fault in the program: the page stays usable, the trace goes to the log
        _log.exception("the question %r failed", question)
        yield replace(now, error="Something went wrong; the terminal that runs the page says what.", status="")


def turns(exchanges: Sequence[Exchange]) -> tuple[Turn, ...]:
    """The conversation so far, for a follow-up question. What was stopped or failed is no part of it."""
    return tuple(
        turn
        for e in exchanges
        if e.answer is not None
        for turn in (Turn("user", e.question), Turn("assistant", e.answer.text))
    )


def examples(articles: Sequence[Article], *, sample: bool) -> tuple[str, ...]:
    """Questions to start with: the sample's own, else one for each of three titles spread over the corpus."""
    if sample:
        return _SAMPLE_EXAMPLES
    titles = list(dict.fromkeys(a.title for a in articles if a.title))
    step = max(1, len(titles) // 3)
    return tuple(f"What is reported about “{title}”?" for title in titles[::step][:3])


def build(corpus: Corpus) -> gr.Blocks:
    """The page over an open corpus, not yet served."""
    articles = corpus.articles()

    def article(id: str) -> Article | None:
        try:
            return corpus.article(id)
        except NotFoundError:  # removed since it was cited
            return None

    with gr.Blocks(title="Rashomon", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        gr.HTML(header_html(articles, sample=corpus.is_sample, notices=corpus.notices), **_html("masthead"))
        asked = gr.State([])
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=7, min_width=320, elem_id="talk"):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label="Conversation",
                    show_label=False,
                    container=False,
                    height=None,
                    layout="panel",
                    autoscroll=False,  # a long answer is read from its beginning; see _SHOW_QUESTION
                    buttons=[],
                    feedback_options=None,
                    latex_delimiters=[],
                    # The messages are our own HTML already; Gradio's Markdown would load images and link addresses.
                    render_markdown=False,
                    sanitize_html=True,
                    allow_tags=False,
                    placeholder="<h2>Ask the articles</h2>",
                    examples=[{"text": q} for q in examples(articles, sample=corpus.is_sample)],
                )
                box = gr.Textbox(
                    elem_id="ask",
                    label="Question",
                    show_label=False,
                    container=False,
                    placeholder="Ask a question",
                    max_lines=6,
                    autofocus=True,
                    **_READY,
                )
                new = gr.Button("New conversation", elem_id="new", size="sm", variant="secondary", visible=False)
            with gr.Column(scale=5, min_width=320, elem_id="panel"):
                panel = gr.HTML(sources_html([], article), **_html("sources"))

        def ask(question: str, before: list[Exchange]) -> Iterator[Drawing]:
            if not question.strip():
                return
            yield {box: gr.update(value="", submit_btn=False, stop_btn="Stop"), new: gr.update(visible=False)}
            for now in follow(corpus, question.strip(), before):
                exchanges = [*before, now]
                drawing: Drawing = {asked: exchanges, chat: chat_html(exchanges)}
                if now.answer is not None:
                    drawing[panel] = sources_html(exchanges, article)
                yield drawing
            yield {box: gr.update(**_READY), new: gr.update(visible=True)}

        def ask_example(before: list[Exchange], event: gr.SelectData) -> Iterator[Drawing]:
            yield from ask(event.value["text"], before)

        def stop(exchanges: list[Exchange]) -> Drawing:
            if exchanges and exchanges[-1].answer is None:
                exchanges = [*exchanges[:-1], replace(exchanges[-1], stopped=True, status="")]
            return {
                asked: exchanges,
                chat: chat_html(exchanges),
                box: gr.update(**_READY),
                new: gr.update(visible=True),
            }

        def clear() -> Drawing:
            return {asked: [], chat: [], panel: sources_html([], article), new: gr.update(visible=False)}

        # First, since Gradio names our private events after their functions, and a name taken becomes ask_1.
        endpoint(_ask_endpoint(corpus), api_name="ask")
        # `once`: a second question waits until the first is answered or stopped.
        drawn = [chat, panel, box, asked, new]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "outputs": drawn}
        asking = box.submit(ask, [box, asked], trigger_mode="once", **quiet)
        trying = chat.example_select(ask_example, [asked], trigger_mode="once", **quiet)
        # In two steps: otherwise a piece still under way is drawn over what `stop` draws.
        box.stop(None, cancels=[asking, trying]).then(stop, [asked], queue=False, **quiet)
        new.click(clear, None, queue=False, **quiet)
        chat.change(None, js=_SHOW_QUESTION)
    return page.queue(default_concurrency_limit=_AT_ONCE, max_size=_WAITING)


def _html(elem_id: str) -> dict[str, Any]:
    """What every piece of our own HTML is made with: no styles and no script but ours."""
    return {"elem_id": elem_id, "js_on_load": None, "apply_default_css": False}


def _ask_endpoint(corpus: Corpus) -> Callable[[str], dict[str, Any]]:
    def ask(question: str) -> dict[str, Any]:
        """Ask the articles one question. Returns the answer with its verdict, citations and positions.

        A citation's `path` is null here: gradio_client takes every object with a path for a file to download.
        """
        try:
            answer = answer_to_dict(corpus.ask(question))
        except RagError as e:
            raise gr.Error(str(e), print_exception=False) from e
        return answer | {"citations": [c | {"path": None} for c in answer["citations"]]}

    return ask


def serve(corpus: Corpus, host: str = "127.0.0.1", port: int | None = None) -> None:
    """Serve the page until interrupted; the address goes to stderr. Arguments and errors are those of `launch`."""
    page = launch(corpus, host, port)
    print(f"Rashomon at {str(page.local_url).rstrip('/')} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    page.block_thread()


def launch(corpus: Corpus, host: str = "127.0.0.1", port: int | None = None) -> gr.Blocks:
    """Start serving the page in the background; `page.local_url` is its address, `page.close()` ends it.

    Args:
        corpus: an open corpus.
        host: a loopback address; nothing else is served, since there is no login.
        port: None takes 7860, or the next free one.

    Raises:
        RagError: the host is not loopback, or the port is taken.
    """
    if not _is_loopback(host):
        raise RagError(f"the page has no login, so it is served on loopback only: host {host!r}, not 127.0.0.1")
    chosen = free_port(host, DEFAULT_PORT) if port is None else port
    if not _is_free(host, chosen):  # before Gradio tries, which leaves its socket open when it fails
        raise RagError(f"port {chosen} on {host} is taken or not allowed. Give another with --port.")
    style = Path(__file__).with_name("style.css").read_text("utf-8")
    page = build(corpus)
    try:
        page.launch(
            server_name=host, server_port=chosen, prevent_thread_lock=True, quiet=True, show_error=False,
            share=False, inbrowser=False, footer_links=[], run_history=False, enable_monitoring=False,
            ssr_mode=False, pwa=False, mcp_server=False,
            max_file_size="1kb",  # nothing is uploaded yet, but Gradio's upload route is always there
            theme=Base(font=_SANS, font_mono=_MONO), head=f"<style>{style}</style>",
            app_kwargs={"middleware": [Middleware(Headers)]},
        )  # fmt: skip
    except OSError as e:
        raise RagError(f"port {chosen} on {host} is taken or not allowed. Give another with --port.") from e
    return page


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(host: str, first: int) -> int:
    """The first port from `first` on that nothing listens on.

    Raises:
        RagError: a hundred in a row are taken.
    """
    for port in range(first, first + _PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise RagError(f"no free port on {host} from {first} to {first + _PORTS_TRIED - 1}. Give one with --port.")


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True
