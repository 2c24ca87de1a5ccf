"""Questions to begin with: each is asked before it is offered, and offered only where its answer is good.

Knows nothing of Gradio or HTML.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Final

from rag.answer.findings import ONLY_NEAR
from rag.corpus import Corpus
from rag.errors import RagError
from rag.llm.spec import EXTRACTIVE
from rag.types import UNNAMED, Answer, Article

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
    speakers = ([(f"What does {name} say?", a.id) for name in _speakers(corpus, a.id)] for a in articles[:_ARTICLES])
    yield from dict.fromkeys(filter(None, chain.from_iterable(zip_longest(*speakers))))
    yield from ((f"What is reported about “{a.title}”?", a.id) for a in articles[:_ARTICLES])


def _speakers(corpus: Corpus, id: str) -> Iterator[str]:
    """Who speaks in an article by name, as the article has it: `Una Reed`, `the European Commission`."""
    text = corpus.article(id).text
    for full_name in dict.fromkeys(statement.speaker for statement in corpus.statements(id)):
        name = full_name.removeprefix("The ")
        if full_name != UNNAMED and len(name) <= _LONGEST and name[:1].isupper():
            yield f"the {name}" if f"the {name} " in text or name != full_name else name


def _is_answered(corpus: Corpus, question: str, about: str) -> bool:
    try:
        answer: Answer = corpus.ask(question, llm=EXTRACTIVE)
    except RagError:
        return False
    if answer.verdict == "declined" or ONLY_NEAR in answer.text or not answer.citations:
        return False
    return about in ("", answer.citations[0].article_id)
