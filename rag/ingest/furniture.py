"""The signs by which a line of a page is known as furniture.

Each sign looks at one line: its shape, with words of `clean_words` in support. It says what the line is, not
whether to remove it: `clean` knows where the line stands, and what stands around it.
"""

import re

from rag.ingest.clean_byline import EMAIL, URL, byline, is_credit, posting
from rag.ingest.clean_clock import is_clock, is_weather, printed_dates
from rag.ingest.clean_shape import LABEL, ends_sentence, is_quoted, is_sentence, weight
from rag.ingest.clean_words import ADVERT, FAMILIES, READER, RELATED, RIGHTS, SHARE, SUBSCRIBE

# Furniture comes in short lines; the patterns are tried on no longer ones, so that none can be made slow.
_LONGEST, _CREDIT_LENGTH = 600, 160
_DECORATION = "-–—=*•·▶►▲■◆#>›»<«‹|[]()【】〈〉→←↑↓⬇✉☰+ \t"
# '.bio-text {' 'width:100%;' '}' 'var x = 1;' '@media screen (max-width: 600px) {'; not 'He said: no;' 'Note: a;'
_CODE = re.compile(
    r"[{}\])};]+|[.#@][\w-]+[^.!?]*\{|[\w.#, >:-]+\{|[a-z]+(?:-[a-z]+)* ?: ?[^;\s][^;]{0,60};|-\w+-[\w-]+ ?:.*;"
    r"|(?:var|let|const) \w+ ?=.*|window\.\w+.*|(?:if|function) ?\(.*|/\*.*\*/|<\/?[a-z][^>]*>?"
)
# '12 comments' '3 min read' '1.2K shares' '5 Kommentare' '조회 120'; not '12 people died' '3 minutes later'
_COUNT = re.compile(
    r"\(?\d[\d.,]*[KkM]? ?(?:comments?|shares?|views?|likes?|replies|reads?|min(?:ute)?s?\.? (?:read|lesezeit"
    r"|de lecture)|"
    r"kommentare?|commentaires?|comentarios?|commenti|minuten|댓글|조회)\)?|(?:comments?|shares?|views?|댓글|조회수?|추천|"
    r"reading time|lesezeit|temps de lecture|read time)\W*\(?\d[\d.,]*\)?(?: ?min\w*\.?)?(?: de lecture)?",
    re.IGNORECASE,
)
_CRUMB = re.compile(r"\s*[>›»|/·•→]\s*")
# '@jdoe' '+1 (555) 123-4567' '01 23 45 67 89'; not a score of quarters: '14 11 6 15'
_HANDLE = re.compile(r"@\w{2,}|\+?\d(?:[ ()/-]*\d){8,}")
_CONTACT = re.compile(
    r"(?:[^.!?]{0,30}\b(?:e-?mail|contact|write to|reach|send|direct|questions|comments|tips|corrections|kontakt"
    r"|mail|제보|문의)"
    r"\b[^.!?]{0,40}\W*$|^\W*$)",
    re.IGNORECASE,
)
# 'Jane Doe can be reached at jane@example.org.'; not 'The port can be reached by train.'
_REACHED = re.compile(r"^[^.!?,]{3,60} (?:can|may) be (?:reached|contacted|followed) (?:at|on|via)\b", re.IGNORECASE)
# What sentences to the reader are about. 'Sign up for our newsletter' 'Send your tips'; not 'Follow the money.'
_HOOK = re.compile(
    r"newsletter|subscri|sign(?:ing)? up|\btips?\b|comment|question|feedback|correction|cookies|donat|follow"
    r"|inbox|our app"
    r"|\bapp\b"
    r"|journalism|member|abonn|inscri|suscri|iscriv|assin|leserbrief|kommentar|suivez|synd?icat|구독|제보|문의|의견|購読|投稿",
    re.IGNORECASE,
)
# Where to follow somebody, at whatever length they are named: 'Follow Jane Doe of the Ledger on Twitter @jdoe.'; not
# 'Follow the money.', 'Follow the vote on Monday.'
_FOLLOW = re.compile(
    r"\W*follow (?:[^.!?;:]{1,100}? )??(?:(?:on|at|via) (?:twitter|facebook|instagram|youtube|linkedin|telegram|tiktok"
    r"|threads|bluesky|mastodon|x)\b|(?:(?:on|at|via) )?@\w{2,})(?P<rest>.*)$",
    re.IGNORECASE,
)
_COOKIES = re.compile(r"cookie|newsletter|subscri|sign up|inbox|abonn|inscri|suscri|구독", re.IGNORECASE)
# A picture's credit behind its caption: '[YONHAP]' '(Yonhap)' '(Sputnik/A. Name/Kremlin via Reuters)' '(AP Photo/A.
# Name)'
# 'Photo: Reuters'; not 'WASHINGTON (Reuters) - He said' (it closes no line) or 'a member (R-Texas)'
_AGENCY = (
    r"(?:AP|AFP|EPA(?:-EFE)?|EFE|DPA|dpa|PA|UPI|TASS|KCNA|KNS|ANSA|ANP|TT|NTB|APA|Keystone|Reuters|REUTERS|Yonhap"
    r"|YONHAP|Getty"
    r"|Xinhua|Sputnik|Kyodo|Anadolu|NEWSIS|Newsis|News1|NurPhoto|Shutterstock|iStock|Alamy|Bloomberg|Unsplash"
    r"|Wikimedia|AAP"
    r"|Ukrinform|RIA Novosti|Interfax|Jiji|CNA|Imago|imago|picture[- ]alliance|Zuma|ZUMA|MAXPPP|Belga"
    r"|연합뉴스|뉴시스|뉴스1"
    r"|共同|時事|新华社|新華社)\b"
)
_CREDIT = re.compile(
    rf"\s*(?:[\[(](?:[^\])]{{0,50}}\b)?(?:{_AGENCY}|(?:[Pp]hotos?|PHOTO|[Ff]oto|[Ii]mages?|[Cc]ourtesy|[Hh]andout"
    rf"|[Ff]ile|via"
    rf"|[Cc]redit|[Pp]rovided by|[Ss]creengrab|[Ss]creenshot)\b|사진|제공|写真)[^\])]{{0,40}}[\])]"
    rf"|[|/–—] ?(?:[\w .’'-]{{0,30}}/)?\b{_AGENCY}(?:[ /][A-Z][\w.’'-]*){{0,4}}"
    r"|(?:[Pp]hoto|PHOTO|[Ii]mage|[Ff]oto|[Pp]icture|[Cc]redit|CREDIT|Bild|사진)(?: [Cc]redit| [Bb]y"
    r"|s)? ?[:=] ?[^:.]{2,60})\W*$"
)
_PICTURE = re.compile(
    r"^\W*(?:(?:file )?photo|image|foto|picture|bild|caption|사진|写真|図)(?: \d+)?(?: ?[:=]| by | credit)", re.I
)


def bare(line: str) -> str:
    """The line without the dashes, arrows and brackets around it, as around an advert's label."""
    return line.strip(_DECORATION)


def family(line: str) -> str | None:
    """The family of words a line without a sentence's shape belongs to: 'buttons', 'advertisement'."""
    words = bare(line) if len(line) <= _LONGEST else ""
    if not words or is_sentence(words) and not _to_link(words):
        return None
    for kin in FAMILIES:
        if kin.whole.fullmatch(words) or (kin.start.match(words) and weight(words) <= 20):
            return kin.name
    return None


def _to_link(words: str) -> bool:
    """'Read more: Will he go?' is a link, question mark and all."""
    return words[-1] in "?!…" and ":" in words[:16] and bool(RELATED.start.match(words))


def is_advert(line: str) -> bool:
    """'- Advertisement -', 'Story continues below advertisement'."""
    return family(line) == ADVERT.name


def is_related(line: str) -> bool:
    """'Related stories', 'Must read', 'Read more: North denies it'."""
    return family(line) == RELATED.name


def is_button(line: str) -> bool:
    """'Share', 'Print', 'Share on Facebook', 'Sign up for our newsletter' without a sentence's shape."""
    return family(line) in (SHARE.name, SUBSCRIBE.name)


def is_code(line: str) -> bool:
    """A line of a style sheet or a script that was saved with the text."""
    return len(line) <= _LONGEST and bool(_CODE.fullmatch(line))


def has_credit(line: str) -> bool:
    """Whether the line closes with a picture's credit, or begins as a caption does."""
    return bool(_CREDIT.search(line[-_CREDIT_LENGTH:])) or bool(_PICTURE.match(line))


def without_credit(line: str) -> str:
    """The caption without its credit, to know it again."""
    return (line[:-_CREDIT_LENGTH] + _CREDIT.sub("", line[-_CREDIT_LENGTH:])).strip() or line


def is_rights(line: str) -> bool:
    """'© 2023 The Times', 'Copyright © X. Prohibited from unauthorized reproduction'; nothing in quotation marks."""
    found = RIGHTS.search(line) if len(line) <= _LONGEST else None
    return bool(found) and not is_quoted(line) and weight(line) <= 60 and (found.start() < 30 or weight(line) < 20)


def is_address(line: str) -> bool:
    """Whether the line is an address and at most a word or two of label: 'Contact: a@example.org', '@example'."""
    left = line
    for pattern in (EMAIL, URL, _HANDLE):
        left = pattern.sub("", left)
    return left != line and weight(left) <= 3 and not ends_sentence(left.rstrip(" .") or "-")


def is_reader_line(line: str, at_head: bool) -> bool:
    """A line that speaks to who reads the page: 'Please direct questions to [a@example.org]', with or without a point.

    At the head of a page only what asks for consent or a subscription: an article may begin with 'Contact us'.
    """
    if len(line) > _LONGEST or is_quoted(line) or weight(line) > 45:
        return False
    if at_head:
        return bool(READER.match(line)) and bool(_COOKIES.search(line))
    if (follow := _FOLLOW.match(line)) and weight(URL.sub("", _HANDLE.sub("", follow["rest"]))) <= 8:
        return True
    address = EMAIL.search(line)
    if address and (_REACHED.match(line) or (weight(line) <= 12 and _CONTACT.match(line[: address.start()]))):
        return True
    return bool(READER.match(line)) and (bool(address) or bool(_HOOK.search(line)))


def is_crumbs(line: str) -> bool:
    """'Home > News > World', 'News | Sports | Opinion'; not '3/4' or 'he/she/they'."""
    parts = [p for p in _CRUMB.split(line) if p]
    return (
        len(parts) >= 3 and bool(re.search(r"\s[>›»|/·•→]|[>›»|→]\s", line))
        and all(weight(p) < LABEL and not p[:1].isdigit() for p in parts)
    )  # fmt: skip


def _is_dated_name(line: str) -> bool:
    """'Reuters November 18, 2019 11:03 PM', 'Los Angeles, June 12, 2024': a name and a date, and nothing else."""
    dates = printed_dates(line)
    if not dates or weight(line) > 14 or ends_sentence(line):
        return False
    rest = f"{line[: dates[0].start]} {line[dates[0].end :]}".replace("|", " ")
    words = [w for w in rest.split() if any(c.isalpha() for c in w) and not is_clock(f"1:00 {w}")]
    return len(words) <= 3 and all(not w[0].islower() for w in words)


def sign(line: str, at_head: bool) -> str | None:
    """What a line at the head or foot of a page is, if it is surely furniture."""
    if len(line) > _LONGEST:
        return None
    if not any(c.isalnum() for c in line):
        return "a rule or a mark"
    checks = (
        (is_weather, "weather"), (is_clock, "a date or time alone"), (is_code, "code"), (is_rights, "copyright note"),
        (byline, "byline"), (is_crumbs, "menu"), (posting, "posting line"), (is_address, "address"),
        (is_credit, "credits"),
    )  # fmt: skip
    for check, reason in checks:
        if check(line):
            return reason
    if _COUNT.fullmatch(bare(line)):
        return "count"
    if _is_dated_name(line):
        return "a date or time alone"
    if is_reader_line(line, at_head):
        return "line to the reader"
    return family(line)
