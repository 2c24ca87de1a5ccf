"""What stands before the page: security headers, the login, and which requests are let through at all.

ASGI middleware. Knows nothing of Gradio's events or of corpora.
"""

import asyncio
import base64
import hashlib
import ipaddress
import json
import math
import re
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.ui.login import Doorkeeper, Refusal, login_page

USER_HEADER: Final = "x-rashomon-user"
_COOKIE: Final = "rashomon-session"
_BROWSER: Final = "rashomon-browser"  # that somebody has logged in with it before
_YEAR: Final = 365 * 24 * 3600
_BODY: Final = 1_000_000  # bytes of any request that is no upload
_UPLOAD: Final = 500_000_000
# Gradio's own start-up code is inline, and its HTML component compiles its template: hence the two unsafe ones.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
# Gradio's routes that hand out files, or fetch for others; the page needs neither.
_CLOSED: Final = re.compile(r"/gradio_api/(file|proxy|stream|deep_link|load)|/(file|proxy)=|/monitoring|/docs|/openapi")
_FONT: Final = re.compile(r"^(?!.*/gradio_api/).*/fonts/[a-z-]+\.woff2$")
# Gradio knows an open page by a number that the page makes up: its state, its questions and their answers hang on it.
_PAGE: Final = re.compile(r"/(?:heartbeat|stream)/([^/]+)")
_PAGE_FIELD: Final = "session_hash"
_TOOLS: Final = "/mcp"


class Guard:
    """Lets through what may pass; adds the security headers to every response, which Gradio itself does not send."""

    def __init__(self, app: ASGIApp, *, doorkeeper: Doorkeeper | None, style: str, proxied: bool) -> None:
        """Stand before `app`. Without a doorkeeper there is no login; `proxied`: behind a reverse proxy."""
        self._app = app
        self._door = doorkeeper
        self._style = style
        self._proxied = proxied
        self._programs = dict[bytes, str]()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["Referrer-Policy"] = "same-origin"  # with none at all, a form of our own has no origin
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        request = Request(scope, receive)
        refused, user = self._refused(request), self._user(request)
        if refused is None and self._door is not None:
            if not user and request.url.path.removesuffix("/").endswith(_TOOLS):
                refused, user = await self._by_password(self._door, request)
            else:
                refused = await self._at_the_door(self._door, request)
            if refused is None and user:
                refused, receive = await self._of_another(self._door, user, request)
        if refused is not None:
            await refused(scope, receive, with_headers)
            return
        # What the browser says of the user counts for nothing.
        kept = [(k, v) for k, v in scope["headers"] if k.lower() != USER_HEADER.encode()]
        user_header = [(USER_HEADER.encode(), quote(user).encode())] if user else []
        await self._app({**scope, "headers": kept + user_header}, receive, with_headers)

    def _refused(self, request: Request) -> Response | None:
        headers, path = request.headers, request.scope["path"]
        if self._door is None and not is_loopback(_host(headers.get("host", ""))):
            return PlainTextResponse("This page is for this machine only.", 421)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc.lower() not in self._own_names(headers):
            return PlainTextResponse("Requests from other pages are not answered.", 403)
        if _CLOSED.search(path):
            return PlainTextResponse("Not found", 404)
        if request.method in ("POST", "PUT", "PATCH"):
            length = headers.get("content-length")
            if length is None:
                return PlainTextResponse("A length is needed.", 411)
            if not length.isdigit() or int(length) > (_UPLOAD if path.endswith("/upload") else _BODY):
                return PlainTextResponse("Too large.", 413)
        return None

    def _own_names(self, headers: Headers) -> set[str]:
        outside = headers.get("x-forwarded-host") if self._proxied else None
        return {name.lower() for name in (headers.get("host", ""), outside) if name is not None}

    async def _at_the_door(self, door: Doorkeeper, request: Request) -> Response | None:
        path = request.scope["path"].removesuffix("/")
        if request.method in ("GET", "HEAD") and _FONT.match(path):  # the login page is set in them
            return None
        if path.endswith("/login") and request.method == "POST":
            return await self._login(door, request)
        if path.endswith("/logout"):
            door.logout(request.cookies.get(_COOKIE, ""))
            response = RedirectResponse("./", 303)
            response.delete_cookie(_COOKIE)
            return response
        if self._user(request) is not None:
            return RedirectResponse("./", 303) if path.endswith("/login") else None
        if path.endswith("/login"):
            return HTMLResponse(login_page(self._style))
        if path.count("/") <= 1 and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("./login", 303)
        return PlainTextResponse("Log in first.", 401)

    async def _login(self, door: Doorkeeper, request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        name, password = (form.get(field, [""])[0] for field in ("username", "password"))
        found = await self._tried(door, name, password, request)
        if isinstance(found, Refusal):
            if found.wait:
                said = f"Too many tries. Wait {math.ceil(found.wait)} seconds."
                return HTMLResponse(login_page(self._style, said), 429, headers=_retry_after(found))
            return HTMLResponse(login_page(self._style, "The name or the password is wrong."), 401)
        in_browser = "text/html" in request.headers.get("accept", "")
        response: Response = RedirectResponse("./", 303) if in_browser else PlainTextResponse("in")
        outside = request.headers.get("x-forwarded-proto") if self._proxied else None
        secure = "https" in (request.url.scheme, outside)
        cookies: dict[str, Any] = {"httponly": True, "samesite": "strict", "secure": secure}
        response.set_cookie(_COOKIE, found, **cookies)
        response.set_cookie(_BROWSER, door.browser(name), max_age=_YEAR, **cookies)
        return response

    async def _tried(self, door: Doorkeeper, name: str, password: str, request: Request) -> str | Refusal:
        address = request.client.host if request.client else ""
        if self._proxied:
            address = request.headers.get("x-forwarded-for", address).split(",")[-1].strip()
        # In a thread: the hash is slow on purpose.
        return await asyncio.to_thread(door.login, name, password, address, request.cookies.get(_BROWSER, ""))

    async def _by_password(self, door: Doorkeeper, request: Request) -> tuple[Response | None, str | None]:
        """A program's name and password, sent with each request (RFC 7617); the session that they made is used again.

        A browser is never asked for them, so no page elsewhere can have it send them.
        """
        given = request.headers.get("authorization", "")
        known = hashlib.sha256(given.encode()).digest()
        token = self._programs.get(known, "")
        if door.user(token) is None:
            name, password = _basic(given)
            found = await self._tried(door, name, password, request) if name else Refusal()
            if isinstance(found, Refusal):
                if found.wait:
                    return PlainTextResponse("Too many tries.", 429, headers=_retry_after(found)), None
                return PlainTextResponse("Send name and password in the header Authorization: Basic.", 401), None
            self._programs = {k: t for k, t in self._programs.items() if door.user(t) is not None} | {known: found}
            token = found
        return None, door.user(token)

    async def _of_another(self, door: Doorkeeper, user: str, request: Request) -> tuple[Response | None, Receive]:
        """A refusal where the request is for a page that another user has open; the body, read for that, once more."""
        path, receive = request.scope["path"], request.receive
        pages = [*_PAGE.findall(path), *request.query_params.getlist(_PAGE_FIELD)]
        if request.method == "POST" and not path.endswith("/upload"):
            body = await request.body()
            receive = _again(body, receive)
            pages += _pages_in(body)
        if all(door.owns(user, page) for page in pages):
            return None, receive
        return PlainTextResponse("This page is another user's.", 403), receive

    def _user(self, request: Request) -> str | None:
        return self._door.user(request.cookies.get(_COOKIE, "")) if self._door else None


def user_of(headers: Any) -> str:
    """The user whom the guard named in a request's headers, a mapping of texts; empty where there is no login."""
    return unquote(headers.get(USER_HEADER, ""))


def _retry_after(refusal: Refusal) -> dict[str, str]:
    return {"Retry-After": str(math.ceil(refusal.wait))}


def _basic(header: str) -> tuple[str, str]:
    """Name and password of `Basic aW5lczouLi4=`; empty for anything else."""
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(coded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return name, password


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already, and then whatever comes."""
    given = False

    async def once_more() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once_more


def _pages_in(body: bytes) -> list[str]:
    """The pages that a call names: {"data": […], "session_hash": "…"}."""
    try:
        sent: Any = json.loads(body)
    except ValueError:
        return []
    page = sent.get(_PAGE_FIELD) if isinstance(sent, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return [page] if isinstance(page, str) else []


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return "?"


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine: localhost, 127.0.0.1, ::1. Not: 0.0.0.0, example.org."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
