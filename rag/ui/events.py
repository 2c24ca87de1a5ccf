"""What every event of the page needs: our HTML components, who asks, what a button said.

Knows nothing of what the events do.
"""

import time
from typing import Any, Final, cast

import gradio as gr
from gradio.components import Component

from rag.ui.guard import user_of
from rag.ui.shelf import Library, Shelf

QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}

# What one drawing of the page changes: a component's new value, by component.
Drawing = dict[Component, Any]
# What changes nothing: an empty drawing is an error to Gradio.
NOTHING: Final[Any] = cast(Any, gr.skip())


def html(elem_id: str, value: str = "", **given: Any) -> gr.HTML:
    """A piece of our own HTML: no styles and no script but ours."""
    script = f"rashomon.attach('{elem_id}', element, trigger, props, watch, upload)"
    return gr.HTML(value, elem_id=elem_id, js_on_load=script, apply_default_css=False, **given)


def anew(html: str) -> str:
    """The HTML as something new, also where it is the same: a sheet opens again."""
    return f"<div data-at={time.time_ns()}>{html}</div>"


def shelf_of(library: Library, request: gr.Request) -> Shelf:
    """The library as the one who asks sees it."""
    return Shelf(library, user_of(request.headers))


def data_of(event: gr.EventData) -> dict[str, Any]:
    """What the button or form said; anybody may have sent it."""
    found = event._data  # pyright: ignore[reportPrivateUsage]
    return found if isinstance(found, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def number_of(event: gr.EventData) -> int:
    """The number of the exchange that it is about; 0 if it says none."""
    try:
        return int(data_of(event).get("n") or 0)
    except (TypeError, ValueError):
        return 0
