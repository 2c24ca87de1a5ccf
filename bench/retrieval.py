"""How well evidence is found: each step of the search added in turn, and which sentence of what is found stands first.

    python bench/retrieval.py [--half dev|check] [--limit 100] [--only SET] [--homes FOLDER]      (needs ../shared)

Search: MultiHop-RAG's share of facts in the first 4 and 10 passages, averaged over questions with evidence, and of
questions with all of them in the first 10 (a passage holds a fact when it contains it, white space aside); of the other
sets the share of questions with one of their documents first (PolNeAR's "who said", SQuAD 2.0, RAMDocs), or among the
first 3 articles (bench/wordings.jsonl, over the five real articles).
Sentences: the share of answerable questions whose answer stands in the sentence ranked first, by the weights in
rag/answer/evidence.py, which were chosen on squadshifts, and by others; the share that has it anywhere in the answer
without a model, and how many lines that is; then the share whose nearest sentence is farther than so much, and so
would be declined (`findings.NEAR`) or called only near (`findings.PLAIN`).
"""

import argparse
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from measure import corpus_of
from printed import table
from sets import (
    SOURCES,
    Document,
    Item,
    all_documents,
    five_articles,
    half_of,
    load,
    polnear_articles,
    rows,
    squadshifts,
)

from rag import Corpus
from rag.answer.evidence import MEANING, WORDS, Evidence
from rag.index import lexical
from rag.retrieve import search as searching
from rag.retrieve.query import Query, make_query
from rag.settings import load_settings
from rag.types import Hit

Find = Callable[[str], list[Hit]]
K = 10
# (meaning, words, before and rank); the first is as set.
WEIGHTS = ((MEANING, WORDS, True), (1, 0.5, False), (1, 0, False), (0, 1, False))
NEARNESS = (0.3, 0.35, 0.45, 0.55, 0.7)


@dataclass(frozen=True, kw_only=True)
class Task:
    """A corpus and its questions: `golds` are documents of which one should come first, or facts that passages hold.

    `within` is how many articles count as first; `sentences` whether the sentence that stands first is looked at.
    """

    name: str
    documents: Sequence[Document | Path]
    items: Sequence[Item]
    golds: Callable[[Item], Sequence[Document | Path]] = lambda item: item.documents
    within: int = 1
    sentences: bool = False


def tasks(half: str | None, limit: int | None) -> Iterator[Task]:
    """The sets, each question once."""

    def of(name: str) -> list[Item]:
        return [i for h in ("dev", "check") if half in (None, h) for i in load(name, h, limit)]

    evidence = [i for i in of("multihop_rag") if i.kind == "evidence"]
    yield Task(name="multihop_rag", documents=all_documents(evidence, SOURCES["multihop_rag"]), items=evidence)
    articles = polnear_articles()
    yield Task(name="polnear", documents=list(articles.values()), items=of("polnear"), sentences=True,
               golds=lambda i: [articles[i.row["article"]]])  # fmt: skip
    files = five_articles()
    worded = [Item(id="", question=q["question"], row=q) for q in rows(Path(__file__).with_name("wordings.jsonl"))]
    kept = [i for i in worded if half in (None, half_of(i.question))][:limit]
    yield Task(name="wordings", documents=files, items=kept, within=3,
               golds=lambda i: [f for f in files if f.name in i.row["files"]])  # fmt: skip
    squad, ram = of("squad2"), of("ramdocs")
    yield Task(name="squad2", documents=all_documents(list(SOURCES["squad2"].items()), SOURCES["squad2"]),
               items=[i for i in squad if i.golds], sentences=True)  # fmt: skip
    real = {i.id: [Document(d["text"]) for d in i.row["documents"] if d["type"] != "noise"] for i in ram}
    yield Task(name="ramdocs", documents=all_documents(ram, SOURCES["ramdocs"]), items=ram, golds=lambda i: real[i.id])
    one_each = list({i.documents: i for i in random.Random(3).sample(squadshifts(), 3_000)}.values())[: limit or 300]
    yield Task(name="squadshifts", documents=[i.documents[0] for i in one_each], items=one_each, sentences=True)


def rrf(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Ids by the sum of 1 / (60 + rank): reciprocal rank fusion, Cormack et al., SIGIR 2009."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, i in enumerate(ranking, 1):
            scores[i] = scores.get(i, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda i: (-scores[i], i))


def steps(corpus: Corpus) -> Iterator[tuple[str, Find]]:
    """Each way to search, by name; the last is the product's own."""
    searcher = corpus._searcher

    def hits(ids: Sequence[str]) -> list[Hit]:
        found = corpus._catalog.passages(ids[:K])
        return [Hit(passage=found[i][0], article=found[i][1], score=0.0) for i in ids[:K] if i in found]

    def dense(query: Query) -> list[str]:
        return [i for i, _ in corpus._dense(query.text, searching.CANDIDATES, None)]

    def words(terms: Sequence[str]) -> list[str]:
        return [i for i, _ in lexical.search(corpus._catalog.database, terms, searching.CANDIDATES)]

    sentences, searcher._sentences = searcher._sentences, None
    yield "dense", lambda q: hits(dense(make_query(q)))
    yield "full text", lambda q: hits(words(make_query(q).terms))
    yield "ranks fused (RRF)", lambda q: hits(rrf([dense(make_query(q)), words(make_query(q).terms)]))
    spread, searching.NEXT_OF_ARTICLE = searching.NEXT_OF_ARTICLE, 1.0
    yield "scores fused", lambda q: searcher.search(replace(make_query(q), phrases=()), K, None)
    yield "+ phrases", lambda q: searcher.search(make_query(q), K, None)
    searching.NEXT_OF_ARTICLE = spread
    yield "+ spread over articles", lambda q: searcher.search(make_query(q), K, None)
    yield "+ names", lambda q: searcher.search(replace(searcher.understand(make_query(q)), constraints=()), K, None)
    yield "+ constraints", lambda q: searcher.search(searcher.understand(make_query(q)), K, None)
    searcher._sentences = sentences
    yield "+ closest sentence: all", lambda q: corpus.search(q, K)


def facts_found(items: Sequence[Item], find: Find) -> list[float]:
    """Evidence recall at 4 and 10, and the share of questions with all evidence in the first 10."""
    found: list[tuple[float, float, bool]] = []
    for item in items:
        texts = ["".join(h.passage.text.split()) for h in find(item.question)]
        facts = ["".join(e["fact"].split()) for e in item.row["evidence_list"]]
        ranks = [next((i for i, text in enumerate(texts) if fact in text), K) for fact in facts]
        at4, at10 = (sum(r < k for r in ranks) / len(ranks) for k in (4, K))
        found.append((at4, at10, at10 == 1))
    return [sum(column) / len(found) for column in zip(*found, strict=True)]


def documents_first(task: Task, ids: dict[Document | Path, str], find: Find) -> list[float]:
    """The share of questions with one of their documents among the first articles found."""
    first = 0
    for item in task.items:
        articles = list(dict.fromkeys(h.article.id for h in find(item.question)))[: task.within]
        first += any(ids.get(gold) in articles for gold in task.golds(item))
    return [first / max(1, len(task.items))]


def answers(item: Item, text: str) -> bool:
    """Whether a sentence holds an answer; of "who said" four fifths of the words that were said."""
    if "content" not in item.row:
        return any(gold in text for gold in item.golds)
    said = set(item.row["content"]["text"].lower().split())
    return len(said & set(text.lower().split())) >= 0.8 * len(said)


def scored(e: Evidence, meaning: float, words: float, others: bool) -> float:
    """The score under other weights; what the sentence before adds and the passage's rank are in its own score."""
    rest = e.score - MEANING * e.meaning - WORDS * e.coverage
    return meaning * e.meaning + words * e.coverage + (rest if others else 0.0)


def sentence_rank(task: Task, corpus: Corpus) -> None:
    """Print which weights put an answer first, and how near the nearest sentences are."""
    ranked = [(i, corpus._answerer._found(corpus.understood(i.question), None, corpus.settings.results).evidence)
              for i in task.items]  # fmt: skip
    found = [(i, e) for i, e in ranked if e]
    firsts = [(w, [answers(i, max(e, key=lambda x: scored(x, *w)).text) for i, e in found]) for w in WEIGHTS]
    table(["meaning, words, the others", "first sentence"], ([str(w), sum(f) / len(f)] for w, f in firsts))
    cited = [(i, corpus.ask(i.question, llm="extractive").citations) for i in task.items]
    shown = [any(answers(i, c.quote) for c in several) for i, several in cited]
    lines = sum(len(several) for _, several in cited)
    table(["shown", "answer", "lines, mean"], [["without a model", sum(shown) / len(shown), lines / len(shown)]])
    nearest = [max(x.nearness for x in e) for _, e in found]
    table(["nearness", "farther"], ([str(n), sum(x < n for x in nearest) / len(nearest)] for n in NEARNESS))


def main() -> None:
    """Print the tables of each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "check"))
    parser.add_argument("--limit", type=int, help="questions of a half")
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--only", help="one set")
    args = parser.parse_args()
    for task in tasks(args.half, args.limit):
        if args.only not in (None, task.name):
            continue
        with corpus_of(task.documents, load_settings(), args.homes) as (corpus, ids):
            print(f"\n{task.name}: {len(task.items)} questions, {corpus.counts()['articles']} articles")
            facts = task.name == "multihop_rag"
            table(["step", "evidence @4", "@10", "all in 10"] if facts else ["step", f"in the first {task.within}"],
                  ([name, *(facts_found(task.items, find) if facts else documents_first(task, dict(ids), find))]
                   for name, find in steps(corpus)))  # fmt: skip
            if task.sentences:
                sentence_rank(task, corpus)


if __name__ == "__main__":
    main()
