"""What a user of the page may see of the collection and do with it.

Without a login there is one user, whose the collection is. With one, the collection is everybody's to read, and what a
user adds is kept in a corpus of that user's own, which only his answers are made from too. The sample is never written
to: the first file that is added opens a collection of one's own in its place. Knows nothing of Gradio or HTML.
"""

import logging
import re
import shutil
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Final

from rag.corpus import Corpus
from rag.errors import EmptyCorpusError, IndexMismatchError, NotFoundError, RagError
from rag.ingest.converters import SUFFIXES
from rag.llm.offers import Proposal, fetch
from rag.llm.spec import EXTRACTIVE
from rag.sample import open_corpus
from rag.settings import Settings
from rag.types import Answer, Article, Event, FileResult, Filter, Hit, IngestReport, Turn
from rag.ui.corpus_view import Shown
from rag.ui.engines import Engine, UserEngines
from rag.ui.plot import Inventory, is_long
from rag.ui.questions import tried_questions
from rag.ui.running import Cancelled, Progress, Running, Stand, timed
from rag.ui.saved import Conversations, user_folder

_log = logging.getLogger(__name__)

MEGABYTES: Final = 20
FILES: Final = 200  # in one upload
NOBODY: Final = " "  # sees what everybody sees; no user can be called so


class Library:
    """The corpus that the page is open on, which changes once: from the sample to the user's own.

    With it the corpora of the users that have added anything, each of which is read together with this one.
    """

    def __init__(self, corpus: Corpus, own: Settings | None = None) -> None:
        """Show `corpus`; `own` is where the user's articles go while it is the sample."""
        self.corpus = corpus
        self._own = own
        self._guard = threading.RLock()
        self._users: dict[str, Corpus] = {}
        self._counted: dict[str, tuple[object, Inventory]] = {}
        self._questions: dict[str, tuple[object, tuple[str, ...]]] = {}
        self.fetching: Running[Stand, bool] | None = None
        self.reading: dict[str, Running[Stand, IngestReport]] = {}  # what is being read in for each user
        self.tried_engines = set[str]()  # settings of those that have written an answer

    def corpus_of(self, user: str) -> Corpus:
        """What answers a user: the corpus of his own, with everybody's, where he has added anything."""
        if not user:
            return self.corpus
        home = self._home_of(user)
        if not home.is_dir():
            return self.corpus
        with self._guard:
            if user not in self._users:
                self._users[user] = self._open(home)
            return self._users[user]

    def _open(self, home: Path) -> Corpus:
        settings = self.corpus.settings.model_copy(update={"home": home, "chroma": None})
        if self.corpus.is_sample:  # one's own articles take its place
            return Corpus.open(settings, embedder=self.corpus.embedder)
        corpus = Corpus.open(settings, shared=self.corpus)
        try:
            corpus.check()
        except IndexMismatchError:  # everybody's was made anew with another model since
            corpus.ingest(rebuild=True)
        return corpus

    def _home_of(self, user: str) -> Path:
        return self.home_to_write / "page" / "users" / user_folder(user)

    def inventory(self, user: str = "") -> Inventory:
        """How much of what a user may see, looked up again when something changed."""
        corpus = self.corpus_of(user)
        state = (id(corpus), corpus.revision)
        kept, found = self._counted.get(user, (None, Inventory()))
        if kept != state:
            between = tuple(map(date.fromisoformat, corpus.dates() or ()))
            counted = corpus.outlets_and_days(7 if is_long(*between) else 10)
            rows = ((o, date.fromisoformat(f"{d}-01"[:10]) if d else None, n) for o, d, n in counted)
            found = Inventory(tuple(rows), tuple(corpus.tags()), between)
            self._counted[user] = (state, found)
        return found

    def questions(self, user: str = "", *, wait: bool = True) -> tuple[str, ...]:
        """Questions that are answered well, tried again when something changed; without waiting, those known by now."""
        corpus = self.corpus_of(user)
        state = (id(corpus), corpus.revision)
        kept, found = self._questions.get(user, (None, ()))
        if kept == state:
            return found
        if not wait:
            return ()
        try:
            found = tried_questions(corpus)
        except Exception:  # a fault in the program: the page goes without them, the trace goes to the log
            _log.exception("no questions could be tried")
            found = ()
        self._questions[user] = (state, found)
        return found

    def fetch(self, proposal: Proposal) -> Running[Stand, bool]:
        """Fetch a model for the engines to be chosen from; one at a time."""
        if self.fetching is None or not self.fetching.running:
            folder = self.corpus.settings.cache / "models"

            def work(show: Callable[[Stand], None]) -> bool:
                progress = timed(show)
                fetch(proposal, folder, lambda done, of: progress(done >> 20, of >> 20, proposal.offer.name))
                return True

            self.fetching = Running(work, Stand())
        return self.fetching

    def close(self) -> None:
        """Close the users' corpora."""
        with self._guard:
            for corpus in self._users.values():
                corpus.close()
            self._users.clear()

    def warm_up(self) -> None:
        """Load what the first question needs, so that it does not wait for it; read what was left to be read."""
        with suppress(RagError):  # one of another model: the question will say so
            self.questions()
        with suppress(RagError):
            self.take_up_uploads()

    def take_up_uploads(self) -> None:
        """Read in what was uploaded to a page that was killed before it had read it."""
        for folder in sorted(self.waiting.iterdir()) if self.waiting.is_dir() else ():
            names = sorted(mark.name for mark in folder.iterdir())
            files = [file for name in names if (file := self.uploads / folder.name / name).is_file()]
            if files and folder.name == user_folder(""):
                UserShelf(self).ingest(files)
            elif files:
                with self._open(self.uploads.parent / "users" / folder.name) as own:
                    own.ingest(files)
            for name in names:
                (folder / name).unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        """Where the page keeps what its users do."""
        return self.corpus.settings.home.absolute() / "page"

    @property
    def home_to_write(self) -> Path:
        """The home of the corpus that is added to."""
        settings = self._own if self.corpus.is_sample and self._own else self.corpus.settings
        return settings.home.absolute()

    @property
    def uploads(self) -> Path:
        """Where uploaded files are kept, in a folder for each user."""
        return self.home_to_write / "page" / "uploads"

    @property
    def waiting(self) -> Path:
        """Where the names of uploaded files that are still to be read are kept, each an empty file, as in `uploads`."""
        return self.home_to_write / "page" / "waiting"

    def to_write(self, user: str) -> Corpus:
        """The corpus that a user adds to."""
        with self._guard:
            if user:
                self._home_of(user).mkdir(parents=True, exist_ok=True, mode=0o700)
                return self.corpus_of(user)
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
class UserShelf:
    """The library as one user sees it. `user` is empty where there is no login."""

    library: Library
    user: str = ""

    @property
    def uploads(self) -> Path:
        """Where this user's uploaded files are kept."""
        return self.library.uploads / user_folder(self.user)

    @property
    def corpus(self) -> Corpus:
        """What this user's questions are answered from."""
        return self.library.corpus_of(self.user)

    @property
    def conversations(self) -> Conversations:
        """This user's conversations."""
        return Conversations(self.library.folder / "conversations", self.user)

    @property
    def feedback_file(self) -> Path:
        """Where feedback goes."""
        return self.library.corpus.settings.home / "feedback.jsonl"

    @property
    def engines(self) -> UserEngines:
        """What may write this user's answers. The choice outlives the sample, as conversations about it do not."""
        file = self.library.home_to_write / "page" / "engines" / f"{user_folder(self.user)}.json"
        return UserEngines(self.library.corpus, file, is_alone=not self.user)

    @property
    def inventory(self) -> Inventory:
        """How much the user may see."""
        return self.library.inventory(self.user)

    def listed(self, shown: Shown) -> tuple[list[Article], int]:
        """The articles that a list shows, without their texts, and how many it has in all."""
        return self.corpus.listed(shown.where, shown.words, shown.order, most=shown.most)

    def number(self, where: Filter) -> int:
        """How many articles pass a filter."""
        return self.corpus.listed(where, most=0)[1] if where else self.inventory.articles

    def article(self, article_id: str) -> Article:
        """One of them. Raises what `Corpus.article` raises."""
        return self.corpus.article(article_id)

    def find_article(self, id: str) -> Article | None:
        """One of them; None if it was removed since it was cited."""
        with suppress(NotFoundError):
            return self.corpus.article(id)
        return None

    def stream(self, question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Iterator[Event]:
        """The answer from the articles that the user may see. Raises what `Corpus.stream` raises."""
        setting = self.engines.now.setting
        for event in self.corpus.stream(question, history, where, llm=setting):
            if event.answer is not None and event.answer.engine != EXTRACTIVE:
                self.library.tried_engines.add(setting)
            yield event

    def ask(self, question: str, *, where: Filter | None = None) -> Answer:
        """The answer to a question. Raises what `Corpus.ask` raises."""
        return next(event.answer for event in self.stream(question, where=where) if event.answer is not None)

    def is_engine_tried(self, engine: Engine) -> bool:
        """Whether it has written an answer on this page, or needs no trying."""
        return engine.setting == EXTRACTIVE or engine.setting in self.library.tried_engines

    def search(self, question: str, k: int = 8, where: Filter | None = None) -> list[Hit]:
        """The nearest passages. Raises what `Corpus.search` raises."""
        return self.corpus.search(question, k, where)

    def ingest(self, paths: Sequence[str | Path], progress: Progress | None = None) -> IngestReport:
        """Add files and addresses: to this user's own where there is a login. Raises what `Corpus.ingest` raises."""
        corpus = self.library.to_write(self.user)
        try:
            return corpus.ingest([str(p) for p in paths], progress=progress)
        finally:
            if not self.user:
                self.library.use(corpus)
                if corpus is not self.library.corpus:
                    corpus.close()

    def start(self, work: Callable[[Progress], IngestReport]) -> Running[Stand, IngestReport]:
        """Read something in, in a thread that outlives the page; one at a time.

        Raises:
            RagError: something is being read in already.
        """
        now = self.running
        if now is not None and now.running:
            raise RagError("the files before these are still being read: wait for them, or cancel them")
        self.library.reading[self.user] = started = Running(lambda show: work(timed(show)), Stand())
        return started

    @property
    def running(self) -> Running[Stand, IngestReport] | None:
        """What is being read in for this user, or was a short while ago."""
        now = self.library.reading.get(self.user)
        return now if now is not None and now.worth_showing else None

    def add_uploads(self, files: Sequence[tuple[Path, str]], progress: Progress | None = None) -> IngestReport:
        """Take uploaded files, as (where they lie now, the name they had), and read them into the collection.

        They are moved: nobody can fetch them from where they were. A file of an unknown kind is `failed`, not kept.
        None takes another's place: of the same name, the second is kept as `name (2).md`. The same bytes under the
        same name lie in one place, and are taken once.
        """
        refused, kept, marks = list[FileResult](), list[Path](), self.library.waiting / user_folder(self.user)
        files = list(dict.fromkeys(files))
        for file, name in files[:FILES]:
            plain = safe_name(name)
            problem = _problem(file, plain)
            if problem:
                file.unlink(missing_ok=True)
                refused.append(FileResult(path=plain, status="failed", reason=problem))
            else:
                kept.append(_free(self.uploads, plain))
                marks.mkdir(parents=True, exist_ok=True, mode=0o700)
                (marks / kept[-1].name).touch()
                shutil.move(file, kept[-1])
        for file, name in files[FILES:]:
            file.unlink(missing_ok=True)
            refused.append(FileResult(path=safe_name(name), status="failed", reason=f"more than {FILES} files at once"))
        try:
            report = self.ingest(kept, progress) if kept else IngestReport()
        except Cancelled:
            for file in kept:
                if not self.corpus.has_read(file):
                    file.unlink(missing_ok=True)
            raise
        finally:
            for file in kept:
                (marks / file.name).unlink(missing_ok=True)
        return replace(report, results=(*report.results, *refused))

    def edit(self, id: str, fields: dict[str, str]) -> Article:
        """Set fields of an article. Raises what `Corpus.edit` raises."""
        self._must_be_changeable(id)
        return self.corpus.edit(id, **fields)

    def remove(self, id: str) -> Article:
        """Take an article out, and the files that this page kept of it. Raises what `Corpus.remove` raises."""
        self._must_be_changeable(id)
        files = [Path(path) for path in self.corpus.places(id)]
        article = self.corpus.remove(id)
        for file in files:
            if self.library.uploads in file.parents and file.is_file():
                file.unlink()
        return article

    def may_change(self, article: Article) -> bool:
        """Whether the user may edit or remove it: anything without a login, else what the user added."""
        if not self.user:
            return not self.library.corpus.is_sample
        return self.corpus is not self.library.corpus and bool(self.corpus.places(article.id))

    def _must_be_changeable(self, id: str) -> None:
        if not self.may_change(self.article(id)):
            raise RagError("this article is not yours to change" if self.user else "the sample stays as it is")


def _free(folder: Path, name: str) -> Path:
    """A new, empty file of that name in a folder, or of the name with a number where there is one already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem, suffix = Path(name).stem, Path(name).suffix
    for number in count(1):
        file = folder / (name if number == 1 else f"{stem} ({number}){suffix}")
        with suppress(FileExistsError):
            file.open("x").close()
            return file
    raise AssertionError("unreachable")


def _problem(file: Path, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if not file.is_file():
        return "was being taken by another upload of the same file: upload it again"
    if suffix not in SUFFIXES:
        return f"{suffix or 'no suffix'} is no kind of file that is read"
    size = file.stat().st_size
    return f"{size / 1e6:.0f} MB, more than {MEGABYTES}" if size > MEGABYTES * 1_000_000 else ""


def safe_name(name: str) -> str:
    r"""A file's name without folders, control or direction signs, and not hidden: `../../a\n.txt` is `a.txt`."""
    last = re.split(r"[/\\]", name)[-1]
    plain = "".join(c for c in last if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    file = Path(plain.lstrip(". "))
    return f"{file.stem[:100] or 'file'}{file.suffix[:12]}"
