"""The exceptions. Each message says what happened, with the values, and what to do about it.

The command line, the page and MCP show them. Within, only LlmError is caught: the findings answer then.

RagError                   everything that this package raises on purpose
├── QuestionError          the question cannot be asked as it stands (empty, …)
├── FilterError            a filter that cannot be understood or matches no article
├── EmptyCorpusError       there is nothing to ask: no article has been ingested
├── NotFoundError          no article with that id, no file or folder at that path
├── UnreadableError        one file cannot be read as an article; the rest of an ingest goes on
├── HomeError              the home folder cannot be created, opened or written
├── IndexMismatchError     the stored index was made with another model or splitter
├── FieldError             an article has no such field, or the value isn't one for it
├── ModelError             a model that embeds, reranks or reads cannot be loaded or run
├── LlmError               a language model that is not set up, can't be reached, or did not answer
└── CaseError              an evaluation case is malformed (names file, line and field)
"""


class RagError(Exception):
    """Base of all errors raised on purpose by this package."""


class QuestionError(RagError):
    """The question cannot be asked as it stands."""


class FilterError(RagError):
    """A filter that cannot be understood or matches no article."""


class EmptyCorpusError(RagError):
    """No article has been ingested into this home."""


class NotFoundError(RagError):
    """No article with that id, or nothing at that path."""


class UnreadableError(RagError):
    """One file cannot be read as an article."""


class HomeError(RagError):
    """The home folder cannot be created, opened or written."""


class IndexMismatchError(RagError):
    """The stored index was made with another model, splitter or schema."""


class FieldError(RagError):
    """An article has no such field, or the value isn't one for it."""


class ModelError(RagError):
    """A model that embeds, reranks or reads cannot be loaded or run."""


class LlmError(RagError):
    """A language model is not set up, can't be reached, or did not answer."""


class CaseError(RagError):
    """An evaluation case is malformed."""


def first_line(error: BaseException) -> str:
    """The first line of an exception's message, for a message of one line."""
    return (str(error).splitlines() or [""])[0][:200]
