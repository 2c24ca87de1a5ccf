"""What the events of the page have in common: who did it, what a button or form said, and what is drawn then.

Knows nothing of what the events do.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import isgeneratorfunction
from typing import Any, Final, cast

import gradio as gr
from gradio.components import Component

from rag.ui.guard import user_of
from rag.ui.parts import PageParts
from rag.ui.shelf import Library, UserShelf

# What changes nothing: an empty drawing is an error to Gradio.
NOTHING: Final[Any] = cast(Any, gr.skip())


def anew(html: str) -> str:
    """The HTML as something new, also where it is what stands there: a sheet opens again."""
    return f"<div data-at={time.time_ns()}>{html}</div>"


@dataclass(frozen=True, slots=True)
class Click:
    """Something done on the page: the library as its user sees it, and what the button or form said.

    Anybody may have sent `data`.
    """

    shelf: UserShelf
    data: dict[str, Any]

    def text(self, name: str) -> str:
        """What is said under that name; empty if nothing."""
        return str(self.data.get(name) or "")[:4000].strip()

    def number(self, name: str = "n") -> int:
        """The number under that name, `n` being an exchange's; 0 if there is none."""
        said = self.text(name)
        return int(said) if said.isdecimal() else 0


class Events:
    """Events of the page: methods that are given a click and the values of their inputs, and give what is drawn."""

    def __init__(self, library: Library, parts: PageParts) -> None:
        """Of the page with these parts, over the library."""
        self.library = library
        self.parts = parts

    def on(self, trigger: Callable[..., Any], do: Callable[..., Any], *inputs: Component, **given: Any) -> Any:
        """Call `do` at each event. It may draw any part, and at once, unless Gradio is `given` something else."""

        def click(request: gr.Request, event: gr.EventData) -> Click:
            data = event._data  # pyright: ignore[reportPrivateUsage]
            return Click(UserShelf(self.library, user_of(request.headers)), data if isinstance(data, dict) else {})  # pyright: ignore[reportUnknownArgumentType]

        def once(request: gr.Request, event: gr.EventData, *values: Any) -> Any:
            return do(click(request, event), *values)

        def streamed(request: gr.Request, event: gr.EventData, *values: Any) -> Iterator[Any]:
            yield from do(click(request, event), *values)

        usual = {"outputs": self.parts.all, "queue": False, "show_progress": "hidden", "api_visibility": "private"}
        return trigger(streamed if isgeneratorfunction(do) else once, list(inputs), **usual | given)
