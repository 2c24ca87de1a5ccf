"""What else a message can be than a question of fact: a short, visible list of forms.

Used where no language model reads the message. What fits none of the forms is a question of fact. Nothing else in the
package reads what a question wants out of its words.
"""

import re
from dataclasses import dataclass
from typing import Literal

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
