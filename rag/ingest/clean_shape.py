"""The shape of a line: how much it says, whether it ends as a sentence does, which words carry its meaning.

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
# A quotation, or the rest of one: '“We deny it' 'deny it,” he said'; not '‘no’ alone' or an apostrophe
_QUOTED = re.compile(r"[“”„«»]|(?<!\w)\"|\"(?!\w)")

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


def is_quoted(line: str) -> bool:
    """Whether somebody is quoted in it, so that 'please', 'you' and 'our' are someone's words."""
    return bool(_QUOTED.search(line))


def content_words(line: str) -> set[str]:
    """The words that can tell what a line is about: 'Port of Rajin' is about port and rajin. Lower case."""
    return {
        w.casefold()
        for w in _WORD.findall(line)
        if (len(w) > 3 or _DENSE.search(w) or w.isupper()) and not w.isdigit() and w.casefold() not in _EMPTY
    }


# Words of four letters and more that stand in every text and tell nothing.
_EMPTY = frozenset(
    "about after again also been before being below could does down each ever from have here into just like made make "
    "many more most must news note only other over said same some such than that their them then there these they this "
    "those through under very were what when where which while will with would your yours our "
    "aber alle auch auf beim dann dass dein deine denn diese dieser durch eine einem einen einer mehr nach nicht noch "
    "oder über unter weiter wenn werden wird zur avec cette dans elle leur mais même nous plus pour sans sont vous "
    "votre como esta este para pero".split()
)
