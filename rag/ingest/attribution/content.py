"""What is said: where it begins behind a cue, where it ends, and whether it stands before the cue instead.

Knows tokens and closed classes of words; nothing of speakers.
"""

from rag.ingest.attribution.lexicon import Cue, Lexicon
from rag.ingest.attribution.tokens import QUOTE, Token, final
from rag.ingest.attribution.verbs import finite, is_adverb, is_name, main_verb

_ENDS = frozenset((".", "?", "!", ";"))
_CLAUSES = frozenset("who which where when that while before after as".split())
_OPENERS = frozenset("that how whether why what if where when who".split())
_ADJUNCTS = frozenset(
    "in on at during to after via from with about of by through following before regarding when while as for "
    "last earlier late this shortly speaking referring according".split()
)


def is_end(tokens: list[Token], k: int) -> bool:
    """Whether the sentence is over at token `k`."""
    return k >= len(tokens) or (tokens[k].text in _ENDS and k >= len(tokens) - 2)


def closed(tokens: list[Token], k: int, lexicon: Lexicon, cue: Cue | None = None) -> int | None:
    """Where the cue's clause is over, when nothing said follows it from token `k` on: at the end, a comma, a quotation.

    '…, she said in a statement on Monday.' is closed, 'she said in 2012 that …' is not.
    """
    words = lexicon.words
    while k < len(tokens) and (tokens[k].lower in words.adverbs or is_adverb(tokens[k])):
        k += 1
    if (
        is_end(tokens, k)
        or tokens[k].lower in (",", QUOTE, ";")
        or tokens[k].text in ("--", "—", "–", "-", ")", "(", ":")
    ):
        return k
    low = tokens[k].lower
    if cue is not None and (low in cue.prepositions or low in cue.takes):
        return None
    if low not in _ADJUNCTS and low not in words.days and low not in words.times and low not in words.months:
        return None
    clause = low in ("when", "while", "as", "after", "before")
    m = k
    while not is_end(tokens, m):
        low = tokens[m].lower
        if low == "that" and m > k and not clause:
            return None
        if low == QUOTE and is_title(tokens, m):
            m += 1
            continue
        if low in (",", QUOTE, ";", ":", "--", "—", "–") or (low == "and" and not clause):
            return m
        if (
            main_verb(tokens, m, len(tokens), lexicon)
            and not clause
            and not any(t.lower in _CLAUSES for t in tokens[k:m])
        ):
            return None
        m += 1
    return m


def is_title(tokens: list[Token], k: int) -> bool:
    """Whether a quotation is a name in its sentence: on NBC's “Meet the Press”."""
    return (
        len(tokens[k].text) < 40 and tokens[k - 1].text[0].isalnum() and tokens[k].text.strip("“\"'‘«„")[:1].isupper()
    )


def after_hearer(tokens: list[Token], k: int, lexicon: Lexicon) -> int:
    """Behind the person told: from 'reporters on Monday that …' to 'on Monday that …'."""
    words = lexicon.words
    n = len(tokens)
    start = k
    if k < n and tokens[k].lower in words.determiners:
        k += 1
    while k < n:
        low = tokens[k].lower
        if is_end(tokens, k) or low in (",", ":", QUOTE, "to", "about", "not", ";") or low in _OPENERS:
            break
        if k > start:
            behind = tokens[k - 1].lower
            if low in ("he", "she", "they", "it", "we", "i", "you", "there") or low in words.days:
                break
            if low in words.determiners and behind not in words.prepositions:
                break
            if low in ("in", "on", "during", "at", "after", "last", "via", "by", "as") or is_adverb(tokens[k]):
                break
            if (
                is_name(tokens[k])
                and tokens[k - 1].text[0].islower()
                and behind not in words.prepositions
                and behind not in words.determiners
                and _verb_near(tokens, k, lexicon)
            ):
                break
        if low in words.objects and k == start:
            return k + 1
        k += 1
    return k


def _verb_near(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    return any(finite(t, lexicon) for t in tokens[k : k + 5])


def begins(tokens: list[Token], k: int, cue: Cue, lexicon: Lexicon) -> int | None:
    """Where what is said begins, from token `k` behind the cue (and its hearer); None when nothing said follows."""
    words = lexicon.words
    k = _behind_times(tokens, k, lexicon)
    if is_end(tokens, k):
        return None
    low = tokens[k].lower
    if low in _OPENERS and cue.takes & {"clause", "that", "hearer"}:
        return k
    if low in (QUOTE, ":", ","):
        return _at_mark(tokens, k, cue, lexicon)
    if low in cue.prepositions:
        return k + 1 if k + 1 < len(tokens) else None
    behind = tokens[k + 1].lower if k + 1 < len(tokens) else ""
    if (
        low == "to"
        and "to" in cue.takes
        and behind[:1].isalpha()
        and tokens[k + 1].text[0].islower()
        and behind not in words.determiners
    ):
        return k
    if low in _ADJUNCTS or low in words.prepositions:
        return _at_adjunct(tokens, k, cue, lexicon)
    if not (tokens[k].text[0].isalnum() or tokens[k].text[0] in "[$#@(“") or low in ("and", "or", "but", "than"):
        return None
    if "noun" in cue.takes or "clause" in cue.takes:
        return k
    return k if "that" in cue.takes and _clause(tokens, k, lexicon) else None


def _behind_times(tokens: list[Token], k: int, lexicon: Lexicon) -> int:
    """Behind the adverbs and times from token `k` on: said on Monday, said Monday, said again."""
    words = lexicon.words
    n = len(tokens)
    while k < n:
        low = tokens[k].lower
        behind = tokens[k + 1].lower if k + 1 < n else ""
        if (
            low in words.days
            or low in ("today", "yesterday", "tonight")
            or is_adverb(tokens[k])
            or low in ("also", "again", "once")
        ):
            k += 1
            while k < n and tokens[k].lower in ("morning", "afternoon", "evening", "night"):
                k += 1
        elif low in ("last", "this", "earlier", "late") and behind in words.times | words.days | words.months:
            k += 2
        elif low in ("on", "in", "during", "late", "early") and (
            behind in words.days or behind in words.months or behind[:1].isdigit()
        ):
            k += 2
            while k < n and tokens[k].text[0].isdigit():
                k += 1
        else:
            break
    return k


def _at_mark(tokens: list[Token], k: int, cue: Cue, lexicon: Lexicon) -> int | None:
    """Where what is said begins when a quotation, a colon or a comma stands at token `k`."""
    if tokens[k].lower == QUOTE:
        return k if cue.quotes else None
    if k + 1 == len(tokens):
        return None
    if tokens[k + 1].lower == QUOTE and cue.quotes:
        return k + 1
    return _past_adjunct(tokens, k, lexicon) if cue.takes & {"clause", "that"} else None


def _at_adjunct(tokens: list[Token], k: int, cue: Cue, lexicon: Lexicon) -> int | None:
    """Where what is said begins when an adjunct does at token `k`: behind it, or with it where a clause does."""
    past = _past_adjunct(tokens, k, lexicon)
    if past is not None:
        return past
    is_clause = "clause" in cue.takes and _clause(tokens, k, lexicon)
    return k if is_clause and tokens[k].lower not in ("by", "to", "as", "of") else None


def _clause(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """Whether a clause begins at token `k`: a verb comes before a comma does."""
    for token in tokens[k : k + 25]:
        if finite(token, lexicon):
            return True
        if token.text in ",;:":
            return False
    return False


def _past_adjunct(tokens: list[Token], k: int, lexicon: Lexicon) -> int | None:
    """Behind 'in a statement', to 'that …', a quotation or a colon, unless a verb comes first."""
    is_past_comma = False
    for m in range(k, min(len(tokens), k + 30)):
        low = tokens[m].lower
        if low == "that" and m > k:
            return m
        if low == QUOTE and (final(tokens[m]) in ",.?!…" or tokens[m - 1].text in ",:"):
            return m
        if low == ":" and m + 1 < len(tokens):
            return m + 1
        is_past_comma = is_past_comma or low == ","
        if finite(tokens[m], lexicon) and not is_past_comma and m > k + 1:
            return None
    return None


def ends(tokens: list[Token], start: int, lexicon: Lexicon) -> int:
    """Where what is said ends: with the sentence, or where another clause of the speaker's or the writer's begins."""
    n = len(tokens)
    for k in range(start + 1, n):
        token = tokens[k]
        low = token.lower
        if is_end(tokens, k):
            return k
        behind = tokens[k + 1] if k + 1 < n else None
        if behind is None:
            continue
        comma = low == QUOTE and final(token) == ","
        if (low == "," or comma) and behind.lower in ("but", "though", "although", "while", "whereas"):
            return k + comma
        if low in ("in", "on", "during", "through", "via", "at") and not lexicon.words.media.isdisjoint(
            t.lower for t in tokens[k + 1 : k + 4]
        ):
            return k
        if low in (",", "--", "—", "–") or comma:
            if (
                _reports_on(tokens, k + 1, lexicon)
                or (behind.lower == "according" and k > start + 3)
                or (not comma and _other_cue(tokens, k + 1, lexicon))
            ):
                return k + comma
        elif _other_clause(tokens, k, start, lexicon):
            return k
    return n


def _other_clause(tokens: list[Token], k: int, start: int, lexicon: Lexicon) -> bool:
    """Whether 'and', 'but', 'according to' or ';' at token `k` begins another clause than what is said from `start`."""
    low, behind = tokens[k].lower, tokens[k + 1].lower
    if low in ("and", "but"):
        return (
            (behind in ("he", "she", "they") and _other_cue(tokens, k + 1, lexicon))
            or (k > start + 3 and _other_say(tokens, k + 1, lexicon))
            or (k > start + 1 and _same_cue(tokens, k + 1, lexicon))
        )
    if low == "according":
        return behind == "to" and k > start + 3
    return low == ";" and _other_cue(tokens, k + 1, lexicon)


def _reports_on(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """'adding that …': a participle that reports."""
    while k < len(tokens) and (tokens[k].lower in lexicon.words.adverbs or is_adverb(tokens[k])):
        k += 1
    return k < len(tokens) and any(f.gerund and f.cue.kind == "saying" for f in lexicon.verbs.get(tokens[k].lower, ()))


def _same_cue(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """'and (has also) warned …': a finite cue without a subject of its own."""
    while k < len(tokens) and (
        tokens[k].lower in lexicon.words.adverbs or is_adverb(tokens[k]) or tokens[k].lower in ("has", "have", "had")
    ):
        k += 1
    if k >= len(tokens):
        return False
    return (
        any(
            not f.gerund and not f.bare and f.cue.kind == "saying" and f.cue.takes & {"clause", "that"}
            for f in lexicon.verbs.get(tokens[k].lower, ())
        )
        and tokens[k].lower not in lexicon.nouns
    )


def _other_say(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """'(and) one in four said': another speaker within a few words."""
    for m in range(k + 1, min(len(tokens), k + 6)):
        if tokens[m].lower in ("said", "says", "told"):
            return True
        if (
            tokens[m].text in ",;"
            or tokens[m].lower in (QUOTE, "who", "that", "and", "he", "she", "they")
            or finite(tokens[m], lexicon)
        ):
            return False
    return False


def _other_cue(tokens: list[Token], k: int, lexicon: Lexicon) -> bool:
    """'(but) the mayor told …': a subject and its cue within a few words."""
    for m in range(k + 1, min(len(tokens), k + 8)):
        if tokens[m].lower in (",", QUOTE, "that"):
            return False
        forms = lexicon.verbs.get(tokens[m].lower, ())
        if (
            any(not f.gerund and not f.bare and f.cue.kind == "saying" for f in forms)
            and tokens[m].lower not in lexicon.nouns
        ):
            return True
        if finite(tokens[m], lexicon) and tokens[m].lower not in ("has", "have", "had"):
            return False
    return False
