"""What a question asks for, and the value in a sentence that may be it.

By the question's own words, as `expect` does, and by where values stand in the sentence: near what the question says
of them ('born', 'population'). Finds a likely value to set beside another sentence's; it does not decide whether the
sentence answers.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rag.answer.expect import Kind, expected
from rag.answer.measure import exactly, quantities
from rag.answer.named import is_body, is_description, is_placed, names_it, untitled
from rag.answer.parties import Parties, parties
from rag.answer.same import OtherNames, no_other_names
from rag.answer.stance import cue_stance
from rag.answer.terms import NAMELESS, STOP
from rag.answer.values import ORDINALS, Value, dates, names, numbers
from rag.text import stems
from rag.types import Stance

# What is measured in numbers though the question doesn't say 'how many': the population of, the length of
_MEASURES = frozenset(stems("population length height width depth distance area size weight age speed capacity cost "
                            "price salary budget elevation altitude toll turnout"))  # fmt: skip
# The units that a measure is given in, by its stem: a population of 1,473 people, not of 54 per square mile.
_UNITS: dict[str, frozenset[str]] = {
    "popul": frozenset(stems("people persons person inhabitants residents souls")),
    "length": frozenset(stems("km miles mile metres meters feet laps hours minutes kilometers kilometres m ft")),
}
# Characters before a number that are read for a rate.
_LEAD = 40
_RATE = re.compile(r"\bdensity\b[^,;.]*$", re.I)
_VERB = (
    r"(?:is|are|was|were|does|do|did|has|have|had|will|would|could|can|said|say|says|came|come|went|go|left|took"
    r"|take)\b"
)
# how many HEAD did … | what is the HEAD of | which HEAD was …
_HEAD = (
    re.compile(rf"\bhow (?:many|much) (?P<head>[\w’' -]+?)(?= (?:{_VERB}|of|in|at|from|to|by|for)|\?|$)", re.I),
    re.compile(
        rf"\b(?:what|which) (?:{_VERB} )(?:the |an? |\S+['’]s? )?(?P<head>[\w’'-]+(?: [a-z’'-]+)??)"
        rf"(?= (?:of|for|associated|in|at|that|played|made|said)\b|\?|$)",
        re.I,
    ),
    re.compile(rf"\b(?:what|which) (?!{_VERB})(?P<head>[\w’' -]+?)(?= {_VERB}| [a-z]+(?:ed|s)\b|\?|$)", re.I),
)
# which countries, what North Korean weapons, who are, between which; not: which class, what is, which firm owns it
_DETERMINERS = r"(?:the|an?|it|he|she|they|this|that|these|those|his|her|its|their|one|all|any)"
_LISTS = re.compile(
    rf"\b(?:[Ww]hat|[Ww]hich) (?:(?:[A-Z][\w-]+|and) ){{0,3}}(?:(?!{_DETERMINERS}\b)[\w-]+ )??"
    rf"(?!\w*(?:ss|us|is|series|news)\b)[a-z]{{3,}}s\b(?! {_DETERMINERS}\b| [A-Z])"
    r"|^\W*(?:[Ww]ho|[Ww]hat) (?:are|were)\b|\b[Bb]etween which\b"
)
_ENDS = (
    r"(?=[,.;:()]|$|\s(?:who|that|which|from|in|at|on|to|by|born|based|located|released|written|directed|produced"
    r"|starring|for|and (?:is|was|has|had))\b)"
)
# What a thing is said to be. Matches: 'is an American football player', 'was a British poet born in 1905', 'Dale, a
# chess player, won', 'Dale Ross (ice hockey)'; not: 'is said to be', 'in 1905, the town'.
_PREDICATE = re.compile(
    rf"\b(?:is|was|are|were|be|became|remains|as) (?:an?|the|one of the)\s+(?P<said>[^,.;:()]+?){_ENDS}"
    rf"|(?<=[a-z]), an?\s+(?P<apposed>[^,.;:()]+?){_ENDS}|(?<=\w) \((?P<glossed>[a-z][a-z ]{{2,30}})\)"
)
# 'as the ministry has claimed' says what nobody is.
_CLAUSAL = re.compile(
    r"\b(?:has|have|had|is|are|was|were|said|says|did|does|will|would|claim(?:s|ed)|report(?:s|ed))\b"
)
# Words of a sentence's name that say what a thing is, not which: too general to tell two terms apart.
_GENERAL = frozenset(
    stems("player team former professional first second third new old known name names person people man woman who "
          "retired career member series work title american english british current famous list number played plays "
          "best year years")
)  # fmt: skip


# Verbs of saying as a question uses them: who denied, what did the ministry say, what does the report claim
_SAYING = (
    r"(?:sa(?:y|ys|id)|tell|tells|told|claim\w*|stat(?:e|es|ed)|den(?:y|ies|ied)|report(?:s|ed)?|announc\w+|reveal\w*"
    r"|disclos\w+|explain\w*|argu\w+|accus\w+|alleg(?:e|es|ed)|disput\w+|estimat(?:e|es|ed)|believ\w+|think|thinks"
    r"|thought|predict\w*|warn\w*|call(?:s|ed)?|describ\w+|describe|speak|spoke|mention\w*|quot\w+"
    r"|comment\w*|respond\w*|repl(?:y|ies|ied)|answer(?:s|ed)?|promis\w+|vow\w*|suggest\w*|insist\w*"
    r"|critici[sz]\w+|urg\w+|demand\w*)"
)
# 'Who confirmed it?' asks for a speaker; 'Has the ministry confirmed it?' asks whether it is so.
_OWNING = (
    r"(?:confirm(?:s|ed)?|doubt(?:s|ed)?|question(?:s|ed)?|verif(?:y|ies|ied)|contradict(?:s|ed)?|reject(?:s|ed)?"
    r"|relay\w*|acknowledg\w+|admit\w*|assert\w*|declar\w+|testif\w+|divulg\w+|complain\w*|hint\w*|publici[sz]\w+"
    r"|recount\w*|point(?:s|ed)? out|ma(?:ke|kes|de) (?:it )?(?:public|known))"
)
# Who denied it? To whom did she say so? Not: who sailed the ship?
_FOR_SPEAKER = re.compile(
    rf"^\W*(?:and |but )?(?:who|which \w+|what (?:source|official|agency|outlet|paper)s?)\b"
    rf"(?: [\w’'-]+){{0,2}}? (?:{_SAYING}|{_OWNING})\b"
    rf"|\bwho (?:else )?(?:has |have |had )?(?:also )?(?:{_SAYING}|{_OWNING})\b"
    r"|^\W*(?:what|which) (?:[\w-]+ )?(?:(?:news)?paper|outlet|broadcaster|agency|(?:web)?site|magazine|channel)s?"
    r" (?:first )?(?:ran|carried|published|broke|printed|aired|broadcast|wrote|covered|cited)\b"
    r"|\b(?:according to|by) whom\b",
    re.I,
)
# What did the ministry say? How many did Kirby speak of? What, according to Yoo, …? Not: Did the ministry sell it?
_FOR_SPEECH = re.compile(
    rf"\b(?:did|does|do|has|have|had|would|will) (?P<who>(?:[\w’'.,-]+ ){{1,12}}?){_SAYING}\b|\baccording to\b"
    r"|\bin (?:the )?(?:view|words|opinion) of\b"
    r"|\b(?:statement|comments?|remarks?|testimony|claims?) (?:of|by|from)\b"
    r"|\b(?:reaction|response|answer) (?:to|of|by)\b",
    re.I,
)
# Did it sink, or does the owner deny it? That asks whether it sank, not what somebody says.
_OR_ELSE = re.compile(r"\bor (?:do|does|did|is|are|was|were|has|have)\b", re.I)
_WHETHER = re.compile(
    r"^\W*(?:and |but |so )?(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would|should|may"
    r"|might)(?:n['’]t)?\b|\bwhether\b|^\W*is it true\b",
    re.I,
)


# What frames a thing that may be so, and says nothing of it: Is it true that, Has it been established that, Is there
# any proof that, Is the ministry right that; not: Is the minister right, What proof is there that
_FRAME = re.compile(
    r"^\W*(?:and |but |so )?(?:"
    r"(?:is|was) it (?:really )?(?:true|correct|right|a fact|the case|certain|sure|known|clear|confirmed|established"
    r"|proven|proved|verified) (?:that|whether|if)"
    r"|(?:has|have) (?:it|(?:any|some)(?:one|body)) (?:ever )?(?:been )?(?:confirmed|established|proven|proved"
    r"|verified|shown) (?:that|whether|if)"
    r"|(?:is|are|was|were) there (?:any |some |a )?(?:\w+ )?(?:proof|evidence|signs?|confirmation|indications?)"
    r" (?:that|whether|of|for)"
    r"|(?:is|are|was|were) (?:[\w’'.-]+ ){1,5}(?:right|correct|wrong|sure|certain) (?:that|in saying|to say(?: that)?)"
    r"|(?:has|have|had|does|do|did) (?:[\w’'.-]+ ){1,5}(?:any |some )?(?:proof|evidence) (?:that|of|for)"
    r"|do (?:we|you) know (?:whether|if|that))\s+",
    re.I,
)


Manner = Literal["speaker", "speech", "whether", "value", "open"]


@dataclass(frozen=True, slots=True)
class Asked:
    """`head` are the stems of the thing asked for, `said` those of what the question says of it, `held` all of them.

    `cue` is the stance of the speakers asked for: who *denied* it. `parties` are the stems of who is said to give and
    who to take: 'Did Norland sell rifles to Sudrey?'.
    `manner` is what the question wants: a speaker (who said it?), a certain speaker's words, whether something is so,
    a value (how many, when, which), or anything else. `lists` says that several values may be right together.
    """

    question: str
    kind: Kind
    manner: Manner
    head: frozenset[str]
    said: frozenset[str]
    held: frozenset[str]
    lists: bool = False
    cue: Stance = "asserts"
    parties: Parties | None = None

    @property
    def subject(self) -> frozenset[str]:
        """The stems of what the question is about: what it neither asks for nor says of it."""
        return self.held - self.head - self.said


@lru_cache(64)
def asked(question: str) -> Asked:
    """What the question asks for."""
    match = next((m for p in _HEAD if (m := p.search(question))), None)
    head = frozenset(s for s in stems(match["head"]) if s not in STOP) if match else frozenset[str]()
    kind = expected(question)
    if kind == "reason":  # the values are set side by side of what has some
        kind = "any"
    if kind == "any" and head & _MEASURES:
        kind = "number"
    if kind == "any" and head & {"date", "year"}:
        kind = "time"
    if kind == "any" and head & {"locat", "place"}:
        kind = "place"
    held = frozenset(s for s in stems(unframed(question)) if s not in STOP)
    plain = [w for w in re.findall(r"[\w’'-]+", question)[1:] if w[0].islower()]
    said = frozenset(s for s in stems(" ".join(plain)) if s not in STOP)
    lists = bool(_LISTS.search(question)) and kind != "number"
    cue: Stance = "asserts"
    if (manner := _manner(question, kind, bool(head))) == "speaker" and (told := _FOR_SPEAKER.search(question)):
        cue = cue_stance(told[0])
        if cue != "asserts":
            held -= set(stems(told[0]))
    return Asked(question, kind, manner, head, said, held, lists, cue, parties(question))


def _manner(question: str, kind: Kind, has_head: bool) -> Manner:
    if _FOR_SPEAKER.search(question):
        return "speaker"
    whether = _WHETHER.search(question)
    speech = _FOR_SPEECH.search(question)
    if speech and not (whether and _OR_ELSE.search(speech["who"] or "")):
        return "speech"
    if whether:
        return "whether"
    return "value" if kind != "any" or has_head else "open"


def unframed(question: str) -> str:
    """The question without what asks whether it is so: 'Is it true that ships left?' → 'ships left?'."""
    return _FRAME.sub("", question)


@lru_cache(64)
def speakers_in(question: str) -> str:
    """Whose words the question asks for: 'Maren Holt and the mayor' in 'What did Maren Holt and the mayor say?'."""
    told = _FOR_SPEECH.search(question)
    return (told["who"] or "").strip() if told else ""


def value_in(sentence: str, wanted: Asked, other_names: OtherNames = no_other_names, text: str = "") -> Value | None:
    """The value in the sentence that is likeliest what is asked for; None when it holds none of the kind.

    Args:
        text: what the sentence is from; a name that opens the sentence and stands there in small letters is none.
        other_names: a name that has others is of a country or a body, and so nobody's; one that the question has under
            another name is not what it asks for.
    """
    found = _candidates(sentence, wanted)
    if wanted.kind == "person":
        found = [v for v in found if " " in v.text or not other_names(v.text)]
    found = [v for v in found if not any(name in wanted.question for name in other_names(v.text))]
    found = [v for v in found if v.kind != "name" or not _only_opens(v, sentence, text)]
    if not found:
        return None
    anchors = [m.start() for m in re.finditer(r"[\w’'-]+", sentence) if wanted.said & set(stems(m[0]))]
    return min(found, key=lambda v: (min((_gap(v, a) for a in anchors), default=0), v.start))


def gives_name(sentence: str, wanted: Asked) -> bool:
    """Whether a sentence gives a name, one that the question doesn't have, to the thing whose name is asked for."""
    return any(names_it(v, sentence, wanted.said) for v in names(sentence) if not v.stems & wanted.held)


def _only_opens(v: Value, sentence: str, text: str) -> bool:
    """Whether a name is only the word that opens a sentence: 'Shells sent by ship', 'Regarding Norland’s launch'."""
    first = v.text.split(" ", 1)[0]
    opens = not sentence[: v.start].strip("“\"‘'([ ")
    return opens and first.isalpha() and (first.endswith("ing") or re.search(rf"\b{first.lower()}\b", text) is not None)


def is_sure(sentence: str, value: Value, wanted: Asked) -> bool:
    """Whether a value is surely the one asked for, and may stand alone.

    It is the only one of its kind in the sentence, a number counts what is asked for, a name is not just the word that
    opens the sentence, and a term is a name with the question's noun in it: the Sund *Company* for 'which company'.
    """
    if wanted.lists or len({v.text for v in _candidates(sentence, wanted)}) > 1:
        return False
    match wanted.kind:
        case "number":
            return bool(value.unit & _units(wanted))
        case "any" | "reason":
            own = frozenset(stems(value.text))
            is_name = value.text in {n.text for n in names(sentence)}
            return is_name and bool(own & wanted.head) and not own <= wanted.held
        case "person" | "place" | "name":
            return value.start > 0 or " " in value.text
        case "time":
            return True


def _units(wanted: Asked) -> frozenset[str]:
    """The stems that a number of what is asked for may count."""
    return wanted.head.union(*(_UNITS.get(h, frozenset()) for h in wanted.head))


def _gap(v: Value, anchor: int) -> int:
    """Characters between a value and a word of the question; what stands before it counts double."""
    return anchor - v.end + 40 if anchor >= v.end else max(0, v.start - anchor)


def _candidates(sentence: str, wanted: Asked) -> list[Value]:
    spans = quantities(wanted.question, sentence)
    if spans is not None:
        return [_quantity(sentence, start, end) for start, end in spans]
    match wanted.kind:
        case "number":
            return _counts(sentence, wanted)
        case "time":
            exact = exactly(wanted.question)
            return [v for v in dates(sentence) if exact is None or exact.search(v.text)]
        case "person":
            named = [untitled(v) for v in names(sentence)]
            new = [v for v in named if not v.stems & wanted.held and not is_description(v, sentence)]
            people = [v for v in new if not is_body(v, sentence)]
            return [v for v in people if " " in v.text] or people
        case "name":
            new = [v for v in names(sentence) if not v.stems & wanted.held and not is_description(v, sentence)]
            return [v for v in new if names_it(v, sentence, wanted.said)] or new
        case "place":
            new = [v for v in names(sentence) if not v.stems <= wanted.held and not is_description(v, sentence)]
            return [v for v in new if is_placed(v, sentence)]
        case "any" | "reason":
            return _terms(sentence, wanted)


def _counts(sentence: str, wanted: Asked) -> list[Value]:
    """The numbers of what is counted; where no unit tells, those of a sentence that names what is measured."""
    units = _units(wanted)
    found = [
        v
        for v in numbers(sentence)
        if "per" not in v.unit and not _RATE.search(sentence[max(0, v.start - _LEAD) : v.start])
    ]
    counted = [v for v in found if v.unit & units]
    if counted or not wanted.head & set(stems(sentence)):
        return counted
    if not wanted.head & _MEASURES:
        return [v for v in found if not v.unit]
    return [v for v in found if not v.unit & {"%", "per"}]


def _quantity(sentence: str, start: int, end: int) -> Value:
    """A quantity as a whole, 'two years and eight months', worth what its first number is."""
    first = next((v for v in numbers(sentence[start:end]) if v.unit), None)
    if first is None:
        return Value(kind="term", start=start, end=end, text=sentence[start:end],
                     stems=frozenset(stems(sentence[start:end])) - STOP)  # fmt: skip
    return replace(first, start=start, end=end, text=sentence[start:end])


def _terms(sentence: str, wanted: Asked) -> list[Value]:
    """What the sentence says a thing is: what stands before the head noun, or after 'is a'."""
    found: list[Value] = []
    for m in _PREDICATE.finditer(sentence):
        group = next(name for name in ("said", "apposed", "glossed") if m[name])
        found.append(_term(sentence, m.start(group), m.end(group), wanted))
    for v in names(sentence):
        if v.stems & wanted.head and v.stems - wanted.held:
            found.append(_term(sentence, v.start, v.end, wanted))
    return [v for v in found if v.stems - ORDINALS and not _CLAUSAL.search(v.text)]


def _term(sentence: str, start: int, end: int, wanted: Asked) -> Value:
    text = sentence[start:end]
    plain = frozenset(s for w in re.findall(r"[\w’'-]+", text) if w[0].islower() for s in stems(w))
    every = frozenset(stems(text))
    own = (plain - STOP - NAMELESS - _GENERAL - wanted.held) or every - STOP - _GENERAL - wanted.held
    own |= every & ORDINALS
    return Value(kind="term", start=start, end=end, text=text, stems=own)
