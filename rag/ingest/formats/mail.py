"""E-mail: a message's text, and the articles attached to it; a mailbox's messages.

The Date header says when a message was sent, not when the article in it was published, so it's kept as a note.
"""

import email
import email.policy
import email.utils
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage

from rag.errors import UnreadableError
from rag.ingest.draft import Draft, Stated
from rag.ingest.formats.markup import text_of
from rag.ingest.formats.model import Failure, ReadResult
from rag.ingest.formats.sniff import SUFFIXES, suffix_of
from rag.ingest.formats.text import decoded, unwrapped

# 'Fwd: North denies', 'FW: WG: …'; not 'Forward: the army moves'.
_PREFIX = re.compile(r"^(?:\s*(?:fwd?|wg|tr|rv|enc|re|aw|sv)\s*:)+\s*", re.I)
# The line that mail programs put above a message that is passed on, and the header lines under it.
_FORWARDED = re.compile(
    r"^[ \t>]*(?:-{3,} ?(?:Forwarded message|Original Message|Weitergeleitete Nachricht) ?-{3,}|"
    r"Begin forwarded message:)[ \t]*\n(?:[ \t>]*\n)*((?:[ \t>]*\*?[\w-]{2,12}:\*? [^\n]*\n)+)",
    re.I | re.M,
)
_MBOX_LINE = re.compile(rb"^From \S+.*\d{4}[^\S\n]*$", re.M)
_FEW_WORDS = 30


def read_mbox(data: bytes, inner: Callable[..., ReadResult]) -> ReadResult:
    """The articles of a mailbox; the number of a message is its part.

    Raises:
        UnreadableError: it holds no message that can be read.
    """
    starts = [match.start() for match in _MBOX_LINE.finditer(data) if _begins_message(data, match.start())]
    drafts: list[Draft] = []
    failures: list[Failure] = []
    skipped: list[Failure] = []
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        message = re.sub(rb"(?m)^>(>*From )", rb"\1", data[start:end].partition(b"\n")[2])
        try:
            result = read_mail(message, inner)
        except UnreadableError as e:
            failures.append(Failure(f"#{number}", str(e)))
            continue
        drafts += [replace(draft, part=_part(f"#{number}", draft.part)) for draft in result.drafts]
        failures += [Failure(_part(f"#{number}", one.part), one.reason) for one in result.failures]
        skipped += [Failure(_part(f"#{number}", one.part), one.reason) for one in result.skipped]
    if not drafts:
        raise UnreadableError(f"is a mailbox in which none of {len(starts):,} messages holds an article")
    return ReadResult(drafts=tuple(drafts), failures=tuple(failures), skipped=tuple(skipped))


def read_mail(data: bytes, inner: Callable[..., ReadResult]) -> ReadResult:
    """A message's text, unless it's a few words above an attachment, and what is attached to it.

    Raises:
        UnreadableError: it holds neither text nor an article.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    drafts: list[Draft] = []
    failures: list[Failure] = []
    skipped: list[Failure] = []
    for number, (name, content) in enumerate(_attachments(message), 1):
        part = name or f"attachment {number}"
        if suffix_of(name) not in SUFFIXES:
            skipped.append(Failure(part, "not a format that is read"))
            continue
        try:
            result = inner(content, name)
        except UnreadableError as e:
            failures.append(Failure(part, str(e)))
            continue
        drafts += [replace(draft, part=_part(part, draft.part)) for draft in result.drafts]
        failures += [Failure(_part(part, one.part), one.reason) for one in result.failures]
        skipped += [Failure(_part(part, one.part), one.reason) for one in result.skipped]
    body = _body(message)
    if body and (len(body.text.split()) >= _FEW_WORDS or not drafts):
        drafts.insert(0, body)
    if not drafts and not failures:
        raise UnreadableError("is a message without text: save the article itself")
    return ReadResult(drafts=tuple(drafts), failures=tuple(failures), skipped=tuple(skipped))


def _begins_message(data: bytes, start: int) -> bool:
    """'From ' begins a message at the top and under a blank line; elsewhere it's a sentence."""
    return start == 0 or data[:start].endswith((b"\n\n", b"\r\n\r\n"))


def _part(outer: str, part: str) -> str:
    return f"{outer}/{part}" if part and not part.startswith("#") else outer + part


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
    if plain and (not markup or len(plain.split()) >= 50):
        text = unwrapped(plain)
    elif markup:
        page = _page(markup)
        text = page.text if page else text_of(markup)
        text = text if len(text.split()) >= len(plain.split()) else unwrapped(plain)
    else:
        return None
    fields = dict(page.fields) if page else {}
    sender = _sender(message)
    subject = _header(message, "subject")
    forwarded = _FORWARDED.search(text)
    if forwarded:
        text = text[: forwarded.start()] + text[forwarded.end() :]
    elif sender and not _PREFIX.match(subject):
        fields["author"] = Stated(sender, "From header")
    if title := _PREFIX.sub("", subject):
        fields["title"] = Stated(title, "Subject header")
    fields["note"] = Stated(_note(message, sender, forwarded[1] if forwarded else ""), "message headers")
    return Draft(text=text, fields=fields, is_clean=page is not None) if text.strip() else None


def _content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    content = part.get_payload(decode=True) if part is not None else None
    if part is None or not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decoded(content) if content.strip() else ""
    return text.replace("\r\n", "\n")


def _page(markup: str) -> Draft | None:
    """The article in a message's HTML; none where it's no page with an article."""
    from rag.ingest.formats.html import read_html

    try:
        return read_html(markup)
    except UnreadableError:
        return None


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name, "")).split())
    except Exception:  # the standard library's parsers of headers fail on broken ones in many ways
        return ""


def _sender(message: EmailMessage) -> str:
    name, address = email.utils.parseaddr(_header(message, "from"))
    return name.strip() or address


def _note(message: EmailMessage, sender: str, forwarded: str) -> str:
    """'e-mail from Jane Doe, sent 2 Nov 2023; forwarded: From: …, Date: …'."""
    parts = ["e-mail" + (f" from {sender}" if sender else "")]
    if sent := _header(message, "date"):
        parts.append(f"sent {sent}")
    note = ", ".join(parts)
    if forwarded:
        lines = (line.strip(" \t>*") for line in forwarded.splitlines())
        note += "; forwarded: " + ", ".join(line for line in lines if line)
    return note[:500]
