"""What a language model is shown: numbered excerpts of articles, each under outlet, day and speaker.

Sentences for a small model on a plain machine, whole passages or whole articles for one whose window and speed allow
it; as many as fit into its window, so that none is cut by the server without a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.answer.budget import tokens
from rag.answer.cite import day
from rag.answer.evidence import Evidence, Voice, spread
from rag.answer.fence import as_data
from rag.types import UNNAMED, Article, Hit

Reads = Literal["sentences", "passages", "articles"]

# Chosen by what a small model on two cores reads in ten seconds; other numbers were not compared.
SENTENCES, A_STORY = 8, 3


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of an article, `article.text[start:end]`, and who says it where that is one voice."""

    article: Article
    start: int
    end: int
    voice: Voice = Voice()

    @property
    def story(self) -> str:
        """The same for copies of one story."""
        return self.article.story or self.article.id


def excerpts(reads: Reads, evidence: Sequence[Evidence], hits: Sequence[Hit]) -> list[Excerpt]:
    """What bears most on the question, best first.

    Args:
        reads: how much the model is given of what was found.
        evidence: sentences, best first.
        hits: the passages that they are of, best first.
    """
    if reads == "articles":
        return [Excerpt(a, 0, len(a.text)) for a in dict.fromkeys(h.article for h in hits)]
    if reads == "passages":
        return [Excerpt(h.article, h.passage.start, h.passage.end) for h in hits]
    chosen = spread(evidence, SENTENCES, A_STORY)
    return [Excerpt(e.article, e.start if e.lead is None else e.lead, e.end, e.voice) for e in chosen]


def shown(several: Sequence[Excerpt], mark: str) -> str:
    """The excerpts as a prompt has them, numbered from 1, between two marks that no article can know."""
    lines = [
        f"[{n}] {_head(x, mark)}{as_data(x.article.text[x.start : x.end], mark)}" for n, x in enumerate(several, 1)
    ]
    return "\n\n".join([f"<<{mark}", *lines, f"{mark}>>"])


def _head(x: Excerpt, mark: str) -> str:
    about = f"{x.article.publisher or x.article.title}, {day(x.article.published)}"
    speaker = x.voice.speaker
    if speaker is not None and speaker != UNNAMED:
        about += f"; {speaker}" + (f" (according to {x.voice.via})" if x.voice.via else "")
    return f"{as_data(about, mark)}: "


def fitting(several: Sequence[Excerpt], room: int) -> list[Excerpt]:
    """Those that fit into `room` tokens, the best first; a long one is passed over for those behind it."""
    kept: list[Excerpt] = []
    for x in several:
        needed = tokens(x.article.text[x.start : x.end]) + 30  # its head
        if needed <= room:
            kept.append(x)
            room -= needed
    return kept
