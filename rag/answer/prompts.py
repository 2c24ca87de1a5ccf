"""Prompts: files with placeholders and the requests that may follow them, checked when they are loaded.

A file is a system message, behind the line `# user` the user's message, and behind further such lines (`# judge`,
`# write`) the requests, one of which ends the message. What stands before the request is the same for all of them, so
that a server reads it once. Knows nothing of models.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from rag.errors import LlmError

# The placeholders and the requests that each prompt must have.
PROMPTS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "answer": (
        frozenset({"passages", "question", "answer"}),
        frozenset({"judge", "write", "summarise", "value", "check"}),
    ),
    "verify": (frozenset({"passage", "sentence"}), frozenset({"judge"})),
    "rewrite": (frozenset({"question"}), frozenset()),
    "condense": (frozenset({"conversation", "question"}), frozenset()),
}
_HEADING = re.compile(r"^# (\w+)[ \t]*\n", re.M)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A system message, a user's message with placeholders, and the requests by their names."""

    system: str
    user: str
    requests: Mapping[str, str]

    def fill(self, request: str | None = None, **values: str) -> tuple[str, str]:
        """Both messages with the values in their places, the second one ended by the request of that name."""
        user = self.user.format(**values)
        return self.system.format(), f"{user}\n\n{self.requests[request].format(**values)}" if request else user


def load_prompt(name: str, folders: Sequence[Path]) -> Prompt:
    """The prompt of that name from the first folder that has it.

    Raises:
        LlmError: no folder has it, or its placeholders or requests aren't the ones that it must have.
    """
    path = next((p for folder in folders if (p := folder / f"{name}.md").is_file()), None)
    if path is None:
        raise LlmError(f"there is no prompt {name}.md in {' or '.join(map(str, folders))}")
    text = path.read_text(encoding="utf-8")
    system, *parts = _HEADING.split(text)
    sections = {heading: text.strip() for heading, text in zip(parts[::2], parts[1::2], strict=True)}
    if "user" not in sections:
        raise LlmError(f"{path} has no line '# user' between the system message and the user's")
    user = sections.pop("user")
    placeholders, requests = PROMPTS[name]
    try:
        found = frozenset(field for _, field, _, _ in Formatter().parse(text) if field is not None)
    except ValueError as e:
        raise LlmError(f"{path}: {e}; a brace that is no placeholder is doubled") from e
    wrong = _wrong(placeholders, found, "{%s}") + _wrong(requests, frozenset(sections), "# %s")
    if wrong:
        raise LlmError(f"{path} {', '.join(wrong)}: prompts/README.md says what it must have")
    return Prompt(system.strip(), user, sections)


def _wrong(expected: frozenset[str], found: frozenset[str], form: str) -> list[str]:
    lacking = [f"lacks {form % n}" for n in sorted(expected - found)]
    return lacking + [f"has {form % n}" for n in sorted(found - expected)]
