"""Who speaks, behind the cue: 'said Ann Poe, mayor of Ham, on Monday'.

Knows tokens and closed classes of words.
"""

from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.tokens import QUOTE, Token, final
from rag.ingest.attribution.verbs import finite, is_adverb, is_name


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
    if (
        low in words.prepositions
        or low in words.subordinators
        or low in words.adverbs
        or low in words.times
        or low in words.auxiliaries
    ):
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
            if low in words.relatives and low != "that":
                if k + 1 < len(tokens) and tokens[k + 1].lower in lexicon.verbs:
                    break
                relative = True
            elif _leaves_phrase(tokens, k, lexicon):
                break
        k += 1
    return k


def _leaves_phrase(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """Whether token `k` belongs to the clause around the noun phrase before it: a time, an adjunct, a conjunction."""
    words = lexicon.words
    low = tokens[k].lower
    if low in words.subordinators or low in ("as", "after", "before", "that", "to", "during", "by", "about"):
        return True
    if low in words.days or low in ("last", "earlier", "yesterday", "today"):
        return True
    if low in ("and", "but") and any(finite(t, lexicon) for t in tokens[k + 1 : k + 3]):
        return True
    return finite(tokens[k], lexicon) and low in words.auxiliaries


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
