"""What is exact in a claim and not so in a stretch of an article: quotations, figures, dates, names, negations.

Whether other words say the same is not asked here: the same words can be meant otherwise, and other words alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.answer.verification.names import is_acronym, is_held, is_own, lacking_name
from rag.answer.verification.reading import ExactText, ExactToken, normal
from rag.text import stems
from rag.text.function_words import NEGATIONS
from rag.text.quotations import is_verbatim, plain, quotations
from rag.types import Article, DateMention


def _stems(words: str) -> frozenset[str]:
    return frozenset(stems(words))


# Words without a claim of their own: articles, pronouns, auxiliaries, prepositions, conjunctions.
# Not: not, never, more, less, before, after, could.
_FUNCTION = _stems(
    "a an the this that these those there here it its it's he she they them their his her him we us our you your i me "
    "my is are was were be been being am do does did doing have has had having will would shall should can may might "
    "must of in on at by for with from to into onto upon about as than then and or but if so such also too very just "
    "only "
    "what which who whom whose when where why how one ones while both either each other another any some all "
    "though although because since during between among within through however thus therefore per via s t"
)

# How a writer says that a source says it, and how he speaks of the articles. 'denied' and 'confirmed' claim something.
_ATTRIBUTION = _stems(
    "according say says said saying tell tells told report reports reported reporting state states stated statement "
    "article articles passage passages source sources news newspaper outlet publication published write writes wrote "
    "note notes noted add adds added mention mentions mentioned describe describes described quote quotes quoted "
    "cite cites cited claim claims claimed indicate indicates indicated explain explained remark remarks remarked "
    "suggest suggests suggested additionally meanwhile furthermore moreover specifically respectively conversely "
    "yes indeed overall summary dated issue matter question answer information provided based context word words"
)

_BESIDE = _FUNCTION | _ATTRIBUTION | NEGATIONS
_ORDER = {"year": 0, "month": 1, "day": 2}
_NEGATED_WITHIN = 2
# What ends a clause between two words: a mark, or the end of a quotation; not its beginning: 'not a “pilot”'.
_CLAUSE_ENDS = re.compile(r"[^\s\"'“”‘’«»„]|^[\"'”’»]")


def lacks(
    claim: ExactText, stretch: ExactText, article: Article, own: Sequence[frozenset[str]],
    elsewhere: Sequence[frozenset[str]] = (),
) -> str | None:  # fmt: skip
    """What is exact in a claim and not so in the stretch: a quotation, number, date, negation or name.

    Args:
        claim: a sentence, read with the article's day of publication.
        stretch: one or more sentences of the article, read with the same.
        article: for what is known of the article beside its text: outlet, author, day of publication.
        own: the names of outlet and authors, as `about` gives them, and of those who speak in the stretch.
        elsewhere: names that the stretch need not hold.
    """
    quoted = [q for q in quotations(claim.text) if is_verbatim(q, stretch.text)]
    whole, claim = claim, _without_outlet(_without(claim, quoted), article)
    return (
        _quotes(claim, stretch)
        or _lacking_number(claim, stretch, article)
        or _lacking_date(claim, stretch, article)
        or _turned(whole, stretch)
        or _misplaced(claim, stretch, article, own)
        or lacking_name(claim, stretch, article, [*own, *elsewhere])
    )


def content(reading: ExactText) -> list[str]:
    """The stems of a claim's content words: those that are not grammar, attribution or negation."""
    return [t.key for t in reading.tokens if t.kind == "word" and t.key and t.key not in _BESIDE]


# Quotations


def _without(claim: ExactText, quoted: Sequence[str]) -> ExactText:
    """The claim without the tokens of quotations that are verbatim: there is nothing more to ask of them."""
    return _blanked(claim, [(at, at + len(q)) for q in quoted if (at := claim.text.find(q)) >= 0])


def _blanked(claim: ExactText, spans: Sequence[tuple[int, int]]) -> ExactText:
    kept = tuple(
        ExactToken("word", "", t.start, t.end) if any(a <= t.start and t.end <= b for a, b in spans) else t
        for t in claim.tokens
    )
    return replace(claim, tokens=kept)


def _without_outlet(claim: ExactText, article: Article) -> ExactText:
    """The claim without the article's outlet, where its whole name stands: 'The Gazette - Life and Style'."""
    if not article.publisher:
        return claim
    spans = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(article.publisher)}(?!\w)", claim.text)]
    return _blanked(claim, spans)


def _quotes(claim: ExactText, stretch: ExactText) -> str | None:
    missing = [q for q in quotations(claim.text) if not is_verbatim(q, stretch.text)]
    return f"quotation {missing[0]!r}" if missing else None


# Numbers and dates: the same value, the same days


def _lacking_number(claim: ExactText, stretch: ExactText, article: Article) -> str | None:
    """The number of the claim that the stretch lacks; None where it has all."""
    held = [t.figure for t in stretch.tokens if t.figure]
    years = {str(d.year) for d in _days(stretch, article)}
    for token in claim.tokens:
        figure = token.figure
        if not figure or figure.weak or (figure.key in years and not figure.unit):
            continue
        if not any(f.key == figure.key and figure.unit in ("", f.unit) for f in held):
            return f"number {claim.text[token.start : token.end]!r}"
    return None


def _lacking_date(claim: ExactText, stretch: ExactText, article: Article) -> str | None:
    """The date of the claim that the stretch lacks; None where it has all."""
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
    return held.date is not None and _within(said, held.date) and _ORDER[said.precision] <= _ORDER[held.precision]


def _is_published(said: DateMention, published: date | None) -> bool:
    """Whether it is the article's own day, or its month or year."""
    return published is not None and _within(said, published)


def _within(said: DateMention, day: date) -> bool:
    if said.date is None:
        return False
    equal = (said.date.year == day.year, said.date.month == day.month, said.date.day == day.day)
    return all(equal[: _ORDER[said.precision] + 1])


def _days(stretch: ExactText, article: Article) -> Iterator[date]:
    yield from (t.mention.date for t in stretch.tokens if t.mention and t.mention.date)
    if article.published:
        yield article.published


# Negations: whether the claim turns the sense of the stretch by one more or less


def _turned(claim: ExactText, stretch: ExactText) -> str | None:
    """A negation that the stretch lacks, or that the claim leaves out; None for neither."""
    (said, plainly_said), (held, plainly_held) = _negated(claim), _negated(stretch)
    if _negations(claim) > _negations(stretch):
        return "negation"
    # A word that the stretch has both ways says nothing: 'asked whether it was confirmed, … could not be confirmed'.
    for stem in (said - held) & plainly_held | (held - said) & plainly_said - plainly_held:
        return f"negation of {stem!r}"
    return None


def _negated(reading: ExactText) -> tuple[frozenset[str], frozenset[str]]:
    """The stems of the two words behind a negation, and of all others, function words aside."""
    found: tuple[set[str], set[str]] = (set(), set())
    left = end = 0
    for token in reading.tokens:
        if _CLAUSE_ENDS.search(reading.text[end : token.start]):  # a comma ends what is negated
            left = 0
        end = token.end
        if _is_negation(reading, token):
            left = _NEGATED_WITHIN
        elif token.kind == "word" and token.key and token.key not in _FUNCTION:
            found[0 if left else 1].add(token.key)
            left = max(0, left - 1)
    return frozenset(found[0]), frozenset(found[1])


def _negations(reading: ExactText) -> int:
    return sum(_is_negation(reading, token) for token in reading.tokens)


def _is_negation(reading: ExactText, token: ExactToken) -> bool:
    surface = _surface(reading, token)
    return bool(token.key) and (surface in NEGATIONS or surface.endswith("n't"))


def _surface(reading: ExactText, token: ExactToken) -> str:
    return normal(reading.text[token.start : token.end])


# What stands beside a number, date or name


Slot = tuple[str, ...]


def _misplaced(claim: ExactText, stretch: ExactText, article: Article, own: Sequence[frozenset[str]]) -> str | None:
    """A number, date or name that stands where the stretch has another: '5 ships' for '3 ships and 5 crates'."""
    held: dict[Slot, list[ExactToken]] = {}
    for token, slot in _contexts(stretch):
        held.setdefault(slot, []).append(token)
    wrong: dict[ExactToken, tuple[bool, bool]] = {}
    for token, slot in _contexts(claim):
        if token.kind == "name" and is_own(token.key.split(), own):
            continue
        others = held.get(slot, [])
        # 'reported on 2 May that she' is not against 'Falk that she'.
        if token.mention and _is_published(token.mention, article.published):
            others = [t for t in others if t.kind != "name"]
        alike = [_alike(token, other) for other in others]
        if not alike or (any(alike) and not all(alike)):
            continue  # nothing there, or one thing and another
        # A content word beside it counts before 'of the', and one side that fits is enough: 'counted 12 barrels' of
        # 'counted 340 crates and 12 barrels'.
        beside_content, (was_beside_content, is_wrong) = len(slot) == 2, wrong.get(token, (False, True))
        if beside_content >= was_beside_content:
            wrong[token] = (beside_content, not any(alike) and (is_wrong or beside_content > was_beside_content))
    misplaced = next((token for token, (_, is_wrong) in wrong.items() if is_wrong), None)
    return (
        f"{claim.text[misplaced.start : misplaced.end]!r} where the article has something else" if misplaced else None
    )


def _contexts(reading: ExactText) -> Iterator[tuple[ExactToken, Slot]]:
    """Each number, date and name with the words before and behind it: one where it is a content word, else two."""
    tokens = reading.tokens
    for i, token in enumerate(tokens):
        if token.kind == "word":
            continue
        for side, step in (("before", -1), ("behind", 1)):
            near = [tokens[j].key for j in (i + step, i + 2 * step) if 0 <= j < len(tokens)]
            if near and near[0] not in _FUNCTION:
                yield token, (side, near[0])
            elif len(near) == 2:
                yield token, (side, *near)


def _alike(said: ExactToken, held: ExactToken) -> bool:
    if said.mention and held.mention:
        return _same_day(said.mention, held.mention)
    if said.kind == "name":
        a, b = said.key.split(), held.key.split()
        return any(is_held(w, frozenset(b)) for w in a) or is_acronym(a, frozenset(b)) or is_acronym(b, frozenset(a))
    return said.key == held.key
