"""How well a language model judges whether passages answer, and where two sources stand.

    python bench/judge.py --llm gguf:/path/model.gguf --limit 20     # half a minute a question on two cores

Judge: the probability of Yes to `judge` of prompts/answer.md over the best sentences of a question's own documents, as
an answer has them, on SQuAD 2.0, CLAP NQ and fitz-gov: the area under the curve, and what each threshold declines of
answerable and of unanswerable questions. The thresholds in rag/answer/judge.py are chosen on the dev half of this
table; `--half check` shows the other.
Sides: how often `sides.disagreeing` finds that sources exclude one another, where they do (ConflictNQ's two passages,
fitz-gov's disputes) and where they don't (fitz-gov's answered questions).
"""

import argparse
from collections.abc import Iterator, Sequence

from printed import table
from sets import Half, Item, load

from rag import Article, Hit, Settings, resources
from rag.answer.evidence import rank
from rag.answer.excerpts import Excerpt, excerpts, shown
from rag.answer.judge import Judge, yes
from rag.answer.prompts import Prompt, load_prompt
from rag.answer.sides import disagreeing
from rag.answer.writer import JUDGED
from rag.llm.model import load_model
from rag.models.embed import Embedder, load_embedder
from rag.retrieve.query import search_terms
from rag.settings import DEFAULT_EMBEDDER
from rag.text import sentence_spans
from rag.types import Passage

THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
# Words of a document that are shown: a small model on a plain machine reads no more.
_WORDS = 200


def documents(item: Item) -> list[Excerpt]:
    """A question's documents, each as one excerpt of an article of its own."""
    texts = [" ".join(d.text.split()[:_WORDS]) for d in item.documents]
    return [Excerpt(Article(id=str(n), text=t, title="", path=""), 0, len(t)) for n, t in enumerate(texts)]


def best(item: Item, embedder: Embedder) -> list[Excerpt]:
    """What the judge is shown of a question's documents."""
    hits: list[Hit] = []
    for n, d in enumerate(item.documents):
        article = Article(id=str(n), text=d.text, title="", path="")
        passage = Passage(id=str(n), article_id=str(n), start=0, end=len(d.text), text=d.text)
        hits.append(Hit(passage=passage, article=article, score=1 / (n + 1)))
    vectors = [embedder.embed([h.passage.text[a:b] for a, b in sentence_spans(h.passage.text)]) for h in hits]
    query_vector = embedder.embed_query(item.question)
    return excerpts("sentences", rank(search_terms(item.question), hits, query_vector, vectors, {}), hits)[:JUDGED]


def area(right: Sequence[float], wrong: Sequence[float]) -> float:
    """The area under the curve: how often one that answers is judged higher than one that doesn't."""
    pairs = [(a > b) + 0.5 * (a == b) for a in right for b in wrong]
    return sum(pairs) / len(pairs) if pairs else float("nan")


def judged(model: Judge, prompt: Prompt, limit: int, half: Half, embedder: Embedder) -> None:
    """Print how well it is judged whether documents answer."""
    print(f"half {half}, over the best {JUDGED} sentences")

    def rows_of(name: str) -> Iterator[list[object]]:
        every = load(name, half)
        both: list[list[float]] = []
        for declined in (False, True):
            of = [i for i in every if (i.verdicts == {"declined"}) == declined][:limit]
            filled = [
                prompt.fill("judge", passages=shown(best(i, embedder), "a1b2c3d4"), question=i.question) for i in of
            ]
            both.append([yes(model, *messages) for messages in filled])
        for kind, found in zip(("answerable", "unanswerable"), both, strict=True):
            shares = (f"{sum(p < t for p in found) / max(1, len(found)):.2f}" for t in THRESHOLDS)
            yield [f"{name}, {kind}", len(found), area(*both), *shares]

    table(["set", "questions", "AUC", *(f"below {t}" for t in THRESHOLDS)],
          (row for name in ("squad2", "clapnq", "fitz-gov") for row in rows_of(name)))  # fmt: skip


def sides(model: Judge, prompt: Prompt, limit: int) -> None:
    """Print how often sources are found to exclude one another."""

    def row(name: str, verdict: str) -> list[object]:
        several = [i for i in load(name, "dev") if len(i.documents) > 1 and i.verdicts == {verdict}][:limit]
        found = [bool(disagreeing(i.question, documents(i), model, prompt)) for i in several]
        return [f"{name}, {verdict}", len(found), f"{sum(found) / max(1, len(found)):.2f}"]

    of = (("conflictnq", "contested"), ("fitz-gov", "contested"), ("fitz-gov", "answered"))
    table(["set", "questions", "sources exclude one another"], (row(*one) for one in of))


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--llm", required=True)
    options.add_argument("--only", choices=("judge", "sides"))
    options.add_argument("--half", choices=("dev", "check"), default="dev", help="of the judge's questions")
    options.add_argument("--limit", type=int, default=20, help="questions of each kind")
    given = options.parse_args()
    model = load_model(given.llm)
    assert model is not None, "--llm names no language model"
    prompt, only = load_prompt("answer", [resources.folder("prompts")]), given.only
    if only in (None, "judge"):
        judged(model, prompt, given.limit, given.half, load_embedder(DEFAULT_EMBEDDER, Settings().cache))
    if only in (None, "sides"):
        sides(model, prompt, given.limit)
    model.close()


if __name__ == "__main__":
    main()
