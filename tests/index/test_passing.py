"""What passes a filter is looked up once, and anew when the catalog has changed."""

from typing import Any

from rag.index import lexical
from rag.index.passing import passing
from rag.types import Filter

Shelf = Any
GAZETTE = Filter(publisher="Gazette")


def numbers(shelf: Shelf, where: Filter) -> list[int]:
    with shelf.catalog.database.reading() as db:
        return passing(shelf.catalog.database, db, where).tolist()


def test_what_passes_is_kept_until_the_catalog_changes(shelf: Shelf) -> None:
    shelf.put("the mill\nthe bridge", publisher="Gazette")
    shelf.put("the tower", key="b.md", publisher="Herald")
    assert numbers(shelf, GAZETTE) == numbers(shelf, GAZETTE) == [1, 2]
    assert numbers(shelf, Filter(publisher="Herald")) == [3]
    shelf.put("the harbour", key="c.md", publisher="Gazette")
    assert numbers(shelf, GAZETTE) == [1, 2, 4]
    assert shelf.catalog.count(GAZETTE) == 2


def test_many_filters_may_be_asked_for_in_turn(shelf: Shelf) -> None:
    for n in range(20):
        shelf.put(f"line {n}", key=f"{n}.md", publisher=f"Outlet {n}")
    for _ in range(2):
        assert [numbers(shelf, Filter(publisher=f"Outlet {n}")) for n in range(20)] == [[n + 1] for n in range(20)]


def test_a_filtered_search_ranks_as_one_over_a_catalog_of_those_alone(shelf: Shelf) -> None:
    for n in range(60):
        text = f"the bridge {'was shut ' * (n % 7)}by the mayor {'of Malmö ' * (n % 3)}in week {n}"
        shelf.put(text, key=f"{n}.md", publisher=("Gazette", "Herald")[n % 2])
    every = lexical.search(shelf.catalog.database, ["bridge", "shut", "malmö"], 60)
    of = {i for i, _ in lexical.search(shelf.catalog.database, ["bridge"], 60, GAZETTE)}
    assert len(of) == 30
    assert lexical.search(shelf.catalog.database, ["bridge", "shut", "malmö"], 60, GAZETTE) == [
        hit for hit in every if hit[0] in of
    ]
