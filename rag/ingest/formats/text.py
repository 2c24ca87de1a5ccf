"""Plain text: its encoding found, lines that were only wrapped joined again.

No third-party parser of a format runs here, so small text may be read in the process itself.
"""

import codecs

from rag.errors import UnreadableError
from rag.ingest.draft import Draft

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 2**16
# The commonest letters of languages with encodings of two bytes; in text read wrongly they are rare.
_KANA = frozenset(map(chr, range(0x3041, 0x30FD)))
_HANZI = frozenset("的一是在不了有和人中大为国我以年上个到会日这報這為國會個說對來時們後")
_EAST_ASIAN = (
    ("cp932", _KANA), ("euc_jp", _KANA), ("gb18030", _HANZI), ("big5", _HANZI),
    ("cp949", frozenset("이다는에의을가고한하지서로기사도리를은부자인대")),
)  # fmt: skip
# Encodings that a text in a Western language may equally be in, the likeliest first.
_WESTERN = ("cp1252", "cp1251", "cp1250")


def read_text(data: bytes) -> Draft:
    """A text file, one article.

    Raises:
        UnreadableError: it is not text, or holds none.
    """
    text = decoded(data)
    if not text.strip():
        raise UnreadableError("holds no text")
    return Draft(text=unwrapped(text))


def decoded(data: bytes) -> str:
    """The text of bytes: by their byte order mark, as UTF-8, or else as the encoding they are likeliest in.

    Raises:
        UnreadableError: it is no text, or in no encoding that is known.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data:
        return _utf16(data)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as e:
        if e.start >= len(data) - 3:  # cut off in the middle of the last character
            return data.decode("utf-8", "replace")
    # A sample around the first letters that aren't ASCII: guessing over megabytes takes minutes.
    first = next((i for i, byte in enumerate(data) if byte > 127), 0)
    encoding = _guessed(data[max(0, first - _SAMPLE // 8) :][:_SAMPLE])
    if encoding is None:
        raise UnreadableError("is not text in any encoding that is known: save it as UTF-8")
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > len(text) / 100:
        raise UnreadableError("is not text in any encoding that is known: save it as UTF-8")
    return text


# “It isn’t open – yet…”, €5: what English text has beyond ASCII. Not: é, ü, ł
_TYPOGRAPHIC = "“”‘’–—…•€£§©®™ "


def _guessed(sample: bytes) -> str | None:
    """The likeliest encoding of a sample.

    charset-normalizer finds the likely ones and often can't choose between them; there the one with the commonest
    letters of its script is taken, and of the Western ones, which differ in few letters, the commonest.
    """
    best, share = "", 0.0
    for encoding, common in _EAST_ASIAN:
        text = sample.decode(encoding, "replace")
        foreign = [c for c in text if c > "\x7f"]
        known = sum(c in common for c in foreign) / max(len(foreign), 1)
        if known > share and foreign.count("\ufffd") < 0.02 * len(foreign):
            best, share = encoding, known
    if share > 0.12:
        return best
    windows = [c for c in sample.decode("cp1252", "replace") if c > "\x7f"]
    if sum(c in _TYPOGRAPHIC for c in windows) >= 0.9 * len(windows):
        return "cp1252"  # English text of old Windows programs, too short of letters to guess by
    from charset_normalizer import from_bytes

    matches = list(from_bytes(sample))
    if not matches:
        return None
    likeliest = [m for m in matches if (m.chaos, m.coherence) == (matches[0].chaos, matches[0].coherence)]
    for encoding in _WESTERN:
        if any(encoding in m.could_be_from_charset for m in likeliest):
            return encoding
    return matches[0].encoding


def _utf16(data: bytes) -> str:
    """UTF-16 without a mark, as Windows programs write it: of Western text every other byte is zero."""
    sample = data[:4096]
    for zeros, encoding in ((sample[1::2], "utf-16-le"), (sample[::2], "utf-16-be")):
        if len(zeros) >= 8 and zeros.count(0) > 0.7 * len(zeros) and sample.count(0) < 0.6 * len(sample):
            return data.decode(encoding, "replace")
    raise UnreadableError("is not text (it holds zero bytes): save it as text, Markdown or HTML")


def unwrapped(text: str) -> str:
    """The text with a paragraph a line, where its lines were broken at a fixed width.

    Only white space changes. That they were is taken from the text: lines of much the same length, and paragraphs set
    apart by blank lines. A headline, a byline and paragraphs a line each stay as they are.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    full = [len(line) for line, after in zip(lines, lines[1:], strict=False) if line.strip() and after.strip()]
    widest = max(map(len, lines), default=0)
    if len(full) < 6 or not 50 <= widest <= 100 or sum(n >= 0.75 * widest for n in full) < 0.7 * len(full):
        return text
    blocks: list[str] = []
    last = ""
    for line in lines:
        words = line.strip()
        # Where the line's first word would have fitted on the one before, that was ended and not wrapped.
        was_wrapped = len(last) >= 0.7 * widest and len(last) + len(words.split(" ", 1)[0]) >= widest
        if words and last and was_wrapped and words[0] not in "-*•>#":
            blocks[-1] = f"{blocks[-1]} {words}"
        else:
            blocks.append(line.rstrip())
        last = words
    return "\n".join(blocks)
