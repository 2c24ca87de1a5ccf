"""Several drafts to articles at once, because an outlet's furniture shows in what its articles share.

A line that stands in many articles of one outlet is its furniture. Lines of articles ingested earlier are asked of
the catalog through a callable; this stage knows no catalog.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.errors import UnreadableError
from rag.ingest.clean import clean_draft
from rag.ingest.draft import Cleaned, Draft
from rag.ingest.metadata import plain_text, to_article
from rag.types import Article

LineCounts = Callable[[str, Sequence[int]], tuple[Mapping[int, int], int]]
"""(outlet, hashes of lines) to (in how many of its articles each stands, how many articles it has)."""

# Furniture stands in at least so many articles of an outlet, and in so large a share of them.
_FEWEST, _SHARE = 3, 0.1
_LONGEST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An article, what was left out of its page, and the hashes of the page's short lines."""

    article: Article
    cleaned: Cleaned
    lines: tuple[int, ...]


def to_articles(drafts: Sequence[tuple[Draft, str]], line_counts: LineCounts) -> list[Made | UnreadableError]:
    """The articles of drafts, each given with its path; an error in the place of one that can't be read."""
    plain = [(replace(draft, text=plain_text(draft.text)), path) for draft, path in drafts]
    first = [_made(draft, path, _nothing) for draft, path in plain]
    repeated = _repeated([m for m in first if isinstance(m, Made)], line_counts)
    made: list[Made | UnreadableError] = []
    for (draft, path), one in zip(plain, first, strict=True):
        own = repeated.get(one.article.publisher or "") if isinstance(one, Made) else None
        if own and isinstance(one, Made) and own.intersection(one.lines):
            made.append(_made(draft, path, lambda line, own=own: _hash(line) in own))
        else:
            made.append(one)
    return made


def _nothing(line: str) -> bool:
    return False


def _made(draft: Draft, path: str, repeated: Callable[[str], bool]) -> Made | UnreadableError:
    try:
        cleaned = clean_draft(draft, repeated)
        article = to_article(draft, cleaned, path)
    except UnreadableError as e:
        return e
    lines = () if draft.is_clean else tuple({_hash(line) for line in draft.text.split("\n") if _is_short(line)})
    return Made(article=article, cleaned=cleaned, lines=lines)


def _is_short(line: str) -> bool:
    return bool(line.strip()) and len(line.split()) <= _LONGEST


def _hash(line: str) -> int:
    digest = hashlib.blake2b(" ".join(line.split()).casefold().encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _repeated(made: Sequence[Made], line_counts: LineCounts) -> dict[str, set[int]]:
    """By outlet, the lines that stand in many of its articles."""
    by_outlet: dict[str, dict[str, Made]] = defaultdict(dict)
    for m in made:
        if m.article.publisher and m.lines:
            by_outlet[m.article.publisher][m.article.id] = m  # the same article twice doesn't repeat its lines
    found: dict[str, set[int]] = {}
    for outlet, articles in by_outlet.items():
        here = Counter(line for m in articles.values() for line in m.lines)
        before, number = line_counts(outlet, list(here))
        enough = max(_FEWEST, _SHARE * (number + len(articles)))
        found[outlet] = {line for line, n in here.items() if n + before.get(line, 0) >= enough}
    return found
