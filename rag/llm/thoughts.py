"""What a model thinks, and the key, kept out of a text that comes in pieces."""

import re

_TAG = re.compile(r"<(/?)think(?:ing)?>|\[(/?)THINK\]")
_BEGUN = re.compile(r"[<\[]/?[A-Za-z]{0,8}$")


class Thoughts:
    """Divides an answer's pieces into thinking and text; holds back what may begin a tag or the key."""

    def __init__(self, secret: str) -> None:
        """`secret` is what must not be shown, '' for nothing."""
        self._secret = secret
        self._held = ""
        self._thinking = False

    def take(self, piece: str, *, last: bool = False) -> tuple[str, str]:
        """What is thinking and what is text in the next piece. With `last`, nothing is held back."""
        text = self._held + piece
        if self._secret:
            text = text.replace(self._secret, "…")
        at = len(text) if last else len(text) - self._unsure(text)
        text, self._held = text[:at], text[at:]
        parts: dict[bool, list[str]] = {True: [], False: []}
        start = 0
        for tag in _TAG.finditer(text):
            parts[self._thinking].append(text[start : tag.start()])
            self._thinking, start = not (tag[1] or tag[2]), tag.end()
        parts[self._thinking].append(text[start:])
        return "".join(parts[True]), "".join(parts[False])

    def _unsure(self, text: str) -> int:
        """Characters at the end that may begin a tag or the key."""
        begun = _BEGUN.search(text)
        tag = len(text) - begun.start() if begun else 0
        longest = min(len(self._secret) - 1, len(text))
        return max(tag, next((n for n in range(longest, 0, -1) if text.endswith(self._secret[:n])), 0))
