"""The sample corpus, and `ask` for scripts: where a question goes when nothing has been ingested yet.

The sample's index is kept in the user's cache, never mixed with the user's articles.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rag import resources
from rag.corpus import CATALOG_FILE, Corpus
from rag.embedding import SPLITTER_VERSION
from rag.errors import EmptyCorpusError, HomeError
from rag.index.database import INDEX_FOLDER, RESTORE, SCHEMA_VERSION
from rag.ingest import READ_VERSION
from rag.searching import ALIASES_FILE
from rag.settings import Settings, load_settings
from rag.types import Answer, Filter, Turn


def ask(question: str, history: Sequence[Turn] = (), where: Filter | None = None) -> Answer:
    """The answer from the corpus in the default home; from the sample corpus when nothing was ingested there.

    Raises what `Corpus.ask` raises.
    """
    with open_corpus(load_settings()) as corpus:
        return corpus.ask(question, history, where)


def open_corpus(settings: Settings) -> Corpus:
    """The user's corpus for reading; the sample corpus when the default home is empty. Makes no home.

    Raises:
        EmptyCorpusError: the home was chosen by the user, and nothing has been ingested there.
    """
    if (settings.home / CATALOG_FILE).exists():
        corpus = Corpus.open(settings)
        if corpus.counts()["articles"]:
            return corpus
        corpus.close()
    elif (settings.home / INDEX_FOLDER).exists():
        raise HomeError(f"the catalog {settings.home / CATALOG_FILE} is gone: {RESTORE}")
    if settings.home_is_given:
        raise EmptyCorpusError(
            f"the corpus in {settings.home} is empty: `rag ingest PATH` fills it. To try the sample that comes with "
            "Rashomon, name no home: leave out --home, and unset RAG_HOME"
        )
    return open_sample(settings)


def open_sample(settings: Settings) -> Corpus:
    """The sample corpus, indexed in the cache at its first use."""
    folder = resources.folder("corpus")
    files = sorted(folder.glob("*.md"))
    content = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]
    versions = f"{SCHEMA_VERSION} {SPLITTER_VERSION} {READ_VERSION}"
    made_by = f"{folder} {content} {settings.embedder} {settings.passage_tokens} {versions}"
    name = hashlib.sha256(made_by.encode()).hexdigest()[:12]
    try:
        corpus = _open(settings, settings.cache / f"sample-{name}")
    except (HomeError, OSError):  # a cache that can't be written is no reason to fail
        passing = tempfile.TemporaryDirectory(prefix="rashomon-sample-", ignore_cleanup_errors=True)
        corpus = _open(settings, Path(passing.name))
        corpus.on_close = passing.cleanup
    if len(corpus.articles()) < len(files) - 1:
        corpus.ingest([folder])
    corpus.is_sample = True
    return corpus


def _open(settings: Settings, home: Path) -> Corpus:
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(resources.folder("corpus") / ALIASES_FILE, home)
    return Corpus.open(settings.model_copy(update={"home": home, "chroma": None}))
