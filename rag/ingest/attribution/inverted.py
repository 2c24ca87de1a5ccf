"""Who speaks, behind the cue: 'said Ann Poe, mayor of Ham, on Monday'.

Knows tokens and kinds of words.
"""

from rag.ingest.attribution.tokens import QUOTE, TaggedToken

_STOPS = frozenset(f"{QUOTE} , . ; : ? ! — – -- ) ... …".split())
_NO_SUBJECT = frozenset("that this in it".split())
_NO_NOUN_KINDS = frozenset(("prepositions", "subordinators", "adverbs", "times", "auxiliaries", "relatives"))
_LEAVES = frozenset("as after before that to during by about last earlier yesterday today".split())
_LEAVES_KINDS = frozenset(("subordinators", "days"))
_DESCRIBES = frozenset("who whose of from jr sr one".split())
_NO_APPOSITION = frozenset("and but or that which to this".split())
_NO_APPOSITION_KINDS = frozenset(
    ("prepositions", "subordinators", "auxiliaries", "adverbs", "ly", "pronouns", "finite", "days", "times")
)


def subject_after(tokens: list[TaggedToken], at: int) -> tuple[int, int] | None:
    """The subject behind an inverted cue, from token `at`: 'said Ann Poe, mayor of Ham, on Monday'."""
    while at < len(tokens) and "ly" in tokens[at].kinds:
        at += 1
    if at >= len(tokens) or not _begins_subject(tokens[at]):
        return None
    end = _phrase_end(tokens, at)
    while end < len(tokens) and tokens[end].text == "," and _apposes(tokens, end + 1):
        end = _phrase_end(tokens, end + 1)
    while end > at and (tokens[end - 1].text in ",-" or "prepositions" in tokens[end - 1].kinds):
        end -= 1
    return (at, end) if end > at else None


def _begins_subject(token: TaggedToken) -> bool:
    low, kinds = token.lower, token.kinds
    if kinds & {"days", "months", "objects"} or not token.text[0].isalpha() or low in _NO_SUBJECT:
        return False
    if token.is_name or "determiners" in kinds or low in ("he", "she", "they"):
        return True
    return not kinds & _NO_NOUN_KINDS and not low.endswith("ing") and low not in ("to", "and", "or", "as")


def _phrase_end(tokens: list[TaggedToken], at: int) -> int:
    k = at
    relative = at < len(tokens) and tokens[at].lower in ("who", "whose")
    while k < len(tokens):
        token = tokens[k]
        if token.lower in _STOPS:
            break
        if token.lower == "(":
            k = next((m for m in range(k, len(tokens)) if tokens[m].text == ")"), k)
        if k > at and not relative:
            if "relatives" in tokens[k].kinds and tokens[k].lower != "that":
                relative = True
            elif _leaves_phrase(tokens, k):
                break
        k += 1
    return k


def _leaves_phrase(tokens: list[TaggedToken], k: int) -> bool:
    """Whether token `k` belongs to the clause around the noun phrase before it: a time, an adjunct, a conjunction."""
    low, kinds = tokens[k].lower, tokens[k].kinds
    if kinds & _LEAVES_KINDS or low in _LEAVES or {"finite", "auxiliaries"} <= kinds:
        return True
    return low in ("and", "but") and any("finite" in t.kinds for t in tokens[k + 1 : k + 3])


def _apposes(tokens: list[TaggedToken], at: int) -> bool:
    """Whether what follows a comma describes the name before it: 'mayor of Ham', '30', 'who lives in Ham', 'D-Ohio'."""
    if at >= len(tokens) or tokens[at].lower == QUOTE or not tokens[at].text[0].isalnum():
        return False
    token, low = tokens[at], tokens[at].lower
    if low in _DESCRIBES:
        return True
    if token.kinds & _NO_APPOSITION_KINDS or low in _NO_APPOSITION or low.endswith("ing"):
        return False
    end = _phrase_end(tokens, at)
    if end < len(tokens) and "finite" in tokens[end].kinds:
        return False
    return not token.is_name or (end - at <= 3 and (end >= len(tokens) or tokens[end].text in ",."))
