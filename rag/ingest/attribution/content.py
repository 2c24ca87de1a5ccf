"""What is said: where it begins behind a cue, where it ends, and whether it stands before the cue instead.

Knows tokens and kinds of words; nothing of speakers.
"""

from rag.ingest.attribution.lexicon import Cue, lexicon
from rag.ingest.attribution.tokens import QUOTE, TaggedToken, final
from rag.ingest.attribution.verbs import main_verb

_ENDS = frozenset((".", "?", "!", ";"))
_CLAUSES = frozenset("who which where when that while before after as".split())
_OPENERS = frozenset("that how whether why what if where when who".split())
_ADJUNCTS = frozenset(
    "in on at during to after via from with about of by through following before regarding when while as for "
    "last earlier late this shortly speaking referring according".split()
)
_ADVERBS = frozenset(("adverbs", "ly"))
_TIMES = frozenset(("days", "months", "times"))
_BREAKS = frozenset((",", "--", "—", "–"))
_SUBJECTS = frozenset("he she they it we i you there".split())
_PERFECT = frozenset("has have had".split())


def is_end(tokens: list[TaggedToken], k: int) -> bool:
    """Whether the sentence is over at token `k`."""
    return k >= len(tokens) or (tokens[k].text in _ENDS and k >= len(tokens) - 2)


def past_adverbs(tokens: list[TaggedToken], k: int) -> int:
    """Behind the adverbs from token `k` on."""
    while k < len(tokens) and tokens[k].kinds & _ADVERBS:
        k += 1
    return k


def closed(tokens: list[TaggedToken], k: int, cue: Cue | None = None) -> int | None:
    """Where the cue's clause is over, when nothing said follows it from token `k` on: at the end, a comma, a quotation.

    '…, she said in a statement on Monday.' is closed, 'she said in 2012 that …' is not.
    """
    k = past_adverbs(tokens, k)
    if is_end(tokens, k) or tokens[k].lower in (QUOTE, ",", ";", "--", "—", "–", "-", ")", "(", ":"):
        return k
    low = tokens[k].lower
    if cue is not None and (low in cue.prepositions or low in cue.takes):
        return None
    if low not in _ADJUNCTS and not tokens[k].kinds & _TIMES:
        return None
    clause = low in ("when", "while", "as", "after", "before")
    for m in range(k, len(tokens)):
        low = tokens[m].lower
        if is_end(tokens, m):
            return m
        if low == "that" and m > k and not clause:
            return None
        if low == QUOTE and is_title(tokens, m):
            continue
        if low in _BREAKS or low in (QUOTE, ";", ":") or (low == "and" and not clause):
            return m
        if main_verb(tokens, m, len(tokens)) and not clause and not any(t.lower in _CLAUSES for t in tokens[k:m]):
            return None
    return len(tokens)


def is_title(tokens: list[TaggedToken], k: int) -> bool:
    """Whether a quotation is a name in its sentence: on NBC's “Meet the Press”."""
    text = tokens[k].text
    return len(text) < 40 and tokens[k - 1].text[0].isalnum() and text.strip("“\"'‘«„")[:1].isupper()


def after_hearer(tokens: list[TaggedToken], k: int) -> int:
    """Behind the person told: from 'reporters on Monday that …' to 'on Monday that …'."""
    start = k
    if k < len(tokens) and "determiners" in tokens[k].kinds:
        k += 1
    while k < len(tokens):
        low, kinds = tokens[k].lower, tokens[k].kinds
        if is_end(tokens, k) or low in (",", ":", QUOTE, "to", "about", "not", ";") or low in _OPENERS:
            break
        if k > start:
            before = tokens[k - 1]
            if low in _SUBJECTS or "days" in kinds:
                break
            if "determiners" in kinds and "prepositions" not in before.kinds:
                break
            if low in ("in", "on", "during", "at", "after", "last", "via", "by", "as") or "ly" in kinds:
                break
        k += 1
    return k


def begins(tokens: list[TaggedToken], k: int, cue: Cue) -> int | None:
    """Where what is said begins, from token `k` behind the cue (and its hearer); None when nothing said follows."""
    k = _behind_times(tokens, k)
    if is_end(tokens, k):
        return None
    token, low = tokens[k], tokens[k].lower
    if low in _OPENERS and cue.takes & {"clause", "that", "hearer"}:
        return k
    if low in (QUOTE, ":", ","):
        return _at_mark(tokens, k, cue)
    if low in cue.prepositions:
        return k + 1 if k + 1 < len(tokens) else None
    if low == "to" and "to" in cue.takes and k + 1 < len(tokens):
        behind = tokens[k + 1]
        if behind.text[0].islower() and "determiners" not in behind.kinds:
            return k
    if low in _ADJUNCTS or "prepositions" in token.kinds:
        return _at_adjunct(tokens, k, cue)
    if not (token.text[0].isalnum() or token.text[0] in "[$#@(“") or low in ("and", "or", "but", "than"):
        return None
    if cue.takes & {"noun", "clause"}:
        return k
    return k if "that" in cue.takes and _clause(tokens, k) else None


def _behind_times(tokens: list[TaggedToken], k: int) -> int:
    """Behind the adverbs and times from token `k` on: said on Monday, said Monday, said again."""
    n = len(tokens)
    while k < n:
        low, kinds = tokens[k].lower, tokens[k].kinds
        behind = tokens[k + 1] if k + 1 < n else None
        if kinds & {"days", "ly"} or low in ("today", "yesterday", "tonight", "also", "again", "once"):
            k += 1
            while k < n and tokens[k].lower in ("morning", "afternoon", "evening", "night"):
                k += 1
        elif behind and low in ("last", "this", "earlier", "late") and behind.kinds & _TIMES:
            k += 2
        elif (
            behind
            and low in ("on", "in", "during", "late", "early")
            and (behind.kinds & {"days", "months"} or behind.text[0].isdigit())
        ):
            k += 2
            while k < n and tokens[k].text[0].isdigit():
                k += 1
        else:
            break
    return k


def _at_mark(tokens: list[TaggedToken], k: int, cue: Cue) -> int | None:
    """Where what is said begins when a quotation, a colon or a comma stands at token `k`."""
    if tokens[k].lower == QUOTE:
        return k if cue.quotes else None
    if k + 1 == len(tokens):
        return None
    if tokens[k + 1].lower == QUOTE and cue.quotes:
        return k + 1
    return _past_adjunct(tokens, k) if cue.takes & {"clause", "that"} else None


def _at_adjunct(tokens: list[TaggedToken], k: int, cue: Cue) -> int | None:
    """Where what is said begins when an adjunct does at token `k`: behind it, or with it where a clause does."""
    past = _past_adjunct(tokens, k)
    if past is not None:
        return past
    is_clause = "clause" in cue.takes and _clause(tokens, k)
    return k if is_clause and tokens[k].lower not in ("by", "to", "as", "of") else None


def _clause(tokens: list[TaggedToken], k: int) -> bool:
    """Whether a clause begins at token `k`: a verb comes before a comma does."""
    for token in tokens[k : k + 25]:
        if "finite" in token.kinds:
            return True
        if token.text in ",;:":
            return False
    return False


def _past_adjunct(tokens: list[TaggedToken], k: int) -> int | None:
    """Behind 'in a statement', to 'that …', a quotation or a colon."""
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
        if "finite" in tokens[m].kinds and not is_past_comma and m > k + 1:
            return None
    return None


def ends(tokens: list[TaggedToken], start: int) -> int:
    """Where what is said ends: with the sentence, or where another clause of the speaker's or the writer's begins."""
    for k in range(start + 1, len(tokens)):
        token, low = tokens[k], tokens[k].lower
        if is_end(tokens, k):
            return k
        if k + 1 == len(tokens):
            break
        behind = tokens[k + 1].lower
        comma = low == QUOTE and final(token) == ","
        if (low == "," or comma) and behind in ("but", "though", "although", "while", "whereas"):
            return k + comma
        is_medium = any("media" in t.kinds for t in tokens[k + 1 : k + 4])
        if is_medium and low in ("in", "on", "during", "through", "via", "at"):
            return k
        if low in _BREAKS or comma:
            is_over = _reports_on(tokens, k + 1) or (behind == "according" and k > start + 3)
            if is_over or (not comma and _other_cue(tokens, k + 1)):
                return k + comma
        elif _other_clause(tokens, k, start):
            return k
    return len(tokens)


def _other_clause(tokens: list[TaggedToken], k: int, start: int) -> bool:
    """Whether 'and', 'but', 'according to' or ';' at token `k` begins another clause than what is said from `start`."""
    low, behind = tokens[k].lower, tokens[k + 1].lower
    if low in ("and", "but"):
        return (
            (behind in ("he", "she", "they") and _other_cue(tokens, k + 1))
            or (k > start + 3 and _other_say(tokens, k + 1))
            or (k > start + 1 and _next_cue(tokens, k + 1))
        )
    if low == "according":
        return behind == "to" and k > start + 3
    return low == ";" and _other_cue(tokens, k + 1)


def _reports_on(tokens: list[TaggedToken], k: int) -> bool:
    """'adding that …': a participle that reports."""
    forms = lexicon().verbs.get(tokens[k].lower, ()) if k < len(tokens) else ()
    return any(form.gerund and form.cue.kind == "saying" for form in forms)


def _is_finite_cue(token: TaggedToken, takes: frozenset[str] = frozenset()) -> bool:
    """Whether a token is a finite cue, of one that takes one of these, and no noun."""
    return "nouns" not in token.kinds and any(
        not f.gerund and not f.bare and f.cue.kind == "saying" and (not takes or f.cue.takes & takes)
        for f in lexicon().verbs.get(token.lower, ())
    )


def _next_cue(tokens: list[TaggedToken], k: int) -> bool:
    """'and warned …': a finite cue without a subject of its own."""
    return _is_finite_cue(tokens[k], frozenset(("clause", "that")))


def _other_say(tokens: list[TaggedToken], k: int) -> bool:
    """'(and) one in four said': another speaker within a few words."""
    return any(token.lower in ("said", "says", "told") for token in tokens[k + 1 : k + 6])


def _other_cue(tokens: list[TaggedToken], k: int) -> bool:
    """'(but) the mayor told …': a subject and its cue within a few words."""
    for token in tokens[k + 1 : k + 8]:
        if token.lower in (",", QUOTE, "that"):
            return False
        if _is_finite_cue(token):
            return True
        if "finite" in token.kinds and token.lower not in _PERFECT:
            return False
    return False
