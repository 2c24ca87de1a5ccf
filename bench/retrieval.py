"""How well evidence is found, step by step: dense alone, full text alone, both fused, and each thing added to that.

python bench/retrieval.py [--half first|second] [--homes FOLDER]        (needs ../shared beside the project)

MultiHop-RAG: of the questions with evidence, the share of facts found in the first 4 and 10 passages (averaged over
questions), and the share of questions with all of them in the first 10; a passage holds a fact when it contains it,
spaces and newlines removed from both. PolNeAR: the share of "who said" questions whose article comes first. Wordings:
the share of bench/wordings.jsonl, asked of the five real articles, whose article is among the first 3. SQuAD 2.0 and
RAMDocs: all their texts as one corpus; the share of questions whose text, or one of whose texts, comes first.
`--half` takes every other question. `--homes` keeps the ingested sets there between runs.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from sets import DATA, as_files, rows

from rag import Corpus
from rag.index import lexical
from rag.retrieve import search as searching
from rag.retrieve.query import Query, make_query
from rag.settings import load_settings
from rag.types import Hit

Find = Callable[[str], list[Hit]]
K = 10


def rrf(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Ids by the sum of 1 / (60 + rank): reciprocal rank fusion, Cormack et al., SIGIR 2009."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, i in enumerate(ranking, 1):
            scores[i] = scores.get(i, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda i: (-scores[i], i))


def steps(corpus: Corpus) -> Iterator[tuple[str, Find]]:
    """Each way to search, by name; the last is the product's own."""
    finder = corpus._finder

    def hits(ids: Sequence[str]) -> list[Hit]:
        found = corpus._catalog.passages(ids[:K])
        return [Hit(passage=found[i][0], article=found[i][1], score=0.0) for i in ids[:K] if i in found]

    def dense(query: Query) -> list[str]:
        return [i for i, _ in corpus._dense(query.text, searching.CANDIDATES, None)]

    def words(terms: Sequence[str]) -> list[str]:
        return [i for i, _ in lexical.search(corpus._catalog.database, terms, searching.CANDIDATES)]

    def bare(question: str) -> Query:
        return replace(make_query(question), parts=())

    sentences, finder._sentences = finder._sentences, None
    yield "dense", lambda q: hits(dense(bare(q)))
    yield "full text", lambda q: hits(words(bare(q).terms))
    yield "ranks fused", lambda q: hits(rrf([dense(bare(q)), words(bare(q).terms)]))
    spread, searching.NEXT_OF_ARTICLE = searching.NEXT_OF_ARTICLE, 1.0
    yield "scores fused", lambda q: finder.search(replace(bare(q), phrases=()), K, None)
    yield "+ phrases", lambda q: finder.search(bare(q), K, None)
    searching.NEXT_OF_ARTICLE = spread
    yield "+ spread over articles", lambda q: finder.search(bare(q), K, None)
    yield "+ names", lambda q: finder.search(replace(finder.understand(bare(q)), constraints=()), K, None)
    yield "+ constraints", lambda q: finder.search(finder.understand(bare(q)), K, None)
    finder._sentences = sentences
    yield "+ closest sentence", lambda q: finder.search(finder.understand(bare(q)), K, None)
    yield "+ questions split: all", lambda q: corpus.search(q, K)


def multihop(questions: Iterable[dict], find: Find) -> tuple[float, float, float]:
    """Evidence recall at 4 and 10, and the share of questions with all evidence in the first 10."""
    found = []
    for q in questions:
        texts = [squashed(hit.passage.text) for hit in find(q["query"])]
        facts = [squashed(e["fact"]) for e in q["evidence_list"]]
        ranks = np.array([next((i for i, text in enumerate(texts) if fact in text), K) for fact in facts])
        found.append(((ranks < 4).mean(), (ranks < K).mean(), (ranks < K).all()))
    at4, at10, every = np.array(found, float).mean(axis=0)
    return at4, at10, every


def squashed(text: str) -> str:
    """The text without spaces and newlines."""
    return re.sub(r"[ \n]", "", text)


def first(questions: Iterable[tuple[str, set[str]]], find: Find, k: int = 1) -> float:
    """The share of (question, files) with one of the files among the first k articles."""
    found = []
    for question, files in questions:
        articles = list(dict.fromkeys(Path(hit.article.path).name for hit in find(question)))
        found.append(bool(files & set(articles[:k])))
    return sum(found) / len(found)


def sets(half: slice) -> Iterator[tuple[str, Iterable[dict] | Path, Callable[[Find], tuple[float, ...]]]]:
    """Each set: its name, its articles, and what measures a way to search it."""
    evidence = [q for q in rows(DATA / "multihop_rag" / "questions.jsonl") if q["evidence_list"]][half]
    yield "multihop_rag", rows(DATA / "multihop_rag" / "articles.jsonl"), lambda find: multihop(evidence, find)

    articles = rows(DATA / "polnear" / "train" / "articles.jsonl")
    # The same text may stand in several files: the first one's name counts for all.
    named = {a["text"]: f"{n:04}.md" for n, a in reversed(list(enumerate(articles)))}
    files = {a["id"]: named[a["text"]] for a in articles}
    said = [(q["question"], {files[q["article"]]}) for q in rows(DATA / "polnear" / "train" / "who_said.jsonl")][half]
    yield "polnear", articles, lambda find: (first(said, find),)

    wordings = [(q["question"], set(q["files"])) for q in rows(Path(__file__).with_name("wordings.jsonl"))][half]
    yield "wordings", DATA.parent / "articles", lambda find: (first(wordings, find, 3),)

    squad = rows(DATA / "squad2" / "questions.jsonl")
    contexts = list(dict.fromkeys(q["context"] for q in squad))
    at = {text: f"{n:04}.md" for n, text in enumerate(contexts)}
    asked = [(q["question"], {at[q["context"]]}) for q in squad if q["answerable"]][half]
    yield "squad2", [{"text": t, "title": f"Text {n}"} for n, t in enumerate(contexts)], lambda f: (first(asked, f),)

    ram = rows(DATA / "ramdocs" / "questions.jsonl")
    texts = list(dict.fromkeys(d["text"] for q in ram for d in q["documents"]))
    at = {text: f"{n:04}.md" for n, text in enumerate(texts)}
    several = [(q["question"], {at[d["text"]] for d in q["documents"] if d["type"] != "noise"}) for q in ram][half]
    yield "ramdocs", [{"text": t, "title": f"Text {n}"} for n, t in enumerate(texts)], lambda f: (first(several, f),)


def main() -> None:
    """Print a table a set."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("first", "second"))
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--only", help="one set")
    args = parser.parse_args()
    half = {None: slice(None), "first": slice(0, None, 2), "second": slice(1, None, 2)}[args.half]
    with tempfile.TemporaryDirectory() as passing:
        homes = args.homes or Path(passing)
        for name, articles, measure in sets(half):
            if args.only not in (None, name):
                continue
            with Corpus.open(load_settings(home=homes / name)) as corpus:
                if not corpus.counts()["articles"]:
                    kept = articles if isinstance(articles, Path) else as_files(articles, homes / f"{name}_files")
                    corpus.ingest(kept)
                print(f"\n{name}: {corpus.counts()['articles']} articles, {corpus.counts()['passages']} passages")
                for step, find in steps(corpus):
                    began = time.perf_counter()
                    values = measure(find)
                    print(f"{step:26}", *(f"{v:.3f}" for v in values), f"   {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
