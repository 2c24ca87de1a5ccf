"""What a model wrote, held against the passages: each sentence with citations that support it, or set aside.

A marker is a hint only: the passage it names is tried first, and where it doesn't support the sentence another that
does takes its place. Citations are spans of articles, of up to three neighbouring sentences. Knows no model.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer.verification.drafts import Sentence
from rag.answer.verification.names import about, normal_text, normal_words
from rag.answer.verification.reading import Reading, Resolve, read
from rag.answer.verification.speakers import Reports, misattributed
from rag.answer.verification.support import content, lacks, supports
from rag.text import sentence_spans, stems
from rag.text.quotations import quotations
from rag.types import Hit, Statement

# Neighbouring sentences that may support one together; a quotation may be longer.
_WINDOW, _QUOTED = 3, 6
_FRAGMENT, _ALONE, _TOPICAL = 2, 2, 2
_ASKED = 0.5
# Where a sentence may be taken apart, each part to be found on its own: 'A denied it, while B confirmed it.'
# Behind ', and' only where a name is followed by what it does: not 'a one-sided affair, and Christmas, you can …'.
_JOINT = re.compile(r";\s+|,? (?:while|whereas|but) |, and (?=[A-Z][\w’'.-]*(?: (?:[A-Z]|of\b|the\b)[\w’'.-]*)* [a-z])")


@dataclass(frozen=True, slots=True)
class Place:
    """A span of an article: of the hit at that index, `article.text[start:end]`."""

    hit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence and where it stands; with no place it is not supported, and `problem` says what was lacking.

    `verbatim`: its words stand there in the same order. `free` is a place that holds every number, date, name and
    quotation of a sentence that is otherwise in words of its own: whether it says the same, code can't tell.
    `elsewhere`: a name of it stands not so in that place, but its words do in the article or in the question.
    """

    sentence: Sentence
    places: tuple[Place, ...] = ()
    problem: str = ""
    verbatim: bool = False
    free: Place | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    place: Place
    sentences: tuple[frozenset[str], ...]

    @property
    def size(self) -> int:
        return len(self.sentences)

    @property
    def stems(self) -> frozenset[str]:
        return frozenset[str]().union(*self.sentences)


@dataclass(frozen=True, slots=True)
class _Found:
    place: Place | None
    problem: str
    covered: float
    contradicts: bool = False
    in_words_only: bool = False
    of_name: bool = False


class Checker:
    """Holds sentences against the passages found for one question."""

    def __init__(
        self, question: str, hits: Sequence[Hit], resolve: Resolve, evidence: Sequence[str] = (),
        statements: Mapping[str, Sequence[Statement]] | None = None, reports: Reports | None = None,
    ) -> None:  # fmt: skip
        """Read the passages.

        Args:
            question: as it was asked; a fragment ('About 300.') must stand where the question's words stand.
            hits: the passages, numbered from 1 in this order in the model's prompt.
            resolve: (text, day of publication) to the dates that the text mentions.
            evidence: what code found to answer the question. A sentence that shares nothing with it or with the
                question is none of the answer, though an article has it: an instruction to models that stands there.
            statements: those of each article, by its id.
            reports: what a sentence reports of others; without it nobody asks whether they said so.
        """
        self.hits = hits
        self._question = question
        self._topic = frozenset(s for text in [question, *evidence] for s in stems(text)) if evidence else None
        self._resolve = resolve
        self._statements = statements or {}
        self._reports = reports
        self._asked = frozenset(content(read(question, None, resolve)))
        self._windows = [list(_windows(i, hit)) for i, hit in enumerate(hits)]
        self._own_words = [about(hit.article) for hit in hits]
        self._readings: dict[Place, Reading] = {}
        self._plain: dict[int, frozenset[str]] = {}
        self._reported: dict[str, Sequence[Statement]] = {}
        self._claims: dict[tuple[str, date | None], Reading] = {}

    def check(self, sentence: Sentence) -> Checked:
        """The sentence with the places that support it."""
        cited = [n - 1 for n in sentence.markers if 0 < n <= len(self.hits)]
        text = sentence.text
        if self._topic is not None and self._is_beside_the_point(text, self._topic):
            return Checked(sentence, problem="has nothing to do with the question")
        by_marker = [self._find(text, [i]) for i in cited]
        places = [f.place for f in by_marker if f.place]
        if places:
            return Checked(sentence, tuple(dict.fromkeys(places)), verbatim=any(self._stands(text, p) for p in places))
        others = [i for i in range(len(self.hits)) if i not in cited]
        found = self._find(text, others)
        if found.place:
            return Checked(sentence, (found.place,), verbatim=self._stands(text, found.place))
        parts = self._in_parts(text, cited)
        if parts:
            return Checked(sentence, parts)
        nearest = max([*by_marker, found], key=lambda f: f.covered)
        free = self._in_free_words(text, cited or others) if nearest.in_words_only else None
        elsewhere = free is None and (nearest.in_words_only or nearest.of_name)
        if elsewhere:
            free = self._in_free_words(text, cited or others, elsewhere=True)
        return Checked(sentence, problem=nearest.problem, free=free, elsewhere=elsewhere)

    def _stands(self, text: str, place: Place) -> bool:
        """Whether the text's words stand in that stretch in the same order, whatever stands between them."""
        held = iter(stems(self.hits[place.hit].article.text[place.start : place.end]))
        return all(s in held for s in stems(text))

    def _in_free_words(self, text: str, among: Sequence[int], *, elsewhere: bool = False) -> Place | None:
        """The stretch that shares most words with the text and holds all its exact parts, None where none does.

        `elsewhere`: names need only stand in the article or in the question.
        """
        wanted = frozenset(s for s in stems(text) if len(s) > 2)
        windows = [w for i in among for w in self._windows[i] if w.size <= _WINDOW]
        for window in sorted(windows, key=lambda w: (-len(wanted & w.stems), len(w.stems)))[:_TRIED]:
            hit = self.hits[window.place.hit]
            own = [*self._own_words[window.place.hit], *self._speakers(window.place)]
            if elsewhere:
                own += self._names_elsewhere(self._claim(text, hit.article.published), window.place.hit)
            lacking = lacks(self._claim(text, hit.article.published), self._reading(window.place), hit.article, own)
            if lacking is None and self._misattributed(text, window.place) is None:
                return window.place
        return None

    def _names_elsewhere(self, claim: Reading, hit: int) -> list[frozenset[str]]:
        """The claim's names whose words all stand somewhere in the hit's article or in the question."""
        if hit not in self._plain:
            told = normal_text(self.hits[hit].article.text) + normal_text(self._question)
            self._plain[hit] = frozenset(told.split())
        names = [frozenset(t.key.split()) - {"the"} for t in claim.tokens if t.kind == "name"]
        return [name for name in names if name <= self._plain[hit]]

    def _speakers(self, place: Place) -> list[frozenset[str]]:
        """The names of those who speak in a stretch, which its own words may leave to 'he'."""
        article = self.hits[place.hit].article
        there = (
            s
            for s in self._statements.get(article.id, ())
            if any(a < place.end and b > place.start for a, b in s.content)
        )
        names = (normal_words(name) for s in there for name in (s.speaker, s.via) if name)
        return [frozenset(part) for words in names if words for part in (words, words[-1:])]

    def is_lead_in(self, sentence: Sentence) -> bool:
        """Whether it says nothing, only that something follows: 'Here is what they say:'."""
        reading = self._claim(sentence.text, None)
        bare = all(t.kind == "word" for t in reading.tokens) and "“" not in sentence.text
        return bare and (sentence.text.rstrip().endswith(":") or not content(reading))

    def _is_beside_the_point(self, text: str, topic: frozenset[str]) -> bool:
        claim = self._claim(text, None)
        told = {*content(claim), *(s for t in claim.tokens if t.kind != "word" for s in stems(text[t.start : t.end]))}
        return len(told & topic) < min(_TOPICAL, len(told))

    def _find(self, text: str, among: Sequence[int]) -> _Found:
        """The shortest stretch of these passages that supports the text, the best covered of them."""
        wanted = [s for s in dict.fromkeys(stems(text)) if len(s) > 2]
        best = _Found(None, "no passage says it", 0.0, in_words_only=True)
        barred: list[Place] = []
        for size in range(1, (_WINDOW if "“" not in text else _QUOTED) + 1):
            windows = [w for i in among for w in self._windows[i] if w.size == size and not _holds_any(w, barred)]
            windows = [w for w in windows if size == 1 or self._needs_all(text, w)]
            held = [(sum(s in w.stems for s in wanted), -len(w.stems), -n, w) for n, w in enumerate(windows)]
            for *_, window in sorted(held, reverse=True, key=lambda h: h[:3])[:_TRIED]:
                found = self._try(text, window)
                if found.place:
                    return found
                if found.contradicts:
                    barred.append(window.place)
                best = max(best, found, key=lambda f: f.covered)
        return best

    def _needs_all(self, text: str, window: _Window) -> bool:
        """Whether each sentence of a stretch holds something of the text that the others lack.

        That is whom or what the text begins with, a name, a number, a date, or two words; one word is chance.
        """
        if "“" in text:
            return True
        claim = self._claim(text, None)
        said = content(claim)
        telling = {*said[:1], *(s for t in claim.tokens if t.kind != "word" for s in stems(text[t.start : t.end]))}
        for i, held in enumerate(window.sentences):
            own = held.difference(*window.sentences[:i], *window.sentences[i + 1 :])
            if not own & telling and len(own & set(said)) < _ALONE:
                return False
        return True

    def _try(self, text: str, window: _Window) -> _Found:
        hit = self.hits[window.place.hit]
        stretch = self._reading(window.place)
        claim = self._claim(text, hit.article.published)
        own = [*self._own_words[window.place.hit], *self._speakers(window.place)]
        verdict = supports(claim, stretch, hit.article, own)
        is_fragment = len(content(claim)) < _FRAGMENT and bool(self._asked)
        if verdict.problem is None and is_fragment and len(self._asked & stretch.stems) < _ASKED * len(self._asked):
            return _Found(None, "no passage says it of what was asked", verdict.covered)
        lacking = verdict.problem or self._misattributed(text, window.place)
        problem = "no passage says it" if lacking == "words" else f"not in the passages: {lacking}"
        return _Found(
            None if lacking else window.place,
            problem,
            verdict.covered,
            verdict.contradicts,
            lacking == "words",
            verdict.of_name,
        )

    def _misattributed(self, text: str, place: Place) -> str | None:
        """Who is said to say what others say there."""
        article = self.hits[place.hit].article
        statements = self._statements.get(article.id, ())
        own = self._own_words[place.hit]
        return misattributed(text, self._told(text), article, (place.start, place.end), statements, own)

    def _told(self, text: str) -> Sequence[Statement]:
        if text not in self._reported:
            self._reported[text] = self._reports(text) if self._reports else ()
        return self._reported[text]

    def _in_parts(self, text: str, cited: Sequence[int]) -> tuple[Place, ...]:
        """The places of a sentence's parts, each on its own; none where one part has none.

        A part that doesn't open with whom or what it is about leans on the part before it, so it must stand in the
        same article.
        """
        parts = [p.strip() for p in _JOINT.split(text) if p.strip()]
        if len(parts) < 2 or [q for p in parts for q in quotations(p)] != quotations(text):
            return ()
        everywhere = [*cited, *(i for i in range(len(self.hits)) if i not in cited)]
        places: list[Place] = []
        for part in parts:
            claim = self._claim(part, None)
            among = everywhere
            if places and claim.tokens[0].kind != "name" and claim.tokens[0].key not in _DETERMINERS:
                before = self.hits[places[-1].hit].article.id
                among = [i for i in everywhere if self.hits[i].article.id == before]
            found = self._find(part, among) if len(content(claim)) >= _FRAGMENT else None
            if found is None or found.place is None or found.covered < 1:  # what is left over may join the parts
                return ()
            places.append(found.place)
        return tuple(dict.fromkeys(places))

    def _claim(self, text: str, published: date | None) -> Reading:
        if (text, published) not in self._claims:
            self._claims[text, published] = read(text, published, self._resolve)
        return self._claims[text, published]

    def _reading(self, place: Place) -> Reading:
        if place not in self._readings:
            article = self.hits[place.hit].article
            self._readings[place] = read(article.text[place.start : place.end], article.published, self._resolve)
        return self._readings[place]


_DETERMINERS = frozenset("the a an another other some".split())
# Stretches of one length that a sentence is held against, those first that share most words with it.
_TRIED = 6


def _holds_any(window: _Window, places: Sequence[Place]) -> bool:
    at = window.place
    return any(p.hit == at.hit and at.start <= p.start and p.end <= at.end for p in places)


def _windows(index: int, hit: Hit) -> Iterator[_Window]:
    spans = sentence_spans(hit.passage.text)
    held = [frozenset(stems(hit.passage.text[a:b])) for a, b in spans]
    at = hit.passage.start
    for size in range(1, _QUOTED + 1):
        for first in range(len(spans) - size + 1):
            last = first + size - 1
            place = Place(index, at + spans[first][0], at + spans[last][1])
            yield _Window(place, tuple(held[first : last + 1]))
