"""Lines that say who wrote an article and when it was posted, and what they say.

By shape: a word like 'By' with names behind it, a name with a role, a label with a full date. Where the line
stands is for the caller to judge.
"""

import re
from dataclasses import dataclass
from datetime import date

from rag.ingest.clean_clock import Printed, is_clock, printed_dates
from rag.ingest.clean_shape import ends_sentence, weight
from rag.ingest.clean_words import CHANGED, POSTED

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(
    r"(?:https?://|www\.)[^\s<>\"”)\]]+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|co\.\w\w|news)(?:/\S*)?"
)

# A name as names are printed: 'Sarah Kim', 'SARAH KIM', 'Son Hyun-soo', 'J. R. van der Berg', 'José O’Neil'
_PART = r"[A-ZÀ-ÞŁŚŽČŠ][\w.'’-]*"
_NAME = rf"{_PART}(?: (?:(?:van|von|de|da|del|der|den|di|la|le|bin|al|el|ter|dos|y|e) )*{_PART}){{0,4}}"
_NAMES = rf"{_NAME}(?:(?:, (?:and |und )?| and | AND | & | und | et | y | e | en | och ){_NAME})*"
_BY = (
    r"(?:[Bb]y|BY|[Bb]y:|[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|Di|DI|Door|Av|Af|(?:[Ss]tory|[Ww]ritten|[Rr]eported"
    r"|[Pp]osted) by"
    r"|Author:?|Autor(?:in)?:?|Auteur:?|Autore:?|Reporter:|Text:)"
)
_ROLE = (
    r"(?:staff|senior|chief|special|contributing|political|foreign|deputy|freelance|guest|national|world|science"
    r"|business)?"
    r"\s?(?:reporters?|correspondents?|editors?|(?:staff )?writers?|journalists?|columnists?|contributors?|newsroom"
    r"|staff"
    r"|bureau chief|korrespondent(?:in)?|redakteur(?:in)?|reporter(?:in)?|journaliste|correspondante?"
    r"|envoyée? spéciale?"
    r"|periodista|corresponsal|redactora?|giornalista|inviato)"
)
# 'By Jane Doe', 'BY SARAH KIM [kim@example.org]', 'Von Max Muster, Berlin'; not 'By Friday it was over', 'Di nuovo'
_BYLINE = re.compile(rf"^\W*{_BY}\s+({_NAMES})(?P<rest>.*)$")
# 'Jane Doe, staff reporter', 'Jane Doe | Senior Correspondent'; not 'Jane Doe, the reporter who was jailed'
_WITH_ROLE = re.compile(rf"^\W*({_NAMES})\s*[,|–—-]\s*(?i:{_ROLE})(?P<rest>(?:[ ,|–—-].*)?)$")
# '김철수 기자', '도쿄=김철수 특파원 kim@example.org'; not '기자 회견이 열렸다'
_HANGUL = re.compile(
    r"^\W*(?:[가-힣]{2,6}[=/ ])?([가-힣]{2,4}) ?(?:선임|수석|인턴)?"
    r"(?:기자|특파원|논설위원|에디터|통신원)(?P<rest>\W*.*)$"
)
# '(Reporting by Jane Doe; Editing by John Roe)', 'Reporting by Jane Doe in Seoul'; not 'Reporting by the paper
# showed it.'
_CREDITS = re.compile(
    rf"^\W*(?:(?:Additional )?[Rr]eporting|[Ww]riting|[Ee]diting|[Cc]ompiled|[Tt]ranslated|[Ee]dited)"
    rf"(?: and (?:writing|editing))? (?:by|from) ({_NAMES})(?P<rest>.*)$"
)
# Who else worked on it: 'Contributing: Jane Doe, John Roe.', '--additional reporting by Jane Doe', 'Jane Doe in Elmford
# contributed to this report.'; not 'Jane Doe contributed to the fund.', 'Contributing: the weather and the war.'
_SHARED = re.compile(
    rf"^\W*(?:(?i:contributing|contributors?|with reporting by|additional (?:reporting|research|writing)(?: by)?)[ :]+"
    rf"{_NAMES}(?:,? (?:in|from|of|at) {_NAMES})?|{_NAMES}(?:,? (?:in|from|of|at) {_NAMES},?)?"
    r" (?:also )?contributed (?:reporting|research|to this (?:report|story|article|post))"
    r"(?: (?:in|from) [^.!?]{2,40})?)\W*$"
)
_NO_NAME = re.compile(
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:January|February|March|April|June|July|August|September"
    r"|October"
    r"|November|December|Contrast|Comparison|The Numbers)\b"
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it, and the date that stands in the same line."""

    author: str
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Posting:
    """When it was posted; None where the line only says when it was changed, or the date can't be told."""

    published: date | None


def byline(line: str, day_first: bool | None = None) -> Byline | None:
    """What a byline says; None where the line is none. A line that ends as a sentence does is none."""
    bracketed = line[0] in "([" and line[-1] in ")]"
    if (
        len(line) > 300
        or weight(line) > 30
        or (ends_sentence(line) and not bracketed and not re.search(r"\d\.$", line))
    ):
        return None
    for pattern in (_BYLINE, _WITH_ROLE, _HANGUL, _CREDITS):
        match = pattern.match(line)
        if match and not _NO_NAME.search(match[1]) and _is_aside(match["rest"]):
            return Byline(_as_name(match[1]), _published(line, day_first))
    return None


def is_credit(line: str) -> bool:
    """Whether the line says who else worked on the article, and nothing else."""
    return len(line) <= 300 and bool(_SHARED.match(line)) and not _NO_NAME.search(line)


def is_name(line: str) -> bool:
    """Whether the line is a name and nothing else: two to four words, each with a capital."""
    return bool(re.fullmatch(_NAME, line)) and 2 <= len(line.split()) <= 4


def posting(line: str, day_first: bool | None = None) -> Posting | None:
    """What a posting line says: 'Posted on : 2024-03-01 10:20 GMT Modified on : …', 'Published Nov. 2, 2023'.

    None where the line is none: 'The report, published November 2, 2023, says so.'
    """
    dates = printed_dates(line, day_first) if len(line) <= 300 else []
    if not dates or weight(line) > 30:
        return None
    labels = [m for p in (POSTED, CHANGED) for m in p.finditer(line) if _stands_alone(line, m)]
    if not labels or not _nothing_else(line, dates):
        return None
    return Posting(_published(line, day_first))


def _published(line: str, day_first: bool | None) -> date | None:
    """The first date in the line that isn't labelled as that of a change."""
    before = 0
    for printed in printed_dates(line, day_first):
        between = line[before : printed.start]
        if not any(_stands_alone(between, m) for m in CHANGED.finditer(between)):
            return printed.date
        before = printed.end
    return None


def _stands_alone(line: str, match: re.Match[str]) -> bool:
    """Whether a label is a word of its own, not the middle of one."""
    before, after = line[: match.start()][-1:], line[match.end() :][:1]
    return not before.isalnum() and (not after.isalpha() or not match[0].isascii())


def _nothing_else(line: str, dates: list[Printed]) -> bool:
    """Whether little is left without dates, labels and times of day: a name, a place, a count."""
    for printed in reversed(dates):
        line = line[: printed.start] + " | " + line[printed.end :]
    left = [CHANGED.sub(" ", POSTED.sub(" ", piece)).strip(" :,.-–—()[]") for piece in line.split("|")]
    left = [piece for piece in left if piece and not is_clock(piece)]
    words = re.findall(r"[^\W\d_]{2,}", " ".join(left))
    lower = [
        w for w in words if w[0].islower() and w not in ("by", "at", "on", "am", "pm", "min", "read", "uhr", "um", "à")
    ]
    return len(words) <= 9 and len(lower) <= 1


def _is_aside(rest: str) -> bool:
    """Whether what follows the names is no sentence: an address, a role, a date, a place."""
    rest = EMAIL.sub("", rest).strip(" ,|[]()·•–—-/")
    lower = [w for w in re.findall(r"[^\W\d_]{3,}", rest) if w[0].islower()]
    known = re.findall(
        rf"\b(?:{_ROLE}|min|read|minute|minutes|updated|published|posted|and|editing|for|from|with)\b", rest, re.I
    )
    return len(lower) <= len(known) + 1 and weight(rest) <= 18


def _as_name(name: str) -> str:
    """A name in capitals as names are written: 'SARAH KIM' is 'Sarah Kim', 'AP' stays."""
    name = name.strip(" ,")
    if not name.isupper() or len(name.split()) < 2:
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m[0] if m[0] == "AND" else m[0].capitalize(), name).replace(" AND ", " and ")
