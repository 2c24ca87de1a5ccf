"""What is asked of the catalog at any size goes through its indexes: by SQLite's own account of how it looks it up."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from rag.index import lexical
from rag.index.catalog import Catalog
from rag.index.exact import ExactSearch
from rag.types import Filter
from tests.conftest import WordEmbedder
from tests.index.conftest import Shelf

FILTERS = {
    "outlet": Filter(publisher="p1"),
    "days": Filter(after=date(2023, 1, 5), before=date(2023, 1, 9)),
    "tag": Filter(tag="a=b"),
    "articles": Filter(article=("0" * 16, "1" * 16)),
}


def plans(catalog: Catalog, ask: Callable[[], object]) -> list[str]:
    """How SQLite goes about each statement of what is asked, a line a table; without what goes over a few names."""
    statements: list[str] = []
    with catalog.database.reading() as db:  # the only connection: what is asked next runs on it
        pass
    db.set_trace_callback(statements.append)
    ask()
    db.set_trace_callback(None)
    found: list[str] = []
    for sql in statements:
        if sql.startswith(("SELECT", "DELETE")):
            found += [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert found
    return found


def scans(found: list[str]) -> list[str]:
    """The tables read from end to end; an index that holds all that is needed may be, and the list in its order."""
    few = {"found", "(subquery-1)", "outlets", "tags", "json_each", "CONSTANT", "b", "r", "passage_index"}
    cheap = ("COVERING INDEX", "INDEX articles_by_day", "INDEX passages_unembedded")
    read = (line for line in found if line.startswith("SCAN") and line.split()[1] not in few)
    return [line for line in read if not any(way in line for way in cheap)]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    shelf = Shelf(tmp_path_factory.mktemp("plans"), WordEmbedder())
    shelf.fill(30)
    shelf.put("tagged\ntext", tags=("a=b",), publisher="P1", published=date(2023, 1, 6), published_from="given")
    yield shelf.catalog
    shelf.catalog.close()


@pytest.mark.parametrize(
    "ask",
    [
        lambda c: c.article(c.listed()[0][0].id[:9]),
        lambda c: c.listed(),
        lambda c: c.listed(order="oldest"),
        lambda c: c.keys_under("/there"),
        lambda c: c.near([1, 2, 3]),
        lambda c: c.story("0123"),
        lambda c: (c.outlets_and_days(7), c.numbers_of("publisher"), c.numbers_of("published")),
        lambda c: (c.tags(), c.publishers(), c.dates(), c.undated(), c.counts(), c.unembedded()),
        lambda c: c.passages(["0123:0-5"]),
        lambda c: c.statements_of(["0123"]),
        *(lambda c, w=w: (c.count(w), c.listed(w), c.articles(w)) for w in FILTERS.values()),
    ],
)  # fmt: skip
def test_nothing_is_read_from_end_to_end(catalog: Catalog, ask: Callable[[Catalog], object]) -> None:
    assert scans(plans(catalog, lambda: ask(catalog))) == []


def test_the_first_page_is_not_sorted(catalog: Catalog) -> None:
    for order in ("newest", "oldest"):
        assert not [p for p in plans(catalog, lambda o=order: catalog.listed(order=o)) if "ORDER BY" in p]


@pytest.mark.parametrize("where", FILTERS.values(), ids=FILTERS)
def test_a_filtered_search_reads_the_passages_of_what_passes_once(where: Filter, catalog: Catalog) -> None:
    exact, vector = ExactSearch(catalog.database), WordEmbedder().embed_query("a")
    exact.search(vector, 3)  # reads what is kept
    first = plans(catalog, lambda: lexical.search(catalog.database, ["line"], 3, where))
    then = plans(catalog, lambda: exact.search(vector, 3, where))
    assert scans([*first, *then]) == []
    assert any("SEARCH p USING COVERING INDEX passages_by_article" in line for line in first)
    assert not any("passages_by_article" in line for line in then)
