"""The articles of one export of a news database told apart: Nexis, Factiva, ProQuest, Europresse as text or document.

By the lines that these put between articles, and the names that they give to fields. Knows nothing of files.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from rag.ingest.bylines import byline
from rag.ingest.converters.base import ReadResult
from rag.ingest.converters.pdf_lines import PAGE_NUMBER
from rag.ingest.converters.records import field_of
from rag.ingest.draft import Draft, Stated
from rag.text.lines import is_sentence, letters
from rag.text.printed_dates import printed_dates

# What stands between two articles, or behind each: 'End of Document' and '3 of 50 DOCUMENTS' (Nexis),
# 'Document GAZTE00020240312ek3c0000a' (Factiva), a rule or 'Document 3 of 50' (ProQuest),
# 'Document 3 de 50' (Europresse). Not: 'Documents show that', 'Document 3', a rule of a few strokes.
_BETWEEN = re.compile(
    r"^[ \t]*(?:End of Document|\d+ of \d+ DOCUMENTS?|Do[ck]umento? \d+ [a-z]+ \d+|Document [A-Za-z\d]{20,30}|_{30,})"
    r"[ \t]*$",
    re.M,
)
_BODY = re.compile(r"[ \t]*body[ \t]*$", re.I)  # begins the text (Nexis)
# Begins the text in Factiva, ends it in others: '(c) 2023 The Gazette', 'Copyright 2023. …'; not 'Copyright law fails'.
_RIGHTS = re.compile(r"[ \t]*(?:copyright|\(c\)|©)(?:\W|c\b)*(?:19|20)\d\d\b", re.I)
# Ends it: 'Load-Date: March 20, 2024', 'Classification', 'LANGUAGE: ENGLISH'; not 'Subject: a vote'.
_ENDS = re.compile(
    r"[ \t]*(?:(?i:load-date:.*|graphic|classification)[ \t]*$|(?:GRAPHIC|LANGUAGE|SUBJECT|PUBLICATION-TYPE):)"
)
# 'Full text: …', 'Publication title: The Gazette', 'Byline: Jane Doe'; a name of at most five words.
_LABEL = re.compile(r"^[ \t]*([A-Z][\w/&()-]*(?: [\w/&()-]+){0,4}):(?:[ \t]+(.*))?$")
# Names that ProQuest gives to what isn't the text, beside those of `record_names.yaml`.
_OTHER = frozenset(
    "abstract subject location people companyorganization classification identifierkeyword pages section "
    "publicationyear publicationsubject placeofpublication countryofpublication publisher issn eissn sourcetype "
    "languageofpublication documenttype documentid proquestdocumentid copyright lastupdated database volume issue "
    "firstpage links length section loaddate dateline graphic highlight".split()
)


def split_export(draft: Draft) -> Draft | ReadResult:
    """The articles that a document holds, where a news database exported it; else the document as it is."""
    if not _BETWEEN.search(draft.text):
        return draft
    pieces = [piece.strip("\n") for piece in _BETWEEN.split(draft.text)]
    found = [article for piece in pieces if (article := _article(piece)) is not None]
    if not found:
        return draft
    return ReadResult(drafts=tuple(_draft(fields, text, f"#{n}") for n, (fields, text) in enumerate(found, 1)))


def _draft(fields: dict[str, Any], text: str, part: str) -> Draft:
    stated = {name: Stated(value, "the export's header") for name, value in fields.items() if value}
    return Draft(text=text, fields=stated, part=part, is_bounded=True)


def _article(piece: str) -> tuple[dict[str, Any], str] | None:
    """The fields and the text of one article; None for a cover page or a list of contents."""
    lines = piece.split("\n")
    fields: dict[str, Any] = dict(_labelled(lines))
    if text := fields.pop("text", ""):
        first = _head(lines)[0]
        return ({"title": first, **fields} if not _LABEL.match(first) else fields), text
    begin, end = _bounds(lines)
    text = "\n".join(lines[begin:end]).strip()
    head = _head(lines[:begin])
    return ({**_of_head(head), **fields}, text) if text and head else None


def _bounds(lines: Sequence[str]) -> tuple[int, int]:
    """Where the text begins, and where it ends: all before it is the header.

    It begins behind 'Body', or behind a note on rights that no sentence stands above, or behind the first labels that
    follow on the day, or else with the first sentence. It ends at a label of the export, or note on rights, behind it.
    """
    begin = next((i for i, line in enumerate(lines, 1) if _BODY.match(line)), 0)
    ends = [_ENDS.match]
    if not begin and (day := next((i for i, line in enumerate(lines, 1) if _day(line)), 0)):
        filled = [i for i in range(day, len(lines)) if lines[i].strip()]
        said = next((i for i in filled[1:] if is_sentence(lines[i]) and not _field(lines[i])), len(lines))
        if note := next((i for i in filled if i <= said and _RIGHTS.match(lines[i])), 0):
            begin = note + 1
        else:
            ends.append(_RIGHTS.match)
            begin = max((i + 1 for i in filled if i < said and _field(lines[i])), default=said)
    return begin, next((i for i in range(begin, len(lines)) if any(end(lines[i]) for end in ends)), len(lines))


def _head(lines: Sequence[str]) -> list[str]:
    return [line for line in map(str.strip, lines) if line and not PAGE_NUMBER.match(line)]


def _field(line: str) -> str:
    """The field that a line's label stands for, 'other' for one that is none of ours; empty without a known label."""
    match = _LABEL.match(line)
    bare = letters(match[1]) if match else ""
    return "other" if bare in _OTHER else field_of(bare) or ""


def _day(line: str) -> date | None:
    """The day that a line of the header states, which isn't a label's."""
    found = printed_dates(line, day_first=False) if len(line.strip()) <= 60 and not _LABEL.match(line) else []
    return found[0].date if found else None


def _labelled(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands behind the labels that are known; a text goes on to the next of them."""
    name, value = "", list[str]()
    for line in [*lines, "Section:"]:
        if known := _field(line):
            if name not in ("", "other"):
                yield name, "\n".join(value).strip()
            name, value = known, [line.partition(":")[2].strip()]
        elif name == "text":
            value.append(line)


def _of_head(head: Sequence[str]) -> dict[str, Any]:
    """Title, outlet, day and author from the lines above a text, read upward from it, so that a cover page isn't met.

    'title, outlet, day' (Nexis), 'outlet, day, title' (older Nexis, Europresse), the outlet behind the day (Factiva).
    """
    fields: dict[str, Any] = {"title": head[0]}
    own = head
    if at := next((i for i in range(len(head) - 1, 0, -1) if _day(head[i])), 0):
        fields["published"] = str(_day(head[at]))
        if re.match(r"\d[\d,]* words$", head[at - 1]):
            fields["publisher"] = next((line for line in head[at + 1 :] if not re.match(r"\d?\d:\d\d", line)), "")
        elif at == 1:
            own = [f"By {line}" for line in head[2:]]
            fields |= {"publisher": head[0].split(" (")[0], "title": "".join(head[2:3])}
        else:
            fields |= {"publisher": head[at - 1], "title": head[at - 2]}
    said = (byline(line) for line in own[1:])
    if names := next((said.author for said in said if said), ""):
        fields["author"] = names
    return fields
