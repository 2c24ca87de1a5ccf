"""The words by which statements are found: cue verbs and nouns (cues.yaml), closed classes (words.yaml).

Knows the two files and English inflection; nothing of texts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rag.types import Stance

_HERE = Path(__file__).parent
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb or noun that reports a statement, as cues.yaml describes it."""

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
class Words:
    """The closed classes, each a set of lower-case words."""

    auxiliaries: frozenset[str]
    negations: frozenset[str]
    adverbs: frozenset[str]
    determiners: frozenset[str]
    pronouns: frozenset[str]
    objects: frozenset[str]
    subordinators: frozenset[str]
    relatives: frozenset[str]
    prepositions: frozenset[str]
    days: frozenset[str]
    months: frozenset[str]
    times: frozenset[str]
    pasts: frozenset[str]
    abbreviations: frozenset[str]
    titles: frozenset[str]
    feminine: frozenset[str]
    masculine: frozenset[str]
    people: frozenset[str]
    media: frozenset[str]
    organisations: frozenset[str]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of it. `verbs` and `nouns` are keyed by their first word in lower case; longer forms come first."""

    verbs: Mapping[str, tuple[Form, ...]]
    nouns: Mapping[str, Cue]
    unnamed: Mapping[str, Cue]
    words: Words


@cache
def lexicon() -> Lexicon:
    """The lexicon, read once."""
    data = yaml.safe_load((_HERE / "cues.yaml").read_text(encoding="utf-8"))
    verbs: dict[str, list[Form]] = {}
    for entry in data["verbs"]:
        cue = _cue(entry, entry["verb"])
        for phrase in {entry["verb"], *(entry.get("forms") or inflected(entry["verb"]))}:
            first, *rest = phrase.split()
            form = Form(cue, tuple(rest), gerund=first.endswith("ing"), bare=first == cue.word.split()[0])
            verbs.setdefault(first, []).append(form)
    ordered = {k: tuple(sorted(v, key=lambda f: -len(f.rest))) for k, v in verbs.items()}
    nouns: dict[str, Cue] = {}
    for entry in data["nouns"]:
        cue = _cue(entry, entry["noun"])
        nouns[cue.word] = nouns[entry.get("plural", cue.word + "s")] = cue
    raw: dict[str, str] = yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8"))
    words = Words(**{f.name: frozenset(str(raw[f.name]).split()) for f in fields(Words)})
    unnamed = {entry["word"]: _cue(entry, entry["word"]) for entry in data["unnamed"]}
    return Lexicon(ordered, nouns, unnamed, words)


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
        frozenset(entry.get("takes", ())),
        frozenset(entry.get("on", ())),
        entry.get("stance", "asserts"),
        entry.get("kind", "saying"),
        entry.get("quote", True),
        entry.get("noun", False) is True,
    )
