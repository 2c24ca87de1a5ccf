"""What is here: an answer about the collection itself, from the catalog alone.

Knows nothing of searches or models.
"""

from collections import Counter
from collections.abc import Sequence

from rag.answer.cite import as_markdown, cite, day
from rag.answer.findings import ENGINE
from rag.text import sentence_spans
from rag.types import Answer, Article, Citation

# Articles that get a line each, the newest first; so few that each is shown with its first sentence too.
LISTED, QUOTED = 20, 8


def describe(question: str, articles: Sequence[Article], count: int) -> Answer:
    """How many articles of which outlets and days there are, and a line an article.

    Args:
        articles: the newest ones, at most as many as are listed.
        count: how many there are in all.
    """
    outlets = Counter(a.publisher or "outlet unknown" for a in articles)
    days = sorted(a.published for a in articles if a.published)
    outlet_list = ", ".join(f"{as_markdown(outlet)} ({n})" for outlet, n in outlets.most_common(10))
    newest = "" if count <= len(articles) else f" The newest {len(articles)}:"
    lines = [f"{count:,} article{'s' if count != 1 else ''} in this collection.{newest} {outlet_list}."]
    if days:
        lines[0] += f" Published {day(days[0])}" + (f" to {day(days[-1])}." if days[0] != days[-1] else ".")
    citations: list[Citation] = []
    for article in articles:
        line = f"- **{as_markdown(article.title)}** — {as_markdown(article.publisher or 'outlet unknown')}, "
        line += day(article.published)
        if len(articles) <= QUOTED and (spans := sentence_spans(article.text)):
            citations.append(cite(len(citations) + 1, article, *spans[0]))
            line += f": {as_markdown(citations[-1].quote)} [{len(citations)}]"
        lines.append(line)
    return Answer(
        question=question, verdict="answered", text="\n\n".join(lines), citations=tuple(citations), engine=ENGINE
    )


def greet(question: str, count: int) -> Answer:
    """What can be asked here."""
    text = (
        f"Ask about the {count:,} article{'s' if count != 1 else ''} here: who said what, when, and who disputes it. "
        "Every line of an answer leads to the words it rests on.\n\nAlso: *What are these articles about?* · "
        "*Timeline of …* · *What does … say about …?*\n\nArticles are added with `rag ingest PATH`, or by dropping "
        "files on the page; `rag models` sets up a language model that writes; `rag --help` tells the rest."
    )
    return Answer(question=question, verdict="answered", text=text, engine=ENGINE)
