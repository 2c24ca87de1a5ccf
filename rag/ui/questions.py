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
    """Questions by who speaks, of each article one before the next of any, then by title, with its article."""
    speakers = ([(f"What did {name} say?", "") for name in _speakers(corpus, a.id)] for a in articles[:_ARTICLES])
    turns: Iterator[tuple[tuple[str, str] | None, ...]] = zip_longest(*speakers)
    yield from dict.fromkeys(question for turn in turns for question in turn if question)
    yield from ((f"What is reported about “{a.title}”?", a.id) for a in articles[:_ARTICLES])


def _speakers(corpus: Corpus, id: str) -> Iterator[str]:
    """Who speaks in an article, in its own words as they would stand in the midst of a question.

    `the Daily NK source`, `Una Reed`, and `the potter` of `The potter`. Not: `Analysts`, which begins a sentence and
    may be a name, `Reed, the potter`, `he`.
    """
    text = corpus.article(id).text
    for statement in corpus.statements(id):
        start, end = statement.source or (0, 0)
        words, before = text[start:end].split(), text[:start].rstrip(" \"'”’")
        begins = before[-1:] in ("", "\n", ".", "?", "!", ":")
        if words and words[0].casefold() in STOP:
            words[0] = words[0].casefold()
        elif begins and not (words[1:] and all(w[0].isupper() for w in words)):
            continue
        name, speaker = " ".join(words), statement.speaker.removeprefix("The ")
        if speaker in name and "," not in name and len(name) <= _LONGEST and any(w[0].isupper() for w in words):
            yield name


def _is_answered(corpus: Corpus, question: str, about: str) -> bool:
    try:
        answer: Answer = corpus.ask(question, llm=EXTRACTIVE)
    except RagError:
        return False
    if answer.verdict == "declined" or ONLY_NEAR in answer.text or not answer.citations:
        return False
    return about in ("", answer.citations[0].article_id)
