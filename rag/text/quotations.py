"""Quotations of a text, and whether another text holds them word for word.

Knows nothing of who is quoted.
"""

import re
from collections.abc import Iterable, Iterator

# “…”, "…", «…», „…“; ‘…’ and '…' only around two words or more, so that don't and the '90s are none.
_PAIRED = re.compile(
    r"“([^“”]+)(?:”|$)|„([^„“”]+)[“”]|«([^«»]+)»|\"([^\"]+)(?:\"|$)|(?<!\w)[‘']((?:[^‘’'\s]|(?<=\w)[’'](?=\w))+"
    r"(?:\s+(?:[^‘’'\s]|(?<=\w)[’'](?=\w))+)+)[’'](?!\w)"
)
_UNOPENED = re.compile(r"^([^“”„]+)”")
# What an editor puts into a quotation, or leaves out: '…', '...', '[the agency]'.
_GAP = re.compile(r"\s*(?:…|\.\.\.|\[[^\]]*\])\s*")
_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
                        "\u00a0": " ", "\u202f": " "})  # fmt: skip
_EDGES = " \t\n.,;:!?\"'-"
_SHORTEST_PART = 3


def quotations(text: str) -> list[str]:
    """What stands between quotation marks; a mark without its partner quotes up to the end, or from the start."""
    found = [m[1] for m in _UNOPENED.finditer(text)]
    found += [next(group for group in m.groups() if group) for m in _PAIRED.finditer(text)]
    return [q for q in found if re.search(r"\w", q)]


def is_verbatim(quotation: str, text: str) -> bool:
    """Whether the text holds the quotation word for word; marks, white space and punctuation at its ends aside.

    The parts around an ellipsis have at least three words each and stand in this order, unless the ellipsis is the
    text's own.
    """
    within, at = plain(text), 0
    if (whole := plain(quotation).strip(_EDGES)) and _find(whole, within, 0) >= 0:
        return True
    parts = list(_parts(quotation))
    for part in parts:
        if len(parts) > 1 and len(part.split()) < _SHORTEST_PART:
            return False
        found = _find(part, within, at)
        if found < 0:
            return False
        at = found + len(part)
    return bool(parts)


def quotes(text: str, quoted: Iterable[str]) -> bool:
    """Whether the text holds one of the quotations of two words or more word for word."""
    return any(is_verbatim(q, text) for q in quoted if " " in q.strip())


def plain(text: str) -> str:
    """Lower case, one kind of quotation mark, dash and space."""
    return " ".join(text.translate(_MARKS).casefold().split())


def _parts(quotation: str) -> Iterator[str]:
    for part in _GAP.split(quotation):
        if kept := plain(part).strip(_EDGES):
            yield kept


def _find(part: str, text: str, at: int) -> int:
    """Where the part stands in the text as whole words, -1 where it doesn't."""
    pattern = rf"(?<!\w){re.escape(part)}(?!\w)"
    match = re.compile(pattern).search(text, at)
    return match.start() if match else -1
