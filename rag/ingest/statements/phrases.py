"""Who speaks: the subject of a cue, by the words around it and without a parser.

The subject stands before the cue ('Poe, the mayor, said'), behind it ('said Poe'), is the one of the sentence
('Poe smiled and said', ', saying'), or of a relative ('Poe, who said'). Knows tokens and closed classes of words.
"""

from dataclasses import dataclass

from rag.ingest.statements.lexicon import Lexicon
from rag.ingest.statements.tokens import QUOTE, Token, final

_HARD = frozenset(
    "; : — – -- - ( [ ] because while when if although though since whether where but than until unless so why how yet "
    "whereas that what as after before … ?".split()
)
_APPOSITION = frozenset("who whose which formerly then now one".split())
# 'last week', 'in a statement', 'on Monday' behind a name belong to the cue, not to the name.
_OUTSIDE = frozenset("in on during via after before following at".split())


@dataclass(frozen=True, slots=True)
class Group:
    """The words before a cue that belong to it: tokens from `start` on, 'has not yet' of 'has not yet said'."""

    start: int
    negated: bool
    passive: bool
    infinitive: bool
    modal: bool
    progressive: bool


def verb_group(tokens: list[Token], cue: int, lexicon: Lexicon) -> Group:
    """The auxiliaries and adverbs before the cue at `cue`."""
    words = lexicon.words
    j = cue
    negated = passive = modal = False
    while j > 0:
        low = tokens[j - 1].lower
        if low in words.negations:
            negated = True
        if low in words.modals:
            modal = True
        if low in _BE or low.endswith(("'s", "’s", "'re", "’re", "'m", "’m")) and low[:-2].rstrip("'’") in words.pronouns:
            passive = True
        elif low == "since" and j > 1 and tokens[j - 2].lower in ("has", "have", "had"):
            pass
        elif not (low in words.auxiliaries or low in words.adverbs or is_adverb(tokens[j - 1])):
            break
        j -= 1
    infinitive = j > 0 and tokens[j - 1].lower == "to"
    gerund = tokens[cue].lower.endswith("ing")
    return Group(j, negated, passive and not gerund, infinitive, modal, passive and gerund)


_ADJECTIVES = frozenset("family weekly daily monthly yearly friendly elderly lonely deadly likely unlikely costly".split())
_BE = frozenset("is are was were be been being am".split())


def is_adverb(token: Token) -> bool:
    """'repeatedly', by its ending; not 'family', 'Emily'."""
    low = token.lower
    return low.endswith("ly") and len(low) > 5 and token.text[0].islower() and low not in _ADJECTIVES


def is_name(token: Token) -> bool:
    """Whether a token is written with a capital."""
    return token.text[0].isupper()


def finite(token: Token, lexicon: Lexicon) -> bool:
    """Whether a token marks a clause: an auxiliary, a past tense."""
    low = token.lower
    words = lexicon.words
    if not token.text[0].islower():
        return False
    if low in words.auxiliaries:
        return low not in ("be", "been", "being")
    if low in words.pasts or low.endswith("n't"):
        return True
    if low.endswith("ed") and len(low) > 4:
        return True
    return low in ("said", "says", "told", "wrote", "thinks", "thought", "believes", "spoke")


def subject_before(tokens: list[Token], group: Group, lexicon: Lexicon) -> tuple[int, int] | None | str:
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
            return k if not any(t.text in ";:" or t.lower in ("said", "says", "told") for t in tokens[k:closing]) else None
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
    if end <= 0 or (tokens[relative].lower == "that" and tokens[end - 1].lower in lexicon.verbs):
        return None
    start = _clause_start(tokens, end - 1, lexicon)
    parts = _segments(tokens, start, end)
    a, b = parts[-1]
    if len(parts) > 1 and _kind(tokens, a, b, lexicon) == "NP" and tokens[a].lower in lexicon.words.determiners and is_name(tokens[a - 2]):
        a = parts[-2][0]
    for k in range(b - 1, a - 1, -1):
        low = tokens[k].lower
        if finite(tokens[k], lexicon) or low in ("by", "with", "to", "from", "against", "and"):
            a = k + 1
            break
    found = _trimmed(tokens, a, b, lexicon)
    return None if found is None else (found[0], relative + 1)


def _segments(tokens: list[Token], start: int, end: int) -> list[tuple[int, int]]:
    parts: list[tuple[int, int]] = []
    a = start
    depth = 0
    for k in range(start, end):
        text = tokens[k].text
        depth += (text == "(") - (text == ")")
        if text == "," and depth <= 0:
            parts.append((a, k))
            a = k + 1
    parts.append((a, end))
    return parts


_AFTER_ASKED = frozenset("on in about by if whether why what how at to for as with".split())


def _kind(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> str:
    """NP, CLAUSE (it holds a verb) or ASIDE (apposition by its first word, adverbial)."""
    if start >= end:
        return "ASIDE"
    first = tokens[start]
    low = first.lower
    words = lexicon.words
    if low in ("and", "but", "yet") and end - start > 1:
        return _kind(tokens, start + 1, end, lexicon)
    if start == 0 and is_name(first) and end - start > 1 and (low.endswith("ing") or (low.endswith("ed") and tokens[1].lower in _AFTER_ASKED)):
        return "ASIDE"
    if low in _APPOSITION or low in words.prepositions or low in words.adverbs or is_adverb(first):
        return "ASIDE"
    if low in words.times or low in words.days or (low in words.subordinators) or low in ("however", "meanwhile", "but", "and", "jr", "sr"):
        return "ASIDE"
    if low.endswith("ing") and first.text[0].islower():
        return "ASIDE"
    if first.text[0].isdigit() and (end - start == 1 or tokens[start + 1].lower == "of"):
        return "ASIDE"
    verb = next((k for k in range(start, end) if main_verb(tokens, k, end, lexicon)), None)
    if verb == start:
        return "ASIDE"
    if verb is not None and not any(t.lower in words.relatives for t in tokens[start:verb]):
        return "CLAUSE"
    return "NP"


def main_verb(tokens: list[Token], k: int, end: int, lexicon: Lexicon) -> bool:
    """Whether token `k` is the verb of its clause: not 'retired' in 'a retired judge', 'accused' in 'those accused of'."""
    token = tokens[k]
    if not finite(token, lexicon):
        return False
    low = token.lower
    if not low.endswith("ed") or low in lexicon.words.pasts:
        return True
    before = tokens[k - 1] if k else None
    if before is None or before.lower in lexicon.words.determiners or before.text.endswith(("'s", "’s")) or is_adverb(before) or "-" in low:
        return False
    return k + 1 < end and tokens[k + 1].lower not in ("by", "in", "at", "of", "for", "with", "on", "to", "from")


def _of_segments(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None | str:
    parts = _segments(tokens, start, end)
    last = parts[-1]
    if last[0] < last[1]:
        if _kind(tokens, *last, lexicon) == "CLAUSE":
            return None
        found = _trimmed(tokens, *last, lexicon)
        if len(parts) > 1 and found is not None and tokens[found[0]].lower in ("a", "an", "the") and found[0] == last[0]:
            a, b = parts[-2]
            if a < b and is_name(tokens[a]) and _kind(tokens, a, b, lexicon) == "NP" and (is_name(tokens[b - 1]) or tokens[b - 1].text == ")"):
                named = _trimmed(tokens, a, b, lexicon)
                if named is not None and named[1] == b:
                    return named[0], found[1]
        if found is None and len(parts) > 1:
            return _trimmed(tokens, *parts[-2], lexicon)
        return found
    chosen: tuple[int, int] | None = None
    for a, b in reversed(parts[:-1]):
        kind = _kind(tokens, a, b, lexicon)
        if kind == "CLAUSE":
            break
        if kind == "NP":
            if chosen is not None and not _role_or_name(tokens, a, lexicon):
                break
            chosen = a, b
    if chosen is None:
        return None
    k = parts.index(chosen)
    if 0 < k < len(parts) - 2 and _kind(tokens, *parts[k - 1], lexicon) == "ASIDE" and not is_name(tokens[chosen[0]]):
        a, b = parts[k + 1]
        if a < b and is_name(tokens[a]) and _kind(tokens, a, b, lexicon) == "NP":
            chosen = a, b  # 'On Monday, the day of the vote, Poe, …'
    trimmed = _trimmed(tokens, *chosen, lexicon)
    return None if trimmed is None else (trimmed[0], parts[-2][1])


def _role_or_name(tokens: list[Token], start: int, lexicon: Lexicon) -> bool:
    low = tokens[start].lower
    return is_name(tokens[start]) or low in lexicon.words.determiners


def _trimmed(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase without what stands before and behind it: 'In a statement Poe on Monday' to 'Poe'."""
    words = lexicon.words
    while start < end and (
        tokens[start].lower in ("and", "but", "or", "nor", "yet", "so", "still", "meanwhile", "however", "like", ",", "…", "...", "-", "*", "•")
        or tokens[start].lower in words.adverbs - words.determiners
        or is_adverb(tokens[start])
    ):
        start += 1
    if start >= end:
        return None
    low = tokens[start].lower
    if low in words.prepositions or low in words.times or low in words.days or low in words.subordinators:
        starts = [
            k
            for k in range(start + 1, end)
            if tokens[k].lower in words.pronouns
            or (
                tokens[k - 1].lower not in words.prepositions
                and (
                    tokens[k].lower in words.determiners
                    or (is_name(tokens[k]) and not is_name(tokens[k - 1]) and tokens[k - 1].lower not in words.determiners and tokens[k].lower not in words.days and tokens[k].lower not in words.months)
                )
            )
        ]
        if low not in words.determiners or starts:
            if not starts:
                return None
            start = starts[-1]
    if is_name(tokens[start]) and tokens[start].lower not in words.determiners:
        for k in range(start + 1, end):
            if tokens[k].lower in _OUTSIDE or tokens[k].lower in words.days or tokens[k].lower in ("last", "earlier"):
                end = k
                break
    while end - start > 1 and tokens[end - 1].lower in words.adverbs - words.determiners:
        end -= 1
    if not any(_nominal(t, lexicon) for t in tokens[start:end]):
        return None
    return _sound(tokens, start, end, lexicon)


def _sound(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The phrase if it can be a subject: 'which he' gives 'he'; 'the tale he', 'the head of', 'gave her' give None."""
    words = lexicon.words
    first, last = tokens[start], tokens[end - 1]
    if first.lower == "there":
        return None
    if end - start > 1 and first.lower in words.relatives and first.lower != "that":
        return _sound(tokens, start + 1, end, lexicon)
    if last.lower in words.prepositions or last.lower in ("the", "a", "an", "and", "or", "his", "her", "its", "their", "our", "my"):
        return None
    if end - start > 1 and last.lower in ("he", "she", "they", "i", "we", "it", "you") and tokens[end - 2].lower not in ("and", "or"):
        return None
    if first.text[0].islower() and (first.lower in words.auxiliaries or first.lower in words.pasts or (first.lower.endswith(("ed", "ing")) and end - start > 1)):
        return None
    verb = next((k for k in range(start + 1, end) if tokens[k].lower in words.auxiliaries and tokens[k].text[0].islower()), None)
    if verb is not None and not any(t.lower in words.relatives or t.text == "," for t in tokens[start:verb]):
        return None
    return start, end


def _nominal(token: Token, lexicon: Lexicon) -> bool:
    words = lexicon.words
    low = token.lower
    if low in words.pronouns or low in ("this", "that", "these", "those", "some", "many", "others", "one", "none", "most", "both"):
        return True
    return token.text[0].isalnum() and (low not in words.determiners or is_name(token)) and low not in words.prepositions and low not in words.auxiliaries


def after_with(tokens: list[Token], end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase before token `end` that 'with' begins: 'with most of them saying'."""
    for k in range(end - 1, max(-1, end - 15), -1):
        if tokens[k].text == ",":
            return None
        if tokens[k].lower == "with":
            return _trimmed(tokens, k + 1, end, lexicon)
    return None


def main_subject(tokens: list[Token], before: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject of the clause before token `before`: up to its first verb."""
    start = 0
    for k in range(before - 1, -1, -1):
        if tokens[k].lower in (";", ":") or (tokens[k].lower == QUOTE and final(tokens[k]) in ",.?!"):
            start = k + 1
            break
    for a, b in _segments(tokens, start, before):
        verb = next((k for k in range(a, b) if k > a and (finite(tokens[k], lexicon) or tokens[k].lower in lexicon.verbs and tokens[k].text[0].islower())), b)
        if a < verb and _kind(tokens, a, verb, lexicon) == "NP":
            return _trimmed(tokens, a, verb, lexicon)
    return None


def subject_after(tokens: list[Token], at: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The subject behind an inverted cue, from token `at`: 'said Ann Poe, mayor of Ham, on Monday'."""
    words = lexicon.words
    n = len(tokens)
    while at < n and is_adverb(tokens[at]):
        at += 1
    if at >= n or not _begins_subject(tokens, at, lexicon):
        return None
    end = _phrase_end(tokens, at, lexicon)
    while end < n and tokens[end].text == ",":
        if not _apposes(tokens, end + 1, lexicon):
            break
        end = _phrase_end(tokens, end + 1, lexicon)
    while end > at and (tokens[end - 1].text in ",-" or tokens[end - 1].lower in words.prepositions):
        end -= 1
    return (at, end) if end > at else None


def _begins_subject(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    words = lexicon.words
    token = tokens[at]
    low = token.lower
    if low == QUOTE or low in words.days or low in words.months or low in words.objects or not token.text[0].isalpha():
        return False
    if low in ("that", "this", "in", "it"):
        return False
    if is_name(token) or low in words.determiners or low in ("he", "she", "they"):
        return True
    if low in words.prepositions or low in words.subordinators or low in words.adverbs or low in words.times or low in words.auxiliaries:
        return False
    return not low.endswith("ing") and low not in words.relatives and low not in ("to", "and", "or", "as")


def _phrase_end(tokens: list[Token], at: int, lexicon: Lexicon) -> int:
    words = lexicon.words
    k = at
    relative = at < len(tokens) and tokens[at].lower in ("who", "whose")
    while k < len(tokens):
        low = tokens[k].lower
        if low == QUOTE and (len(tokens[k].text) > 40 or final(tokens[k]) in ",.?!"):
            break
        if low in (",", ".", ";", ":", "?", "!", "—", "–", "--", ")", "...", "…"):
            break
        if low == "(":
            k = next((m for m in range(k, len(tokens)) if tokens[m].text == ")"), k)
        if k > at and not relative:
            behind = tokens[k + 1].lower if k + 1 < len(tokens) else ""
            if low in words.relatives and low != "that":
                if behind in lexicon.verbs:
                    break
                relative = True
            elif low in words.subordinators or low in ("as", "after", "before", "that", "to", "during", "by", "about"):
                break
            elif low in words.days or low in ("last", "earlier", "yesterday", "today") or (is_adverb(tokens[k]) and behind[:1] in ",.;"):
                break
            elif low in ("in", "on", "at", "via", "from") and (
                behind in ("a", "an", "his", "her", "their", "response", "interview") or behind in words.days or behind in words.months or behind[:1].isdigit() or low in ("on", "via")
            ):
                break
            elif low in ("and", "but") and any(finite(t, lexicon) for t in tokens[k + 1 : k + 3]):
                break
            elif finite(tokens[k], lexicon) and low in words.auxiliaries:
                break
        k += 1
    return k


def _apposes(tokens: list[Token], at: int, lexicon: Lexicon) -> bool:
    """Whether what follows a comma describes the name before it: 'mayor of Ham', '30', 'who lives in Ham', 'D-Ohio'."""
    words = lexicon.words
    if at >= len(tokens):
        return False
    token = tokens[at]
    low = token.lower
    if low == QUOTE or not token.text[0].isalnum():
        return False
    if low in ("who", "whose", "of", "from", "jr", "sr", "one"):
        return True
    if low in words.prepositions or low in words.subordinators or low in words.auxiliaries or low in words.adverbs:
        return False
    if low in words.pronouns or low in ("and", "but", "or", "that", "which", "to", "this"):
        return False
    if is_adverb(token) or low.endswith("ing") or finite(token, lexicon) or low in words.days or low in words.times:
        return False
    end = _phrase_end(tokens, at, lexicon)
    if end < len(tokens) and finite(tokens[end], lexicon):
        return False
    if is_name(token):
        return end - at <= 3 and (end >= len(tokens) or tokens[end].text in ",.")
    return True
