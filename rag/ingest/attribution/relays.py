"""Statements of a body that another relays: '“… [the agency] replied that …,” said the lawmaker'.

What a statement holds is read once more, without its quotation marks and brackets. Only statements whose source is an
organisation are kept: whom a speaker quotes otherwise is the speaker's tale. Knows drafts and names.
"""

import re

from rag.ingest.attribution.draft import Draft
from rag.ingest.attribution.find import Finder
from rag.ingest.attribution.lexicon import Lexicon
from rag.ingest.attribution.names import Names
from rag.ingest.attribution.tokens import Sentence, Token, split_sentences
from rag.types import Span

_MARK = re.compile(r"^(?:[“”„«»\"‘`\[\]]|'')$")


def relayed(text: str, drafts: list[Draft], lexicon: Lexicon, pattern: re.Pattern[str], names: Names) -> list[Draft]:
    """The drafts within the drafts' contents, each marked `relayed`."""
    known = {draft.cue for draft in drafts}
    made: list[Draft] = []
    for outer in drafts:
        if outer.entry is not None and outer.entry.kind != "saying":
            continue
        for start, end in outer.content:
            tokens = [
                Token(m[0], m[0].lower().rstrip(".") or m[0], m.start(), m.end())
                for m in pattern.finditer(text, start, end)
                if not _MARK.match(m[0])
            ]
            if lexicon.verbs.keys().isdisjoint(t.lower for t in tokens):
                continue
            finder = Finder(lexicon)
            for piece in split_sentences(tokens, lexicon):
                finder.read(Sentence(piece, outer.paragraph, False))
            for inner in finder.drafts:
                if inner.cue not in known and inner.source is not None and _is_body(text, inner.source, lexicon, names):
                    inner.relayed = True
                    known.add(inner.cue)
                    made.append(inner)
    return made


def without_tales(text: str, drafts: list[Draft], lexicon: Lexicon, names: Names) -> list[Draft]:
    """The drafts but those of a person within what another draft's speaker says."""
    kept: list[Draft] = []
    for k, draft in enumerate(drafts):
        cue = draft.cue
        within = cue is not None and any(
            a <= cue[0] and cue[1] <= b
            for other in drafts[max(0, k - 6) : k + 6]
            if other is not draft
            for a, b in other.content
        )
        if not within or draft.source is None or draft.via is not None or _is_body(text, draft.source, lexicon, names):
            kept.append(draft)
    return kept


def _is_body(text: str, source: Span, lexicon: Lexicon, names: Names) -> bool:
    """Whether a source is an organisation, by its name or its last word: the WHO, the country's health service."""
    phrase = text[slice(*source)].strip(' []“”‘’"')
    if len(phrase.split()) > 6:
        return False
    if phrase.split()[-1].lower() in lexicon.words.organisations or names.acronym(
        phrase.removeprefix("the ").removeprefix("The ")
    ):
        return True
    return any(not n.person and n.end >= source[1] and not n.role for n in names.within(source[0], source[1] + 1))
