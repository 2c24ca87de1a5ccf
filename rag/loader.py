"""Files into the catalog: the ingest stage and the index stage brought together.

Knows nothing of questions. Each article is written in one step; whatever stops the run, what was written stays, and
the next run goes on from there.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from rag.errors import UnreadableError
from rag.index.arrays import Matrix
from rag.index.catalog import Catalog
from rag.index.rows import Source
from rag.ingest.batch import Made, to_articles
from rag.ingest.dedupe import bands, holds, same_story
from rag.ingest.draft import Draft, Stated
from rag.ingest.formats import ReadOptions
from rag.ingest.read import File, find_files, read_bytes, read_sidecar
from rag.ingest.sandbox import Sandbox
from rag.ingest.statements import find_statements
from rag.types import Article, FileResult, IngestReport, Passage

log = logging.getLogger(__name__)

# Drafts are cleaned together, for what articles of one outlet share; articles are embedded together until they have
# so many passages. Both bound the memory, and what a kill undoes.
_DRAFTS_AT_ONCE = 64
_PASSAGES_AT_ONCE = 128

Progress = Callable[[int, int, str], None]
"""Called with (files done, files in all, path)."""


class Splitter(Protocol):
    """Articles to passages."""

    def split(self, article: Article) -> list[Passage]:
        """The article's passages in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What turns articles into embedded passages; made when the first new article comes."""

    splitter: Splitter
    embed: Callable[[Sequence[str]], Matrix]
    embedded_text: Callable[[Article, Passage], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafted:
    draft: Draft
    source: Source
    is_new: bool
    at: int

    @property
    def path(self) -> str:
        return self.source.path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    article: Article
    passages: list[Passage]
    source: Source
    made: Made
    bands: list[int]


class Loader:
    """One ingest."""

    def __init__(
        self, catalog: Catalog, reader: Sandbox, tools: Callable[[], Tools], field_map: Mapping[str, str] | None = None
    ) -> None:
        """Write into a catalog what the reader reads, split and embedded with the tools.

        `field_map` names the fields of records that have unusual names, ours to theirs.
        """
        self._catalog = catalog
        self._reader = reader
        self._field_map = field_map or {}
        self._make_tools = tools
        self._tools: Tools | None = None
        self._drafted: list[_Drafted] = []
        self._waiting: list[_Waiting] = []
        self._shrunk: list[tuple[str, list[str]]] = []
        self._results: list[tuple[int, FileResult]] = []
        self._at = 0

    def ingest(
        self, paths: Sequence[str | Path], *, prune: bool = False, progress: Progress | None = None
    ) -> IngestReport:
        """Read everything at the paths into the catalog. What can't be read is reported, and the rest goes on.

        Args:
            paths: files and folders.
            prune: also remove the articles of files that are no longer in the folders.
            progress: called before each file.
        """
        began = time.perf_counter()
        files = list(find_files(paths, self._reader))
        for done, file in enumerate(files):
            if progress:
                progress(done, len(files), file.path)
            self._at = done
            self._read(file)
            if len(self._drafted) >= _DRAFTS_AT_ONCE:
                self._make()
        self._make()
        self._flush()
        if prune:
            self._prune(paths, {file.key for file in files})
        if progress:
            progress(len(files), len(files), "")
        ordered = sorted(self._results, key=lambda result: result[0])  # stable: parts stay in their order
        return IngestReport(results=tuple(result for _, result in ordered), seconds=time.perf_counter() - began)

    @property
    def tools(self) -> Tools:
        """The splitter and the model."""
        self._tools = self._tools or self._make_tools()
        return self._tools

    # From files to drafts

    def _read(self, file: File) -> None:
        if file.skip:
            self._note(FileResult(path=file.path, status="skipped", reason=file.skip))
            return
        try:
            data, digest = read_bytes(file)
            known = self._catalog.sources_at(file.key)
            if known and all(source.digest == digest for source in known):
                for source in known:
                    self._note(FileResult(path=source.path, status="unchanged", article_id=source.article_id))
                return
            options = ReadOptions(field_map=self._field_map, url=file.url)
            read = self._reader.read(data, file.name, options)
            stated = read_sidecar(file)
        except UnreadableError as e:
            self._fail(file.path, str(e))
            return
        except Exception as e:  # one file, however odd, doesn't stop the others
            log.debug("reading %s", file.path, exc_info=True)
            self._fail(file.path, f"could not be read ({type(e).__name__}: {e})")
            return
        for failure in read.failures:
            self._fail(_path(file.path, failure.part), failure.reason)
        for part in read.skipped:
            self._note(FileResult(path=_path(file.path, part.part), status="skipped", reason=part.reason))
        edits = {source.part: source.edits or {} for source in known}
        for draft in read.drafts:
            edited = edits.get(draft.part, {})
            own = {name: Stated(value, "rag edit") for name, value in edited.items()}
            source = Source(
                key=file.key, part=draft.part, path=_path(file.path, draft.part), digest=digest, article_id="",
                edits=edited,
            )  # fmt: skip
            stated_draft = replace(draft, fields={**draft.fields, **stated, **own})
            self._drafted.append(
                _Drafted(draft=stated_draft, source=source, is_new=draft.part not in edits, at=self._at)
            )
        if known:
            self._shrunk.append((file.key, [draft.part for draft in read.drafts]))

    def _fail(self, path: str, reason: str, at: int | None = None) -> None:
        self._note(FileResult(path=path, status="failed", reason=reason), at)

    def _note(self, result: FileResult, at: int | None = None) -> None:
        """Keep a result with its file's number: articles are made later than files are read."""
        self._results.append((self._at if at is None else at, result))

    # From drafts to articles

    def _make(self) -> None:
        """Make articles of the drafts that were read; those that are new wait to be embedded."""
        drafted, self._drafted = self._drafted, []
        made = to_articles([(d.draft, d.path) for d in drafted], self._catalog.line_counts)
        for d, one in zip(drafted, made, strict=True):
            if isinstance(one, UnreadableError):
                self._fail(d.path, str(one), d.at)
            else:
                self._take(one, d)
        shrunk, self._shrunk = self._shrunk, []
        if shrunk:
            self._flush()  # the new articles come before the old ones leave
        for key, keep in shrunk:
            self._catalog.forget_sources(key, keep)

    def _take(self, made: Made, drafted: _Drafted) -> None:
        article, source = made.article, replace(drafted.source, article_id=made.article.id)
        own = bands(article.text)
        first = self._elsewhere(source)
        if first is None and (fuller := self._holding(article, own, source)):
            first, source = fuller.path, replace(source, article_id=fuller.id)
        if first is not None:
            self._flush()  # the first one may still be waiting, and a source needs its article
            self._catalog.link(source)
            reason = f"same text as {first}"
            result = FileResult(path=source.path, status="duplicate", article_id=source.article_id, reason=reason)
            self._note(result, drafted.at)
            return
        passages = self.tools.splitter.split(article)
        waiting = _Waiting(article=article, passages=passages, source=source, made=made, bands=own)
        self._waiting.append(waiting)
        status = "added" if drafted.is_new else "changed"
        self._note(FileResult(path=source.path, status=status, article_id=article.id), drafted.at)
        if sum(len(w.passages) for w in self._waiting) >= _PASSAGES_AT_ONCE:
            self._flush()

    def _elsewhere(self, source: Source) -> str | None:
        """The path of the place that held the same article before this one did."""
        rewritten = {(w.source.key, w.source.part) for w in self._waiting}
        held = [s for s in self._catalog.sources_of(source.article_id) if (s.key, s.part) not in rewritten]
        held += [w.source for w in self._waiting if w.source.article_id == source.article_id]
        if not held or (held[0].key, held[0].part) == (source.key, source.part):
            return None
        return held[0].path

    def _alike(self, article: Article, own: Sequence[int]) -> list[Article]:
        """Articles that may be copies of this one, in the catalog and among those that wait for it."""
        waiting = [w.article for w in self._waiting if not set(own).isdisjoint(w.bands)]
        return [a for a in (*self._catalog.near(own), *waiting) if a.id != article.id]

    def _holding(self, article: Article, own: Sequence[int], source: Source) -> Article | None:
        """The same article with a line more, from another place and of no other outlet."""
        for other in self._alike(article, own):
            places = {(s.key, s.part) for s in self._catalog.sources_of(other.id)}
            if _one_outlet(article, other) and places != {(source.key, source.part)}:
                if holds(other, article):
                    return other
        return None

    # From articles to the catalog

    def _flush(self) -> None:
        """Embed and write what is waiting."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        vectors = self._embed([(w.article, w.passages) for w in waiting])
        for w, embeddings in zip(waiting, vectors, strict=True):
            near = [a for a in self._catalog.near(w.bands) if a.id != w.article.id]
            copies = [a for a in near if same_story(a.text, w.article.text)]
            stories = list(dict.fromkeys(a.story for a in copies)) or [w.article.id]
            removed = [(r.text, r.reason) for r in w.made.cleaned.removed]
            self._catalog.put(
                replace(w.article, story=stories[0]), w.passages, embeddings, w.source,
                removed=removed, bands=w.bands, lines=w.made.lines, merged=stories[1:],
                statements=find_statements(w.article),
            )  # fmt: skip
            for shorter in copies:
                if _one_outlet(shorter, w.article) and holds(w.article, shorter):
                    for source in self._catalog.sources_of(shorter.id):
                        self._catalog.link(replace(source, article_id=w.article.id))

    def _embed(self, articles: Sequence[tuple[Article, Sequence[Passage]]]) -> list[Matrix]:
        """The embeddings of each article's passages, computed together."""
        texts = [self.tools.embedded_text(article, p) for article, passages in articles for p in passages]
        vectors = self.tools.embed(texts)
        found: list[Matrix] = []
        at = 0
        for _, passages in articles:
            found.append(vectors[at : at + len(passages)])
            at += len(passages)
        return found

    def _prune(self, paths: Sequence[str | Path], seen: set[str]) -> None:
        """Remove the articles of files that were in these folders at an earlier ingest and are not any more."""
        # A folder that isn't there may be a disk that isn't mounted: nothing of it is taken for gone.
        for folder in (Path(p).resolve() for p in paths if Path(p).is_dir()):
            for key in self._catalog.keys_under(str(folder)):
                if key not in seen:
                    sources = self._catalog.sources_at(key)
                    self._catalog.forget_sources(key)
                    for s in sources:
                        gone = FileResult(
                            path=s.path, status="removed", article_id=s.article_id, reason="its file is gone"
                        )
                        self._note(gone)

    # Articles that are there already

    def revise(self, article: Article, edits: Mapping[str, str] | None = None) -> None:
        """Write an article anew, with other fields, or for another model or splitter."""
        passages = self.tools.splitter.split(article)
        (embeddings,) = self._embed([(article, passages)])
        told = find_statements(article)
        self._catalog.revise(article, passages, embeddings, dict(edits or {}), statements=told)


def _one_outlet(a: Article, b: Article) -> bool:
    """Whether two articles may be of one outlet: a copy in another one is no duplicate, but a story's second outlet."""
    return a.publisher is None or b.publisher is None or a.publisher.casefold() == b.publisher.casefold()


def _path(path: str, part: str) -> str:
    """A part's path for people: 'news.zip/page.html', 'export.jsonl#3'."""
    return path if not part else path + (part if part.startswith("#") else f"/{part}")
