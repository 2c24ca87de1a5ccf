"""Several settings at once: 'results=8,12' and 'passage_tokens=128,0' are four runs."""

from collections.abc import Iterator, Sequence
from itertools import product

from rag.errors import RagError
from rag.settings import Settings, load_settings


def combinations(axes: Sequence[str]) -> Iterator[dict[str, str]]:
    """Every choice of one value of each axis.

    Raises:
        RagError: an axis is not of the form NAME=A,B, or names no setting.
    """
    parted: list[tuple[str, list[str]]] = []
    for axis in axes:
        name, _, values = axis.partition("=")
        if name not in Settings.model_fields or not values:
            raise RagError(f"--matrix {axis!r} is not of the form NAME=A,B with the name of a setting")
        parted.append((name, values.split(",")))
    for chosen in product(*(values for _, values in parted)):
        yield dict(zip((name for name, _ in parted), chosen, strict=True))


def with_settings(settings: Settings, given: dict[str, str]) -> Settings:
    """The settings with some changed.

    Raises:
        RagError: a value is not valid.
    """
    return load_settings(**(settings.model_dump(include=settings.model_fields_set) | given))
