"""Questions to begin with: each is asked before it is offered, and offered only where its answer is good.

Knows nothing of Gradio or HTML.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Final

from rag.answer.findings import ONLY_NEAR
from rag.corpus import Corpus
from rag.errors import RagError
from rag.llm.spec import EXTRACTIVE
from rag.text.function_words import STOP
from rag.types import Answer, Article

_OFFERED: Final = 3
_TRIED: Final = 12
_ARTICLES: Final = 8  # from which questions are made
_LONGEST: Final = 40  # characters of a speaker's name
_OF_THE_SAMPLE: Final = (
    "Did North Korea supply weapons to Russia?",
    "How many shells did North Korea send to Russia?",
    "How many containers does Kirby say were handed over to Russia?",
    "What did the Defense Ministry deny?",
)


def tried_questions(corpus: Corpus, articles: Sequence[Article] = ()) -> tuple[str, ...]:
    """Up to three questions that the corpus answers from its articles' own words, without a hedge.

    Args:
        corpus: is asked without a language model.
        articles: what they are about; the newest where none is given.
    """
    if corpus.is_sample:
        candidates: Iterator[tuple[str, str]] = ((question, "") for question in _OF_THE_SAMPLE)
    else:
        candidates = _candidates(corpus, list(articles) or corpus.listed(most=_ARTICLES)[0])
    good = (question for question, about in islice(candidates, _TRIED) if _is_answered(corpus, question, about))
    return tuple(islice(good, _OFFERED))


def _candidates(corpus: Corpus, articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    """Questions by who speaks, of each article one before the next of any, then by title; each with its article."""
    speakers = ([(f"What did {name} say?", a.id) for name in _speakers(corpus, a.id)] for a in articles[:_ARTICLES])
    turns: Iterator[tuple[tuple[str, str] | None, ...]] = zip_longest(*speakers)
    yield from dict.fromkeys(question for turn in turns for question in turn if question)
    yield from ((f"What is reported about “{a.title}”?", a.id) for a in articles[:_ARTICLES])


def _speakers(corpus: Corpus, id: str) -> Iterator[str]:
    """Who speaks in an article, in its own words that would stand as they are in the midst of a question.

    They do so in the midst of a sentence, or are a name of several words: `the Daily NK source`, `Una Reed`. Not:
    `Analysts` and `The ministry`, which begin a sentence, `Reed, the potter`, `he`.
    """
    text = corpus.article(id).text
    for statement in corpus.statements(id):
        start, end = statement.source or (0, 0)
        name, before = text[start:end], text[:start].rstrip(" \"'”’")
        capital = [word[0].isupper() for word in name.split()]
        is_name = len(capital) > 1 and all(capital) and name.split()[0].casefold() not in STOP
        is_whole = statement.speaker.removeprefix("The ") in name and "," not in name and len(name) <= _LONGEST
        if is_whole and any(capital) and (is_name or before[-1:] not in ("", "\n", ".", "?", "!", ":")):
            yield name


def _is_answered(corpus: Corpus, question: str, about: str) -> bool:
    try:
        answer: Answer = corpus.ask(question, llm=EXTRACTIVE)
    except RagError:
        return False
    if answer.verdict == "declined" or ONLY_NEAR in answer.text or not answer.citations:
        return False
    return about in ("", answer.citations[0].article_id)
