"""Who said what, against PolNeAR's attributions.

    python bench/statements.py [--limit 100]        # of so many articles a half; else of all

A gold attribution counts when its cue holds a verb of saying (VERBS, by stem) and it has a source, a cue and content.
It is found when a statement has at least half of its content's words and its content is at most twice as long, both
counted in words by offsets. The source is right when the statement's source overlaps the head of the gold source (its
first phrase, up to a comma, a relative or a preposition), or, where the two spans are apart, when the speaker's name
holds the gold head. A statement counts for precision when its cue holds a verb of saying; it is right when some gold
attribution, of whatever cue, is found by it with the right source. Direct: nine tenths of the words of the gold
content (for precision: of the statement's) lie within quotation marks. The halves are by the parity of the first
byte of SHA-256 of the article's id; rules were made on `dev` and only counted on `check`.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from printed import table
from sets import POLNEAR, half_of, rows

from rag.ingest.attribution import find_statements
from rag.ingest.attribution.quotes import quotations
from rag.text import stems
from rag.types import Article, Span, Statement

VERBS = (
    "say says said saying tell told add claim deny state declare announce assert affirm allege report explain argue "
    "note warn insist admit acknowledge concede confess confirm reveal disclose divulge mention remark observe comment "
    "reply respond answer recall recount repeat reiterate stress emphasize emphasise suggest estimate predict ask "
    "inquire write wrote written tweet call describe accuse testify maintain contend advise inform assure remind "
    "complain joke quip shout yell exclaim boast caution swear swore vow pledge promise threaten propose counter "
    "retort indicate proclaim lament urge"
)
Counts = tuple[int, int, int, int]
SAYING = frozenset(stems(VERBS))
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_HEAD_END = re.compile(r",| who | which | whose | that | of | in | at | for | from | with | on |\(|;")
_ADVERB = re.compile(r"\b\w+ly\b")  # 'reportedly' is no verb


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold attribution: spans, and the words of its content by their offsets."""

    source: tuple[Span, ...]
    content: tuple[Span, ...]
    saying: bool


def load() -> tuple[dict[str, Article], dict[str, list[Gold]]]:
    """The articles, and their gold attributions by article."""
    articles = {
        a["id"]: Article(id=a["id"], text=a["text"], title=a["title"], path="", publisher=a["publisher"])
        for a in rows(POLNEAR / "articles.jsonl")
    }
    gold: dict[str, list[Gold]] = defaultdict(list)
    for a in rows(POLNEAR / "attributions.jsonl"):
        if a["source"] and a["cue"] and a["content"]:
            cue = " ".join(part["text"] for part in a["cue"])
            gold[a["article"]].append(Gold(_spans(a["source"]), _spans(a["content"]), is_saying(cue)))
    return articles, gold


def _spans(mentions: list[dict[str, Any]]) -> tuple[Span, ...]:
    return tuple(sorted((s, e) for m in mentions for s, e in m["spans"]))


def is_saying(cue: str) -> bool:
    """Whether a cue holds a verb of saying."""
    return not SAYING.isdisjoint(stems(_ADVERB.sub("", cue)))


def words_in(text: str, spans: Iterable[Span]) -> set[int]:
    """The offsets of the words of some spans of a text."""
    return {start + m.start() for start, end in spans for m in _WORD.finditer(text[start:end])}


def head(text: str, spans: Sequence[Span]) -> Span:
    """The last word of a source's first phrase: 'adviser' of 'a senior adviser to Mr. Poe', 'Poe' of 'Jane Poe, 30'."""
    start, end = spans[0]
    cut = _HEAD_END.search(text, start + 1, end)
    found = list(_WORD.finditer(text, start, cut.start() if cut else end))
    return found[-1].span() if found else (start, end)


def overlaps(a: Span, b: Span) -> bool:
    """Whether two spans share a character."""
    return a[0] < b[1] and b[0] < a[1]


def source_right(text: str, gold: Gold, found: Statement) -> bool:
    """By span, else by the speaker's name."""
    at = head(text, gold.source)
    if found.source is not None and any(overlaps(found.source, span) for span in gold.source):
        return overlaps(found.source, at) or overlaps(head(text, [found.source]), gold.source[0])
    return text[slice(*at)].casefold() in found.speaker.casefold().split()


class Marked:
    """An article with what compares quickly: the words of gold and found contents, and those in quotations."""

    def __init__(self, article: Article, gold: list[Gold], found: list[Statement]) -> None:
        self.text = article.text
        self.gold = [(g, words_in(self.text, g.content)) for g in gold]
        self.found = [(f, words_in(self.text, f.content)) for f in found]
        self.quoted = words_in(self.text, quotations(self.text))

    def match(self, gold: tuple[Gold, set[int]], found: tuple[Statement, set[int]]) -> bool:
        """Content found with the right source."""
        return self.content(gold[1], found[1]) and source_right(self.text, gold[0], found[0])

    def content(self, gold: set[int], found: set[int]) -> bool:
        """At least half of its words, at most twice its length."""
        return bool(gold) and 2 * len(gold & found) >= len(gold) and len(found) <= 2 * len(gold)

    def direct(self, words: set[int]) -> bool:
        """Nine tenths within quotation marks."""
        return bool(words) and len(words & self.quoted) >= 0.9 * len(words)


def scored(marked: Iterable[Marked]) -> dict[str, Counts]:
    """For `all` and `direct`: right statements, statements, found gold, gold."""
    counts = {"all": [0, 0, 0, 0], "direct": [0, 0, 0, 0]}

    def count(m: Marked, words: set[int], at: int, is_right: bool) -> None:
        for kind in ("all", "direct") if m.direct(words) else ("all",):
            counts[kind][at] += is_right
            counts[kind][at + 1] += 1

    for m in marked:
        for f in m.found:
            if f[0].cue is not None and is_saying(m.text[slice(*f[0].cue)]):
                count(m, f[1], 0, any(m.match(g, f) for g in m.gold))
        for g in m.gold:
            if g[0].saying:
                count(m, g[1], 2, any(m.match(g, f) for f in m.found))
    return {kind: (a, b, c, d) for kind, (a, b, c, d) in counts.items()}


def main() -> None:
    """Print the table of both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    limit = parser.parse_args().limit
    articles, gold = load()
    kept = {half: [i for i in articles if half_of(i) == half][:limit] for half in ("dev", "check")}
    articles = {i: articles[i] for several in kept.values() for i in several}
    began = time.process_time()
    found = {i: find_statements(a) for i, a in articles.items()}
    seconds = time.process_time() - began
    table(
        ["statements", "half", "precision", "recall", "statements", "gold"],
        (
            [kind, half, right / max(1, made), hit / max(1, known), made, known]
            for half, ids in kept.items()
            for kind, (right, made, hit, known) in scored(Marked(articles[i], gold[i], found[i]) for i in ids).items()
        ),
        words=2,
    )
    size = sum(len(a.text) for a in articles.values())
    print(f"{seconds / size * 1e6:.2f} microseconds a character, {sum(map(len, found.values()))} statements")


if __name__ == "__main__":
    main()
