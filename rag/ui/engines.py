"""Which engines may write the answers of the page, and which of them a user chose.

The choice is a file of the user's. Where there is a login, users choose between no model and the one that the settings
name: a model of their own choice could spend the owner's key or fill the machine's memory. Knows nothing of HTML.
"""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rag.errors import LlmError
from rag.llm.offers import Proposal, offers, proposals
from rag.llm.spec import EXTRACTIVE, destination, parse
from rag.settings import Settings

NAMES: Final = {EXTRACTIVE: "Quotes only"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What may write answers.

    `setting` is its form in the settings; with MODEL in it, the user names the model. `leaves` is the host that
    questions and passages are sent to, empty when they stay on this machine. `usable` is False when something is
    missing, and `detail` then says what. `title` is its name where it has one for people. `fetched`: it has to be
    fetched from the web first.
    """

    setting: str
    detail: str = ""
    leaves: str = ""
    usable: bool = True
    title: str = ""
    fetched: bool = False

    @property
    def name(self) -> str:
        """Its name for people: a model without its provider's address, a file without its folder."""
        if self.title:
            return self.title
        if self.setting == EXTRACTIVE or "MODEL" in self.setting:
            return NAMES.get(self.setting, self.setting)
        try:
            spec = parse(self.setting)
        except LlmError:
            return self.setting
        return spec.name if spec else NAMES[EXTRACTIVE]

    @property
    def told(self) -> str:
        """Who answers, in plain words: 'Quotes only', 'Written by qwen2.5:7b on this machine'."""
        if self.setting == EXTRACTIVE:
            return NAMES[EXTRACTIVE]
        model = self.name.partition(":")[2] or self.name
        return f"Written by {model} {f'at {self.leaves}' if self.leaves else 'on this machine'}"

    @property
    def begin(self) -> str:
        """What a user goes on writing after, where the model's name is the user's to give: `openai:`."""
        return self.setting.partition("MODEL")[0] if "MODEL" in self.setting else ""


def engine(setting: str, detail: str = "") -> Engine:
    """The engine of a setting.

    Raises:
        LlmError: the setting is not of one of its forms.
    """
    found = destination(parse(setting))
    return Engine(setting=setting, detail=detail, leaves="" if found.local else found.host or "")


def engines(settings: Settings, *, alone: bool) -> list[Engine]:
    """What can write answers here, the usable first.

    Args:
        alone: there is no login: whoever uses the page may use any model.
    """
    first = [engine(EXTRACTIVE, "The articles' own sentences, word for word. Immediate; no model writes.")]
    if settings.llm != EXTRACTIVE:
        first.append(engine(settings.llm, "Set by RAG_LLM or rag.toml."))
    if not alone:
        return first
    known = {e.setting for e in first}
    return sorted([*first, *(e for e in _offered(settings) if e.setting not in known)], key=lambda e: not e.usable)


def _offered(settings: Settings) -> Iterator[Engine]:
    for offer in offers(settings.cache / "models"):
        if "MODEL" in offer.setting or not offer.usable:
            yield Engine(setting=offer.setting, detail=offer.detail, usable=offer.usable)
        else:
            yield engine(offer.setting, offer.detail)


def proposed(settings: Settings) -> list[tuple[Engine, Proposal]]:
    """Models that this machine could fetch and run, as `rag models setup` proposes them."""
    found = [p for p in proposals(settings.cache / "models") if p.fetched is not None and p.offer.usable]
    return [
        (Engine(setting=p.offer.setting, detail=p.offer.detail, title=p.offer.name, fetched=True), p) for p in found
    ]


class Choice:
    """What a user chose, kept in a file."""

    def __init__(self, file: Path) -> None:
        """Keep it in `file`; it is made with the first choice."""
        self._file = file

    def read(self) -> str:
        """The setting that was chosen; empty when none was, or the file holds none."""
        try:
            llm = json.loads(self._file.read_text("utf-8"))["llm"]
        except (OSError, ValueError, KeyError, TypeError):
            return ""
        return llm if isinstance(llm, str) else ""

    def write(self, setting: str) -> None:
        """Keep a choice."""
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self._file.parent, delete=False, encoding="utf-8") as f:
            json.dump({"llm": setting}, f)
        Path(f.name).replace(self._file)
