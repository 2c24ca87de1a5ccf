"""What a model wrote, held against the passages: each sentence with the places that hold what is exact in it.

Exact are its quotations, numbers, dates, names, negations, and who is said to say it: no place that lacks one of them
is cited. Whether a sentence in other words says what its place says, code can't tell: `judge.grade` asks the model.
A marker is a hint only: the passage it names is tried first, and where that doesn't hold the sentence another takes its
place. Citations are spans of articles, of up to three neighbouring sentences. Knows no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer.verification.drafts import DraftSentence
from rag.answer.verification.names import about, normal_text, normal_words
from rag.answer.verification.reading import ExactText, read, together
from rag.answer.verification.speakers import Reports, misattributed
from rag.answer.verification.support import content, lacks
from rag.text import sentence_spans, stems
from rag.text.function_words import STOP
from rag.types import Hit, Statement

# Neighbouring sentences that may hold one together; a quotation may be longer.
_WINDOW, _QUOTED = 3, 6
# Stretches that a sentence is held against, those first that share most words with it.
_TRIED = 2
_TOPICAL = 2


@dataclass(frozen=True, slots=True)
class Place:
    """A span of an article: of the hit at that index, `article.text[start:end]`."""

    hit: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence and the places that hold all that is exact in it; with none, `problem` says what was lacking.

    `verbatim`: its words stand in one sentence there, in the same order. `elsewhere`: its places lack one of its names,
    whose words all stand elsewhere in the article or in the question.
    """

    sentence: DraftSentence
    places: tuple[Place, ...] = ()
    problem: str = ""
    verbatim: bool = False
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    place: Place
    size: int
    stems: frozenset[str]

    def shared(self, content_stems: frozenset[str]) -> int:
        """How many of a text's content words stand there."""
        return len(content_stems & self.stems)

    def holds(self, other: "_Window") -> bool:
        """Whether another stands in it, and is shorter."""
        a, b = self.place, other.place
        return a.hit == b.hit and self.size > other.size and a.start <= b.start and b.end <= a.end


class Checker:
    """Holds sentences against the passages found for one question."""

    def __init__(
        self, question: str, hits: Sequence[Hit], evidence: Sequence[str] = (),
        statements: Mapping[str, Sequence[Statement]] | None = None, reports: Reports | None = None,
    ) -> None:  # fmt: skip
        """Read the passages.

        Args:
            question: one that can be understood alone.
            hits: the passages, numbered from 1 in this order in the model's prompt.
            evidence: what code found to answer the question. A sentence that shares nothing with it or with the
                question is none of the answer, though an article has it: an instruction to models that stands there.
            statements: those of each article, by its id.
            reports: what a sentence reports of others; without it nobody asks whether they said so.
        """
        self.hits = hits
        self._question = question
        self._topic = frozenset(s for text in [question, *evidence] for s in stems(text)) if evidence else None
        self._statements = statements or {}
        self._reports = reports
        self._windows = [list(_windows(i, hit)) for i, hit in enumerate(hits)]
        self._own_words = [about(hit.article) for hit in hits]
        self._readings: dict[Place, ExactText] = {}
        self._plain: dict[int, frozenset[str]] = {}
        self._reported: dict[str, Sequence[Statement]] = {}
        self._claims: dict[tuple[str, date | None], ExactText] = {}

    def check(self, sentence: DraftSentence) -> Checked:
        """The sentence with the places that hold it: of the passages that it cites, else of another."""
        text = sentence.text
        if self._topic is not None and self._is_beside_the_point(text, self._topic):
            return Checked(sentence, problem="has nothing to do with the question")
        cited = [n - 1 for n in sentence.markers if 0 < n <= len(self.hits)]
        others = [i for i in range(len(self.hits)) if i not in cited]
        for among in (cited, others):
            found = [p for i in among for p in self._held(text, i)]
            standing = tuple(p for p in found if self._stands(text, p))
            if standing:
                return Checked(sentence, standing if among is cited else standing[:1], verbatim=True)
        problem = "no passage says it"
        for elsewhere in (False, True):
            places, lack = self._nearest(text, cited, elsewhere)
            if places:
                return Checked(sentence, places, elsewhere=elsewhere)
            problem = f"not in the passages: {lack}" if lack else problem
        return Checked(sentence, problem=problem)

    def is_lead_in(self, sentence: DraftSentence) -> bool:
        """Whether it says nothing, only that something follows: 'Here is what they say:'."""
        reading = self._claim(sentence.text, None)
        bare = all(t.kind == "word" for t in reading.tokens) and "“" not in sentence.text
        return bare and (sentence.text.rstrip().endswith(":") or not content(reading))

    def _is_beside_the_point(self, text: str, topic: frozenset[str]) -> bool:
        claim = self._claim(text, None)
        claim_stems = {
            *content(claim),
            *(s for t in claim.tokens if t.kind != "word" for s in stems(text[t.start : t.end])),
        }
        return len(claim_stems & topic) < min(_TOPICAL, len(claim_stems))

    def _nearest(self, text: str, cited: Sequence[int], elsewhere: bool) -> tuple[tuple[Place, ...], str | None]:
        """The stretch that shares most words with the text, where it lacks nothing exact; else what it lacks.

        The stretches of the passages that the text cites come first, where it cites several those of each together;
        those of others only where they share more. `elsewhere`: names need only stand in the article or the question.
        """
        content_stems = frozenset(stems(text)) - STOP
        others = [i for i in range(len(self.hits)) if i not in cited]
        first, shared = None, 0
        for among in (cited, others):
            windows = self._best(text, content_stems, among)
            tried: list[tuple[Place, ...]] = [(w.place,) for w in windows[:_TRIED]]
            if among is cited and len(cited) > 1:
                tried.append(tuple(w.place for i in cited for w in self._best(text, content_stems, [i])[:1]))
            if not windows or windows[0].shared(content_stems) <= shared:
                continue
            shared = windows[0].shared(content_stems)
            for places in tried:
                lack = self._lacks(text, places, elsewhere)
                if lack is None:
                    return places, None
                first = first or lack
        return (), first

    def _best(self, text: str, content_stems: frozenset[str], among: Sequence[int]) -> list[_Window]:
        """The stretches of these passages that share most words with the text, the shortest first.

        Of two of which one holds the other only the shorter: a sentence beside it that has no word of the text bears
        out nothing, and would hide that the sentence itself is negated.
        """
        longest = _WINDOW if "“" not in text else _QUOTED
        windows = [w for i in among for w in self._windows[i] if w.size <= longest]
        most = max((w.shared(content_stems) for w in windows), default=0)
        nearest = [w for w in windows if w.shared(content_stems) == most]
        return sorted((w for w in nearest if not any(w.holds(o) for o in nearest)), key=lambda w: len(w.stems))

    def _held(self, text: str, hit: int) -> list[Place]:
        """The sentences of a passage that have the text's words in the same order, and lack nothing exact."""
        alone = (w.place for w in self._windows[hit] if w.size == 1 or "“" in text)
        return [p for p in alone if self._stands(text, p) and self._lacks(text, [p]) is None][:1]

    def _stands(self, text: str, place: Place) -> bool:
        """Whether the text's words stand in that stretch in the same order, whatever stands between them."""
        held = iter(stems(self.hits[place.hit].article.text[place.start : place.end]))
        return all(s in held for s in stems(text))

    def _lacks(self, text: str, places: Sequence[Place], elsewhere: bool = False) -> str | None:
        """What the text has that stretches together lack, who is said to say it included."""
        article = self.hits[places[0].hit].article
        claim = self._claim(text, article.published)
        own = [name for p in places for name in (*self._own_words[p.hit], *self._speakers(p))]
        others = [name for p in places for name in self._names_elsewhere(claim, p.hit)] if elsewhere else ()
        reading = together([self._reading(p) for p in places])
        lacking = lacks(claim, reading, article, own, others)
        return lacking or next((who for p in places if (who := self._misattributed(text, p))), None)

    def _names_elsewhere(self, claim: ExactText, hit: int) -> list[frozenset[str]]:
        """The claim's names whose words all stand somewhere in the hit's article or in the question."""
        if hit not in self._plain:
            plain = normal_text(self.hits[hit].article.text) + normal_text(self._question)
            self._plain[hit] = frozenset(plain.split())
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

    def _misattributed(self, text: str, place: Place) -> str | None:
        """Who is said to say what others say there."""
        article = self.hits[place.hit].article
        statements = self._statements.get(article.id, ())
        if text not in self._reported:
            self._reported[text] = self._reports(text) if self._reports else ()
        own = self._own_words[place.hit]
        return misattributed(text, self._reported[text], article, (place.start, place.end), statements, own)

    def _claim(self, text: str, published: date | None) -> ExactText:
        if (text, published) not in self._claims:
            self._claims[text, published] = read(text, published)
        return self._claims[text, published]

    def _reading(self, place: Place) -> ExactText:
        if place not in self._readings:
            article = self.hits[place.hit].article
            self._readings[place] = read(article.text[place.start : place.end], article.published)
        return self._readings[place]


def _windows(index: int, hit: Hit) -> Iterator[_Window]:
    spans = sentence_spans(hit.passage.text)
    held = [frozenset(stems(hit.passage.text[a:b])) for a, b in spans]
    at = hit.passage.start
    for size in range(1, _QUOTED + 1):
        for first in range(len(spans) - size + 1):
            last = first + size - 1
            place = Place(index, at + spans[first][0], at + spans[last][1])
            yield _Window(place, size, frozenset[str]().union(*held[first : last + 1]))
