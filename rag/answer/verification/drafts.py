"""What a model wrote, piece by piece, to sentences: each without Markdown, with the markers it was given.

Nothing of the model's Markdown reaches a reader but line breaks and list items: no link, no image, no HTML.
Knows nothing of passages.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.text import sentence_spans

# [1], [1, 2], [1-3], 【1】, [^1], [Passage 2], (Source 3), (passages 1 and 2), 'said so in passage 2.'; not (1), not
# [the agency], not 'in article 9 of the law', 'in passage 2 of the treaty'. [42e3adf0], a fence's mark that a small
# model takes for a number, is one that names no passage.
_THING = r"(?:passage|source|article|document|citation|excerpt)s?"
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|&|and|-|–)\s*\d{1,3})*"
_MARKER = re.compile(
    rf"[\[【]\s*\^?\s*(?:{_THING}\s*#?)?({_NUMBERS})\s*[\]】]|\(\s*{_THING}\s*#?({_NUMBERS})\s*\)"
    rf"|,?\s+(?:as (?:stated|reported|mentioned|noted) )?in passages? #?({_NUMBERS})(?=\s*(?:[.,;:!?]|$))"
    r"|[\[(]\s*(?:<<)?[0-9a-f]{8}(?:>>)?\s*[\])]",
    re.I,
)
# 'According to passage 2, ', 'Passage 2 states that ' at the start of a sentence: a marker in words
_SPOKEN = re.compile(
    rf"(?:(?:according to|in|as per|as stated in|from|per)\s+)?(?:the\s+)?{_THING}\s+#?[\[【]?({_NUMBERS})[\]】]?"
    rf"(?:\s*,|\s*:|\s+(?:states?|says?|reports?|mentions?|notes?|indicates?|claims?)(?:\s+that)?)\s*",
    re.I,
)
_LAYOUT = re.compile(r"\s*(?:#{1,6}\s+|>\s*|(?P<item>[-*+•]\s+|\d{1,2}[.)]\s+))*")
_LINK = re.compile(r"!?\[([^\]]*)\]\((?:[^()\s]|\([^)]*\))*(?:\s+[\"'][^)]*)?\)")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|<!--.*?-->")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~|`+|\|")
# Text that must stand behind a sentence before it counts as ended: its markers come after its full stop.
_BEHIND = 12
_LONGEST_LINE = 4_000


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as the model wrote it, without Markdown and markers.

    `markers` are the numbers that it was given, right or wrong; `opens` says that it begins a new line, `item` that the
    line is a list's. A quotation of several sentences is in one.
    """

    text: str
    markers: tuple[int, ...] = ()
    opens: bool = False
    item: bool = False


def sentences(pieces: Iterable[str]) -> Iterator[DraftSentence]:
    """The sentences of a text that comes in pieces, each as soon as it is complete."""
    line, given = "", 0
    for piece in pieces:
        line += piece
        while "\n" in line or len(line) > _LONGEST_LINE:
            whole, _, line = line.partition("\n") if "\n" in line else (line[:_LONGEST_LINE], "", line[_LONGEST_LINE:])
            yield from _of_line(whole)[given:]
            given = 0
        begun = _of_line(line)
        ended = [s for s in begun[:-1] if len(begun[-1].text) >= _BEHIND]
        yield from ended[given:]
        given = max(given, len(ended))
    yield from _of_line(line)[given:]


def _of_line(line: str) -> list[DraftSentence]:
    layout = _LAYOUT.match(line)
    assert layout
    text, markers = _without_markers(_bare(line[layout.end() :]))
    behind = _LAYOUT.match(text)  # '[1] - The mayor said …'
    assert behind
    text = _curly(text[behind.end() :])
    markers = [(max(0, at - behind.end()), numbers) for at, numbers in markers]
    spans = _whole([(a, b) for a, b in sentence_spans(text) if any(c.isalnum() for c in text[a:b])], text)
    given: list[list[int]] = [[] for _ in spans]
    for at, numbers in markers:
        if spans:
            given[max(0, sum(start < at for start, _ in spans) - 1)] += numbers
    return [
        DraftSentence(text[a:b], tuple(dict.fromkeys(n)), opens=not i, item=bool(layout["item"] or behind["item"]))
        for i, ((a, b), n) in enumerate(zip(spans, given, strict=True))
    ]


# 'R-S.' of 'R-S.C.'
_ABBREVIATED = re.compile(r"\b[A-Z]\.$")


def _whole(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """The spans, those joined that a quotation or an abbreviation runs across: 'Graham, R-S.C., said so'."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        quoted = text[:start].count("“") > text[:start].count("”")
        if found and (quoted or (found[-1][1] == start and _ABBREVIATED.search(text[:start]))):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _bare(line: str) -> str:
    """A line without links, images, HTML and emphasis."""
    if line.lstrip().startswith(("```", "---", "===")):
        return ""
    return _EMPHASIS.sub("", _HTML.sub("", _LINK.sub(r"\1", line))).strip()


def _without_markers(line: str) -> tuple[str, list[tuple[int, list[int]]]]:
    """The line without its markers, and where each stood."""
    kept, markers, at = "", list[tuple[int, list[int]]](), 0
    for m in _all_markers(line):
        kept += line[at : m.start()]
        if m.re is _SPOKEN:
            markers.append((len(kept) + 1, _numbers(m[1])))
            rest = line[m.end() : m.end() + 1]
            kept, at = kept + rest.upper(), m.end() + len(rest)
        else:
            markers.append((len(kept.rstrip()), _numbers(m[1] or m[2] or m[3] or "")))
            at = m.end()
            # 'shells [1].' leaves no space before the full stop, 'shells.[1] Then' none too many
            kept = kept.rstrip() if line[at : at + 1] in ".,;:!?" or line[at : at + 1].isspace() else kept
    return (kept + line[at:]).strip(), markers


def _all_markers(line: str) -> list[re.Match[str]]:
    found = [
        m for m in _SPOKEN.finditer(line) if not line[: m.start()].strip() or line[: m.start()].rstrip()[-1] in ".!?"
    ]
    taken = {i for m in found for i in range(m.start(), m.end())}
    found += [m for m in _MARKER.finditer(line) if m.start() not in taken]
    return sorted(found, key=lambda m: m.start())


def _numbers(text: str) -> list[int]:
    """'1, 2' → 1, 2; '1-3' → 1, 2, 3; a range of more than ten is none."""
    found: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[-–]\s*(\d+))?", text):
        end = int(last or first)
        found += range(int(first), end + 1) if 0 <= end - int(first) < 10 else []
    return found


def _curly(text: str) -> str:
    """Straight quotation marks in turn to opening and closing ones, so that a part of a line knows where it stands."""
    inside = False

    def turn(m: re.Match[str]) -> str:
        nonlocal inside
        inside = not inside if m[0] == '"' else m[0] == "“"
        return "“" if inside else "”"

    return re.sub(r"(?<!\d)\"|\"(?=\w)|[“”]", turn, text)
