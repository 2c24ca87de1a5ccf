"""Names of a claim in an article: in another form, spelt out or shortened; the outlet's own.

Knows nothing of numbers, dates or sense.
"""

import re
from collections.abc import Sequence

from rag.answer.verification.reading import TOKEN, ExactText, normal
from rag.types import Article

# Endings by which a people, a language or a thing's adjective differs from its name: Russia, Russian, Russians.
_ENDINGS = ("", "n", "ns", "s", "an", "ans", "ian", "ians", "i", "is", "ese", "ish")
_PUNCTUATION = ',.;:()“”‘’"'


def about(article: Article) -> tuple[frozenset[str], ...]:
    """The names of an article's outlet and authors, each as its normalised words without 'the'.

    'The Gazette - Sport' is also 'Gazette' and 'Sport'.
    """
    outlet = article.publisher or ""
    said = [outlet, *re.split(r"\s+[-–|:]\s+|\.com\b", outlet), *re.split(r",|\band\b|&", article.author or "")]
    names = (frozenset(normal(m[0]) for m in TOKEN.finditer(name)) - {"the"} for name in said)
    return tuple(name for name in names if name)


def normal_words(name: str) -> list[str]:
    """The words of a name without case, accents and possessive."""
    return [normal(m[0]) for m in TOKEN.finditer(name)]


def is_own(words: Sequence[str], own: Sequence[frozenset[str]]) -> bool:
    """Whether a name is the article's outlet or author."""
    return any(name == frozenset(words) - {"the"} for name in own)


def lacking_name(claim: ExactText, stretch: ExactText, article: Article, own: Sequence[frozenset[str]]) -> str | None:
    """The name of the claim that the stretch lacks; None where it has all."""
    full = ""
    for token in claim.tokens:
        words = token.key.split()
        if token.kind != "name" or is_own(words, own):
            continue
        lacking = [w for w in words if not is_held(w, stretch.words)]
        if not lacking or is_acronym(words, stretch.words) or _spells_out(words, stretch):
            continue
        full = full or normal_text(article.text)
        # 'John Kirby' where these sentences say Kirby and the article John Kirby
        if len(lacking) < len(words) and is_held(words[-1], stretch.words) and f" {token.key} " in full:
            continue
        return f"name {claim.text[token.start : token.end]!r}"
    return None


def is_held(word: str, words: frozenset[str]) -> bool:
    """Whether a word of a name is among the words, as it stands or as its adjective."""
    if word in words:
        return True
    if "-" in word and all(part in words for part in word.split("-")):
        return True
    if len(word) < 4:
        return False
    return any(word + e in words or (word.endswith(e) and word[: -len(e)] in words) for e in _ENDINGS if e)


def is_acronym(words: Sequence[str], held: frozenset[str]) -> bool:
    """'national intelligence service' where the stretch has NIS."""
    initials = "".join(w[0] for w in words)
    return len(words) > 1 and len(initials) > 2 and initials in held


def _spells_out(words: Sequence[str], stretch: ExactText) -> bool:
    """'nis' where the stretch has National Intelligence Service."""
    if len(words) != 1 or not 2 < len(words[0]) < 6:
        return False
    runs = (t.key.split() for t in stretch.tokens if t.kind == "name")
    return any(words[0] in "".join(w[0] for w in run if w not in ("of", "the")) for run in runs if len(run) > 1)


def normal_text(text: str) -> str:
    """A text's words without case, accents and punctuation, a space around each: ' the mayor left '."""
    bare = (normal(word.strip(_PUNCTUATION)) for word in text.split())
    return f" {' '.join(bare)} "
