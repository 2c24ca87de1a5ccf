"""A page or a feed from the web, when the user names its address. Nothing in a document is ever followed.

Only public machines are asked: every address of a host is checked, and the connection goes to an address that was
checked, so that a second answer of the name service changes nothing; so with every redirect. Knows nothing of formats
but what a feed is. Through httpx, past any proxy, since a proxy would look the names up again.
"""

import ipaddress
import json
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from rag.errors import UnreadableError
from rag.ingest.converters import SUFFIXES
from rag.ingest.converters.base import MEGABYTE, SUFFIX_OF_TYPE, Failure, ReadResult, suffix_of
from rag.ingest.converters.feed import is_feed
from rag.ingest.draft import Draft

MAX_BYTES = 20 * MEGABYTE
_TOO_LARGE = f"has more than the {MAX_BYTES:,} bytes that are fetched: save it and give the file"
MAX_REDIRECTS = 5
MAX_ENTRIES = 50
_SECONDS_OF_SILENCE = 10.0
_SECONDS_IN_ALL = 60.0

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Every block of the registries of special-purpose addresses (RFC 6890, iana.org/assignments/iana-ipv4-special-registry
# and -ipv6-, as of 2025), those that are reachable too, and multicast. Written out: what the standard library calls
# global differs from one release of Python to the next.
_SPECIAL_4 = [ipaddress.IPv4Network(block) for block in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
    "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)]  # fmt: skip
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_SPECIAL_6 = [ipaddress.IPv6Network(block) for block in (
    "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
)]  # fmt: skip
_CARRIES_4 = [ipaddress.IPv6Network(block) for block in ("::ffff:0:0/96", "64:ff9b::/96")]


class Fetched(NamedTuple):
    """What an address gave: bytes, the address they came from after redirects, and the type they were said to be."""

    data: bytes
    url: str
    content_type: str

    @property
    def name(self) -> str:
        """A file name for `converters.read_drafts`: by the type that the server states, else by the address."""
        path = urlsplit(self.url).path
        suffix = SUFFIX_OF_TYPE.get(self.content_type) or (suffix_of(path) if suffix_of(path) in SUFFIXES else "")
        return "page" + suffix


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """Pages, and the entries of a feed that couldn't be fetched."""

    pages: tuple[Fetched, ...] = ()
    failures: tuple[Failure, ...] = ()


class FeedReader(Protocol):
    """What reads a feed: a `Sandbox`."""

    def read(self, data: bytes, name: str) -> ReadResult:
        """The entries of a feed: those that it holds in full, and the links of the others among what is skipped."""
        ...


def is_url(text: str) -> bool:
    """Whether an argument of the user's is an address on the web and not a path."""
    return text.lower().startswith(("http://", "https://"))


def fetch(
    url: str, reader: FeedReader, *, allow_private: bool = False, seconds: float = _SECONDS_IN_ALL
) -> FetchResult:
    """What is at an address: a page, or of a feed its newest 50 entries, as the feed holds them or from their links.

    Args:
        url: an http or https address.
        reader: reads a feed, should it be one.
        allow_private: also ask private and loopback addresses; for tests.
        seconds: how long one address may take in all, its redirects included.

    Raises:
        UnreadableError: it is no such address, not public, doesn't answer, or answers too much, too late or with an
            error.
    """
    page = _get(url, allow_private, seconds)
    if not is_feed(page.data):
        return FetchResult(pages=(page,))
    entries = reader.read(page.data, "feed.xml")
    pages = [_held(page.url, draft) for draft in entries.drafts[:MAX_ENTRIES]]
    failures: list[Failure] = []
    for link in (one.part for one in entries.skipped[: MAX_ENTRIES - len(pages)]):
        try:
            if link.startswith("#"):
                raise UnreadableError("has neither a link nor a text")
            link = _joined(page.url, link)
            pages.append(_get(link, allow_private, seconds))
        except UnreadableError as e:
            failures.append(Failure(link, str(e)))
    return FetchResult(pages=tuple(pages), failures=tuple(failures))


def _held(feed: str, draft: Draft) -> Fetched:
    """An entry that a feed holds in full, as a record of its own, so that it is known again by its address."""
    record = {name: stated.value for name, stated in draft.fields.items()}
    address = _joined(feed, str(record.get("url", "")))
    body = json.dumps({**record, "url": address, "text": draft.text}).encode()
    return Fetched(body, address, "application/json")


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError as e:
        raise UnreadableError(f"leads to {link[:200]!r}, which is not an address ({e}): check it") from e


def _get(url: str, allow_private: bool, seconds: float) -> Fetched:
    """One address, its redirects followed."""
    import httpx

    deadline = time.monotonic() + seconds
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS_OF_SILENCE) as client:
        # A server that sends a byte now and then is never silent for long.
        timer = threading.Timer(seconds, client.close)
        timer.daemon = True
        timer.start()
        try:
            for _ in range(MAX_REDIRECTS + 1):
                answer = _request(client, url, allow_private, deadline)
                if isinstance(answer, Fetched):
                    return answer
                url = _joined(url, answer)
            raise UnreadableError(f"redirects more than {MAX_REDIRECTS} times: give the address that it ends at")
        except httpx.DecodingError as e:
            raise UnreadableError(f"is sent damaged ({e}): try again later") from e
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError, OSError) as e:
            if time.monotonic() >= deadline or isinstance(e, httpx.TimeoutException):
                raise UnreadableError("takes too long to answer: try again later") from e
            raise UnreadableError(f"cannot be reached ({e or type(e).__name__}): check the address") from e
        finally:
            timer.cancel()


def _request(client: Any, url: str, allow_private: bool, deadline: float) -> Fetched | str:
    """What an address answers, or the address that it redirects to."""
    import httpx

    target = _checked(url)
    host = target.host
    problem: Exception | None = None
    for address in _addresses(host, target.port or (443 if target.scheme == "https" else 80), allow_private):
        headers = {
            "Host": target.netloc.decode("ascii"),
            "User-Agent": "rashomon (fetches what its user names)",
            "Accept": "text/html, application/rss+xml, application/atom+xml, */*;q=0.5",
            "Accept-Encoding": "gzip",
        }
        # The connection goes to the address, the certificate has to be the host's.
        request = client.build_request(
            "GET", target.copy_with(host=str(address)), headers=headers, extensions={"sni_hostname": host}
        )
        request.extensions["timeout"] = httpx.Timeout(_SECONDS_OF_SILENCE).as_dict()
        try:
            response = client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as e:
            problem = e
            continue
        try:
            return _answer(response, url, deadline)
        finally:
            response.close()
    raise problem or OSError("the name has no address")


def _checked(url: str) -> Any:
    """The parts of an address that may be asked for."""
    import httpx

    try:
        urlsplit(url)  # refuses brackets that hold no address, which httpx takes for a name
        target = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError) as e:
        raise UnreadableError(f"is not an address ({e}): check it") from e
    if target.scheme not in ("http", "https"):
        raise UnreadableError(f"is or leads to a {target.scheme or 'nameless'} address: only http and https are read")
    if target.userinfo:
        raise UnreadableError("holds a user name or password: save the page and give the file")
    if not target.host:
        raise UnreadableError("names no host: check the address")
    return target


def _addresses(host: str, port: int, allow_private: bool) -> list[Address]:
    """The addresses of a host, all of them checked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as e:
        raise UnreadableError(f"cannot be reached, {host} is not known ({e}): check the address") from e
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(info[4][0]).split("%")[0]) for info in found))
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise UnreadableError(
                    f"is or leads to {host} ({address}), which is not public: save the page and give the file"
                )
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet.

    8.8.8.8 and 2001:4860:4860::8888 are, and so is ::ffff:8.8.8.8 and 64:ff9b::808:808 (NAT64), which carry the first;
    127.0.0.1, 10.0.0.1, 169.254.169.254, 192.0.0.9, ::1, fe80::1, ::ffff:10.0.0.1, 64:ff9b::7f00:1 are not.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in block for block in _SPECIAL_4)
    if any(address in block for block in _CARRIES_4):
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_6 and not any(address in block for block in _SPECIAL_6)


def _answer(response: Any, url: str, deadline: float) -> Fetched | str:
    status: int = response.status_code
    if status in (301, 302, 303, 307, 308):
        if location := response.headers.get("location"):
            return str(location)
        raise UnreadableError(f"redirects ({status}) to nowhere: check the address")
    if status != 200:
        fix = "save the page from your browser and give the file" if status in (401, 402, 403, 451) else "check it"
        raise UnreadableError(f"answers {status} {response.reason_phrase}: {fix}")
    said = response.headers.get("content-length", "")
    if said.isdigit() and int(said) > MAX_BYTES:
        raise UnreadableError(_TOO_LARGE)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "", "gzip", "deflate"):  # others unpack a few bytes to gigabytes
        raise UnreadableError(
            f"is sent in an encoding that wasn't asked for ({encoding}): save the page, give the file"
        )
    body = bytearray()
    for part in response.iter_bytes():
        body += part
        if len(body) > MAX_BYTES:
            raise UnreadableError(_TOO_LARGE)
        if time.monotonic() > deadline:
            raise UnreadableError("takes too long to answer: try again later")
    kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
    return Fetched(bytes(body), url, kind)
