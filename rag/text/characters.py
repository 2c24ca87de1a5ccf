"""The characters of a text as they are kept: composed, with plain spaces, without what is invisible."""

import re
import unicodedata

# Everything invisible that would disturb offsets, search or a reader: control characters, soft hyphens, zero-width
# and bidirectional marks, the byte order mark. Not: line ends, tabs, joiners inside words of other scripts.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
# Letters set as one: 'ﬁ' is 'fi' to search, attribution and values, and looks the same to a reader.
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ"}
)
# Letters, digits and signs that East Asian type sets wide or narrow, each with the plain character that it stands for.
_WIDTHS = {code: plain for code in range(0xFF01, 0xFFEF) if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1}
_WIDE = re.compile("[\uff01-\uffee]")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def same_width(text: str) -> str:
    """The text for attribution and values, its offsets as they were: '５０％' is '50%', 'ＫＩＭ' is 'KIM'."""
    return text.translate(_WIDTHS) if _WIDE.search(text) else text


def searched(text: str) -> str:
    """The text for search: of one width, without ligatures and what is invisible, so that its offsets change."""
    return text if text.isascii() else same_width(_INVISIBLE.sub("", text).translate(_LIGATURES))


def plain_text(text: str) -> str:
    """The text as it is kept: composed characters, plain spaces, no invisible ones, paragraphs kept apart."""
    text = _LINE_ENDS.sub("\n", text).encode("utf-8", "replace").decode()
    # Composed last: what is taken out may have parted a letter from its accent.
    text = unicodedata.normalize("NFC", _SPACES.sub(" ", _INVISIBLE.sub("", text))).translate(_LIGATURES)
    return _BLANK_LINES.sub("\n\n", "\n".join(line.strip() for line in text.split("\n"))).strip()
