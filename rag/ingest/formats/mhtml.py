"""MHTML, a web page saved as one file: its root part is the page, read as HTML."""

import email
import email.policy
from email.message import EmailMessage

from rag.errors import UnreadableError
from rag.ingest.draft import Draft


def read_mhtml(data: bytes) -> Draft:
    """The saved page. The Date header is the time of saving, and isn't read.

    Raises:
        UnreadableError: it holds no page, or no article is found in it.
    """
    from rag.ingest.formats.html import read_html

    message = email.message_from_bytes(data, policy=email.policy.default)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableError("is a saved web page without a page in it: save it again, as HTML")
    start = message.get_param("start")
    root = next((page for page in pages if start and page.get("Content-ID") == start), pages[0])
    return read_html(_content(root), _address(message, root))


def _content(part: EmailMessage) -> bytes | str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise UnreadableError("is a saved web page without a page in it: save it again, as HTML")
    charset = part.get_content_charset()
    try:
        return payload.decode(charset) if charset else payload
    except (LookupError, UnicodeDecodeError):
        return payload


def _address(message: EmailMessage, root: EmailMessage) -> str | None:
    """Where the page was saved from; 'cid:…' and 'file:…' are no address on the web."""
    for held in (root.get("Content-Location"), message.get("Snapshot-Content-Location")):
        if held and str(held).strip().lower().startswith(("http://", "https://")):
            return str(held).strip()
    return None
