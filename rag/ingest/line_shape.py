"""The shape of a line: how much it says, whether it ends as a sentence does, what it is about.

Pure functions on one line, the same for every language that is written with these marks. Knows nothing of pages,
of where a line stands, or of what furniture is.
"""

import re
from functools import lru_cache

# A sentence's end, with what may close behind it: 'so.' 'so?”' 'so.)' '했다.' 'だ。' 'है।'; not 'Read more' 'so:' '…”,'
_END = re.compile(r"[.!?…。！？।؟۔]['\"”’»›“)\]】」』*_\s]*(?:\[\d+\])?$")
# Sentences inside a line: 'He left. She stayed'; not 'St. louis' 'U.S. troops'
_INSIDE = re.compile(r"[\w”’)]{3}[.!?]['\"”’»)]* +[\"“‘«(]?[A-ZÀ-ÞА-Я가-힣]|[。！？]")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Scripts that put no spaces between words, and Hangul, whose words carry their particles.
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_HANGUL = re.compile("[가-힣]{2}")
_HAN = re.compile("(?=([\u3040-\u30ff\u3400-\u9fff]{2}))")

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


def ends_sentence(line: str) -> bool:
    """Whether the line ends as a sentence does: 'He said so.' does, 'Must read' and 'He said:' don't."""
    return bool(_END.search(line[-40:]))


@lru_cache(maxsize=4096)
def is_sentence(line: str) -> bool:
    """Whether the line has the shape of a sentence of an article: an end, or an end inside, and some words."""
    heavy = weight(line)
    return heavy >= LABEL and (ends_sentence(line) or (heavy >= BODY and bool(_INSIDE.search(line)))) or heavy >= 40


def is_body(line: str) -> bool:
    """Whether the line is surely a paragraph of prose: a sentence, and a long one."""
    return weight(line) >= BODY and is_sentence(line)


def topic(text: str) -> set[str]:
    """What a text is about, comparable across inflections: beginnings of words, pairs of characters.

    'Ships leave the port' and 'a ship left port' share {'port', 'ship'}: words are cut to five letters.
    """
    words = {w.casefold() for w in _WORD.findall(text) if (len(w) > 3 or w.isupper()) and not w.isdigit()}
    words = {w for w in words if w not in _EMPTY and not _HAN.search(w)}
    return (
        {w[:5].rstrip("s") for w in words if not _HANGUL.search(w)}
        | {w[:2] for w in _WORD.findall(text) if _HANGUL.match(w)}
        | set(_HAN.findall(text))
    )


# Words of four letters and more that stand in every text and tell nothing.
_EMPTY = frozenset(
    "about after again also been before being below could does down each ever from have here into just like made make "
    "many more most must news note only other over said same some such than that their them then there these they this "
    "those through under very were what when where which while will with would your yours our "
    "aber alle auch auf beim dann dass dein deine denn diese dieser durch eine einem einen einer mehr nach nicht noch "
    "oder über unter weiter wenn werden wird zur avec cette dans elle leur mais même nous plus pour sans sont vous "
    "votre como esta este para pero".split()
)
