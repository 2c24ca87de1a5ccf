"""What an answer got right of a case, each measure a function of values. Usable alone; no language model judges.

A measure is between 0 and 1; None where the case or the answer gives it nothing to measure. First the answer's Markdown
is taken apart, into what it says, statement by statement, and the citations that each is given.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from statistics import fmean

from rag.answer.cite import attribution, from_markdown
from rag.evaluate.cases import Case, KnownArticle
from rag.evaluate.facts import holds, holds_value, unsupported_values, values_in
from rag.text import sentence_spans, stems
from rag.text.function_words import STOP
from rag.types import Answer, Article, Citation, Position

# An answer taken apart

_QUOTED = re.compile(r"“([^”]{3,})”|\"([^\"]{3,})\"")
_MARKERS = re.compile(r"(?:(?<!\\)\[\d+\][,;]?\s?)+")
_NUMBER = re.compile(r"\[(\d+)\]")
# What follows the markers and the article does not say: ' — Hankyoreh, 2 November 2023'
_ATTRIBUTED = re.compile(r"^\s*— .*$")
# The same where a marker is lacking: '… — Hankyoreh, 2 November 2023', '… — The Gazette, date unknown'
_UNMARKED = re.compile(r"\s+— [^—\n]+, (?:date unknown|\d\d? [A-Z][a-z]+ \d{4})(?: \([^()]*\))?$")
_BULLET = re.compile(r"^\s*(?:[-*]|\d+\.)\s+")
# '**Maren Holt** (according to the mayor): …', who says what follows
_SPEAKER = re.compile(r"^\*\*(?P<who>.+?)\*\*(?P<via>[^:*\[]*): ")
# A line about the sources or the answer itself: 'The sources disagree: …', '**Denied** — 2 sources', 'Also on this:',
# a question that is answered below it: '### When did it sail?', and a remark of the answer's own: '*These are the
# nearest lines; …*'
_FRAME = re.compile(r"\bsources?\b|:$|^### |^\*[^*]+\*$")
# and 3 more sources [7][8][9] | not: and 3 more ships sank [7]
_MORE = re.compile(r"^and \d+ more sources? (?:\[\d+\])+$")

# A quotation of two sentences stands under one marker; more sentences than that each need their own.
_QUOTED_TOGETHER = 2


@dataclass(frozen=True, slots=True)
class AnswerStatement:
    """One statement of an answer: its words, who is named before it, the numbers of its citations, its whole line."""

    text: str
    cited: tuple[int, ...]
    line: str
    speaker: str = ""


def statements(answer: Answer) -> list[AnswerStatement]:
    """What an answer says, in order, without headings, attributions and what it says of its sources."""
    found: list[AnswerStatement] = []
    for line in answer.text.split("\n"):
        plain = _BULLET.sub("", line).strip()
        framing = _MORE.search(plain) or (not _NUMBER.search(plain) and (_FRAME.search(plain) or _is_bold(plain)))
        if not plain or framing:
            continue
        speaker = _SPEAKER.match(plain)
        body = plain[speaker.end() :] if speaker else plain
        found += _in_line(body, from_markdown(plain), from_markdown(speaker[0]) if speaker else "")
    return found


def short_answer(answer: Answer) -> str:
    """What stands in bold before the first statement: '**six**'; '' where nothing does."""
    first = answer.text.split("\n")[0].strip()
    return from_markdown(first).strip("* ") if _is_bold(first) and not _FRAME.search(first) else ""


def _in_line(body: str, line: str, speaker: str) -> list[AnswerStatement]:
    found: list[AnswerStatement] = []
    at, attributed = 0, False
    for m in _MARKERS.finditer(body):
        before = body[at : m.start()]
        numbers = tuple(int(n) for n in _NUMBER.findall(m[0]))
        attributed = attributed or bool(found and before.lstrip().startswith(("— ", ";")))
        if attributed:  # '— The Gazette; also [3] The Post': one more of the same, and so to the line's end
            last = found.pop()
            found.append(AnswerStatement(last.text, (*last.cited, *numbers), line, speaker))
        elif before.strip(" .,;—"):
            text = from_markdown(before).strip()
            *uncited, own = [text[a:b] for a, b in sentence_spans(text)] if not found else [text]
            joined = len(uncited) < _QUOTED_TOGETHER
            found += [] if joined else [AnswerStatement(u, (), line, speaker) for u in uncited]
            found.append(AnswerStatement(text if joined else own, numbers, line, speaker))
        at = m.end()
    rest = body[at:]
    if not attributed and (not found or not _ATTRIBUTED.match(rest)):
        text = _UNMARKED.sub("", from_markdown(rest).strip())
        if any(c.isalnum() for c in text):
            found.append(AnswerStatement(text, (), line, speaker))
    return found


def _is_bold(line: str) -> bool:
    return line.startswith("**") and "**" in line[2:] and not _NUMBER.search(line)


# False claims: 1 where none is made


def no_false_decline(case: Case, answer: Answer) -> float | None:
    """0 where it is declined though the articles answer it; None where nothing answers it."""
    return None if case.kind == "declined" else float(answer.verdict != "declined")


def no_false_dispute(case: Case, answer: Answer) -> float | None:
    """0 where it is called contested though nobody contests it; None where the case has sides that differ."""
    differ = case.kind == "contested" or len({side.stance for side in case.sides}) > 1
    return None if differ else float(answer.verdict != "contested")


def no_wrong_value(case: Case, answer: Answer) -> float | None:
    """0 where the value in bold is none of the case's facts and names, or stands where nothing answers; else 1.

    None where the case has no facts and no names and is answered by something.
    """
    known = [form for forms in (*case.facts, *case.who) for form in forms]
    if case.kind != "declined" and not known:
        return None
    value = short_answer(answer) if answer.verdict != "declined" else ""
    return float(not value or any(holds(value, form) or holds(form, value) for form in known))


def no_wrong_speaker(case: Case, answer: Answer) -> float | None:
    """0 where speakers are named and none of them is one who must be named; None where nobody must be."""
    if not case.who:
        return None
    shown = answer.positions if answer.verdict != "declined" else ()
    speakers = " ; ".join([short_answer(answer), *(f"{p.speaker} {p.via or ''} {p.text}" for p in shown)])
    return float(not shown or all(any(holds(speakers, form) for form in forms) for forms in case.who))


# Facts and names


def facts_held(case: Case, answer: Answer) -> list[bool]:
    """For each fact of the case, whether one of its forms stands in the answer's text.

    A declined answer holds none: what its nearest passages say is not what it says.
    """
    text = _text(answer)
    return [any(holds(text, form) for form in forms) for forms in case.facts]


def names_held(case: Case, answer: Answer) -> list[bool]:
    """For each of those who must be named, whether the answer names them for it.

    Their names count in a line that holds a fact of the case (in any line, where it has no facts), in the short answer,
    and as speakers of positions.
    """
    said = statements(answer) if answer.verdict != "declined" else []
    lines = [s.line for s in said] + [short_answer(answer)] * bool(said)
    beside = [line for line in lines if not case.facts or any(holds(line, f) for forms in case.facts for f in forms)]
    speakers = [f"{p.speaker} {p.via or ''}" for p in answer.positions]
    heads = [*speakers, short_answer(answer)]
    return [any(holds(text, form) for form in forms for text in [*beside, *heads]) for forms in case.who]


def sides_shown(case: Case, answer: Answer) -> list[bool]:
    """For each side of the case, whether a position has its stance and its speaker."""
    return [any(_is_of(p, side.stance, side.speaker) for p in answer.positions) for side in case.sides]


def _is_of(position: Position, stances: Sequence[str], forms: Sequence[str]) -> bool:
    stance = "asserts" if position.stance == "estimates" and "estimates" not in stances else position.stance
    return stance in stances and any(holds(f"{position.speaker}; {position.via or ''}", form) for form in forms)


def absent_held(case: Case, answer: Answer) -> list[bool]:
    """For each text that must not stand in the answer, whether it does not. Declined answers are read too."""
    return [not holds(from_markdown(answer.text), form) for form in case.absent]


def unsupported(answer: Answer) -> list[str]:
    """The numbers, dates and names that the answer says and no passage cited holds."""
    return unsupported_values(_spoken(answer), _sources(answer))


def fact_precision(answer: Answer) -> float | None:
    """The share of the answer's numbers, dates and names that a cited passage, or its outlet's name, holds."""
    spoken = _spoken(answer)
    values = values_in(spoken)
    sources = _sources(answer)
    return fmean(any(holds_value(s, v) for s in sources) for v in values) if values else None


def _spoken(answer: Answer) -> str:
    if answer.verdict == "declined":
        return ""
    return "\n".join([short_answer(answer), *(f"{s.speaker}\n{s.text}" for s in statements(answer))])


def _sources(answer: Answer) -> list[str]:
    about = [f"{c.title} {attribution(c)}" for c in answer.citations]
    return [c.quote for c in answer.citations] + about + [f"{p.speaker} {p.via or ''}" for p in answer.positions]


def distinct(answer: Answer, passages: Sequence[str] = ()) -> float | None:
    """The share of the passages found, and of the answer's statements, that repeat no earlier one's words."""
    shown = answer.verdict != "declined"
    checks = [*_new(passages), *_new([s.text for s in statements(answer)] if shown else ())]
    return fmean(checks) if checks else None


def _new(texts: Sequence[str]) -> list[bool]:
    stemmed = [tuple(stems(text)) for text in texts]
    return [words not in stemmed[:n] for n, words in enumerate(stemmed)]


# Citations


def quote_exactness(answer: Answer, article: Callable[[str], Article]) -> float | None:
    """The share of quotations that are verbatim.

    Counted are the citations (`article.text[start:end] == quote`), what stands between quotation marks in the text,
    and, in an extractive answer, each statement, which is the words of one of the citations that it has.
    """
    quotes = [_spaced(c.quote) for c in answer.citations]
    checks = [_is_exact(c, article) for c in answer.citations]
    for said in statements(answer):
        text = _spaced(said.text)
        if answer.engine == "extractive":
            own = [_spaced(c.quote) for c in answer.citations if c.number in said.cited]
            checks.append(any(text in q for q in (own if said.cited else quotes)))
        else:
            checks += [any(_spaced(a or b) in q for q in quotes) for a, b in _QUOTED.findall(text)]
    return fmean(checks) if checks else None


def outlets_right(answer: Answer, known: Mapping[str, KnownArticle]) -> float | None:
    """The share of citations under the right outlet, of those of articles of which it is known."""
    return _right(answer, known, lambda c, k: (c.publisher or "").casefold() == (k.publisher or "").casefold())


def days_right(answer: Answer, known: Mapping[str, KnownArticle]) -> float | None:
    """The share of citations under the right day, or under none where none is known."""
    return _right(answer, known, lambda c, k: c.published == k.published)


def file_name(path: str) -> str:
    """The file's name in a path; of a part of a file the part's."""
    return PurePath(path).name


def _right(
    answer: Answer, known: Mapping[str, KnownArticle], right: Callable[[Citation, KnownArticle], bool]
) -> float | None:
    checks = [right(c, k) for c in answer.citations if (k := known.get(file_name(c.path)))]
    return fmean(checks) if checks else None


def _is_exact(c: Citation, article: Callable[[str], Article]) -> bool:
    return article(c.article_id).text[c.start : c.end] == c.quote


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _text(answer: Answer) -> str:
    return from_markdown(answer.text) if answer.verdict != "declined" else ""


# Retrieval


def evidence_ranks(evidence: Iterable[str], passages: Sequence[str]) -> list[int | None]:
    """For each piece of evidence the rank, from 1, of the first passage that holds it; None where none does.

    MultiHop-RAG's rule: white space aside, the passage contains it (Tang and Yang, COLM 2024).
    """
    bare = ["".join(p.split()) for p in passages]
    return [next((n for n, p in enumerate(bare, 1) if "".join(e.split()) in p), None) for e in evidence]


def in_other_words(question: str, evidence: Iterable[str]) -> bool:
    """Whether the evidence holds none of the question's content words, so that only its meaning finds it."""
    held = set(stems("\n".join(evidence)))
    return bool(held) and held.isdisjoint(set(stems(question)) - STOP)


def recall_at(ranks: Sequence[int | None], k: int) -> float | None:
    """The share of the evidence that stands in the first k passages."""
    return fmean(r is not None and r <= k for r in ranks) if ranks else None


def reciprocal_rank(ranks: Sequence[int | None]) -> float | None:
    """One over the rank of the first passage with evidence, 0 where there is none."""
    return max((1 / r for r in ranks if r), default=0.0) if ranks else None


def ndcg(ranks: Sequence[int | None], k: int = 10) -> float | None:
    """Normalised discounted cumulative gain at k: a passage gains 1 for holding evidence that none before it held.

    Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", TOIS 2002. The ideal has them first.
    """
    if not ranks:
        return None
    found = {r for r in ranks if r is not None and r <= k}
    missing = sum(r is None or r > k for r in ranks)
    ideal = sum(1 / math.log2(n + 1) for n in range(1, min(k, len(found) + missing) + 1))
    return sum(1 / math.log2(r + 1) for r in found) / ideal
