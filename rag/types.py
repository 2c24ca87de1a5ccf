"""The data that flows through the pipeline, all of it frozen.

Knows nothing of files, databases, models or user interfaces.
Offsets count Unicode characters (not bytes) in `Article.text`, `end` is exclusive.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

PublishedFrom = Literal["page", "url", "given", "unknown"]
Verdict = Literal["answered", "contested", "declined"]
Stance = Literal["asserts", "denies", "estimates", "doubts"]
Precision = Literal["day", "month", "year"]
Span = tuple[int, int]
_BEGIN, _HEAD, _NAMED = 80, 400, 3  # characters of a text in a repr and in a notebook; failed files in a repr
_SIGNS = re.compile(r"[\\`*_{}\[\]<>#|~$&]")  # what Markdown, HTML or TeX would take for its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article: its kept text, and what is known of it.

    `id` is derived from the text, so the same text has the same id wherever its file lies.
    `path` is the file as it was named to ingest. `published_from` says where the date was found:
    in the page, in its URL, given by the user, or `unknown`. `provenance` says it of every field, in words.
    `captions` are the spans of `text` that stand under pictures. Articles with the same `story` are copies of one
    another, more or less: one source, however many outlets carry it. `tags` are the user's own ('project=harbour').
    `pages` are the offsets at which the pages of a PDF begin.
    """

    id: str
    text: str
    title: str
    path: str
    publisher: str | None = None
    author: str | None = None
    published: date | None = None
    published_from: PublishedFrom = "unknown"
    url: str | None = None
    language: str | None = None
    original_title: str | None = None
    note: str | None = None
    story: str = ""
    captions: tuple[Span, ...] = ()
    tags: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)

    def page(self, offset: int) -> int | None:
        """The page, from 1, of the document on which a place in the text stands; None where it has no pages."""
        return bisect_right(self.pages, offset) or None

    def __repr__(self) -> str:
        """Its id, title, outlet, day and length, without the text."""
        return f"Article({self.id!r}, {self.title!r}, {where(self)}, {len(self.text):,} characters)"

    def _repr_markdown_(self) -> str:
        """In a notebook: what is known of it, and how it begins."""
        known = [where(self), *filter(None, (self.author, self.url or self.path))]
        head = self.text if len(self.text) <= _HEAD else self.text[:_HEAD].rpartition(" ")[0] + " …"
        return f"**{_plain(self.title)}**\n\n{_plain(' · '.join(known))}\n\n{_quoted(head)}"


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date expression: `source[start:end] == text`; `date` is the first day of what it means, None if unknown."""

    start: int
    end: int
    text: str
    date: date | None
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A run of whole sentences of an article: `article.text[start:end] == text`."""

    id: str
    article_id: str
    start: int
    end: int
    text: str


# The speaker of a statement for which nobody is named: 'it was reported that …'.
UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement that an article reports: who is said to hold what. Spans are offsets into `article.text`.

    Source, cue and content as in PolNeAR (Newell et al., "An attribution relations corpus for political news", 2018).
    `content` are the spans of what is said, several where the cue interrupts a quotation; `cue` is what reports it
    ('said', 'according to'), None in an interview's turn; `source` is whoever says it as the sentence names him
    ('he', 'the ministry'), None where only the layout tells. `speaker` is the source by the fullest name that the
    article gives it, `description` what the article says of him ('a high-ranking member of the regime'), `via`
    whoever relays the statement ('Yoo Sang-bum' for 'the NIS, according to Yoo').
    """

    article_id: str
    content: tuple[Span, ...]
    cue: Span | None
    source: Span | None
    speaker: str
    description: str | None = None
    via: str | None = None
    direct: bool = False
    stance: Stance = "asserts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question.

    `score` is the fused score, or the reranker's (higher is better, comparable within one search only).
    `dense_rank` and `lexical_rank` are its ranks, from 1, in the two searches; None where not found.
    `similarity` is the cosine between question and passage, None where the dense search lacks it.
    `context` is the passage's span with the sentence before it and the one after: `article.text[start:end]`.
    """

    passage: Passage
    article: Article
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    similarity: float | None = None
    context: Span | None = None

    def __repr__(self) -> str:
        """Its score, whose it is, and how the passage begins."""
        return f"Hit({self.score:.4f}, {self.article.title!r}, {where(self.article)}: {_begin(self.passage.text)!r})"

    def _repr_markdown_(self) -> str:
        """In a notebook: the passage under its article's title."""
        source = self.article
        return f"**{_plain(source.title)}** ({_plain(where(source))})\n\n{_quoted(self.passage.text)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A verbatim span of an article: `article.text[start:end] == quote`, checked when made.

    `page` is that of the document, from 1, where it has pages.
    """

    number: int
    article_id: str
    title: str
    publisher: str | None
    published: date | None
    published_from: PublishedFrom
    url: str | None
    path: str
    quote: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What one side holds: who, with which stance, in which words, cited by `Citation.number`.

    `publisher` and `published` are of the article that is cited. `via` is whoever relays it. `value` is what it
    gives as the answer where sources give several, else None. `sources` is how many independent sources the
    position is of: 1, since each is shown once.
    """

    stance: Stance
    speaker: str
    text: str
    citations: tuple[int, ...]
    publisher: str | None = None
    published: date | None = None
    via: str | None = None
    value: str | None = None
    sources: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to a question. `text` is Markdown with `[1]` markers, one for each citation.

    `constraints` says in words which outlets and times of the question were recognised, and how they were used.
    `notices` say what a reader should know of how it was made: that a model failed and why, passages left out.
    """

    question: str
    verdict: Verdict
    text: str
    citations: tuple[Citation, ...] = ()
    positions: tuple[Position, ...] = ()
    unsupported: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    engine: str = "extractive"
    seconds: float = 0.0

    @property
    def citations_by_article(self) -> list[tuple[Citation, ...]]:
        """The citations, those of one article together, in the order in which the articles are first cited."""
        cited: dict[str, list[Citation]] = {}
        for citation in self.citations:
            cited.setdefault(citation.article_id, []).append(citation)
        return [tuple(several) for several in cited.values()]

    def __str__(self) -> str:
        """The answer's text."""
        return self.text

    def __repr__(self) -> str:
        """Its verdict, how it begins, and of how much it is made."""
        made = f"{len(self.citations)} citations, {len(self.positions)} positions, {self.engine}"
        return f"Answer({self.verdict}: {_begin(self.text)!r}, {made})"

    def _repr_markdown_(self) -> str:
        """In a notebook: the answer, and the articles that it cites."""
        parts = [self.text, *(f"*{_plain(notice)}*" for notice in self.notices)]
        for several in self.citations_by_article:
            numbers = "".join(f"[{c.number}]" for c in several)
            parts.append(f"{numbers} {_plain(several[0].title)}, {_plain(where(several[0]))}")
        return "\n\n".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a timeline: who said what on which day.

    `day` is the first day of what is meant, exact to its `precision`; None when neither the sentence
    nor the article tells. `dated_by` says which of them did. `said` are the sentence's own words for a day that can't
    be placed: "Oct. 13" in an article that doesn't tell its year.
    """

    day: date | None
    precision: Precision
    dated_by: Literal["sentence", "article", "unknown"]
    speaker: str
    via: str | None
    stance: Stance
    citation: Citation
    said: str = ""

    @property
    def said_on(self) -> str:
        """The day for people, as exact as it is known; in brackets when it is that of publication."""
        if self.day is None:
            return f"“{self.said}”" if self.said else "unknown"
        shown = self.day.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]
        return f"({shown})" if self.dated_by == "article" else shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which articles may answer. Dates are inclusive; an article without a date passes no date filter.

    `publisher`, `article` and `tag` take one value or several; publishers and tags are compared without regard to
    case. An article must be of one of the publishers, and have every one of the tags.
    """

    publisher: str | tuple[str, ...] | None = None
    after: date | None = None
    before: date | None = None
    article: str | tuple[str, ...] | None = None
    tag: str | tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Raise TypeError where a day is given as text."""
        for name, day in (("after", self.after), ("before", self.before)):
            if isinstance(day, str):
                raise TypeError(f"{name} is a datetime.date, not the text {day!r}: date.fromisoformat makes one of it")

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, without regard to case."""
        several = (self.tag,) if isinstance(self.tag, str) else self.tag or ()
        return tuple(tag.casefold() for tag in several)

    @property
    def publishers(self) -> tuple[str, ...] | None:
        """The publishers, without regard to case."""
        several = (self.publisher,) if isinstance(self.publisher, str) else self.publisher
        return None if several is None else tuple(name.casefold() for name in several)

    @property
    def articles(self) -> tuple[str, ...] | None:
        """The article ids."""
        return (self.article,) if isinstance(self.article, str) else self.article

    def __bool__(self) -> bool:
        """True when it restricts anything."""
        return any(v is not None for v in (self.publisher, self.after, self.before, self.article, self.tag))


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of a streamed answer.

    `searching` and `reading` carry a line for people in `text`; `text` carries the next piece of the
    answer's Markdown; `answer` comes last and carries the whole `answer`.
    """

    kind: Literal["searching", "reading", "text", "answer"]
    text: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file.

    `skipped` is no article (an image in a folder, a README), `duplicate` the text of another file, `failed` what
    should have been read and could not, `removed` what is gone from its folder; `reason` says why. Of an article that
    is `added` or `changed` it is the note: which pages were not read, that not all of it is free to read.
    """

    path: str
    status: Literal["added", "unchanged", "changed", "duplicate", "skipped", "failed", "removed"]
    article_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """The outcome of an ingest, file by file."""

    results: tuple[FileResult, ...] = ()
    seconds: float = 0.0
    notices: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        """How many files became what; those that failed by name."""
        counts = Counter(r.status for r in self.results)
        summary = ", ".join(f"{n:,} {status}" for status, n in counts.items()) or "nothing to do"
        failed = "".join(f"; {r.path}: {r.reason}" for r in self.of("failed")[:_NAMED])
        return f"IngestReport({summary}, {self.seconds:.1f} s{failed})"

    def of(self, status: str) -> tuple[FileResult, ...]:
        """The results with that status."""
        return tuple(r for r in self.results if r.status == status)


def where(of: Article | Citation) -> str:
    """The outlet and the day of publication: 'Daily NK, 2022-11-08'."""
    return f"{of.publisher or 'outlet unknown'}, {of.published or 'date unknown'}"


def _begin(text: str) -> str:
    """The first words of a text, in one line."""
    line = " ".join(text.split())
    return line if len(line) <= _BEGIN else line[:_BEGIN].rpartition(" ")[0] + " …"


def _quoted(text: str) -> str:
    """A text as a Markdown quotation, its paragraphs kept."""
    return "\n>\n".join(f"> {_plain(line)}" for line in text.splitlines() if line.strip())


def _plain(text: str) -> str:
    """Words of an article in Markdown and HTML, as they are."""
    return _SIGNS.sub(r"\\\g<0>", text)
