"""Noun phrases: what a run of tokens between commas is, and its part that can be a subject.

Knows closed classes of words; nothing of cues.
"""

from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.tokens import Token
from rag.ingest.attribution.verbs import is_adverb, is_name, main_verb

_APPOSITION = frozenset("who whose which formerly then now one".split())
# 'last week', 'in a statement', 'on Monday' behind a name belong to the cue, not to the name.
_OUTSIDE = frozenset("in on during via after before following at".split())
_AFTER_ASKED = frozenset("on in about by if whether why what how at to for as with".split())


def segments(tokens: list[Token], start: int, end: int) -> list[tuple[int, int]]:
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
    parts.append((a, end))
    return parts


def kind_of(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> str:
    """NP, CLAUSE (it holds a verb) or ASIDE (apposition by its first word, adverbial)."""
    if start >= end:
        return "ASIDE"
    first = tokens[start]
    low = first.lower
    words = lexicon.words
    if low in ("and", "but", "yet") and end - start > 1:
        return kind_of(tokens, start + 1, end, lexicon)
    if (
        start == 0
        and is_name(first)
        and end - start > 1
        and (low.endswith("ing") or (low.endswith("ed") and tokens[1].lower in _AFTER_ASKED))
    ):
        return "ASIDE"
    if low in _APPOSITION or low in words.prepositions or low in words.adverbs or is_adverb(first):
        return "ASIDE"
    if (
        low in words.times
        or low in words.days
        or (low in words.subordinators)
        or low in ("however", "meanwhile", "but", "and", "jr", "sr")
    ):
        return "ASIDE"
    if first.text[0].isdigit() and (end - start == 1 or tokens[start + 1].lower == "of"):
        return "ASIDE"
    verb = next((k for k in range(start, end) if main_verb(tokens, k, end, lexicon)), None)
    if verb == start:
        return "ASIDE"
    if verb is not None and not any(t.lower in words.relatives for t in tokens[start:verb]):
        return "CLAUSE"
    return "NP"


def trimmed(tokens: list[Token], start: int, end: int, lexicon: Lexicon) -> tuple[int, int] | None:
    """The noun phrase without what stands before and behind it: 'In a statement Poe on Monday' to 'Poe'."""
    words = lexicon.words
    while start < end and (
        tokens[start].lower
        in (
            "and",
            "but",
            "or",
            "nor",
            "yet",
            "so",
            "still",
            "meanwhile",
            "however",
            "like",
            ",",
            "…",
            "...",
            "-",
            "*",
            "•",
        )
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
                    or (
                        is_name(tokens[k])
                        and not is_name(tokens[k - 1])
                        and tokens[k - 1].lower not in words.determiners
                        and tokens[k].lower not in words.days
                        and tokens[k].lower not in words.months
                    )
                )
            )
        ]
        if low not in words.determiners or starts:
            if not starts:
                return None
            start = starts[-1]
    if is_name(tokens[start]) and tokens[start].lower not in words.determiners | words.people:
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
    if end - start > 1 and first.lower in words.relatives and first.lower != "that":
        return _sound(tokens, start + 1, end, lexicon)
    if last.lower in words.prepositions or last.lower in (
        "the",
        "a",
        "an",
        "and",
        "or",
        "his",
        "her",
        "its",
        "their",
        "our",
        "my",
    ):
        return None
    if (
        end - start > 1
        and last.lower in ("he", "she", "they", "i", "we", "it", "you")
        and tokens[end - 2].lower not in ("and", "or")
    ):
        return None
    if first.text[0].islower() and (
        first.lower in words.auxiliaries
        or first.lower in words.pasts
        or (first.lower.endswith(("ed", "ing")) and end - start > 1)
    ):
        return None
    verb = next(
        (k for k in range(start + 1, end) if tokens[k].lower in words.auxiliaries and tokens[k].text[0].islower()), None
    )
    if verb is not None and not any(t.lower in words.relatives or t.text == "," for t in tokens[start:verb]):
        return None
    return start, end


def _nominal(token: Token, lexicon: Lexicon) -> bool:
    words = lexicon.words
    low = token.lower
    if low in words.pronouns or low in (
        "this",
        "that",
        "these",
        "those",
        "some",
        "many",
        "others",
        "one",
        "none",
        "most",
        "both",
    ):
        return True
    return (
        token.text[0].isalnum()
        and (low not in words.determiners or is_name(token))
        and low not in words.prepositions
        and low not in words.auxiliaries
    )
