"""English words of grammar, listed: those that carry no answer, those that put a question, those that negate.

Also those that open a sentence with a capital and name nobody. Knows nothing of what they are left out of, or negate.
"""

from rag.text.sentences import words

STOP = frozenset(
    "a an the this that these those there here it its he she his her they them their we us our you your i me my one "
    "is are was were be been being am do does did doing have has had having will would shall should can may might must "
    "could of in on at by for with from to into onto upon about as than then and or but if so such also too very just "
    "only what which who whom whose when where why how while since until after before during not no more most over per "
    "between through against both each other some any all".split()
)
_CALENDAR = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
)
NAMELESS = STOP | frozenset(
    _CALENDAR.split()
    + "mr mrs ms dr despite although however according asked like nevertheless nor yet meanwhile another multiple many "
    "several last next earlier later recently today yesterday tomorrow early late additionally basically additionally "
    "even right just once further in-depth additional".split()
)

# Words that say how a question is put, not what it asks about: articles, pronouns, auxiliaries, prepositions,
# question words. Not negations or modals of doubt, which carry it ("no", "never", "could"): with `STOP` in its place
# somewhat fewer answers stand first (`bench/retrieval.py`: squadshifts 0.647 for 0.657, MultiHop-RAG @4 0.660 for
# 0.683).
ASKING = frozenset(
    """
    a an the this that these those there here it its it's he she they them their his her him us we our you your i me my
    is are was were be been being am do does did doing have has had having will would shall should can may might must
    of in on at by for with from to into onto upon about as than then and or but if so such also too very just only
    what which who whom whose when where why how what's who's tell say says said according please any some
    """.split()
)

QUESTION_WORDS = frozenset("what which who whom whose when where why how".split())

NEGATIONS = frozenset("not no never none nobody nothing neither nor without cannot hardly".split())


def is_negated(text: str) -> bool:
    """Whether a text holds a word of negation: 'not', 'never', "didn't"."""
    return any(w in NEGATIONS or w.replace("’", "'").endswith("n't") for w in words(text))


def asks_whether(question: str) -> bool:
    """Whether a question takes a yes or a no: 'Did they sell arms?', not 'Who sold arms?' or "What's sold?"."""
    return not any(w.replace("’", "'").split("'")[0] in QUESTION_WORDS for w in words(question))
