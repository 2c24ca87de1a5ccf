"""Whether a text is negated: English words of negation, and nothing about what they negate."""

from rag.text.sentences import words

NEGATIONS = frozenset("not no never none nobody nothing neither nor without cannot hardly".split())


def is_negated(text: str) -> bool:
    """Whether a text holds a word of negation: 'not', 'never', "didn't"."""
    return any(w in NEGATIONS or w.replace("’", "'").endswith("n't") for w in words(text))
