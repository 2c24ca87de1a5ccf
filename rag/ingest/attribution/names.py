"""Names in an article: persons and organisations, by their capitals; full forms for short ones, roles, gender.

Knows capitals, titles and the words of words.yaml; nothing of statements. A name in capitals in a headline where every
word has one is not told from its neighbours.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass

from rag.ingest.attribution.lexicon import Words

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
_HE = frozenset(("he", "his", "him", "himself"))
_SHE = frozenset(("she", "her", "hers", "herself"))


@dataclass(frozen=True, slots=True)
class Name:
    """A name where it stands: `text` without titles, `role` the titles before it ('Russian President')."""

    text: str
    role: str
    start: int
    end: int
    person: bool


class Names:
    """The names of one article, in order."""

    def __init__(self, text: str, words: Words) -> None:
        self._text = text
        self._words = words
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
        words = self._words
        parts = [(p.group(), m.start() + p.start()) for p in re.finditer(r"\S+", m[0])]
        # A sentence's first word is no part of the name behind it: In, The, But, Meanwhile.
        while (
            parts
            and (low := parts[0][0].lower().rstrip("."))
            and (
                low in words.determiners
                or low in words.prepositions
                or low in words.subordinators
                or low in words.pronouns
                or low in words.adverbs
                or low in words.days
                or low in words.months
                or low in words.auxiliaries
                or low in words.people
                or low
                in (
                    "but",
                    "and",
                    "or",
                    "yet",
                    "so",
                    "still",
                    "meanwhile",
                    "however",
                    "as",
                    "that",
                    "what",
                    "who",
                    "which",
                    "not",
                    "of",
                    "on",
                    "for",
                    "there",
                    "here",
                    "asked",
                )
            )
        ):
            parts = parts[1:]
        while parts and parts[-1][0].lower() in words.days | words.months:
            parts = parts[:-1]
        if not parts:
            return []
        lows = [p.lower().rstrip(".") for p, _ in parts]
        if any(low == "and" for low in lows):  # 'Ann Poe and Bob Roe' are two, 'Department of Health and Welfare' one
            cut = lows.index("and")
            if not any(low in words.organisations for low in lows[:cut]):
                return self._parts(parts[:cut]) + self._parts(parts[cut + 1 :])
        return self._parts(parts)

    def _parts(self, parts: list[tuple[str, int]]) -> list[Name]:
        if not parts:
            return []
        words = self._words
        lows = [p.lower().rstrip(".") for p, _ in parts]
        end = parts[-1][1] + len(parts[-1][0])
        organisation = (
            any(low in words.organisations for low in lows)
            or any(low in ("of", "for", "on", "and") for low in lows)
            or lows[0] == "the"
        )
        last_role = max((k for k, low in enumerate(lows) if low in words.roles), default=-1)
        if 0 <= last_role < len(parts) - 1 and not any(low in words.organisations for low in lows[last_role + 1 :]):
            role = self._text[parts[0][1] : parts[last_role + 1][1]].strip()
            start = parts[last_role + 1][1]
            organisation = False
        else:
            role, start = "", parts[0][1]
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
        role = name.role.lower()
        key = name.text.split()[-1]
        if not name.person:
            return
        if re.search(r"\bmr\b|\bsir\b|\w+man\b", role):
            self._gender[key]["m"] += 3
        elif re.search(r"\bm(?:r?s)\b|\blady\b|\w+woman\b", role):
            self._gender[key]["f"] += 3
        # The pronoun that follows in the same sentence, when no other name stands between.
        behind = self._text[name.end : name.end + 90]
        stop = re.search(r"[A-Z.\n“\"]", behind)
        for word in re.findall(r"[a-z]+", behind[: stop.start() if stop else None]):
            if word in _HE:
                self._gender[key]["m"] += 1
                break
            if word in _SHE:
                self._gender[key]["f"] += 1
                break

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
        k = bisect_right(self._starts, start - 1)
        found: list[Name] = []
        while k < len(self.all) and self.all[k].start < end:
            if self.all[k].end <= end:
                found.append(self.all[k])
            k += 1
        return found

    def full(self, short: str, before: int) -> str:
        """The fullest form of a name: given before `before`, else anywhere in the article, else itself."""
        if short in self._acronyms:
            return self._acronyms[short].text
        if " " in short or (len(short) > 1 and short.isupper()):  # ESPN is not the first name of 'ESPN Fires Lund'
            return short
        named = self._full.get(short, ())
        earlier = [n for n in named if n.start < before] or named
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
                role = role or self._before(n)
        return role

    def _before(self, name: Name) -> str | None:
        """'Conservative radio host' before 'Hugh Hewitt', 'Russian President' before 'Vladimir Putin'."""
        role = name.role if name.role.lower().rstrip(".") not in ("mr", "mrs", "ms", "miss") else ""
        return role or None

    def of_role(self, noun: str, before: int) -> Name | None:
        """The person last mentioned before `before` of whom the article says this noun: 'spokesman', 'senator'."""
        for n in reversed(self.all[: bisect_right(self._starts, before - 1)]):
            if n.person and (
                noun in n.role.lower().split() or noun in (self.description(n.text) or "").lower().split()
            ):
                return n
            if not n.person and noun in n.text.lower().split():
                return n
        return None
