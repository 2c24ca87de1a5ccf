"""Who speaks, before the cue: by the words around it and without a parser.

The subject stands right before the cue ('Poe, the mayor, said'), is the one of the sentence ('Poe smiled and said',
', saying'), or of a relative ('Poe, who said'). Knows tokens and closed classes of words.
"""

from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.noun_phrases import kind_of, segments, trimmed
from rag.ingest.attribution.tokens import QUOTE, Token, final
from rag.ingest.attribution.verbs import Group, finite, is_name

_HARD = frozenset(
    "; : — – -- - ( [ ] because while when if although though since whether where but than until unless so why how yet "
    "whereas that what as after before … ?".split()
)


def subject_before(tokens: list[Token], group: Group, lexicon: Lexicon) -> tuple[int, int] | str | None:
    """Tokens of the subject before a cue's verb group.

    'same' where the cue shares its subject with a verb before it; None where there is none.
    """
    end = group.start
    if end == 0:
        return None
    low = tokens[end - 1].lower
    if low in ("and", "or", "but"):
        return "same"
    if low in ("who", "which", "that") and end > 1:
        return _antecedent(tokens, end - 1, lexicon)
    if low == ")" or low in ("--", "—", "–"):
        end = _before_bracket(tokens, end - 1)
        if end <= 0:
            return None
    if tokens[end - 1].text == ",":
        opened = _relative_before(tokens, end - 1, lexicon)
        if opened is not None:
            named = _of_segments(tokens, _clause_start(tokens, opened - 1, lexicon), opened + 1, lexicon)
            if named is None:
                named = _of_segments(tokens, _clause_start(tokens, opened - 1, lexicon), opened, lexicon)
            if isinstance(named, tuple):
                return named[0], end - 1
    start = _clause_start(tokens, end - 1, lexicon)
    if start >= end:
        return None
    return _of_segments(tokens, start, end, lexicon)


def _relative_before(tokens: list[Token], closing: int, lexicon: Lexicon) -> int | None:
    """The comma that opens the aside which the comma at `closing` ends: 'Poe, who fled when it burned, said'."""
    for k in range(closing - 2, max(0, closing - 45), -1):
        low = tokens[k + 1].lower
        if tokens[k].text == "," and (low in ("who", "whose") or (low.endswith("ing") and low in lexicon.verbs)):
            return (
                k if not any(t.text in ";:" or t.lower in ("said", "says", "told") for t in tokens[k:closing]) else None
            )
    return None


def _before_bracket(tokens: list[Token], closing: int) -> int:
    opening = "(" if tokens[closing].text == ")" else tokens[closing].text
    for k in range(closing - 1, -1, -1):
        if tokens[k].text == opening:
            return k
    return closing


def _clause_start(tokens: list[Token], last: int, lexicon: Lexicon) -> int:
    """Where the clause that holds token `last` begins."""
    k = last
    while k >= 0:
        token = tokens[k]
        low = token.lower
        if low == ")":
            k = _before_bracket(tokens, k) - 1
            continue
        if low == QUOTE:
            if len(token.text) > 40 or final(token) in ",.?!" or k == last:
                return k + 1
        elif low in _HARD:
            if low == "that" and k > 0 and tokens[k - 1].lower in lexicon.words.prepositions:
                k -= 1
                continue
            return k + 1
        elif low in ("and", "or"):
            if any(finite(t, lexicon) for t in tokens[max(0, k - 12) : k]) or (k > 0 and tokens[k - 1].text == ","):
                return k + 1
        elif k < last and low in lexicon.verbs and low not in lexicon.nouns and _opens_clause(token, lexicon):
            return k + 1
        k -= 1
    return 0


def _opens_clause(token: Token, lexicon: Lexicon) -> bool:
    """Whether a subject may stand right behind this verb: 'she said the mayor told them'."""
    return token.text[0].islower() and any(
        "clause" in form.cue.takes and not form.rest and (not form.bare or form.cue.word in ("say", "think", "believe"))
        for form in lexicon.verbs[token.lower]
    )


def _antecedent(tokens: list[Token], relative: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase before 'who': from the last verb, preposition of place or comma pair on."""
    end = relative - 1 if tokens[relative - 1].text == "," else relative
    if end <= 0:
        return None
    start = _clause_start(tokens, end - 1, lexicon)
    parts = segments(tokens, start, end)
    a, b = parts[-1]
    if (
        len(parts) > 1
        and kind_of(tokens, a, b, lexicon) == "NP"
        and tokens[a].lower in lexicon.words.determiners
        and is_name(tokens[a - 2])
    ):
        a = parts[-2][0]
    for k in range(b - 1, a - 1, -1):
        low = tokens[k].lower
        if finite(tokens[k], lexicon) or low in ("by", "with", "to", "from", "against", "and"):
            a = k + 1
            break
    found = trimmed(tokens, a, b, lexicon)
    return None if found is None else (found[0], relative + 1)


def _of_segments(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | str | None:
    parts = segments(tokens, start, end)
    if parts[-1][0] < parts[-1][1]:
        return _last_segment(tokens, parts, lexicon)
    chosen: tuple[int, int] | None = None
    for a, b in reversed(parts[:-1]):
        kind = kind_of(tokens, a, b, lexicon)
        if kind == "NP":
            if chosen is not None and not _role_or_name(tokens, a, lexicon):
                break
            chosen = a, b
    if chosen is None:
        return None
    found = trimmed(tokens, *chosen, lexicon)
    return None if found is None else (found[0], parts[-2][1])


def _last_segment(tokens: list[Token], parts: list[tuple[int, int]], lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject that ends in the last segment, with the name that the segment describes: 'Poe, the mayor'."""
    last = parts[-1]
    if kind_of(tokens, *last, lexicon) == "CLAUSE":
        return None
    found = trimmed(tokens, *last, lexicon)
    if len(parts) == 1:
        return found
    a, b = parts[-2]
    if found is None:
        return trimmed(tokens, a, b, lexicon)
    if (
        tokens[found[0]].lower in ("a", "an", "the")
        and found[0] == last[0]
        and a < b
        and is_name(tokens[a])
        and kind_of(tokens, a, b, lexicon) == "NP"
        and (is_name(tokens[b - 1]) or tokens[b - 1].text == ")")
    ):
        named = trimmed(tokens, a, b, lexicon)
        if named is not None and named[1] == b:
            return named[0], found[1]
    return found


def _role_or_name(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    low = tokens[start].lower
    return is_name(tokens[start]) or low in lexicon.words.determiners


def after_with(tokens: list[Token], end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase before token `end` that 'with' begins: 'with most of them saying'."""
    for k in range(end - 1, max(-1, end - 15), -1):
        if tokens[k].lower == "with":
            return trimmed(tokens, k + 1, end, lexicon)
    return None


def main_subject(tokens: list[Token], before: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject of the clause before token `before`: up to its first verb."""
    start = 0
    for k in range(before - 1, -1, -1):
        if tokens[k].lower in (";", ":") or (tokens[k].lower == QUOTE and final(tokens[k]) in ",.?!"):
            start = k + 1
            break
    for a, b in segments(tokens, start, before):
        verb = next(
            (
                k
                for k in range(a, b)
                if k > a
                and (finite(tokens[k], lexicon) or (tokens[k].lower in lexicon.verbs and tokens[k].text[0].islower()))
            ),
            b,
        )
        if a < verb and kind_of(tokens, a, verb, lexicon) == "NP":
            return trimmed(tokens, a, verb, lexicon)
    return None
