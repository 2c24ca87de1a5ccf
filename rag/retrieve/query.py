"""A question to what is searched for: its text as a standalone question, its search terms, its phrases, its clauses.

Held against a corpus, also the outlets and days that it names, and what its names are called there. Knows the corpus as
`Facets`, its `Spellings` and the aliases, and nothing of indexes; `search` uses what is made here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.errors import QuestionError
from rag.retrieve.constraints import Constraint, Facets, find_constraints
from rag.retrieve.names import Aliases, Spellings
from rag.text import words
from rag.text.function_words import ASKING
from rag.types import Span, Turn

MAX_CHARACTERS = 2_000
# A very long question is weighed by its first phrases.
MAX_PHRASES = 120

# A follow-up that has no more content words leans on the question before it: 'And Russia?', 'Who denied it?'. With more
# of them 'Who is John Kirby?' would lean too.
_LEANS = 1
# Messages before a question that it may lean on.
_REMEMBERED = 6

# Between two clauses: 'the port was closed, while the mayor denied it', 'who sold the ships and why'
_BETWEEN = re.compile(
    r"(?:,\s*|;\s*|\s+)(?:while|whereas|compared (?:to|with)|and|or|but|as|that|which|who|with|between|after|before"
    r"|despite)\s+|[,;?]\s+",
    re.I,
)
# A shorter piece is a part of a clause: 'Wheat, rye and oats', 'who said that …'.
_CLAUSE_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to search for.

    `text` is for the dense search; `terms`, single words, are for the full text; by `phrases`, runs of two or three
    words, what is found is weighed.
    `aliases` are the names in the question, each with its other names and spellings.
    `constraints` are the outlets and days it names.
    """

    text: str
    terms: tuple[str, ...]
    phrases: tuple[str, ...] = ()
    aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constraints: tuple[Constraint, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The other names and spellings, each once."""
        return tuple(dict.fromkeys(other for _, others in self.aliases for other in others))


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """What a corpus has, for a query to be held against, and how many passages it has."""

    facets: Facets
    names: Spellings
    aliases: Aliases
    passages: int = 0


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
    text = standalone_question(question, history)
    return Query(text=text, terms=search_terms(text), phrases=phrases(text))


def understand(query: Query, known: Holdings) -> Query:
    """The query with its constraints and its names' other spellings."""
    constraints = find_constraints(query.text, known.facets)
    aliases = (*known.aliases.others(query.text), *known.names.spellings(query.text))
    return replace(query, constraints=constraints, aliases=aliases)


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """The question, with the one before it in front where it has one content word at most: 'And Russia?'."""
    turns = list(history)
    while turns and turns[-1].role != "user":
        turns.pop()
    if not turns or len(_content_words(question)) > _LEANS:
        return question
    before = standalone_question(" ".join(turns[-1].content.split())[:MAX_CHARACTERS], turns[:-1][-_REMEMBERED:])
    return f"{before} {question}"


def search_terms(text: str) -> tuple[str, ...]:
    """The words to search for, each once, in order; all words when none of them is a content word."""
    return tuple(dict.fromkeys(_content_words(text) or words(text)))


def phrases(text: str) -> tuple[str, ...]:
    """Runs of the text's words: two content words, or three words of which one at least is; each once.

    They let the passage win that has the question's words together and in order ('jane street', 'would not be sold').
    """
    found = words(text)
    is_content = [_is_content_word(word) for word in found]
    runs = [" ".join(found[i : i + 2]) for i in range(len(found) - 1) if all(is_content[i : i + 2])]
    runs += [" ".join(found[i : i + 3]) for i in range(len(found) - 2) if any(is_content[i : i + 3])]
    return tuple(dict.fromkeys(runs))[:MAX_PHRASES]


def clauses(question: str) -> list[Span]:
    """Offsets of the question's clauses, in order; of the whole question where it has none.

    They are what it asks for beside one another, each to be looked for by itself.
    """
    cuts = [(0, 0), *(m.span() for m in _BETWEEN.finditer(question)), (len(question), len(question))]
    found = [(end, start) for (_, end), (start, _) in pairwise(cuts)]
    return [(a, b) for a, b in found if len(question[a:b].split()) >= _CLAUSE_WORDS] or [(0, len(question))]


def _content_words(text: str) -> list[str]:
    """The words that say what a question is about, not how it is put (`rag.text.function_words.ASKING`)."""
    return [_bare(word) for word in words(text) if _is_content_word(word)]


def _is_content_word(word: str) -> bool:
    return _bare(word) not in ASKING


def _bare(word: str) -> str:
    """The word without a possessive, which would be searched as a word of its own: Russia's, russia."""
    return word.removesuffix("'s").removesuffix("’s")
