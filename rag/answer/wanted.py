"""What an answer to a question has to hold: its telling words, names, the thing counted or chosen, its negation.

By the question's own words; knows nothing of passages or models. `expect` says what kind of thing is asked for.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer.asked import asked, unframed
from rag.answer.expect import NUMBER_WORDS, expected
from rag.answer.named import is_title
from rag.answer.same import Same
from rag.answer.values import whole_numbers
from rag.text import stems, words

# Words that put a question and tell nothing of what it is about.
_PUTTING = frozenset(
    "a an the this that these those there here it its it's he she they them their his her him we us our you your i me "
    "my is are was were be been being am do does did doing have has had having will would shall should can could may "
    "might must of in on at by for with from to into onto upon about as than then and or but if so such also too very "
    "just only what which who whom whose when where why how what's who's tell say says said according please any some "
    "many much name named called kind type sort not no never one ones besides during".split()
)
# was not, hasn't, nobody, non-members, failed to; not: notable, north, nonetheless, not far from, not only
_NEGATED = re.compile(
    r"\b(?:not(?! (?:far|long|only|just|least|merely|more|much|less)\b)"
    r"|never|no|none|nobody|nothing|neither|nor|without|cannot|unable|unlikely|except|non-?\w+(?<!nonetheless)"
    r"|lack(?:s|ed)?|fail(?:s|ed)?|refuse(?:s|d)?)\b|n[’']t\b",
    re.I,
)
# how many North Korean ports | how much oil | which company | what resolution: up to the verb or preposition
_CHOSEN = re.compile(r"\b(how many|how much|what|which) (.*)", re.I)
_ENDS = frozenset(
    "is are was were be been do does did has have had will would can could shall should may might must "
    "of in on at by for with from to into that who which the a an".split()
)
_DETERMINERS = frozenset("the a an it his her its their this these those".split())
# Verbs that show no ending: which fault made the launch fail, which paper ran it
_IRREGULAR = frozenset(
    "made held ran sank sunk sold sent gave given took taken went gone came brought built bought became began left "
    "lost met paid put read rose said saw seen set shot shown sought spent spoke stood struck taught told thought "
    "threw won wore wrote written led fell felt flew found fought got grew heard hid hit kept knew known laid "
    "lay".split()
)
_TOKEN = re.compile(r"[^\W_]+(?:[.,’'&-][^\W_]+)*")
# 11, 1,000; not: 7.62mm, 2nd
_COUNT = re.compile(r"\d[\d.,]*")
# 11 ships, dozens of ships, 10 Russian cargo ships; not: 10 shipments of ships, 11 men left the ships, ships since 2011
_BETWEEN = frozenset("the a an of in on at by for with from to into and or than as since until".split())
_FARTHEST = 4
# An auxiliary after the question word turns the clause about: when was it built, how many has it sent.
_TURNED = re.compile(
    r"^\W*(?:(?:what|which|how|who|whom|whose|when|where|why)\b[\w’' -]*?) ?"
    r"\b(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might)\b",
    re.I,
)
# Sept. 13, 1 Nov; not: March, which is whole, octet
_MONTH = re.compile(r"\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?", re.I)
_MONTHS = {m[:3].casefold(): m for m in calendar.month_name if m}
# What a time is called that is asked for, as stems.
_TIMES = frozenset(stems("date dates day days year years month months time times week hour"))
_UNSAID = {"time": "when that was", "place": "where that was", "person": "who that was", "number": "what number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A question taken apart. All but `question`, `thing` and the flags are stems.

    `content` are its telling words, each once; `names` the parts of its names and numbers; `head` the thing that is
    counted or chosen from ('port' in 'How many ports …?'); `counts` says whether a number of them is asked for.
    `same` finds what it names under other names. `numbered` says that numbers stand in digits in these, however the
    question spells them. `thing` is what is asked for in words: 'how many ports', 'who signed it', '' where it can't be
    said.
    """

    question: str
    content: tuple[str, ...]
    names: tuple[str, ...]
    head: tuple[str, ...]
    counts: bool
    negated: bool
    thing: str
    same: Same = ()
    numbered: bool = False


def wanted(question: str, same: Same = ()) -> Wanted:
    """What an answer to the question has to hold."""
    question = whole_months(question)
    core = unframed(question)
    plain = whole_numbers(core)
    telling = [w for w in words(plain.replace("’", "'")) if w.removesuffix("'s") not in _PUTTING]
    chosen = _chosen(question)
    head = tuple(stems(" ".join(chosen[1])))
    # An article names whoever speaks, and need not say there what he is: 'which lawmaker said so?'
    # A sentence that gives a day does not call it a date.
    kind = expected(question)
    unsaid = frozenset(head if kind == "person" and asked(question).manner == "speaker" else ())
    unsaid |= _TIMES.intersection(head) if kind == "time" else frozenset()
    return Wanted(
        question=question,
        content=tuple(dict.fromkeys(s for s in stems(" ".join(telling)) if s not in unsaid)),
        names=tuple(dict.fromkeys(s for n in names(plain) for s in stems(n.replace("-", " ")))),
        head=tuple(s for s in head if s not in unsaid),
        counts=chosen[0] == "how many",
        negated=negated(question),
        thing=_thing(question, *chosen),
        same=same,
        numbered=plain != core,
    )


def names(question: str) -> list[str]:
    """The question's capitalised words, its first apart, and its numbers: Kim, Jong-un, 2019, 7.62mm."""
    found = _TOKEN.findall(question)
    return [
        w
        for i, w in enumerate(found)
        if any(c.isdigit() for c in w)
        or (i > 0 and w[0].isupper() and w.casefold() not in _PUTTING and not _is_title(w, found[i + 1 : i + 2]))
    ]


def _is_title(word: str, after: Sequence[str]) -> bool:
    """Whether a word is the office before a name: 'President' Marsh."""
    return bool(after) and after[0][0].isupper() and is_title(word)


def whole_months(text: str) -> str:
    """A text with the names of months written out: Sept. 13 → September 13."""
    return _MONTH.sub(lambda m: _MONTHS[m[1].casefold()[:3]], text)


def negated(text: str) -> bool:
    """Whether a text says of something that it is not so."""
    return bool(_NEGATED.search(text))


def counted(head: Sequence[str], sentence: str) -> bool:
    """Whether a sentence gives a number of the thing: '11 cargo ships' for ship, not '11 tons of ships'."""
    tokens, own = words(sentence), stems(sentence)
    for i in (i for i, s in enumerate(own) if s in head[-1:]):
        for j in range(i - 1, max(-1, i - 1 - _FARTHEST), -1):
            if tokens[j] in NUMBER_WORDS or _COUNT.fullmatch(tokens[j]):
                return True
            of_a_number = tokens[j] == "of" and j > 0 and tokens[j - 1] in NUMBER_WORDS
            if tokens[j] in _BETWEEN and not of_a_number:
                break
    return False


def _chosen(question: str) -> tuple[str, list[str]]:
    """The question word and the words of the thing that it counts or chooses from; ('', []) where there is none."""
    match = _CHOSEN.search(question)
    if match is None:
        return "", []
    thing: list[str] = []
    following = words(match[2])
    for w, after in zip(following[:4], [*following[1:], ""], strict=False):
        # The verb ends it: 'which body supplied it', 'which firm owns the ship', 'what happened at', 'which side held
        # Rysk'; not 'which armed group', 'what ships did'.
        verb = w.endswith("ed") and (thing or after in _ENDS) or thing and (after in _DETERMINERS or w in _IRREGULAR)
        if w in _ENDS or verb:
            break
        if w not in NUMBER_WORDS:
            thing.append(w)
    return match[1].casefold(), thing


def _thing(question: str, word: str, chosen: Sequence[str]) -> str:
    clause = " ".join(question.split()).strip(" ?")
    if not _TURNED.search(question) and re.match(r"who|which|what|how many|how much", clause, re.I):
        return clause[0].casefold() + clause[1:]
    if word.startswith("how") or chosen:
        return f"{word} {' '.join(chosen)}".strip()
    if re.match(r"\W*why\b", question, re.I):
        return "why"
    return _UNSAID.get(expected(question), "")
