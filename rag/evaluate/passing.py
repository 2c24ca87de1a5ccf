"""A corpus of texts in a home that goes when it is done with: for sets that bring their own articles."""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import yaml

from rag.corpus import Corpus
from rag.settings import Settings

Document = tuple[str, str, dict[str, str]]
"""(file name, text, fields)."""


@contextmanager
def passing_corpus(documents: Sequence[Document], settings: Settings) -> Generator[tuple[Corpus, dict[str, str]]]:
    """A corpus of the documents, and each file's article id."""
    with tempfile.TemporaryDirectory(prefix="rashomon-set-", ignore_cleanup_errors=True) as folder:
        files = Path(folder) / "files"
        files.mkdir()
        for name, text, fields in documents:
            head = yaml.safe_dump({k: v for k, v in fields.items() if v} or {"language": "en"}, allow_unicode=True)
            (files / name).write_text(f"---\n{head}---\n{text}\n", encoding="utf-8")
        with Corpus.open(settings.model_copy(update={"home": Path(folder) / "home", "chroma": None})) as corpus:
            report = corpus.ingest([files])
            yield corpus, {Path(r.path).name: r.article_id for r in report.results if r.article_id}
