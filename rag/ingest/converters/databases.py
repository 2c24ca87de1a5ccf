"""The articles of one export of a news database told apart: text or a document of Nexis, Factiva or ProQuest.

By the lines that these put between articles, and the names that they give to fields. Knows nothing of files.
"""

import re
from collections.abc import Iterator, Sequence

from rag.ingest.converters.base import ReadResult
from rag.ingest.converters.pdf_lines import PAGE_NUMBER
from rag.ingest.converters.records import field_of
from rag.ingest.draft import Draft, Stated
from rag.text.printed_dates import printed_dates

# What stands between two articles, or behind each: 'End of Document' and '3 of 50 DOCUMENTS' (Nexis),
# 'Document GAZTE00020240312ek3c0000a' (Factiva), a rule or 'Document 3 of 50' (ProQuest).
# Not: 'Documents show that', 'Document 3', a rule of a few strokes.
_BETWEEN = re.compile(
    r"^[ \t]*(?:End of Document|\d+ of \d+ DOCUMENTS?|Document \d+ of \d+|Document [A-Za-z\d]{20,30}|_{30,})[ \t]*$",
    re.M,
)
# What ends the text in an article of Nexis ('Load-Date: March 12, 2024', 'Classification').
_ENDS = re.compile(r"^[ \t]*(?:load-date:.*|classification)[ \t]*$", re.I | re.M)
# What begins it: the word 'Body' alone (Nexis), the note on rights (Factiva).
_BEGINS = re.compile(r"^[ \t]*(?:body|(?:copyright|\(c\)|©).*)[ \t]*$", re.I | re.M)
_BODY = re.compile(r"^[ \t]*body[ \t]*$", re.I | re.M)
# 'Full text: …', 'Publication title: The Gazette', 'Byline: Jane Doe'; a name of at most five words.
_LABEL = re.compile(r"^[ \t]*([A-Z][\w/&()-]*(?: [\w/&()-]+){0,4}):(?:[ \t]+(.*))?$")
# Names that ProQuest gives to what isn't the text, beside those of `record_names.yaml`.
_OTHER = frozenset(
    "abstract subject location people companyorganization classification identifierkeyword pages section "
    "publicationyear publicationsubject placeofpublication countryofpublication publisher issn eissn sourcetype "
    "languageofpublication documenttype documentid proquestdocumentid copyright lastupdated database volume issue "
    "firstpage links length section loaddate dateline graphic highlight".split()
)


def told_apart(draft: Draft) -> Draft | ReadResult:
    """The articles that a document holds, where a news database exported it; else the document as it is."""
    if not _BETWEEN.search(draft.text):
        return draft
    pieces = [piece.strip("\n") for piece in _BETWEEN.split(draft.text)]
    found = [article for piece in pieces if (article := _article(piece)) is not None]
    if not found:
        return draft
    return ReadResult(drafts=tuple(_draft(fields, text, f"#{n}") for n, (fields, text) in enumerate(found, 1)))


def _draft(fields: dict[str, str], text: str, part: str) -> Draft:
    stated = {name: Stated(value, "the export's header") for name, value in fields.items() if value}
    return Draft(text=text, fields=stated, part=part, is_bounded=True)


def _article(piece: str) -> tuple[dict[str, str], str] | None:
    """The fields and the text of one article; None for a cover page or a list of contents."""
    fields = dict(_labelled(piece.split("\n")))
    if text := fields.pop("text", ""):
        first = _head(piece)[0]
        return ({"title": first, **fields} if not _LABEL.match(first) else fields), text
    begin = _BODY.search(piece) or _BEGINS.search(piece)
    if begin is None:
        return None
    end = _ENDS.search(piece, begin.end())
    text = piece[begin.end() : end.start() if end else None].strip()
    head = _head(piece[: begin.start()])
    return ({**_of_head(head), **fields}, text) if text and head else None


def _head(text: str) -> list[str]:
    return [line for line in map(str.strip, text.split("\n")) if line and not PAGE_NUMBER.match(line)]


def _labelled(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What stands behind the labels that are known; a text goes on to the next of them."""
    name, value = "", list[str]()
    for line in [*lines, "Section:"]:
        match = _LABEL.match(line)
        bare = re.sub(r"[\W_]+", "", match[1]).lower() if match else ""
        known = None if bare in _OTHER else field_of(bare)
        if known or bare in _OTHER:
            if name:
                yield name, "\n".join(value).strip()
            name, value = known or "", [match[2] or ""] if match else []
        elif name == "text":
            value.append(line)


def _of_head(head: Sequence[str]) -> dict[str, str]:
    """Title, outlet and day from the lines above a text: 'title, outlet, day' (Nexis); outlet behind it (Factiva)."""
    fields = {"title": head[0]}
    for i, line in enumerate(head[1:], 1):
        if len(line) <= 60 and (dates := printed_dates(line, day_first=False)) and dates[0].date:
            fields["published"] = dates[0].date.isoformat()
            if i > 1 and not re.match(r"\d[\d,]* words$", head[i - 1]):
                fields["publisher"] = head[i - 1]
            elif behind := [other for other in head[i + 1 :] if not re.match(r"\d?\d:\d\d", other)]:
                fields["publisher"] = behind[0]
            break
    if author := next((line[3:] for line in head[1:] if line.startswith(("By ", "BY "))), ""):
        fields["author"] = author
    return fields
