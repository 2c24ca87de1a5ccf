"""E-mail: a message's text, and the articles attached to it; a mailbox's messages; a page saved as one (MHTML).

The Date header says when a message was sent, not when the article in it was published, so it's kept as a note.
"""

import email
import email.policy
import email.utils
import re
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from rag.errors import UnreadableError
from rag.ingest.bylines import EMAIL
from rag.ingest.converters.base import Converter, Failure, Gathered, Input, ReadResult, suffix_of
from rag.ingest.converters.html import read_html
from rag.ingest.converters.markup import text_of
from rag.ingest.converters.text import decoded, unwrapped
from rag.ingest.draft import Draft, Removed, Stated
from rag.text.lines import is_sentence

# 'Fwd: North denies', 'FW: WG: …'; not 'Forward: the army moves'.
_PREFIX = re.compile(r"^(?:\s*(?:fwd?|wg|tr|rv|enc|re|aw|sv)\s*:)+\s*", re.I)
# A header line within a message: 'From: Jane Doe', '*De :* Jane Doe', '发件人：Jane Doe'.
_LABELLED = re.compile(r"[ \t>*]*[^\W\d_][\w -]{0,14}\*?[:：]\*?[ \t]*\S")
_CLOCK = re.compile(r"(?<!\d)\d?\d[:.h]\d\d(?!\d)")
# 'From ' begins a message at the top and under a blank line; elsewhere it's a sentence.
_MBOX_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From \S+.*\d{4}[^\S\n]*$", re.M)
_FEW_WORDS = 30


def _mbox(file: Input) -> ReadResult:
    """The articles of a mailbox; the number of a message is its part."""
    data, parts = file.data, Gathered()
    starts = [match.start() for match in _MBOX_LINE.finditer(data)]
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        message = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end].partition(b"\n")[2])
        parts.read(f"#{number}", lambda m=message: _mail(replace(file, data=m)))
    if not parts.drafts:
        raise UnreadableError(f"is a mailbox in which none of {len(starts):,} messages holds an article")
    return parts.result()


def _mail(file: Input) -> ReadResult:
    """A message's text, unless it's a few words above an attachment, and what is attached to it."""
    from rag.ingest.converters import SUFFIXES

    message = email.message_from_bytes(file.data, policy=email.policy.default)
    parts = Gathered()
    for number, (name, content) in enumerate(_attachments(message), 1):
        part = name or f"attachment {number}"
        if suffix_of(name) in SUFFIXES:
            parts.read(part, lambda c=content, n=name: file.inner(c, n))
        else:
            parts.skipped.append(Failure(part, "not a format that is read"))
    body = _body(message)
    if body and (len(body.text.split()) >= _FEW_WORDS or not parts.drafts):
        parts.drafts.insert(0, body)
    if not parts.drafts and not parts.failures:
        raise UnreadableError("is a message without text: save the article itself")
    return parts.result()


def _attachments(message: EmailMessage) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for part in message.iter_attachments():
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0)
            found.append((part.get_filename() or "message.eml", inner.as_bytes()))  # pyright: ignore
        elif part.get_filename():
            content = part.get_payload(decode=True)
            found.append((str(part.get_filename()), content if isinstance(content, bytes) else b""))
    return found


def _body(message: EmailMessage) -> Draft | None:
    plain, markup = _content(message, "plain"), _content(message, "html")
    page: Draft | None = None
    text = unwrapped(plain)
    if markup and len(plain.split()) < 50:
        with suppress(UnreadableError):  # no page with an article
            page = read_html(markup)
        shown = page.text if page else text_of(markup)
        text = shown if len(shown.split()) >= len(plain.split()) else text
    fields = dict(page.fields) if page else {}
    sender = _sender(message)
    subject = _header(message, "subject")
    removed = page.removed if page else ()
    text, above, forwarded = _parted(text)
    if forwarded:
        removed += (Removed(above, "above the message that is passed on"),)
        fields = {}  # what a page's header lines say is of the message
    elif sender and not _PREFIX.match(subject):
        fields["author"] = Stated(sender, "From header")
    if title := _PREFIX.sub("", subject):
        fields["title"] = Stated(title, "Subject header")
    fields["note"] = Stated(_note(message, sender, forwarded), "message headers")
    return Draft(text=text, fields=fields, is_bounded=page is not None, removed=removed) if text.strip() else None


def _parted(text: str) -> tuple[str, str, list[str]]:
    """A message that is passed on, what stands above it, and its header lines, in any language.

    These are three or more labels together, one with an address and one with a clock time, and more text under them
    than above; where there are none, all is text.
    """
    block: list[str] = []
    at, is_behind_blank = 0, False
    for line in text.split("\n"):
        is_blank = not line.strip(" \t>*")
        if _LABELLED.match(line) and not (is_sentence(line) and is_behind_blank):
            block.append(line.lstrip(" \t>*").rstrip())
        elif not is_blank:
            if len(block) > 2 and 2 * at < len(text) and all(any(map(p.search, block)) for p in (EMAIL, _CLOCK)):
                return text[at:], text[:at].strip(), block
            block = []
        at, is_behind_blank = at + len(line) + 1, is_blank
    return text, "", []


def _content(message: EmailMessage, subtype: str) -> str:
    part: Any = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    text = _text_of(part)
    text = (text if isinstance(text, str) else decoded(text) if text.strip() else "").replace("\r\n", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":  # RFC 3676: a space at a line's end, but for '-- '
        text = re.sub(r"(?m)^-- $", "--", text)
        text = re.sub(r" \n(?![>\n])" if part.get_param("delsp") != "yes" else r" \n", " ", text)
    return re.sub(r"(?m)^(?:> ?)+", "", text) if subtype == "plain" else text


def _text_of(part: EmailMessage) -> str | bytes:
    """The content of a part: text where it is in the encoding that it states, or in UTF-8; else its bytes."""
    content = part.get_payload(decode=True)
    try:
        return content.decode(part.get_content_charset() or "utf-8") if isinstance(content, bytes) else b""
    except (LookupError, UnicodeDecodeError):
        return content if isinstance(content, bytes) else b""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except Exception:  # the standard library's parsers of headers fail on broken ones in many ways
        return ""


def _sender(message: EmailMessage) -> str:
    name, address = email.utils.parseaddr(_header(message, "from"))
    return name.strip() or address


def _note(message: EmailMessage, sender: str, forwarded: list[str]) -> str:
    """'e-mail from Jane Doe, sent 2 Nov 2023; forwarded: From: …, Date: …'."""
    sent = _header(message, "date")
    note = "e-mail" + (f" from {sender}" if sender else "") + (f", sent {sent}" if sent else "")
    return (f"{note}; forwarded: {', '.join(forwarded)}" if forwarded else note)[:500]


def _mhtml(file: Input) -> Draft:
    """A web page saved as one file: its root part. The Date header is the time of saving, and isn't read."""
    message = email.message_from_bytes(file.data, policy=email.policy.default)
    pages = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    if not pages:
        raise UnreadableError("is a saved web page without a page in it: save it again, as HTML")
    start = message.get_param("start")
    root = next((page for page in pages if start and page.get("Content-ID") == start), pages[0])
    return read_html(_text_of(root) or b"", _address(message, root))


def _address(message: EmailMessage, root: EmailMessage) -> str | None:
    """Where the page was saved from; 'cid:…' and 'file:…' are no address on the web."""
    for held in (root.get("Content-Location"), message.get("Snapshot-Content-Location")):
        if held and str(held).strip().lower().startswith(("http://", "https://")):
            return str(held).strip()
    return None


# Header lines of a mail: 'Subject: …'. Two of them must stand at the top: 'Date: …' alone may begin an article.
_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version|content-type|reply-to|"
    rb"sender|x-[\w-]+|list-[\w-]+|dkim-signature|authentication-results|snapshot-content-location)[ \t]*:",
    re.I,
)
# 'From jane@example.org Thu Nov  2 10:00:00 2023'; not 'From Seoul, our reporter'.
_MBOX = re.compile(rb"(?:\xef\xbb\xbf)?From \S+ +(?:\w{3} ){2} ?\d{1,2} \d\d:\d\d(?::\d\d)?[^\r\n]{0,12} \d{4}")


def _is_mail(data: bytes, suffix: str) -> bool:
    """Whether it begins with lines of mail headers: one is enough where the name says that it is a mail."""
    count = 0
    for line in _head(data).split(b"\n"):
        if _HEADER.match(line):
            count += 1
        elif not (count and line[:1] in (b" ", b"\t")):
            break
    if suffix in (".eml", ".mhtml", ".mht"):
        return bool(count or re.match(rb"[\w-]+:", _head(data)))
    return count >= 2 and suffix not in (".mbox", ".mbx")


def _is_mhtml(data: bytes, suffix: str) -> bool:
    top = _head(data).split(b"\n\n", 1)[0].lower()
    saved = b"multipart/related" in top and (b"snapshot-content-location" in top or b"saved by" in top)
    return _is_mail(data, suffix) and (saved or suffix in (".mhtml", ".mht"))


def _head(data: bytes) -> bytes:
    return data[:8192].removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")


CONVERTERS = (
    Converter("mbox", (".mbox", ".mbx"), lambda data, suffix: bool(_MBOX.match(data[:8192])), _mbox, holds_many=True),
    Converter("mhtml", (".mhtml", ".mht"), _is_mhtml, _mhtml),
    Converter("mail", (".eml",), _is_mail, _mail),
)
