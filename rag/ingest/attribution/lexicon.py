"""The words by which statements are found: cue verbs (cues.yaml), closed classes of words (words.yaml).

Knows the two files and English inflection; nothing of texts.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from rag.types import Stance

_HERE = Path(__file__).parent
_VOWELS = "aeiou"
# Words in -ly that are no adverbs.
_ADJECTIVES = frozenset(
    "family weekly daily monthly yearly friendly elderly lonely deadly likely unlikely costly".split()
)
# Past tenses and others that mark a clause, beside those in -ed and those of words.yaml.
_FINITE = frozenset("said says told wrote thinks thought believes spoke".split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb or adverb that reports a statement, as cues.yaml describes it."""

    word: str
    takes: frozenset[str]
    prepositions: frozenset[str]
    stance: Stance
    kind: str
    quotes: bool
    noun: bool


@dataclass(frozen=True, slots=True)
class Form:
    """One inflected form: 'saying' of 'say'. `rest` must follow the first word: 'out' of 'pointed out'."""

    cue: Cue
    rest: tuple[str, ...]
    gerund: bool
    bare: bool


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it, by the words in lower case: `verbs` by the first word of their forms, of which the longer come first.

    `classes` are the closed classes that a word is of, by their names in words.yaml.
    """

    verbs: Mapping[str, tuple[Form, ...]]
    unnamed: Mapping[str, Cue]
    classes: Mapping[str, frozenset[str]]


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    data = yaml.safe_load((_HERE / "cues.yaml").read_text(encoding="utf-8"))
    verbs: dict[str, list[Form]] = defaultdict(list)
    for entry in data["verbs"]:
        cue = _cue(entry, entry["verb"])
        for phrase in {entry["verb"], *(entry.get("forms") or inflected(entry["verb"]))}:
            first, *rest = phrase.split()
            form = Form(cue, tuple(rest), gerund=first.endswith("ing"), bare=first == cue.word.split()[0])
            verbs[first].append(form)
    ordered = {first: tuple(sorted(several, key=lambda form: -len(form.rest))) for first, several in verbs.items()}
    classes: dict[str, set[str]] = defaultdict(set)
    for name, listed in yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8")).items():
        for word in str(listed).split():
            classes[word].add(name)
    unnamed = {entry["word"]: _cue(entry, entry["word"]) for entry in data["unnamed"]}
    return Lexicon(ordered, unnamed, {word: frozenset(names) for word, names in classes.items()})


def lowered(word: str) -> str:
    """A word as the lexicon has it: in lower case, without the point of an abbreviation."""
    return word.lower().rstrip(".") or word


@lru_cache(maxsize=2**15)
def kinds_of(word: str) -> frozenset[str]:
    """What a word, as it is written, may be.

    Its closed classes; 'verb' for a cue; 'ly' for an adverb by its ending, not 'family', 'Emily'; 'finite' for what
    marks a clause, an auxiliary or a past tense.
    """
    low = lowered(word)
    known = lexicon()
    kinds = set(known.classes.get(low, ()))
    if low in known.verbs:
        kinds.add("verb")
    if word[0].islower():
        if low.endswith("ly") and len(low) > 5 and low not in _ADJECTIVES:
            kinds.add("ly")
        is_past = low.endswith("n't") or (low.endswith("ed") and len(low) > 4) or low in _FINITE or "pasts" in kinds
        if low not in ("be", "been", "being") if "auxiliaries" in kinds else is_past:
            kinds.add("finite")
    return frozenset(kinds)


def gender_of(*words: str) -> str | None:
    """'f' or 'm' where a word tells it: wife, chairman, Mrs., he."""
    kinds = {kind for word in words for kind in kinds_of(word)}
    return "f" if "feminine" in kinds else "m" if "masculine" in kinds else None


def inflected(verb: str) -> list[str]:
    """The regular forms of a verb, its first word inflected: deny, denies, denied, denying; point out, pointed out.

    A final consonant is not doubled: such verbs name their forms in cues.yaml.
    """
    first, _, rest = verb.partition(" ")
    if first.endswith("y") and first[-2] not in _VOWELS:
        forms = [first, first[:-1] + "ies", first[:-1] + "ied", first + "ing"]
    elif first.endswith("e"):
        forms = [first, first + "s", first + "d", first[:-1] + "ing"]
    else:
        forms = [first, first + ("es" if first.endswith(("s", "sh", "ch")) else "s"), first + "ed", first + "ing"]
    return [f"{form} {rest}".strip() for form in forms]


def _cue(entry: Mapping[str, Any], word: str) -> Cue:
    return Cue(
        word,
        takes=frozenset(entry.get("takes", ())),
        prepositions=frozenset(entry.get("on", ())),
        stance=entry.get("stance", "asserts"),
        kind=entry.get("kind", "saying"),
        quotes=entry.get("quote", True),
        noun=entry.get("noun", False),
    )
