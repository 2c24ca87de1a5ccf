"""An answer's Markdown taken apart: what it says, statement by statement, and which citations each is given.

Knows the form of answers, not whether they are right.
"""

import re
from dataclasses import dataclass

from rag.answer.cite import from_markdown
from rag.text import sentence_spans
from rag.types import Answer

_MARKERS = re.compile(r"(?:(?<!\\)\[\d+\][,;]?\s?)+")
_NUMBER = re.compile(r"\[(\d+)\]")
# What follows the markers and the article does not say: ' — Hankyoreh, 2 November 2023'
_ATTRIBUTED = re.compile(r"^\s*— .*$")
# The same where a marker is lacking: '… — Hankyoreh, 2 November 2023', '… — The Gazette, date unknown'
_UNMARKED = re.compile(r"\s+— [^—\n]+, (?:date unknown|\d\d? [A-Z][a-z]+ \d{4})(?: \([^()]*\))?$")
_BULLET = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")
# '**Maren Holt** (according to the mayor): …', who says what follows
_SPEAKER = re.compile(r"^\*\*(?P<who>.+?)\*\*(?P<via>[^:*\[]*): ")
# A line about the sources or the answer itself: 'The sources disagree: …', '**Denied** — 2 sources', 'Also on this:',
# a question that is answered below it: '### When did it sail?', and a remark of the answer's own: '*These are the
# nearest lines; …*'
_FRAME = re.compile(r"\bsources?\b|:$|^### |^\W*and \d+ more\.$|^\*[^*]+\*$")


@dataclass(frozen=True, slots=True)
class Said:
    """One statement of an answer: its words, who is named before it, the numbers of its citations, its whole line."""

    text: str
    cited: tuple[int, ...]
    line: str
    speaker: str = ""


def statements(answer: Answer) -> list[Said]:
    """What an answer says, in order, without headings, attributions and what it says of its sources."""
    found: list[Said] = []
    for line in answer.text.split("\n"):
        plain = _BULLET.sub("", line).strip()
        if not plain or (not _NUMBER.search(plain) and (_FRAME.search(plain) or _is_bold(plain))):
            continue
        speaker = _SPEAKER.match(plain)
        body = plain[speaker.end() :] if speaker else plain
        found += _in_line(body, from_markdown(plain), from_markdown(speaker[0]) if speaker else "")
    return found


def short_answer(answer: Answer) -> str:
    """What stands in bold before the first statement: '**six**'; '' where nothing does."""
    first = answer.text.split("\n")[0].strip()
    return from_markdown(first).strip("* ") if _is_bold(first) and not _FRAME.search(first) else ""


def _in_line(body: str, line: str, speaker: str) -> list[Said]:
    found: list[Said] = []
    at, attributed = 0, False
    for m in _MARKERS.finditer(body):
        before = body[at : m.start()]
        numbers = tuple(int(n) for n in _NUMBER.findall(m[0]))
        attributed = attributed or bool(found and before.lstrip().startswith(("— ", ";")))
        if attributed:  # '— The Gazette; also [3] The Post': one more of the same, and so to the line's end
            last = found.pop()
            found.append(Said(last.text, (*last.cited, *numbers), line, speaker))
        elif before.strip(" .,;—"):
            text = from_markdown(before).strip()
            *uncited, own = [text[a:b] for a, b in sentence_spans(text)] if not found else [text]
            joined = len(uncited) < _QUOTED_TOGETHER
            found += [] if joined else [Said(u, (), line, speaker) for u in uncited]
            found.append(Said(text if joined else own, numbers, line, speaker))
        at = m.end()
    rest = body[at:]
    if not attributed and (not found or not _ATTRIBUTED.match(rest)):
        text = _UNMARKED.sub("", from_markdown(rest).strip())
        if any(c.isalnum() for c in text):
            found.append(Said(text, (), line, speaker))
    return found


# A quotation of two sentences stands under one marker; more sentences than that each need their own.
_QUOTED_TOGETHER = 2


def _is_bold(line: str) -> bool:
    return line.startswith("**") and "**" in line[2:] and not _NUMBER.search(line)
