"""Noun phrases: what a run of tokens between commas is, and its part that can be a subject.

Knows kinds of words; nothing of cues.
"""

from rag.ingest.attribution.tokens import TaggedToken
from rag.ingest.attribution.verbs import main_verb

_ASIDE = frozenset("who whose which formerly then now one however meanwhile but and jr sr".split())
_ASIDE_KINDS = frozenset(("prepositions", "adverbs", "ly", "times", "days", "subordinators"))
# 'last week', 'in a statement', 'on Monday' behind a name belong to the cue, not to the name.
_OUTSIDE = frozenset("in on during via after before following at last earlier".split())
_AFTER_ASKED = frozenset("on in about by if whether why what how at to for as with".split())
_BEFORE = frozenset("and but or nor yet so still meanwhile however like , … ... - * •".split())
_OPENS_ADJUNCT = frozenset(("prepositions", "times", "days", "subordinators"))
_NO_LAST = frozenset("the a an and or his her its their our my".split())
_PRONOUNS = frozenset("he she they i we it you".split())
_NOMINAL = frozenset("this that these those some many others one none most both".split())


def segments(tokens: list[TaggedToken], start: int, end: int) -> list[tuple[int, int]]:
    """The runs of tokens between commas, brackets kept whole; the last may be empty."""
    parts: list[tuple[int, int]] = []
    a = start
    depth = 0
    for k in range(start, end):
        text = tokens[k].text
        depth += (text == "(") - (text == ")")
        if text == "," and depth <= 0:
            parts.append((a, k))
            a = k + 1
    return [*parts, (a, end)]


def kind_of(tokens: list[TaggedToken], start: int, end: int) -> str:
    """NP, CLAUSE (it holds a verb) or ASIDE (apposition by its first word, adverbial)."""
    if start >= end:
        return "ASIDE"
    first, low, is_alone = tokens[start], tokens[start].lower, end - start == 1
    if low in ("and", "but", "yet") and not is_alone:
        return kind_of(tokens, start + 1, end)
    is_opening = start == 0 and first.is_name and not is_alone
    if is_opening and (low.endswith("ing") or (low.endswith("ed") and tokens[1].lower in _AFTER_ASKED)):
        return "ASIDE"
    if low in _ASIDE or first.kinds & _ASIDE_KINDS:
        return "ASIDE"
    if first.text[0].isdigit() and is_alone:
        return "ASIDE"
    verb = next((k for k in range(start, end) if main_verb(tokens, k, end)), None)
    if verb is not None and not any("relatives" in t.kinds for t in tokens[start:verb]):
        return "CLAUSE"
    return "NP"


def trimmed(tokens: list[TaggedToken], start: int, end: int) -> tuple[int, int] | None:
    """The noun phrase without what stands before and behind it: 'In a statement Poe on Monday' to 'Poe'."""
    while start < end and (
        tokens[start].lower in _BEFORE or _is_listed_adverb(tokens[start]) or "ly" in tokens[start].kinds
    ):
        start += 1
    if start >= end:
        return None
    kinds = tokens[start].kinds
    if kinds & _OPENS_ADJUNCT:
        starts = [k for k in range(start + 1, end) if _opens_subject(tokens[k - 1], tokens[k])]
        if starts:
            start = starts[-1]
        elif "determiners" not in kinds:
            return None
    if tokens[start].is_name and not tokens[start].kinds & {"determiners", "people"}:
        outside = (k for k in range(start + 1, end) if tokens[k].lower in _OUTSIDE or "days" in tokens[k].kinds)
        end = next(outside, end)
    while end - start > 1 and _is_listed_adverb(tokens[end - 1]):
        end -= 1
    return _sound(tokens, start, end) if any(map(_is_nominal, tokens[start:end])) else None


def _is_listed_adverb(token: TaggedToken) -> bool:
    return "adverbs" in token.kinds and "determiners" not in token.kinds


def _opens_subject(before: TaggedToken, token: TaggedToken) -> bool:
    """Whether a subject may begin with a token behind an adjunct: 'In a statement Poe', 'On Monday the mayor'."""
    if "pronouns" in token.kinds:
        return True
    if "prepositions" in before.kinds:
        return False
    is_other_name = token.is_name and not before.is_name and "determiners" not in before.kinds
    return "determiners" in token.kinds or (is_other_name and not token.kinds & {"days", "months"})


def _sound(tokens: list[TaggedToken], start: int, end: int) -> tuple[int, int] | None:
    """The phrase if it can be a subject: 'which he' gives 'he'; 'the tale he', 'the head of', 'gave her' give None."""
    first, last, is_alone = tokens[start], tokens[end - 1], end - start == 1
    if not is_alone and "relatives" in first.kinds and first.lower != "that":
        return _sound(tokens, start + 1, end)
    if "prepositions" in last.kinds or last.lower in _NO_LAST:
        return None
    if not is_alone and last.lower in _PRONOUNS and tokens[end - 2].lower not in ("and", "or"):
        return None
    is_verb = not first.kinds.isdisjoint(("auxiliaries", "pasts")) or (
        first.lower.endswith(("ed", "ing")) and not is_alone
    )
    if is_verb and first.text[0].islower():
        return None
    auxiliaries = (k for k in range(start + 1, end) if "auxiliaries" in tokens[k].kinds and not tokens[k].is_name)
    verb = next(auxiliaries, None)
    if verb is not None and not any("relatives" in t.kinds or t.text == "," for t in tokens[start:verb]):
        return None
    return start, end


def _is_nominal(token: TaggedToken) -> bool:
    if "pronouns" in token.kinds or token.lower in _NOMINAL:
        return True
    is_content = not token.kinds & {"prepositions", "auxiliaries"}
    return token.text[0].isalnum() and is_content and ("determiners" not in token.kinds or token.is_name)
