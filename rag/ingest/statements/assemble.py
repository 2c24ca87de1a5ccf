"""An article to its statements: turns and drafts, their speakers, their stance.

The one place where the parts of this folder meet.
"""

import re
from collections.abc import Iterable
from functools import cache

from rag.ingest.statements.draft import Draft
from rag.ingest.statements.find import Finder
from rag.ingest.statements.lexicon import lexicon
from rag.ingest.statements.names import Names
from rag.ingest.statements.quotes import quotations
from rag.ingest.statements.relays import relayed, without_tales
from rag.ingest.statements.speakers import UNNAMED, Speaker, Speakers
from rag.ingest.statements.stance import stance_of
from rag.ingest.statements.subjects import main_subject
from rag.ingest.statements.tokens import sentences, span, word_pattern
from rag.ingest.statements.turns import Turn, turns
from rag.types import Article, Span, Statement

_WORD = re.compile(r"\w+")


def find_statements(article: Article) -> list[Statement]:
    """Every statement that an article reports, in the order of what is said.

    What no statement holds is the article's own voice. Statements may lie within one another: 'Poe said that the
    agency had reported …' is one of Poe's and, within it, one of the agency's `via` Poe.
    """
    words, text = lexicon(), article.text
    finder = Finder(words)
    asides: list[tuple[int, Span]] = []
    for sentence in sentences(text, words, _pattern()):
        count = len(finder.drafts)
        finder.read(sentence)
        if len(finder.drafts) == count and len(sentence.tokens) > 3:
            subject = main_subject(sentence.tokens, len(sentence.tokens), words)
            if subject is not None:
                asides.append((sentence.tokens[0].start, span(sentence.tokens, *subject)))
    spoken = turns(text)
    names = Names(text, words.words)
    speakers = Speakers(article, names, words)
    told = [draft for draft in finder.drafts if draft.content]
    own = without_tales(text, told, words, names)
    drafts = sorted(own + relayed(text, own, words, _pattern(), names), key=_position)
    return sorted(_finished(article, drafts, spoken, speakers, asides), key=lambda s: s.content[0])


def speaker_at(statements: Iterable[Statement], start: int, end: int) -> list[Statement]:
    """The statements that hold any of a span of their article, the innermost first; none: the outlet's own voice."""
    found = [s for s in statements if any(a < end and start < b for a, b in s.content)]
    return sorted(found, key=lambda s: sum(b - a for a, b in s.content))


@cache
def _pattern() -> re.Pattern[str]:
    return word_pattern(lexicon())


def _position(draft: Draft) -> int:
    return draft.source[0] if draft.source else draft.cue[0] if draft.cue else draft.content[0][0]


def _finished(
    article: Article, drafts: list[Draft], spoken: list[Turn], speakers: Speakers, asides: list[tuple[int, Span]]
) -> list[Statement]:
    text = article.text
    quoted = quotations(text)
    known: dict[int, Speaker] = {}
    last: Speaker | None = None
    made: list[Statement] = []
    events: list[tuple[int, int, object]] = [(_position(d), 1, d) for d in drafts]
    events += [(at, 0, subject) for at, subject in asides]
    for _, kind, event in sorted(events, key=lambda e: e[:2]):
        if kind == 0:
            speakers.subject(*event)  # type: ignore[misc]
            continue
        draft: Draft = event  # type: ignore[assignment]
        origin = draft
        while origin.source is None and origin.like is not None:
            origin = origin.like
        if id(origin) in known:
            speaker = known[id(origin)]
        elif origin.source is not None:
            speaker = speakers.of(origin.source, last)
        else:
            speaker = Speaker(UNNAMED)
        known[id(draft)] = known[id(origin)] = last = speaker
        via = speakers.of(draft.via, None).name if draft.via is not None else None
        made.append(_statement(article, draft, origin, speaker, quoted, via))
    for turn in spoken:
        made.append(_turn(article, turn, speakers))
    return _with_via(made)


def _statement(
    article: Article, draft: Draft, origin: Draft, speaker: Speaker, quoted: list[Span], via: str | None
) -> Statement:
    text = article.text
    content = tuple(sorted(draft.content))
    said = " … ".join(text[a:b] for a, b in content)
    entry = draft.entry
    return Statement(
        article_id=article.id,
        content=content,
        cue=draft.cue,
        source=draft.source or origin.source,
        speaker=speaker.name,
        description=speaker.description,
        via=via,
        direct=_is_direct(text, content, quoted),
        stance=stance_of(entry.stance if entry else "asserts", draft.negated, said),
    )


def _is_direct(text: str, content: tuple[Span, ...], quoted: list[Span]) -> bool:
    """Whether nine tenths of the content stand in quotation marks."""
    total = sum(b - a for a, b in content)
    inside = sum(max(0, min(b, d) - max(a, c)) for a, b in content for c, d in quoted if c < b and a < d)
    return inside >= 0.9 * total


def _turn(article: Article, turn: Turn, speakers: Speakers) -> Statement:
    speaker = speakers.of_label(turn.label)
    said = article.text[slice(*turn.content)]
    return Statement(
        article_id=article.id,
        content=(turn.content,),
        cue=None,
        source=turn.label,
        speaker=speaker.name,
        description=speaker.description,
        direct=True,
        stance=stance_of("asserts", False, said),
    )


def _with_via(statements: list[Statement]) -> list[Statement]:
    """Statements whose cue lies within another's content get its speaker as `via`."""
    from dataclasses import replace

    ordered = sorted(statements, key=lambda s: (s.content[0][0], -s.content[-1][1]))
    made: list[Statement] = []
    for s in ordered:
        anchor = s.cue or s.source or s.content[0]
        outer = [
            o
            for o in ordered
            if o is not s and o.speaker != s.speaker and any(a <= anchor[0] and anchor[1] <= b for a, b in o.content)
        ]
        if s.via is not None:
            made.append(s)
            continue
        made.append(replace(s, via=min(outer, key=lambda o: sum(b - a for a, b in o.content)).speaker) if outer else s)
    return made
