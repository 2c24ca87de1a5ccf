"""The one printer: Markdown tables, as the docs have them."""

from collections.abc import Iterable, Sequence


def table(headings: Sequence[str], rows: Iterable[Sequence[object]], words: int = 1) -> None:
    """Print a table row by row, as they come; the first `words` columns hold words, the others figures."""
    _row(headings)
    _row(["---"] * words + ["---:"] * (len(headings) - words))
    for row in rows:
        _row(row)


def _row(cells: Sequence[object]) -> None:
    print("|", " | ".join(f"{c:.3f}" if isinstance(c, float) else str(c) for c in cells), "|", flush=True)


def share(found: Sequence[bool]) -> str:
    """'0.93 (of 51)': how many of them are so."""
    return f"{sum(found) / max(1, len(found)):.3f} (of {len(found)})"
