"""Which line at the head of a page is the headline: one that speaks of what the article speaks of.

Knows nothing of furniture but what it is given: the lines that may be it.
"""

import re
from collections.abc import Sequence

from rag.ingest import furniture
from rag.ingest.clean_shape import LABEL, content_words, weight

_LONGEST = 200
# So many words shared with the article make a headline; more make none better.
_ENOUGH = 5
_HANGUL = re.compile("[가-힣]{2}")
_HAN = re.compile("(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")


def topic(text: str) -> set[str]:
    """What a text is about, comparable across inflections: beginnings of words, pairs of characters.

    'Ships leave the port' and 'a ship left port' share {'port', 'ship'}: words are cut to five letters.
    """
    words = content_words(text)
    return (
        {w[:5].rstrip("s") for w in words if not _HANGUL.search(w)}
        | {w[:2] for w in words if _HANGUL.match(w)}
        | set(_HAN.findall(text))
    )


def find_headline(lines: Sequence[str], places: Sequence[int], first: int) -> int | None:
    """The place of the headline among the places before the first paragraph, or None.

    It is the first of the lines that share most words with the article: a page's name and its menus share few. A
    line that shares none is one only when there is no other that could be.
    """
    about = topic("\n".join(lines[first:]))
    able = [i for i in places if _could_be(lines[i])]
    shared = {i: len(topic(lines[i]) & about) for i in able}
    likely = [i for i in able if shared[i] >= 0.5 * max(1, len(topic(lines[i])))]
    if not likely:
        likely = [i for i in able if shared[i] >= max(1, 0.2 * len(topic(lines[i]))) and weight(lines[i]) > LABEL]
    if likely:
        most = max(min(shared[i], _ENOUGH) for i in likely)
        return next(i for i in likely if shared[i] >= 0.7 * most)
    long = [i for i in able if weight(lines[i]) > LABEL]
    return long[0] if len(long) == 1 and not _is_masthead(lines[long[0]], lines) else None


def _could_be(line: str) -> bool:
    return (
        3 <= weight(line) <= 40 and len(line) <= _LONGEST
        and line[-1] not in ":;," and line[0] not in "[("
        and not furniture.sign(line, at_head=True)
    )  # fmt: skip


def _is_masthead(line: str, lines: Sequence[str]) -> bool:
    """Whether the line is the name of the outlet: an address or a note on rights of the page holds it."""
    name = re.sub(r"\W", "", line).casefold()
    edges = (re.sub(r"\W", "", other).casefold() for other in lines if "@" in other or furniture.is_rights(other))
    return any(name in edge for edge in edges)
