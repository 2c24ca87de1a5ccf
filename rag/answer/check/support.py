"""Whether a stretch of an article supports a claim: by its quotations, figures, dates, names, words and their sense.

Deterministic, and strict: what the stretch doesn't hold in so many words counts as not held. It knows words, not the
world: a paraphrase in other words is refused, and a false relation among true words can pass (docs/llm.md).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer.check.lexicon import ATTRIBUTION, DENYING, FUNCTION, NEGATIONS, OPPOSITES
from rag.answer.check.names import about, is_acronym, is_held, is_own, lacking_name
from rag.answer.check.quotations import is_verbatim, plain, quotations
from rag.answer.check.reading import Reading, Token, normal
from rag.types import Article, DateMention

# The least share of a claim's words that the stretch must hold; `bench/check.py` prints what other shares give.
COVERAGE = 0.75
# A stretch that holds so much is what the claim was made of.
SAME = 0.85
_NEGATED_WITHIN = 2
_COMPARING = frozenset("more less fewer least most about almost nearly around over under".split())
_BESIDE = FUNCTION | ATTRIBUTION | NEGATIONS
# A clause begins: what stands behind is no longer negated.
_CLAUSE = frozenset("when that whether if who what how why because where which while but".split())
# Words between which a number or date is bound to what it tells of, in the claim and in the article.
_BOUND, _BOUND_HELD = 3, 8


@dataclass(frozen=True, slots=True)
class Verdict:
    """`problem` is None where the stretch supports the claim, else what it lacks; `covered` the share of words held.

    `contradicts`: it holds the words but another number, date, quotation or sense, so that no more text mends it.
    """

    problem: str | None
    covered: float
    contradicts: bool = False


def supports(claim: Reading, stretch: Reading, article: Article, own: Sequence[frozenset[str]]) -> Verdict:
    """Whether the stretch of the article supports the claim.

    Args:
        claim: a sentence, read with the article's day of publication.
        stretch: one or more sentences of the article, read with the same.
        article: for what is known of the article beside its text: outlet, author, day of publication.
        own: the names of outlet and authors, as `about` gives them.
    """
    quoted = [q for q in quotations(claim.text) if is_verbatim(q, stretch.text)]
    claim = _without(claim, quoted)
    covered = coverage(claim, stretch, own)
    if covered < COVERAGE:
        return Verdict("words", covered)
    for check in (_quotes, _numbers, _dates, _bound, _sense):
        if problem := check(claim, stretch, article):
            return Verdict(problem, covered, covered >= SAME)
    if problem := _slots(claim, stretch, own):
        return Verdict(problem, covered, covered >= SAME)
    return Verdict(lacking_name(claim, stretch, article, own), covered)


def content(reading: Reading) -> list[str]:
    """The stems of a claim's words that must be held."""
    return [t.key for t in reading.tokens if t.kind == "word" and t.key and t.key not in _BESIDE]


def coverage(claim: Reading, stretch: Reading, own: Sequence[frozenset[str]] = ()) -> float:
    """The share of the claim's words that the stretch holds; 1 when it has none but names, numbers and dates.

    0 when more than two words in a row are not held: that is another sentence's end.
    """
    said = [stem for stem in content(claim) if not any(stem in name for name in own)]
    held = [stem in stretch.stems for stem in said]
    if "000" in "".join("01"[h] for h in held):
        return 0.0
    return sum(held) / len(held) if held else 1.0


def _without(claim: Reading, quoted: Sequence[str]) -> Reading:
    """The claim without the tokens of quotations that are verbatim: there is nothing more to ask of them."""
    spans = [(at, at + len(q)) for q in quoted if (at := claim.text.find(q)) >= 0]
    kept = tuple(
        Token("word", "", t.start, t.end) if any(a <= t.start < b for a, b in spans) else t for t in claim.tokens
    )
    return replace(claim, tokens=kept, stems=frozenset(t.key for t in kept)) if spans else claim


def _quotes(claim: Reading, stretch: Reading, article: Article) -> str | None:
    missing = [q for q in quotations(claim.text) if not is_verbatim(q, stretch.text)]
    return f"quotation {missing[0]!r}" if missing else None


def _numbers(claim: Reading, stretch: Reading, article: Article) -> str | None:
    held = [t.figure for t in stretch.tokens if t.figure]
    years = {str(d.year) for d in _days(stretch, article)}
    for token in claim.tokens:
        figure = token.figure
        if not figure or figure.weak or (figure.key in years and not figure.unit):
            continue
        if not any(h.key == figure.key and figure.unit in ("", h.unit) for h in held):
            return f"number {claim.text[token.start : token.end]!r}"
    return None


def _days(stretch: Reading, article: Article) -> Iterator[date]:
    yield from (t.mention.date for t in stretch.tokens if t.mention and t.mention.date)
    if article.published:
        yield article.published


def _dates(claim: Reading, stretch: Reading, article: Article) -> str | None:
    held, within = [t.mention for t in stretch.tokens if t.mention], plain(stretch.text)
    for token in claim.tokens:
        said = token.mention
        if said is None or any(_same_day(said, h) for h in held) or _is_published(said, article.published):
            continue
        if not re.search(rf"(?<!\w){re.escape(plain(said.text))}(?!\w)", within):
            return f"date {said.text!r}"
    return None


def _same_day(said: DateMention, held: DateMention) -> bool:
    """Whether the date said is the one held, or one less precise."""
    if said.text.casefold() == held.text.casefold():
        return True
    if said.date is None or held.date is None:
        return False
    return _within(said, held.date) and _ORDER[said.precision] <= _ORDER[held.precision]


_ORDER = {"year": 0, "month": 1, "day": 2}


def _within(said: DateMention, day: date) -> bool:
    if said.date is None:
        return False
    same = (said.date.year == day.year, said.date.month == day.month, said.date.day == day.day)
    return all(same[: _ORDER[said.precision] + 1])


def _is_published(said: DateMention, published: date | None) -> bool:
    return published is not None and _within(said, published)


def _sense(claim: Reading, stretch: Reading, article: Article) -> str | None:
    """A negation that the stretch lacks, or that the claim leaves out; a word for its opposite."""
    said, held = _negated(claim), _negated(stretch)
    if _negations(claim) > _negations(stretch) + len(stretch.stems & DENYING):
        return "negation"
    plainly_held, plainly_said = _plain(stretch, held), _plain(claim, said)
    for stem in said - held:
        if stem in plainly_held:
            return f"negation of {stem!r}"
    for stem in held - said:
        if stem in plainly_said and stem not in plainly_held:
            return f"negation of {stem!r}"
    for stem in claim.stems - stretch.stems:
        opposite = OPPOSITES.get(stem, frozenset()) & stretch.stems - claim.stems
        if opposite:
            return f"{stem!r} for {min(opposite)!r}"
    return None


def _negated(reading: Reading) -> frozenset[str]:
    """The stems of the two words behind a negation, function words aside."""
    found: set[str] = set()
    left = end = 0
    for token in reading.tokens:
        if reading.text[end : token.start].strip():  # a comma or a mark ends what is negated
            left = 0
        end = token.end
        if _surface(reading, token) in _CLAUSE:
            left = 0
        elif _is_negation(reading, token):
            left = _NEGATED_WITHIN
        elif left and token.kind == "word" and token.key not in FUNCTION:
            found.add(token.key)
            left -= 1
    return frozenset(found)


def _negations(reading: Reading) -> int:
    return sum(_is_negation(reading, token) for token in reading.tokens)


def _is_negation(reading: Reading, token: Token) -> bool:
    surface = _surface(reading, token)
    return bool(token.key) and (surface in NEGATIONS or surface.endswith("n't"))


def _surface(reading: Reading, token: Token) -> str:
    return normal(reading.text[token.start : token.end])


def _plain(reading: Reading, negated: frozenset[str]) -> frozenset[str]:
    return frozenset(t.key for t in reading.tokens if t.kind == "word") - negated - FUNCTION


Slot = tuple[str, ...]


def _slots(claim: Reading, stretch: Reading, own: Sequence[frozenset[str]]) -> str | None:
    """A number, date or name that stands where the stretch has another: '5 ships' for '3 ships and 5 crates'."""
    held: dict[Slot, list[Token]] = {}
    for token, slot in _contexts(stretch):
        held.setdefault(slot, []).append(token)
    wrong: dict[Token, tuple[bool, bool]] = {}
    for token, slot in _contexts(claim):
        if token.kind == "name" and is_own(token.key.split(), own):
            continue
        alike = [_alike(token, other) for other in held.get(slot, [])]
        if not alike or (any(alike) and not all(alike)):
            continue  # nothing there, or one thing and another
        # A telling word beside it counts before 'of the', and one side that fits is enough: 'counted 12 barrels' of
        # 'counted 340 crates and 12 barrels'.
        telling, (before_telling, is_wrong) = len(slot) == 2, wrong.get(token, (False, True))
        if telling >= before_telling:
            wrong[token] = (telling, not any(alike) and (is_wrong or telling > before_telling))
    for token in (t for t, (_, is_wrong) in wrong.items() if is_wrong):
        return f"{claim.text[token.start : token.end]!r} where the article has something else"
    return None


def _bound(claim: Reading, stretch: Reading, article: Article) -> str | None:
    """A number or date that stands near none of the words in the stretch that it stands near in the claim."""
    for i, token in enumerate(claim.tokens):
        if token.kind not in ("number", "date") or (token.figure and token.figure.weak):
            continue
        if token.mention and _is_published(token.mention, article.published):
            continue
        said = _near_words(claim, i, _BOUND) - frozenset().union(*about(article))
        places = [j for j, held in enumerate(stretch.tokens) if held.kind == token.kind and _alike(token, held)]
        if said and places and not any(said & _near_words(stretch, j, _BOUND_HELD) for j in places):
            return f"{claim.text[token.start : token.end]!r} of what it is said of"
    return None


def _near_words(reading: Reading, at: int, within: int) -> set[str]:
    near = reading.tokens[max(0, at - within) : at] + reading.tokens[at + 1 : at + 1 + within]
    words = {t.key for t in near if t.kind == "word" and t.key and t.key not in _BESIDE}
    return words.union(*(t.key.split() for t in near if t.kind == "name"))


def _contexts(reading: Reading) -> Iterator[tuple[Token, Slot]]:
    """Each number, date and name with the words before and behind it: one where it tells something, else two."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.kind == "word":
            continue
        for side, step in (("before", -1), ("behind", 1)):
            near = [tokens[j].key for j in (i + step, i + 2 * step) if 0 <= j < len(tokens)]
            if near and near[0] not in FUNCTION and near[0] not in _COMPARING:
                yield token, (side, near[0])
            elif len(near) == 2:
                yield token, (side, *near)


def _alike(said: Token, held: Token) -> bool:
    if said.mention and held.mention:
        return _same_day(said.mention, held.mention)
    if said.kind == "name":
        a, b = said.key.split(), held.key.split()
        return any(is_held(w, frozenset(b)) for w in a) or is_acronym(a, frozenset(b)) or is_acronym(b, frozenset(a))
    return said.key == held.key
