"""A question to what is searched for: its standing text and its search terms.

Knows nothing of indexes; `search` uses what is made here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.text import words
from rag.types import Turn

MAX_CHARACTERS = 2_000

# Words that say how a question is put, not what it asks about: articles, pronouns, auxiliaries, prepositions,
# question words. Not negations or modals of doubt that carry the question ("no", "not", "never", "could").
STOP_WORDS = frozenset(
    """
    a an the this that these those there here it its it's he she they them their his her him we us our you your i me my
    is are was were be been being am do does did doing have has had having will would shall should can may might must
    of in on at by for with from to into onto upon about as than then and or but if so such also too very just only
    what which who whom whose when where why how what's who's tell say says said according please any some
    """.split()
)
_BACK_REFERENCE = re.compile(
    r"\b(?:it|its|he|she|they|them|their|his|her|him|this|that|these|those|there|then|one|ones|former|latter)\b", re.I
)
# 'and Russia?', 'what about the port?' lean on the question before; 'Who denied the arms deals?' doesn't.
_CONTINUES = re.compile(r"^\s*(?:and|but|so|or|what about|how about|also)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for: `text` for the dense search, `terms` for the full text."""

    text: str
    terms: tuple[str, ...]


def make_query(question: str, history: Sequence[Turn] = ()) -> Query:
    """The query for a question, with what it takes from the conversation before it.

    Raises:
        QuestionError: the question is empty, has no words, or is longer than a question can be.
    """
    question = " ".join(question.split())
    if not words(question):
        raise QuestionError('the question is empty: ask one, as in `rag ask "Who denied it?"`')
    if len(question) > MAX_CHARACTERS:
        raise QuestionError(
            f"the question has {len(question):,} characters, at most {MAX_CHARACTERS:,} are read: shorten it"
        )
    text = standing_question(question, history)
    return Query(text=text, terms=search_terms(text))


def standing_question(question: str, history: Sequence[Turn]) -> str:
    """The question with the one before it in front, when it can't be understood alone.

    'And what did they say?' leans on the turn before; 'What did the Kremlin say in September?' doesn't.
    """
    before = next((t.content for t in reversed(history) if t.role == "user"), None)
    if before is None:
        return question
    own = search_terms(question)
    if _CONTINUES.match(question) or len(own) <= 1 or (len(own) <= 4 and _BACK_REFERENCE.search(question)):
        return f"{' '.join(before.split())[:MAX_CHARACTERS]} {question}"
    return question


def search_terms(text: str) -> tuple[str, ...]:
    """The words to search for, each once, in order; all words when none of them is telling."""
    found = words(text)
    telling = [w for w in found if w.removesuffix("'s").removesuffix("’s") not in STOP_WORDS]
    return tuple(dict.fromkeys(telling or found))
