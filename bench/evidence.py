"""How well sentences are chosen as evidence.

python bench/evidence.py        (needs ../shared/data beside the project; about three minutes)

Each line is one setting of the weights in rag/answer/evidence.py. The sentences' vectors are pooled from their text's
own pass through the model, as an ingest does it; the first line is also given with each sentence embedded alone.
SQuAD 2.0: the share of answerable questions whose answer stands in the first sentence. RAMDocs: the share of documents
whose answer stands in the sentence ranked first of that document.
"""

from collections.abc import Callable, Sequence
from itertools import product

from data import DATA, rows

from rag.answer import evidence
from rag.answer.evidence import Evidence, weigh
from rag.index.embed import Embedder, embed_parts, load_embedder
from rag.retrieve.query import search_terms
from rag.settings import DEFAULT_EMBEDDER, load_settings
from rag.text import sentence_spans
from rag.types import Article, Hit, Passage

Ranked = list[tuple[dict, list[Evidence]]]


def hit(text: str, number: int) -> Hit:
    """A text as if it had been found whole."""
    name = str(number)
    article = Article(id=name, text=text, title="", path=name)
    return Hit(passage=Passage(id=name, article_id=name, start=0, end=len(text), text=text), article=article, score=1.0)


def weighed(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Evidence]:
    """The sentences of some texts, best first, with vectors pooled as an ingest pools them."""
    texts = [h.passage.text for h in hits]
    _, vectors = embed_parts(embedder, texts, [sentence_spans(t) for t in texts])
    return weigh(question, search_terms(question), hits, embedder.embed_query(question), vectors)


def rank(
    questions: Sequence[dict], texts: Callable[[dict], list[str]], embedder: Embedder, *, alone: bool = False
) -> Ranked:
    """Every question with the sentences of its texts, best first."""
    found: Ranked = []
    for q in questions:
        hits = [hit(text, i) for i, text in enumerate(texts(q))]
        if alone:
            spans = [sentence_spans(h.passage.text) for h in hits]
            vectors = [embedder.embed([h.passage.text[a:b] for a, b in s]) for h, s in zip(hits, spans, strict=True)]
            asked = embedder.embed_query(q["question"])
            found.append((q, weigh(q["question"], search_terms(q["question"]), hits, asked, vectors)))
        else:
            found.append((q, weighed(q["question"], hits, embedder)))
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
    embedder = load_embedder(DEFAULT_EMBEDDER, load_settings().cache)
    squad_rows, ramdocs_rows = (rows(DATA / name / "questions.jsonl") for name in ("squad2", "ramdocs"))
    now = (evidence.MEANING, evidence.WORDS, evidence.KIND)
    print("meaning  words  kind   squad2 first   ramdocs first")
    for alone in (True, False):
        squad = rank(squad_rows, lambda q: [q["context"]], embedder, alone=alone)
        ramdocs = rank(ramdocs_rows, lambda q: [d["text"] for d in q["documents"]], embedder, alone=alone)
        others = [] if alone else [(1, 0, 0), (0, 1, 0), *product([1], [0.25, 0.5, 1.0, 2.0], [0, 0.25])]
        for weights in [now, *others]:
            a, b = squad_first(rescored(squad, weights)), ramdocs_first(rescored(ramdocs, weights))
            mark = "  (as set)" if weights == now else ""
            print("{:7} {:6} {:5}".format(*weights), f"{a:14.3f} {b:15.3f}", mark, "(sentences alone)" if alone else "")


if __name__ == "__main__":
    main()
