"""An article to its statements: turns and drafts, their speakers, their stance.

The one place where the parts of this folder meet.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace

from rag.ingest.attribution.find import Finder
from rag.ingest.attribution.names import ArticleNames
from rag.ingest.attribution.placed import ReportedSpeech
from rag.ingest.attribution.quotes import quotations
from rag.ingest.attribution.relays import relayed, without_tales
from rag.ingest.attribution.speakers import Speaker, Speakers
from rag.ingest.attribution.stance import stance_of
from rag.ingest.attribution.subjects import main_subject
from rag.ingest.attribution.tokens import sentences, span
from rag.ingest.attribution.turns import SpeechTurn, turns
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
    text = article.text
    finder = Finder()
    asides: list[tuple[int, Span]] = []
    for sentence in sentences(text):
        count, tokens = len(finder.drafts), sentence.tokens
        finder.read(sentence)
        if len(finder.drafts) == count and len(tokens) > 3:
            subject = main_subject(tokens, len(tokens))
            # A line of nothing else is a heading or an item of a list, and the subject of nothing.
            if subject is not None and subject[1] < len(tokens):
                asides.append((tokens[0].start, span(tokens, *subject)))
    names = ArticleNames(text)
    speakers = Speakers(text, names)
    own = without_tales(text, [draft for draft in finder.drafts if draft.content], names)
    drafts = sorted(own + relayed(text, own, names), key=_position)
    made = _statements(article, drafts, speakers, asides)
    made += [_turn(article, turn, speakers) for turn in turns(text)]
    return _with_via(sorted(made, key=lambda s: (s.content[0][0], -s.content[-1][1])))


def speaker_at(statements: Iterable[Statement], start: int, end: int) -> list[Statement]:
    """The statements that hold any of a span of their article, the innermost first; none: the outlet's own voice."""
    found = [s for s in statements if any(a < end and start < b for a, b in s.content)]
    return sorted(found, key=lambda s: sum(b - a for a, b in s.content))


def _position(draft: ReportedSpeech) -> int:
    return draft.source[0] if draft.source else draft.cue[0] if draft.cue else draft.content[0][0]


def _statements(
    article: Article, drafts: list[ReportedSpeech], speakers: Speakers, asides: list[tuple[int, Span]]
) -> list[Statement]:
    """The drafts as statements; speakers are found in the order of the text, other sentences' subjects remembered."""
    quoted = quotations(article.text)
    starts = [start for start, _ in quoted]
    known: dict[int, Speaker] = {}
    made: list[Statement] = []
    coming = 0
    for draft in drafts:
        while coming < len(asides) and asides[coming][0] <= _position(draft):
            speakers.subject(*asides[coming][1])
            coming += 1
        origin = draft
        while origin.source is None and origin.like is not None:
            origin = origin.like
        if id(origin) not in known:
            known[id(origin)] = speakers.of(origin.source) if origin.source else Speaker(UNNAMED)
        speaker = known[id(origin)]
        content = tuple(sorted(draft.content))
        stance = draft.entry.stance if draft.entry else "asserts"
        made.append(
            Statement(
                article_id=article.id,
                content=content,
                cue=draft.cue,
                source=origin.source,
                speaker=speaker.name,
                description=speaker.description,
                stance=stance_of(stance, draft.negated, " … ".join(article.text[a:b] for a, b in content)),
                via=speakers.of(draft.via).name if draft.via else None,
                direct=not draft.relayed and _is_direct(content, quoted, starts),
            )
        )
    return made


def _is_direct(content: tuple[Span, ...], quoted: list[Span], starts: list[int]) -> bool:
    """Whether nine tenths of the content stand in quotation marks."""
    inside = 0
    for a, b in content:
        for c, d in quoted[max(0, bisect_right(starts, a) - 1) : bisect_right(starts, b)]:
            inside += max(0, min(b, d) - max(a, c))
    return inside >= 0.9 * sum(b - a for a, b in content)


def _turn(article: Article, turn: SpeechTurn, speakers: Speakers) -> Statement:
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
