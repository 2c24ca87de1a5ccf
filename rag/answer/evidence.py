"""Passages found to evidence: their sentences, those first that bear most on the question, each with who says it.

A sentence is ranked by its nearness in meaning, by the question's words that it holds (rare ones for more) and that
only the sentence before it holds ('Two freezes …' before 'They took place in …'), and by the rank of its passage.
`bench/retrieval.py` shows what the weights are worth, on squadshifts, where they were chosen, and on other sets.
Nothing here judges whether a sentence answers.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from rag.models.arrays import Matrix, Vector
from rag.text import sentence_spans, stems
from rag.text.function_words import is_negated
from rag.text.names import AliasPatterns, stems_under_other_names
from rag.text.quotations import quotations
from rag.types import UNNAMED, Article, Hit, Stance, Statement

Statements = Mapping[str, Sequence[Statement]]
"""The statements of each article, by the article's id."""

MEANING, WORDS, BEFORE, RANK = 1.0, 0.5, 0.2, 0.1
# Characters that may lie between a sentence and the one before it, which leads to it.
_APART = 200
# Stems of a sentence at least: 'Watch:' and 'By our staff' are no evidence.
_SHORTEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who says a sentence, as its article has it.

    `speaker` is None where the article says it itself, and `UNNAMED` where somebody is quoted of whom the article
    doesn't say who it is. `via` is whoever relays it; `stance` is what the reporting verb says of it ('denied',
    'could not confirm'); `words` are the speaker's own where they are quoted whole, else ''. `denies` is true where the
    article reports a denial ('denied that …'), and false where the speaker only says that something isn't so; `denied`
    is then the article's words for who denies and what. `mostly` is true where half of the sentence or more is his.
    """

    speaker: str | None = None
    description: str | None = None
    via: str | None = None
    stance: Stance = "asserts"
    words: str = ""
    denies: bool = False
    denied: str = ""
    mostly: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence of an article, `article.text[start:end]`, and how much it bears on the question.

    `score` orders the evidence of one question. `meaning` is the sentence's cosine with the question, `coverage` the
    share of the question's words that it holds, each weighed by its rarity among the sentences found, from 0 to 1.
    `lead` is the start of the sentence before it where that one holds words of the question which this one lacks.
    `vector` is the sentence's own, of length 1.
    """

    article: Article
    start: int
    end: int
    score: float
    meaning: float
    coverage: float
    voice: Voice = Voice()
    lead: int | None = None
    vector: Vector | None = field(default=None, compare=False, repr=False)

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.article.text[self.start : self.end]

    @property
    def is_caption(self) -> bool:
        """Whether it stands under a picture, and says what that shows."""
        return any(start <= self.start < end for start, end in self.article.captions)

    @property
    def story(self) -> str:
        """The same for copies of one story, which are one source."""
        return self.article.story or self.article.id

    @property
    def speaker(self) -> str:
        """Who says it; the outlet, or the article's title, where the article says it itself."""
        return self.voice.speaker or self.article.publisher or self.article.title

    @property
    def nearness(self) -> float:
        """How near it is to the question, from 0 to about 1.5, comparable between questions."""
        return self.meaning + self.coverage / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    hit: Hit
    start: int
    end: int
    stems: frozenset[str]
    rank: float
    meaning: float
    vector: Vector

    def leads_to(self, other: "_Candidate") -> bool:
        """Whether it stands in the same article, close before the other."""
        return self.hit.article.id == other.hit.article.id and other.start - self.end <= _APART


def rank(
    terms: Sequence[str], hits: Sequence[Hit], query_vector: Vector, sentences: Sequence[Matrix],
    statements: Statements, aliases: AliasPatterns = (),
) -> list[Evidence]:  # fmt: skip
    """The sentences of the hits, the best first.

    Args:
        terms: the question's search terms.
        hits: the passages found, best first.
        query_vector: the question's vector, of length 1.
        sentences: for each hit the vectors of its passage's sentences (`rag.text.sentence_spans`, in order), shape
            (sentences, dimensions), each of length 1.
        statements: those of the hits' articles.
        aliases: each name in the question, with the pattern that finds its other names in a text.
    """
    query_stems = {stem for term in terms for stem in stems(term)}
    candidates = _candidates(hits, query_vector, sentences, aliases)
    weights = _weights(query_stems, candidates)
    total = sum(weights.values()) or 1.0
    in_order = sorted(candidates, key=lambda c: (c.hit.article.id, c.start))
    before = {id(c): earlier for earlier, c in pairwise(in_order) if earlier.leads_to(c)}

    def share(of: Iterable[str]) -> float:
        return sum(weights[s] for s in of) / total

    def evidence(c: _Candidate) -> Evidence:
        held, earlier = query_stems & c.stems, before.get(id(c))
        added = (query_stems & earlier.stems) - held if earlier else frozenset[str]()
        coverage = share(held)
        voice = voice_of(c.hit.article, c.start, c.end, statements.get(c.hit.article.id, ()))
        if voice.denies:  # only where it is of all query words of the sentence: not “at the summit he denied it”
            of = stems_under_other_names(voice.denied, aliases).union(stems(voice.denied))
            voice = replace(voice, denies=held <= of)
        score = MEANING * c.meaning + WORDS * coverage + BEFORE * share(added) + RANK * c.rank
        return Evidence(
            article=c.hit.article, start=c.start, end=c.end, meaning=c.meaning, coverage=coverage, score=score,
            lead=earlier.start if earlier and added else None, vector=c.vector, voice=voice,
        )  # fmt: skip

    return sorted(map(evidence, candidates), key=lambda e: -e.score)


def spread(evidence: Sequence[Evidence], most: int, a_story: int = 3) -> list[Evidence]:
    """The best of the evidence, at most `most` sentences and `a_story` of one story, in their order."""
    taken: dict[str, int] = {}
    kept: list[Evidence] = []
    for e in evidence:
        if len(kept) < most and taken.get(e.story, 0) < a_story:
            taken[e.story] = taken.get(e.story, 0) + 1
            kept.append(e)
    return kept


def voice_of(article: Article, start: int, end: int, statements: Sequence[Statement]) -> Voice:
    """Who says `article.text[start:end]`: the speaker of the statement that covers most of it.

    Of statements within one another ('Holt recalled that the mayor denied it') the innermost that takes a stance
    speaks, of equals the one that has a name.
    """
    if not is_read(article):
        return Voice(speaker=UNNAMED)
    covering = [(s, covered) for s in statements if (covered := _covers(s, start, end))]
    if not covering:
        return Voice(speaker=UNNAMED) if _is_speech(article.text[start:end]) else Voice()
    cues = [s.cue for s, _ in covering if s.cue]
    inner = [
        (s, covered)
        for s, covered in covering
        if s.stance != "asserts" or not any(a <= cue[0] < b for a, b in s.content for cue in cues if cue != s.cue)
    ]
    best, _ = max(inner or covering, key=lambda f: (f[0].stance != "asserts", f[0].speaker != UNNAMED, f[1]))
    content = " ".join(article.text[a:b] for a, b in best.content)
    denies = best.stance == "denies" and not is_negated(content)
    source = article.text[slice(*best.source)] if best.source else ""
    his = max(covered for s, covered in covering if s.speaker == best.speaker)
    whole = best.content[0] if best.direct and len(best.content) == 1 else None
    return Voice(
        speaker=best.speaker or UNNAMED,
        description=best.description,
        via=best.via,
        stance=best.stance,
        words=article.text[whole[0] : whole[1]] if whole and start <= whole[0] and whole[1] <= end else "",
        denies=denies,
        denied=f"{source} {best.speaker} {content}" if denies else "",
        mostly=2 * his >= end - start,
    )


def is_read(article: Article) -> bool:
    """Whether who says what is known of an article: only English is read for it.

    By the language that its page states; where it states none, by whether its letters are Latin.
    """
    if article.language:
        return article.language.casefold().startswith("en")
    return _is_latin(article.text[:500])


@lru_cache(1_000)
def _is_latin(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(c < "\u0250" for c in letters) >= len(letters)


# Half of a sentence in quotation marks, or a first person, is somebody's speech and not the article's own.
# I say, I'd go, my wife | World War I, the My Lai trial
_FIRST_PERSON = re.compile(r"\bI(?:['’]\w+)? [a-z]|\bmy [a-z]")


def _is_speech(sentence: str) -> bool:
    return 2 * sum(map(len, quotations(sentence))) >= len(sentence) or _FIRST_PERSON.search(sentence) is not None


def _covers(s: Statement, start: int, end: int) -> int:
    """How many characters of the stretch the statement says."""
    return sum(max(0, min(b, end) - max(a, start)) for a, b in s.content)


def _candidates(
    hits: Sequence[Hit], query_vector: Vector, sentences: Sequence[Matrix], aliases: AliasPatterns
) -> list[_Candidate]:
    """The sentences of the hits that may be evidence, each once: no questions, nothing of a word or two."""
    best = max((h.score for h in hits), default=0.0) or 1.0
    found: dict[tuple[str, ...], _Candidate] = {}
    for hit, vectors in zip(hits, sentences, strict=True):
        cosines = vectors @ query_vector
        for (start, end), cosine, vector in zip(sentence_spans(hit.passage.text), cosines, vectors, strict=True):
            text = hit.passage.text[start:end]
            own = tuple(stems(text))
            # A question in an article is no evidence; a caption that stands twice counts once.
            if len(own) >= _SHORTEST and not text.rstrip("”\"' ").endswith("?"):
                at = hit.passage.start
                held = stems_under_other_names(text, aliases).union(own)
                new = _Candidate(hit=hit, start=at + start, end=at + end, stems=held, rank=hit.score / best,
                                 meaning=float(cosine), vector=vector)  # fmt: skip
                found.setdefault(own, new)
    return list(found.values())


def _weights(query_stems: set[str], candidates: Sequence[_Candidate]) -> dict[str, float]:
    """The question's stems, each with its rarity among the candidates, as in BM25.

    What every sentence found holds says little of which one answers, and what none holds is missing.
    """
    having = {stem: sum(stem in c.stems for c in candidates) for stem in query_stems}
    return {stem: math.log(1 + (len(candidates) - f + 0.5) / (f + 0.5)) for stem, f in having.items()}
