"""Prompts: files with placeholders, checked when they are loaded.

Knows nothing of models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from rag.errors import LlmError

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"passages", "question", "refusal"}),
    "condense": frozenset({"conversation", "question"}),
}
_USER = "\n# user\n"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system message and a user's, with placeholders."""

    system: str
    user: str

    def fill(self, **values: str) -> tuple[str, str]:
        """Both messages with the values in their places."""
        return self.system.format(**values), self.user.format(**values)


def load_prompt(name: str, folders: Sequence[Path]) -> Prompt:
    """The prompt of that name from the first folder that has it.

    Raises:
        LlmError: no folder has it, or its placeholders aren't the ones that it must have.
    """
    path = next((p for folder in folders if (p := folder / f"{name}.md").is_file()), None)
    if path is None:
        raise LlmError(f"there is no prompt {name}.md in {' or '.join(map(str, folders))}")
    text = path.read_text(encoding="utf-8")
    wanted = PLACEHOLDERS[name]
    try:
        found = frozenset(field for _, field, _, _ in Formatter().parse(text) if field is not None)
    except ValueError as e:
        raise LlmError(f"{path}: {e}; a brace that is no placeholder is doubled") from e
    if found != wanted:
        told = [f"lacks {{{n}}}" for n in sorted(wanted - found)] + [f"has {{{n}}}" for n in sorted(found - wanted)]
        raise LlmError(
            f"{path} {', '.join(told)}: its placeholders are {', '.join(f'{{{n}}}' for n in sorted(wanted))}"
        )
    system, marker, user = text.partition(_USER)
    if not marker:
        raise LlmError(f"{path} has no line '# user' between the system message and the user's")
    return Prompt(system.strip(), user.strip())
