"""What a language model is shown: numbered excerpts of articles, each under outlet, day and speaker.

Sentences for a small model on a plain machine, whole passages or whole articles for one whose window and speed allow
it; as many as fit into its window, so that none is cut by the server without a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from rag.answer.cite import day
from rag.answer.evidence import Evidence, Voice, spread
from rag.answer.fence import as_data
from rag.text.vocabulary import tokens
from rag.types import UNNAMED, Article, Hit

Reads = Literal["sentences", "passages", "articles"]

# Chosen by what a small model on two cores reads in ten seconds; other numbers were not compared. A summary, a
# comparison or a list reads more, in parts, and more of one story, which may be what it is of.
SENTENCES, A_STORY = 8, 3
PARTS = 2
_HEAD = 30  # tokens of outlet, day and speaker


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of an article, `article.text[start:end]`, and who says it where that is one voice."""

    article: Article
    start: int
    end: int
    voice: Voice = field(default_factory=Voice)

    @property
    def story(self) -> str:
        """The same for copies of one story."""
        return self.article.story or self.article.id


def excerpts(
    reads: Reads, evidence: Sequence[Evidence], hits: Sequence[Hit], most: int = SENTENCES, a_story: int = A_STORY
) -> list[Excerpt]:
    """What bears most on the question, best first.

    Args:
        reads: how much the model is given of what was found.
        evidence: sentences, best first.
        hits: the passages that they are of, best first.
        most: how many sentences, where it reads sentences.
        a_story: how many of one story.
    """
    if reads == "articles":
        return [Excerpt(a, 0, len(a.text)) for a in dict.fromkeys(h.article for h in hits)]
    if reads == "passages":
        return [Excerpt(h.article, h.passage.start, h.passage.end) for h in hits]
    chosen = spread(evidence, most, a_story)
    return _joined(Excerpt(e.article, e.start if e.lead is None else e.lead, e.end, e.voice) for e in chosen)


def _joined(several: Iterable[Excerpt]) -> list[Excerpt]:
    """The excerpts, those that overlap in one, at the place and under the voice of the better."""
    kept = list[Excerpt]()
    for x in several:
        at = next(
            (i for i, k in enumerate(kept) if k.article.id == x.article.id and x.start < k.end and k.start < x.end), -1
        )
        if at < 0:
            kept.append(x)
        else:
            kept[at] = replace(kept[at], start=min(kept[at].start, x.start), end=max(kept[at].end, x.end))
    return kept


def shown(several: Sequence[Excerpt], mark: str) -> str:
    """The excerpts as a prompt has them, numbered from 1, between two marks that no article can know."""
    lines = [
        f"[{n}] ({as_data(head(x), mark)}) {as_data(x.article.text[x.start : x.end], mark)}"
        for n, x in enumerate(several, 1)
    ]
    return "\n\n".join([f"<<{mark}", *lines, f"{mark}>>"])


def head(x: Excerpt) -> str:
    """What stands before an excerpt: outlet, day and speaker, as far as they are known."""
    about = x.article.publisher or x.article.title
    if x.article.published:
        about += f", {day(x.article.published)}"
    speaker = x.voice.speaker
    if speaker is not None and speaker != UNNAMED:
        about += f"; {speaker}" + (f", according to {x.voice.via}" if x.voice.via else "")
    return about


def in_parts(several: Sequence[Excerpt], room: int, most: int) -> list[list[Excerpt]]:
    """The excerpts in parts of at most `most` that take at most `room` tokens, each in the first that has room for it.

    One that is too long for any is left out.
    """
    parts: list[tuple[list[Excerpt], int]] = []
    for x in several:
        needed = tokens(x.article.text[x.start : x.end]) + _HEAD
        if needed > room:
            continue
        at = next((i for i, (held, free) in enumerate(parts) if needed <= free and len(held) < most), len(parts))
        held, free = parts[at] if at < len(parts) else ([], room)
        parts[at : at + 1] = [([*held, x], free - needed)]
    return [held for held, _ in parts]
