"""Which engines may write the answers of the page, and which of them a user chose.

The choice is a file of the user's. Where there is a login, users choose between no model and the one that the settings
name: a model of their own choice could spend the owner's key or fill the machine's memory. Knows nothing of HTML.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rag.corpus import Corpus
from rag.errors import LlmError
from rag.llm.offers import Offer, Proposal, offers, proposals
from rag.llm.spec import EXTRACTIVE, destination, parse
from rag.ui.saved import write_whole

_QUOTES: Final = "Quotes only"


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
        if self.title or "MODEL" in self.setting:
            return self.title or self.setting
        try:
            spec = parse(self.setting)
        except LlmError:
            return self.setting
        return spec.name if spec else _QUOTES

    @property
    def who_answers(self) -> str:
        """Who answers, in plain words: 'Quotes only', 'Written by qwen2.5:7b on this machine'."""
        if self.setting == EXTRACTIVE:
            return _QUOTES
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


class UserEngines:
    """The engines that a user may choose from, and the choice, which a file keeps."""

    def __init__(self, corpus: Corpus, file: Path, *, is_alone: bool) -> None:
        """Choose for a corpus; `is_alone`: there is no login, and whoever uses the page may use any model."""
        self._corpus = corpus
        self._settings = corpus.settings
        self._file = file
        self._is_alone = is_alone

    @property
    def now(self) -> Engine:
        """What writes this user's answers: what the user chose, else what the settings name."""
        with suppress(OSError, ValueError, KeyError, TypeError, LlmError, AttributeError):  # no file, or none of ours
            chosen = engine(json.loads(self._file.read_text("utf-8"))["llm"])
            if self._may_choose(chosen.setting):
                return chosen
        return engine(self._settings.llm)

    def all(self) -> list[Engine]:
        """What can write this user's answers, the usable first."""
        first = [engine(EXTRACTIVE, "The articles' own sentences, word for word. Immediate; no model writes.")]
        if self._settings.llm != EXTRACTIVE:
            first.append(engine(self._settings.llm, "Set by RAG_LLM or rag.toml."))
        if not self._is_alone:
            return first
        known = {e.setting for e in first}
        others = (_offered(o) for o in offers(self._settings.cache / "models") if o.setting not in known)
        return sorted([*first, *others], key=lambda e: not e.usable)

    def proposed(self) -> list[tuple[Engine, Proposal]]:
        """Models that this machine could fetch and run, as `rag models setup` proposes them; none behind a login."""
        found = proposals(self._settings.cache / "models") if self._is_alone else ()
        return [
            (Engine(setting=p.offer.setting, detail=p.offer.detail, title=p.offer.name, fetched=True), p)
            for p in found
            if p.fetched is not None and p.offer.usable
        ]

    def choose(self, setting: str) -> None:
        """Have this user's answers written by that engine from now on, once it is ready.

        Raises:
            LlmError: it is no setting, not this user's to choose, or an extra, a key or a file is missing.
        """
        if not self._may_choose(setting):
            raise LlmError(f"{engine(setting).name} is not for you to choose on this page: its owner sets RAG_LLM")
        model = self._corpus.model_of(setting)
        if model is not None:
            model.prepare()
        write_whole(self._file, json.dumps({"llm": setting}).encode())

    def _may_choose(self, setting: str) -> bool:
        return self._is_alone or setting in {e.setting for e in self.all()}


def _offered(offer: Offer) -> Engine:
    if "MODEL" in offer.setting or not offer.usable:
        return Engine(setting=offer.setting, detail=offer.detail, usable=offer.usable)
    return engine(offer.setting, offer.detail)
