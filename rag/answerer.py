"""A question to an answer: the search for passages and the stages of answering brought together.

Knows the settings that choose models, and the catalog for what is kept beside the articles; nothing of files, command
lines or pages.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rag import resources
from rag.answer import answerable, evidence, extractive
from rag.answer.evidence import Evidence
from rag.answer.same import Same
from rag.answer.sides import Statements
from rag.answer.timeline import timeline
from rag.index.arrays import Matrix, Vector
from rag.index.catalog import Catalog
from rag.index.sentences import SentenceVectors
from rag.ingest.dates import resolve as resolve_dates
from rag.ingest.statements import find_statements
from rag.retrieve.aliases import as_pattern
from rag.retrieve.query import Query, make_query
from rag.settings import Settings
from rag.types import Answer, Article, Entry, Event, Filter, Hit, Statement, Turn

if TYPE_CHECKING:
    from rag.answer.reader import Reader
    from rag.llm.model import Model

# A timeline reads more passages than an answer: it shows all that bears on its topic.
TIMELINE_PASSAGES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What a corpus finds passages with.

    `understood` holds a query against what the corpus has: outlets, days, names. `find` gives the k best passages, best
    first. `vector` is of a question, `embed` of sentences that were kept without vectors. `other_names` are those of
    what a name names.
    """

    understood: Callable[[Query], Query]
    find: Callable[[Query, int, Filter | None], list[Hit]]
    vector: Callable[[str], Vector]
    embed: Callable[[Sequence[str]], Matrix]
    other_names: Callable[[str], Sequence[str]]


class Answerer:
    """Answers questions from one catalog, by the engine that the settings name."""

    def __init__(self, settings: Settings, catalog: Catalog, search: Search) -> None:
        """Use the search; models are loaded when they are first needed."""
        self._settings = settings
        self._catalog = catalog
        self._search = search
        self._guard = threading.Lock()
        self._model: Model | None = None
        self._reader: Reader | None = None
        self._vectors = SentenceVectors(catalog.database, search.embed)

    def close(self) -> None:
        """Let go of the language model."""
        if self._model is not None:
            self._model.close()

    def stream(self, question: str, history: Sequence[Turn], where: Filter | None) -> Iterator[Event]:
        """The answer as it is made, as `Corpus.stream` gives it."""
        began = time.perf_counter()
        query = self._search.understood(self._query(question, history))
        constraints = tuple(map(str, query.constraints))
        yield Event(kind="searching", text="; ".join((f"Searching {self._catalog.count():,} articles", *constraints)))
        hits = self._search.find(query, self._settings.results, where)
        yield Event(kind="reading", text=f"Reading {len(hits)} passages")
        for piece in self._written(question, query, hits):
            if isinstance(piece, str):
                yield Event(kind="text", text=piece)
            else:
                answer = replace(piece, constraints=constraints, seconds=time.perf_counter() - began)
                yield Event(kind="answer", answer=answer)

    def timeline(self, topic: str, where: Filter | None) -> list[Entry]:
        """Who said what on a topic on which day, as `Corpus.timeline` gives it."""
        query = self._search.understood(make_query(topic))
        hits = self._search.find(query, TIMELINE_PASSAGES, where)
        found = self._weighed(query, hits, self._vectors.of([h.passage for h in hits]))
        return timeline(query.text, found, self._told(hits), resolve_dates)

    @property
    def model(self) -> "Model | None":
        """The language model that writes, as `Corpus.model` gives it."""
        with self._guard:
            settings = self._settings
            if self._model is None and settings.llm != extractive.ENGINE:
                from rag.llm.model import load_model
                from rag.llm.stream import Deadlines

                deadlines = Deadlines(first=settings.llm_first, total=settings.llm_total)
                self._model = load_model(settings.llm, deadlines, settings.llm_window)
            return self._model

    @property
    def reader(self) -> "Reader | None":
        """The question-answering model that the settings name, loaded when first needed; None where they name none.

        Raises:
            ModelError: it can't be loaded.
        """
        with self._guard:
            if self._reader is None and self._settings.reader is not None:
                from rag.answer.reader import Reader

                self._reader = Reader(self._settings.reader)
            return self._reader

    def _query(self, question: str, history: Sequence[Turn]) -> Query:
        """What to search for; a follow-up is made to stand alone by the model, where there is one."""
        query = make_query(question, history)
        model = self.model
        if model is None or query.text == make_query(question).text:
            return query
        from rag.answer.condense import condensed
        from rag.answer.prompts import load_prompt

        return make_query(condensed(question, history, query.text, model, load_prompt("condense", self._prompts())))

    def _written(self, question: str, query: Query, hits: Sequence[Hit]) -> Iterator[str | Answer]:
        """The answer by the engine that the settings name."""
        sentences = self._vectors.of([h.passage for h in hits])
        told = self._told(hits)
        parts = [self._part(part, hits, sentences, told) for part in query.parts]
        if not any(part.assessment.answered for part in parts):
            parts = [self._part(query, hits, sentences, told)]
        plain = extractive.write(question, parts, resolve_dates, told, self._search.other_names)
        model = self.model
        if model is None:
            return plain
        from rag.answer import generative
        from rag.answer.prompts import load_prompt

        *_, answer = plain
        assert isinstance(answer, Answer)
        prompt = load_prompt("answer", self._prompts())
        return generative.write(question, hits, answer, resolve_dates, model, prompt, told, reports)

    def _part(
        self, query: Query, hits: Sequence[Hit], sentences: Sequence[Matrix], told: Statements
    ) -> extractive.Part:  # fmt: skip
        found = self._weighed(query, hits, sentences)
        assessment = answerable.assess(query.text, found, self.reader, told, named(query), absent(query))
        return extractive.Part(query.text, found, assessment)

    def _weighed(self, query: Query, hits: Sequence[Hit], sentences: Sequence[Matrix]) -> list[Evidence]:
        vector = self._search.vector(query.text)
        return evidence.weigh(query.text, query.terms, hits, vector, sentences, named(query))

    def _told(self, hits: Sequence[Hit]) -> dict[str, list[Statement]]:
        return self._catalog.statements_of(list(dict.fromkeys(h.article.id for h in hits)))

    def _prompts(self) -> list[Path]:
        own = [self._settings.prompts] if self._settings.prompts else []
        return [*own, resources.folder("prompts")]


def reports(text: str) -> list[Statement]:
    """What a text by itself reports of others, as an article does."""
    return find_statements(Article(id="", title="", path="", text=text))


def named(query: Query) -> Same:
    """What finds the things that the question names under other names."""
    return [(name, as_pattern(others)) for name, others in query.same]


def absent(query: Query) -> list[str]:
    """The outlets that the question names, in its words, and that no article is of."""
    return [c.words for c in query.constraints if c.outlet is not None and not c.articles]
