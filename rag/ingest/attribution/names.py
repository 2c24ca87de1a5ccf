"""Names in an article: persons and organisations, by their capitals; full forms for short ones, roles, gender.

Knows capitals, titles and the words of words.yaml; nothing of statements. A name in capitals in a headline where every
word has one is not told from its neighbours.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from rag.ingest.attribution.lexicon import gender_of, kinds_of, lowered

# Vladimir Putin; Mr. Poe; John F. Kennedy; Ministry of National Defence; Kim Jong-un; O'Neill. Not across a full stop.
_PART = (
    r"(?:(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Gen|Lt|Col|Sgt|Capt|St|Rev)\.|[A-Z]\.(?=\s?[A-Z])|(?:[A-Z]\.){2,}"
    r"|[A-Z][\w-]*(?:['’](?!s\b)[A-Za-z]\w+)?)"
)
_NAME = re.compile(
    rf"(?<![\w@#]){_PART}(?:[ \xa0](?:(?:of|of the|for|on|de|la|van|von|bin|al|el|du|da|and)[ \xa0](?=[A-Z]))?{_PART})*"
)
_ACRONYM = re.compile(r"\s?\((?:the )?([A-Z][A-Z&]{1,7})\)")
# ', a mayor of Ham,' behind a name; not ', and the mayor'.
_APPOSED = re.compile(
    r"(?: \([^)]{1,20}\))?, ("
    r"(?:an?|the|who|former|one|(?!accord|includ|say|add)[a-z]+(?:ing|or|er|an|ist|ent|man|ary|ate|ief|cer))"
    r"\b[^,;:()—“”\"\n]{3,110})(?=[,.;:—]| --)"
)
_PRONOUN_KINDS = frozenset(("pronouns", "objects", "determiners"))
_NO_NAME = frozenset(
    "but and or yet so still meanwhile however as that what who which not of on for there here asked".split()
)
_NO_NAME_KINDS = frozenset(
    ("determiners", "prepositions", "subordinators", "pronouns", "adverbs", "days", "months", "auxiliaries", "people")
)
_IN_ORGANISATIONS = frozenset(("of", "for", "on", "and"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands: `text` without titles, `role` the titles before it ('Russian President')."""

    text: str
    role: str
    start: int
    end: int
    person: bool


class ArticleNames:
    """The names of one article, in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.all = [name for m in _NAME.finditer(text) for name in self._read(m)]
        self._starts = [n.start for n in self.all]
        self._full: dict[str, list[Name]] = defaultdict(list)
        self._acronyms: dict[str, Name] = {}
        self._gender: dict[str, Counter[str]] = defaultdict(Counter)
        for name in self.all:
            parts = name.text.split()
            found = _ACRONYM.match(text, name.end) if len(parts) > 1 else None
            if found:
                self._acronyms.setdefault(found[1], name)
            elif name.person and len(parts) > 1:
                self._full[parts[-1]].append(name)
                if parts[0] != parts[-1]:
                    self._full[parts[0]].append(name)
            self._vote(name)

    def _read(self, m: re.Match[str]) -> list[Name]:
        parts = [(p.group(), m.start() + p.start()) for p in re.finditer(r"\S+", m[0])]
        # A sentence's first word is no part of the name behind it: In, The, But, Meanwhile.
        while parts and (lowered(parts[0][0]) in _NO_NAME or kinds_of(parts[0][0]) & _NO_NAME_KINDS):
            parts = parts[1:]
        while parts and kinds_of(parts[-1][0]) & {"days", "months"}:
            parts = parts[:-1]
        lows = [lowered(p) for p, _ in parts]
        if "and" in lows:  # 'Ann Poe and Bob Roe' are two, 'Department of Health and Welfare' one
            cut = lows.index("and")
            if not any("organisations" in kinds_of(low) for low in lows[:cut]):
                return self._parts(parts[:cut]) + self._parts(parts[cut + 1 :])
        return self._parts(parts)

    def _parts(self, parts: list[tuple[str, int]]) -> list[Name]:
        if not parts:
            return []
        lows = [lowered(p) for p, _ in parts]
        kinds = [kinds_of(low) for low in lows]
        end = parts[-1][1] + len(parts[-1][0])
        organisation = any("organisations" in k for k in kinds) or not _IN_ORGANISATIONS.isdisjoint(lows)
        last_role = max((k for k, of_part in enumerate(kinds) if "roles" in of_part), default=-1)
        role, start = "", parts[0][1]
        if 0 <= last_role < len(parts) - 1 and not any("organisations" in k for k in kinds[last_role + 1 :]):
            start = parts[last_role + 1][1]
            role = self._text[parts[0][1] : start].strip()
            organisation = False
        text = self._text[start:end].replace("\xa0", " ")
        person = (
            not organisation
            and not (len(text) > 1 and text.isupper() and " " not in text)
            and not any(c.isdigit() for c in text)  # EgyptAir Flight MS804
            and last_role < len(parts) - 1
            and len(text.split()) < 5
        )
        return [Name(text, role, start, end, person)]

    def _vote(self, name: Name) -> None:
        if not name.person:
            return
        votes = self._gender[name.text.split()[-1]]
        if gender := gender_of(*name.role.split()):
            votes[gender] += 3
        # The pronoun that follows in the same sentence, when no other name stands between.
        behind = re.split(r"[A-Z.\n“\"]", self._text[name.end : name.end + 90], maxsplit=1)[0]
        followed = (gender_of(word) for word in re.findall(r"[a-z]+", behind) if kinds_of(word) & _PRONOUN_KINDS)
        if gender := next(filter(None, followed), None):
            votes[gender] += 1

    def acronym(self, short: str) -> bool:
        """Whether the article explains these capitals: 'National Intelligence Service (NIS)'."""
        return short in self._acronyms

    def gender(self, name: str) -> str | None:
        """'m' or 'f' as the article's titles and pronouns tell, None where they do not."""
        votes = self._gender.get(name.split()[-1])
        if not votes:
            return None
        best, count = votes.most_common(1)[0]
        return best if count > 2 * (votes.total() - count) else None

    def within(self, start: int, end: int) -> list[Name]:
        """The names between two offsets."""
        near = self.all[bisect_right(self._starts, start - 1) : bisect_right(self._starts, end - 1)]
        return [name for name in near if name.end <= end]

    def full(self, short: str, before: int) -> str:
        """The fullest form of a name: given before `before`, else anywhere in the article, else itself."""
        if short in self._acronyms:
            return self._acronyms[short].text
        if " " in short or (len(short) > 1 and short.isupper()):  # ESPN is not the first name of 'ESPN Fires Lund'
            return short
        all_forms = self._full.get(short, ())
        earlier = [n for n in all_forms if n.start < before] or all_forms
        by_last = [n for n in earlier if n.text.split()[-1] == short] or earlier
        if not by_last:
            return short
        counted = Counter(n.text for n in by_last)
        most = max(counted.values())
        return next(n.text for n in by_last if counted[n.text] == most)

    def description(self, name: str) -> str | None:
        """What the article says of a person or organisation beside the name: ', mayor of Ham,' or the role before."""
        role: str | None = None
        for n in self.all:
            if n.text == name:
                found = _APPOSED.match(self._text, n.end)
                if found:
                    return found[1].strip()
                if lowered(n.role) not in ("mr", "mrs", "ms", "miss"):
                    role = role or n.role or None
        return role

    def of_role(self, noun: str, before: int) -> Name | None:
        """The person last mentioned before `before` of whom the article says this noun: 'spokesman', 'senator'."""
        for n in reversed(self.all[: bisect_right(self._starts, before - 1)]):
            said = f"{n.role} {self.description(n.text) or ''}" if n.person else n.text
            if noun in said.lower().split():
                return n
        return None
