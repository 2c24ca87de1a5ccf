"""Statements of a body that another relays: '“… [the agency] replied that …,” said the lawmaker'.

What a statement holds is read once more, without its quotation marks and brackets. Only statements whose source is an
organisation are kept: whom a speaker quotes otherwise is the speaker's tale. Knows drafts and names.
"""

import re

from rag.ingest.attribution.find import Finder
from rag.ingest.attribution.lexicon import kinds_of
from rag.ingest.attribution.names import ArticleNames
from rag.ingest.attribution.placed import ReportedSpeech
from rag.ingest.attribution.tokens import TokenSentence, split_sentences, words_of
from rag.types import Span

_MARK = re.compile(r"^(?:[“”„«»\"‘`\[\]]|'')$")


def relayed(text: str, drafts: list[ReportedSpeech], names: ArticleNames) -> list[ReportedSpeech]:
    """The drafts within the drafts' contents, each marked `relayed`."""
    known = {draft.cue for draft in drafts}
    made: list[ReportedSpeech] = []
    for outer in drafts:
        if outer.entry is not None and outer.entry.kind != "saying":
            continue
        for start, end in outer.content:
            tokens = [token for token in words_of(text, start, end) if not _MARK.match(token.text)]
            if not any("verb" in token.kinds for token in tokens):
                continue
            finder = Finder()
            for piece in split_sentences(tokens):
                finder.read(TokenSentence(piece, outer.paragraph))
            for inner in finder.drafts:
                if inner.cue not in known and inner.source is not None and _is_body(text, inner.source, names):
                    inner.relayed = True
                    known.add(inner.cue)
                    made.append(inner)
    return made


def without_tales(text: str, drafts: list[ReportedSpeech], names: ArticleNames) -> list[ReportedSpeech]:
    """The drafts but those of a person within what another draft's speaker says."""
    kept: list[ReportedSpeech] = []
    for k, draft in enumerate(drafts):
        cue = draft.cue
        within = cue is not None and any(
            a <= cue[0] and cue[1] <= b
            for other in drafts[max(0, k - 6) : k + 6]
            if other is not draft
            for a, b in other.content
        )
        if not within or draft.source is None or _is_body(text, draft.source, names):
            kept.append(draft)
    return kept


def _is_body(text: str, source: Span, names: ArticleNames) -> bool:
    """Whether a source is an organisation, by its name or its last word: the WHO, the country's health service."""
    phrase = text[slice(*source)].strip(' []“”‘’"')
    if len(phrase.split()) > 6:
        return False
    if "organisations" in kinds_of(phrase.split()[-1]) or names.acronym(re.sub("^[Tt]he ", "", phrase)):
        return True
    return any(not n.person and n.end >= source[1] for n in names.within(source[0], source[1] + 1))
