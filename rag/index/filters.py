"""A filter held against the corpus: one that nothing passes is an error, and the error says what there is."""

from rag.errors import FilterError
from rag.index.catalog import Catalog
from rag.types import Filter


def resolve(where: Filter | None, catalog: Catalog) -> Filter | None:
    """The filter, checked; None when it restricts nothing.

    Raises:
        FilterError: no article passes it; the message says what there is.
    """
    if not where:
        return None
    publisher = where.publisher
    if publisher is not None:
        known = catalog.publishers()
        names = (publisher,) if isinstance(publisher, str) else publisher
        missing = [name for name in names if name.casefold() not in {k.casefold() for k in known}]
        if missing:
            there = ", ".join(known) or "only articles of unknown outlets"
            raise FilterError(f"no article is by {', '.join(missing)}; there are: {there}")
    if where.tags and not catalog.count(Filter(tag=where.tag)):
        known = catalog.tags()
        there = f"there are: {', '.join(known)}" if known else "give some with `rag ingest --tag project=x`"
        raise FilterError(f"no article has the tags {', '.join(where.tags)}; {there}")
    if not catalog.count(where):
        dates = catalog.dates()
        span = f"the dated ones are from {dates[0]} to {dates[1]}" if dates else "none of them has a known date"
        raise FilterError(f"no article passes the filter; {span}: widen it")
    return where
