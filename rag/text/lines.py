"""The shape of a line: how much it says, whether it ends as a sentence does, what it is about.

Pure functions on one line, the same for every language that is written with these marks. Knows nothing of pages,
of where a line stands, or of what furniture is.
"""

import re
from functools import lru_cache

from rag.text import is_unspaced, stems
from rag.text.function_words import STOP

# A sentence's end, with what may close behind it: 'so.' 'so?”' 'so.)' '했다.' 'だ。' 'है।'; not 'Read more' 'so:' '…”,'
_END = re.compile(r"[.!?…。！？।؟۔]['\"”’»›“)\]】」』*_\s]*(?:\[\d+\])?$")
# Sentences inside a line: 'He left. She stayed'; not 'St. louis' 'U.S. troops'
_INSIDE = re.compile(r"[\w”’)]{3}[.!?]['\"”’»)]* +[\"“‘«(]?[A-ZÀ-ÞА-Я가-힣]|[。！？]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_NOT_LETTERS = re.compile(r"[\W_]+")
# Scripts that put no spaces between words, and Hangul, whose words carry their particles.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")

# A line that says at least this much and ends as a sentence does is a paragraph of an article.
BODY = 9.0
# Under this a line is a label, not a headline: 'Must read', 'Los Angeles', 'More on this story'.
LABEL = 4.0


@lru_cache(maxsize=4096)  # each sign asks again
def weight(line: str) -> float:
    """The number of words, where scripts without spaces count half a word a character.

    'He said so.' weighs 3, '한국 국방부는 부인했다.' 5, '北朝鮮は否定した。' 4.
    """
    dense = len(_DENSE.findall(line))
    return dense / 2 + len(_WORD.findall(_DENSE.sub(" ", line) if dense else line))


def letters(text: str) -> str:
    """Only the letters and digits, in lower case: equal for texts that read the same."""
    return _NOT_LETTERS.sub("", text).lower()


def ends_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does: 'He said so.' does, 'Must read' and 'He said:' don't."""
    return bool(_END.search(line[-40:]))


@lru_cache(maxsize=4096)
def is_sentence(line: str) -> bool:
    """Whether the line has the shape of a sentence of an article: an end, or an end inside, and some words."""
    heavy = weight(line)
    return (heavy >= LABEL and (ends_sentence(line) or (heavy >= BODY and bool(_INSIDE.search(line))))) or heavy >= 40


def is_body(line: str) -> bool:
    """Whether the line is surely a paragraph of prose: a sentence, and a long one."""
    return weight(line) >= BODY and is_sentence(line)


def topic(text: str) -> set[str]:
    """What a text is about, comparable across inflections: the stems of its words, without those of every text."""
    return {stem for stem in stems(text) if stem not in STOP and (len(stem) > 3 or is_unspaced(stem))}
