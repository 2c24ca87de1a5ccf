"""The way of a question: understood, searched for, its evidence ranked, answered with a language model or without.

Knows the settings that choose models, and the catalog for what is kept beside the articles; nothing of files, command
lines or pages.
"""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag import resources
from rag.answer import collection, findings, timeline
from rag.answer.evidence import Evidence, Statements, rank
from rag.answer.excerpts import Reads
from rag.answer.kinds import Kind, kept_fit, kind_of
from rag.answer.prompts import Prompt, load_prompt
from rag.index.catalog import Catalog
from rag.index.filters import resolve as resolve_filter
from rag.index.sentences import SentenceVectors
from rag.models.arrays import Matrix
from rag.retrieve.names import as_pattern
from rag.retrieve.query import Query, make_query
from rag.searching import Searcher
from rag.settings import DEFAULT_EMBEDDER, Settings
from rag.text.function_words import ASKING
from rag.text.language import language_of
from rag.types import Answer, Article, Entry, Event, Filter, Hit, Span, Statement, Turn

if TYPE_CHECKING:
    from rag.llm.model import Model
    from rag.models.reader import Reader

# A timeline and a summary read more passages than an answer: they show all that bears on it.
TOPIC_PASSAGES = 40
FOREIGN = (
    "the question seems to be in another language than the embedding model knows: only its words were searched for, so "
    "ask in English, or set a multilingual model (RAG_EMBEDDER)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for a query: passages and their sentences, both best first, and their articles' statements."""

    query: Query
    hits: Sequence[Hit]
    evidence: Sequence[Evidence]
    statements: Statements

    @property
    def is_near(self) -> bool:
        """Whether any sentence is near enough to be shown as an answer."""
        return any(e.nearness >= findings.NEAR for e in self.evidence)


class Asking:
    """Answers questions from one catalog, by the engine that the settings name."""

    def __init__(
        self, settings: Settings, catalog: Catalog, searcher: Searcher, model: "Callable[[], Model | None] | None"
    ) -> None:
        """Load models when they are first needed; `model` gives a language model that is loaded elsewhere."""
        self._loaded_elsewhere = model
        self._settings = settings
        self._catalog = catalog
        self._searcher = searcher
        self._embedding = searcher.embedding
        self._guard = threading.Lock()
        self._model: Model | None = None
        self._kinds: Matrix | None = None
        self._reader: Reader | None = None
        self._vectors = SentenceVectors(catalog.database, self._embedding.texts)

    def close(self) -> None:
        """Let go of the language model."""
        if self._model is not None:
            self._model.close()

    def stream(self, question: str, history: Sequence[Turn], where: Filter | None) -> Generator[Event]:
        """The answer as it is made, as `Corpus.stream` gives it."""
        began = time.perf_counter()
        query = make_query(question, history)  # what can't be asked is refused before anything is said
        searching = f"Searching {self._catalog.count():,} articles"
        yield Event(kind="searching", text=searching)
        query = self._searcher.understand(query)  # the question is embedded meanwhile
        kind = self._kind(question)
        if kind in ("greeting", "collection"):
            yield Event(kind="answer", answer=replace(self._about(kind, question, where), seconds=_since(began)))
            return
        standalone = self._standalone(query, question, history)
        if standalone is not query:
            query = self._searcher.understand(standalone)
        plain = not history and query.text != " ".join(question.split())
        read_as = (f"the question was read as “{query.text}”",) if plain else ()
        constraints = tuple(map(str, query.constraints))
        if constraints:
            yield Event(kind="searching", text="; ".join((searching, *constraints)))
        passages = self._settings.results if kind == "fact" else TOPIC_PASSAGES
        found = self._found(query, where, passages)
        by_itself = make_query(question)
        if self.model is None and query.text != by_itself.text and not found.is_near:
            # The question before it may have led away from it.
            alone = self._found(self._searcher.understand(by_itself), where, passages)
            found = alone if alone.is_near else found
        yield Event(kind="reading", text=f"Reading {len(found.hits)} passages")
        foreign = self._is_foreign(found.query.text, found.evidence)
        for piece in self._written(question, kind, found, foreign):
            if isinstance(piece, str):
                yield Event(kind="text", text=piece)
            elif isinstance(piece, Event):
                yield piece
            else:
                notices = (*piece.notices, *((FOREIGN,) if foreign else ()), *read_as)
                used = tuple(map(str, found.query.constraints))
                answer = replace(piece, constraints=used, notices=notices, seconds=_since(began))
                yield Event(kind="answer", answer=answer)

    def timeline(self, topic: str, where: Filter | None) -> list[Entry]:
        """Who said what on a topic on which day, as `Corpus.timeline` gives it."""
        found = self._found(self._searcher.understand(make_query(topic)), where, TOPIC_PASSAGES)
        return timeline.timeline(found.evidence)

    @property
    def model(self) -> "Model | None":
        """The language model that writes, as `Corpus.model` gives it."""
        if self._loaded_elsewhere is not None:
            return self._loaded_elsewhere()
        with self._guard:
            settings = self._settings
            if self._model is None and settings.llm != findings.ENGINE:
                from rag.llm.model import load_model
                from rag.llm.stream import Deadlines

                deadlines = Deadlines(first=settings.llm_first, total=settings.llm_total)
                self._model = load_model(settings.llm, deadlines, settings.llm_window, settings.cache / "servers")
            return self._model

    @property
    def reader(self) -> "Reader | None":
        """The question-answering model that the settings name, loaded when first needed; None where they name none.

        Raises:
            ModelError: it can't be loaded.
        """
        with self._guard:
            if self._reader is None and self._settings.reader is not None:
                from rag.models.reader import Reader

                self._reader = Reader(self._settings.reader)
            return self._reader

    def _kind(self, message: str) -> Kind:
        """What kind of message it is."""
        text = " ".join(message.split())
        vector = self._embedding.question(text)
        with self._guard:
            if self._kinds is None:
                cache = self._settings.cache / "kinds"
                self._kinds = kept_fit(self._embedding.model.name, self._embedding.texts, cache)
        return kind_of(vector, self._kinds)

    def _about(self, kind: Kind, question: str, where: Filter | None) -> Answer:
        count = self._catalog.count()
        if kind == "greeting":
            return collection.greet(question, count)
        where = resolve_filter(where, self._catalog)
        articles, count = self._catalog.listed(where, most=collection.LISTED)
        if count <= collection.QUOTED:  # of so few the texts are quoted
            articles = self._catalog.articles(where)
        return collection.describe(question, articles, count)

    def _standalone(self, query: Query, question: str, history: Sequence[Turn]) -> Query:
        """What to search for, made by the model where there is one.

        Without one, a follow-up of which no article has any word is searched for without the question before it.
        The model makes a follow-up stand alone, and puts a question into plain English that has words which are neither
        common nor in any article: misspelt ones, or another language's.
        """
        model = self.model
        if model is None and history:
            alone = make_query(question)
            return query if any(t in ASKING or self._searcher.holds(t) for t in alone.terms) else alone
        if model is None or not (history or self._is_strange(query)):
            return query
        from rag.answer.rewriting import condensed, in_plain_english

        if history:
            return make_query(condensed(question, history, query.text, model, self._prompt("condense")))
        return make_query(in_plain_english(query.text, model, self._prompt("rewrite")))

    def _is_strange(self, query: Query) -> bool:
        from rag.text.vocabulary import is_common

        return not all(is_common(term) or self._searcher.holds(term) for term in query.terms)

    def _found(self, query: Query, where: Filter | None, passages: int) -> _Found:
        hits = self._searcher.search(query, passages, where)
        statements = self._catalog.statements_of(list(dict.fromkeys(h.article.id for h in hits)))
        vector, sentences = self._embedding.question(query.text), self._vectors.of([h.passage for h in hits])
        aliases = [(name, as_pattern(others)) for name, others in query.aliases]
        evidence = rank(query.terms, hits, vector, sentences, statements, aliases)
        return _Found(query, hits, evidence, statements)

    def _written(self, question: str, kind: Kind, found: _Found, foreign: bool) -> Iterator[str | Event | Answer]:
        """The answer by the engine that the settings name."""
        count = self._catalog.count()
        evidence = found.evidence
        if kind == "timeline":
            yield from _whole(timeline.as_answer(question, evidence))
            return
        model = self.model
        if model is None:
            yield from findings.write(
                question, evidence, count, short=self._short(found.query.text, evidence),
                summary=kind == "summary", near=-1.0 if foreign else findings.NEAR,
            )  # fmt: skip
            return
        from rag.answer import writer

        prompts = {name: self._prompt(name) for name in ("answer", "verify")}
        given = writer.Material(
            question=found.query.text, evidence=evidence, hits=found.hits, statements=found.statements,
            reports=reports, articles=count,
        )  # fmt: skip
        request = "summarise" if kind == "summary" else "write"
        yield from writer.write(question, given, model, prompts, self._reads(model), request)

    def _reads(self, model: "Model") -> Reads:
        """How much the model is given: sentences on a machine of the user's, passages where a service reads fast."""
        if self._settings.llm_reads != "auto":
            return self._settings.llm_reads
        return "sentences" if model.destination.local else "passages"

    def _short(self, question: str, evidence: Sequence[Evidence]) -> Span | None:
        """The place of the answer itself in the first sentence, where a reader model finds it."""
        reader = self.reader
        if reader is None or not evidence:
            return None
        first = evidence[0]
        read = reader.read(question, first.text)
        return (first.start + read.start, first.start + read.end) if read else None

    def _is_foreign(self, question: str, evidence: Sequence[Evidence]) -> bool:
        """Whether the question is in a language that the default embedding model does not know.

        Asked only where nothing is very near, which that would explain.
        """
        if self._settings.embedder != DEFAULT_EMBEDDER or any(e.nearness >= findings.PLAIN for e in evidence):
            return False
        return language_of(question) not in (None, "en")

    def _prompt(self, name: str) -> Prompt:
        own = [self._settings.prompts] if self._settings.prompts else []
        return load_prompt(name, [*own, resources.folder("prompts")])


def reports(text: str) -> list[Statement]:
    """What a text by itself reports of others, as an article does."""
    from rag.ingest.attribution import find_statements

    return find_statements(Article(id="", title="", path="", text=text))


def _since(began: float) -> float:
    return time.perf_counter() - began


def _whole(answer: Answer) -> Iterator[str | Event | Answer]:
    yield answer.text
    yield answer
