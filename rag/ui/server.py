"""Serving the page: address, port, login, headers, limits.

Knows nothing of what the page shows: `rag.ui.page` builds it.
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import gradio as gr
import uvicorn
from fastapi import FastAPI
from gradio.routes import App
from gradio.themes import Base
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from rag.errors import RagError
from rag.ui.api import MakeTools
from rag.ui.guard import Guard, is_loopback, user_of
from rag.ui.login import Doorkeeper
from rag.ui.page import UPLOADS_KEPT, build
from rag.ui.shelf import MEGABYTES, Library, UserShelf

DEFAULT_PORT: Final = 7860
_ICON: Final = (
    "<link rel=\"icon\" href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='7' fill='%238a1f1b'/><text x='16' y='24' font-family='serif' font-size='23' "
    "font-weight='700' text-anchor='middle' fill='white'>R</text></svg>\">"
)
_PORTS_TRIED: Final = 100
_FONTS: Final = Path(__file__).parent / "fonts"
# Our own fonts (fonts.css), then the system's, so that none is fetched elsewhere; the colours are in style.css.
_SANS: Final = ("Inter", "ui-sans-serif", "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO: Final = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")
_STYLES: Final = ("fonts.css", "style.css", "answer.css", "views.css", "narrow.css")
_SCRIPTS: Final = ("page_parts.js", "page.js")
_PRELOADED: Final = "".join(
    f'<link rel="preload" href="fonts/{name}.woff2" as="font" type="font/woff2" crossorigin>'
    for name in ("source-serif", "inter")
)


class Served(uvicorn.Server):
    """A page that is being served, from a thread of its own, until it is closed."""

    def __init__(self, app: FastAPI, page: gr.Blocks, listening: socket.socket) -> None:
        """Start. Raises RagError where the server does not start."""
        super().__init__(uvicorn.Config(app, log_level="warning"))
        host, port = listening.getsockname()[:2]
        self.local_url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        self._page = page
        self._mounted = next(r.app for r in app.routes if isinstance(r, Mount) and isinstance(r.app, App))
        self._thread = threading.Thread(target=self.run, args=([listening],), daemon=True, name="page")
        self._thread.start()
        while not self.started:
            if not self._thread.is_alive():
                raise RagError(f"the page did not start at {self.local_url}; what is written above says why")
            time.sleep(0.001)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the questions that wait and the streams that are open, which would go on, then the server."""
        self._page.is_running = False  # ends Gradio's heartbeats
        queue: Any = self._page._queue  # pyright: ignore[reportPrivateUsage]
        queue.close()
        for messages in queue.pending_messages_per_session.values():  # whoever waits for one then sees that it is over
            messages.put_nowait(None)
        self._mounted.stop_event.set()
        await super().shutdown(sockets)

    def wait(self) -> None:
        """Return when the server has ended."""
        while self._thread.is_alive():
            self._thread.join(0.5)

    def close(self) -> None:
        """End the server, and remove what was uploaded to it."""
        self.should_exit = True
        self._thread.join(5)
        uploads: set[str] = self._page.upload_file_set  # pyright: ignore[reportUnknownVariableType]
        for upload in uploads:
            shutil.rmtree(Path(upload).parent, ignore_errors=True)  # Gradio gives each a folder of its own


def serve(
    library: Library, host: str = "127.0.0.1", port: int | None = None, *,
    root_path: str = "", users: dict[str, str] | None = None, mcp: MakeTools | None = None,
) -> None:  # fmt: skip
    """Serve the page until interrupted; the address goes to stderr. Arguments and errors are those of `launch`."""
    with suppress(OSError):  # found by writing a file: not in a thread that a stop may cut off halfway
        tempfile.gettempdir()
    page = launch(library, host, port, root_path=root_path, users=users, mcp=mcp)
    print(f"Rashomon at {page.local_url.rstrip('/')} (stop with Ctrl-C)", file=sys.stderr, flush=True)
    threading.Thread(target=library.warm_up, daemon=True).start()
    try:
        page.wait()
    except KeyboardInterrupt:
        page.close()


def launch(
    library: Library, host: str = "127.0.0.1", port: int | None = None, *,
    root_path: str = "", users: dict[str, str] | None = None, mcp: MakeTools | None = None,
) -> Served:  # fmt: skip
    """Start serving the page in the background.

    Gradio's own `launch` would ask the page for itself at the end, through whatever proxy is set; here it is mounted.

    Args:
        library: an open collection.
        host: a loopback address; any other, and a reverse proxy in front, needs users.
        port: None takes 7860, or the next free one.
        root_path: the path under which a reverse proxy offers the page: /rashomon.
        users: names and password hashes as `rag.ui.login` makes them; None or empty is no login.
        mcp: makes a server of the Model Context Protocol, which is then offered at /mcp; to whom, the page's rules say.

    Raises:
        RagError: a login is needed and there are no users, the port is taken, or a package is missing.
    """
    if not users and (root_path or not is_loopback(host)):
        raise RagError(
            f"host {host!r}{f' under {root_path!r}' if root_path else ''} is more than this machine, which needs a "
            "login: `rag serve --add-user NAME` adds a user, or serve on 127.0.0.1"
        )
    listening = listen(host, range(DEFAULT_PORT, DEFAULT_PORT + _PORTS_TRIED) if port is None else [port])
    chosen: int = listening.getsockname()[1]
    forget_uploads(Path(get_upload_folder()))  # those of pages that were killed
    folder = Path(__file__).parent
    style = "".join((folder / name).read_text("utf-8") for name in _STYLES)
    script = "".join((folder / name).read_text("utf-8") for name in _SCRIPTS)
    guard = Middleware(Guard, doorkeeper=Doorkeeper(users) if users else None, style=style, proxied=bool(root_path))
    page = build(library, login=bool(users))
    page.state_session_capacity = 1000
    routes: list[BaseRoute] = [Route("/fonts/{name}", _font)]
    lifespan = None
    if mcp is not None:
        tools = mcp(lambda headers: UserShelf(library, user_of(headers)))
        routes.append(Route("/mcp", tools))
        lifespan = tools.lifespan
    app = FastAPI(routes=routes, middleware=[guard], lifespan=lifespan, openapi_url=None)
    gr.mount_gradio_app(
        app, page, "/", server_name=host, server_port=chosen, show_error=False, footer_links=[], run_history=False,
        enable_monitoring=False, ssr_mode=False, pwa=False, mcp_server=False, root_path=root_path or None,
        max_file_size=f"{MEGABYTES}mb",
        # In the head as they are: Gradio rewrites what is passed as `css`, and loses rules inside @media.
        theme=Base(font=_SANS, font_mono=_MONO),
        head=f"{_ICON}{_PRELOADED}<style>{style}</style><script>{script}</script>",
    )  # fmt: skip
    page.has_launched = True  # until this is set, Gradio takes any path of this machine for an uploaded file
    return Served(app, page, listening)


def forget_uploads(folder: Path, seconds: float = UPLOADS_KEPT) -> None:
    """Remove uploads that are older, parts of broken ones, and the folders of those that were read."""
    for upload in folder.glob("*") if folder.is_dir() else ():
        with suppress(OSError):  # another page of the same user may be doing the same
            if upload.stat().st_mtime < time.time() - seconds:
                shutil.rmtree(upload) if upload.is_dir() else upload.unlink()


async def _font(request: Request) -> Response:
    """One of our fonts. A Mount of StaticFiles finds none behind a proxy that takes the path away."""
    file = _FONTS / request.path_params["name"]
    if file.suffix != ".woff2" or not file.is_file():
        return PlainTextResponse("Not found", 404)
    return FileResponse(file, media_type="font/woff2", headers={"Cache-Control": "max-age=86400"})


def listen(host: str, ports: Sequence[int]) -> socket.socket:
    """A socket that listens on the first of the ports that is free.

    Raises:
        RagError: all are taken.
    """
    for port in ports:
        with suppress(OSError, OverflowError):
            return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    which = f"port {ports[0]}" if len(ports) == 1 else f"each port from {ports[0]} to {ports[-1]}"
    raise RagError(f"{which} on {host} is taken or not allowed. Give another with --port.")
