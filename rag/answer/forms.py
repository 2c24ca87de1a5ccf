"""What else a message can be than a question of fact: a short, visible list of forms.

Used where no language model reads the message. What fits none of the forms is a question of fact. Nothing else in the
package reads what a question wants out of its words.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["fact", "greeting", "collection", "timeline", "says", "summary"]

# Each form with what it must match; behind the bar what it must not.
_FORMS: tuple[tuple[Kind, str], ...] = (
    # hello | Hi! | thanks a lot | what can you do? | help || help for refugees
    ("greeting", r"(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks?|thank you|help|who are you"
                 r"|what can (?:you|i) (?:do|ask)|how does this work)(?: there| you| very much| a lot| me)?"),
    # what are these articles about? | what's in here | which outlets are there | list all articles || what is this ban
    ("collection", r"(?:what(?:['’]s| is| are)|tell me) (?:(?:all )?(?:the|these|this|my) )?"
                   r"(?:articles?|documents?|files?|collection|corpus|archive|news|it|this)(?: all)? about"
                   r"|what(?:['’]s| is) (?:in )?here"
                   r"|(?:list|show)(?: me)?(?: all)?(?: of)?(?: the| these| my)? (?:articles|documents|outlets|sources)"
                   r"|(?:which|what) (?:articles|documents|outlets|sources|papers)"
                   r"(?: are (?:there|here|these)| do you have| have you got)?"),
    # timeline of the arms deal | give me a chronology of it || what is the timeline
    ("timeline", r"(?:(?:give|show|make)(?: me)? )?(?:an? |the )?(?:timeline|chronology) (?:of|for|on|about) "
                 r"(?P<topic>.+)"),
    # what does Holt say about the port? | what did the NIS say || what does it mean
    ("says", r"what (?:does|did|do|has|have) (?P<who>.+?) (?:say|said|claim|claimed|tell|told)"
             r"(?: (?:about|on|of|regarding) (?P<topic>.+))?"),
    # summarise the Flint water crisis | compare what X and Y say | list all ships || is there a summary
    ("summary", r"(?:please |can you |could you )?(?:summari[sz]e|sum up|compare|list|give(?: me)? (?:a |an )?"
                r"(?:summary|overview) (?:of|on))\b(?: all)? ?(?P<topic>.*)"),
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
    """The first form that the whole message has."""
    for kind, pattern in _COMPILED:
        if match := pattern.fullmatch(message.strip()):
            named = match.groupdict()
            return Form(kind, (named.get("topic") or "").strip(" ?.!"), (named.get("who") or "").strip())
    return Form("fact", message)
