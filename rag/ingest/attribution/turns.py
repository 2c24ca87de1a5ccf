"""Interview turns: paragraphs that begin with who speaks: 'Poe: …', 'Q: …'.

A label counts when it begins two paragraphs or more. Knows lines; nothing of sentences.
"""

import re
from collections import Counter
from dataclasses import dataclass

from rag.types import Span

# Poe: / DNK: / The source: / Daily News (DN): / Q. ; not 'He said:', not 'Note: …' once, not 9:30.
_LABEL = re.compile(
    r"^[ \t]*((?:[A-Z][\w.’'-]*|the)(?:[ ][A-Za-z(][\w.’')-]*){0,4}|[QA])(?::|(?<=\b[QA])\.)\s+(?=\S)", re.M
)
_REPORTING = re.compile(r"\b(?:said|says|asked|added|wrote|told|tweeted|statement|reads?)\b", re.I)


@dataclass(frozen=True, slots=True)
class SpeechTurn:
    """One turn: who, by the label's span; what, from behind it to the line's end or the next turn's line."""

    label: Span
    content: Span


def turns(text: str) -> list[SpeechTurn]:
    """The turns of an interview in order, none where no label comes twice."""
    found = [m for m in _LABEL.finditer(text) if not _REPORTING.search(m[1])]
    counted = Counter(_key(m[1]) for m in found)
    labels = [m for m in found if counted[_key(m[1])] > 1]
    if len(labels) < 3 or len({_key(m[1]) for m in labels}) < 2:
        return []
    made: list[SpeechTurn] = []
    for m in labels:
        end = text.find("\n", m.end())
        line_end = len(text) if end < 0 else end
        content_end = m.end() + len(text[m.end() : line_end].rstrip())
        if content_end > m.end():
            made.append(SpeechTurn(m.span(1), (m.end(), content_end)))
    return made


def _key(label: str) -> str:
    """'Daily News (DN)' and 'DN' are one."""
    acronym = re.search(r"\((\w+)\)", label)
    return (acronym[1] if acronym else label).casefold()
