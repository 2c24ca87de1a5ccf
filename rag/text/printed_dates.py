"""Full dates as pages print them: '2 November 2023', 'Nov. 2nd, 2023', '2023년 11월 2일', '02.11.2023'.

Reads numbers and names of months in thirteen European languages, Korean, Japanese and Chinese. A date is full when
its year is printed; nothing is completed from today's date. Knows nothing of articles, nor of what a date means.
"""

import re
from dataclasses import dataclass
from datetime import date

from rag.text.characters import same_width

_MONTHS = (
    "jan january januar jänner janv janvier ene enero gen gennaio janeiro januari sty stycznia styczeń янв января "
    "oca ocak",
    "feb february februar feber févr fév février febrero febbraio fev fevereiro februari lut lutego luty фев февр "
    "февраля "
    "şubat pebruari",
    "mar march mär märz mrz mars marzo março maart mrt marts marca marzec мар марта mart maret",
    "apr april avr avril abr abril aprile kwi kwietnia kwiecień апр апреля nisan",
    "may mai mayo mag maggio maio mei maj maja мая май mayıs",
    "jun june juni juin junio giu giugno junho cze czerwca czerwiec июн июня haz haziran",
    "jul july juli juil juillet julio lug luglio julho lip lipca lipiec июл июля tem temmuz",
    "aug august août aoû ago agosto augustus augusti sie sierpnia sierpień авг августа ağu ağustos agustus agt",
    "sep sept september septembre septiembre setiembre set settembre setembro wrz września wrzesień сен сент сентября "
    "eyl eylül",
    "oct october okt oktober octobre octubre ott ottobre out outubro paź października październik окт октября eki ekim",
    "nov november novembre noviembre novembro lis listopada listopad ноя нояб ноября kas kasım nopember",
    "dec december dez dezember déc décembre dic diciembre dicembre dezembro gru grudnia grudzień дек декабря aralık "
    "des desember",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 2023-11-02, 2023.11.02., 2023/11/2, 2023년 11월 2일, 2023年11月2日; not 1-2023-11 or 20231102
        rf"(?<![\d.,/-])(?P<y>{_YEAR})(?:-|/|\. ?|년 ?|年)(?P<m>\d\d?)(?:-|/|\. ?|월 ?|月)"
        rf"(?P<d>\d\d?)(?![\d/-])[일日]?",
        # 2 November 2023, 2. November 2023, 1er novembre 2023, 2 de noviembre de 2023, 02-Nov-2023
        rf"(?<!\d)(?P<d>\d\d?)(?:\.|st|nd|rd|th|er|º)?[ -](?:de |of )?(?P<n>{_NAME})\b\.?,?[ -](?:de "
        rf"|del )?(?P<y>{_YEAR})\b",
        # November 2, 2023, Nov. 2nd 2023
        rf"\b(?P<n>{_NAME})\b\.? (?P<d>\d\d?)(?:st|nd|rd|th)?,? (?P<y>{_YEAR})\b",
        # 02.11.2023: with points the day comes first everywhere
        rf"(?<![\d.])(?P<d>\d\d?)\. ?(?P<m>\d\d?)\. ?(?P<y>{_YEAR})(?!\d)",
        # 11/02/2023 and 02/11/2023: which is the month shows only where the other is over 12
        rf"(?<![\d/-])(?P<a>\d\d?)[/-](?P<b>\d\d?)[/-](?P<y>{_YEAR})(?![\d/-])",
    )
)
# Not: /2019/11/x, /story/4082679002/, /id20191399
_IN_URL = re.compile(
    rf"[/_-](?P<y>{_YEAR})(?P<s>[/_-]?)(?:(?P<m>0?[1-9]|1[0-2])|(?P<n>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
    r"(?P=s)(?P<d>0[1-9]|[12]\d|3[01]|(?<=[/_-])[1-9])(?=[/_.-]|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A full date in a line: what it means, or None where the order of day and month can't be told."""

    start: int
    end: int
    date: date | None


def printed_dates(line: str, day_first: bool | None = None) -> list[Printed]:
    """The full dates that a line prints, in order. `day_first` says how to read 02/11/2023."""
    line = same_width(line)
    if not re.search(_YEAR, line):
        return []
    found: list[Printed] = []
    for pattern in _DATES:
        for match in pattern.finditer(line):
            if all(match.end() <= f.start or match.start() >= f.end for f in found):
                found.append(Printed(match.start(), match.end(), _of(match.groupdict(), day_first)))
    return sorted(found, key=lambda f: f.start)


def _of(parts: dict[str, str], day_first: bool | None) -> date | None:
    if "a" in parts:
        a, b = int(parts["a"]), int(parts["b"])
        if a <= 12 and b <= 12 and a != b and day_first is None:
            return None
        month, day = (b, a) if a > 12 or (b <= 12 and day_first) else (a, b)
    else:
        month = int(parts["m"]) if parts.get("m") else _MONTH[parts["n"].casefold()]
        day = int(parts["d"])
    try:
        return date(int(parts["y"]), month, day)
    except ValueError:
        return None


def day_in_url(url: str) -> date | None:
    """The day in an address's path: /2023/11/02/, /2023-11-02-title, /20231102/, /2023/nov/02/; None without one."""
    path = "/" + url.split("//", 1)[-1].partition("/")[2].partition("?")[0]
    for match in _IN_URL.finditer(path):
        month = _MONTH[match["n"].casefold()] if match["n"] else int(match["m"])
        try:
            return date(int(match["y"]), month, int(match["d"]))
        except ValueError:
            continue
    return None
