"""Small questions about the words around a cue, each with an example.

Knows tokens and closed classes of words; nothing of drafts.
"""

from rag.ingest.attribution.lexicon import Form, Lexicon
from rag.ingest.attribution.tokens import QUOTE, Token
from rag.ingest.attribution.verbs import Group, finite, is_name

_SUBORDINATE = frozenset("when while after since as if although though because before once until whereas even".split())


def said_next(tokens: list[Token], i: int) -> bool:
    """Whether what follows token `i` can only be said: 'that', a quotation."""
    return i + 1 < len(tokens) and tokens[i + 1].lower in ("that", "how", "whether", QUOTE, ":")


def subordinate_end(tokens: list[Token], left: int, start: int, lexicon: Lexicon) -> int | None:
    """Where a clause that opens the sentence ends: 'When she announced a run in June, he …', at the comma."""
    opening = next((k for k in range(left) if tokens[k].lower in _SUBORDINATE), None)
    if opening is None or opening > 2 or any(t.text == "," for t in tokens[opening:left]):
        return None
    for k in range(start + 1, len(tokens) - 1):
        behind = tokens[k + 1]
        if tokens[k].text == "," and (
            is_name(behind) or behind.lower in lexicon.words.pronouns or behind.lower in lexicon.words.determiners
        ):
            return k
    return None


def past_dateline(tokens: list[Token], start: int, end: int) -> int:
    """Behind 'HAM, Ohio (AP) -' at a sentence's start."""
    if start == 0 and len(tokens[0].text) > 2 and tokens[0].text.isupper():
        for k in range(1, min(end, 12)):
            if tokens[k].text in ("-", "--", "—", "–"):
                return k + 1
    return start


def first_phrase(tokens: list[Token], source: tuple[int, int]) -> tuple[int, int]:
    """'According to Poe, mayor of Ham, ships left' names Poe with his role; '… the source, ships left' the source."""
    a, b = source
    comma = next((k for k in range(a, b) if tokens[k].text == ","), None)
    if comma is None:
        return source
    described = (
        b < len(tokens) and tokens[b].text == "," and tokens[comma + 1].lower in ("a", "an", "the", "who", "one")
    )
    return source if described else (a, comma)


def is_participle(token: Token) -> bool:
    """'adding'; not 'during', 'nothing'."""
    return token.lower.endswith("ing") and token.lower not in (
        "during",
        "nothing",
        "something",
        "everything",
        "anything",
        "including",
    )


def next_subject(tokens: list[Token], i: int) -> tuple[int, int] | None:
    """'Saying that it was late, Poe left': the first name behind the next comma."""
    for k in range(i + 1, len(tokens) - 1):
        if tokens[k].text == "," and (is_name(tokens[k + 1]) or tokens[k + 1].lower in ("he", "she", "they", "the")):
            end = k + 2
            while end < len(tokens) and is_name(tokens[end]):
                end += 1
            return k + 1, end
    return None


def is_noun(tokens: list[Token], i: int, form: Form, group: Group, lexicon: Lexicon) -> bool:
    """Whether 'claims', 'reports', 'calls' is a noun here: behind a determiner, a possessive or an adjective."""
    if group.start != i or i == 0:
        return False
    low = tokens[i].lower
    before = tokens[i - 1]
    words = lexicon.words
    if before.text.endswith(("'s", "’s", "s'", "s’")):
        return True
    if i + 1 < len(tokens) and finite(tokens[i + 1], lexicon) and low in lexicon.nouns:
        return True
    if (
        form.cue.noun
        and not form.bare
        and not low.endswith("ed")
        and not said_next(tokens, i)
        and not (before.lower in words.pronouns or is_name(before) or before.text in (",", ")"))
    ):
        return True
    if form.bare and form.cue.noun:
        return not ((before.lower.endswith("s") and before.lower not in words.determiners) or before.text == ",")
    return before.lower in (
        "the",
        "a",
        "an",
        "his",
        "her",
        "their",
        "its",
        "our",
        "my",
        "your",
        "these",
        "those",
        "no",
        "any",
        "of",
    )


def opens_speech(tokens: list[Token], left_end: int, stop: int) -> bool:
    """Whether a whole quotation follows 'In May, she said,': what stands before is not hers."""
    if tokens[left_end - 1].lower == QUOTE:
        return False
    k = stop + 1 if stop < len(tokens) and tokens[stop].text in (",", ":") else stop
    return k < len(tokens) and tokens[k].lower == QUOTE and tokens[k].text.lstrip("“\"'‘«„` ")[:1].isupper()


def follows_content(tokens: list[Token], k: int) -> bool:
    """Whether what stands before token `k` may be what is said: it ends with a quotation or a comma."""
    if k <= 0:
        return False
    before = tokens[k - 1]
    if before.lower == QUOTE:
        return True
    return before.text in (",", "--", "—", "–") and k > 1
