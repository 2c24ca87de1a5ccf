"""What else a message can be than a question of fact: a short, visible list of forms.

What fits none of the forms is a question of fact, unless the user's language model knows it for something else. Nothing
else in the package reads what a question wants out of its words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from rag.answer.judge import Judge, yes
from rag.answer.prompts import Prompt
from rag.text import sentence_spans

Kind = Literal["fact", "greeting", "collection", "timeline", "says", "summary"]

_GREETING = r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?|thank you)(?: there| you| very much| a lot)?"
_PLEASE = r"(?:please |(?:can|could|would) you (?:please )?)?(?:(?:give|show|make)(?: me)? )?"
# Each form with what it must match; behind the bar what it must not. A message of several sentences has a form when
# each of them has one.
_FORMS: tuple[tuple[Kind, str], ...] = (
    # hello | Hi, what can you do? | thanks a lot | can you help me with some questions || help for refugees
    ("greeting", rf"{_GREETING}|(?:{_GREETING}\W+)?(?:help|who are you|how (?:does|do) (?:this|you) work"
                 r"|what can (?:you|i) (?:do|ask)(?: (?:for me|here|you))?"
                 r"|(?:can|could) you help(?: me)?(?: with .+)?)"),
    # what are these articles about? | what's in here | which outlets are there | list all articles || what is this ban
    ("collection", r"(?:what(?:['’]?s| is| are)|tell me what) (?:(?:all )?(?:the|these|those|this|my) )?"
                   r"(?:articles?|documents?|files?|collection|corpus|archive|news|it|this)(?: is| are)?(?: all)? about"
                   r"|what(?:['’]?s| is)(?: (?:it|this|that))?(?: all)? about|what(?:['’]?s| is) (?:in )?here"
                   r"|what (?:kind|sort) of (?:news|articles|documents) (?:is|are|do you have)"
                   r"(?: (?:in )?(?:t?here|this))?"
                   r"|(?:list|show)(?: me)?(?: all)?(?: of)?(?: the| these| my)? (?:articles|documents|outlets|sources)"
                   r"|(?:which|what) (?:articles|documents|outlets|sources|papers)"
                   r"(?: are (?:(?:in )?t?here|these)| do you have| have you got)?"),
    # timeline of the arms deal | could you give me a short chronology of it || what is the timeline
    ("timeline", rf"{_PLEASE}(?:an? |the )?(?:\w+ )?(?:timeline|chronology) (?:of|for|on|about) (?P<topic>.+)"),
    # what does Holt say about the port? | what did the NIS say || what does it mean
    ("says", r"what (?:does|did|do|has|have) (?P<who>.+?) (?:say|said|claim|claimed|tell|told)"
             r"(?: (?:about|on|of|regarding) (?P<topic>.+))?"),
    # summarise the Flint water crisis | compare what X and Y say | list all ships || is there a summary
    ("summary", rf"{_PLEASE}(?:summari[sz]e|sum up|compare|list|(?:an? )?(?:\w+ )?(?:summary|overview) (?:of|on))\b"
                r"(?: all)? ?(?P<topic>.*)"),
)  # fmt: skip
_COMPILED: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(rf"\W*(?:{pattern})\W*", re.I)) for kind, pattern in _FORMS
)


@dataclass(frozen=True, slots=True)
class Form:
    """What a message is: `topic` is what it is about, `who` whose words it asks for; '' where it names none."""

    kind: Kind
    topic: str = ""
    who: str = ""


def form_of(message: str) -> Form:
    """What the message is: the last form that its sentences have, where each has one, else a question of fact."""
    forms = [_form_of(message[start:end]) for start, end in sentence_spans(message)]
    return forms[-1] if forms and all(forms) and forms[-1] else Form("fact", message)


def _form_of(sentence: str) -> Form | None:
    for kind, pattern in _COMPILED:
        if match := pattern.fullmatch(sentence.strip()):
            named = match.groupdict()
            return Form(kind, (named.get("topic") or "").strip(" ?.!"), (named.get("who") or "").strip())
    return None


# The requests of prompts/kind.md, and the probability of Yes above which the message is one: see `bench/judge.py`.
_BY_MODEL: Mapping[str, tuple[Kind, float]] = {
    "timeline": ("timeline", 0.9),
    "summary": ("summary", 0.7),
    "archive": ("collection", 0.75),
    "greeting": ("greeting", 0.65),
}


def form_by_model(message: str, model: Judge, prompt: Prompt) -> Form:
    """What the message is, by the user's language model: the kind that it is surest of, else a question of fact.

    Args:
        prompt: 'kind'.

    Raises:
        LlmError: the model can't be used or reached, or took too long.
    """
    surest: tuple[float, Kind] = (0.0, "fact")
    for request, (kind, least) in _BY_MODEL.items():
        over = (yes(model, *prompt.fill(request, question=message)) - least) / (1 - least)
        surest = max(surest, (over, kind))
    return Form(surest[1], message)
