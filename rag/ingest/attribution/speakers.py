"""Who a source is: 'he', 'the ministry', 'Yoo' to the fullest name that the article gave before.

Goes through the drafts in order and remembers whom it met. By rules of nearness, gender and head nouns; it knows no
article's subject but its own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.ingest.attribution.lexicon import gender_of
from rag.ingest.attribution.names import ArticleNames, Name
from rag.types import UNNAMED, Span

_RELATIVE = re.compile(r",?\s+(?:who|which|that)$")
_GENITIVE = re.compile(r"['’]s?$")
_POSSESSIVE = re.compile(r"^(his|her|their|its)\s+", re.I)
_DEFINITE = re.compile(r"^(?:the|this|that|these|those|one of the)\s+(?:same\s+)?", re.I)
# The head of a phrase ends before a preposition or a relative: 'source' of 'a source in the port'.
_HEAD_END = re.compile(
    r"\s(?:in|of|for|from|at|with|to|on|inside|within|among|near|who|which|that|close|familiar|by|outside|whose|under"
    r"|briefed|about)\b|\s*[,(–—]"
)
_REMARK = re.compile(r"\b(?:however|too|meanwhile|for (?:instance|example)|likewise|also|in turn|though)\b,?\s*$")
# A source, an official, a mayor, a dentist may be 'he'; a government, a report may not.
_PERSON = re.compile(
    r"(?:(?<!pap)(?<!ord)(?<!numb)er|or|ist|ian|man|woman|person|(?<!m)ent|ant|ee|source|official|member|chief|aide"
    r"|lawyer|expert|diplomat|pilot|boy|girl|father|mother|brother|sister|son|wife|husband|friend|graduate|delegate"
    r"|candidate|nominee)$"
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever speaks: the fullest name, what is said of them, and what pronoun may stand for them."""

    name: str
    description: str | None = None
    kind: str = "other"  # person, organisation, other
    gender: str | None = None
    plural: bool = False


class Speakers:
    """Finds the speaker of each source of one article; sources come in the order of the text."""

    def __init__(self, text: str, names: ArticleNames) -> None:
        self._text = text
        self._names = names
        self._met: list[tuple[int, Speaker, str]] = []  # where, who, the head noun by which they were met
        self._subjects: list[tuple[int, Speaker]] = []

    def of(self, source: Span) -> Speaker:
        """The speaker of a source."""
        start, end = source
        end -= len(self._text[start:end]) - len(_GENITIVE.sub("", self._text[start:end]))  # Ann Poe's (tweet)
        phrase = _RELATIVE.sub("", self._text[start:end].strip(" ,")).replace("\xa0", " ")
        low = phrase.lower()
        word = re.sub(r"['’](?:s|d|ve|m|re|ll)$", "", low)
        if word in ("he", "she", "him", "her"):
            return self._person("f" if word in ("she", "her") else "m", start) or Speaker(phrase)
        if word in ("i", "we", "us"):
            return Speaker(UNNAMED)  # the author, or whoever is interviewed or writes a letter
        if word == "it":
            single = self._recent(lambda s: s.kind == "organisation" or (s.kind == "other" and not s.plural))
            return single or Speaker(phrase)
        if word in ("they", "both", "those"):
            several = self._recent(lambda s: s.plural) or self._recent(lambda s: s.kind == "organisation")
            return several or Speaker(phrase, plural=True)
        speaker = self._by_name(start, end, phrase) or self._common(start, phrase)
        self._met.append((start, speaker, self._head(phrase)))
        return speaker

    def _by_name(self, start: int, end: int, phrase: str) -> Speaker | None:
        """By the name in it: 'Ann Poe, mayor of Ham'; 'Ham mayor Ann Poe'; 'a spokesman, Bob Roe'."""
        segment_end = start + len(re.split(r",\s", phrase, maxsplit=1)[0])
        cut = _HEAD_END.search(self._text, start + 1, segment_end)
        name = self._at_end(start, segment_end)
        if name is None and cut is not None:
            name = self._at_end(start, cut.start())
            if name is not None and name.person and re.match(r"\s(?:of|for)\b", cut[0]):
                name = None
        elif name is not None and cut is not None and cut.start() < name.start:
            name = None
        rest = self._text[segment_end:end].strip(" ,")
        if name is not None:
            return self._speaker(name, self._described(rest or self._text[start : name.start].strip()))
        if rest:  # a spokesman, Bob Roe
            second = self._names.within(segment_end, end)
            if second and second[0].person and not self._text[segment_end : second[0].start].strip(" ,"):
                return self._speaker(second[0], self._text[start:segment_end].strip())
        return None

    def _at_end(self, start: int, end: int) -> Name | None:
        """The name that ends at `end`, brackets behind it left out."""
        for name in reversed(self._names.within(start - 20, end + 20)):
            if name.end <= start or name.start >= end:
                continue
            tail = self._text[name.end : end].strip()
            if tail == "" or re.fullmatch(r"\([^)]*\)?|Jr\.?|himself|herself|itself", tail):
                before = self._text[max(start, name.start - 12) : name.start].rstrip()
                return None if re.search(r"\b(?:in|of|from|at|inside|with|for|to|and)(?: the)?$", before) else name
        return None

    def _described(self, said: str) -> str | None:
        said = re.sub(r"^(?:the|but|and|yet)$", "", said.strip(' ,“”"'), flags=re.I)
        said = _REMARK.sub("", said)
        return said if len(said) > 3 and not re.fullmatch(r"(?:mr|mrs|ms|the|dr)\.?", said, re.I) else None

    def _speaker(self, name: Name, said: str | None) -> Speaker:
        full = self._names.full(name.text, name.start)
        person = name.person and not self._names.acronym(name.text)
        if not person and said and said.endswith(("'s", "’s")) and full == name.text and len(full.split()) < 3:
            full, said = f"{said} {full}", None  # North Korea's Defense Ministry
        description = said or self._names.description(full) or self._names.description(name.text)
        gender = self._names.gender(full) if person else None
        gender = gender or gender_of(*re.findall(r"[a-z]+", (description or "").lower()))
        return Speaker(full, description, "person" if person else "organisation", gender)

    def _common(self, start: int, phrase: str) -> Speaker:
        """A phrase without a name of its own: 'the source', 'her spokesman', 'officials in Ham'."""
        owner = _POSSESSIVE.match(phrase)
        if owner:
            word = owner[1].lower()
            whose = (
                self._person("f" if word == "her" else "m", start)
                if word in ("his", "her")
                else self._recent(lambda s: True)
            )
            if whose is not None:
                return Speaker(f"{whose.name}'s {phrase[owner.end() :]}", None, "other", None, phrase.endswith("s"))
        head = self._head(phrase)
        plural = head.endswith("s") and not head.endswith("ss")
        whole = re.split(r",\s", phrase, maxsplit=1)
        description = whole[1].strip() if len(whole) > 1 else None
        if _DEFINITE.match(phrase):
            earlier = self._earlier(start, head, whole[0])
            if earlier is not None:
                return replace(earlier, description=description or earlier.description)
        plural = plural or bool(re.match(r"(?:many|some|most|several|both|few)\b|.* and ", phrase, re.I))
        return Speaker(whole[0], description, "other", gender_of(head), plural)

    def _earlier(self, start: int, head: str, phrase: str) -> Speaker | None:
        """Whom a definite phrase takes up: a source with this head noun, a person of this role, a body so named."""
        bare = _DEFINITE.sub("", phrase).lower()
        met = [
            s
            for _, s, h in self._met
            if h == head or (s.description and re.search(rf"\b{re.escape(head)}\b", s.description.lower()))
        ]
        if met:
            fullest = [s for s in met if len(s.name) > len(phrase) or s.kind == "person"]
            return (fullest or met)[-1]
        if bare == head:
            name = self._names.of_role(head, start)
            if name is not None:
                return self._speaker(name, None)
            # Daily News's source, a ministry official: an earlier phrase with this head.
            phrase_of = rf"(?:(?:[A-Z][\w.-]*|an?|[a-z]+-[a-z]+|[a-z]{{4,}})(?:['’]s)?[ ]){{1,4}}{re.escape(head)}\b"
            for m in re.finditer(phrase_of, self._text[:start]):
                words = m[0].split()
                first = next((k for k, w in enumerate(words) if w[0].isupper() or w in ("a", "an")), None)
                if first is not None and words[first].lower() != "the":
                    return Speaker(" ".join(words[first:]), None, "other")
        return None

    def _head(self, phrase: str) -> str:
        cut = _HEAD_END.search(phrase, 1)
        words = re.findall(r"[\w-]+", phrase[: cut.start() if cut else None].lower())
        return words[-1] if words else phrase.lower()

    def of_label(self, label: Span) -> Speaker:
        """The speaker of an interview's turn: by the name in the label, or whom 'the source' would be."""
        phrase = re.sub(r"\s*\([^)]*\)", "", self._text[slice(*label)])
        if phrase in ("Q", "A"):  # question and answer: nobody's names
            return Speaker(UNNAMED)
        by_name = self._by_name(*label, self._text[slice(*label)])
        full = self._names.full(phrase, label[0])
        if full != phrase or (by_name is not None and " " in phrase):
            return by_name or Speaker(full)
        earlier = self._earlier(label[0], phrase.lower(), f"the {phrase.lower()}")
        return earlier or by_name or Speaker(phrase)

    def subject(self, start: int, end: int) -> None:
        """Remember the subject of a sentence that reports nothing, when it is a name."""
        name = self._at_end(start, end)
        if name is not None:
            self._subjects.append((start, self._speaker(name, None)))

    def _person(self, gender: str, at: int) -> Speaker | None:
        """Whom 'he' or 'she' takes up: the subject of the last sentences, who spoke last, who was named last."""
        recent = [*self._subjects[-6:], *((p, s) for p, s, _ in self._met[-6:])]
        for _, speaker in sorted(recent, key=lambda ps: -ps[0]):
            if speaker.plural or speaker.kind == "organisation":
                continue
            if speaker.gender == gender or (
                speaker.gender is None and (speaker.kind == "person" or _PERSON.search(self._head(speaker.name)))
            ):
                return speaker
        for name in reversed(self._names.within(max(0, at - 600), at)):
            full = self._names.full(name.text, at)
            known = self._names.gender(full)
            # A single word that no title or pronoun tells of may be any word with a capital: 'Responses to it …'.
            if name.person and (known == gender or (known is None and " " in full)):
                return self._speaker(name, None)
        return None

    def _recent(self, fits: Callable[[Speaker], bool]) -> Speaker | None:
        return next((speaker for _, speaker, _ in reversed(self._met[-8:]) if fits(speaker)), None)
