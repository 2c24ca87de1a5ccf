"""Statements while they are being found, and what their finder remembers of them.

Knows spans; nothing of language.
"""

from dataclasses import dataclass

from rag.ingest.attribution.lexicon import Cue, Form, Lexicon
from rag.ingest.attribution.tokens import Token
from rag.ingest.attribution.verbs import Group
from rag.types import Span


@dataclass(slots=True)
class Draft:
    """A statement while it is being found.

    `source` None: that of `like`, or nobody is named. `via` is the span of who relays it, `relayed` one told within
    another's content. `end` is the offset up to which the sentence is told. `spoken`: it holds a quotation;
    `awaiting`: its content is to come.
    """

    content: list[Span]
    cue: Span | None
    source: Span | None
    entry: Cue | None = None
    negated: bool = False
    like: "Draft | None" = None
    paragraph: int = 0
    via: Span | None = None
    relayed: bool = False
    end: int = 0
    postposed: bool = False
    relative: bool = False
    spoken: bool = False
    awaiting: bool = False


class Drafts:
    """The drafts of one article so far, and those of the sentence at hand."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.drafts: list[Draft] = []

    def _left_start(self, tokens: list[Token], i: int) -> int:
        """Where the content before token `i` begins: behind what the sentence's last statement holds."""
        if not self.drafts:
            return 0
        first = tokens[0].start
        last = max((d.end for d in self.drafts[-6:] if d.postposed and d.end > first), default=0)
        return next((k for k in range(i) if tokens[k].start >= last), i)

    def _inside(self, token: Token) -> bool:
        """Whether a token lies in what another statement holds."""
        return any(a <= token.start < b for d in self.drafts[-4:] for a, b in d.content)

    def _in_sentence(self, tokens: list[Token]) -> Draft | None:
        """The last statement of this very sentence that has a source."""
        first = tokens[0].start
        for draft in reversed(self.drafts):
            if draft.cue is None or draft.cue[0] < first:
                return None
            if draft.source is not None or draft.like is not None:
                return draft
        return None

    def _add(
        self,
        content: list[Span],
        cue: Span,
        source: Span | None,
        form: Form | None = None,
        group: Group | None = None,
        like: Draft | None = None,
    ) -> None:
        end = max([cue[1], *(b for _, b in content), source[1] if source else 0])
        self.drafts.append(
            Draft(
                content,
                cue,
                source,
                form.cue if form else None,
                group.negated if group else False,
                like,
                end=end,
            )
        )
