"""Two catalogs read as one: a user's own articles and those that are everybody's. Nothing is written here.

So what is one user's stands in a file of its own, and what another is answered cannot depend on it. An article that
both hold, with the same text, is the user's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rag.errors import NotFoundError
from rag.index.catalog import Catalog
from rag.index.database import Database, Latest
from rag.types import Article, Filter, Passage, Statement


@dataclass(frozen=True, slots=True)
class JoinedDatabases:
    """The files under joined catalogs, for searches that look into each."""

    parts: tuple[Database, ...]


class JoinedCatalog(Catalog):
    """Reads two catalogs. Closing it closes neither."""

    def __init__(self, own: Catalog, shared: Catalog) -> None:
        """Read the user's own, and what is everybody's."""
        self._both = own, shared
        self._held_twice = Latest[tuple[str, ...]]()
        self.database = JoinedDatabases((*own.database.parts, *shared.database.parts))

    def close(self) -> None:
        """Nothing: whoever opened the catalogs closes them."""

    def meta(self, key: str) -> str | None:
        """Both catalogs' settings; for telling whether any has changed."""
        found = [catalog.meta(key) for catalog in self._both]
        return "/".join(value or "" for value in found) if any(found) else None

    def counts(self) -> dict[str, int]:
        """As `Catalog.counts`, of both together."""
        own, shared = (catalog.counts() for catalog in self._both)
        return {name: number + shared[name] for name, number in own.items()} | {"articles": self.count()}

    def count(self, where: Filter | None = None) -> int:
        """How many articles pass the filter."""
        own, shared = self._both
        ids = self._twice() if not (where and where.article) else ()
        both = shared.count(replace(where or Filter(), article=ids)) if ids else 0
        return own.count(where) + shared.count(where) - both

    def _twice(self) -> tuple[str, ...]:
        """Ids of the articles that both hold, looked up again when either has changed."""

        def look() -> tuple[str, ...]:
            own, shared = self._both
            ids = tuple(i for (i,) in own.database.rows("SELECT id FROM articles WHERE state != 'removing'"))
            found, _ = shared.listed(Filter(article=ids), most=len(ids))
            return tuple(a.id for a in found)

        return self._held_twice.get(self.meta("revision"), look)

    def undated(self) -> int:
        """How many articles have no known day of publication."""
        return sum(catalog.undated() for catalog in self._both)

    def dates(self) -> tuple[str, str] | None:
        """The first and the last day of publication, None when no article has a known one."""
        found = [dates for catalog in self._both if (dates := catalog.dates())]
        return (min(first for first, _ in found), max(last for _, last in found)) if found else None

    def articles(self, where: Filter | None = None) -> list[Article]:
        """All articles that pass the filter, the newest first, those without a date last."""
        found = _once([a for catalog in self._both for a in catalog.articles(where)])
        return sorted(found, key=lambda a: a.published or date.min, reverse=True)

    def listed(
        self, where: Filter | None = None, words: str = "", order: str = "newest", start: int = 0, most: int = 50,
        without: Sequence[str] = (),
    ) -> tuple[list[Article], int]:  # fmt: skip
        """As `Catalog.listed`: the user's own first, then those that are everybody's."""
        own, shared = self._both
        found, number = own.listed(where, words, order, start, most, without)
        hidden = (*without, *self._twice())
        others, more = shared.listed(where, words, order, max(0, start - number), most - len(found), hidden)
        return found + others, number + more

    def article(self, article_id: str) -> Article:
        """As `Catalog.article`: the user's own where there is one."""
        own, shared = self._both
        try:
            return own.article(article_id)
        except NotFoundError:
            return shared.article(article_id)

    def tags(self) -> list[str]:
        """All tags that articles have, sorted."""
        return sorted({tag for catalog in self._both for tag in catalog.tags()})

    def publishers(self) -> list[str]:
        """The names of all publishers, sorted."""
        return sorted({name for catalog in self._both for name in catalog.publishers()})

    def outlets_and_days(self, letters: int = 10) -> list[tuple[str | None, str | None, int]]:
        """As `Catalog.outlets_and_days`; an outlet and day that both have comes twice."""
        return [found for catalog in self._both for found in catalog.outlets_and_days(letters)]

    def numbers_of(self, field: Literal["publisher", "published"]) -> list[tuple[str | None, int]]:
        """As `Catalog.numbers_of`; what both have comes twice."""
        return [found for catalog in self._both for found in catalog.numbers_of(field)]

    def removed(self, article_id: str) -> list[tuple[str, str]]:
        """What was left out of an article's page, as (text, reason), in its order."""
        own, shared = (catalog.removed(article_id) for catalog in self._both)
        return own or shared

    def statements_of(self, article_ids: Sequence[str]) -> dict[str, list[Statement]]:
        """The statements of each of these articles, in the order of their text; an unknown id has none."""
        own, shared = (catalog.statements_of(article_ids) for catalog in self._both)
        return {article_id: own[article_id] or shared[article_id] for article_id in article_ids}

    def near(self, bands: Sequence[int], limit: int = 50) -> list[Article]:
        """The articles that share most of these MinHash bands: perhaps copies."""
        return _once([a for catalog in self._both for a in catalog.near(bands, limit)])

    def story(self, story: str) -> list[Article]:
        """The articles of one story, as `articles` gives them."""
        return _once([a for catalog in self._both for a in catalog.story(story)])

    def passages(self, ids: Sequence[str]) -> dict[str, tuple[Passage, Article]]:
        """The passages with those ids, each with its article; ids that are gone are left out."""
        own, shared = (catalog.passages(ids) for catalog in self._both)
        return shared | own


def _once(articles: Sequence[Article]) -> list[Article]:
    """Each article once: the first of an id."""
    found: dict[str, Article] = {}
    for article in articles:
        found.setdefault(article.id, article)
    return list(found.values())
