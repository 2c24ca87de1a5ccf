"""Statements while they are being found, and those of a cue whose subject is known: content behind, before, around it.

Knows tokens; the cue and its subject are given.
"""

from dataclasses import dataclass

from rag.ingest.attribution.content import closed, ends, is_end, is_title
from rag.ingest.attribution.inverted import subject_after
from rag.ingest.attribution.lexicon import Cue
from rag.ingest.attribution.tokens import QUOTE, TaggedToken, final, span
from rag.ingest.attribution.verbs import CueVerb
from rag.types import Span

_DASHES = ("--", "—", "–")
_JOINS = frozenset("and but while as when after before though".split())


@dataclass(slots=True)
class ReportedSpeech:
    """A statement while it is being found.

    `source` None: that of `like`, or nobody is named. `via` is the span of who relays it, `relayed` one told within
    another's content. `end` is the offset up to which the sentence is read. `spoken`: it holds a quotation;
    `awaiting`: its content is to come.
    """

    content: list[Span]
    cue: Span | None
    source: Span | None
    entry: Cue | None = None
    negated: bool = False
    like: "ReportedSpeech | None" = None
    paragraph: int = 0
    via: Span | None = None
    relayed: bool = False
    end: int = 0
    postposed: bool = False
    relative: bool = False
    spoken: bool = False
    awaiting: bool = False


class Placed:
    """The statements of one article so far; adds one for a cue whose subject is known.

    What adds one gives the token up to which the sentence is read; None where it adds none.
    """

    def __init__(self) -> None:
        self.drafts: list[ReportedSpeech] = []

    def _left_start(self, tokens: list[TaggedToken], i: int) -> int:
        """Where the content before token `i` begins: behind what the sentence's last statement holds."""
        first = tokens[0].start
        last = max((d.end for d in self.drafts[-6:] if d.postposed and d.end > first), default=0)
        return next((k for k in range(i) if tokens[k].start >= last), i)

    def _inside(self, token: TaggedToken) -> bool:
        """Whether a token lies in what another statement holds."""
        return any(a <= token.start < b for d in self.drafts[-4:] for a, b in d.content)

    def _in_sentence(self, tokens: list[TaggedToken]) -> ReportedSpeech | None:
        """The last statement of this very sentence that has a source."""
        for draft in reversed(self.drafts):
            if draft.cue is None or draft.cue[0] < tokens[0].start:
                return None
            if draft.source is not None or draft.like is not None:
                return draft
        return None

    def _add(
        self,
        content: list[Span],
        cue: Span,
        source: Span | None,
        verb: CueVerb | None = None,
        like: ReportedSpeech | None = None,
    ) -> ReportedSpeech:
        end = max([cue[1], *(b for _, b in content), source[1] if source else 0])
        entry, negated = (verb.cue, verb.group.negated) if verb else (None, False)
        self.drafts.append(ReportedSpeech(content, cue, source, entry, negated, like, end=end))
        return self.drafts[-1]

    def _preposed(
        self,
        verb: CueVerb,
        start: int,
        source: Span | None,
        like: ReportedSpeech | None = None,
        limit: int | None = None,
    ) -> int | None:
        """'Poe said that …': the content from token `start` on, at most up to `limit`."""
        tokens = verb.tokens
        behind = _past_quotes(tokens, start)
        if behind > start and (
            is_end(tokens, behind) or final(tokens[behind - 1]) in ".?!," or tokens[behind].text == ","
        ):
            end = behind
            content = [(token.start, token.end) for token in tokens[start:end]]
        else:
            end = ends(tokens, start)
            if behind == start:
                end = min(end, limit or end)
                while end > start and tokens[end - 1].text in (",", ".", ";"):
                    end -= 1
                is_short = end - start < 3 and all(t.lower != QUOTE for t in tokens[start:end])
                if end <= start or (is_short and verb.cue.stance == "asserts"):
                    return None  # too little to be a statement: 'said so', 'repeated it'
            content = [span(tokens, start, end)]
        self._add(content, verb.span, source, verb, like)
        return start + 1 if end > start + 2 else end

    def _postposed(self, verb: CueVerb, left_end: int, source: tuple[int, int], stop: int) -> int | None:
        """'…, Poe said' and '…, said Poe, …': the content before token `left_end`, and what goes on from `stop`."""
        tokens = verb.tokens
        start = self._left_start(tokens, left_end)
        if left_end > 1 and tokens[left_end - 1].lower == QUOTE and tokens[left_end - 2].text == ":":
            start = left_end - 1
        end = left_end
        while end > start and tokens[end - 1].text in (",", "-", *_DASHES):
            end -= 1
        while start < end and tokens[start].text in (",", ";", *_DASHES):
            start += 1
        start = _past_dateline(tokens, start, end)
        if end <= start:
            return None
        content = [span(tokens, start, end)]
        read = stop
        k = stop + (stop < len(tokens) and tokens[stop].text in (",", ":", *_DASHES))
        if not is_end(tokens, k):
            read = _past_quotes(tokens, k)
            if read > k:
                content += ((token.start, token.end) for token in tokens[k:read])
            elif tokens[stop].text == "," and _resumes(tokens, k):
                read = ends(tokens, k)
                content.append(span(tokens, k, read))
            else:
                read = stop
        if len(content) == 1 and not any(_may_be_clause(token) for token in tokens[start:end]):
            return None  # a time or a place, not a clause: 'In Ham, he told reporters.'
        draft = self._add(content, verb.span, span(tokens, *source), verb)
        draft.postposed = True
        draft.end = max(draft.end, tokens[min(read, len(tokens)) - 1].end)
        return max(read, verb.at + 1)

    def _aside(self, verb: CueVerb, start: int, stop: int, source: tuple[int, int]) -> int | None:
        """'As Poe reported, …' and '…, as reported by Poe, …': what stands around it is said."""
        tokens = verb.tokens
        content: list[Span] = []
        if start > 1 and tokens[start - 1].text == ",":
            content.append(span(tokens, self._left_start(tokens, start - 1), start - 1))
        if stop + 1 < len(tokens) and not is_end(tokens, stop):
            content.append(span(tokens, stop + 1, ends(tokens, stop + 1)))
        if not content:
            return None
        self._add(content, verb.span, span(tokens, *source), verb)
        return len(tokens)

    def _behind(self, verb: CueVerb) -> tuple[int, int] | None:
        """The subject behind an inverted cue, unless it is that of what is said: 'Poe, the mayor, said police left'."""
        tokens, i = verb.tokens, verb.at
        source = subject_after(tokens, verb.after)
        if source is None:
            return None
        a, b = source
        stop = closed(tokens, b)
        if tokens[i - 1].lower == QUOTE and not (i > 1 and is_title(tokens, i - 1)):
            return source if stop is not None or "finite" not in tokens[b].kinds else None
        if stop is None or (stop < len(tokens) and tokens[stop].lower == QUOTE and tokens[stop - 1].text != ","):
            return None
        comma = next((k for k in range(a, b) if tokens[k].text == ","), b)
        relative = next((k for k in range(a, comma) if tokens[k].lower in ("who", "whose", "which", "that")), comma)
        if any("finite" in t.kinds for t in tokens[a:relative]):
            return None
        said = (t.lower == QUOTE and not (k and is_title(tokens, k)) for k, t in enumerate(tokens[:i]))
        if not any(said) and not any("finite" in t.kinds for t in tokens[:i]):
            # Without a verb before it, what stands there is a subject with its apposition, unless its verb comes now.
            rest = tokens[b + 1] if b + 1 < len(tokens) and tokens[b].text == "," else None
            return source if rest is not None and ("finite" in rest.kinds or rest.lower == QUOTE) else None
        return source


def _past_quotes(tokens: list[TaggedToken], k: int) -> int:
    """Behind the quotations from token `k` on."""
    while k < len(tokens) and tokens[k].lower == QUOTE:
        k += 1
    return k


def _past_dateline(tokens: list[TaggedToken], start: int, end: int) -> int:
    """Behind 'HAM, Ohio (AP) -' at a sentence's start."""
    if start == 0 and len(tokens[0].text) > 2 and tokens[0].text.isupper():
        return next((k + 1 for k in range(1, min(end, 12)) if tokens[k].text in ("-", *_DASHES)), start)
    return start


def _may_be_clause(token: TaggedToken) -> bool:
    """Whether a token may be a clause's verb, or is a quotation."""
    is_present = token.lower.endswith("s") and token.text[0].islower()
    return "finite" in token.kinds or token.lower == QUOTE or is_present


def _resumes(tokens: list[TaggedToken], k: int) -> bool:
    """Whether what is said goes on behind the comma: not with a participle or a relative."""
    low = tokens[k].lower
    if low.endswith("ing") or low in ("who", "which", "according", "whose"):
        return False
    return low not in _JOINS or not any("verb" in t.kinds for t in tokens[k : k + 9])
