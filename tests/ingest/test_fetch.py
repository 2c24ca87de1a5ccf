"""Fetching what the user names, from a real server on this machine; everything not public is refused."""

import gzip
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from rag.errors import UnreadableError
from rag.ingest import fetch as module
from rag.ingest.converters import read_drafts
from rag.ingest.fetch import fetch, is_public, is_url
from rag.ingest.sandbox import Sandbox
from tests.ingest import fuzz

_LINKS = "".join(f"<item><title>{n}</title><link>/page?{n}</link></item>" for n in range(60))
_PAGES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, fuzz.page()),
    "/gzip": (200, {"Content-Type": "text/plain", "Content-Encoding": "gzip"}, gzip.compress(b"words " * 1000)),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(200_000_000))),
    "/brotli": (200, {"Content-Encoding": "br"}, b"x"),
    "/damaged": (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    "/large": (200, {}, bytes(21 * 2**20)),
    "/moved": (302, {"Location": "/page"}, b""),
    "/round": (302, {"Location": "/round"}, b""),
    "/nowhere": (302, {}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/private": (302, {"Location": "http://10.0.0.1/"}, b""),
    "/forbidden": (403, {}, b""),
    "/bracket": (302, {"Location": "https://["}, b""),
    "/crooked": (200, {}, b"<rss><channel><item><link>https://[</link></item></channel></rss>"),
    "/feed": (200, {"Content-Type": "application/rss+xml"}, f"<rss><channel>{_LINKS}</channel></rss>".encode()),
    "/full": (200, {"Content-Type": "text/xml"}, fuzz.feed()),
    "/mixed": (
        200,
        {},
        b"<rss><channel><item><link>/page</link></item><item><link>/gone</link></item></channel></rss>",
    ),
}


class Handler(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        Handler.seen.append(f"{self.headers['Host']}{self.path}")
        status, headers, body = _PAGES.get(self.path.split("?")[0], (404, {}, b""))
        if self.path.startswith("/drip"):
            self._drip()
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _drip(self) -> None:
        """A byte every now and then, of the head or of the body, for longer than anybody waits."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if self.path == "/drip-head" else b"\r\n"))
        with suppress(OSError):
            for _ in range(600):
                self.wfile.write(b"x")
                time.sleep(0.05)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize("path", ["/page", "/moved"])
def test_a_page(server: str, sandbox: Sandbox, path: str) -> None:
    (page,) = fetch(server + path, sandbox, allow_private=True).pages
    assert page == (fuzz.page(), f"{server}/page", "text/html") and page.name == "page.html"


def test_a_packed_answer(server: str, sandbox: Sandbox) -> None:
    (page,) = fetch(server + "/gzip", sandbox, allow_private=True).pages
    assert page.data == b"words " * 1000 and page.name == "page.txt"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/bomb", "more than the 20,971,520 bytes"),
        ("/large", "more than the 20,971,520 bytes"),
        ("/brotli", "an encoding that wasn't asked for"),
        ("/damaged", "sent damaged"),
        ("/round", "redirects more than 5 times"),
        ("/nowhere", "redirects .302. to nowhere"),
        ("/file", "leads to a file address: only http and https"),
        ("/bracket", "leads to 'https://.', which is not an address"),
        ("/forbidden", "answers 403 Forbidden: save the page from your browser"),
        ("/gone", "answers 404 Not Found"),
    ],
)
def test_what_is_refused(server: str, sandbox: Sandbox, path: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        fetch(server + path, sandbox, allow_private=True)


@pytest.mark.parametrize("path", ["/drip-head", "/drip-body"])
def test_an_answer_that_drips_is_given_up(server: str, sandbox: Sandbox, path: str) -> None:
    with pytest.raises(UnreadableError, match="takes too long to answer"):
        fetch(server + path, sandbox, allow_private=True, seconds=0.5)


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://127.0.0.1/", "127.0.0.1"), ("http://localhost/", "::1"), ("http://2130706433/", "127.0.0.1"),
     ("http://0x7f.1/", "127.0.0.1"), ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"), ("http://0/", "0.0.0.0"),
     ("http://169.254.169.254/latest", "169.254.169.254"), ("https://intranet.example.org/", "10.0.0.1")],
)  # fmt: skip
def test_private_addresses_are_refused_before_any_connection(
    sandbox: Sandbox, url: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests' own block refuses to look anything up; what the system makes of the host is given.
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: _numeric(address, 80))
    with pytest.raises(UnreadableError, match="not public"):
        fetch(url, sandbox)


def _numeric(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]


def test_a_redirect_to_a_private_address_is_refused(
    server: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.is_public
    monkeypatch.setattr(module, "is_public", lambda address: address.is_loopback or real(address))
    monkeypatch.setattr(socket, "getaddrinfo", _numeric)
    with pytest.raises(UnreadableError, match=r"leads to 10\.0\.0\.1 .* not public"):
        fetch(server + "/private", sandbox)


def test_one_private_address_among_public_ones_is_enough(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: _numeric("93.184.216.34", 80) + _numeric("10.0.0.1", 80)
    )
    with pytest.raises(UnreadableError, match=r"news\.example\.org \(10\.0\.0\.1\), which is not public"):
        fetch("http://news.example.org/", sandbox)


def test_the_connection_goes_to_the_address_that_was_checked(
    server: str, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.rsplit(":", 1)[1])
    asked: list[str] = []

    def once(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return _numeric("127.0.0.1", port)

    monkeypatch.setattr(
        module.socket, "getaddrinfo", lambda host, *a, **k: once(host) if host == "news.test" else _numeric(host, *a)
    )
    Handler.seen.clear()
    (page,) = fetch(f"http://news.test:{port}/page", sandbox, allow_private=True).pages
    assert asked == ["news.test"] and Handler.seen == [f"news.test:{port}/page"]
    assert page.url == f"http://news.test:{port}/page"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "only http and https"),
        ("http://user:pass@example.org/", "holds a user name"),
        ("http:///x", "names no host"),
        ("http://[::1/", "not an address"),
        ("https://[", "not an address"),
        ("https://[]/", "not an address"),
    ],
)
def test_addresses_that_are_none(sandbox: Sandbox, url: str, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        fetch(url, sandbox)


def test_a_feed_gives_what_its_entries_link_to(server: str, sandbox: Sandbox) -> None:
    result = fetch(server + "/feed", sandbox, allow_private=True)
    assert len(result.pages) == 50 and result.pages[0].url == f"{server}/page?0"


def test_a_link_that_leads_nowhere_is_reported(server: str, sandbox: Sandbox) -> None:
    result = fetch(server + "/mixed", sandbox, allow_private=True)
    assert [p.url for p in result.pages] == [f"{server}/page"]
    assert [(f.part, f.reason[:11]) for f in result.failures] == [(f"{server}/gone", "answers 404")]


def test_a_link_that_is_no_address_is_reported(server: str, sandbox: Sandbox) -> None:
    (failure,) = fetch(server + "/crooked", sandbox, allow_private=True).failures
    assert failure.part == "https://[" and "not an address" in failure.reason


def test_a_full_feed_needs_no_further_request(server: str, sandbox: Sandbox) -> None:
    Handler.seen.clear()
    (page,) = fetch(server + "/full", sandbox, allow_private=True).pages
    assert len(Handler.seen) == 1 and page.url == fuzz.URL
    (draft,) = read_drafts(page.data, page.name).drafts
    assert draft.fields["published"].value == "Thu, 02 Nov 2023 23:30:00 -0500" and draft.text.split("\n") == list(
        fuzz.PARAGRAPHS
    )


@pytest.mark.parametrize(
    ("address", "public"),
    [("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
     ("100.64.0.1", False),
     ("169.254.169.254", False), ("224.0.0.1", False), ("240.0.0.1", False), ("255.255.255.255", False),
     ("::", False), ("::1", False), ("fe80::1", False), ("fc00::1", False), ("fec0::1", False), ("ff02::1", False),
     ("::ffff:10.0.0.1", False), ("::7f00:1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
     ("::ffff:8.8.8.8", True), ("64:ff9b::808:808", True), ("2002:808:808::", False), ("::8.8.8.8", False),
     ("192.0.0.1", False), ("192.0.0.9", False), ("192.0.0.10", False), ("192.0.0.171", False), ("192.0.1.1", True),
     ("192.31.196.1", False), ("192.52.193.1", False), ("192.88.99.1", False), ("192.175.48.1", False),
     ("192.0.2.7", False), ("198.18.0.1", False), ("198.19.255.255", False), ("198.20.0.1", True),
     ("198.51.100.1", False), ("203.0.113.1", False), ("172.31.0.1", False), ("172.32.0.1", True), ("0.1.2.3", False),
     ("64:ff9b:1::1", False), ("100::1", False), ("2001::1", False), ("2001:20::1", False), ("2001:db8::1", False),
     ("2620:4f:8000::1", False), ("3fff::1", False), ("5f00::1", False), ("fd12::1", False), ("4000::1", False)],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_urls_and_paths() -> None:
    assert is_url("https://example.org") and is_url("HTTP://example.org")
    assert not is_url("http.txt") and not is_url("file:///etc/passwd") and not is_url("C:\\http://")
