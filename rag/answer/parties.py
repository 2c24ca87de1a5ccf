"""Who gives and who takes: whether a sentence tells the opposite way of what a question asks.

'Norland sold rifles to Sudrey' is no answer to whether Sudrey sold rifles to Norland. By words and their order; knows
nothing of stances or speakers.
"""

import re

from rag.text import stems

# The named giver and taker, as stems.
Parties = tuple[frozenset[str], frozenset[str]]

_PROPER = r"(?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*)*)"
# Did Norland … | that Norland … | from Norland …
_ASKED = re.compile(rf"(?:^\W*\w+|\b(?:that|from|by|has|have|had|does|did|is|was)) (?:the )?{_PROPER}")
# sold rifles to Sudrey; supplied Sudrey with rifles, arming Sudrey's war; not: wants to Sell
_TAKES = re.compile(rf"\b(?:to|(?:suppl|provid|arm|equip|furnish)\w*) (?:the )?{_PROPER}")
# Norland has secretly sold, Norland ships; not: Norland said that it sold
_GIVES = re.compile(
    rf"{_PROPER}(?: (?!(?:to|from|that|by|of|with|and)\b)[a-z]+){{0,3}}? (?:suppl|sell|sold|send|sent|ship(?!ments?\b)"
    r"|export|provid|deliver|transferr?|gave|give)\w*"
)
# Words of giving and trading, as stems: they say nothing of what is given.
GIVING = frozenset(
    stems(
        "supply supplied supplies sell sold selling sale send sent ship shipped shipment export exported provide "
        "provided deliver delivered delivery transfer transferred give gave given go goes gone went get gets got way "
        "trade trading deal deals dealing dealings transaction transactions"
    )
)


def parties(question: str) -> Parties | None:
    """The giver and the taker that a question names; None where it doesn't name both."""
    taker = _TAKES.search(question)
    giver = _ASKED.search(question[: taker.start()]) if taker else None
    if taker is None or giver is None:
        return None
    return frozenset(stems(giver["name"])), frozenset(stems(taker["name"]))


def turned_about(text: str, asked: Parties | None) -> bool:
    """Whether a sentence has the giver for its taker, or the taker for its giver, and not also as it is asked."""
    if asked is None:
        return False
    (giver, taker), (givers, takers) = asked, _roles(text)
    if any(taker <= t for t in takers) or any(giver <= g for g in givers):
        return False
    return any(giver <= t for t in takers) or any(taker <= g for g in givers)


def _roles(text: str) -> tuple[list[frozenset[str]], list[frozenset[str]]]:
    """Who gives and who takes in a sentence, as stems."""
    givers, takers = ([frozenset(stems(m["name"])) for m in p.finditer(text)] for p in (_GIVES, _TAKES))
    return givers, takers
