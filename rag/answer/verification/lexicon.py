"""Words that the check treats alike: those that carry no claim, and those that deny.

Lists of words only; nothing here knows what they are used for.
"""

from rag.text import stems


def _stems(words: str) -> frozenset[str]:
    return frozenset(stems(words))


# Words without a claim of their own: articles, pronouns, auxiliaries, prepositions, conjunctions.
# Not: not, never, more, less, before, after, could.
FUNCTION = _stems(
    "a an the this that these those there here it its it's he she they them their his her him we us our you your i me "
    "my is are was were be been being am do does did doing have has had having will would shall should can may might "
    "must of in on at by for with from to into onto upon about as than then and or but if so such also too very just "
    "only "
    "what which who whom whose when where why how one ones while both either each other another any some all "
    "though although because since during between among within through however thus therefore per via s t"
)

# How a writer says that a source says it, and how he speaks of the articles. 'denied' and 'confirmed' claim something.
ATTRIBUTION = _stems(
    "according say says said saying tell tells told report reports reported reporting state states stated statement "
    "article articles passage passages source sources news newspaper outlet publication published write writes wrote "
    "note notes noted add adds added mention mentions mentioned describe describes described quote quotes quoted "
    "cite cites cited claim claims claimed indicate indicates indicated explain explained remark remarks remarked "
    "suggest suggests suggested additionally meanwhile furthermore moreover specifically respectively conversely "
    "yes indeed overall summary dated issue matter question answer information provided based context word words"
)

# Verbs that deny without a 'not': they may stand for one ('did not confirm', 'declined to confirm').
DENYING = _stems(
    "deny denies denied denial refuse refused reject rejected decline declined fail failed failure refute "
    "refuted dispute disputed dismiss dismissed doubt doubted unable impossible false untrue baseless "
    "lack lacked unconfirmed unverified rule avoid avoided prevent prevented stop stopped"
)
