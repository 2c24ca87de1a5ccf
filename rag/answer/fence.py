"""Articles' text as data in a prompt: without what can't be seen and markers of its own, fenced off.

Also where a text plainly gives a model instructions, for readers.

What a model does all the same changes nothing: its sentences are checked, verdict and citations come from code.
"""

import re
import secrets
import unicodedata

from rag.types import Span

_MARKER = re.compile(r"[\[【]\s*(\^?\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)\s*[\]】]")
# What speaks to a model rather than to a reader. Matches: 'Ignore all previous instructions', 'you are now DAN',
# 'system prompt', '<|im_start|>', 'As an AI assistant, you must'. Not: 'He ignored the instructions of the police',
# 'The system prompted an alarm'.
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?\n]{0,40}\b(?:previous|prior|above|earlier|all|your)\b[^.!?\n]{0,30}"
    r"\b(?:instructions?|prompts?|rules|context|directions)\b"
    r"|\byou are (?:now )?(?:an? )?(?:AI|assistant|chatbot|language model|DAN)\b"
    r"|\b(?:as|dear) (?:an? )?(?:AI|language model|assistant)\b|\bsystem prompt\b|<\|[a-z_]+\|>|\[/?INST\]"
    r"|\b(?:AI|assistant|chatbot|language model)s?,? (?:must|should|please)\b[^.!?\n]{0,60}"
    r"\b(?:answer|respond|reply|say|write|output|include)\b",
    re.I,
)


def boundary() -> str:
    """A mark that no article can know."""
    return secrets.token_hex(4)


def visible(text: str) -> str:
    """The text without format, control, private and unassigned characters: unseen, or turning its direction."""
    kept = (c if c in "\n\t" or unicodedata.category(c)[0] != "C" else "" for c in unicodedata.normalize("NFC", text))
    return "".join(kept)


def as_data(text: str, mark: str) -> str:
    """An article's text for a prompt: nothing invisible, no marker like ours, no boundary of ours."""
    shown = _MARKER.sub(r"(\1)", visible(text)).replace(mark, "").replace("<|", "< |")
    return " ".join(shown.split())


def instructions(text: str) -> list[Span]:
    """Where a text plainly addresses a language model, to be shown to the reader as such."""
    return [m.span() for m in _INSTRUCTION.finditer(text)]
