"""Files to articles, and those to the indexer: the ingest stage and the index stage brought together.

Knows nothing of questions, nor of how articles are embedded. Each article is written in one step; whatever stops the
run, what was written stays, and the next run goes on from there.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from rag.errors import RagError, UnreadableError
from rag.index.catalog import Catalog
from rag.index.rows import Source, fields_json
from rag.indexing import Indexer, Outcome, Pool, removed_of
from rag.ingest.converters import ReadOptions, ReadResult
from rag.ingest.dedupe import bands, same_story
from rag.ingest.draft import Draft, Stated
from rag.ingest.fields import edited, tags_of
from rag.ingest.metadata import Made, make_article
from rag.ingest.read import File, find_files, read_bytes, read_sidecar
from rag.ingest.sandbox import Sandbox
from rag.types import Article, FileResult, Filter, IngestReport

log = logging.getLogger(__name__)

# Articles are made of so many drafts at a time. Bounds the memory, and what a kill undoes.
_DRAFTS_AT_ONCE = 64
# Of files that are being read elsewhere so many bytes are held here.
_BYTES_AT_ONCE = 200 * 2**20

Progress = Callable[[int, int, str], None]
"""Called with (files whose articles are in the catalog, files in all, the path under way)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafted:
    """A draft, the place that it is of, and what its file held before, by article and by part."""

    draft: Draft
    source: Source
    known: Mapping[str, Source]
    held: Mapping[str, Source]
    at: int

    @property
    def path(self) -> str:
        return self.source.path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """A file that is being read."""

    file: File
    at: int
    size: int
    digest: str
    known: Sequence[Source]
    stated: Mapping[str, Stated]
    outcome: Outcome[ReadResult]


class Ingester:
    """One ingest."""

    def __init__(
        self, catalog: Catalog, pool: Pool, reader: Sandbox, indexer: Indexer,
        field_map: Mapping[str, str] | None = None, tags: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """Give the indexer, which writes into the catalog, what the pool reads; `reader` reads feeds.

        `field_map` names the fields of records that have unusual names, ours to theirs. `tags` are given to every
        article, and kept with it as what the user set.
        """
        self._catalog = catalog
        self._pool = pool
        self._reader = reader
        self._reading: deque[_Pending] = deque()
        self._field_map = field_map or {}
        self._indexer = indexer
        self._tags = tags_of(list(tags))
        self._drafted: deque[_Drafted] = deque()
        self._drafts_of: Counter[str] = Counter()
        self._kept: dict[str, list[Source]] = {}
        self._shrunk: list[tuple[str, list[str]]] = []
        self._unfinished: dict[str, str] = {}
        self._results: list[tuple[int, FileResult]] = []
        self._at = 0

    def ingest(
        self, paths: Sequence[str | Path], *, prune: bool = False, progress: Progress | None = None
    ) -> IngestReport:
        """Read everything at the paths into the catalog. What can't be read is reported, and the rest goes on.

        Args:
            paths: files and folders.
            prune: also remove the articles of files that are no longer in the folders.
            progress: called whenever a file is read, and while articles are embedded, which takes longer.
        """
        began = time.perf_counter()
        files = list(find_files(paths, self._reader))

        def on_path(path: str, read: int = len(files)) -> None:
            if progress:
                reading = {r.file.key for r in self._reading}
                waiting = reading | self._drafts_of.keys() | {w.source.key for w in self._indexer.unwritten}
                progress(read - len(waiting), len(files), path)

        for self._at, file in enumerate(files):
            on_path(file.path, self._at)
            self._begin(file)
            while len(self._reading) > self._pool.files or sum(r.size for r in self._reading) > _BYTES_AT_ONCE:
                self._end(lambda path: on_path(path, self._at + 1))
        while self._reading:
            self._end(on_path)
        self._make(on_path)
        self._indexer.flush(on_path)
        self._finish()
        if prune:
            self._prune(paths, {file.key for file in files})
        on_path("")
        ordered = sorted(self._results, key=lambda result: result[0])  # stable: parts stay in their order
        return IngestReport(results=tuple(result for _, result in ordered), seconds=time.perf_counter() - began)

    # From files to drafts

    def _begin(self, file: File) -> None:
        """Have a file read, unless nothing is new in it."""
        if file.skip:
            self._note(FileResult(path=file.path, status="skipped", reason=file.skip))
            return
        try:
            data, digest = read_bytes(file)
            known = self._catalog.sources_at(file.key)
            if known and all(source.digest == digest and self._has_tags(source) for source in known):
                for source in known:
                    self._note(FileResult(path=source.path, status="unchanged", article_id=source.article_id))
                return
            stated = read_sidecar(file)
        except Exception as e:
            self._fault(file, self._at, e)
            return
        outcome = self._pool.read(data, file.name, ReadOptions(field_map=self._field_map, url=file.url))
        self._reading.append(
            _Pending(file=file, at=self._at, size=len(data), digest=digest, known=known, stated=stated, outcome=outcome)
        )

    def _end(self, on_path: Callable[[str], None]) -> None:
        """Take what was read of the first file that is being read."""
        reading = self._reading[0]
        file, at, digest, known = reading.file, reading.at, reading.digest, reading.known
        try:
            read = reading.outcome(lambda: on_path(file.path))
        except Exception as e:
            self._fault(file, at, e)
            return
        finally:
            self._reading.popleft()
        for failure in read.failures:
            self._fail(_path(file.path, failure.part), failure.reason, at)
        for part in read.skipped:
            self._note(FileResult(path=_path(file.path, part.part), status="skipped", reason=part.reason), at)
        if len(read.drafts) > 1:  # written one by one: until all are, the next ingest has to read the file again
            self._unfinished[file.key], digest = digest, f"{digest}, in part"
        by_article, by_part = {s.article_id: s for s in reversed(known)}, {s.part: s for s in known}
        for draft in read.drafts:
            path = _path(file.path, draft.part)
            source = Source(key=file.key, part=draft.part, path=path, digest=digest, article_id="")
            stated_draft = replace(draft, fields={**draft.fields, **reading.stated})
            self._drafted.append(_Drafted(draft=stated_draft, source=source, known=by_article, held=by_part, at=at))
            self._drafts_of[file.key] += 1
        if known:
            self._shrunk.append((file.key, [draft.part for draft in read.drafts]))
        if len(self._drafted) >= _DRAFTS_AT_ONCE:
            self._make(on_path)

    def _fault(self, file: File, at: int, e: Exception) -> None:
        """One file, however odd, doesn't stop the others; what concerns them all does."""
        if isinstance(e, RagError) and not isinstance(e, UnreadableError):
            raise e
        log.debug("reading %s", file.path, exc_info=e)
        self._fail(
            file.path, str(e) if isinstance(e, UnreadableError) else f"could not be read ({type(e).__name__}: {e})", at
        )

    def _has_tags(self, source: Source) -> bool:
        """Whether an article has all tags that it is to be given."""
        if not self._tags:
            return True
        had = self._catalog.article(source.article_id).tags
        return {tag.casefold() for tag in self._tags} <= {tag.casefold() for tag in had}

    def _fail(self, path: str, reason: str, at: int | None = None) -> None:
        self._note(FileResult(path=path, status="failed", reason=reason), at)

    def _note(self, result: FileResult, at: int | None = None) -> None:
        """Keep a result with its file's number: articles are made later than files are read."""
        self._results.append((self._at if at is None else at, result))

    # From drafts to articles

    def _make(self, on_path: Callable[[str], None]) -> None:
        """Make articles of the drafts that were read; the new ones wait to be embedded. `on_path` is told of each."""
        drafted = list(self._drafted)
        made = [_made(d) for d in drafted]
        here = {(d.source.key, m.article.id) for d, m in zip(drafted, made, strict=True) if isinstance(m, Made)}
        for d, one in zip(drafted, made, strict=True):
            on_path(d.path)
            if isinstance(one, UnreadableError):
                self._fail(d.path, str(one), d.at)
            else:
                before = self._before(one.article, d, here)
                edits = dict(before.edits or {}) if before else {}
                if self._tags:
                    own = edits["tags"].split(",") if "tags" in edits else list(one.article.tags)
                    edits["tags"] = ", ".join(tags_of([*own, *self._tags]))
                mended = replace(one, article=edited(one.article, edits))
                fields = fields_json(mended.article, removed_of(one))
                source = replace(d.source, article_id=one.article.id, edits=edits, fields=fields)
                self._take(mended, source, d.at, before, on_path)
            self._drafted.popleft()  # only now: what is told meanwhile does not count it as done
            self._drafts_of -= Counter([d.source.key])  # drops a key of which none is left
        kept, self._kept = chain.from_iterable(self._kept.values()), {}
        shrunk, self._shrunk = self._shrunk, []
        if shrunk:
            self._indexer.flush(on_path)  # the new articles come before the old ones leave
        self._catalog.link(*kept)  # together: articles that change places with one another never leave
        for key, keep in shrunk:
            self._catalog.forget_sources(key, keep)
        self._finish()

    def _finish(self) -> None:
        """Note the digests of files of several articles that are all written."""
        waiting = {w.source.key for w in self._indexer.unwritten}
        written = {key: digest for key, digest in self._unfinished.items() if key not in waiting}
        if written:
            self._catalog.finish(written)
        self._unfinished = {key: digest for key, digest in self._unfinished.items() if key in waiting}

    def _before(self, article: Article, drafted: _Drafted, here: Collection[tuple[str, str]]) -> Source | None:
        """What an article's file held in its stead: the same article, wherever in the file, or one that it replaces.

        Args:
            here: (key, article id) of all articles that the files hold now.
        """
        if article.id in drafted.known:
            return drafted.known[article.id]
        source = drafted.held.get(drafted.source.part)
        if source is None or (source.key, source.article_id) in here:
            return None
        # A record's place says little: another article may have come into it.
        old = self._catalog.articles(Filter(article=source.article_id)) if "#" in source.part else []
        return source if all(same_story(a.text, article.text) for a in old) else None

    def _take(self, made: Made, source: Source, at: int, before: Source | None, on_path: Callable[[str], None]) -> None:
        article = made.article
        first = self._elsewhere(source)
        if first is not None:
            self._indexer.flush(on_path)  # the first one may still be waiting, and a source needs its article
            self._catalog.link(source)
            reason = f"same text as {first}"
            result = FileResult(path=source.path, status="duplicate", article_id=source.article_id, reason=reason)
            self._note(result, at)
            return
        if before is not None and self._is_kept(article):
            self._kept.setdefault(article.id, []).append(source)
            self._note(FileResult(path=source.path, status="unchanged", article_id=article.id), at)
            return
        status = "added" if before is None else "changed"
        self._note(FileResult(path=source.path, status=status, article_id=article.id, reason=article.note), at)
        self._indexer.add(article, source, made, bands(article.text), on_path)

    def _is_kept(self, article: Article) -> bool:
        """Whether the catalog holds the article with just these fields."""
        return any(
            replace(article, path=a.path, story=a.story) == a
            for a in self._catalog.articles(Filter(article=article.id))
        )

    def _elsewhere(self, source: Source) -> str | None:
        """The path of the place that held the same article before this one did."""
        unwritten = [w.source for w in self._indexer.unwritten]
        taken = [*self._kept.get(source.article_id, ()), *(s for s in unwritten if s.article_id == source.article_id)]
        rewritten = {(s.key, s.part) for s in unwritten}
        held = [s for s in self._catalog.sources_of(source.article_id) if (s.key, s.part) not in rewritten]
        first = next(iter(held + taken), None)
        if first is None or (first.key, first.part) == (source.key, source.part):
            return None
        moved = first.key == source.key and first.digest != source.digest  # where the file held it before it changed
        return (taken[0].path if taken else None) if moved else first.path

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


def _made(drafted: _Drafted) -> Made | UnreadableError:
    try:
        return make_article(drafted.draft, drafted.path)
    except UnreadableError as e:
        return e


def _path(path: str, part: str) -> str:
    """A part's path for people: 'news.zip/page.html', 'export.jsonl#3'."""
    return path if not part else path + (part if part.startswith("#") else f"/{part}")
