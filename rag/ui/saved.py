"""Conversations kept on disk, a file each, a folder a user; and what readers thought of answers, a line each.

Knows nothing of pages.
"""

import hashlib
import json
import logging
import os
import re
import secrets
import tempfile
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from rag.jsonform import answer_to_dict
from rag.types import Answer
from rag.ui.conversation import Conversation

_log = logging.getLogger(__name__)
# Fields that another version wrote and this one doesn't know are left out.
_FORM: Final = TypeAdapter(Conversation)
_ID = re.compile(r"[0-9a-f]{16}")
_FEEDBACK_LOCK = threading.Lock()
MAX_NOTE = 2_000
_TITLE = 200


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A kept conversation in a list, by its title."""

    id: str
    title: str
    updated: datetime


def write_whole(file: Path, data: bytes) -> None:
    """Write a file for its owner alone; whatever ends the writing leaves the old one or the new one."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as f:
        f.write(data)
    Path(f.name).replace(file)


def user_folder(user: str) -> str:
    """The folder's name for a user: no name of a user's is ever a path."""
    return hashlib.sha256(user.encode()).hexdigest()[:16] if user else "local"


class Conversations:
    """A user's conversations."""

    def __init__(self, folder: Path, user: str) -> None:
        """Keep them under `folder`; it is made when the first is kept."""
        self._folder = folder / user_folder(user)

    def keep(self, conversation: Conversation) -> Conversation:
        """Write it down, under an id of its own from the first time on; as it is where nothing can be written."""
        kept = conversation if conversation.id else replace(conversation, id=secrets.token_hex(8))
        try:
            write_whole(self._file(kept.id), _FORM.dump_json(kept))
        except OSError as e:
            _log.warning("a conversation could not be kept: %s", e)
            return conversation
        return kept

    def load(self, id: str) -> Conversation | None:
        """The conversation with that id; None if there is none, or its file is of another form."""
        if not _ID.fullmatch(id):
            return None
        try:
            return _FORM.validate_json(self._file(id).read_bytes())
        except (OSError, ValueError):
            return None

    def rename(self, id: str, title: str) -> Conversation | None:
        """Give it another title; an empty one takes the first question again. None if there is none of that id."""
        kept = self.load(id)
        if kept is None:
            return None
        time = self._file(id).stat().st_mtime
        renamed = self.keep(replace(kept, title=" ".join(title.split())[:_TITLE]))
        os.utime(self._file(id), (time, time))  # its day is that of the last question
        return renamed

    def delete(self, id: str) -> None:
        """Take it away."""
        if _ID.fullmatch(id):
            self._file(id).unlink(missing_ok=True)

    def list(self, most: int = 50) -> list[KeptConversation]:
        """The last ones first."""
        files = self._folder.glob("*.json") if self._folder.is_dir() else ()
        dated = sorted(((f.stat().st_mtime, f) for f in files), reverse=True)[:most]
        found = ((self.load(f.stem), time) for time, f in dated)
        return [
            KeptConversation(c.id, c.called, datetime.fromtimestamp(time).astimezone())
            for c, time in found
            if c is not None and c.exchanges
        ]

    def _file(self, id: str) -> Path:
        return self._folder / f"{id}.json"


def keep_feedback(file: Path, answer: Answer, rating: str, note: str = "", user: str = "") -> None:
    """Add a line of JSON: time, user, rating (`up` or `down`), note, question, verdict and the whole answer.

    Raises:
        ValueError: the rating is neither.
    """
    if rating not in ("up", "down"):
        raise ValueError(f"a rating is up or down, not {rating!r}")
    line = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"), "user": user, "rating": rating,
        "note": note[:MAX_NOTE], "question": answer.question, "verdict": answer.verdict,
        "answer": answer_to_dict(answer),
    }  # fmt: skip
    with _FEEDBACK_LOCK:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as f:
            f.write(json.dumps(line, ensure_ascii=False) + "\n")
