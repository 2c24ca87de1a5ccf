"""Sets of cases and the articles that they ask: the project's own, and any JSONL file.

`NAME.jsonl` is asked of the articles in the folder `NAME` beside it, where there is one; else of the user's corpus.
`NAME.articles.json` beside it, where there is one, tells the articles' true outlets and days.
"""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag import resources
from rag.corpus import Corpus
from rag.errors import CaseError
from rag.evaluate.cases import Case, Known, load_cases, load_known, thresholds_of
from rag.sample import open_corpus, open_sample
from rag.settings import Settings

SAMPLE = "sample"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSet:
    """Cases, what is known of their articles, thresholds; `articles` is the folder to ask, None for a corpus."""

    name: str
    path: Path
    cases: tuple[Case, ...]
    known: dict[str, Known]
    thresholds: dict[str, float]
    articles: Path | None
    is_sample: bool = False

    @property
    def baseline(self) -> Path:
        """Where the baselines of the sets in its folder are kept."""
        return self.path.parent / "baseline.json"


def project_sets() -> list[CaseSet]:
    """The sets that come with the project: questions over the sample corpus, and over made-up saved pages."""
    folder = resources.folder("eval")
    return [load_set(folder / f"{SAMPLE}.jsonl", is_sample=True), load_set(folder / "pages.jsonl")]


def load_set(path: Path, thresholds: Path | None = None, *, is_sample: bool = False) -> CaseSet:
    """The set in a JSONL file, with the thresholds in the file given, else in `thresholds.json` beside it, else none.

    Raises:
        CaseError: one of the files is malformed.
    """
    known, beside = path.with_suffix(".articles.json"), path.parent / "thresholds.json"
    least = thresholds or (beside if beside.exists() else None)
    return CaseSet(
        name=path.stem, path=path, cases=tuple(load_cases(path)), known=load_known(known) if known.exists() else {},
        thresholds=thresholds_of(least, path.stem) if least else {},
        articles=path.with_suffix("") if path.with_suffix("").is_dir() else None, is_sample=is_sample,
    )  # fmt: skip


@contextmanager
def opened(of: CaseSet, settings: Settings) -> Generator[Corpus]:
    """The corpus that a set is asked of: of its own articles in a passing home, the sample, or the user's.

    Raises:
        CaseError: an article of its folder can't be read.
    """
    if of.is_sample:
        with open_sample(settings) as corpus:
            yield corpus
    elif of.articles is None:
        with open_corpus(settings) as corpus:
            yield corpus
    else:
        with (
            tempfile.TemporaryDirectory(prefix="rashomon-eval-", ignore_cleanup_errors=True) as home,
            Corpus.open(settings.model_copy(update={"home": Path(home), "chroma": None})) as corpus,
        ):
            failed = corpus.ingest([of.articles]).of("failed")
            if failed:
                raise CaseError(f"{failed[0].path} can't be read: {failed[0].reason}")
            yield corpus
