"""The page's few icons, as lines of our own in SVG; each stands beside words or in a labelled button."""

from typing import Final

_PATHS: Final = {
    "answered": "m5 12.5 4.5 4.5L19 7.5",
    "asserts": "m5 12.5 4.5 4.5L19 7.5",
    "denies": "M6.5 6.5l11 11m0-11-11 11",
    "doubts": "M8.8 8.6a3.3 3.3 0 1 1 4.9 3c-1.1.7-1.7 1.2-1.7 2.6m0 3.3v.3",
    "estimates": "M5 10.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0M5 15.2c2.3-2.4 4.7-2.4 7 0s4.7 2.4 7 0",
    "contested": "M4 8h13m0 0-3.5-3.5M17 8l-3.5 3.5M20 16H7m0 0 3.5-3.5M7 16l3.5 3.5",
    "declined": "M6 12h12",
    "near": "M6 12h12",
    "unsupported": "M12 8v5m0 3.2v.3M12 3.5 2.8 19.5h18.4z",
    "up": "M7 11v9H4v-9zm0 0 4-8c1.5 0 2.5 1 2.5 2.5V9h5.3c1.3 0 2.2 1.2 1.9 2.4l-1.7 7c-.2 1-1 1.6-2 1.6H7",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "export": "M12 4v11m0 0 4-4m-4 4-4-4M5 19h14",
    "retry": "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9m0-5v5h-5",
    "edit": "m4 20 1-4L16.5 4.5l3 3L8 19z",
    "plus": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6 6 18",
    "left": "m14.5 6-6 6 6 6",
    "right": "m9.5 6 6 6-6 6",
    "arrow": "M5 12h14m-6-6 6 6-6 6",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "theme": "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "book": "M12 6.5C10 5 7 4.5 4 5v13c3-.5 6 0 8 1.5 2-1.5 5-2 8-1.5V5c-3-.5-6 0-8 1.5zm0 0V19",
    "search": "M11 18a7 7 0 1 1 0-14 7 7 0 0 1 0 14zm5-2 4.5 4.5",
    "file": "M6 3h8l4 4v14H6zm8 0v4h4",
}


def icon(name: str, size: int = 17) -> str:
    """An icon, hidden from screen readers: its button or the words beside it say what it means."""
    return (
        f'<svg class="icon" viewBox="0 0 24 24" width="{size}" height="{size}" aria-hidden="true">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )
