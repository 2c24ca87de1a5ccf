"""Whether a claim gives words to whoever said them in the article.

What is reported in a claim ('the mayor said that it sank') is held against the statements of the stretch that cites it:
where some of them say the same, one of these must be of that speaker. Knows nothing of numbers, dates or sense.
"""

from collections.abc import Callable, Sequence

from rag.answer.verification.names import is_acronym, is_held, is_own
from rag.answer.verification.reading import TOKEN, normal
from rag.text import stems
from rag.text.function_words import STOP
from rag.types import UNNAMED, Article, Span, Statement

# The statements that a text reports, as an article's are found at ingest.
Reports = Callable[[str], Sequence[Statement]]

# A statement says the same as what a claim reports where it holds this share of its words.
_SAME = 0.75
# Who is nobody by himself: a claim that names only him names nobody.
_ANYBODY = frozenset(
    stems(
        "source article report passage text newspaper outlet statement official authority spokesperson spokesman "
        "spokeswoman person people someone somebody other"
    )
)


def misattributed(
    claim: str, reported: Sequence[Statement], article: Article, stretch: Span, statements: Sequence[Statement],
    own: Sequence[frozenset[str]],
) -> str | None:  # fmt: skip
    """Who is said to say something in the claim that others say in the stretch; None where nobody is.

    Args:
        reported: what the claim reports.
        stretch: offsets into the article's text.
        statements: those of the article.
        own: the names of the article's outlet and authors, which relay all that it says.
    """
    start, end = stretch
    there = [s for s in statements if any(a < end and b > start for a, b in s.content)]
    for said in reported:
        # Whom 'he' stands for is for the article to say.
        source = claim[said.source[0] : said.source[1]] if said.source else ""
        who, words = _words(source), _content(claim, said)
        if (
            not words
            or is_own([normal(m[0]) for m in TOKEN.finditer(source)], own)
            or _ANYBODY.issuperset(stems(" ".join(who)))
        ):
            continue
        if said.cue and said.source and _between(claim, said.cue, said.source) in article.text[start:end]:
            continue  # in the article's own words
        matches = [s for s in there if len(words & _content(article.text, s)) >= _SAME * len(words)]
        if matches and not any(_may_be(who, s) for s in matches):
            return f"that {source!r} said it"
    return None


def _between(text: str, one: Span, other: Span) -> str:
    return text[min(one[0], other[0]) : max(one[1], other[1])]


def _may_be(who: Sequence[str], s: Statement) -> bool:
    """Whether somebody is the speaker of a statement, or relays it; nobody can tell where that one has no name."""
    words = _words(f"{s.speaker} {s.description or ''} {s.via or ''}")
    if s.speaker == UNNAMED or not words:
        return True
    held, initials = frozenset(words), "".join(w[0] for w in words)
    return any(is_held(w, held) or (w in initials and len(w) > 1) for w in who) or is_acronym(who, held)


def _words(name: str) -> list[str]:
    found = (normal(m[0]) for m in TOKEN.finditer(name))
    return [w for w in found if w not in STOP]


def _content(text: str, s: Statement) -> frozenset[str]:
    return frozenset(stem for a, b in s.content for stem in stems(text[a:b]) if stem not in STOP)
