"""What a user of the page may see of the collection and do with it.

Without a login there is one user, who sees all. With one, an article that a user uploaded is that user's alone; what
was in the collection already is everybody's to read. The sample is never written to: the first file that is added
opens the collection of one's own in its place. Knows nothing of Gradio or HTML.
"""

import os
import re
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rag.corpus import Corpus
from rag.errors import EmptyCorpusError, FilterError, LlmError, NotFoundError, RagError
from rag.ingest.formats.sniff import SUFFIXES
from rag.llm.spec import EXTRACTIVE
from rag.sample import open_corpus
from rag.settings import Settings
from rag.types import Article, Event, FileResult, Filter, Hit, IngestReport, Turn
from rag.ui.corpus_view import passes
from rag.ui.engines import Choice, Engine, engine, engines
from rag.ui.saved import Conversations, user_folder

MEGABYTES: Final = 20
FILES: Final = 200  # in one upload
NOBODY: Final = " "  # sees what everybody sees; no user can be called so
Progress = Callable[[int, int, str], None]


class Library:
    """The corpus that the page is open on, which changes once: from the sample to the user's own."""

    def __init__(self, corpus: Corpus, own: Settings | None = None) -> None:
        """Show `corpus`; `own` is where the user's articles go while it is the sample."""
        self.corpus = corpus
        self._own = own
        self._guard = threading.Lock()
        self._articles: tuple[object, list[Article]] = (None, [])

    @property
    def articles(self) -> list[Article]:
        """The articles, read again when something changed."""
        corpus = self.corpus
        counts = corpus.counts()
        mark = (id(corpus), tuple(counts.items()))
        if self._articles[0] != mark:
            self._articles = (mark, corpus.articles())
        return self._articles[1]

    def changed(self) -> None:
        """Forget what was read: an article was edited."""
        self._articles = (None, [])

    def warm_up(self) -> None:
        """Load what the first question needs, so that it does not wait for it."""
        with suppress(RagError):  # an empty corpus, or one of another model: the question will say so
            self.corpus.ask("What is known?", llm=EXTRACTIVE)

    @property
    def folder(self) -> Path:
        """Where the page keeps what its users do."""
        return self.corpus.settings.home.absolute() / "page"

    @property
    def home_to_write(self) -> Path:
        """The home of the corpus that is added to."""
        settings = self._own if self.corpus.is_sample and self._own else self.corpus.settings
        return settings.home.absolute()

    def to_write(self) -> Corpus:
        """The corpus to add to."""
        with self._guard:
            if not self.corpus.is_sample:
                return self.corpus
            if self._own is None:
                raise RagError("the sample corpus stays as it is: `rag ingest FOLDER` begins one of your own")
            return Corpus.open(self._own)

    def use(self, corpus: Corpus) -> None:
        """Show this one from now on, if it holds anything; the sample stays open for answers under way."""
        if corpus is not self.corpus and corpus.counts()["articles"]:
            self.corpus = corpus


def open_library(settings: Settings) -> Library:
    """The user's collection; the sample in its place while it is empty. A home of the user's choice may be empty."""
    try:
        return Library(open_corpus(settings), own=settings)
    except EmptyCorpusError:
        return Library(Corpus.open(settings), own=settings)


@dataclass(frozen=True)
class Shelf:
    """The library as one user sees it. `user` is empty where there is no login."""

    library: Library
    user: str = ""

    @property
    def uploads(self) -> Path:
        """Where this user's uploaded files are kept."""
        return self.library.home_to_write / "page" / "uploads" / user_folder(self.user)

    @property
    def conversations(self) -> Conversations:
        """This user's conversations."""
        return Conversations(self.library.folder / "conversations", self.user)

    @property
    def feedback_file(self) -> Path:
        """Where feedback goes."""
        return self.library.corpus.settings.home / "feedback.jsonl"

    @property
    def engine(self) -> Engine:
        """What writes this user's answers: what the user chose, else what the settings name."""
        settings = self.library.corpus.settings
        chosen = self._choice.read()
        if chosen and self.user and chosen not in {e.setting for e in self.engines()}:
            chosen = ""
        try:
            return engine(chosen or settings.llm)
        except LlmError:
            return engine(settings.llm)

    def engines(self) -> list[Engine]:
        """What this user may have answers written by."""
        return engines(self.library.corpus.settings, alone=not self.user)

    def choose_engine(self, setting: str) -> None:
        """Have this user's answers written by that engine from now on, once it is ready.

        Raises:
            LlmError: it is no setting, not this user's to choose, or an extra, a key or a file is missing.
        """
        if self.user and setting not in {e.setting for e in self.engines()}:
            raise LlmError(f"{engine(setting).name} is not for you to choose on this page: its owner sets RAG_LLM")
        model = self.library.corpus.model_of(setting)
        if model is not None:
            model.prepare()
        self._choice.write(setting)

    @property
    def found_by(self) -> list[tuple[str, str]]:
        """What finds and reads passages, as (what for, name); empty where nothing is set."""
        settings = self.library.corpus.settings
        return [
            ("Embedder", settings.embedder), ("Reads hits again", settings.reranker or ""),
            ("Reads for the answer", settings.reader or ""),
        ]  # fmt: skip

    @property
    def _choice(self) -> Choice:
        # Where it outlives the sample, as conversations about the sample do not.
        return Choice(self.library.home_to_write / "page" / "engines" / f"{user_folder(self.user)}.json")

    def articles(self, where: Filter | None = None) -> list[Article]:
        """The articles that the user may see, the newest first."""
        return [a for a in self.library.articles if self._sees(a) and passes(a, where or Filter())]

    def article(self, id: str) -> Article | None:
        """One of them; None if there is none."""
        try:
            found = self.library.corpus.article(id)
        except NotFoundError:  # removed since it was cited
            return None
        return found if self._sees(found) else None

    def stream(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Iterator[Event]:
        """The answer from the articles that the user may see. Raises what `Corpus.stream` raises."""
        yield from self.library.corpus.stream(question, history, self._within(where), llm=self.engine.setting)

    def search(self, question: str, k: int, where: Filter | None = None) -> list[Hit]:
        """The nearest passages. Raises what `Corpus.search` raises."""
        return self.library.corpus.search(question, k, self._within(where))

    def ingest(self, paths: Sequence[str | Path], progress: Progress | None = None) -> IngestReport:
        """Add files and addresses. Raises what `Corpus.ingest` raises."""
        corpus = self.library.to_write()
        report = corpus.ingest([str(p) for p in paths], progress=progress)
        self.library.use(corpus)
        if corpus is not self.library.corpus:
            corpus.close()
        return report

    def add_uploads(self, files: Sequence[tuple[Path, str]], progress: Progress | None = None) -> IngestReport:
        """Take uploaded files, as (where they lie now, the name they had), and read them into the collection.

        They are moved: nobody can fetch them from where they were. A file of an unknown kind is `failed`, not kept.
        """
        refused, kept = list[FileResult](), list[Path]()
        for file, name in files[:FILES]:
            plain = safe_name(name)
            problem = _problem(file, plain)
            if problem:
                file.unlink(missing_ok=True)
                refused.append(FileResult(path=plain, status="failed", reason=problem))
            else:
                self.uploads.mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.move(file, self.uploads / plain)
                kept.append(self.uploads / plain)
        for file, name in files[FILES:]:
            file.unlink(missing_ok=True)
            refused.append(FileResult(path=safe_name(name), status="failed", reason=f"more than {FILES} files at once"))
        report = self.ingest(kept, progress) if kept else IngestReport()
        return replace(report, results=(*report.results, *refused))

    def edit(self, id: str, fields: dict[str, str]) -> Article:
        """Set fields of an article. Raises what `Corpus.edit` raises."""
        self._may_change(id)
        try:
            return self.library.corpus.edit(id, **fields)
        finally:
            self.library.changed()

    def remove(self, id: str) -> Article:
        """Take an article out, and the file that this page kept of it. Raises what `Corpus.remove` raises."""
        self._may_change(id)
        article = self.library.corpus.remove(id)
        file = Path(article.path)
        if self._root in file.parents:
            file.unlink(missing_ok=True)
        return article

    def may_change(self, article: Article) -> bool:
        """Whether the user may edit or remove it: anything without a login, else what the user uploaded."""
        mine = self._root / user_folder(self.user) in Path(article.path).parents
        return not self.library.corpus.is_sample and (not self.user or mine)

    def _may_change(self, id: str) -> None:
        article = self.article(id)
        if article is None:
            raise NotFoundError(f"no article {id!r}")
        if not self.may_change(article):
            raise RagError("this article is not yours to change" if self.user else "the sample stays as it is")

    @property
    def _root(self) -> Path:
        return self.library.folder / "uploads"

    def _sees(self, article: Article) -> bool:
        if not self.user:
            return True
        root = f"{self._root}{os.sep}"
        return not article.path.startswith(root) or article.path.startswith(f"{root}{user_folder(self.user)}{os.sep}")

    def _within(self, where: Filter | None) -> Filter | None:
        if not self.user or all(self._sees(a) for a in self.library.articles):
            return where
        ids = tuple(a.id for a in self.articles(where))
        if not ids:
            raise FilterError("no article passes the filter")
        return replace(where or Filter(), article=ids)


def _problem(file: Path, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        return f"{suffix or 'no suffix'} is no kind of file that is read"
    size = file.stat().st_size
    return f"{size / 1e6:.0f} MB, more than {MEGABYTES}" if size > MEGABYTES * 1_000_000 else ""


def safe_name(name: str) -> str:
    r"""A file's name without folders, control or direction signs, and not hidden: `../../a\n.txt` is `a.txt`."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    stem, suffix = os.path.splitext(plain.lstrip(". "))
    return f"{stem[:100] or 'file'}{suffix[:12]}"
