"""An article to its statements: turns and drafts, their speakers, their stance.

The one place where the parts of this folder meet.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from rag.ingest.attribution.draft import Draft
from rag.ingest.attribution.find import Finder
from rag.ingest.attribution.lexicon import lexicon
from rag.ingest.attribution.names import Names
from rag.ingest.attribution.quotes import quotations
from rag.ingest.attribution.relays import relayed, without_tales
from rag.ingest.attribution.speakers import Speaker, Speakers
from rag.ingest.attribution.stance import stance_of
from rag.ingest.attribution.subjects import main_subject
from rag.ingest.attribution.tokens import sentences, span, word_pattern
from rag.ingest.attribution.turns import Turn, turns
from rag.text.sentences import blocks
from rag.types import UNNAMED, Article, Span, Statement

_WORD = re.compile(r"\w+")
LONGEST_READ = 30_000


def find_statements(article: Article, meanwhile: Callable[[], None] = lambda: None) -> list[Statement]:
    """Every statement that an article reports, in the order of what is said.

    What no statement holds is the article's own voice. Statements may lie within one another: 'Poe said that the
    agency had reported …' is one of Poe's and, within it, one of the agency's `via` Poe. A text of more than
    `LONGEST_READ` characters is read in blocks, each by itself, so that the time grows with its length only; before
    each `meanwhile` is called, and what it raises ends the work.
    """
    if len(article.text) <= LONGEST_READ:
        return _find(article)
    found: list[Statement] = []
    for start, end in blocks(article.text, LONGEST_READ):
        meanwhile()
        block = replace(article, text=article.text[start:end], captions=())
        found += (_moved(statement, start) for statement in _find(block))
    return found


def _moved(statement: Statement, by: int) -> Statement:
    def at(span: Span | None) -> Span | None:
        return span and (span[0] + by, span[1] + by)

    content = tuple((start + by, end + by) for start, end in statement.content)
    return replace(statement, content=content, cue=at(statement.cue), source=at(statement.source))


def _find(article: Article) -> list[Statement]:
    words, text = lexicon(), article.text
    finder = Finder(words)
    asides: list[tuple[int, Span]] = []
    for sentence in sentences(text, words, _pattern()):
        count = len(finder.drafts)
        finder.read(sentence)
        if len(finder.drafts) == count and len(sentence.tokens) > 3:
            subject = main_subject(sentence.tokens, len(sentence.tokens), words)
            # A line of nothing else is a heading or an item of a list, and the subject of nothing.
            if subject is not None and subject[1] < len(sentence.tokens):
                asides.append((sentence.tokens[0].start, span(sentence.tokens, *subject)))
    names = Names(text, words.words)
    speakers = Speakers(article, names, words)
    told = [draft for draft in finder.drafts if draft.content]
    own = without_tales(text, told, words, names)
    drafts = sorted(own + relayed(text, own, words, _pattern(), names), key=_position)
    made = _told(article, drafts, speakers, asides)
    made += [_turn(article, turn, speakers) for turn in turns(text)]
    return _with_via(sorted(made, key=lambda s: (s.content[0][0], -s.content[-1][1])))


def speaker_at(statements: Iterable[Statement], start: int, end: int) -> list[Statement]:
    """The statements that hold any of a span of their article, the innermost first; none: the outlet's own voice."""
    found = [s for s in statements if any(a < end and start < b for a, b in s.content)]
    return sorted(found, key=lambda s: sum(b - a for a, b in s.content))


@cache
def _pattern() -> re.Pattern[str]:
    return word_pattern(lexicon())


def _position(draft: Draft) -> int:
    return draft.source[0] if draft.source else draft.cue[0] if draft.cue else draft.content[0][0]


def _told(article: Article, drafts: list[Draft], speakers: Speakers, asides: list[tuple[int, Span]]) -> list[Statement]:
    """The drafts as statements; speakers are found in the order of the text, other sentences' subjects remembered."""
    quoted = quotations(article.text)
    starts = [start for start, _ in quoted]
    known: dict[int, Speaker] = {}
    last: Speaker | None = None
    made: list[Statement] = []
    coming = iter(asides)
    aside = next(coming, None)
    for draft in drafts:
        while aside is not None and aside[0] <= _position(draft):
            speakers.subject(*aside[1])
            aside = next(coming, None)
        origin = draft
        while origin.source is None and origin.like is not None:
            origin = origin.like
        if id(origin) in known:
            speaker = known[id(origin)]
        elif origin.source is not None:
            speaker = speakers.of(origin.source, last)
        else:
            speaker = Speaker(UNNAMED)
        known[id(origin)] = last = speaker
        made.append(_statement(article, draft, origin, speaker))
        if draft.via is not None:
            made[-1] = replace(made[-1], via=speakers.of(draft.via, None).name)
        if not draft.relayed:
            made[-1] = replace(made[-1], direct=_is_direct(made[-1].content, quoted, starts))
    return made


def _statement(article: Article, draft: Draft, origin: Draft, speaker: Speaker) -> Statement:
    content = tuple(sorted(draft.content))
    said = " … ".join(article.text[a:b] for a, b in content)
    return Statement(
        article_id=article.id,
        content=content,
        cue=draft.cue,
        source=origin.source,
        speaker=speaker.name,
        description=speaker.description,
        stance=stance_of(draft.entry.stance if draft.entry else "asserts", draft.negated, said),
    )


def _is_direct(content: tuple[Span, ...], quoted: list[Span], starts: list[int]) -> bool:
    """Whether nine tenths of the content stand in quotation marks."""
    inside = 0
    for a, b in content:
        for c, d in quoted[max(0, bisect_right(starts, a) - 1) : bisect_right(starts, b)]:
            inside += max(0, min(b, d) - max(a, c))
    return inside >= 0.9 * sum(b - a for a, b in content)


def _turn(article: Article, turn: Turn, speakers: Speakers) -> Statement:
    speaker = speakers.of_label(turn.label)
    return Statement(
        article_id=article.id,
        content=(turn.content,),
        cue=None,
        source=turn.label,
        speaker=speaker.name,
        description=speaker.description,
        direct=True,
        stance=stance_of("asserts", False, article.text[slice(*turn.content)]),
    )


def _with_via(statements: list[Statement]) -> list[Statement]:
    """Statements whose cue lies within another's content get its speaker as `via`; they come sorted by content."""
    made: list[Statement] = []
    for k, s in enumerate(statements):
        anchor = s.cue or s.source or s.content[0]
        outer = [
            o
            for o in statements[max(0, k - 12) : k + 12]
            if o is not s and o.speaker != s.speaker and any(a <= anchor[0] and anchor[1] <= b for a, b in o.content)
        ]
        if s.via is None and outer:
            s = replace(s, via=min(outer, key=lambda o: sum(b - a for a, b in o.content)).speaker)
        made.append(s)
    return made
