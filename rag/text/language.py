"""Which language a text is in, by py3langid (Lui and Baldwin, "langid.py", ACL 2012), among those that news is in."""

import threading
from typing import Any

_LANGUAGES = "ar de el en es fa fr he hi it ja ko nl pl pt ru sv tr uk vi zh".split()
# Shorter texts are in any language.
_SHORTEST = 12


_guard = threading.Lock()
_loaded: list[Any] = []


def language_of(text: str) -> str | None:
    """The language's code ('en'), None for a text that is too short to tell. The first call loads the model."""
    return str(_identifier().classify(text)[0]) if len(text) >= _SHORTEST else None


def _identifier() -> Any:
    """The model, restricted to the languages: both before any thread uses it."""
    with _guard:
        if not _loaded:
            import py3langid

            py3langid.set_languages(_LANGUAGES)
            _loaded.append(py3langid)
        return _loaded[0]
