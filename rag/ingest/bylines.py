"""Lines that say who wrote an article and when it was posted, and what they say.

By shape: a word like 'By' with names behind it, a name with a role, a label with a full date. Where the line
stands is for the caller to judge.
"""

import re
from dataclasses import dataclass
from datetime import date

from rag.text.lines import ends_sentence, weight
from rag.text.printed_dates import printed_dates

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# A name as names are printed: 'Sarah Kim', 'SARAH KIM', 'Son Hyun-soo', 'J. R. van der Berg', 'José O’Neil'
_PART = r"[A-ZÀ-ÞŁŚŽČŠ][\w.'’-]*"
_NAME = rf"{_PART}(?: (?:(?:van|von|de|da|del|der|den|di|la|le|bin|al|el|ter|dos|y|e) )*{_PART}){{0,4}}"
_AND = r"(?:, and | and | AND |, | & | und | et | y | e | en | och )"
_NAMES = rf"{_NAME}(?:{_AND}{_NAME})*"
# 'By Jane Doe', 'BY SARAH KIM [kim@example.org]', 'Von Max Muster, Berlin'; not 'By Friday it was over', 'Di nuovo'
_BY = (
    r"(?:By|BY|by|Von|Par|Por|Di|Door|Av|Af|(?:[Ss]tory|[Ww]ritten|[Rr]eported|[Pp]osted|Reporting) by|Autor(?:in)?"
    r"|Author|Text):?"
)
_BYLINES = (
    re.compile(rf"^\W*{_BY}\s+(?P<names>{_NAMES})(?P<rest>.*)$"),
    # '김철수 기자', '도쿄=김철수 특파원 kim@example.org'; not '기자 회견이 열렸다'
    re.compile(r"^\W*(?:[가-힣]{2,6}[=/ ])?(?P<names>[가-힣]{2,4}) ?(?:기자|특파원)(?P<rest>\W*[^가-힣]*)$"),
)
# Labels of a day of publication, and of a day that isn't.
_POSTED = re.compile(
    r"\b(?:posted|published|released|filed|issued|date|veröffentlicht|erschienen|publié|paru|publicado|fecha"
    r"|pubblicato|gepubliceerd|publicerad|opublikowano|опубликовано)|입력|등록|게재|승인|송고|公開|掲載|配信|发布|發佈",
    re.I,
)
CHANGED = re.compile(  # 'Updated: …', 'article__modified', 'last-edited'; not 'published', 'upheld'
    r"(?<![^\W_])(?:updated?|modif|edited|revised|correct|changed|accessed|retrieved|printed|saved|aktualisiert|geändert|stand\b"
    r"|mise? à jour|actualizado|aggiornato|atualizado|bijgewerkt|uppdaterad|обновлено)|수정|업데이트|更新|修改",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it, and the date that stands in the same line."""

    author: str | list[str]
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Dated:
    """A line that is a date: the day of publication, None where it isn't clear or is that of a change.

    `is_labelled` where the line says that something was published; `is_bare` where it is a date and nothing else.
    """

    published: date | None
    is_labelled: bool
    is_bare: bool


def byline(line: str) -> Byline | None:
    """What a byline says; None where the line is none. A line that ends as a sentence does is none."""
    if len(line) > 300 or weight(line) > 30 or (ends_sentence(line) and line[0] not in "(["):
        return None
    for pattern in _BYLINES:
        match = pattern.match(line)
        if match is None:
            continue
        names = authors(match["names"])
        dates = printed_dates(line)
        rest = EMAIL.sub("", match["rest"].partition(";")[0])  # behind it stands who made the pictures
        lower = [w for w in re.findall(r"[^\W\d_]{3,}", rest) if w[0].islower()]
        if names and len(lower) <= 2:
            return Byline(names[0] if len(names) == 1 else names, dates[0].date if dates else None)
    return None


def authors(text: str) -> list[str]:
    """The names in a byline's text: 'by ANN LEE, BO STEIN and Cy Dorn | 12 March 2024' to three names."""
    dates = printed_dates(text)
    text = re.split(r"\s[|•·–—]\s", text[: dates[0].start] if dates else text)[0]
    text = re.sub(rf"^\W*(?:{_BY}\s+)?", "", text)
    names = [name.strip(" ,;|") for name in re.split(_AND, text)]
    if " " in names[0] and names[0].isupper():  # 'TOBY LEE, Political Editor': what isn't in capitals is no name
        names = [name for name in names if name.isupper()]
    names = [_as_name(name) for name in names]
    return list(dict.fromkeys(name for name in names if any(c.isalpha() for c in name)))


def dated_line(line: str) -> Dated | None:
    """What a line says that is a date with at most a label, a place and a time: 'Posted on : 2024-03-01 10:20 GMT'.

    None where it says more: 'The report, published November 2, 2023, says so.'
    """
    dates = printed_dates(line) if len(line) <= 200 else []
    if not dates or weight(line) > 30:
        return None
    rest, before, day = line, 0, None
    for printed in dates:
        if day is None and not CHANGED.search(line[before : printed.start]):
            day = printed.date
        before = printed.end
    for printed in reversed(dates):
        rest = f"{rest[: printed.start]} {rest[printed.end :]}"
    words = re.findall(r"[^\W\d_]{2,}", _POSTED.sub(" ", CHANGED.sub(" ", rest)))
    if len(words) > 7 or (ends_sentence(line) and len(words) > 2):
        return None
    return Dated(day, bool(_POSTED.search(rest)), not words and not CHANGED.search(rest))


def _as_name(name: str) -> str:
    """A name in capitals as names are written: 'SARAH KIM' is 'Sarah Kim', 'AP' stays."""
    if not name.isupper() or len(name.split()) < 2:
        return name
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), name)
