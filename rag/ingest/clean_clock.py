"""Full dates as pages print them, and lines that are nothing but a date, a time of day or the weather.

Reads numbers and names of months in thirteen European languages, Korean, Japanese and Chinese. A date is full when
its year is printed; nothing is completed from today's date. Knows nothing of articles, nor of what a date means.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

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
_WEEKDAYS = (
    "mon monday tue tues tuesday wed wednesday thu thur thurs thursday fri friday sat saturday sun sunday "
    "mo montag di dienstag mi mittwoch do donnerstag fr freitag sa samstag sonnabend so sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "lunedì martedì mercoledì giovedì venerdì sabato domenica segunda-feira terça-feira quarta-feira quinta-feira "
    "sexta-feira maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag tisdag onsdag torsdag fredag lördag "
    "söndag mandag tirsdag lørdag søndag poniedziałek wtorek środa czwartek piątek sobota niedziela понедельник "
    "вторник "
    "среда четверг пятница суббота воскресенье pazartesi salı çarşamba perşembe cuma cumartesi pazar "
    "senin selasa rabu kamis jumat sabtu minggu 월요일 화요일 수요일 목요일 금요일 토요일 일요일 "
    "月 火 水 木 金 土 日 월 화 "
    "수 목 금 토 일 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 星期一 星期二 星期三 星期四 星期五 星期六 星期日"
)
_WEEKDAY = frozenset(_WEEKDAYS.split())
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
# What may stand in a clock line beside dates: weekdays, months, numbers, zones.
_CLOCK_WORD = re.compile(
    rf"(?:{_NAME}|{'|'.join(sorted(map(re.escape, _WEEKDAYS.split()), key=len, reverse=True))}"
    r"|\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:am|pm|z)?|\d{1,2} ?[ap]\.?m|\d{1,4}(?:st|nd|rd|th|er|º)?|a\.?m|p\.?m|uhr|h"
    r"|kst|jst|utc|gmt|bst|cest|cet|est|edt|et"
    r"|pst|pdt|pt|cst|cdt|ist|sgt|hkt|msk|aest|local time|at|à|le|de|del|of|um|den|der|the|today|heute"
    r"|오전|오후|午前|午後"
    r"|\d{1,4}[년年]|\d{1,2}[월月]|\d{1,2}[일日]|\d{1,2}[시時点]|\d{1,2}[분分]|[+-]\d{2}:?\d{2}|(?:19|20)\d\d[-./]\d\d?[-./]\d\d?"
    r"|\d\d?[-./]\d\d?[-./](?:19|20)?\d\d)(?=$|[^\w])",
    re.IGNORECASE,
)
_TIME = re.compile(r"\b\d{1,2}[:.h]\d\d\b|\b\d{1,2} ?[ap]\.?m\b|\d{1,2}[시時]", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,.|/·•()–—-]+")
# '18°C', '72°', '-3 ℃', 'Partly cloudy 65°F'; '65 F' alone; not 'Heat of 50 °C killed ten people', 'Section 8 F'
_DEGREES = re.compile(r"(?<![\w.])[-+−]?\d{1,3}(?:\.\d)? ?(?:°|º|℃|℉) ?[CF]?(?!\w)", re.IGNORECASE)
_BARE_DEGREES = re.compile(r"[-+−]?\d{1,3} [CF]")


@dataclass(frozen=True, slots=True)
class Printed:
    """A full date in a line: what it means, or None where the order of day and month can't be told."""

    start: int
    end: int
    date: date | None


def printed_dates(line: str, day_first: bool | None = None) -> list[Printed]:
    """The full dates that a line prints, in order. `day_first` says how to read 02/11/2023."""
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


def is_clock(line: str) -> bool:
    """Whether the line says a date or a time of day and nothing else.

    'Wednesday, June 12, 2024', '17:02 KST' and '2023.11.02 (목) 오후 5:02' do; '2024', 'May' and 'Monday' don't.
    """
    return (
        len(line) <= 60 and (bool(printed_dates(line)) or bool(_TIME.search(line)) or _day(line)) and _all_clock(line)
    )


def _day(line: str) -> bool:
    """'Wednesday, June 12': a month's name and a day, the year left out."""
    words = line.casefold().replace(",", " ").replace(".", " ").split()
    return any(w in _MONTH for w in words) and any(w.isdigit() and int(w) <= 31 for w in words) and len(words) >= 2


def _all_clock(line: str) -> bool:
    return not any(True for _ in _not_clock(line))


def _not_clock(line: str) -> Iterator[str]:
    at = 0
    while at < len(line):
        match = _BETWEEN.match(line, at) or _CLOCK_WORD.match(line, at)
        if match is None or match.end() == at:
            yield line[at:]
            return
        at = match.end()


def is_masthead_day(line: str) -> bool:
    """Whether a date is printed as mastheads print today's: its weekday in full, 'Wednesday, June 12, 2024'."""
    words = re.findall(r"[^\W\d_]+", line.casefold())
    return any(len(w) > 4 and w in _WEEKDAY for w in words)


def is_weather(line: str) -> bool:
    """Whether the line is a temperature, with at most a place or the state of the sky beside it."""
    if len(line) > 60:
        return False
    if _BARE_DEGREES.fullmatch(line):
        return True
    return bool(_DEGREES.search(line)) and len(_DEGREES.sub("", line).split()) <= 3 and line.rstrip()[-1] not in ".!?"
