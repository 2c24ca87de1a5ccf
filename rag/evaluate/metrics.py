"""What an answer got right of a case, each measure a function of values. Usable alone."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from rag.answer.cite import from_markdown, markers
from rag.evaluate.cases import Case
from rag.types import Answer, Article

_PLAIN = str.maketrans({"‐": "-", "−": "-", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "‑": "-"})


def plain(text: str) -> str:
    """The text as facts are compared: lower case, plain quotation marks and dashes, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold().split())


def facts_held(case: Case, answer: Answer) -> list[bool]:
    """For each fact of the case, whether one of its forms stands in the answer's text.

    A declined answer holds none: what its nearest passages say is not what it says.
    """
    text = plain(from_markdown(answer.text)) if answer.verdict != "declined" else ""
    return [any(_stands(plain(form), text) for form in forms) for forms in case.facts]


def _stands(form: str, text: str) -> bool:
    """Whether the form stands in the text, not inside a longer number: '10' isn't in '1,100', '10,000' or '10.5'."""
    before = r"(?<!\d)(?<!\d[.,])" if form[0].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if form[-1].isdigit() else ""
    return re.search(before + re.escape(form) + after, text) is not None


def citations_right(answer: Answer, article: Callable[[str], Article]) -> bool:
    """Whether every citation is its article's own words, numbered from 1, and each marker in the text has one."""
    exact = all(article(c.article_id).text[c.start : c.end] == c.quote for c in answer.citations)
    numbers = [c.number for c in answer.citations]
    return exact and set(markers(answer.text)) == set(numbers) and numbers == list(range(1, len(numbers) + 1))


def cites_named_article(case: Case, answer: Answer) -> bool:
    """Whether one of the articles that hold the answer is cited."""
    return bool({Path(c.path).name for c in answer.citations} & set(case.articles))
