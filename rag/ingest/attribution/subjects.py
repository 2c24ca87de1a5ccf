"""Who speaks, before the cue: by the words around it and without a parser.

The subject stands right before the cue ('Poe, the mayor, said'), is the one of the sentence ('Poe smiled and said',
', saying'), or of a relative ('Poe, who said'). Knows tokens and kinds of words.
"""

from rag.ingest.attribution.lexicon import lexicon
from rag.ingest.attribution.noun_phrases import kind_of, segments, trimmed
from rag.ingest.attribution.tokens import QUOTE, TaggedToken, final
from rag.ingest.attribution.verbs import Group

_HARD = frozenset(
    "; : — – -- - ( [ ] because while when if although though since whether where but than until unless so why how yet "
    "whereas that what as after before … ?".split()
)
SHARED = "the subject of the verb before"


def subject_before(tokens: list[TaggedToken], group: Group) -> tuple[int, int] | str | None:
    """Tokens of the subject before a cue's verb group.

    SHARED where the cue shares its subject with a verb before it; None where there is none.
    """
    end = group.start
    if end == 0:
        return None
    low = tokens[end - 1].lower
    if low in ("and", "or", "but"):
        return SHARED
    if low in ("who", "which", "that") and end > 1:
        return _antecedent(tokens, end - 1)
    if low in (")", "--", "—", "–"):
        end = _before_bracket(tokens, end - 1)
    if end and tokens[end - 1].text == ",":
        opened = _relative_before(tokens, end - 1)
        if opened is not None:
            start = _clause_start(tokens, opened - 1)
            subject = _of_segments(tokens, start, opened + 1) or _of_segments(tokens, start, opened)
            if subject is not None:
                return subject[0], end - 1
    start = _clause_start(tokens, end - 1)
    return _of_segments(tokens, start, end) if start < end else None


def _relative_before(tokens: list[TaggedToken], closing: int) -> int | None:
    """The comma that opens the aside which the comma at `closing` ends: 'Poe, who fled when it burned, said'."""
    for k in range(closing - 2, max(0, closing - 45), -1):
        opens = tokens[k + 1]
        is_relative = opens.lower in ("who", "whose") or (opens.lower.endswith("ing") and "verb" in opens.kinds)
        if tokens[k].text == "," and is_relative:
            return k
    return None


def _before_bracket(tokens: list[TaggedToken], closing: int) -> int:
    opening = "(" if tokens[closing].text == ")" else tokens[closing].text
    return next((k for k in range(closing - 1, -1, -1) if tokens[k].text == opening), closing)


def _clause_start(tokens: list[TaggedToken], last: int) -> int:
    """Where the clause that holds token `last` begins."""
    k = last
    while k >= 0:
        token = tokens[k]
        low = token.lower
        if low == ")":
            k = _before_bracket(tokens, k)
        elif low == QUOTE:
            if len(token.text) > 40 or final(token) in ",.?!" or k == last:
                return k + 1
        elif low in _HARD:
            if low != "that" or k == 0 or "prepositions" not in tokens[k - 1].kinds:
                return k + 1
        elif low in ("and", "or"):
            if any("finite" in t.kinds for t in tokens[max(0, k - 12) : k]) or (k > 0 and tokens[k - 1].text == ","):
                return k + 1
        elif k < last and "nouns" not in token.kinds and not token.is_name and _takes_clause(low):
            return k + 1  # 'she said the mayor told them'
        k -= 1
    return 0


def _takes_clause(verb: str) -> bool:
    return any("clause" in form.cue.takes for form in lexicon().verbs.get(verb, ()))


def _antecedent(tokens: list[TaggedToken], relative: int) -> tuple[int, int] | None:
    """The noun phrase before 'who': from the last verb, preposition of place or comma pair on."""
    end = relative - 1 if tokens[relative - 1].text == "," else relative
    parts = segments(tokens, _clause_start(tokens, end - 1), end)
    a, b = parts[-1]
    is_described = len(parts) > 1 and kind_of(tokens, a, b) == "NP" and "determiners" in tokens[a].kinds
    if is_described and tokens[a - 2].is_name:
        a = parts[-2][0]
    for k in range(b - 1, a - 1, -1):
        if "finite" in tokens[k].kinds or tokens[k].lower in ("by", "with", "to", "from", "against", "and"):
            a = k + 1
            break
    found = trimmed(tokens, a, b)
    return None if found is None else (found[0], relative + 1)


def _of_segments(tokens: list[TaggedToken], start: int, end: int) -> tuple[int, int] | None:
    parts = segments(tokens, start, end)
    if parts[-1][0] < parts[-1][1]:
        return _last_segment(tokens, parts)
    chosen: tuple[int, int] | None = None
    for a, b in reversed(parts[:-1]):
        if kind_of(tokens, a, b) == "NP":
            if chosen is not None and not (tokens[a].is_name or "determiners" in tokens[a].kinds):
                break
            chosen = a, b
    found = trimmed(tokens, *chosen) if chosen else None
    return None if found is None else (found[0], parts[-2][1])


def _last_segment(tokens: list[TaggedToken], parts: list[tuple[int, int]]) -> tuple[int, int] | None:
    """The subject that ends in the last segment, with the name that the segment describes: 'Poe, the mayor'."""
    last = parts[-1]
    if kind_of(tokens, *last) == "CLAUSE":
        return None
    found = trimmed(tokens, *last)
    if len(parts) == 1:
        return found
    a, b = parts[-2]
    if found is None:
        return trimmed(tokens, a, b)
    is_described = tokens[found[0]].lower in ("a", "an", "the") and found[0] == last[0]
    if is_described and a < b and tokens[a].is_name and kind_of(tokens, a, b) == "NP":
        described = trimmed(tokens, a, b) if tokens[b - 1].is_name or tokens[b - 1].text == ")" else None
        if described is not None and described[1] == b:
            return described[0], found[1]
    return found


def after_with(tokens: list[TaggedToken], end: int) -> tuple[int, int] | None:
    """The noun phrase before token `end` that 'with' begins: 'with most of them saying'."""
    at = next((k for k in range(end - 1, max(-1, end - 15), -1) if tokens[k].lower == "with"), None)
    return None if at is None else trimmed(tokens, at + 1, end)


def main_subject(tokens: list[TaggedToken], before: int) -> tuple[int, int] | None:
    """The subject of the clause before token `before`: up to its first verb."""
    start = 0
    for k in range(before - 1, -1, -1):
        if tokens[k].lower in (";", ":") or (tokens[k].lower == QUOTE and final(tokens[k]) in ",.?!"):
            start = k + 1
            break
    for a, b in segments(tokens, start, before):
        verbs = (k for k in range(a + 1, b) if tokens[k].kinds & {"finite", "verb"} and tokens[k].text[0].islower())
        verb = next(verbs, b)
        if a < verb and kind_of(tokens, a, verb) == "NP":
            return trimmed(tokens, a, verb)
    return None
