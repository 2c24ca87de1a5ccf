"""What is exact in a claim and not so in a stretch of an article: quotations, figures, dates, names, negations.

Whether other words say the same is not asked here: the same words can be meant otherwise, and other words alike.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answer.verification.amounts import is_published, lacking_date, lacking_number, same_day
from rag.answer.verification.lexicon import ATTRIBUTION, FUNCTION
from rag.answer.verification.names import is_acronym, is_held, is_own, lacking_name
from rag.answer.verification.reading import Reading, Token
from rag.answer.verification.sense import turned
from rag.text.negation import NEGATIONS
from rag.text.quotations import is_verbatim, quotations
from rag.types import Article

_COMPARING = frozenset("more less fewer least most about almost nearly around over under".split())
_BESIDE = FUNCTION | ATTRIBUTION | NEGATIONS


def lacks(
    claim: Reading, stretch: Reading, article: Article, own: Sequence[frozenset[str]],
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
        or lacking_number(claim, stretch, article)
        or lacking_date(claim, stretch, article)
        or turned(whole, stretch)
        or _misplaced(claim, stretch, article, own)
        or lacking_name(claim, stretch, article, [*own, *elsewhere])
    )


def content(reading: Reading) -> list[str]:
    """The stems of a claim's content words: those that are not grammar, attribution or negation."""
    return [t.key for t in reading.tokens if t.kind == "word" and t.key and t.key not in _BESIDE]


def _without(claim: Reading, quoted: Sequence[str]) -> Reading:
    """The claim without the tokens of quotations that are verbatim: there is nothing more to ask of them."""
    return _blanked(claim, [(at, at + len(q)) for q in quoted if (at := claim.text.find(q)) >= 0])


def _blanked(claim: Reading, spans: Sequence[tuple[int, int]]) -> Reading:
    kept = tuple(
        Token("word", "", t.start, t.end) if any(a <= t.start and t.end <= b for a, b in spans) else t
        for t in claim.tokens
    )
    return replace(claim, tokens=kept, stems=frozenset(t.key for t in kept)) if spans else claim


def _without_outlet(claim: Reading, article: Article) -> Reading:
    """The claim without the article's outlet, where its whole name stands: 'The Gazette - Life and Style'."""
    if not article.publisher:
        return claim
    spans = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(article.publisher)}(?!\w)", claim.text)]
    return _blanked(claim, spans)


def _quotes(claim: Reading, stretch: Reading) -> str | None:
    missing = [q for q in quotations(claim.text) if not is_verbatim(q, stretch.text)]
    return f"quotation {missing[0]!r}" if missing else None


Slot = tuple[str, ...]


def _misplaced(claim: Reading, stretch: Reading, article: Article, own: Sequence[frozenset[str]]) -> str | None:
    """A number, date or name that stands where the stretch has another: '5 ships' for '3 ships and 5 crates'."""
    held: dict[Slot, list[Token]] = {}
    for token, slot in _contexts(stretch):
        held.setdefault(slot, []).append(token)
    wrong: dict[Token, tuple[bool, bool]] = {}
    for token, slot in _contexts(claim):
        if token.kind == "name" and is_own(token.key.split(), own):
            continue
        others = held.get(slot, [])
        # 'reported on 2 May that she' is not against 'Falk that she'.
        if token.mention and is_published(token.mention, article.published):
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


def _contexts(reading: Reading) -> Iterator[tuple[Token, Slot]]:
    """Each number, date and name with the words before and behind it: one where it is a content word, else two."""
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
        return same_day(said.mention, held.mention)
    if said.kind == "name":
        a, b = said.key.split(), held.key.split()
        return any(is_held(w, frozenset(b)) for w in a) or is_acronym(a, frozenset(b)) or is_acronym(b, frozenset(a))
    return said.key == held.key
