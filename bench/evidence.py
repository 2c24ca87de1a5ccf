"""How well sentences are chosen as evidence.

python bench/evidence.py        (needs ../shared/data beside the project; about three minutes)

Each line is one setting of the weights in rag/answer/evidence.py.
SQuAD 2.0: the share of answerable questions whose answer stands in the first sentence. RAMDocs: the share of documents
whose answer stands in the sentence ranked first of that document.
"""

from collections.abc import Callable, Sequence
from itertools import product

from data import DATA, rows

from rag.answer import evidence
from rag.answer.evidence import Evidence, weigh
from rag.index.embed import Embedder, load_embedder
from rag.retrieve.query import search_terms
from rag.settings import DEFAULT_EMBEDDER, load_settings
from rag.types import Article, Hit, Passage

Ranked = list[tuple[dict, list[Evidence]]]


def hit(text: str, number: int) -> Hit:
    """A text as if it had been found whole."""
    name = str(number)
    article = Article(id=name, text=text, title="", path=name)
    return Hit(passage=Passage(id=name, article_id=name, start=0, end=len(text), text=text), article=article, score=1.0)


def rank(questions: Sequence[dict], texts: Callable[[dict], list[str]], embedder: Embedder) -> Ranked:
    """Every question with the sentences of its texts, all compared, best first."""
    found: Ranked = []
    for q in questions:
        hits = [hit(text, i) for i, text in enumerate(texts(q))]
        found.append((q, weigh(q["question"], search_terms(q["question"]), hits, embedder.embed)))
    return found


def rescored(found: Ranked, weights: tuple[float, float, float]) -> Ranked:
    """The same sentences in the order that other weights of meaning, words and kind give."""
    meaning, words, kind = weights

    def score(e: Evidence) -> float:
        return meaning * e.meaning + words * e.coverage + kind * e.fits

    return [(q, sorted(sentences, key=score, reverse=True)) for q, sentences in found]


def squad_first(found: Ranked) -> float:
    """The share of answerable questions whose answer stands in the first sentence."""
    answerable = [(q, s) for q, s in found if q["answerable"] and s]
    return sum(any(a in s[0].text for a in q["answers"]) for q, s in answerable) / len(answerable)


def ramdocs_first(found: Ranked) -> float:
    """The share of documents with an answer that stands in the document's own first sentence."""
    right = total = 0
    for q, sentences in found:
        for i, document in enumerate(q["documents"]):
            answer = str(document["answer"]).casefold()
            first = next((e for e in sentences if e.article.id == str(i)), None)
            if document["type"] in ("correct", "misinfo") and first and answer in document["text"].casefold():
                total += 1
                right += answer in first.text.casefold()
    return right / total


def main() -> None:
    """Print the tables."""
    evidence.COMPARED = 1_000
    embedder = load_embedder(DEFAULT_EMBEDDER, load_settings().cache)
    squad = rank(rows(DATA / "squad2" / "questions.jsonl"), lambda q: [q["context"]], embedder)
    ramdocs = rank(rows(DATA / "ramdocs" / "questions.jsonl"), lambda q: [d["text"] for d in q["documents"]], embedder)
    print("meaning  words  kind   squad2 first   ramdocs first")
    now = (evidence.MEANING, evidence.WORDS, evidence.KIND)
    for weights in [now, (1, 0, 0), (0, 1, 0), *product([1], [0.25, 0.5, 1.0, 2.0], [0, 0.25])]:
        a, b = squad_first(rescored(squad, weights)), ramdocs_first(rescored(ramdocs, weights))
        print("{:7} {:6} {:5}".format(*weights), f"{a:14.3f} {b:15.3f}", "  (as set)" if weights == now else "")


if __name__ == "__main__":
    main()
